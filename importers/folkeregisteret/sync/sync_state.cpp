#include "importers/folkeregisteret/sync/sync_state.h"

#include "importers/following/state_text.h"
#include "registry/import_batch.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::string_view version = "sync 1\n";
constexpr std::array<std::string_view, 4> phases{"none", "ordering", "reading", "following"};

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

/// "FIRST LAST UNTIL"; after the one before.
bool add_gap(FeedGaps& gaps, std::string_view value) {
  const std::size_t first = value.find(' ');
  const std::size_t second = value.find(' ', std::min(first, value.size() - 1) + 1);
  FeedGap gap;
  if (second == std::string_view::npos || !read_number(value.substr(0, first), gap.first) ||
      !read_number(value.substr(first + 1, second - first - 1), gap.last) ||
      !read_number(value.substr(second + 1), gap.until.microseconds) || gap.last < gap.first ||
      (!gaps.empty() && gap.first <= gaps.back().last) || gaps.size() >= feed_gaps_max) {
    return false;
  }
  gaps.push_back(gap);
  return true;
}

/// False when the name is unknown or the value is none of its kind.
bool set(SyncState& state, std::string_view name, std::string_view value) {
  if (name == "phase") {
    for (std::size_t i = 0; i < phases.size(); ++i) {
      if (phases[i] == value) {
        state.phase = static_cast<Phase>(i);
        return true;
      }
    }
    return false;
  }
  if (name == "job") {
    state.job = value;
    return true;
  }
  if (name == "pointer_mark") {
    state.pointer_mark = value;
    return true;
  }
  if (name == "pointer_done") {
    state.pointer_done = value == "1";
    return true;
  }
  if (name == "ordered") return read_number(value, state.ordered.microseconds);
  if (name == "stamp") return read_number(value, state.stamp.microseconds);
  if (name == "newest_event") {
    state.newest_event.emplace();
    return read_number(value, state.newest_event->microseconds);
  }
  if (name == "gap") return !value.empty() && add_gap(state.gaps, value);
  if (name == "start") return read_number(value, state.start);
  if (name == "batch") return read_number(value, state.batch);
  if (name == "done") return read_number(value, state.done);
  if (name == "pointer") return read_number(value, state.pointer);
  return false;
}

} // namespace

std::string_view name_of(Phase phase) noexcept { return phases[static_cast<std::size_t>(phase)]; }

std::string write_state(const SyncState& state) {
  std::string text(version);
  const auto line = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(1, ' ').append(value).append(1, '\n');
  };
  line("phase", name_of(state.phase));
  line("start", std::to_string(state.start));
  line("job", state.job);
  line("batch", std::to_string(state.batch));
  line("done", std::to_string(state.done));
  line("ordered", std::to_string(state.ordered.microseconds));
  line("pointer", std::to_string(state.pointer));
  line("pointer_done", state.pointer_done ? "1" : "0");
  line("pointer_mark", state.pointer_mark);
  line("stamp", std::to_string(state.stamp.microseconds));
  if (state.newest_event) line("newest_event", std::to_string(state.newest_event->microseconds));
  for (const FeedGap& gap : state.gaps) {
    line("gap", std::to_string(gap.first) + ' ' + std::to_string(gap.last) + ' ' +
                    std::to_string(gap.until.microseconds));
  }
  return text;
}

Result<SyncState> read_state(std::string_view text) {
  SyncState state;
  const bool is_whole = following::read_lines(
      text, version,
      [&state](std::string_view name, std::string_view value) { return set(state, name, value); });
  if (!is_whole) {
    return fail(ErrorCode::corrupt, "how far Folkeregisteret was followed cannot be read");
  }
  return state;
}

Result<SyncState> stored_state(const registry::Registry& registry) {
  const auto kept = registry::read_mark(registry, sync_state_key);
  if (!kept) return tl::unexpected(kept.error());
  return *kept ? read_state(**kept) : SyncState{};
}

} // namespace grunndata::importers::folkeregisteret::sync
