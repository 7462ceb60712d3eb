#include "api/http/drainer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace grunndata::api::http {
namespace {

constexpr int events_max = 64;                          ///< taken from epoll at once
constexpr std::size_t bytes_per_turn_max = 1024 * 1024; ///< one reader's share before the next

} // namespace

bool Drainer::start(const Limits& limits) {
  limits_ = &limits;
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll_ < 0 || wake_ < 0) return false;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) return false;
  thread_ = std::thread([this] { run(); });
  return true;
}

void Drainer::stop() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
    thread_.join();
  }
  if (epoll_ >= 0) ::close(std::exchange(epoll_, -1));
  if (wake_ >= 0) ::close(std::exchange(wake_, -1));
}

bool Drainer::add(Transfer& transfer) {
  const std::size_t size = transfer.bytes.size();
  const bool fits = size <= limits_->unsent_bytes_per_connection_max;
  if (!fits || unsent_bytes_.fetch_add(size) + size > limits_->unsent_bytes_max) {
    if (fits) unsent_bytes_.fetch_sub(size);
    cut_off_.fetch_add(1);
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (stopping_) {
    unsent_bytes_.fetch_sub(size);
    return false;
  }
  transfers_.fetch_add(1);
  added_.push_back(std::move(transfer));
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
  return true;
}

void Drainer::run() {
  std::array<epoll_event, events_max> events{};
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), events_max, wait_ms());
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd != wake_) write_some(fd);
    }
    adopt_added();
    cut_overdue();
    const std::lock_guard lock(mutex_);
    if (stopping_) break;
  }
  adopt_added();
  while (!active_.empty()) finish(active_.begin(), false);
}

void Drainer::adopt_added() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t read = ::read(wake_, &count, sizeof count);
  std::vector<Transfer> added;
  {
    const std::lock_guard lock(mutex_);
    added.swap(added_);
  }
  for (Transfer& transfer : added) {
    const int fd = transfer.fd;
    const auto [at, is_new] =
        active_.emplace(fd, Active{std::move(transfer), 0, Clock::now() + limits_->write_deadline});
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) finish(at, false);
  }
}

void Drainer::write_some(int fd) {
  const auto at = active_.find(fd);
  if (at == active_.end()) return;
  Active& active = at->second;
  const std::string& bytes = active.transfer.bytes;
  for (std::size_t turn = 0; turn < bytes_per_turn_max;) {
    const ssize_t sent = ::send(fd, bytes.data() + active.sent, bytes.size() - active.sent,
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      return finish(at, false);
    }
    active.sent += static_cast<std::size_t>(sent);
    turn += static_cast<std::size_t>(sent);
    unsent_bytes_.fetch_sub(static_cast<std::size_t>(sent));
    if (active.sent == bytes.size()) return finish(at, true);
  }
}

void Drainer::cut_overdue() {
  const auto now = Clock::now();
  for (auto at = active_.begin(); at != active_.end();) {
    const auto current = at++;
    if (current->second.deadline > now) continue;
    cut_off_.fetch_add(1);
    finish(current, false);
  }
}

void Drainer::finish(std::unordered_map<int, Active>::iterator at, bool sent) {
  Active active = std::move(at->second);
  active_.erase(at);
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, active.transfer.fd, nullptr);
  unsent_bytes_.fetch_sub(active.transfer.bytes.size() - active.sent);
  active.transfer.bytes = {};
  active.transfer.done(sent);
  transfers_.fetch_sub(1);
}

/// Until the next deadline; for ever when there is none.
int Drainer::wait_ms() const {
  if (active_.empty()) return -1;
  auto next = Clock::time_point::max();
  for (const auto& [fd, active] : active_) next = std::min(next, active.deadline);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

} // namespace grunndata::api::http
