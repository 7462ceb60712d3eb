// Of which time Enhetsregisteret's full files are taken to be, by whoever loads them.
#pragma once

#include "registry/time.h"

#include <chrono>

namespace grunndata::importers::enhetsregisteret {

/// A full file tells when it was written, and holds what was so at some time before: it is made at
/// night, and changes of the day before can be missing.
inline constexpr std::chrono::microseconds file_margin{std::chrono::days(1)};
/// Of a file that nobody says the age of. A new one is made each day, and the day's may be late.
inline constexpr std::chrono::microseconds file_age{std::chrono::days(2)};

/// How new what a file says counts as: it gives way to all that was fetched since.
[[nodiscard]] constexpr registry::Instant file_stamp(registry::Instant written) noexcept {
  return {written.microseconds - file_margin.count()};
}

/// The same of a file that is loaded at `now` without a word of when it was written. The time of
/// the file itself is none: a copy has that of the copying. So low that a full file which is
/// followed from later is not taken for older, and what only that one tells is not lost.
[[nodiscard]] constexpr registry::Instant unsaid_file_stamp(registry::Instant now) noexcept {
  return file_stamp({now.microseconds - file_age.count()});
}

} // namespace grunndata::importers::enhetsregisteret
