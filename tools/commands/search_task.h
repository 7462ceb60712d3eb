// Keeping search over nodes up beside a running server, and their relations in memory.
#pragma once

#include "registry/commit_listener.h"
#include "registry/virksomhet/search/node_search.h"

#include <atomic>
#include <memory>
#include <thread>

namespace grunndata::tools {

/// Reads all nodes and relations after the start, and what each commit changes from then on, until
/// it is destroyed. What fails is logged and tried again. The registry must outlive it.
class SearchTask {
public:
  explicit SearchTask(const registry::Registry& registry);
  ~SearchTask();
  SearchTask(const SearchTask&) = delete;
  SearchTask& operator=(const SearchTask&) = delete;

private:
  void run();
  bool keep_relations();

  const registry::Registry& registry_;
  std::shared_ptr<registry::virksomhet::search::NodeSearch> search_; ///< shared by all who search
  registry::CommitWaiter commits_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

} // namespace grunndata::tools
