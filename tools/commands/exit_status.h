// What the program's exit status means; the same table stands in README.md and in
// `grunndata help exit-codes`.
#pragma once

#include "registry/error.h"

#include <array>
#include <iosfwd>
#include <string_view>

namespace grunndata::tools {

inline constexpr int exit_ok = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2; ///< command line or configuration
inline constexpr int exit_not_found = 3;
inline constexpr int exit_conflict = 4; ///< conflict, precondition, wrong environment
inline constexpr int exit_denied = 5;
inline constexpr int exit_unavailable = 6; ///< locked, not reachable, timed out
inline constexpr int exit_data_errors = 7; ///< finished, but some records are in quarantine
inline constexpr int exit_integrity = 8;   ///< stored data is not what was written
inline constexpr int exit_interrupted = 130;

struct ExitStatusRow {
  int status;
  std::string_view meaning;
};

inline constexpr std::array<ExitStatusRow, 10> exit_status_table{{
    {exit_ok, "done"},
    {exit_failure, "failed"},
    {exit_usage, "usage: the command line or the configuration is wrong"},
    {exit_not_found, "not found"},
    {exit_conflict, "conflict: a precondition does not hold, or the wrong environment"},
    {exit_denied, "denied"},
    {exit_unavailable, "unavailable: locked, not reachable or timed out"},
    {exit_data_errors, "finished, but some records are in quarantine"},
    {exit_integrity, "integrity: stored data is not what was written"},
    {exit_interrupted, "interrupted"},
}};

/// The status a command ends with when `code` stopped it.
[[nodiscard]] int exit_status_of(registry::ErrorCode code) noexcept;

/// Writes `grunndata: <message>` to stderr and returns `exit_status_of(error.code)`.
int report_error(const registry::Error& error);
/// The same to another place.
int report_error(std::ostream& err, const registry::Error& error);

} // namespace grunndata::tools
