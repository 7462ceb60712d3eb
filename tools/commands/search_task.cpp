#include "tools/commands/search_task.h"

#include "registry/threads/thread_priority.h"
#include "registry/virksomhet/live_relations.h"
#include "tools/logging/log.h"

#include <chrono>

namespace grunndata::tools {

namespace {

constexpr int niceness = 10;
constexpr std::chrono::milliseconds look_again{60'000};
constexpr std::chrono::milliseconds try_again{5'000};

} // namespace

SearchTask::SearchTask(const registry::Registry& registry)
    : registry_(registry),
      search_(registry::virksomhet::search::shared_node_search(registry)), commits_(registry),
      thread_([this] { run(); }) {}

SearchTask::~SearchTask() {
  stop_.store(true);
  commits_.wake();
  thread_.join();
}

/// Until then walks through the structure are answered by the store.
bool SearchTask::keep_relations() {
  namespace nodes = registry::virksomhet;
  const bool was_loaded = nodes::live_figures(registry_).is_loaded;
  const auto loaded = nodes::load_relations(registry_, [this] { return stop_.load(); });
  if (!loaded && loaded.error().code != registry::ErrorCode::cancelled) {
    log::warn("structure", "relations could not be read into memory, and are tried again",
              {{"why", loaded.error().message}});
  }
  if (loaded && !was_loaded) {
    const auto figures = nodes::live_figures(registry_);
    log::info("structure", "relations are in memory",
              {{"nodes", figures.nodes},
               {"relations", figures.relations},
               {"bytes", figures.bytes}});
  }
  return loaded.has_value();
}

void SearchTask::run() {
  registry::run_behind_lookups(niceness);
  bool is_told = false;
  while (!stop_.load()) {
    const auto begin = std::chrono::steady_clock::now();
    const auto refreshed = search_->refresh([this] { return stop_.load(); });
    if (!refreshed && refreshed.error().code != registry::ErrorCode::cancelled) {
      log::warn("search", "nodes could not be read for search, and are tried again",
                {{"why", refreshed.error().message}});
    }
    const auto figures = search_->figures();
    if (refreshed && !is_told) {
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - begin);
      log::info("search", "nodes can be searched",
                {{"nodes", figures.nodes},
                 {"words", figures.words},
                 {"bytes", figures.bytes},
                 {"took_ms", static_cast<std::uint64_t>(took.count())}});
      is_told = true;
    }
    const bool is_up = keep_relations() && refreshed;
    if (!stop_.load()) {
      commits_.wait_beyond(is_up ? figures.sequence : registry_.newest_sequence(),
                           is_up ? look_again : try_again);
    }
  }
}

} // namespace grunndata::tools
