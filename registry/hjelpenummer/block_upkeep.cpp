#include "registry/hjelpenummer/block_upkeep.h"

#include "registry/idempotency.h"
#include "registry/threads/thread_priority.h"

#include <utility>


namespace grunndata::registry::hjelpenummer {

namespace {

constexpr int service_niceness = 19;

} // namespace

Result<UpkeepReport> run_upkeep(Registry& registry, Blocks& blocks, Instant when) {
  const auto burnt = blocks.expire(when);
  const auto dropped = drop_old_answers(registry, when);
  if (!burnt || !dropped) {
    return tl::unexpected(burnt ? dropped.error() : burnt.error());
  }
  return UpkeepReport{*burnt, *dropped};
}

UpkeepService::UpkeepService(Registry& registry, Blocks& blocks, Options options)
    : registry_(registry), blocks_(blocks), options_(std::move(options)),
      thread_([this] { loop(); }) {}

UpkeepService::~UpkeepService() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool UpkeepService::pause() {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, options_.interval, [this] { return stopping_; });
}

void UpkeepService::loop() {
  run_behind_lookups(service_niceness);
  do {
    const auto report = run_upkeep(registry_, blocks_, options_.clock ? options_.clock() : now());
    if (options_.told) {
      options_.told(report);
    }
  } while (pause());
}

} // namespace grunndata::registry::hjelpenummer
