#include "tools/commands/sync_task.h"

#include "registry/threads/thread_priority.h"
#include "tools/commands/command_audit.h"
#include "tools/logging/log.h"

#include <chrono>


namespace grunndata::tools {

namespace {

namespace sync = importers::folkeregisteret::sync;
using std::chrono::milliseconds;

constexpr milliseconds again_after{10'000};
constexpr milliseconds nap{50};
constexpr int task_niceness = 15;

} // namespace

SyncTask::SyncTask(OpenedRegistry& opened)
    : opened_(opened), audit_(opened, sync_audit_options(os_user(), false)) {}

registry::Result<std::unique_ptr<SyncTask>> SyncTask::start(OpenedRegistry& opened) {
  std::unique_ptr<SyncTask> task(new SyncTask(opened));
  auto setup = sync_setup(opened, opened.config.values.sync, task->stop_);
  if (!setup) return tl::unexpected(setup.error());
  task->setup_ = std::move(*setup);
  audit_following(task->setup_->options, task->audit_);
  task->thread_ = std::thread([&running = *task] { running.run(); });
  return task;
}

SyncTask::~SyncTask() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void SyncTask::run() {
  registry::run_behind_lookups(task_niceness);
  log::info("sync", "following Folkeregisteret");
  while (!stop_) {
    const auto end = sync::synchronize(*opened_.registry, setup_->options);
    const auto logged = audit_.end(end ? registry::Result<void>() : tl::unexpected(end.error()));
    if (!logged) log::error("sync", logged.error().message);
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
