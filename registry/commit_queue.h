// The one way changes reach the store: grouped, synced together, answered afterwards.
#pragma once

#include "registry/commit_listener.h"
#include "registry/commit_mirror.h"
#include "registry/identifier_cache.h"
#include "registry/transaction.h"
#include "registry/value_cache.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace grunndata::registry {

/// Runs on the writer's thread; a failure undoes this work's changes and no other's. In the bulk
/// lane the work before may still be on its way to the store: what is not read through the
/// transaction is read after `Transaction::await_earlier`.
using Work = std::function<Result<void>(Transaction&)>;
/// Called after the sync, or with the error, on the thread that wrote; must be short.
using Done = std::function<void(Result<void>)>;

/// How work is written. `bulk` goes past the write-ahead log and is never grouped; while it is
/// written the next work of this lane is done. Where writing fails, so does what came after it.
enum class Lane : std::uint8_t { usual, bulk };

/// Thread-safe. Work is done, and reaches the store, in the order of submission.
class CommitQueue {
public:
  /// Both caches forget what a commit changes, and the mirror has followed it, before anybody hears
  /// of it.
  CommitQueue(store::Store& store, WriterState state, IdentifierCache& identifiers,
              ValueCache& values, CommitMirror& mirror, CommitListeners& listeners);
  /// Finishes what was submitted.
  ~CommitQueue();
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  void submit(Work work, Done done, Lane lane = Lane::usual);
  /// Submits and waits; not from the writer's thread.
  [[nodiscard]] Result<void> run(Work work, Lane lane = Lane::usual);

  /// Asks `reserve` before numbers of the log are given: with the newest that is synced, and the
  /// newest that will be. A failure fails the commits that want them, and no others. Before the
  /// first use of the queue.
  void reserve_with(std::function<Result<void>(std::uint64_t, std::uint64_t)> reserve);

  /// The newest sequence that is synced: all that readers of the log may see.
  [[nodiscard]] std::uint64_t newest_sequence() const noexcept {
    return newest_.load(std::memory_order_acquire);
  }
  /// False after a commit has failed for good: nothing is written any more.
  [[nodiscard]] bool can_write() const noexcept {
    return can_write_.load(std::memory_order_acquire);
  }

private:
  struct Item {
    Work work;
    Done done;
    Lane lane;
  };
  static constexpr std::size_t group_items_max = 256;
  static constexpr std::size_t group_bytes_max = std::size_t{16} << 20U;

  /// Of the work of a transaction, each with what it came to.
  using Answers = std::vector<std::pair<Done, Result<void>>>;

  void loop();
  void commit_group(std::deque<Item> group);
  [[nodiscard]] std::shared_ptr<Transaction> begin();
  void commit(Transaction& transaction, const Answers& answers);
  void load(std::shared_ptr<Transaction> transaction, Answers answers);
  /// Nothing is being loaded when it returns.
  void await_load();
  /// Gives the transaction's events their numbers for good. False when it holds nothing to write.
  Result<bool> prepare(Transaction& transaction);
  void advance(const Transaction& transaction) noexcept;
  Result<void> write(const Transaction& transaction, Lane lane);
  Result<void> write(std::span<const store::Change> changes, Lane lane);

  store::Store& store_;
  WriterState state_;
  IdentifierCache& identifiers_;
  ValueCache& values_;
  CommitMirror& mirror_;
  CommitListeners& listeners_;
  std::function<Result<void>(std::uint64_t, std::uint64_t)> reserve_;
  std::atomic<std::uint64_t> newest_;
  std::atomic<bool> can_write_{true};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> waiting_;
  bool closing_ = false;
  bool has_loaded_ = false;    ///< what is being loaded is in the store; under the mutex
  EarlierTransaction loading_; ///< the writer's own
  LoadMemory memory_;          ///< the same
  std::thread thread_;
};

} // namespace grunndata::registry
