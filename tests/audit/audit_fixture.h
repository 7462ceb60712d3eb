// What the stories about the audit log share: a folder, records by hand, a log that is small.
#pragma once

#include "registry/audit/log.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::audit::tests {

/// A folder of its own, in memory where there is some, gone at the end.
class ScratchFolder {
public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string bytes_in(const std::filesystem::path& file);
void put_bytes(const std::filesystem::path& file, std::string_view bytes);
/// Every file below `folder`, sorted.
[[nodiscard]] std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);

[[nodiscard]] EntityId person(unsigned n);
/// A point in time, `seconds` after the beginning of the story.
[[nodiscard]] Instant after(std::int64_t seconds);
/// A look-up of the n-th person by the n-th of a few users, organisations and clients.
[[nodiscard]] Record look_up(unsigned n);
/// The same, all fields set.
[[nodiscard]] Record full_record();
[[nodiscard]] bool same(const Record& left, const Record& right);

/// A log of 4 KiB segments, whose clock is one second further at each record.
[[nodiscard]] LogOptions small_log(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Log> open_log(LogOptions options);
/// Appends `count` look-ups, from the `first`th on, one by one.
void append_look_ups(Log& log, unsigned first, unsigned count);
/// Why the log does not open; empty when it does.
[[nodiscard]] std::string open_fault(const LogOptions& options,
                                     ErrorCode expected = ErrorCode::corrupt);
/// The faults of a log that opens, or why it does not: what an auditor is told.
[[nodiscard]] std::vector<std::string> faults_of(const LogOptions& options,
                                                 const std::vector<std::string>& notes = {});

} // namespace grunndata::registry::audit::tests
