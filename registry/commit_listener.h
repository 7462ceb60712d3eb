// Who wants to know at once when something was committed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace grunndata::registry {

class Registry;

/// Thread-safe. The write path takes one lock for each commit, which is one for a whole group of
/// changes.
class CommitListeners {
public:
  /// Called on the thread that wrote once events are synced and can be read, with the newest
  /// sequence; several commits may be told as one. While it runs nothing is committed: it may wake
  /// a thread and no more. It must not throw, write to the registry, or end a subscription.
  using Listener = std::function<void(std::uint64_t newest)>;

  /// Ends when destroyed: the listener is not running then, and is not called again. Must not
  /// outlive the registry.
  class Subscription {
  public:
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

  private:
    friend class CommitListeners;
    Subscription(CommitListeners& listeners, std::list<Listener>::iterator at)
        : listeners_(listeners), at_(at) {}
    CommitListeners& listeners_;
    std::list<Listener>::iterator at_;
  };

  [[nodiscard]] std::unique_ptr<Subscription> add(Listener listener);
  void tell(std::uint64_t newest);

private:
  std::mutex mutex_;
  std::list<Listener> listeners_; ///< under the mutex
};

/// For a thread of one's own that waits for commits. Thread-safe.
class CommitWaiter {
public:
  /// The registry must outlive it.
  explicit CommitWaiter(const Registry& registry);

  /// Returns once an event beyond `sequence` can be read, or after `at_most`, or when woken;
  /// whether there is such an event.
  bool wait_beyond(std::uint64_t sequence, std::chrono::milliseconds at_most);
  /// Whoever waits returns; so does whoever waits next, once.
  void wake();

private:
  const Registry& registry_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false; ///< under the mutex
  std::unique_ptr<CommitListeners::Subscription> subscription_; ///< last: ends first
};

} // namespace grunndata::registry
