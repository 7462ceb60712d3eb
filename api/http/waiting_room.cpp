#include "api/http/waiting_room.h"

#include "registry/threads/thread_priority.h"

#include <algorithm>
#include <utility>

namespace grunndata::api::http {
namespace {

/// Between two rounds: many commits in a row are one piece of news.
constexpr std::chrono::milliseconds rest_after_round{5};
constexpr int waker_niceness = 5; ///< it is woken by every commit

/// Who asks without memory is run again, and told so.
bool has_news(const WaitingRoom::Waiter& waiter) noexcept {
  try {
    return waiter.has_news();
  } catch (...) {
    return true;
  }
}

} // namespace

void WaitingRoom::start(std::size_t waiting_max) {
  waiting_max_ = waiting_max;
  thread_ = std::thread([this] { run(); });
}

void WaitingRoom::close() {
  closed_.store(true);
  wake();
}

void WaitingRoom::stop() {
  closed_.store(true);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  waiters_.clear();
}

WaitingRoom::Entry WaitingRoom::add(const void* who, Waiter& waiter) {
  const auto until = waiter.until;
  {
    const std::lock_guard lock(waiters_mutex_);
    if (closed_.load()) return Entry::closed;
    if (waiters_.size() >= waiting_max_) return Entry::full;
    waiters_.emplace(who, std::move(waiter));
    waiting_.store(waiters_.size());
  }
  {
    const std::lock_guard lock(mutex_);
    next_end_ = std::min(next_end_, until);
    may_have_news_ = true; // it may have come since the request was looked at
  }
  changed_.notify_one();
  return Entry::admitted;
}

bool WaitingRoom::leave(const void* who) {
  std::unordered_map<const void*, Waiter>::node_type left; // destroyed after the lock
  const std::lock_guard lock(waiters_mutex_);
  left = waiters_.extract(who);
  waiting_.store(waiters_.size());
  return !left.empty();
}

void WaitingRoom::wake() {
  {
    const std::lock_guard lock(mutex_);
    may_have_news_ = true;
  }
  changed_.notify_one();
}

/// Takes out who is to be resumed; when the next one's patience ends.
WaitingRoom::Clock::time_point WaitingRoom::take_due(bool asks, std::vector<Due>& due) {
  const bool is_closed = closed_.load();
  const auto now = Clock::now();
  auto next_end = Clock::time_point::max();
  const std::lock_guard lock(waiters_mutex_);
  for (auto at = waiters_.begin(); at != waiters_.end();) {
    const bool is_over = is_closed || at->second.until <= now;
    if (is_over || (asks && has_news(at->second))) {
      due.emplace_back(std::move(at->second), is_over);
      at = waiters_.erase(at);
    } else {
      next_end = std::min(next_end, at->second.until);
      ++at;
    }
  }
  waiting_.store(waiters_.size());
  return next_end;
}

void WaitingRoom::run() {
  registry::run_behind_lookups(waker_niceness);
  std::vector<Due> due;
  std::unique_lock lock(mutex_);
  const auto is_awaited = [this] { return stopping_ || may_have_news_; };
  while (!stopping_) {
    if (next_end_ == Clock::time_point::max()) {
      changed_.wait(lock, is_awaited);
    } else {
      changed_.wait_until(lock, next_end_, is_awaited);
    }
    const bool asks = std::exchange(may_have_news_, false);
    next_end_ = Clock::time_point::max();
    lock.unlock();
    const auto next_end = take_due(asks, due);
    for (const auto& [waiter, is_over] : due) waiter.resume(is_over);
    due.clear();
    lock.lock();
    next_end_ = std::min(next_end_, next_end);
    if (asks) changed_.wait_for(lock, rest_after_round, [this] { return stopping_; });
  }
}

} // namespace grunndata::api::http
