// Which events a change in a person gives, and what callers without legal basis are told of them.
#pragma once

#include "registry/person_rows.h"
#include "registry/transaction.h"

#include <vector>

namespace grunndata::registry {

struct EventDraft {
  EventType type{};
  /// Shown as it is to everybody; otherwise callers without legal basis get one
  /// `ChangeInPerson` for all such events of a commit.
  bool open = true;
};

/// One event per changed part. A change of status tells which way it went.
[[nodiscard]] std::vector<EventDraft> events_of(const Entity& before, const RowChanges& changes,
                                                Grading protection_after);

/// Appends the events and moves the sequence numbers of `header`: the one seen without legal basis
/// only when `changed_open` or an event shown as it is.
void append_events(Transaction& transaction, const EntityId& entity,
                   const std::vector<EventDraft>& events, bool changed_open,
                   DocumentHeader& header);

} // namespace grunndata::registry
