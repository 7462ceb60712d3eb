// Sends what a slow reader has not taken yet, so that no worker waits for it.
#pragma once

#include "api/http/limits.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace grunndata::api::http {

/// The rest of an answer. `fd` is a duplicate that belongs to the transfer until `done` is called,
/// once, on the drainer's thread, which gives it back: `sent` is false when the client left, took
/// too long, or the drainer stopped. `done` must not throw.
struct Transfer {
  int fd{-1};
  std::string bytes;
  std::function<void(bool sent)> done;
};

/// One thread over its own epoll. Any thread may add.
class Drainer {
public:
  Drainer() = default;
  ~Drainer() { stop(); }
  Drainer(const Drainer&) = delete;
  Drainer& operator=(const Drainer&) = delete;

  /// False when the kernel gives no epoll. The limits must outlive the drainer.
  [[nodiscard]] bool start(const Limits& limits);
  /// Ends every transfer as not sent and joins the thread.
  void stop();

  /// False, with nothing taken, above `unsent_bytes_max` or `unsent_bytes_per_connection_max`.
  [[nodiscard]] bool add(Transfer& transfer);

  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return unsent_bytes_.load(); }
  [[nodiscard]] std::size_t transfers() const noexcept { return transfers_.load(); }
  [[nodiscard]] std::uint64_t cut_off() const noexcept { return cut_off_.load(); }

private:
  using Clock = std::chrono::steady_clock;
  struct Active {
    Transfer transfer;
    std::size_t sent{0};
    Clock::time_point deadline;
  };

  void run();
  void adopt_added();
  void write_some(int fd);
  void cut_overdue();
  void finish(std::unordered_map<int, Active>::iterator at, bool sent);
  [[nodiscard]] int wait_ms() const;

  const Limits* limits_{nullptr};
  int epoll_{-1};
  int wake_{-1};
  std::atomic<std::size_t> unsent_bytes_{0};
  std::atomic<std::size_t> transfers_{0};
  std::atomic<std::uint64_t> cut_off_{0};
  std::mutex mutex_;
  std::vector<Transfer> added_;            ///< under the mutex
  bool stopping_{false};                   ///< under the mutex
  std::unordered_map<int, Active> active_; ///< the thread's own
  std::thread thread_;
};

} // namespace grunndata::api::http
