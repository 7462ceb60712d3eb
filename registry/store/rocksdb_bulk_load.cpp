// Large loads: sorted files built beside the store and taken in by one atomic step.
#include "registry/store/rocksdb_store.h"

#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

namespace grunndata::registry::store {

/// One file to build: a run of a family's changes in key order.
struct SortedPiece {
  Family family{};
  std::span<const Change* const> changes;
  std::size_t raw_bytes = 0;
  std::string path;
};

namespace {

constexpr std::string_view scratch_name = "loading";
constexpr std::size_t builder_threads = 2;
/// Raw bytes that one sorted file takes: small enough to share the work, large enough to keep the
/// number of files low.
constexpr std::size_t file_raw_bytes = 16u << 20;

/// Files of one family that wait at the top for compaction. Each makes a look-up slower, and loads
/// can add them faster than compaction, which yields to all other work, takes them away.
constexpr std::uint64_t waiting_files_max = 32;
/// Compaction writes all of a family anew whose keys come in no order: while loads go on, it waits
/// until it is worth it. A look-up meanwhile asks the filters of so many files.
constexpr std::uint64_t waiting_files_worth_compacting = 16;
/// So many wait before a load is taken for a large one.
constexpr std::uint64_t waiting_files_of_load = 3;
constexpr std::chrono::milliseconds compaction_poll{5};

/// A flush that the engine has begun by itself can cross the one that it does before it takes files
/// in; it then takes none ("try again").
constexpr int ingest_tries_max = 100;

using Sorted = std::vector<const Change*>;

std::size_t bytes_of(const Change& change) {
  return change.key.size() + (change.value ? change.value->size() : 0);
}

/// A change with the start of its key, so that most comparisons need not fetch the key itself.
struct Sortable {
  std::array<std::uint64_t, 2> start{};
  const Change* change = nullptr;

  explicit Sortable(const Change* sorted) : change(sorted) {
    std::array<unsigned char, sizeof start> bytes{};
    std::copy_n(change->key.begin(), std::min(bytes.size(), change->key.size()), bytes.begin());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      start[i / 8] = start[i / 8] << 8U | bytes[i];
    }
  }
  bool operator<(const Sortable& other) const noexcept {
    return start != other.start ? start < other.start : change->key < other.change->key;
  }
};

/// Sorted by key, the last change of each key only.
void sort_and_thin(Sorted& changes) {
  std::vector<Sortable> sorted(changes.begin(), changes.end());
  if (!std::is_sorted(sorted.begin(), sorted.end())) {
    std::stable_sort(sorted.begin(), sorted.end());
    std::transform(sorted.begin(), sorted.end(), changes.begin(),
                   [](const Sortable& sortable) { return sortable.change; });
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const bool is_last = i + 1 == changes.size() || changes[i]->key != changes[i + 1]->key;
    if (is_last) {
      changes[kept++] = changes[i];
    }
  }
  changes.resize(kept);
}

/// Keys begin with a kind, and within one kind loads mostly add behind what is there: in files of
/// their own such keys go to where they stay, uncompacted.
constexpr bool begins_with_kind(Family family) noexcept {
  return family == Family::relation || family == Family::structure;
}

bool is_same_kind(const Change& a, const Change& b) {
  return std::string_view(a.key).substr(0, 1) == std::string_view(b.key).substr(0, 1);
}

void cut(Family family, const Sorted& changes, std::vector<SortedPiece>& pieces) {
  std::size_t total = 0;
  for (const Change* change : changes) {
    total += bytes_of(*change);
  }
  const std::size_t count = total / file_raw_bytes + 1;
  const std::size_t goal = total / count + 1;
  std::size_t from = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    bytes += bytes_of(*changes[i]);
    const bool is_last = i + 1 == changes.size() ||
                         (begins_with_kind(family) && !is_same_kind(*changes[i], *changes[i + 1]));
    if (bytes >= goal || is_last) {
      pieces.push_back({family, std::span(changes).subspan(from, i + 1 - from), bytes, {}});
      from = i + 1;
      bytes = 0;
    }
  }
}

rocksdb::Status build(const SortedPiece& piece, const rocksdb::Options& options,
                      rocksdb::ColumnFamilyHandle* family) {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(options), options, family, false);
  auto status = writer.Open(piece.path);
  for (const Change* change : piece.changes) {
    if (!status.ok()) {
      return status;
    }
    status = change->value ? writer.Put(change->key, *change->value) : writer.Delete(change->key);
  }
  return status.ok() ? writer.Finish() : status;
}

/// Builds the files on `builder_threads` threads, the largest first. The first failure stops all.
rocksdb::Status build_all(std::span<const SortedPiece> pieces,
                          const std::function<rocksdb::Status(const SortedPiece&)>& build_one) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  rocksdb::Status first;
  const auto work = [&] {
    for (std::size_t i = next++; i < pieces.size() && !stop; i = next++) {
      if (auto status = build_one(pieces[i]); !status.ok()) {
        const std::lock_guard lock(mutex);
        first = first.ok() ? status : first;
        stop = true;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < std::min(builder_threads, pieces.size()); ++i) {
      threads.emplace_back(work);
    }
    work();
  }
  return first;
}

} // namespace

void RocksdbStore::remove_scratch() const noexcept {
  std::error_code ignored;
  std::filesystem::remove_all(directory_ / scratch_name, ignored);
}

Result<void> RocksdbStore::bulk_load(std::span<const Change> changes) {
  if (failure_->happened()) {
    return tl::unexpected(failure_->refusal());
  }
  std::array<Sorted, family_count> by_family;
  for (const Change& change : changes) {
    if (change.key.size() > key_bytes_max ||
        (change.value && change.value->size() > value_bytes_max)) {
      return fail(ErrorCode::invalid, "a key or value is larger than the store takes");
    }
    by_family[static_cast<std::size_t>(change.family)].push_back(&change);
  }
  std::vector<SortedPiece> pieces;
  for (const FamilyFacts& facts : families) {
    auto& sorted = by_family[static_cast<std::size_t>(facts.family)];
    sort_and_thin(sorted);
    cut(facts.family, sorted, pieces);
  }
  if (pieces.empty()) {
    return {};
  }

  const auto scratch = directory_ / scratch_name / std::to_string(next_load_.fetch_add(1));
  std::error_code error;
  std::filesystem::create_directories(scratch, error);
  if (error) {
    return fail(ErrorCode::storage, "cannot create the folder for a load: " + error.message());
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const SortedPiece& a, const SortedPiece& b) { return a.raw_bytes > b.raw_bytes; });
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    pieces[i].path = scratch / (std::to_string(i) + ".sst");
  }
  auto loaded = build_and_ingest(pieces);
  std::filesystem::remove_all(scratch, error);
  if (loaded) {
    let_compaction_catch_up(pieces);
  }
  return loaded;
}

void RocksdbStore::let_compaction_catch_up(std::span<const SortedPiece> pieces) {
  const std::string property = rocksdb::DB::Properties::kNumFilesAtLevelPrefix + "0";
  for (const SortedPiece& piece : pieces) {
    const auto waiting = [&]() -> std::uint64_t {
      std::string files;
      return db_->GetProperty(handle(piece.family), property, &files) ? std::stoull(files) : 0;
    };
    std::uint64_t files = waiting();
    if (files >= waiting_files_of_load) {
      compact_after(piece.family, waiting_files_worth_compacting);
    }
    for (; !failure_->happened() && files > waiting_files_max; files = waiting()) {
      std::this_thread::sleep_for(compaction_poll);
    }
  }
}

/// Holds until the store is opened again, or told otherwise. The engine refusing is no error: it
/// compacts as before.
void RocksdbStore::compact_after(Family family, std::uint64_t files) {
  auto& before = compacted_after_[static_cast<std::size_t>(family)];
  if (before.exchange(files) != files) {
    db_->SetOptions(handle(family),
                    {{"level0_file_num_compaction_trigger", std::to_string(files)}})
        .PermitUncheckedError();
  }
}

void RocksdbStore::compact_as_usual() {
  for (const FamilyFacts& facts : families) {
    const auto index = static_cast<std::size_t>(facts.family);
    if (compacted_after_[index] != 0) {
      compact_after(facts.family, static_cast<std::uint64_t>(
                                      family_options_[index].level0_file_num_compaction_trigger));
    }
  }
}

Result<void> RocksdbStore::build_and_ingest(std::span<const SortedPiece> pieces) {
  const auto built = build_all(pieces, [this](const SortedPiece& piece) {
    const auto& family = family_options_[static_cast<std::size_t>(piece.family)];
    return build(piece, rocksdb::Options(db_options_, family), handle(piece.family));
  });
  if (!built.ok()) {
    return tl::unexpected(error_of(built, "build the files of a load"));
  }
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (const FamilyFacts& facts : families) {
    rocksdb::IngestExternalFileArg argument;
    argument.column_family = handle(facts.family);
    argument.options.move_files = true;
    argument.options.write_global_seqno = false;
    argument.options.failed_move_fall_back_to_copy = false;
    for (const SortedPiece& piece : pieces) {
      if (piece.family == facts.family) {
        argument.external_files.push_back(piece.path);
      }
    }
    if (!argument.external_files.empty()) {
      arguments.push_back(std::move(argument));
    }
  }
  const std::unique_lock lock(writing_);
  auto status = db_->IngestExternalFiles(arguments);
  for (int tries = 1; status.IsTryAgain() && tries < ingest_tries_max; ++tries) {
    status = db_->Flush(rocksdb::FlushOptions(), {handles_.begin(), handles_.end()});
    status = status.ok() ? db_->IngestExternalFiles(arguments) : status;
  }
  if (!status.ok()) {
    return failed(status, "take in the files of a load");
  }
  note_manifest();
  return {};
}

} // namespace grunndata::registry::store
