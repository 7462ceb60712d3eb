// Which events a change in a person gives, and what callers without legal basis are told of them.
#pragma once

#include "registry/person_rows.h"
#include "registry/transaction.h"

#include <vector>

namespace grunndata::registry {

/// What callers without legal basis are told of an event.
enum class Sight : std::uint8_t {
  named,       ///< the event as it is
  generalised, ///< one `ChangeInPerson` for all such events of a commit
  nothing,
};

struct EventDraft {
  EventType type{};
  Sight open = Sight::named;
};

/// One event per changed part. A change of status tells which way it went.
///
/// To callers without legal basis a change they see is named; where an address appears or vanishes
/// because somebody hides or it is graded itself, it is generalised. Parts that nobody without
/// legal basis sees of anybody (taushetsbelagt) are generalised alike for all persons. What only
/// hides because this person is protected (graded addresses, the protection itself) gives them no
/// event, as it moves neither `sequence_open` nor what they read: a person with no such address
/// registered has none either.
[[nodiscard]] std::vector<EventDraft> events_of(const Entity& before, const RowChanges& changes,
                                                Grading protection_after);

/// Appends the events and moves the sequence numbers of `header`: the one seen without legal basis
/// only when `changed_open` or an event shown as it is.
void append_events(Transaction& transaction, const EntityId& entity,
                   const std::vector<EventDraft>& events, bool changed_open,
                   DocumentHeader& header);

} // namespace grunndata::registry
