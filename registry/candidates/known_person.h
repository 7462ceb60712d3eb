// What a seeker may know of an entity, taken out of its stored rows.
#pragma once

#include "registry/candidates/comparison.h"
#include "registry/row_form.h"

namespace grunndata::registry::candidates {

/// Where and how rows are looked at.
struct Sight {
  Viewer viewer; ///< protection: the strictest of the entity and of who carries it on
  bool sees_help_number = false; ///< all that is told of the hjelpenummer, if it is one
  PersonPartSet addresses{};     ///< parts that are wanted, and may be looked at
};
/// The parts that hold an address which may be held against one that was asked for.
[[nodiscard]] PersonPartSet address_parts() noexcept;

/// Adds what the rows of a current value say and the seeker may see. The number of addresses read.
[[nodiscard]] Result<std::size_t> add_current(const DocumentBytes& current, const Sight& sight,
                                              KnownPerson& known);
/// Adds former names out of a past value.
[[nodiscard]] Result<void> add_former_names(const DocumentBytes& past, const Sight& sight,
                                            KnownPerson& known);

} // namespace grunndata::registry::candidates
