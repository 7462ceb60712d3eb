#include "tools/commands/conflict_watch.h"

#include "registry/threads/thread_priority.h"
#include "registry/virksomhet/conflicts.h"
#include "tools/config/authority.h"
#include "tools/logging/log.h"

#include <chrono>

namespace grunndata::tools {

namespace {

constexpr int niceness = 19;

} // namespace

ConflictWatch::ConflictWatch(OpenedRegistry& opened) : opened_(opened) {
  if (config::conflict_interval(opened_.config).count() != 0) {
    thread_ = std::thread([this] { loop(); });
  }
}

ConflictWatch::~ConflictWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool ConflictWatch::goes_on() {
  const std::lock_guard lock(mutex_);
  return !stopping_;
}

void ConflictWatch::look() {
  if (!opened_.space->may_go_on(registry::Work::administration)) {
    return; // what changed is looked at when there is room again
  }
  registry::virksomhet::Conflicts conflicts(*opened_.registry,
                                            config::authority_of(opened_.config));
  const auto swept = conflicts.sweep(false, [this] { return goes_on(); });
  if (!swept && swept.error().code != registry::ErrorCode::cancelled) {
    log::error("virksomhet", swept.error().message);
  } else if (swept && swept->opened + swept->resolved + swept->erased != 0) {
    log::info("virksomhet", "sources disagree, or agree again",
              {{"opened", swept->opened}, {"resolved", swept->resolved},
               {"erased", swept->erased}});
  }
}

void ConflictWatch::loop() {
  registry::run_behind_lookups(niceness);
  const std::chrono::seconds interval = config::conflict_interval(opened_.config);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    look();
    lock.lock();
    wake_.wait_for(lock, interval, [this] { return stopping_; });
  }
}

} // namespace grunndata::tools
