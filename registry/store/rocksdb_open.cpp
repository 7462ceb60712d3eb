// Opening and closing a RocksDB store.
#include "registry/store/rocksdb_store.h"
#include "registry/store/table_files.h"

#include <rocksdb/convenience.h>
#include <sys/resource.h>

#include <algorithm>

namespace grunndata::registry::store {
namespace {

/// All table files stay open.
void raise_open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

enum class Found { nothing, store, remains };

/// A directory without CURRENT would be taken for a new store, and the data in it removed.
Found look_at(const std::filesystem::path& directory) {
  std::error_code ignored;
  if (std::filesystem::exists(directory / "CURRENT", ignored)) {
    return Found::store;
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const auto extension = entry.path().extension();
    if (extension == ".sst" || extension == ".log") {
      return Found::remains;
    }
  }
  return Found::nothing;
}

Error open_error(const rocksdb::Status& status) {
  const std::string reason = status.ToString();
  if (status.IsIOError() && reason.find("lock") != std::string::npos) {
    return {ErrorCode::unavailable, "the store is open already, here or in another process"};
  }
  if (status.IsInvalidArgument() && reason.find("olumn famil") != std::string::npos) {
    return {ErrorCode::unsupported, "the store holds families this version does not know"};
  }
  // A file that the store's own lists name is gone: damage, whatever the engine calls it.
  if (status.IsPathNotFound() || status.IsNotFound() || status.IsInvalidArgument()) {
    return {ErrorCode::corrupt, error_of(status, "open the store").message};
  }
  return error_of(status, "open the store");
}

} // namespace

void WriteFailure::OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) {
  set(error_of(*status, "write in the background"));
}

void WriteFailure::set(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (first_.empty()) {
    first_ = error.message;
  }
  happened_.store(true, std::memory_order_release);
}

Error WriteFailure::refusal() const {
  const std::lock_guard lock(mutex_);
  return {ErrorCode::unavailable, "the store only reads since a write failed: " + first_};
}

Result<std::unique_ptr<Store>> RocksdbStore::open(const std::filesystem::path& directory,
                                                  const EngineOptions& options) {
  const Found found = look_at(directory);
  if (found == Found::remains) {
    return fail(ErrorCode::corrupt, "the store's CURRENT file is missing");
  }
  if (found == Found::nothing) {
    if (!options.create) {
      return fail(ErrorCode::not_found, "no store in this directory");
    }
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
      return fail(ErrorCode::storage, "cannot create the store's directory: " + error.message());
    }
  }
  const auto promised = Acknowledged::check(directory);
  if (!promised) {
    return tl::unexpected(promised.error());
  }
  if (auto sound = check_table_files(directory); !sound) {
    return tl::unexpected(sound.error());
  }
  raise_open_files_limit();

  std::unique_ptr<RocksdbStore> store(new RocksdbStore());
  store->directory_ = directory;
  store->cache_ = make_block_cache(options.cache_bytes);
  store->db_options_ = rocksdb::Options(make_db_options(options), {});
  store->db_options_.listeners.push_back(store->failure_);
  std::vector<rocksdb::ColumnFamilyDescriptor> wanted{{rocksdb::kDefaultColumnFamilyName, {}}};
  for (const FamilyFacts& facts : families) {
    auto& family = store->family_options_[static_cast<std::size_t>(facts.family)];
    family = make_family_options(facts, options, store->cache_);
    wanted.emplace_back(std::string(facts.name), family);
  }

  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  if (const auto status = rocksdb::DB::Open(store->db_options_, directory, wanted, &opened, &db);
      !status.ok()) {
    return tl::unexpected(open_error(status));
  }
  store->db_.reset(db);
  store->default_handle_ = opened.front();
  std::copy(opened.begin() + 1, opened.end(), store->handles_.begin());

  if (db->GetLatestSequenceNumber() < *promised) {
    return fail(ErrorCode::corrupt, "acknowledged writes are missing from the store's log");
  }
  // A compaction takes a snapshot of sequence 0 for none at all, and loaded files leave the
  // sequence where it is: so a new store starts at 1.
  if (db->GetLatestSequenceNumber() == 0) {
    if (const auto status = db->Put({}, store->default_handle_, "", ""); !status.ok()) {
      return tl::unexpected(open_error(status));
    }
  }
  auto acknowledged = Acknowledged::open(directory, *promised);
  if (!acknowledged) {
    return tl::unexpected(acknowledged.error());
  }
  store->acknowledged_ = std::move(*acknowledged);
  store->note_manifest();
  store->remove_scratch();
  return store;
}

RocksdbStore::~RocksdbStore() {
  if (!db_) {
    return;
  }
  rocksdb::CancelAllBackgroundWork(db_.get(), true);
  if (!failure_->happened()) {
    db_->SyncWAL().PermitUncheckedError();
  }
  for (auto* family : handles_) {
    db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
  }
  db_->DestroyColumnFamilyHandle(default_handle_).PermitUncheckedError();
  db_->Close().PermitUncheckedError();
  db_.reset();
}

void RocksdbStore::note_manifest() {
  std::vector<std::string> files;
  std::uint64_t length = 0;
  if (!db_->GetLiveFiles(files, &length, false).ok()) {
    return;
  }
  constexpr std::string_view prefix = "/MANIFEST-";
  for (const std::string& file : files) {
    if (file.starts_with(prefix)) {
      acknowledged_->manifest(std::stoull(file.substr(prefix.size())), length);
    }
  }
}

Result<std::unique_ptr<Store>> open_rocksdb(const std::filesystem::path& directory,
                                            const EngineOptions& options) {
  return RocksdbStore::open(directory, options);
}

} // namespace grunndata::registry::store
