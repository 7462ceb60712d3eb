// Threads that map a source's documents, part by part.
#pragma once

#include "importers/reading/mapping_report.h"
#include "importers/reading/raw_records.h"
#include "importers/reading/spare_memory.h"
#include "importers/virksomhet/code_check.h"
#include "importers/virksomhet/node_mapper.h"
#include "registry/virksomhet/node_import.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace grunndata::importers::virksomhet {

using RawPart = reading::RawRecords;

/// Records ready to be committed, in the order they were read.
struct MappedPart {
  registry::virksomhet::NodeImportPart part;
  reading::MappingReport report;
  CodeCheck codes;
};

/// What goes to quarantine of a document that is refused.
[[nodiscard]] registry::QuarantineDraft refused(const RawPart::Place& place, std::string_view json,
                                                reading::MappingFault fault);

using SpareParts = reading::SpareMemory<RawPart, registry::virksomhet::NodeImportPart>;

/// `submit` from one thread. Parts may be done in any order; their futures tell. Records are still
/// to be given to `relate` of the mapper.
class MappingPool {
public:
  /// Maps with mappers beside `mapper` on `threads` threads; where it has none, with itself on
  /// one. It must outlive the pool.
  /// `codes` has counted nothing: each part begins with it.
  MappingPool(NodeMapper& mapper, unsigned threads, std::shared_ptr<SpareParts> spare,
              CodeCheck codes = {});
  /// Drops what is not begun.
  ~MappingPool();
  MappingPool(const MappingPool&) = delete;
  MappingPool& operator=(const MappingPool&) = delete;

  /// Adds to `left_out` how many documents said nothing that is to be kept.
  [[nodiscard]] std::future<MappedPart>
  submit(RawPart part, std::shared_ptr<std::atomic<std::uint64_t>> left_out);

private:
  using Task = std::packaged_task<MappedPart(NodeMapper&)>;
  void loop(NodeMapper& mapper);

  std::shared_ptr<SpareParts> spare_;
  const CodeCheck codes_;
  std::vector<std::unique_ptr<NodeMapper>> mappers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

} // namespace grunndata::importers::virksomhet
