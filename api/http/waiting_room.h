// Requests that wait for news without a thread each.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace grunndata::api::http {

/// One thread that looks after all who wait: what a request costs while it waits is its memory.
class WaitingRoom {
public:
  using Clock = std::chrono::steady_clock;

  /// `resume` is called once, on the room's thread, unless whoever waits leaves before: when there
  /// is news, or, with `is_over`, when patience has ended or the room closes. It must be short.
  /// `has_news` is asked on entering and after every `wake`; it must be cheap, and true once there
  /// is something that was not there when the request was looked at.
  struct Waiter {
    std::function<void(bool is_over)> resume;
    std::function<bool()> has_news;
    Clock::time_point until;
  };
  enum class Entry : std::uint8_t { admitted, full, closed };

  WaitingRoom() = default;
  ~WaitingRoom() { stop(); }
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  void start(std::size_t waiting_max);
  /// Resumes everybody and admits nobody any more.
  void close();
  /// Drops whoever is left without resuming them, and joins the thread.
  void stop();

  /// Any thread. `who` is not among those who wait. Nothing is taken unless admitted.
  [[nodiscard]] Entry add(const void* who, Waiter& waiter);
  /// True when `who` waited and is not resumed any more.
  [[nodiscard]] bool leave(const void* who);
  /// There may be news for somebody. Any thread; takes no longer than a lock.
  void wake();

  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.load(); }

private:
  using Due = std::pair<Waiter, bool>;

  void run();
  [[nodiscard]] Clock::time_point take_due(bool asks, std::vector<Due>& due);

  std::size_t waiting_max_{0};
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> closed_{false};
  std::mutex waiters_mutex_;
  std::unordered_map<const void*, Waiter> waiters_; ///< under `waiters_mutex_`
  std::mutex mutex_; ///< held for a moment only, so that whoever commits never waits for a round
  std::condition_variable changed_;
  Clock::time_point next_end_{Clock::time_point::max()}; ///< under `mutex_`, as all below
  bool may_have_news_{false};
  bool stopping_{false};
  std::thread thread_;
};

} // namespace grunndata::api::http
