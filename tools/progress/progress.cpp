#include "tools/progress/progress.h"

#include "tools/logging/json_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace grunndata::tools {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t bar_cells = 24;
constexpr std::size_t columns_if_unknown = 100;

milliseconds interval_of(ProgressStyle style) {
  switch (style) {
    case ProgressStyle::bar: return milliseconds(100);
    case ProgressStyle::json: return milliseconds(1'000);
    case ProgressStyle::lines:
    case ProgressStyle::none: break;
  }
  return milliseconds(10'000);
}

struct Rates {
  double seconds = 0;
  double records_per_second = 0;
  double bytes_per_second = 0;
  std::optional<double> fraction{}; ///< 0..1
  std::optional<double> seconds_left{};
};

Rates rates_of(const ProgressFigures& figures, const ProgressTotals& totals, double seconds) {
  Rates rates{.seconds = seconds};
  if (seconds > 0) {
    rates.records_per_second = static_cast<double>(figures.records) / seconds;
    rates.bytes_per_second = static_cast<double>(figures.bytes) / seconds;
  }
  const auto total = totals.bytes ? totals.bytes : totals.records;
  const auto done = totals.bytes ? figures.bytes : figures.records;
  if (!total || *total == 0) return rates;
  rates.fraction = std::min(1.0, static_cast<double>(done) / static_cast<double>(*total));
  if (*rates.fraction > 0) {
    rates.seconds_left = seconds * (1 - *rates.fraction) / *rates.fraction;
  }
  return rates;
}

std::string formatted(const char* format, double number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

std::string byte_text(double bytes) {
  constexpr std::array<const char*, 5> formats{"%.0f B", "%.1f KiB", "%.1f MiB", "%.1f GiB",
                                               "%.1f TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < formats.size()) {
    bytes /= 1024;
    ++unit;
  }
  return formatted(formats[unit], bytes);
}

std::string duration_text(double seconds) {
  if (seconds < 60) return formatted("%.0f s", seconds);
  if (seconds < 3600) return formatted("%.0f min", seconds / 60);
  return formatted("%.1f h", seconds / 3600);
}

std::string figures_text(const ProgressFigures& figures, const Rates& rates, bool last) {
  std::string text = std::to_string(figures.records) + " records, " +
                     formatted("%.0f", rates.records_per_second) + "/s";
  if (figures.bytes > 0) {
    text += ", " + byte_text(static_cast<double>(figures.bytes)) + ", " +
            byte_text(rates.bytes_per_second) + "/s";
  }
  if (figures.errors > 0) text += ", " + std::to_string(figures.errors) + " errors";
  if (last)
    text += ", took " + duration_text(rates.seconds);
  else if (rates.seconds_left)
    text += ", " + duration_text(*rates.seconds_left) + " left";
  return text;
}

std::string bar_text(const Rates& rates) {
  if (!rates.fraction) return "";
  const auto cells = static_cast<std::size_t>(*rates.fraction * bar_cells);
  std::string bar(1, '[');
  bar.append(cells, '#').append(bar_cells - cells, '.').append("] ");
  return bar + formatted("%3.0f %%  ", *rates.fraction * 100);
}

std::string json_text(const std::string& label, const ProgressFigures& figures, const Rates& rates,
                      bool last) {
  std::string text = R"({"progress":)";
  log::append_json_string(text, label);
  text +=
      ",\"records\":" + std::to_string(figures.records) +
      ",\"bytes\":" + std::to_string(figures.bytes) +
      ",\"errors\":" + std::to_string(figures.errors) +
      ",\"seconds\":" + formatted("%.3f", rates.seconds) +
      ",\"recordsPerSecond\":" + formatted("%.0f", rates.records_per_second) +
      ",\"fraction\":" + (rates.fraction ? formatted("%.4f", *rates.fraction) : "null") +
      ",\"secondsLeft\":" + (rates.seconds_left ? formatted("%.0f", *rates.seconds_left) : "null") +
      ",\"finished\":" + (last ? "true" : "false") + "}";
  return text;
}

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) {
    return columns_if_unknown;
  }
  return size.ws_col;
}

} // namespace

std::optional<ProgressStyle> progress_style(std::string_view word) {
  if (word == "bar") return ProgressStyle::bar;
  if (word == "lines") return ProgressStyle::lines;
  if (word == "json") return ProgressStyle::json;
  if (word == "none") return ProgressStyle::none;
  if (word != "auto") return std::nullopt;
  const char* const terminal = std::getenv("TERM");
  const bool capable = terminal != nullptr && std::string_view(terminal) != "dumb";
  return capable && ::isatty(STDERR_FILENO) != 0 ? ProgressStyle::bar : ProgressStyle::lines;
}

Progress::Progress(std::string label, ProgressStyle style, ProgressTotals totals, std::ostream& out,
                   Clock clock)
    : label_(std::move(label)), style_(style), totals_(totals), out_(out), clock_(std::move(clock)),
      start_(clock_()), due_(start_ + interval_of(style)) {}

Progress::~Progress() {
  if (!finished_ && shown_columns_ > 0) out_ << "\n" << std::flush;
}

void Progress::update(const ProgressFigures& figures) {
  if (style_ == ProgressStyle::none || finished_) return;
  const auto now = clock_();
  if (now < due_) return;
  due_ = now + interval_of(style_);
  write(figures, false);
}

void Progress::finish(const ProgressFigures& figures) {
  if (finished_) return;
  if (style_ != ProgressStyle::none) write(figures, true);
  finished_ = true;
}

void Progress::write(const ProgressFigures& figures, bool last) {
  const double seconds = std::chrono::duration<double>(clock_() - start_).count();
  const Rates rates = rates_of(figures, totals_, seconds);
  if (style_ == ProgressStyle::json) {
    out_ << json_text(label_, figures, rates, last) << "\n" << std::flush;
    return;
  }
  std::string line = label_ + ": ";
  if (style_ == ProgressStyle::bar) line += bar_text(rates);
  line += figures_text(figures, rates, last);
  if (style_ == ProgressStyle::lines) {
    out_ << line << "\n" << std::flush;
    return;
  }
  line.resize(std::min(line.size(), terminal_columns() - 1));
  const std::size_t columns = line.size();
  if (columns < shown_columns_) line.append(shown_columns_ - columns, ' ');
  out_ << "\r" << line << (last ? "\n" : "") << std::flush;
  shown_columns_ = columns;
}

} // namespace grunndata::tools
