#include "importers/folkeregisteret/sync/synchronizer.h"

#include "importers/folkeregisteret/sync/document_writer.h"
#include "importers/folkeregisteret/sync/feed_reader.h"
#include "importers/folkeregisteret/sync/wire.h"
#include "importers/following/stamps.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::ImportCounts;
using registry::Instant;
using registry::Result;

constexpr std::size_t waiting_per_connection = 2;
/// Numbers before the start of an extract whose events may come after it was ordered.
constexpr std::uint64_t numbers_before_start = 1'000;
/// Between questions for passed-over numbers in a backlog; caught up, they are asked for each time.
constexpr std::chrono::seconds gap_interval{60};
constexpr int gap_pages_max = 16; ///< asked for at a time

class Follower {
public:
  Follower(registry::Registry& registry, const SyncOptions& options, SyncState state)
      : registry_(registry), options_(options), totals_(*options.totals), state_(std::move(state)),
        stamps_(options.clock ? options.clock : &registry::now, state_.stamp),
        transport_(options.transport, options.patience, totals_.fetch, options.notice),
        writer_(registry, options), fetcher_({.transport = options.transport,
                                              .patience = options.patience,
                                              .connections = options.connections,
                                              .part_query = options.part_query,
                                              .totals = &totals_.fetch,
                                              .next_stamp = [this] { return stamps_.next(); },
                                              .notice = options.notice}) {}

  Result<SyncEnd> run();

private:
  using Writing = std::future<Result<ImportCounts>>;
  struct Page {
    std::vector<FeedEvent> events;
    std::future<Result<Fetched>> persons;
  };
  enum class Step : std::uint8_t { done, stopped, order_again, bootstrap_asked };

  [[nodiscard]] Instant now() const { return options_.clock ? options_.clock() : registry::now(); }
  void note(const std::string& sentence) const {
    if (options_.notice) options_.notice(sentence);
  }
  /// What was stamped stays: later stamps must be later.
  void forget_position() {
    const Instant stamp = state_.stamp;
    state_ = SyncState{};
    state_.stamp = stamp;
  }
  Result<void> save();
  Result<Step> begin();
  Result<Step> order();
  Result<Step> read_extract();
  Result<bool> read_batch(std::vector<std::string> ids, bool bulk);
  Result<Step> follow();
  Result<Step> lost(const std::string& why);
  Page open_page(std::vector<FeedEvent> events);
  Result<void> write_urgent(const std::vector<FeedEvent>& events);
  Result<bool> close_page(Page page);
  Result<bool> read_gaps();
  Result<void> note_fresh();

  registry::Registry& registry_;
  const SyncOptions& options_;
  SyncTotals& totals_;
  SyncState state_;
  following::Stamps stamps_;
  PatientTransport transport_;
  DocumentWriter writer_;
  std::uint64_t gaps_asked_to_ = 0; ///< where asking for them goes on
  std::chrono::steady_clock::time_point gaps_due_ = std::chrono::steady_clock::now() + gap_interval;
  Fetcher fetcher_; ///< last: its threads end before what they use
};

Result<void> Follower::save() {
  totals_.phase = static_cast<std::uint8_t>(state_.phase);
  totals_.pointer = state_.pointer;
  totals_.gaps = state_.gaps.size();
  return registry::write_mark(registry_, sync_state_key, write_state(state_));
}

/// Remembers where the feed stands before anything is read: what comes later is then in the feed.
Result<Follower::Step> Follower::begin() {
  while (true) {
    const auto answer = transport_.get("/hendelser/siste/sekvensnummer");
    if (!answer) return Step::stopped;
    const auto newest = answer->meaning == Meaning::ok
                            ? read_sequence(answer->body)
                            : fail(ErrorCode::unavailable, answer->message);
    if (newest) {
      forget_position();
      state_.phase = Phase::ordering;
      state_.start = *newest;
      totals_.newest = *newest;
      if (auto saved = save(); !saved) return tl::unexpected(saved.error());
      return Step::done;
    }
    if (!transport_.wait_for_better(newest.error().message)) return Step::stopped;
  }
}

Result<Follower::Step> Follower::order() {
  while (true) {
    const auto answer =
        transport_.get("/uttrekk/komplett?feedsekvensnr=" + std::to_string(state_.start));
    if (!answer) return Step::stopped;
    if (answer->meaning == Meaning::too_old) return begin();
    const auto job = answer->meaning == Meaning::ok ? read_job(answer->body)
                                                    : fail(ErrorCode::unavailable, answer->message);
    if (job) {
      state_.phase = Phase::reading;
      state_.job = *job;
      state_.batch = 0;
      state_.done = 0;
      // One stamp for all of it: which of two documents of one person is newer, they say
      // themselves.
      state_.ordered = stamps_.next();
      state_.stamp = state_.ordered;
      note("a complete extract was ordered, from event " + std::to_string(state_.start));
      if (auto saved = save(); !saved) return tl::unexpected(saved.error());
      return Step::done;
    }
    if (!transport_.wait_for_better(job.error().message)) return Step::stopped;
  }
}

/// False when it was stopped.
Result<bool> Follower::read_batch(std::vector<std::string> ids, bool bulk) {
  const std::uint64_t size = ids.size();
  std::deque<std::pair<std::future<Result<Fetched>>, std::uint64_t>> fetching;
  std::deque<std::pair<Writing, std::uint64_t>> writing;
  const auto finish_one = [&]() -> Result<void> {
    auto counts = writer_.finish(std::move(writing.front().first));
    if (!counts) return tl::unexpected(counts.error());
    writing.pop_front();
    return {};
  };
  std::uint64_t at = state_.done;
  const std::size_t waiting_max = options_.connections * waiting_per_connection;
  while (at < size || !fetching.empty()) {
    while (at < size && fetching.size() < waiting_max) {
      const std::uint64_t end = std::min<std::uint64_t>(at + bulk_persons_max, size);
      fetching.emplace_back(fetcher_.fetch(Wanted::archived_persons,
                                           {ids.begin() + static_cast<std::ptrdiff_t>(at),
                                            ids.begin() + static_cast<std::ptrdiff_t>(end)}),
                            end);
      at = end;
    }
    auto fetched = fetching.front().first.get();
    const std::uint64_t end = fetching.front().second;
    fetching.pop_front();
    if (!fetched) {
      if (fetched.error().code == ErrorCode::cancelled) break;
      return tl::unexpected(fetched.error());
    }
    const std::uint64_t first = state_.done + 1;
    state_.done = end;
    writing.emplace_back(writer_.write({.fetched = std::move(*fetched),
                                        .stamp = state_.ordered,
                                        .first_number = first,
                                        .cursor_value = write_state(state_),
                                        .bulk = bulk}),
                         end);
    if (writing.size() > 1) {
      if (auto finished = finish_one(); !finished) return tl::unexpected(finished.error());
    }
  }
  while (!writing.empty()) {
    if (auto finished = finish_one(); !finished) return tl::unexpected(finished.error());
  }
  while (!fetching.empty()) { // stopped: what comes is dropped, and asked for again later
    fetching.front().first.wait();
    fetching.pop_front();
  }
  return state_.done >= size;
}

Result<Follower::Step> Follower::read_extract() {
  const bool bulk = registry_.newest_sequence() == 0;
  while (true) {
    const std::string path = "/uttrekk/" + state_.job + "/batch/" + std::to_string(state_.batch);
    const auto answer = transport_.get(path, {}, true);
    if (!answer) return Step::stopped;
    if (answer->meaning == Meaning::not_found) { // not ready
      if (!transport_.sleep(std::max(options_.patience.first, answer->retry_after))) {
        return Step::stopped;
      }
      continue;
    }
    if (answer->meaning == Meaning::gone || answer->meaning == Meaning::refused) {
      note("the extract is gone at the source; another is ordered");
      return Step::order_again;
    }
    auto ids = answer->meaning == Meaning::ok ? read_extract_batch(answer->body)
                                              : Result<std::optional<std::vector<std::string>>>(
                                                    fail(ErrorCode::unavailable, answer->message));
    if (!ids) {
      if (!transport_.wait_for_better(ids.error().message)) return Step::stopped;
      continue;
    }
    if (!*ids) break; // the last
    const auto whole = read_batch(std::move(**ids), bulk);
    if (!whole) return tl::unexpected(whole.error());
    if (!*whole) return Step::stopped;
    ++state_.batch;
    state_.done = 0;
    if (auto saved = save(); !saved) return tl::unexpected(saved.error());
  }
  if (bulk) {
    if (auto settled = registry::settle_after_bulk(registry_); !settled) {
      return tl::unexpected(settled.error());
    }
  }
  state_.phase = Phase::following;
  state_.pointer = state_.start;
  state_.pointer_done = false;
  state_.pointer_mark.clear();
  if (state_.start > 1) {
    state_.gaps = {
        {state_.start - std::min(state_.start - 1, numbers_before_start),
         state_.start - 1,
         {now().microseconds + std::chrono::microseconds(options_.late_within).count()}}};
  }
  note("the extract is read; following the feed from event " + std::to_string(state_.pointer));
  if (auto saved = save(); !saved) return tl::unexpected(saved.error());
  return Step::done;
}

Result<Follower::Step> Follower::lost(const std::string& why) {
  note(why);
  if (!options_.bootstrap_when_lost) {
    note("a new complete extract is needed: grunndata sync folkeregisteret --bootstrap");
    return Step::bootstrap_asked;
  }
  return Step::order_again;
}

Follower::Page Follower::open_page(std::vector<FeedEvent> events) {
  std::vector<std::string> persons;
  for (const FeedEvent& event : events) persons.push_back(event.identifier);
  std::sort(persons.begin(), persons.end());
  persons.erase(std::unique(persons.begin(), persons.end()), persons.end());
  return {std::move(events), fetcher_.fetch(Wanted::persons_now, std::move(persons))};
}

/// Whoever got another protection does not wait behind what was told before.
Result<void> Follower::write_urgent(const std::vector<FeedEvent>& events) {
  std::vector<std::string> persons;
  for (const FeedEvent& event : events) {
    if (event.type == "endringIAdressebeskyttelse") persons.push_back(event.identifier);
  }
  if (persons.empty()) return {};
  auto fetched = fetcher_.fetch(Wanted::persons_now, std::move(persons), true).get();
  if (!fetched) {
    return fetched.error().code == ErrorCode::cancelled ? Result<void>()
                                                        : tl::unexpected(fetched.error());
  }
  fetched->unknown.clear(); // their turn comes, and then it is told
  const Instant stamp = fetched->stamp;
  DocumentWriter::Job job;
  job.fetched = std::move(*fetched);
  job.stamp = stamp;
  auto counts = writer_.finish(writer_.write(std::move(job)));
  return counts ? Result<void>() : tl::unexpected(counts.error());
}

/// Commits what the page led to, and the pointer with it. False when it was stopped.
Result<bool> Follower::close_page(Page page) {
  auto fetched = page.persons.get();
  if (!fetched) {
    return fetched.error().code == ErrorCode::cancelled ? Result<bool>(false)
                                                        : tl::unexpected(fetched.error());
  }
  const FeedEvent& last = *std::max_element(
      page.events.begin(), page.events.end(),
      [](const FeedEvent& a, const FeedEvent& b) { return a.sequence < b.sequence; });
  SyncState after = state_;
  fill_gaps(after.gaps, page.events);
  if (const std::size_t given_up = add_gaps(after.gaps, after.pointer, page.events, now(),
                                            std::chrono::microseconds(options_.late_within));
      given_up != 0) {
    totals_.gaps_given_up += given_up;
    note("too many numbers of the feed were passed over; a sweep finds what comes late in them");
  }
  if (last.sequence > state_.pointer || (last.sequence == state_.pointer && !state_.pointer_done)) {
    after.pointer = last.sequence;
    after.pointer_done = true;
    after.pointer_mark = mark_of(last);
  }
  after.stamp = std::max(state_.stamp, fetched->stamp);
  for (const FeedEvent& event : page.events) {
    if (event.recorded && (!after.newest_event || *after.newest_event < *event.recorded)) {
      after.newest_event = event.recorded;
    }
  }
  const Instant stamp = fetched->stamp;
  auto counts = writer_.finish(writer_.write({.fetched = std::move(*fetched),
                                              .stamp = stamp,
                                              .first_number = page.events.front().sequence,
                                              .cursor_value = write_state(after)}));
  if (!counts) return tl::unexpected(counts.error());
  state_ = std::move(after);
  totals_.events += page.events.size();
  totals_.event_rate.add(page.events.size());
  totals_.gaps = state_.gaps.size();
  totals_.pointer = state_.pointer;
  totals_.newest_event_us = state_.newest_event ? state_.newest_event->microseconds : 0;
  return true;
}

/// Asks for numbers that were passed over, and deals with the events that they were given to
/// meanwhile. False when it was stopped.
Result<bool> Follower::read_gaps() {
  gaps_due_ = std::chrono::steady_clock::now() + gap_interval;
  for (int pages = 0; pages < gap_pages_max; ++pages) {
    const auto gap = std::find_if(state_.gaps.begin(), state_.gaps.end(),
                                  [this](const FeedGap& one) { return one.last > gaps_asked_to_; });
    if (gap == state_.gaps.end()) break;
    const std::uint64_t from = std::max(gap->first, gaps_asked_to_ + 1);
    const auto answer = transport_.get("/hendelser/feed?seq=" + std::to_string(from));
    if (!answer) return false;
    if (answer->meaning == Meaning::too_old) { // no longer kept
      gaps_asked_to_ = gap->last;
      continue;
    }
    auto events =
        answer->meaning == Meaning::ok
            ? read_feed_page(answer->body)
            : Result<std::vector<FeedEvent>>(fail(ErrorCode::unavailable, answer->message));
    if (!events) {
      if (!transport_.wait_for_better(events.error().message)) return false;
      continue;
    }
    std::uint64_t answered_to = state_.pointer;
    if (events->size() >= feed_page_events) {
      answered_to =
          std::max_element(events->begin(), events->end(), [](const auto& a, const auto& b) {
            return a.sequence < b.sequence;
          })->sequence;
    }
    std::erase_if(*events, [this](const FeedEvent& event) {
      return !is_in_gap(state_.gaps, event.sequence);
    });
    if (!events->empty()) {
      totals_.late += events->size();
      const auto closed = close_page(open_page(std::move(*events)));
      if (!closed || !*closed) return closed;
    }
    gaps_asked_to_ = std::max(from, answered_to);
  }
  drop_gaps(state_.gaps, gaps_asked_to_, now());
  totals_.gaps = state_.gaps.size();
  if (state_.gaps.empty() || state_.gaps.back().last <= gaps_asked_to_) gaps_asked_to_ = 0;
  return true;
}

/// All that the source had is in: its age is that of this moment, unless it stands still itself.
Result<void> Follower::note_fresh() {
  const Instant now = this->now();
  totals_.fresh_us = now.microseconds;
  const auto frozen_us =
      std::chrono::duration_cast<std::chrono::microseconds>(options_.frozen_after).count();
  const bool was_frozen = totals_.frozen;
  totals_.frozen =
      now.microseconds - state_.newest_event.value_or(state_.ordered).microseconds > frozen_us;
  if (totals_.frozen && !was_frozen) {
    note("the source answers, but has told of nothing new for too long: it may stand still");
  }
  const Instant as_of = totals_.frozen ? *state_.newest_event : now;
  return registry::note_extracted(registry_, registry::Source::folkeregisteret, as_of);
}

Result<Follower::Step> Follower::follow() {
  FeedReader feed(transport_, totals_, state_);
  std::deque<Page> pages;
  const std::size_t pages_max = std::max(1U, options_.connections);
  bool caught_up = false;
  while (true) {
    while (!caught_up && pages.size() < pages_max) {
      auto read = feed.next();
      if (!read) return tl::unexpected(read.error());
      if (read->outcome == FeedOutcome::stopped) break;
      if (read->outcome == FeedOutcome::lost) {
        return lost(read->why);
      }
      caught_up = read->outcome == FeedOutcome::caught_up;
      if (read->events.empty()) continue;
      if (!pages.empty()) {
        if (auto written = write_urgent(read->events); !written) {
          return tl::unexpected(written.error());
        }
      }
      pages.push_back(open_page(std::move(read->events)));
    }
    if (!pages.empty()) {
      const auto closed = close_page(std::move(pages.front()));
      if (!closed) return tl::unexpected(closed.error());
      pages.pop_front();
      if (!*closed) break;
      if (std::chrono::steady_clock::now() < gaps_due_) continue;
    }
    if (transport_.stopped() && pages.empty()) break;
    const auto read = read_gaps();
    if (!read) return tl::unexpected(read.error());
    if (!pages.empty() || !caught_up || !*read) continue;
    if (auto noted = note_fresh(); !noted) return tl::unexpected(noted.error());
    if (options_.at_rest) options_.at_rest();
    if (options_.once) return Step::done;
    if (!transport_.sleep(options_.poll)) break;
    caught_up = false;
  }
  for (Page& page : pages) page.persons.wait();
  return Step::stopped;
}

Result<SyncEnd> Follower::run() {
  if (options_.bootstrap_again) forget_position();
  while (true) {
    Result<Step> step = Step::done;
    switch (state_.phase) {
      case Phase::none: step = begin(); break;
      case Phase::ordering: step = order(); break;
      case Phase::reading: step = read_extract(); break;
      case Phase::following:
        step = follow();
        if (step && *step == Step::done) return SyncEnd::caught_up;
        break;
    }
    if (!step) return tl::unexpected(step.error());
    switch (*step) {
      case Step::done: break;
      case Step::stopped: return SyncEnd::stopped;
      case Step::bootstrap_asked: return SyncEnd::bootstrap_asked;
      case Step::order_again:
        // A gone extract is ordered from where it began; a lost feed has a new beginning.
        state_.phase = state_.phase == Phase::reading ? Phase::ordering : Phase::none;
        if (auto saved = save(); !saved) return tl::unexpected(saved.error());
        break;
    }
  }
}

} // namespace

Result<SyncEnd> synchronize(registry::Registry& registry, const SyncOptions& options) {
  const auto checked = following::check_base_url(options.transport.base_url, "Folkeregisteret");
  if (!checked) {
    return tl::unexpected(checked.error());
  }
  auto state = stored_state(registry);
  if (!state) return tl::unexpected(state.error());
  SyncTotals& totals = *options.totals;
  totals.running = true;
  totals.phase = static_cast<std::uint8_t>(state->phase);
  totals.pointer = state->pointer;
  totals.gaps = state->gaps.size();
  totals.newest_event_us = state->newest_event ? state->newest_event->microseconds : 0;
  auto end = Follower(registry, options, std::move(*state)).run();
  totals.running = false;
  return end;
}

} // namespace grunndata::importers::folkeregisteret::sync
