#include "importers/folkeregisteret/mapping_pool.h"

#include <algorithm>

namespace grunndata::importers::folkeregisteret {

namespace {

MappedBatch map_batch(const RawBatch& raw, PersonMapper& mapper) {
  MappedBatch mapped;
  mapped.batch.origins = raw.origins;
  mapped.batch.items.reserve(raw.records.size());
  for (const RawBatch::Place& place : raw.records) {
    const auto json = std::string_view(raw.text).substr(place.begin, place.size);
    const auto refuse = [&](std::string path, std::string reason, std::string message) {
      mapped.batch.quarantine.push_back({place.number, place.byte_offset, place.origin,
                                         std::move(path), std::move(reason), std::move(message),
                                         std::string(json)});
    };
    if (!place.fault.empty()) {
      refuse("$", place.fault, "the source delivered no usable document here");
      continue;
    }
    registry::ImportItem& item = mapped.batch.items.emplace_back();
    item.number = place.number;
    item.byte_offset = place.byte_offset;
    item.origin = place.origin;
    if (auto done = mapper.map(json, item.record, mapped.report); !done) {
      mapped.batch.items.pop_back();
      refuse(done.error().json_path, done.error().reason, done.error().message);
    }
  }
  return mapped;
}

} // namespace

void RawBatch::add(const Record& record) {
  if (origins.empty() || origins.back() != record.path) {
    origins.emplace_back(record.path);
  }
  std::string fault(record.fault);
  if (!record.lookup_error.empty()) {
    fault = "lookup_failed";
  }
  records.push_back({text.size(), record.json.size(), record.record_number, record.offset,
                     static_cast<std::uint32_t>(origins.size() - 1), std::move(fault)});
  text += record.json;
}

MappingPool::MappingPool(const MappingOptions& options, std::uint32_t threads) {
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
  Task task([raw = std::move(batch)](PersonMapper& mapper) { return map_batch(raw, mapper); });
  auto mapped = task.get_future();
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
  }
  wake_.notify_one();
  return mapped;
}

void MappingPool::loop(const MappingOptions& options) {
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
