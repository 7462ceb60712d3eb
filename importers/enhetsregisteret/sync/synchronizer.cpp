#include "importers/enhetsregisteret/sync/synchronizer.h"

#include "importers/enhetsregisteret/sync/feed_questions.h"
#include "importers/enhetsregisteret/sync/full_files.h"
#include "importers/enhetsregisteret/sync/role_work.h"
#include "importers/enhetsregisteret/sync/unit_work.h"
#include "importers/following/stamps.h"
#include "registry/import_batch.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Instant;
using registry::Result;
using registry::virksomhet::NodeBatch;
using registry::virksomhet::NodeSource;

constexpr std::size_t unseen_at_once = 500;
constexpr std::size_t owed_at_once = 200;
constexpr std::int64_t millisecond_us = 1'000;
constexpr std::string_view removal = "Fjernet";

std::string one_line(const SelectionRules& rules) {
  std::string line;
  for (const auto& [name, values] :
       {std::pair{"industries", &rules.industries}, std::pair{"forms", &rules.forms},
        std::pair{"parents", &rules.parents}, std::pair{"units", &rules.units}}) {
    std::vector<std::string> sorted = *values;
    std::ranges::sort(sorted);
    for (const std::string& value : sorted) {
      line.append(line.empty() ? "" : " ").append(name).append(1, '=').append(value);
    }
  }
  std::ranges::replace(line, '\n', ' ');
  return line;
}

class Follower {
public:
  Follower(registry::Registry& registry, const SyncOptions& options, SyncState state)
      : registry_(registry), options_(options), totals_(*options.totals), state_(std::move(state)),
        stamps_(options.clock ? options.clock : &registry::now, state_.stamp),
        transport_(options.transport, options.patience, totals_.fetch, options.notice),
        questions_(transport_),
        fetcher_({options.transport, options.patience, options.connections, &totals_.fetch,
                  options.notice}),
        files_(registry, options), work_(registry, fetcher_, {options.rules, options.roles}) {}

  Result<SyncEnd> run();

private:
  enum class Step : std::uint8_t { done, stopped, begin_again, bootstrap_asked };

  [[nodiscard]] Instant now() const { return options_.clock ? options_.clock() : registry::now(); }
  void note(const std::string& sentence) const {
    if (options_.notice) options_.notice(sentence);
  }
  Result<void> save();
  void show();
  Result<Step> begin_again();
  Result<Step> fetch_files();
  Result<Step> load();
  Result<Step> ask_for_unseen();
  Result<Step> follow();
  Result<Step> find_position();
  Result<bool> read_feed(Kind kind);
  Result<bool> write_removed(std::span<const ToldUnit> told);
  Result<bool> read_role_events();
  Result<bool> settle_owed();
  Result<bool> settle_units(const std::vector<Owed>& owed);
  Result<bool> write_roles(const std::vector<std::string>& numbers, SyncState after);
  Result<void> commit(NodeBatch batch, SyncState after);
  void owe(SyncState& after, std::vector<Owed> owed) const;
  Result<void> note_fresh();

  registry::Registry& registry_;
  const SyncOptions& options_;
  SyncTotals& totals_;
  SyncState state_;
  following::Stamps stamps_;
  following::PatientTransport transport_;
  FeedQuestions questions_;
  UnitFetcher fetcher_;
  FullFiles files_;
  UnitWork work_;
};

void Follower::show() {
  totals_.phase = static_cast<std::uint8_t>(state_.phase);
  totals_.owed = state_.owed.size();
  for (const Kind kind : kinds) {
    const FeedPosition& feed = state_.feeds[static_cast<std::size_t>(kind)];
    SyncTotals::Feed& shown = totals_.feeds[static_cast<std::size_t>(kind)];
    shown.pointer = feed.pointer;
    shown.newest_event_us = feed.newest ? feed.newest->microseconds : 0;
  }
  const auto newest = state_.newest_event();
  totals_.newest_event_us = newest ? newest->microseconds : 0;
}

Result<void> Follower::save() {
  show();
  return registry::write_mark(registry_, sync_state_key, write_state(state_));
}

/// What was stamped and what is owed stays: later stamps must be later.
Result<Follower::Step> Follower::begin_again() {
  if (auto forgotten = files_.forget(); !forgotten) return tl::unexpected(forgotten.error());
  SyncState fresh;
  fresh.stamp = state_.stamp;
  fresh.owed = std::move(state_.owed);
  fresh.rules = one_line(options_.rules);
  state_ = std::move(fresh);
  if (auto saved = save(); !saved) return tl::unexpected(saved.error());
  return Step::done;
}

Result<Follower::Step> Follower::fetch_files() {
  const auto modified = files_.fetch();
  if (!modified) {
    return modified.error().code == ErrorCode::cancelled ? Result<Step>(Step::stopped)
                                                         : tl::unexpected(modified.error());
  }
  state_.modified = *modified;
  state_.rules = one_line(options_.rules);
  state_.phase = Phase::units;
  note("the full files are there, of " + registry::format_instant(*modified));
  if (auto saved = save(); !saved) return tl::unexpected(saved.error());
  return Step::done;
}

/// What the files hold counts as read when the feeds begin: what was fetched since is newer.
Result<Follower::Step> Follower::load() {
  const bool units = state_.phase == Phase::units;
  const auto loaded = units ? files_.load_units(state_.start()) : files_.load_roles(state_.start());
  if (!loaded) {
    switch (loaded.error().code) {
      case ErrorCode::cancelled: return Step::stopped;
      case ErrorCode::not_found:
      case ErrorCode::invalid: note("the full files are gone or others; fetching them anew");
        return Step::begin_again;
      default: return tl::unexpected(loaded.error());
    }
  }
  state_.phase = units ? Phase::roles : Phase::unseen;
  if (auto saved = save(); !saved) return tl::unexpected(saved.error());
  return Step::done;
}

/// Who is in no file has not ended for that: the source is asked.
Result<Follower::Step> Follower::ask_for_unseen() {
  const auto unseen = files_.unseen();
  if (!unseen) {
    switch (unseen.error().code) {
      case ErrorCode::cancelled: return Step::stopped;
      case ErrorCode::not_found: return Step::begin_again;
      default: return tl::unexpected(unseen.error());
    }
  }
  for (std::size_t at = 0; at < unseen->size(); at += unseen_at_once) {
    std::vector<ToldUnit> told;
    for (std::size_t i = at; i < std::min(at + unseen_at_once, unseen->size()); ++i) {
      told.push_back({(*unseen)[i], Kind::enheter, true, {}});
    }
    const Instant stamp = stamps_.next();
    auto made = work_.make(told, stamp);
    if (!made) return Step::stopped;
    SyncState after = state_;
    after.stamp = stamp;
    owe(after, std::move(made->owed));
    if (auto done = commit(std::move(made->batch), std::move(after)); !done) {
      return tl::unexpected(done.error());
    }
  }
  if (transport_.stopped()) return Step::stopped;
  state_.phase = Phase::following;
  note("the full files are read; following the feeds from " + feed_time(state_.start()));
  if (auto saved = save(); !saved) return tl::unexpected(saved.error());
  return Step::done;
}

/// Adds what is not owed yet; a removal that was told stays told.
void Follower::owe(SyncState& after, std::vector<Owed> owed) const {
  for (Owed& one : owed) {
    const auto same = std::ranges::find_if(after.owed, [&one](const Owed& other) {
      return other.what == one.what && other.number == one.number;
    });
    if (same != after.owed.end()) {
      same->removed = same->removed || one.removed;
    } else if (after.owed.size() < owed_max) {
      after.owed.push_back(std::move(one));
    } else {
      note("the source does not give too many units to remember them all: read the full files "
           "anew (--bootstrap)");
    }
  }
}

Result<void> Follower::commit(NodeBatch batch, SyncState after) {
  while (options_.may_go_on) {
    const auto may = options_.may_go_on();
    if (may) break;
    note("waiting: " + may.error().message);
    if (!transport_.sleep(std::chrono::milliseconds(1'000))) {
      return fail(ErrorCode::cancelled, "stopped");
    }
  }
  batch.cursor_key = sync_state_key;
  batch.cursor_value = write_state(after);
  const auto counts = registry::virksomhet::import_nodes(registry_, std::move(batch));
  if (!counts) return tl::unexpected(counts.error());
  totals_.written += counts->written;
  totals_.unchanged += counts->unchanged;
  totals_.superseded += counts->superseded;
  totals_.quarantined += counts->quarantined;
  state_ = std::move(after);
  show();
  return {};
}

/// The feeds know the newest event that was dealt with, or they are others than before.
Result<Follower::Step> Follower::find_position() {
  for (const Kind kind : kinds) {
    const std::uint64_t pointer = state_.feeds[static_cast<std::size_t>(kind)].pointer;
    if (pointer == 0) continue;
    const auto known = questions_.knows(kind, pointer);
    if (!known) return Step::stopped;
    if (*known) continue;
    note("the feeds do not know the position any more");
    if (options_.bootstrap_when_lost) return Step::begin_again;
    note("the full files are to be read anew: grunndata sync enhetsregisteret --bootstrap");
    return Step::bootstrap_asked;
  }
  return Step::done;
}

/// Who was taken away does not wait behind what was told before.
Result<bool> Follower::write_removed(std::span<const ToldUnit> told) {
  std::vector<ToldUnit> removed;
  std::ranges::copy_if(told, std::back_inserter(removed), &ToldUnit::removed);
  if (removed.empty() || removed.size() == told.size()) return true;
  const Instant stamp = stamps_.next();
  auto made = work_.make(removed, stamp);
  if (!made) return false;
  SyncState after = state_;
  after.stamp = stamp;
  if (auto done = commit(std::move(made->batch), std::move(after)); !done) {
    return tl::unexpected(done.error());
  }
  return true;
}

/// Reads one page and commits what it led to with the position behind it. True when there may be
/// more; an error `cancelled` when stopped.
Result<bool> Follower::read_feed(Kind kind) {
  const auto place = static_cast<std::size_t>(kind);
  const FeedPosition& feed = state_.feeds[place];
  const auto page = feed.pointer != 0 ? questions_.after(kind, feed.pointer)
                                      : questions_.since(kind, state_.start());
  if (!page) return tl::unexpected(page.error());
  totals_.asked_us = registry::now().microseconds;
  totals_.feeds[place].waiting = page->waiting;
  if (page->events.empty()) return false;
  std::map<std::string, ToldUnit> told;
  SyncState after = state_;
  FeedPosition& position = after.feeds[place];
  for (const UnitEvent& event : page->events) {
    ToldUnit& unit = told.try_emplace(event.number, ToldUnit{event.number, kind, false, {}})
                         .first->second;
    unit.removed = unit.removed || event.type == removal;
    unit.when = std::max(unit.when, event.when);
    position.pointer = std::max(position.pointer, event.id);
    position.newest = std::max(position.newest, event.when);
  }
  std::vector<ToldUnit> units;
  for (auto& [number, unit] : told) units.push_back(std::move(unit));
  const auto urgent = write_removed(units);
  if (!urgent) return tl::unexpected(urgent.error());
  after.stamp = stamps_.next();
  auto made = *urgent ? work_.make(units, after.stamp)
                      : Result<UnitWork::Made>(fail(ErrorCode::cancelled, "stopped"));
  if (!made) return tl::unexpected(made.error());
  totals_.units += made->fetched;
  totals_.unit_rate.add(made->fetched);
  totals_.left_out += made->left_out;
  owe(after, std::move(made->owed));
  if (auto done = commit(std::move(made->batch), std::move(after)); !done) {
    return tl::unexpected(done.error());
  }
  totals_.events += page->events.size();
  totals_.event_rate.add(page->events.size());
  totals_.feeds[place].waiting = page->waiting - std::min<std::uint64_t>(page->waiting,
                                                                         page->events.size());
  return page->waiting > page->events.size();
}

Result<bool> Follower::write_roles(const std::vector<std::string>& numbers, SyncState after) {
  after.stamp = stamps_.next();
  auto made = make_roles(registry_, fetcher_, numbers, after.stamp);
  if (!made) return tl::unexpected(made.error());
  owe(after, std::move(made->owed));
  if (auto done = commit(std::move(made->batch), std::move(after)); !done) {
    return tl::unexpected(done.error());
  }
  return true;
}

/// Read by time, after which the feed begins: events of one time may stand on both sides of the end
/// of a page, so those of the newest time are asked for again. True when there may be more.
Result<bool> Follower::read_role_events() {
  const Instant newest = state_.roles_newest.value_or(state_.start());
  auto events = questions_.roles({newest.microseconds - millisecond_us});
  if (!events) return tl::unexpected(events.error());
  totals_.asked_us = registry::now().microseconds;
  const bool is_whole = events->size() >= role_page_events;
  std::erase_if(*events, [this](const RoleEvent& event) {
    return std::ranges::count(state_.roles_seen, event.id) > 0;
  });
  SyncState after = state_;
  std::vector<std::string> numbers;
  for (const RoleEvent& event : *events) {
    numbers.push_back(event.number);
    after.roles_newest = std::max(after.roles_newest.value_or(event.when), event.when);
  }
  if (events->empty()) {
    if (!is_whole) return false;
    after.roles_newest = Instant{newest.microseconds + millisecond_us};
    note("more roles changed at one time than a page holds; some of them may be missed");
  }
  if (after.roles_newest != state_.roles_newest) after.roles_seen.clear();
  for (const RoleEvent& event : *events) {
    // To the millisecond, as they are asked for.
    const std::int64_t before = after.roles_newest->microseconds - event.when.microseconds;
    if (before < 2 * millisecond_us) after.roles_seen.push_back(event.id);
  }
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (auto written = write_roles(numbers, std::move(after)); !written) return written;
  totals_.events += events->size();
  totals_.event_rate.add(events->size());
  return is_whole;
}

Result<bool> Follower::settle_units(const std::vector<Owed>& owed) {
  std::vector<ToldUnit> told;
  for (const Owed& one : owed) {
    const Kind kind = one.what == Owed::What::enhet ? Kind::enheter : Kind::underenheter;
    told.push_back({one.number, kind, one.removed, {}});
  }
  SyncState after = state_;
  after.stamp = stamps_.next();
  auto made = work_.make(told, after.stamp);
  if (!made) return tl::unexpected(made.error());
  totals_.units += made->fetched;
  std::erase_if(after.owed, [&owed](const Owed& one) {
    return std::ranges::count(owed, one) > 0;
  });
  owe(after, std::move(made->owed)); // behind all others
  if (auto done = commit(std::move(made->batch), std::move(after)); !done) {
    return tl::unexpected(done.error());
  }
  return true;
}

/// Asks for what is owed, at most so much of it at a time.
Result<bool> Follower::settle_owed() {
  std::vector<Owed> units;
  std::vector<std::string> numbers;
  for (const Owed& one : state_.owed) {
    if (one.what != Owed::What::roles && units.size() < owed_at_once) units.push_back(one);
    if (one.what == Owed::What::roles && numbers.size() < owed_at_once) {
      numbers.push_back(one.number);
    }
  }
  if (!units.empty()) {
    if (auto settled = settle_units(units); !settled) return settled;
  }
  if (numbers.empty()) return true;
  SyncState after = state_;
  std::erase_if(after.owed, [&numbers](const Owed& one) {
    return one.what == Owed::What::roles && std::ranges::count(numbers, one.number) > 0;
  });
  return write_roles(numbers, std::move(after));
}

/// All that the source had is in: its age is that of this moment, unless it stands still itself.
Result<void> Follower::note_fresh() {
  const Instant now = this->now();
  totals_.fresh_us = now.microseconds;
  const Instant newest = state_.newest_event().value_or(state_.modified);
  const auto frozen_us =
      std::chrono::duration_cast<std::chrono::microseconds>(options_.frozen_after).count();
  const bool was_frozen = totals_.frozen;
  totals_.frozen = now.microseconds - newest.microseconds > frozen_us;
  if (totals_.frozen && !was_frozen) {
    note("the source answers, but has told of nothing new for too long: it may stand still");
  }
  return registry::note_extracted(registry_,
                                  static_cast<registry::Source>(NodeSource::enhetsregisteret),
                                  totals_.frozen ? newest : now);
}

Result<Follower::Step> Follower::follow() {
  // A crash may have left them, and who is in them may have been taken away since.
  if (auto forgotten = files_.forget(); !forgotten) return tl::unexpected(forgotten.error());
  if (const auto found = find_position(); !found || *found != Step::done) return found;
  const auto ended = [](const registry::Error& error) {
    return error.code == ErrorCode::cancelled ? Result<Step>(Step::stopped)
                                              : tl::unexpected(error);
  };
  while (!transport_.stopped()) {
    bool more = false;
    for (const Kind kind : kinds) {
      const auto read = read_feed(kind);
      if (!read) return ended(read.error());
      more = more || *read;
    }
    if (more) continue;
    if (options_.roles) {
      const auto read = read_role_events();
      if (!read) return ended(read.error());
      more = *read;
    }
    const std::size_t owed_before = state_.owed.size();
    if (const auto settled = settle_owed(); !settled) return ended(settled.error());
    if (more || (state_.owed.size() < owed_before && !state_.owed.empty())) continue;
    if (auto noted = note_fresh(); !noted) return tl::unexpected(noted.error());
    if (options_.at_rest) options_.at_rest();
    if (options_.once) return Step::done;
    if (!transport_.sleep(options_.poll)) break;
  }
  return Step::stopped;
}

Result<SyncEnd> Follower::run() {
  if (state_.phase != Phase::none && state_.rules != one_line(options_.rules)) {
    note("other units are to be picked than before: reading the full files anew");
    if (auto begun = begin_again(); !begun) return tl::unexpected(begun.error());
  } else if (options_.bootstrap_again) {
    if (auto begun = begin_again(); !begun) return tl::unexpected(begun.error());
  }
  while (true) {
    Result<Step> step = Step::done;
    switch (state_.phase) {
      case Phase::none: step = fetch_files(); break;
      case Phase::units:
      case Phase::roles: step = load(); break;
      case Phase::unseen: step = ask_for_unseen(); break;
      case Phase::following:
        step = follow();
        if (step && *step == Step::done) return SyncEnd::caught_up;
        break;
    }
    if (step && *step == Step::begin_again) step = begin_again();
    if (!step) {
      if (step.error().code == ErrorCode::cancelled) return SyncEnd::stopped;
      return tl::unexpected(step.error());
    }
    if (*step == Step::stopped) return SyncEnd::stopped;
    if (*step == Step::bootstrap_asked) return SyncEnd::bootstrap_asked;
  }
}

} // namespace

following::TransportOptions source_options(std::string base_url, const std::atomic<bool>& stop) {
  following::TransportOptions options;
  options.base_url = std::move(base_url);
  options.source_name = "Enhetsregisteret";
  // Without a version the newest would come, whose shape may be another.
  options.accept = "application/vnd.brreg.enhetsregisteret.enhet.v2+json,"
                   "application/vnd.brreg.enhetsregisteret.underenhet.v2+json;q=0.9,"
                   "application/json;q=0.5";
  options.retry_after_unit = std::chrono::seconds(1);
  options.stop = &stop;
  return options;
}

Result<SyncEnd> synchronize(registry::Registry& registry, const SyncOptions& options) {
  const auto checked = following::check_base_url(options.transport.base_url, "Enhetsregisteret");
  if (!checked) return tl::unexpected(checked.error());
  auto state = stored_state(registry);
  if (!state) return tl::unexpected(state.error());
  SyncTotals& totals = *options.totals;
  totals.running = true;
  auto end = Follower(registry, options, std::move(*state)).run();
  totals.running = false;
  return end;
}

} // namespace grunndata::importers::enhetsregisteret::sync
