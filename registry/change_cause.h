// What made a source change the rows of a part, as the rows themselves show it.
#pragma once

#include "registry/event_cause.h"
#include "registry/person_rows.h"

#include <cstdint>

namespace grunndata::registry {

struct ChangeCause {
  EventCause cause = EventCause::administrative;
  /// Since when the row that was wrong was recorded; 0: none was, or it is not known.
  std::uint64_t corrects_since = 0;
};

/// Folkeregisteret rewrites its history when it was wrong: a row that was replaced or ended stays
/// as history, one that was corrected or annulled is gone. So a row of a part with history that
/// vanishes is a correction when another came for it, else an annulment. A part without history
/// shows corrections only where it cannot change in life (birth, death). A row that the source
/// marks as its own housekeeping (municipalities that merge, patches), or that says nothing new,
/// is administrative. All else is a life event.
[[nodiscard]] ChangeCause cause_of_change(PersonPart part, const Entity& before,
                                          const RowChanges& changes);

/// Since when the current row of a part is recorded; 0 when there is none.
[[nodiscard]] std::uint64_t current_since(PersonPart part, const Entity& entity) noexcept;

} // namespace grunndata::registry
