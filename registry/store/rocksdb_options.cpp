#include "registry/store/rocksdb_options.h"

#include "registry/threads/thread_priority.h"

#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <cctype>

namespace grunndata::registry::store {
namespace {

constexpr double bloom_bits_per_key = 10;
/// Documents are few to a block, index rows are many: each gets a block that look-ups leave early.
constexpr std::size_t document_block_bytes = 8u << 10;
constexpr int document_restart_interval = 1;
constexpr std::size_t row_block_bytes = 4u << 10;
constexpr int row_restart_interval = 4;
constexpr std::size_t cold_block_bytes = 32u << 10;
constexpr std::size_t scan_block_bytes = 8u << 10;
constexpr double hash_index_load = 0.6; ///< keys per slot of a data block's hash index

/// Measured on generated documents of 4.8 KB in blocks of 32 KiB: 4.7x at about 300 MB/s a core.
/// Level 3 gives no more; a dictionary gives 4.8x to 5.1x at 81 to 98 % of the speed.
constexpr int cold_zstd_level = 1;

constexpr int background_jobs = 2;
constexpr int flush_niceness = 5; ///< as the writer, which may have to wait for it
constexpr int compaction_niceness = 19;
/// What flushes and compactions may write at most; the limiter goes lower by itself when idle.
constexpr std::int64_t background_bytes_per_second_max = 256ll << 20;
constexpr std::int64_t limiter_refill_us = 100'000;
constexpr int limiter_fairness = 10;

/// Bounds what has to be replayed at open, so that a start after a crash stays quick.
constexpr std::size_t wal_bytes_max = 16u << 20;
constexpr std::size_t sync_chunk_bytes = 1u << 20;
constexpr std::uint64_t file_bytes = 64u << 20;
constexpr int write_buffers_max = 3;
constexpr std::size_t message_bytes_max = 500;

/// RocksDB's own log is not written: its lines may quote keys, and keys may hold person numbers.
class SilentLogger final : public rocksdb::Logger {
public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// The engine's threads do one piece of work after another: each piece begins with this.
class BehindLookups final : public rocksdb::EventListener {
public:
  void OnFlushBegin(rocksdb::DB*, const rocksdb::FlushJobInfo&) override {
    run_behind_lookups(flush_niceness);
  }
  void OnCompactionBegin(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override {
    run_behind_lookups(compaction_niceness);
  }
};

/// RocksDB quotes keys in few messages, always with the word before them.
bool may_quote_a_key(const std::string& reason) {
  std::string lower(reason);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.find("key") != std::string::npos;
}

ErrorCode code_of(const rocksdb::Status& status) {
  using Code = rocksdb::Status::Code;
  switch (status.code()) {
  case Code::kCorruption:
    return ErrorCode::corrupt;
  case Code::kBusy:
  case Code::kTimedOut:
  case Code::kTryAgain:
  case Code::kIncomplete:
  case Code::kShutdownInProgress:
    return ErrorCode::unavailable;
  case Code::kNotSupported:
    return ErrorCode::unsupported;
  default:
    return ErrorCode::storage;
  }
}

rocksdb::BlockBasedTableOptions table_options(const FamilyFacts& facts,
                                              const std::shared_ptr<rocksdb::Cache>& cache) {
  const bool holds_documents = facts.family == Family::current || facts.family == Family::past ||
                               facts.family == Family::node;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  // Index and filter stay with the open file, outside the cache: a look-up never waits for them.
  table.cache_index_and_filter_blocks = false;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits_per_key));
  table.whole_key_filtering = true;
  switch (facts.profile) {
  case Profile::hot_point:
    table.block_size = holds_documents ? document_block_bytes : row_block_bytes;
    table.block_restart_interval =
        holds_documents ? document_restart_interval : row_restart_interval;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    table.data_block_hash_table_util_ratio = hash_index_load;
    break;
  case Profile::cold_blob:
    table.block_size = cold_block_bytes;
    break;
  case Profile::small_scan:
    table.block_size = scan_block_bytes;
    break;
  }
  return table;
}

void set_compression(Profile profile, rocksdb::ColumnFamilyOptions& family) {
  if (profile != Profile::cold_blob) {
    family.compression = rocksdb::kLZ4Compression;
    return;
  }
  family.compression = rocksdb::kZSTD;
  family.compression_opts.level = cold_zstd_level;
}

} // namespace

Error error_of(const rocksdb::Status& status, std::string_view doing) {
  std::string reason = status.ToString();
  if (may_quote_a_key(reason)) {
    reason = reason.substr(0, reason.find(':'));
  }
  if (reason.size() > message_bytes_max) {
    reason.resize(message_bytes_max);
  }
  return {code_of(status), std::string(doing) + ": " + reason};
}

std::shared_ptr<rocksdb::Cache> make_block_cache(std::size_t bytes) {
  // RocksDB's clock cache makes a warm look-up 10 to 17 % cheaper, but 7.8 calls it experimental.
  rocksdb::LRUCacheOptions cache;
  cache.capacity = bytes;
  cache.num_shard_bits = 4;
  return rocksdb::NewLRUCache(cache);
}

rocksdb::DBOptions make_db_options(const EngineOptions& options) {
  rocksdb::DBOptions db;
  db.create_if_missing = options.create;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  db.info_log = std::make_shared<SilentLogger>();
  db.max_open_files = -1;
  db.max_background_jobs = background_jobs;
  db.rate_limiter.reset(rocksdb::NewGenericRateLimiter(
      background_bytes_per_second_max, limiter_refill_us, limiter_fairness,
      rocksdb::RateLimiter::Mode::kWritesOnly, true));
  db.bytes_per_sync = sync_chunk_bytes;

  db.db_write_buffer_size = options.write_buffer_bytes;
  db.max_total_wal_size = wal_bytes_max;
  db.avoid_flush_during_recovery = true;
  db.skip_stats_update_on_db_open = true;

  // A record cut off at the end of the log was never acknowledged, as the answer waits for the
  // sync: it is dropped. Damage anywhere before the end refuses to open; recovery to a point in
  // time would drop acknowledged writes behind the damage without a word. A cut that
  // reaches into what was acknowledged is found by `Acknowledged`.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.track_and_verify_wals_in_manifest = true;
  db.max_bgerror_resume_count = 0; // after a failed write only opening again helps

  db.listeners.push_back(std::make_shared<BehindLookups>());
  db.env->LowerThreadPoolIOPriority(rocksdb::Env::LOW);
  return db;
}

rocksdb::ColumnFamilyOptions make_family_options(const FamilyFacts& facts,
                                                 const EngineOptions& options,
                                                 const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions family;
  family.write_buffer_size = options.write_buffer_bytes / 2;
  family.max_write_buffer_number = write_buffers_max;
  family.target_file_size_base = file_bytes;
  family.level_compaction_dynamic_level_bytes = true;
  // Whoever asks for a document by id has it from the index: filters of the last level say nothing.
  family.optimize_filters_for_hits = facts.family == Family::current;
  if (options.compress) {
    set_compression(facts.profile, family);
  } else {
    family.compression = rocksdb::kNoCompression;
  }
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options(facts, cache)));
  return family;
}

bool walks_bypass_cache(Family family) {
  return family == Family::current || family == Family::past || family == Family::source ||
         family == Family::node || family == Family::node_source;
}

} // namespace grunndata::registry::store
