// The issuing mark learns of a restore: hjelpenumre go on behind all that were ever issued.
#pragma once

#include "registry/error.h"
#include "registry/hjelpenummer/issuing_mark.h"
#include "registry/store/store.h"

#include <filesystem>
#include <memory>

namespace grunndata::registry::backup {

/// What a restore means for hjelpenumre.
enum class IssuingAfter : std::uint8_t {
  never_begun, ///< no range was ever delegated
  at_mark,     ///< goes on at the mark; what was issued since the backup is never issued again
  closed,      ///< the mark is lost, and that was accepted: nothing is issued
};

struct MarkToNote {
  IssuingAfter issuing = IssuingAfter::never_begun;
  /// Null unless `at_mark`. Open, so that nobody issues meanwhile; call `note_restore` at the end.
  std::unique_ptr<hjelpenummer::IssuingMark> mark;
};

/// Opens the mark that belongs to a directory being restored, which nobody uses yet. A directory of
/// before the first delegation takes up the mark that was made since, unless the files beside it
/// were said to be lost: then the mark need not be its own.
/// Errors: `conflict` (numbers were issued, and the mark is missing, another installation's or
/// damaged; accepted with `accept_missing`), `unavailable` (a server has it open), `storage`.
[[nodiscard]] Result<MarkToNote>
mark_to_note(store::Store& store, const std::filesystem::path& mark_file, bool accept_missing);

} // namespace grunndata::registry::backup
