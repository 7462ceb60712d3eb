// Comparing everybody with the source: what changed without an event is found here.
#include "importers/folkeregisteret/sync/document_writer.h"
#include "importers/folkeregisteret/sync/fetcher.h"
#include "importers/folkeregisteret/sync/synchronizer.h"
#include "registry/numbered_persons.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::EntityId;
using registry::ErrorCode;
using registry::Result;
using std::chrono::steady_clock;

constexpr std::string_view sweep_key = "cursor/sweep/folkeregisteret";

Result<EntityId> left_at(const registry::Registry& registry) {
  const auto kept = registry::read_mark(registry, sweep_key);
  if (!kept) return tl::unexpected(kept.error());
  EntityId entity;
  if (*kept && (*kept)->size() == entity.bytes.size()) {
    std::copy((*kept)->begin(), (*kept)->end(), entity.bytes.begin());
  }
  return entity;
}

bool sleep_until(steady_clock::time_point when, const std::atomic<bool>& stop) {
  while (!stop && steady_clock::now() < when) {
    std::this_thread::sleep_for(std::min<steady_clock::duration>(std::chrono::milliseconds(50),
                                                                 when - steady_clock::now()));
  }
  return !stop;
}

} // namespace

Result<SweepResult> sweep(registry::Registry& registry, const SweepOptions& options) {
  const SyncOptions& sync = options.sync;
  const auto checked = following::check_base_url(sync.transport.base_url, "Folkeregisteret");
  if (!checked) {
    return tl::unexpected(checked.error());
  }
  auto at = left_at(registry);
  if (!at) return tl::unexpected(at.error());
  FetcherOptions fetching;
  fetching.transport = sync.transport;
  fetching.patience = sync.patience;
  fetching.connections = 1;
  fetching.part_query = sync.part_query;
  fetching.totals = &sync.totals->fetch;
  fetching.next_stamp = sync.clock ? sync.clock : &registry::now;
  fetching.notice = sync.notice;
  Fetcher fetcher(std::move(fetching));
  DocumentWriter writer(registry, sync);
  const std::atomic<bool>& stop = *sync.transport.stop;
  const std::size_t step =
      options.persons_per_second == 0
          ? bulk_persons_max
          : std::min<std::size_t>(bulk_persons_max, options.persons_per_second);
  SweepResult result;
  auto next_time = steady_clock::now();
  while (sleep_until(next_time, stop)) {
    if (options.persons_per_second != 0) {
      next_time = steady_clock::now() +
                  std::chrono::milliseconds(1'000 * step / options.persons_per_second);
    }
    const auto some = registry::numbered_persons(registry, *at, step);
    if (!some) return tl::unexpected(some.error());
    std::vector<std::string> numbers;
    for (const registry::NumberedPerson& person : some->persons) numbers.push_back(person.number);
    if (!numbers.empty()) {
      result.compared += numbers.size();
      auto fetched = fetcher.fetch(Wanted::persons_now, std::move(numbers)).get();
      if (!fetched) {
        if (fetched.error().code == ErrorCode::cancelled) return result;
        return tl::unexpected(fetched.error());
      }
      result.unknown += fetched->unknown.size();
      fetched->unknown.clear(); // nobody told that they changed
      DocumentWriter::Job job;
      job.stamp = fetched->stamp;
      job.fetched = std::move(*fetched);
      const auto counts = writer.finish(writer.write(std::move(job)));
      if (!counts) return tl::unexpected(counts.error());
      result.repaired += counts->written;
    }
    result.complete = !some->next;
    const std::string mark = some->next ? std::string(some->next->view()) : std::string();
    if (auto saved = registry::write_mark(registry, sweep_key, mark); !saved) {
      return tl::unexpected(saved.error());
    }
    if (result.complete) break;
    at = *some->next;
  }
  return result;
}

} // namespace grunndata::importers::folkeregisteret::sync
