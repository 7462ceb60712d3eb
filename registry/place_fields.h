// Rows that tell a place in some of their fields (`locates_in_fields`), without those fields.
#pragma once

#include "registry/person_part.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// Whose names the fields of an object have.
enum class Naming : std::uint8_t {
  contract,        ///< of a row
  folkeregisteret, ///< of an element as the source gave it
};

/// Whether `field` of an object of `part` may be kept of somebody whose places may not. Fields that
/// are not known are taken to tell a place; a test holds the known ones against the importer's.
[[nodiscard]] bool tells_no_place(PersonPart part, std::string_view field, Naming naming) noexcept;

/// Appends `object`, a JSON object without white space between its tokens, without the members that
/// tell a place. Metadata stays as it stands. What is not such an object becomes `{}`.
void append_without_places(PersonPart part, std::string_view object, Naming naming,
                           std::string& out);

} // namespace grunndata::registry
