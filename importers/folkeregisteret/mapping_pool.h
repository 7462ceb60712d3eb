// Threads that map raw records, batch by batch.
#pragma once

#include "importers/folkeregisteret/person_mapping.h"
#include "importers/folkeregisteret/record_reader.h"
#include "importers/reading/mapping_report.h"
#include "importers/reading/raw_records.h"
#include "importers/reading/spare_memory.h"
#include "registry/import_batch.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace grunndata::importers::folkeregisteret {

struct RawBatch : reading::RawRecords {
  /// One that the source failed to look up is kept as such.
  void add(const Record& record);
};

/// Records ready to be committed, in the order they were read.
struct MappedBatch {
  registry::ImportPart part;
  MappingReport report;
};

using SpareMemory = reading::SpareMemory<RawBatch, registry::ImportPart>;

/// `submit` from one thread. Batches may be done in any order; their futures tell.
class MappingPool {
public:
  MappingPool(const MappingOptions& options, std::uint32_t threads,
              std::shared_ptr<SpareMemory> spare);
  /// Drops what is not begun.
  ~MappingPool();
  MappingPool(const MappingPool&) = delete;
  MappingPool& operator=(const MappingPool&) = delete;

  [[nodiscard]] std::future<MappedBatch> submit(RawBatch batch);

private:
  using Task = std::packaged_task<MappedBatch(PersonMapper&)>;
  void loop(const MappingOptions& options);

  std::shared_ptr<SpareMemory> spare_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

} // namespace grunndata::importers::folkeregisteret
