// Which events a change in a person gives, and what callers without legal basis are told of them.
#pragma once

#include "registry/event_cause.h"
#include "registry/person_protection.h"
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
  EventCause cause = EventCause::administrative;
  /// Since when what is corrected was recorded: the first record of its commit; 0: not known.
  std::uint64_t corrects_since = 0;
  std::uint64_t corrects = 0; ///< the event that told of it; 0: none is known
};

/// One event per changed part. A change of status tells which way it went.
///
/// Callers without legal basis are told what a reference twin would give them, for whom nothing of
/// what is hidden from now on was ever registered:
/// - a change that they see of the twin too is named, also when something comes into sight because
///   somebody hides no more;
/// - what vanishes from their sight because somebody hides, or because a row is graded, is
///   generalised: a change in a part that nobody without legal basis sees of anybody
///   (taushetsbelagt) gives them the same of all persons;
/// - what changes out of their sight because this person is protected gives them nothing.
[[nodiscard]] std::vector<EventDraft> events_of(const Entity& before, const RowChanges& changes,
                                                const Protection& protection_after);

/// Fills in which events of `entity` those with `corrects_since` correct. Errors: `corrupt`,
/// `storage`.
[[nodiscard]] Result<void> find_corrected(const Transaction& transaction, const EntityId& entity,
                                          std::vector<EventDraft>& events);

/// Makes sure that callers without legal basis are told to look again: what they were told before
/// is withheld from now on (`withhold_events`).
void tell_in_general(std::vector<EventDraft>& events);

/// Appends the events and moves the sequence numbers of `header`: the one seen without legal basis
/// only by an event that is named. A generalised one moves it of nobody, so that what hides behind
/// it does not either; who has what vanished is told by that event, and by the entity tag.
/// Named events come first, hidden ones last: a hidden one between them would be seen to be theirs.
void append_events(Transaction& transaction, const EntityId& entity, std::vector<EventDraft> events,
                   DocumentHeader& header);

} // namespace grunndata::registry
