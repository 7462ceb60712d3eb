#include "api/http/work_pool.h"

#include "registry/threads/thread_priority.h"

#include <utility>

namespace grunndata::api::http {

void WorkPool::start(unsigned threads, std::size_t queue_max, int niceness) {
  queue_max_ = queue_max;
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this, niceness] {
      if (niceness > 0) registry::run_behind_lookups(niceness);
      work();
    });
  }
}

void WorkPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  tasks_.clear();
}

bool WorkPool::reserve() noexcept {
  std::size_t taken = reserved_.load(std::memory_order_relaxed);
  while (taken < queue_max_) {
    if (reserved_.compare_exchange_weak(taken, taken + 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

void WorkPool::post_reserved(std::function<void()> task) { push({std::move(task), true}); }

void WorkPool::post(std::function<void()> task) { push({std::move(task), false}); }

void WorkPool::push(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void WorkPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return;
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    if (task.holds_place) release();
    task.run();
    task.run = nullptr;
    lock.lock();
  }
}

} // namespace grunndata::api::http
