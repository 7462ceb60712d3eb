#include "importers/virksomhet/mapping_pool.h"

#include "registry/threads/thread_priority.h"

#include <utility>

namespace grunndata::importers::virksomhet {

using registry::virksomhet::NodeImportItem;
using registry::virksomhet::NodeImportPart;

namespace {

constexpr int mapping_niceness = 15;
/// A part of fewer records than this share of the room it has gives the room back.
constexpr std::size_t used_share_min = 4;

MappedPart map_part(const RawPart& raw, NodeMapper& mapper, MappedPart mapped,
                    std::atomic<std::uint64_t>& left_out) {
  auto& [items, quarantine, origins] = mapped.part;
  origins = raw.origins;
  quarantine.clear();
  std::size_t count = 0;
  for (const RawPart::Place& place : raw.records) {
    const auto json = std::string_view(raw.text).substr(place.begin, place.size);
    if (!place.fault.empty()) {
      quarantine.push_back(refused(place, json,
                                   {"$", place.fault,
                                    "the source delivered no usable document here"}));
      continue;
    }
    if (count == items.size()) items.emplace_back();
    NodeImportItem& item = items[count];
    auto done = mapper.map(json, item.record, mapped.report);
    if (!done) {
      quarantine.push_back(refused(place, json, std::move(done.error())));
    } else if (*done == Mapped::nothing) {
      left_out.fetch_add(1, std::memory_order_relaxed);
    } else {
      item.number = place.number;
      item.byte_offset = place.byte_offset;
      item.origin = place.origin;
      mapped.codes.look_at(item.record);
      ++count;
    }
  }
  items.resize(count);
  if (items.size() * used_share_min < items.capacity()) items.shrink_to_fit();
  return mapped;
}

} // namespace

registry::QuarantineDraft refused(const RawPart::Place& place, std::string_view json,
                                  reading::MappingFault fault) {
  return {place.number,           place.byte_offset,        place.origin,
          std::move(fault.json_path), std::move(fault.reason), std::move(fault.message),
          std::string(json)};
}

MappingPool::MappingPool(NodeMapper& mapper, unsigned threads, std::shared_ptr<SpareParts> spare,
                         CodeCheck codes)
    : spare_(std::move(spare)), codes_(std::move(codes)) {
  for (auto beside = mapper.beside(); beside != nullptr && mappers_.size() < threads;
       beside = mapper.beside()) {
    mappers_.push_back(std::move(beside));
  }
  for (const auto& beside : mappers_) {
    threads_.emplace_back([this, &beside] { loop(*beside); });
  }
  if (mappers_.empty()) threads_.emplace_back([this, &mapper] { loop(mapper); });
}

MappingPool::~MappingPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::future<MappedPart>
MappingPool::submit(RawPart part, std::shared_ptr<std::atomic<std::uint64_t>> left_out) {
  Task task([raw = std::move(part), spare = spare_, left = std::move(left_out),
             codes = codes_](NodeMapper& mapper) mutable {
    MappedPart mapped = map_part(raw, mapper, {spare->part(), {}, std::move(codes)}, *left);
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

void MappingPool::loop(NodeMapper& mapper) {
  registry::run_behind_lookups(mapping_niceness);
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      if (closing_) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task(mapper);
  }
}

} // namespace grunndata::importers::virksomhet
