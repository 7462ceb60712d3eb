#include "registry/commit_queue.h"

#include "registry/threads/thread_priority.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>
#include <utility>

namespace grunndata::registry {

namespace {

constexpr int writer_niceness = 5;

/// Libraries throw when memory or randomness is gone; the writer goes on with the next work.
Result<void> run_work(const Work& work, Transaction& transaction) {
  try {
    return work(transaction);
  } catch (const std::exception&) {
    return fail(ErrorCode::unavailable, "out of memory or randomness while writing");
  }
}

void answer(const std::vector<std::pair<Done, Result<void>>>& answers,
            const Result<void>& written) {
  for (const auto& [done, result] : answers) {
    done(result && !written ? written : result);
  }
}

} // namespace

CommitQueue::CommitQueue(store::Store& store, WriterState state, IdentifierCache& identifiers,
                         ValueCache& values, CommitMirror& mirror, CommitListeners& listeners)
    : store_(store), state_(std::move(state)), identifiers_(identifiers), values_(values),
      mirror_(mirror), listeners_(listeners), newest_(state_.newest_sequence), memory_(store),
      thread_([this] { loop(); }) {}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void CommitQueue::reserve_with(std::function<Result<void>(std::uint64_t, std::uint64_t)> reserve) {
  const std::lock_guard lock(mutex_);
  reserve_ = std::move(reserve);
}

void CommitQueue::submit(Work work, Done done, Lane lane) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(work), std::move(done), lane});
  }
  wake_.notify_one();
}

Result<void> CommitQueue::run(Work work, Lane lane) {
  std::promise<Result<void>> promise;
  auto answer = promise.get_future();
  submit(
      std::move(work), [&promise](Result<void> result) { promise.set_value(std::move(result)); },
      lane);
  return answer.get();
}

void CommitQueue::loop() {
  run_behind_lookups(writer_niceness);
  while (true) {
    std::deque<Item> group;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return closing_ || !waiting_.empty() || has_loaded_; });
      if (waiting_.empty() && has_loaded_) {
        lock.unlock();
        await_load(); // what was loaded is forgotten
        continue;
      }
      if (waiting_.empty()) {
        break;
      }
      do {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      } while (!waiting_.empty() && group.size() < group_items_max &&
               group.back().lane == Lane::usual && waiting_.front().lane == Lane::usual);
    }
    commit_group(std::move(group));
  }
  await_load();
}

void CommitQueue::commit_group(std::deque<Item> group) {
  while (!group.empty()) {
    const Lane lane = group.front().lane;
    if (lane == Lane::usual) {
      await_load();
      memory_.forget();
    } else {
      memory_.begin();
    }
    const auto transaction = begin();
    Answers answers;
    while (!group.empty() && transaction->change_bytes() < group_bytes_max) {
      Item item = std::move(group.front());
      group.pop_front();
      const auto mark = transaction->mark();
      Result<void> result = run_work(item.work, *transaction);
      if (!result) {
        transaction->roll_back(mark);
      }
      answers.emplace_back(std::move(item.done), std::move(result));
    }
    if (lane == Lane::usual) {
      commit(*transaction, answers);
    } else {
      load(transaction, std::move(answers));
    }
  }
}

std::shared_ptr<Transaction> CommitQueue::begin() {
  const std::int64_t time = std::max(now().microseconds, state_.newest_time + 1);
  return std::make_shared<Transaction>(store_, state_.newest_sequence, Instant{time}, state_.ids,
                                       loading_, &memory_);
}

void CommitQueue::commit(Transaction& transaction, const Answers& answers) {
  const Result<bool> prepared = prepare(transaction);
  Result<void> written;
  if (!prepared) {
    written = tl::unexpected(prepared.error());
  } else if (*prepared) {
    written = write(transaction, Lane::usual);
  }
  if (written && *prepared) {
    advance(transaction);
  }
  answer(answers, written);
}

void CommitQueue::load(std::shared_ptr<Transaction> transaction, Answers answers) {
  await_load(); // before this one; whether it failed `prepare` sees
  EarlierTransaction earlier = transaction->close();
  const Result<bool> prepared = prepare(*transaction);
  if (!prepared || !*prepared) {
    answer(answers, prepared ? Result<void>{} : tl::unexpected(prepared.error()));
    return;
  }
  advance(*transaction);
  memory_.take(transaction->changes());
  auto write_beside = [this, transaction, answers = std::move(answers),
                       earlier = std::move(earlier)]() mutable noexcept {
    earlier = {}; // the last to hold it: its memory is given back beside the writer
    auto written = write(*transaction, Lane::bulk);
    answer(answers, written);
    {
      const std::lock_guard lock(mutex_);
      has_loaded_ = true;
    }
    wake_.notify_one();
    return written;
  };
  using namespace std::chrono_literals;
  loading_.transaction = std::move(transaction);
  loading_.written =
      std::async(std::launch::async | std::launch::deferred, std::move(write_beside)).share();
  if (loading_.written.wait_for(0s) == std::future_status::deferred) {
    loading_.written.wait(); // there was no thread to be had
  }
}

void CommitQueue::await_load() {
  if (!loading_.transaction) {
    return;
  }
  loading_.written.wait();
  loading_ = {};
  const std::lock_guard lock(mutex_);
  has_loaded_ = false;
}

Result<bool> CommitQueue::prepare(Transaction& transaction) {
  if (!can_write()) {
    return fail(ErrorCode::unavailable, "an earlier write failed; restart after mending the disk");
  }
  if (transaction.empty()) {
    return false;
  }
  const std::uint64_t newest = transaction.newest_sequence();
  if (newest != state_.newest_sequence) {
    if (auto reserved = reserve_ ? reserve_(state_.newest_sequence, newest) : Result<void>{};
        !reserved) {
      return tl::unexpected(reserved.error());
    }
    transaction.put(store::Family::clock,
                    key_of_number(static_cast<std::uint64_t>(transaction.time().microseconds)),
                    key_of_number(newest));
  }
  return true;
}

void CommitQueue::advance(const Transaction& transaction) noexcept {
  state_.newest_sequence = transaction.newest_sequence();
  state_.newest_time = transaction.time().microseconds;
}

Result<void> CommitQueue::write(const Transaction& transaction, Lane lane) {
  const Result<void> written = write(transaction.changes(), lane);
  if (!written) {
    can_write_.store(false, std::memory_order_release);
    return written;
  }
  const std::uint64_t newest = transaction.newest_sequence();
  if (newest_.exchange(newest, std::memory_order_acq_rel) != newest) {
    listeners_.tell(newest);
  }
  return {};
}

/// What the caches hold of the old state is gone when this returns, also after a failure: what that
/// left in the store is not known.
Result<void> CommitQueue::write(std::span<const store::Change> changes, Lane lane) {
  std::vector<IdentifierCache::Hash> identifiers;
  std::vector<ValueCache::Key> values;
  for (const store::Change& change : changes) {
    if (IdentifierCache::holds(change.family)) {
      identifiers.push_back(IdentifierCache::hash_of(change.key, change.family));
    } else if (ValueCache::holds(change.family)) {
      ValueCache::Key& key = values.emplace_back(ValueCache::Key{change.family, {}});
      change.key.copy(reinterpret_cast<char*>(key.entity.bytes.data()), sizeof key.entity.bytes);
    }
  }
  values_.begin_commit(values);
  mirror_.begin_commit(changes);
  auto written = lane == Lane::bulk ? store_.bulk_load(changes)
                                    : store_.commit(changes, store::Durability::synced);
  for (const IdentifierCache::Hash hash : identifiers) {
    identifiers_.forget(hash);
  }
  mirror_.end_commit(written.has_value());
  values_.end_commit();
  return written;
}

} // namespace grunndata::registry
