// The bounded pool for work that must not hold up a worker.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace grunndata::api::http {

/// A queue with some threads behind it. Any thread may post; tasks must not throw.
class WorkPool {
public:
  WorkPool() = default;
  ~WorkPool() { stop(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// `niceness`: above 0, whatever else runs on the machine comes first.
  void start(unsigned threads, std::size_t queue_max, int niceness = 0);
  /// Waits for the running tasks, drops the waiting ones, joins the threads. Again: drops what was
  /// posted since.
  void stop();

  /// Takes one of the `queue_max` places for new work; false when all are taken. Every place taken
  /// is used by one `post_reserved` or given back by `release`.
  [[nodiscard]] bool reserve() noexcept;
  void release() noexcept { reserved_.fetch_sub(1, std::memory_order_relaxed); }
  void post_reserved(std::function<void()> task);
  /// For carrying on work that was admitted before: always taken.
  void post(std::function<void()> task);

  /// New work waiting for a thread.
  [[nodiscard]] std::size_t queued() const noexcept {
    return reserved_.load(std::memory_order_relaxed);
  }

private:
  struct Task {
    std::function<void()> run;
    bool holds_place{false};
  };
  void push(Task task);
  void work();

  std::size_t queue_max_{0};
  std::atomic<std::size_t> reserved_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  bool stopping_{false};
  std::vector<std::thread> threads_;
};

} // namespace grunndata::api::http
