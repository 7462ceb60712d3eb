// The engine on RocksDB. Internal to registry/store.
#pragma once

#include "registry/store/acknowledged.h"
#include "registry/store/rocksdb_options.h"

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include <atomic>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <thread>

namespace grunndata::registry::store {

struct SortedPiece;

/// Remembers the first failed write, of ours or in the background: from then on the store only
/// reads.
class WriteFailure final : public rocksdb::EventListener {
public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* status) override;
  void set(const Error& error);
  [[nodiscard]] bool happened() const noexcept { return happened_.load(std::memory_order_acquire); }
  /// `unavailable`, naming the first failure.
  [[nodiscard]] Error refusal() const;

private:
  mutable std::mutex mutex_;
  std::atomic<bool> happened_{false};
  std::string first_;
};

/// Owns the database, its handles and the block cache. Cursors, snapshots and pinned values point
/// into it and go first.
class RocksdbStore final : public Store {
public:
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                                           const EngineOptions& options);
  ~RocksdbStore() override;

  Result<bool> get(Family family, std::string_view key, Pinned& out,
                   const Snapshot* at) const override;
  Result<void> multi_get(Family family, std::span<const std::string_view> keys,
                         std::span<Pinned> out, std::span<bool> found,
                         const Snapshot* at) const override;
  std::unique_ptr<Cursor> scan(Family family, const Snapshot* at) const override;
  std::unique_ptr<Snapshot> snapshot() const override;
  Result<void> commit(std::span<const Change> changes, Durability durability,
                      std::span<const Precondition> preconditions) override;
  Result<void> bulk_load(std::span<const Change> changes) override;
  Result<void> flush() override;
  Result<void> compact(Family family) override;
  Result<void> scrub(std::span<const KeyRange> ranges, std::atomic<bool>& stop) override;
  Result<void> checkpoint(const std::filesystem::path& directory) override;
  Result<StoreFigures> figures() const override;
  Result<void> verify() const override;

private:
  RocksdbStore() = default;

  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }
  Result<void> check_preconditions(std::span<const Precondition> preconditions) const;
  Result<void> write(rocksdb::WriteBatch& batch, Durability durability);
  /// After a batch of a load: waits while more is in memory than a start may read back from the
  /// log.
  void let_flush_catch_up() const;
  /// Notes how much of the manifest is known to be on disk.
  void note_manifest();
  /// An error that leaves the state of the disk unknown.
  tl::unexpected<Error> failed(const rocksdb::Status& status, std::string_view doing);
  Result<void> build_and_ingest(std::span<const SortedPiece> pieces);
  /// Waits while too many files of a loaded family are not yet compacted.
  void let_compaction_catch_up(std::span<const SortedPiece> pieces);
  /// The family is compacted when so many new files of it wait.
  void compact_after(Family family, std::uint64_t files);
  /// No load goes on any more.
  void compact_as_usual();
  /// Writes out all of memory, so that a new log begins; the number of the log before it.
  Result<std::uint64_t> roll_log();
  Result<void> rewrite(std::span<const KeyRange> ranges, std::atomic<bool>& stop);
  /// Waits until the logs up to `log` and those of `tables` that are not used any more are gone.
  Result<void> await_deletion(std::uint64_t log, std::set<std::uint64_t> tables,
                              const std::atomic<bool>& stop) const;
  /// Whether a copy made by `checkpoint` is still where it was put.
  bool has_copies();
  /// Removes what an interrupted load left behind.
  void remove_scratch() const noexcept;

  std::filesystem::path directory_;
  std::shared_ptr<WriteFailure> failure_ = std::make_shared<WriteFailure>();
  std::shared_ptr<rocksdb::Cache> cache_;
  rocksdb::Options db_options_;
  std::array<rocksdb::ColumnFamilyOptions, family_count> family_options_;
  std::unique_ptr<Acknowledged> acknowledged_;
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
  std::array<rocksdb::ColumnFamilyHandle*, family_count> handles_{};
  /// Shared by writes without preconditions, alone for one with: nothing changes between a check
  /// and its write.
  std::shared_mutex writing_;
  std::atomic<std::uint64_t> next_load_{0};
  std::array<std::atomic<std::uint64_t>, family_count> compacted_after_{}; ///< 0: as opened
  std::mutex copies_mutex_;
  std::vector<std::filesystem::path> copies_; ///< made by `checkpoint`, and perhaps gone since
};

} // namespace grunndata::registry::store
