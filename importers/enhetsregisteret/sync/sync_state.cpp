#include "importers/enhetsregisteret/sync/sync_state.h"

#include "importers/enhetsregisteret/file_stamp.h"
#include "importers/following/state_text.h"
#include "registry/import_batch.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

using registry::ErrorCode;
using registry::Instant;
using registry::Result;

constexpr std::string_view version = "sync 1\n";
constexpr std::array<std::string_view, 5> phases{"none", "units", "roles", "unseen", "following"};
constexpr std::array<std::string_view, 3> owed_names{"enhet", "underenhet", "roller"};
constexpr std::string_view removed_mark = " fjernet";

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

bool read_instant(std::string_view text, std::optional<Instant>& instant) {
  instant.emplace();
  return read_number(text, instant->microseconds);
}

/// "underenhet 310000280", and " fjernet" behind it.
bool add_owed(std::vector<Owed>& all, std::string_view value) {
  Owed owed;
  owed.removed = value.ends_with(removed_mark);
  if (owed.removed) value.remove_suffix(removed_mark.size());
  const std::size_t blank = value.find(' ');
  const auto* const name = std::ranges::find(owed_names, value.substr(0, blank));
  if (blank == std::string_view::npos || name == owed_names.end()) return false;
  owed.what = static_cast<Owed::What>(name - owed_names.begin());
  owed.number = value.substr(blank + 1);
  if (!is_number(owed.number)) return false;
  all.push_back(std::move(owed));
  return true;
}

/// False when the name is unknown or the value is none of its kind.
bool set(SyncState& state, std::string_view name, std::string_view value) {
  if (name == "phase") {
    const auto* const phase = std::ranges::find(phases, value);
    state.phase = static_cast<Phase>(phase - phases.begin());
    return phase != phases.end();
  }
  if (name == "rules") {
    state.rules = value;
    return true;
  }
  if (name == "roles_seen") {
    state.roles_seen.emplace_back(value);
    return true;
  }
  if (name == "modified") return read_number(value, state.modified.microseconds);
  if (name == "stamp") return read_number(value, state.stamp.microseconds);
  if (name == "roles_newest") return read_instant(value, state.roles_newest);
  if (name == "owed") return add_owed(state.owed, value);
  for (const Kind kind : kinds) {
    if (!name.ends_with(name_of(kind))) continue;
    FeedPosition& feed = state.feeds[static_cast<std::size_t>(kind)];
    const std::string_view what = name.substr(0, name.size() - name_of(kind).size());
    if (what == "pointer_") return read_number(value, feed.pointer);
    if (what == "newest_") return read_instant(value, feed.newest);
  }
  return false;
}

} // namespace

std::string_view name_of(Phase phase) noexcept { return phases[static_cast<std::size_t>(phase)]; }

Instant SyncState::start() const noexcept { return file_stamp(modified); }

std::optional<Instant> SyncState::newest_event() const noexcept {
  return std::max({feeds[0].newest, feeds[1].newest, roles_newest});
}

std::string write_state(const SyncState& state) {
  std::string text(version);
  const auto line = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(1, ' ').append(value).append(1, '\n');
  };
  const auto time = [&line](std::string_view name, Instant when) {
    line(name, std::to_string(when.microseconds));
  };
  line("phase", name_of(state.phase));
  line("rules", state.rules);
  time("modified", state.modified);
  time("stamp", state.stamp);
  for (const Kind kind : kinds) {
    const FeedPosition& feed = state.feeds[static_cast<std::size_t>(kind)];
    line(std::string("pointer_").append(name_of(kind)), std::to_string(feed.pointer));
    if (feed.newest) time(std::string("newest_").append(name_of(kind)), *feed.newest);
  }
  if (state.roles_newest) time("roles_newest", *state.roles_newest);
  for (const std::string& id : state.roles_seen) line("roles_seen", id);
  for (const Owed& owed : state.owed) {
    std::string value(owed_names[static_cast<std::size_t>(owed.what)]);
    value.append(1, ' ').append(owed.number);
    if (owed.removed) value += removed_mark;
    line("owed", value);
  }
  return text;
}

Result<SyncState> read_state(std::string_view text) {
  SyncState state;
  const bool is_whole = following::read_lines(
      text, version,
      [&state](std::string_view name, std::string_view value) { return set(state, name, value); });
  if (!is_whole) {
    return registry::fail(ErrorCode::corrupt,
                          "how far Enhetsregisteret was followed cannot be read");
  }
  return state;
}

Result<SyncState> stored_state(const registry::Registry& registry) {
  const auto kept = registry::read_mark(registry, sync_state_key);
  if (!kept) return tl::unexpected(kept.error());
  return *kept ? read_state(**kept) : SyncState{};
}

} // namespace grunndata::importers::enhetsregisteret::sync
