// The address objects that elements contain. Internal to this folder.
#pragma once

#include "tools/generate/page.h"
#include "tools/generate/places.h"

#include <cstdint>
#include <string_view>

namespace grunndata::generate {

/// How much of an address a row shows: rows before the register was renewed have less, and postal
/// addresses no kommune.
enum class Detail : std::uint8_t { lean, full, postal };

/// `"vegadresse":{…}` and so on: the property the place's kind calls for. `care` is coAdressenavn.
void write_place(Text& text, const Place& place, std::string_view kommune, Detail detail,
                 std::string_view care = {});

void write_street(Text& text, const Place& place, std::string_view kommune, Detail detail,
                  std::string_view care);

/// `"poststed":{…}`
void write_postal_place(Text& text, const Place& place);

/// `,"adresseIdentifikatorFraMatrikkelen":…` or (if wanted) that of one nearby; nothing for unknown
/// places.
void write_matrikkel_key(Text& text, const Place& place, bool may_be_nearby);

/// `"utenlandskAdresse":{…}`
void write_abroad(Text& text, const Country& country, Draw& draw);

/// Whose door the dwelling is behind, for some places: a coAdressenavn.
[[nodiscard]] std::string_view host_of(std::uint32_t drawn) noexcept;

/// What every address of the person is graded as; not for those strictly protected.
[[nodiscard]] std::string_view grading(const Page& page) noexcept;

/// The decision that protects the person.
[[nodiscard]] Occurrence protected_since(const Page& page) noexcept;

} // namespace grunndata::generate
