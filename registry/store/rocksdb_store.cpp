// Reads and commits on RocksDB.
#include "registry/store/rocksdb_store.h"

#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include <cassert>
#include <chrono>
#include <thread>

namespace grunndata::registry::store {
namespace {

/// A load writes faster than memory is flushed on a busy machine, and all that is not flushed is
/// read from the log at the next start after a crash: so much takes about 0.2 s.
constexpr std::uint64_t unflushed_bytes_max = 40u << 20;
constexpr std::size_t large_batch_bytes = 1u << 20;
constexpr std::chrono::milliseconds flush_poll{2};
constexpr std::uint32_t compaction_threads = 2; ///< of a compaction that was asked for

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view bytes_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

struct HeldSlice final : Pinned::Holder {
  rocksdb::PinnableSlice slice;
  void release() noexcept override { slice.Reset(); }
  Holder* move_to(void* place) noexcept override {
    auto* moved = new (place) HeldSlice();
    moved->slice = std::move(slice);
    return moved;
  }
  [[nodiscard]] std::string_view value() const noexcept override { return bytes_of(slice); }
};

class RocksdbSnapshot final : public Snapshot {
public:
  explicit RocksdbSnapshot(rocksdb::DB* db) : db_(db), held_(db->GetSnapshot()) {}
  ~RocksdbSnapshot() override { db_->ReleaseSnapshot(held_); }
  [[nodiscard]] const rocksdb::Snapshot* held() const { return held_; }

private:
  rocksdb::DB* db_;
  const rocksdb::Snapshot* held_;
};

/// Point reads share one; only a snapshot needs another.
const rocksdb::ReadOptions newest;

rocksdb::ReadOptions options_at(const Snapshot& at) {
  rocksdb::ReadOptions options;
  options.snapshot = static_cast<const RocksdbSnapshot&>(at).held();
  return options;
}

class RocksdbCursor final : public Cursor {
public:
  explicit RocksdbCursor(rocksdb::Iterator* iterator) : iterator_(iterator) {}
  void seek(std::string_view key) override { iterator_->Seek(slice(key)); }
  void seek_before(std::string_view key) override { iterator_->SeekForPrev(slice(key)); }
  void seek_last() override { iterator_->SeekToLast(); }
  void next() override { iterator_->Next(); }
  void previous() override { iterator_->Prev(); }
  [[nodiscard]] bool valid() const override { return iterator_->Valid(); }
  [[nodiscard]] std::string_view key() const override { return bytes_of(iterator_->key()); }
  [[nodiscard]] std::string_view value() const override { return bytes_of(iterator_->value()); }
  [[nodiscard]] Result<void> status() const override {
    if (const auto status = iterator_->status(); !status.ok()) {
      return tl::unexpected(error_of(status, "walk over the store"));
    }
    return {};
  }

private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

} // namespace

tl::unexpected<Error> RocksdbStore::failed(const rocksdb::Status& status, std::string_view doing) {
  Error error = error_of(status, doing);
  failure_->set(error);
  return tl::unexpected(std::move(error));
}

Result<bool> RocksdbStore::get(Family family, std::string_view key, Pinned& out,
                               const Snapshot* at) const {
  auto& holder = out.hold<HeldSlice>();
  const auto status = at == nullptr
                          ? db_->Get(newest, handle(family), slice(key), &holder.slice)
                          : db_->Get(options_at(*at), handle(family), slice(key), &holder.slice);
  if (status.ok()) {
    out.set_view(bytes_of(holder.slice));
    return true;
  }
  out.reset();
  if (status.IsNotFound()) {
    return false;
  }
  return tl::unexpected(error_of(status, "read from the store"));
}

Result<void> RocksdbStore::multi_get(Family family, std::span<const std::string_view> keys,
                                     std::span<Pinned> out, std::span<bool> found,
                                     const Snapshot* at) const {
  assert(keys.size() == out.size() && keys.size() == found.size());
  thread_local std::vector<rocksdb::Slice> wanted;
  thread_local std::vector<rocksdb::PinnableSlice> values;
  thread_local std::vector<rocksdb::Status> statuses;
  wanted.clear();
  for (const std::string_view key : keys) {
    wanted.push_back(slice(key));
  }
  if (values.size() < keys.size()) {
    values.resize(keys.size());
    statuses.resize(keys.size());
  }
  db_->MultiGet(at == nullptr ? newest : options_at(*at), handle(family), keys.size(),
                wanted.data(), values.data(), statuses.data());
  const rocksdb::Status* bad = nullptr;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out[i].reset();
    found[i] = statuses[i].ok();
    if (found[i]) {
      auto& holder = out[i].hold<HeldSlice>();
      holder.slice = std::move(values[i]);
      out[i].set_view(bytes_of(holder.slice));
    } else if (!statuses[i].IsNotFound()) {
      bad = &statuses[i];
    }
    values[i].Reset();
  }
  if (bad == nullptr) {
    return {};
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    out[i].reset();
    found[i] = false;
  }
  return tl::unexpected(error_of(*bad, "read from the store"));
}

std::unique_ptr<Cursor> RocksdbStore::scan(Family family, const Snapshot* at) const {
  rocksdb::ReadOptions options = at == nullptr ? rocksdb::ReadOptions() : options_at(*at);
  options.fill_cache = !walks_bypass_cache(family);
  return std::make_unique<RocksdbCursor>(db_->NewIterator(options, handle(family)));
}

std::unique_ptr<Snapshot> RocksdbStore::snapshot() const {
  return std::make_unique<RocksdbSnapshot>(db_.get());
}

Result<void> RocksdbStore::check_preconditions(std::span<const Precondition> preconditions) const {
  Pinned have;
  for (const Precondition& wanted : preconditions) {
    const auto found = get(wanted.family, wanted.key, have, nullptr);
    if (!found) {
      return tl::unexpected(found.error());
    }
    const bool holds = wanted.value ? *found && have.view() == *wanted.value : !*found;
    if (!holds) {
      return fail(ErrorCode::conflict, "a value has changed since it was read");
    }
  }
  return {};
}

Result<void> RocksdbStore::commit(std::span<const Change> changes, Durability durability,
                                  std::span<const Precondition> preconditions) {
  rocksdb::WriteBatch batch;
  for (const Change& change : changes) {
    const std::size_t value_bytes = change.value ? change.value->size() : 0;
    if (change.key.size() > key_bytes_max || value_bytes > value_bytes_max) {
      return fail(ErrorCode::invalid, "a key or value is larger than the store takes");
    }
    const auto status = change.value ? batch.Put(handle(change.family), change.key, *change.value)
                                     : batch.Delete(handle(change.family), change.key);
    if (!status.ok()) {
      return tl::unexpected(error_of(status, "prepare a write"));
    }
  }
  if (preconditions.empty()) {
    const std::shared_lock lock(writing_);
    return write(batch, durability);
  }
  const std::unique_lock lock(writing_);
  if (auto hold = check_preconditions(preconditions); !hold) {
    return hold;
  }
  return write(batch, durability);
}

Result<void> RocksdbStore::write(rocksdb::WriteBatch& batch, Durability durability) {
  if (failure_->happened()) {
    return tl::unexpected(failure_->refusal());
  }
  // What is in the log before this write is synced with it; this write adds `Count` to it.
  const std::uint64_t reached =
      db_->GetLatestSequenceNumber() + static_cast<std::uint64_t>(batch.Count());
  if (batch.Count() == 0) {
    if (durability == Durability::synced) {
      if (const auto status = db_->SyncWAL(); !status.ok()) {
        return failed(status, "sync the store");
      }
      acknowledged_->reached(reached);
    }
    return {};
  }
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::synced;
  if (const auto status = db_->Write(options, &batch); !status.ok()) {
    return failed(status, "write to the store");
  }
  if (options.sync) {
    acknowledged_->reached(reached);
  }
  if (batch.GetDataSize() >= large_batch_bytes) {
    let_flush_catch_up();
  }
  return {};
}

void RocksdbStore::let_flush_catch_up() const {
  const auto sum_of = [this](const std::string& property) {
    std::uint64_t sum = 0;
    return db_->GetAggregatedIntProperty(property, &sum) ? sum : 0;
  };
  using Properties = rocksdb::DB::Properties;
  while (!failure_->happened() && sum_of(Properties::kCurSizeAllMemTables) > unflushed_bytes_max &&
         sum_of(Properties::kMemTableFlushPending) + sum_of(Properties::kNumRunningFlushes) > 0) {
    std::this_thread::sleep_for(flush_poll);
  }
}

Result<void> RocksdbStore::flush() {
  if (failure_->happened()) {
    return tl::unexpected(failure_->refusal());
  }
  const std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  if (const auto status = db_->Flush(rocksdb::FlushOptions(), all); !status.ok()) {
    return failed(status, "flush the store");
  }
  note_manifest();
  return {};
}

Result<void> RocksdbStore::compact(Family family) {
  if (failure_->happened()) {
    return tl::unexpected(failure_->refusal());
  }
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.max_subcompactions = compaction_threads;
  if (const auto status = db_->CompactRange(options, handle(family), nullptr, nullptr);
      !status.ok()) {
    return tl::unexpected(error_of(status, "compact the store"));
  }
  compact_as_usual();
  note_manifest();
  return {};
}

Result<void> RocksdbStore::checkpoint(const std::filesystem::path& directory) {
  {
    const std::lock_guard lock(copies_mutex_);
    copies_.push_back(directory);
  }
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(db_.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) {
    status = checkpoint->CreateCheckpoint(directory);
  }
  if (!status.ok()) {
    return tl::unexpected(error_of(status, "copy the store"));
  }
  return {};
}

Result<StoreFigures> RocksdbStore::figures() const {
  StoreFigures figures;
  const auto number = [this](rocksdb::ColumnFamilyHandle* family, const std::string& property) {
    std::uint64_t value = 0;
    db_->GetIntProperty(family, property, &value);
    return value;
  };
  for (std::size_t i = 0; i < handles_.size(); ++i) {
    figures.keys_estimate[i] = number(handles_[i], rocksdb::DB::Properties::kEstimateNumKeys);
    figures.memtable_bytes += number(handles_[i], rocksdb::DB::Properties::kCurSizeAllMemTables);
    figures.compaction_pending_bytes +=
        number(handles_[i], rocksdb::DB::Properties::kEstimatePendingCompactionBytes);
  }
  figures.cache_bytes_used = cache_->GetUsage();
  figures.write_stalled =
      number(default_handle_, rocksdb::DB::Properties::kIsWriteStopped) != 0 ||
      number(default_handle_, rocksdb::DB::Properties::kActualDelayedWriteRate) != 0;
  figures.read_only = failure_->happened();
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(directory_, error)) {
    std::error_code gone; // files come and go while we look
    const auto size = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    figures.disk_bytes += gone ? 0 : size;
  }
  if (error) {
    return fail(ErrorCode::storage, "cannot list the store's directory: " + error.message());
  }
  return figures;
}

Result<void> RocksdbStore::verify() const {
  if (const auto status = db_->VerifyChecksum(rocksdb::ReadOptions()); !status.ok()) {
    return tl::unexpected(error_of(status, "verify the store"));
  }
  return {};
}

} // namespace grunndata::registry::store
