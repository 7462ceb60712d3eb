// How far long work has come: a bar on a terminal, a plain line now and then elsewhere, or JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::tools {

enum class ProgressStyle : std::uint8_t {
  bar,   ///< one line, rewritten ten times a second
  lines, ///< a plain line every ten seconds
  json,  ///< NDJSON, an object every second
  none,
};

/// What the work has done so far. Counts only grow.
struct ProgressFigures {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t errors = 0;
  bool operator==(const ProgressFigures&) const = default;
};

/// What there is to do, as far as it is known; bytes decide the percentage if both are.
struct ProgressTotals {
  std::optional<std::uint64_t> records;
  std::optional<std::uint64_t> bytes;
};

/// The style a user asked for: "auto", "bar", "lines", "json" or "none". Nothing for another word.
/// auto: a bar if stderr is a terminal (and TERM is not "dumb"), else lines.
[[nodiscard]] std::optional<ProgressStyle> progress_style(std::string_view word);

/// For one thread. `update` is cheap enough for every record: it looks at the clock and writes only
/// when something is due. Nothing it writes names a person.
class Progress {
public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// `label` opens each line. `out` (stderr as a rule) and must outlive this. Tests give a clock.
  Progress(std::string label, ProgressStyle style, ProgressTotals totals, std::ostream& out,
           Clock clock = std::chrono::steady_clock::now);
  /// Ends a bar's line if `finish` was not called.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(const ProgressFigures& figures);
  /// Writes the last state, with the time it took, and ends the line. Later calls do nothing.
  void finish(const ProgressFigures& figures);

private:
  void write(const ProgressFigures& figures, bool last);

  std::string label_;
  ProgressStyle style_;
  ProgressTotals totals_;
  std::ostream& out_;
  Clock clock_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point due_;
  std::size_t shown_columns_ = 0;
  bool finished_ = false;
};

} // namespace grunndata::tools
