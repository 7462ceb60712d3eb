// From fetched documents to a commit: mapped on several threads, written in the order given.
#pragma once

#include "importers/folkeregisteret/mapping_pool.h"
#include "importers/folkeregisteret/sync/fetcher.h"
#include "importers/folkeregisteret/sync/synchronizer.h"
#include "registry/import_batch.h"

#include <future>
#include <memory>
#include <string>

namespace grunndata::importers::folkeregisteret::sync {

/// For one thread.
class DocumentWriter {
public:
  DocumentWriter(registry::Registry& registry, const SyncOptions& options);

  struct Job {
    Fetched fetched;
    registry::Instant stamp;
    std::uint64_t first_number = 0; ///< of the records, for what is quarantined
    std::string cursor_value;       ///< empty: nothing is kept with it
    bool bulk = false;
  };
  /// Begins a commit. A waiting one is not overtaken.
  [[nodiscard]] std::future<registry::Result<registry::ImportCounts>> write(Job job);
  /// Waits for it, and adds what it did to the totals.
  [[nodiscard]] registry::Result<registry::ImportCounts>
  finish(std::future<registry::Result<registry::ImportCounts>> writing);

private:
  registry::Registry& registry_;
  const SyncOptions& options_;
  std::shared_ptr<SpareMemory> spare_ = std::make_shared<SpareMemory>();
  MappingPool pool_; ///< last: its threads end before what they write to
};

} // namespace grunndata::importers::folkeregisteret::sync
