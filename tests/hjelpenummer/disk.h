// The system calls by which a file is changed, watched: the test program's own open, write, fsync,
// rename, link and unlink stand before the system's, tell what was called, and fail or kill the
// process where a test asks for it. Everything else is the real disk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::registry::hjelpenummer::tests {

enum class Fault : std::uint8_t {
  none,
  error,       ///< the call does nothing and fails
  half,        ///< a write puts half of its bytes there, and fails when it is called again
  kill_before, ///< SIGKILL instead of the call
  kill_after,  ///< SIGKILL when the call has been made
};

struct Plan {
  unsigned at = 0; ///< the call it happens to, counted from 0
  Fault fault = Fault::none;
  int error_number = 0;
};

/// From construction to destruction calls are counted and meet the plan; one at a time, in one
/// thread.
class WatchedDisk {
public:
  explicit WatchedDisk(Plan plan = {});
  ~WatchedDisk();
  WatchedDisk(const WatchedDisk&) = delete;
  WatchedDisk& operator=(const WatchedDisk&) = delete;

  /// "write mark.new": the call and the name of the file, in order.
  [[nodiscard]] const std::vector<std::string>& calls() const noexcept;
  /// Whether the plan's call was reached.
  [[nodiscard]] bool met() const noexcept;
};

} // namespace grunndata::registry::hjelpenummer::tests
