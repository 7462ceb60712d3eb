#include "tools/commands/sync_task.h"

#include "tools/logging/log.h"

#include <chrono>

namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;
using std::chrono::milliseconds;

constexpr milliseconds again_after{10'000};
constexpr milliseconds nap{50};

} // namespace

registry::Result<std::unique_ptr<SyncTask>> SyncTask::start(OpenedRegistry& opened) {
  std::unique_ptr<SyncTask> task(new SyncTask(opened));
  auto setup = sync_setup(opened, opened.config.values.sync, task->stop_);
  if (!setup) return tl::unexpected(setup.error());
  task->setup_ = std::move(*setup);
  task->thread_ = std::thread([&running = *task] { running.run(); });
  return task;
}

SyncTask::~SyncTask() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void SyncTask::run() {
  log::info("sync", "following Folkeregisteret");
  while (!stop_) {
    const auto end = sync::synchronize(*opened_.registry, setup_->options);
    if (stop_) return;
    if (end && *end == sync::SyncEnd::bootstrap_asked) {
      log::error("sync", "stands still until a complete extract is ordered: grunndata sync "
                         "folkeregisteret --bootstrap");
    } else if (!end) {
      log::error("sync", end.error().message);
    }
    const auto until = std::chrono::steady_clock::now() + again_after;
    while (!stop_ && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(nap);
  }
}

} // namespace grunndata::tools
