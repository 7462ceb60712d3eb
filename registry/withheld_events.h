// What callers without legal basis were told of somebody who hides by now.
#pragma once

#include "registry/document.h"
#include "registry/transaction.h"

namespace grunndata::registry {

/// Call when `entity` hides something (the person is protected, a relative hides, rows are graded
/// or were forgotten), with the header as it was before the commit's own events and all else as it
/// is from now on. Named events of changes that show nothing by today's rules are withheld from
/// callers without legal basis from now on: a reference twin, for whom what is hidden was never
/// registered, has no such events. `header.sequence_open` becomes the newest named event that is
/// left. Who hides no more does not get them back.
///
/// True when any event was withheld that was not before. Costs a read for each event of the person.
/// Errors: `corrupt`, `storage`.
[[nodiscard]] Result<bool> withhold_events(Transaction& transaction, const EntityId& id,
                                           Entity& entity);

/// Whether `entity` has anything to hide.
[[nodiscard]] bool hides_something(const Entity& entity) noexcept;

} // namespace grunndata::registry
