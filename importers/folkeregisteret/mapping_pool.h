// Threads that map raw records, batch by batch.
#pragma once

#include "importers/folkeregisteret/person_mapping.h"
#include "importers/folkeregisteret/record_reader.h"
#include "importers/reading/mapping_report.h"
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

/// Records copied out of the reader, so that it can read on.
struct RawBatch {
  struct Place {
    std::size_t begin = 0;
    std::size_t size = 0;
    std::uint64_t number = 0;
    std::uint64_t byte_offset = 0;
    std::uint32_t origin = 0;
    std::string fault; ///< why it cannot be a document; empty when it can
  };
  std::string text;
  std::vector<std::string> origins; ///< paths
  std::vector<Place> records;

  void add(const Record& record);
  void clear(); ///< keeps memory
};

/// Records ready to be committed, in the order they were read.
struct MappedBatch {
  registry::ImportPart part;
  MappingReport report;
};

/// Memory that was used and is to be used again: a load then takes it from the system once, not
/// for every record. Thread-safe.
class SpareMemory {
public:
  [[nodiscard]] RawBatch raw();
  [[nodiscard]] registry::ImportPart part();
  void give(RawBatch&& batch);
  void give(registry::ImportPart&& part);

private:
  std::mutex mutex_;
  std::vector<RawBatch> raws_;
  std::vector<registry::ImportPart> parts_;
};

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
