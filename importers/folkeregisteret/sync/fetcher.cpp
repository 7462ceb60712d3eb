#include "importers/folkeregisteret/sync/fetcher.h"

#include "importers/folkeregisteret/sync/wire.h"
#include "registry/threads/thread_priority.h"

#include <algorithm>
#include <unordered_set>


namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr int fetching_niceness = 15;
/// When none of so many are known, the source has lost its index (it did, in 2021), not them.
constexpr std::size_t all_unknown_suspicious = 10;
/// So often somebody unknown is asked for before it is believed.
constexpr int unknown_tries = 3;

struct Taken {
  std::vector<std::string_view> documents; ///< into the body
  std::vector<std::string> unknown;        ///< of those asked for
  bool must_part = false;                  ///< some are missing, and the answer does not say which
};

/// Whom a bulk answer gives, and who of `ids` it does not.
Result<Taken> take_persons(std::string& body, bool archived, const std::vector<std::string>& ids) {
  const auto items = read_bulk_answer(body);
  if (!items) return tl::unexpected(items.error());
  if (!archived && items->size() != ids.size()) {
    return fail(ErrorCode::invalid, "a bulk answer holds another number of persons than asked for");
  }
  Taken taken;
  std::unordered_set<std::string_view> named;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const BulkItem& item = (*items)[i];
    if (!item.document.empty()) {
      taken.documents.push_back(item.document);
      named.insert(item.identifier);
    } else if (!archived) { // in the order asked for
      taken.unknown.push_back(ids[i]);
    }
  }
  if (!archived || taken.documents.size() >= ids.size()) return taken;
  taken.must_part = named.contains(std::string_view()) && ids.size() > 1;
  for (const std::string& id : ids) {
    if (!named.contains(id)) taken.unknown.push_back(id);
  }
  return taken;
}

} // namespace

Fetcher::Fetcher(FetcherOptions options) : options_(std::move(options)) {
  for (unsigned i = 0; i < std::max(1U, options_.connections); ++i) {
    threads_.emplace_back([this] { loop(); });
  }
}

Fetcher::~Fetcher() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Fetcher::loop() {
  registry::run_behind_lookups(fetching_niceness);
  PatientTransport transport(options_.transport, options_.patience, *options_.totals,
                             options_.notice);
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return; // closing, and all promises are kept
    Task task = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    task(transport);
    lock.lock();
  }
}

std::future<Result<Fetched>> Fetcher::fetch(Wanted wanted, std::vector<std::string> ids,
                                            bool urgent) {
  Task task(
      [this, wanted, ids = std::move(ids)](PatientTransport& transport) mutable -> Result<Fetched> {
        Fetched fetched;
        fetched.wanted = wanted;
        fetched.stamp = options_.next_stamp();
        if (auto done = fetch_into(transport, wanted, std::move(ids), fetched); !done) {
          return tl::unexpected(done.error());
        }
        return fetched;
      });
  auto future = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    urgent ? waiting_.push_front(std::move(task)) : waiting_.push_back(std::move(task));
  }
  wake_.notify_one();
  return future;
}

Result<void> Fetcher::fetch_halves(PatientTransport& transport, Wanted wanted,
                                   const std::vector<std::string>& ids, Fetched& fetched) const {
  const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(ids.size() / 2);
  auto done = fetch_into(transport, wanted, {ids.begin(), middle}, fetched);
  return done ? fetch_into(transport, wanted, {middle, ids.end()}, fetched) : done;
}

Result<void> Fetcher::fetch_into(PatientTransport& transport, Wanted wanted,
                                 std::vector<std::string> ids, Fetched& fetched) const {
  const bool archived = wanted == Wanted::archived_persons;
  std::string path = archived ? "/personer/bulkoppslag/arkiv" : "/personer/bulkoppslag";
  path += archived ? "" : "?somBestilt=true";
  if (!options_.part_query.empty()) {
    path += archived ? '?' : '&';
    path += options_.part_query;
  }
  const std::string_view member = archived ? "dokumentidentifikator" : "foedselsEllerDNummer";
  for (int tries = 1; !ids.empty(); ++tries) {
    auto answer = transport.post(path, bulk_request(member, ids));
    if (!answer) return fail(ErrorCode::cancelled, "stopped");
    if (answer->meaning == Meaning::refused) { // one of them is what the source does not take
      if (ids.size() > 1) return fetch_halves(transport, wanted, ids, fetched);
      fetched.unknown.push_back(ids.front());
      return {};
    }
    auto taken = answer->meaning == Meaning::ok
                     ? take_persons(answer->body, archived, ids)
                     : Result<Taken>(fail(ErrorCode::unavailable, answer->message));
    if (!taken) {
      if (!transport.wait_for_better(taken.error().message)) {
        return fail(ErrorCode::cancelled, "stopped");
      }
      continue;
    }
    if (taken->must_part) return fetch_halves(transport, wanted, ids, fetched);
    if (!taken->documents.empty()) {
      fetched.bodies.push_back(std::move(answer->body));
      fetched.documents.insert(fetched.documents.end(), taken->documents.begin(),
                               taken->documents.end());
    }
    const bool suspicious = taken->documents.empty() && ids.size() >= all_unknown_suspicious;
    ids = std::move(taken->unknown);
    if (ids.empty()) return {};
    if (!suspicious && tries >= unknown_tries) {
      fetched.unknown.insert(fetched.unknown.end(), ids.begin(), ids.end());
      return {};
    }
    if (!transport.wait_for_better(suspicious ? "the source knows none of many persons"
                                              : "the source does not know a person")) {
      return fail(ErrorCode::cancelled, "stopped");
    }
  }
  return {};
}

} // namespace grunndata::importers::folkeregisteret::sync
