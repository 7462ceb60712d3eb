// A human's word on work, and what follows from it.
#pragma once

#include "registry/hjelpenummer/help_numbers.h"
#include "registry/work_queue.h"

#include <cstdint>
#include <functional>
#include <string>

namespace grunndata::registry {

struct WorkWord {
  std::uint64_t number = 0; ///< of the item
  bool accepted = false;
  Actor by;
  std::string note; ///< 1 to 500 characters on one line; kept, and the reason of a link
};

/// Decides an item, with what follows from it in the same synced commit:
/// - `link_proposed`: accepted, the link is live; refused, it never will be. Not by who proposed
/// it.
/// - `newborn_match`: accepted, the number is linked to the person, or that is proposed.
/// - `link_conflict`: accepted, the link stays as it is; refused, it is undone.
/// - `protection_review`: accepted, the protection that came from the link stays; refused, it ends.
/// - `block_conflict`: as `hjelpenummer::Blocks::settle` has it.
/// - `number_from_elsewhere`: the word is kept; the number stays stopped.
/// The same word of the same person again changes nothing and gives the item as it is.
/// Thread-safe. Errors: `not_found`, `invalid` (the note), `conflict` (`decided:` by somebody else
/// or otherwise; of a link with the words of `Links`; of a block), `unavailable` (of a block, while
/// `numbers` is null), `corrupt`, `storage`.
[[nodiscard]] Result<WorkItem> decide_work(Registry& registry, hjelpenummer::HelpNumbers* numbers,
                                           const WorkWord& word,
                                           const std::function<Instant()>& clock = now);

} // namespace grunndata::registry
