// Who shares a home with somebody who hides: a child's shared residence (deltBosted) is the home
// of the parent it is not registered with, so it repeats that parent's address.
//
// Where the other is strictly protected, it is forgotten. Where they are confidential, it stays as
// the source gives it and callers without legal basis see none of it, as long as that lasts
// (`Protection::relative_hides`).
#pragma once

#include "registry/loaded_entity.h"
#include "registry/source_record.h"
#include "registry/store/store.h"
#include "registry/transaction.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::purge {

/// What an address row says of the home itself: street or land register, without when and how.
/// Empty when nothing is said. Two rows with one of these in common mean the same home; so does a
/// row that says nothing, for it cannot be told apart.
[[nodiscard]] std::vector<std::string> marks_of_home(std::string_view row);

/// Persons whose shared residence may be the home of `hidden`: parents, children and siblings of
/// theirs and whoever one of them has responsibility for, as their record says or as the others'
/// own do (before this transaction), and the other parents of their children.
[[nodiscard]] Result<std::vector<EntityId>> relatives_of(Transaction& transaction,
                                                         const EntityId& hidden,
                                                         const SourceRecord& record);

/// How the most protected of those is protected now, by what `record` says of its person.
[[nodiscard]] Result<Grading> strictest_relative(Transaction& transaction, const EntityId& person,
                                                 const SourceRecord& record);
/// The same by the edges that are stored of the person.
[[nodiscard]] Result<Grading> strictest_relative(Transaction& transaction, const EntityId& person);

/// Whether a relative of somebody whose relatives are at most so protected hides from callers
/// without legal basis.
[[nodiscard]] constexpr bool hides(Grading relative) noexcept {
  return relative >= Grading::confidential;
}

/// Withholds the shared residences of `person` from callers without legal basis while a relative
/// hides, and no longer. When that changes, an event tells so: generalised when they saw one go,
/// named when they see one come.
[[nodiscard]] Result<void> judge_shared_homes(Transaction& transaction, const EntityId& person);

/// Forgets the shared residences of `person` that repeat one of `homes` (`marks_of_home` of every
/// address that the hidden one had; empty: nothing is known of it, and all are forgotten), live and
/// past, with their elements. Gives an event, generalised for callers without legal basis who saw
/// one of them. False when there was nothing to forget.
[[nodiscard]] Result<bool> forget_shared_homes(Transaction& transaction, const EntityId& person,
                                               const std::vector<std::string>& homes);

} // namespace grunndata::registry::purge
