// What a human has to decide: conflicts and suspicions that must never be settled by overwriting.
#pragma once

#include "registry/actor.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/registry.h"
#include "registry/transaction.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// Values are stored; never renumber.
enum class WorkKind : std::uint8_t {
  number_from_elsewhere = 1, ///< urgent: a number of ours is also somebody else's
  link_proposed = 2,         ///< waits for approval
  link_conflict = 3,         ///< a link that the data contradicts
  newborn_match = 4,         ///< Folkeregisteret delivered who may be an open newborn's number
  block_conflict = 5,        ///< a report from downtime contradicts what is known
  protection_review = 6,     ///< two were parted, one of them protected: keep it?
};
[[nodiscard]] std::string_view name_of(WorkKind kind) noexcept;
[[nodiscard]] std::optional<WorkKind> work_kind_of(std::string_view name) noexcept;

struct WorkDecision {
  bool accepted = false;
  Actor by;
  Instant when{};
  std::string note;
};

struct WorkItem {
  std::uint64_t number = 0; ///< from 1, in the order opened; set by `open_work`
  WorkKind kind{};
  bool urgent = false;
  std::string organisation;      ///< whose it is; empty: the registry's administrators'
  std::vector<EntityId> persons; ///< whom it is about, the one to act on first
  std::uint64_t about = 0;       ///< number of a link or block, where the kind has one
  std::string number_text;       ///< a number that has no entity (from elsewhere, of a block)
  std::string text;              ///< for a human; no identifier
  Actor opened_by;
  Instant opened{};
  std::optional<WorkDecision> decision;
};

/// Part of the commit that finds it. The number it was given.
[[nodiscard]] Result<std::uint64_t> open_work(Transaction& transaction, WorkItem item);
/// `not_found`, `corrupt`.
[[nodiscard]] Result<WorkItem> work_item(const Transaction& transaction, std::uint64_t number);
[[nodiscard]] Result<WorkItem> work_item(const Registry& registry, std::uint64_t number);
/// `conflict`: decided already.
[[nodiscard]] Result<void> decide_work(Transaction& transaction, std::uint64_t number,
                                       WorkDecision decision); ///< work_decisions.h carries it out

/// What people noted on the item goes if it is about `person`: part of a purge.
[[nodiscard]] Result<void> forget_notes(Transaction& transaction, std::uint64_t number,
                                        const EntityId& person);

struct WorkFilter {
  bool undecided_only = true;
  std::optional<WorkKind> kind;
  std::string organisation; ///< empty: everybody's
};
/// Oldest first, from `from` on.
[[nodiscard]] Result<std::vector<WorkItem>> work_items(const Registry& registry,
                                                       const WorkFilter& filter, std::uint64_t from,
                                                       std::size_t limit);

} // namespace grunndata::registry
