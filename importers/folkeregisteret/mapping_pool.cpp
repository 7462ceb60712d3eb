#include "importers/folkeregisteret/mapping_pool.h"

#include "registry/threads/thread_priority.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret {

namespace {

constexpr int mapping_niceness = 15;

MappedBatch map_batch(const RawBatch& raw, PersonMapper& mapper, registry::ImportPart&& spare) {
  MappedBatch mapped{std::move(spare), {}};
  auto& [items, quarantine, origins] = mapped.part;
  origins = raw.origins;
  quarantine.clear();
  items.resize(raw.records.size());
  std::size_t count = 0;
  for (const RawBatch::Place& place : raw.records) {
    const auto json = std::string_view(raw.text).substr(place.begin, place.size);
    const auto refuse = [&, &refused = quarantine](std::string path, std::string reason,
                                                   std::string message) {
      refused.push_back({place.number, place.byte_offset, place.origin, std::move(path),
                         std::move(reason), std::move(message), std::string(json)});
    };
    if (!place.fault.empty()) {
      refuse("$", place.fault, "the source delivered no usable document here");
      continue;
    }
    registry::ImportItem& item = items[count];
    item.number = place.number;
    item.byte_offset = place.byte_offset;
    item.origin = place.origin;
    if (auto done = mapper.map(json, item.record, mapped.report); !done) {
      refuse(done.error().json_path, done.error().reason, done.error().message);
    } else {
      ++count;
    }
  }
  items.resize(count);
  return mapped;
}

} // namespace

void RawBatch::add(const Record& record) {
  RawRecords::add(record, record.lookup_error.empty() ? std::string(record.fault)
                                                      : std::string("lookup_failed"));
}

MappingPool::MappingPool(const MappingOptions& options, std::uint32_t threads,
                         std::shared_ptr<SpareMemory> spare)
    : spare_(std::move(spare)) {
  for (std::uint32_t i = 0; i < std::max(threads, 1U); ++i) {
    threads_.emplace_back([this, &options] { loop(options); });
  }
}

MappingPool::~MappingPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

std::future<MappedBatch> MappingPool::submit(RawBatch batch) {
  Task task([raw = std::move(batch), spare = spare_](PersonMapper& mapper) mutable {
    MappedBatch mapped = map_batch(raw, mapper, spare->part());
    spare->give(std::move(raw));
    return mapped;
  });
  auto mapped = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  wake_.notify_one();
  return mapped;
}

void MappingPool::loop(const MappingOptions& options) {
  registry::run_behind_lookups(mapping_niceness);
  PersonMapper mapper(options);
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      if (closing_) {
        return;
      }
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task(mapper);
  }
}

} // namespace grunndata::importers::folkeregisteret
