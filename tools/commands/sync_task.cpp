#include "tools/commands/sync_task.h"

#include "registry/threads/thread_priority.h"
#include "tools/commands/command_audit.h"
#include "tools/logging/log.h"

#include <chrono>


namespace grunndata::tools {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds again_after{10'000};
constexpr milliseconds nap{50};
constexpr int task_niceness = 15;

} // namespace

registry::Result<std::unique_ptr<SyncTask>> SyncTask::folkeregisteret(OpenedRegistry& opened) {
  namespace sync = importers::folkeregisteret::sync;
  std::unique_ptr<SyncTask> task(
      new SyncTask(opened, "folkeregisteret", sync_audit_options(opened, os_user(), false)));
  auto made = sync_setup(opened, opened.config.values.sync, task->stop_);
  if (!made) return tl::unexpected(made.error());
  const std::shared_ptr<SyncSetup> setup(std::move(*made));
  audit_following(setup->options, task->audit_);
  task->follow_ = [&opened, setup]() -> registry::Result<bool> {
    const auto end = sync::synchronize(*opened.registry, setup->options);
    if (!end) return tl::unexpected(end.error());
    return *end != sync::SyncEnd::bootstrap_asked;
  };
  task->start();
  return task;
}

registry::Result<std::unique_ptr<SyncTask>> SyncTask::enhetsregisteret(OpenedRegistry& opened) {
  namespace sync = importers::enhetsregisteret::sync;
  std::unique_ptr<SyncTask> task(
      new SyncTask(opened, "enhetsregisteret", unit_sync_audit_options(opened, os_user())));
  auto options = unit_sync_options(opened, opened.config.values, task->stop_);
  if (!options) return tl::unexpected(options.error());
  audit_following(*options, task->audit_);
  task->follow_ = [&opened, options = std::move(*options)]() -> registry::Result<bool> {
    const auto end = sync::synchronize(*opened.registry, options);
    if (!end) return tl::unexpected(end.error());
    return *end != sync::SyncEnd::bootstrap_asked;
  };
  task->start();
  return task;
}

SyncTask::~SyncTask() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void SyncTask::start() {
  thread_ = std::thread([this] { run(); });
}

void SyncTask::run() {
  registry::run_behind_lookups(task_niceness);
  log::info("sync", "following a source", {{"source", name_}});
  while (!stop_) {
    const auto end = follow_();
    const auto logged = audit_.end(end ? registry::Result<void>() : tl::unexpected(end.error()));
    if (!logged) log::error("sync", logged.error().message);
    if (stop_) return;
    if (end && !*end) {
      log::error("sync", "stands still until it is begun anew: grunndata sync " + name_ +
                             " --bootstrap");
    } else if (!end) {
      log::error("sync", end.error().message, {{"source", name_}});
    }
    const auto until = std::chrono::steady_clock::now() + again_after;
    while (!stop_ && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(nap);
  }
}

} // namespace grunndata::tools
