// Leaving nothing behind of what was: log rolled, files rewritten, old ones deleted.
#include "registry/store/rocksdb_store.h"

#include <rocksdb/transaction_log.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

namespace grunndata::registry::store {
namespace {

/// More ranges of one family than this, and the whole family is rewritten once instead of the
/// same large files again and again.
constexpr std::size_t ranges_apart_max = 16;
constexpr std::chrono::milliseconds deletion_poll{5};
/// Files are deleted in the background as soon as nobody reads them; readers are quick.
constexpr std::chrono::seconds deletion_patience{30};

constexpr std::string_view table_suffix = ".sst";
constexpr std::string_view log_suffix = ".log";

/// The numbers of the directory's files with that ending; `000012.sst` is 12.
std::set<std::uint64_t> numbers_of(const std::filesystem::path& directory,
                                   std::string_view suffix) {
  std::set<std::uint64_t> numbers;
  std::error_code ignored;
  for (const auto& file : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = file.path().filename().string();
    const std::string stem = name.substr(0, name.size() - std::min(name.size(), suffix.size()));
    if (name.ends_with(suffix) && !stem.empty() &&
        stem.find_first_not_of("0123456789") == std::string::npos) {
      numbers.insert(std::stoull(stem));
    }
  }
  return numbers;
}

std::set<std::uint64_t> tables_in_use(rocksdb::DB& db) {
  std::vector<rocksdb::LiveFileMetaData> files;
  db.GetLiveFilesMetaData(&files);
  std::set<std::uint64_t> numbers;
  for (const auto& file : files) {
    numbers.insert(file.file_number);
  }
  return numbers;
}

tl::unexpected<Error> copied() {
  return fail(ErrorCode::unavailable, "a copy still holds an earlier state of the store");
}

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::cancelled, "the rewriting of the store's files was stopped");
}

} // namespace

Result<std::uint64_t> RocksdbStore::roll_log() {
  // The write makes sure that the log has something in it and so is left behind by the flush; the
  // family it goes to keeps nothing else, but would hold on to the first log for ever.
  if (const auto status = db_->Put({}, default_handle_, "", ""); !status.ok()) {
    return failed(status, "write to the store");
  }
  std::unique_ptr<rocksdb::LogFile> log;
  if (const auto status = db_->GetCurrentWalFile(&log); !status.ok()) {
    return tl::unexpected(error_of(status, "look at the store's log"));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> all(handles_.begin(), handles_.end());
  all.push_back(default_handle_);
  if (const auto status = db_->Flush(rocksdb::FlushOptions(), all); !status.ok()) {
    return failed(status, "flush the store");
  }
  return log->LogNumber();
}

Result<void> RocksdbStore::rewrite(std::span<const KeyRange> ranges, std::atomic<bool>& stop) {
  std::map<Family, std::vector<const KeyRange*>> by_family;
  for (const KeyRange& range : ranges) {
    by_family[range.family].push_back(&range);
  }
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &stop;
  // The last level too: it may hold two values of one key since a snapshot was about.
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (const auto& [family, wanted] : by_family) {
    rocksdb::Status status;
    if (wanted.size() > ranges_apart_max) {
      status = db_->CompactRange(options, handle(family), nullptr, nullptr);
    }
    for (std::size_t i = 0; wanted.size() <= ranges_apart_max && i < wanted.size(); ++i) {
      const rocksdb::Slice first(wanted[i]->first);
      const rocksdb::Slice last(wanted[i]->last);
      status = db_->CompactRange(options, handle(family), &first, &last);
      if (!status.ok()) {
        break;
      }
    }
    if (!status.ok() && stop) {
      return stopped();
    }
    if (!status.ok()) {
      return tl::unexpected(error_of(status, "rewrite a part of the store"));
    }
  }
  return {};
}

Result<void> RocksdbStore::await_deletion(std::uint64_t log, std::set<std::uint64_t> tables,
                                          const std::atomic<bool>& stop) const {
  const auto give_up = std::chrono::steady_clock::now() + deletion_patience;
  while (true) {
    const auto logs = numbers_of(directory_, log_suffix);
    const auto there = numbers_of(directory_, table_suffix);
    const auto used = tables_in_use(*db_);
    std::erase_if(tables, [&](std::uint64_t table) { return !there.contains(table); });
    const bool tables_gone =
        std::ranges::all_of(tables, [&](std::uint64_t table) { return used.contains(table); });
    if (tables_gone && (logs.empty() || *logs.begin() > log)) {
      return {};
    }
    if (stop) {
      return stopped();
    }
    if (std::chrono::steady_clock::now() > give_up) {
      return fail(ErrorCode::unavailable, "a reader still holds files of the store given up");
    }
    std::this_thread::sleep_for(deletion_poll);
  }
}

bool RocksdbStore::has_copies() {
  const std::lock_guard lock(copies_mutex_);
  std::erase_if(copies_, [](const std::filesystem::path& copy) {
    std::error_code ignored;
    return !std::filesystem::exists(copy, ignored) &&
           !std::filesystem::exists(copy.string() + ".tmp", ignored);
  });
  return !copies_.empty();
}

Result<void> RocksdbStore::scrub(std::span<const KeyRange> ranges, std::atomic<bool>& stop) {
  if (failure_->happened()) {
    return tl::unexpected(failure_->refusal());
  }
  std::uint64_t oldest = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest);
  if (oldest != 0 && oldest < db_->GetLatestSequenceNumber()) {
    return fail(ErrorCode::unavailable, "a reader still holds an earlier state of the store");
  }
  if (has_copies()) {
    return copied();
  }
  const auto log = roll_log();
  if (!log) {
    return tl::unexpected(log.error());
  }
  const auto tables = numbers_of(directory_, table_suffix);
  if (auto rewritten = rewrite(ranges, stop); !rewritten) {
    return rewritten;
  }
  auto gone = await_deletion(*log, tables, stop);
  note_manifest();
  return gone && has_copies() ? copied() : gone; // one made meanwhile may hold the old files
}

} // namespace grunndata::registry::store
