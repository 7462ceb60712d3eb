#include "registry/commit_listener.h"

#include "registry/registry.h"

#include <utility>

namespace grunndata::registry {

CommitListeners::Subscription::~Subscription() {
  const std::lock_guard lock(listeners_.mutex_);
  listeners_.listeners_.erase(at_);
}

std::unique_ptr<CommitListeners::Subscription> CommitListeners::add(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
  return std::unique_ptr<Subscription>(new Subscription(*this, std::prev(listeners_.end())));
}

void CommitListeners::tell(std::uint64_t newest) {
  const std::lock_guard lock(mutex_);
  for (const Listener& listener : listeners_) {
    listener(newest);
  }
}

CommitWaiter::CommitWaiter(const Registry& registry)
    : registry_(registry), subscription_(registry.commit_listeners().add([this](std::uint64_t) {
        { const std::lock_guard lock(mutex_); } // whoever looked before the commit waits by now
        changed_.notify_all();
      })) {}

bool CommitWaiter::wait_beyond(std::uint64_t sequence, std::chrono::milliseconds at_most) {
  const auto is_there = [&] { return registry_.newest_sequence() > sequence; };
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, at_most, [&] { return woken_ || is_there(); });
  woken_ = false;
  return is_there();
}

void CommitWaiter::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

} // namespace grunndata::registry
