#include "registry/backup/create.h"

#include "registry/audit/tree/checkpoint.h"
#include "registry/backup/repository.h"
#include "registry/feed_mark.h"
#include "registry/purge/ledger.h"
#include "registry/store/store.h"

#include <algorithm>
#include <map>
#include <system_error>

#include <sys/stat.h>

namespace grunndata::registry::backup {

namespace {

namespace fs = std::filesystem;

constexpr int rounds_max = 20; ///< fresh states, because purges came in between
constexpr std::uint64_t small_file_bytes_max = std::uint64_t{1} << 20U;

/// Holds a copy of the store; gone at the end.
class StoreCopy {
public:
  explicit StoreCopy(const fs::path& directory) : directory_(directory) {}
  ~StoreCopy() { remove_copy(directory_); }
  StoreCopy(const StoreCopy&) = delete;
  StoreCopy& operator=(const StoreCopy&) = delete;
  [[nodiscard]] fs::path path() const { return directory_ / copy_name; }

private:
  fs::path directory_;
};

bool never_changes(const fs::path& file) {
  return file.extension() == ".sst" || file.extension() == ".blob";
}

Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code fault;
  for (auto at = fs::recursive_directory_iterator(folder, fault);
       !fault && at != fs::recursive_directory_iterator(); at.increment(fault)) {
    if (at->is_regular_file(fault)) {
      files.push_back(at->path());
    }
  }
  if (fault) {
    return fail(ErrorCode::storage, "cannot list " + folder.string() + ": " + fault.message());
  }
  std::ranges::sort(files);
  return files;
}

/// Bytes of a file, of which the first may be given.
struct Source {
  fs::path file;
  std::uint64_t bytes = 0;
  std::string_view head; ///< stands instead of the file's first bytes
  bool fixed = false;    ///< never changes under this fingerprint
  Fingerprint print;
};

Result<Source> source_of(const fs::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) {
    return audit::file_fault("inspect", file);
  }
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  return Source{
      file,
      static_cast<std::uint64_t>(facts.st_size),
      {},
      never_changes(file),
      {facts.st_dev, facts.st_ino, facts.st_mtim.tv_sec * ns_per_s + facts.st_mtim.tv_nsec}};
}

class Creation {
public:
  Creation(Registry& registry, audit::Log* log, Repository& repository,
           const CreateOptions& options)
      : registry_(registry), log_(log), repository_(repository), options_(options) {}

  Result<Manifest> run();

private:
  Result<void> look_back();
  Result<bool> store_registry();
  Result<void> store_log();
  Result<void> store_key(std::string_view name);
  Result<void> store_file(std::string path, const Source& source);
  Result<PieceName> store_piece(std::string_view bytes);
  Result<void> store_bytes(std::string path, std::string_view bytes);
  const ManifestFile* known(const std::string& path, const Source& source) const;
  [[nodiscard]] Result<void> may_go_on() const;
  void tell(std::uint64_t files, std::uint64_t bytes);

  Registry& registry_;
  audit::Log* log_;
  Repository& repository_;
  const CreateOptions& options_;
  Manifest manifest_;
  Instant newest_{};                          ///< of the backups that lie there
  std::map<std::string, ManifestFile> known_; ///< files that never change, by path
  BackupProgress progress_;
  std::string room_; ///< for a piece
};

/// Which files the last backup of this directory holds.
Result<void> Creation::look_back() {
  const auto directory = directory_digits(registry_.store());
  auto all = directory ? repository_.list() : tl::unexpected(directory.error());
  if (!all) {
    return tl::unexpected(all.error());
  }
  manifest_.directory = *directory;
  for (Listed& one : *all) { // oldest first: newer ones replace what they know better
    if (one.fault) {
      continue;
    }
    if (one.manifest.directory != manifest_.directory) {
      return fail(ErrorCode::conflict,
                  options_.folder.string() + " holds backups of another data directory");
    }
    newest_ = std::max(newest_, one.manifest.begun);
    if (options_.full) {
      continue;
    }
    known_.clear();
    for (ManifestFile& file : one.manifest.files) {
      if (file.print != Fingerprint{}) {
        known_.emplace(file.path, std::move(file));
      }
    }
  }
  return {};
}

const ManifestFile* Creation::known(const std::string& path, const Source& source) const {
  const auto found = known_.find(path);
  if (!source.fixed || found == known_.end() || found->second.print != source.print ||
      found->second.bytes != source.bytes) {
    return nullptr;
  }
  std::uint64_t left = source.bytes;
  for (const PieceName& piece : found->second.pieces) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_bytes));
    if (!repository_.has(piece, size)) {
      return nullptr;
    }
    left -= size;
  }
  return &found->second;
}

Result<void> Creation::may_go_on() const {
  if (options_.stop && options_.stop()) {
    return fail(ErrorCode::cancelled, "stopped; the next backup goes on with what was stored");
  }
  return options_.may_go_on ? options_.may_go_on() : Result<void>{};
}

void Creation::tell(std::uint64_t files, std::uint64_t bytes) {
  progress_.files += files;
  progress_.bytes += bytes;
  progress_.bytes_total = std::max(progress_.bytes_total, progress_.bytes);
  if (options_.progress) {
    options_.progress(progress_);
  }
}

Result<PieceName> Creation::store_piece(std::string_view bytes) {
  if (auto go = may_go_on(); !go) {
    return tl::unexpected(go.error());
  }
  const PieceName name = repository_.key().name_of(bytes);
  if (options_.full || !repository_.has(name, bytes.size())) {
    const auto stored = repository_.put(name, bytes);
    if (!stored) {
      return tl::unexpected(stored.error());
    }
    manifest_.stored_bytes += *stored;
  }
  tell(0, bytes.size());
  return name;
}

Result<void> Creation::store_bytes(std::string path, std::string_view bytes) {
  ManifestFile made{std::move(path), bytes.size(), {}, {}};
  while (!bytes.empty()) {
    const auto piece = store_piece(bytes.substr(0, piece_bytes));
    if (!piece) {
      return tl::unexpected(piece.error());
    }
    made.pieces.push_back(*piece);
    bytes.remove_prefix(std::min(bytes.size(), piece_bytes));
  }
  manifest_.files.push_back(std::move(made));
  tell(1, 0);
  return {};
}

Result<void> Creation::store_file(std::string path, const Source& source) {
  if (const ManifestFile* before = known(path, source)) {
    manifest_.files.push_back(*before);
    tell(1, before->bytes);
    return may_go_on();
  }
  const auto file = audit::open_to_read(source.file);
  if (!file) {
    return tl::unexpected(file.error());
  }
  ManifestFile made{std::move(path), source.bytes, source.fixed ? source.print : Fingerprint{}, {}};
  for (std::uint64_t at = 0; at < source.bytes; at += piece_bytes) {
    room_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, source.bytes - at)));
    auto* bytes = reinterpret_cast<std::uint8_t*>(room_.data());
    if (auto read = audit::read_at(*file, at, {bytes, room_.size()}); !read) {
      return fail(read.error().code, source.file.string() + " could not be read to its end");
    }
    if (at == 0) {
      std::ranges::copy(source.head, room_.begin());
    }
    const auto piece = store_piece(room_);
    if (!piece) {
      return tl::unexpected(piece.error());
    }
    made.pieces.push_back(*piece);
  }
  if (source.fixed) {
    known_.insert_or_assign(made.path, made);
  }
  manifest_.files.push_back(std::move(made));
  tell(1, 0);
  return {};
}

/// False when a purge came in between: the state is not to be kept.
Result<bool> Creation::store_registry() {
  const auto purged = purge::run_purger(registry_, options_.purger, now());
  if (!purged) {
    return tl::unexpected(purged.error());
  }
  const auto newest_purge = purge::newest_purge(registry_.store());
  if (!newest_purge) {
    return tl::unexpected(newest_purge.error());
  }
  manifest_.files.clear();
  manifest_.begun = std::max(now(), Instant{newest_.microseconds + 1}); // ids sort by time
  manifest_.sequence = registry_.newest_sequence();
  const StoreCopy copy(options_.directory);
  if (auto copied = registry_.store().checkpoint(copy.path()); !copied) {
    return tl::unexpected(copied.error());
  }
  const auto files = files_below(copy.path());
  if (!files) {
    return tl::unexpected(files.error());
  }
  std::vector<Source> sources;
  progress_ = {};
  for (const fs::path& file : *files) {
    auto source = source_of(file);
    if (!source) {
      return tl::unexpected(source.error());
    }
    progress_.bytes_total += source->bytes;
    sources.push_back(std::move(*source));
  }
  progress_.bytes_total += log_ != nullptr ? log_->figures().bytes : 0;
  for (const Source& source : sources) {
    const auto path = source.file.lexically_relative(copy.path()).generic_string();
    if (auto stored = store_file(path, source); !stored) {
      return tl::unexpected(stored.error());
    }
    const auto purges = purge::newest_purge(registry_.store());
    if (!purges) {
      return tl::unexpected(purges.error());
    }
    if (*purges != *newest_purge) {
      return false;
    }
  }
  return true;
}

/// A key of the log that lies in the data directory; one that lies elsewhere is kept elsewhere.
Result<void> Creation::store_key(std::string_view name) {
  const auto key = audit::read_file(options_.directory / "audit" / name, small_file_bytes_max);
  if (!key && key.error().code == ErrorCode::not_found) {
    return {};
  }
  return key ? store_bytes("audit/" + std::string(name), *key) : tl::unexpected(key.error());
}

/// The checkpoint first: all that it covers is in the segments behind it.
Result<void> Creation::store_log() {
  if (log_ == nullptr) {
    return {};
  }
  const auto note = log_->checkpoint();
  if (!note) {
    return tl::unexpected(note.error());
  }
  manifest_.records = log_->figures().under_checkpoint;
  auto stored = store_bytes("audit/tree/checkpoint", *note);
  for (const char* name : {"key.pem", "key.users"}) {
    stored = stored ? store_key(name) : stored;
  }
  bool more = stored.has_value();
  for (std::uint64_t number = 0; more; ++number) {
    stored = log_->read_segment(number, [&](const audit::SegmentCopy& segment) -> Result<void> {
      auto source = source_of(segment.path);
      if (!source) {
        return tl::unexpected(source.error());
      }
      more = !segment.last;
      source->bytes = segment.bytes;
      source->head = segment.head;
      source->fixed = segment.sealed;
      return store_file("audit/segments/" + segment.path.filename().string(), *source);
    });
    more = more && stored;
  }
  return stored;
}

Result<Manifest> Creation::run() {
  remove_copy(options_.directory);
  if (auto looked = look_back(); !looked) {
    return tl::unexpected(looked.error());
  }
  Result<bool> whole = false;
  for (int round = 0; whole && !*whole && round < rounds_max; ++round) {
    whole = store_registry();
  }
  if (!whole) {
    return tl::unexpected(whole.error());
  }
  if (!*whole) {
    return fail(ErrorCode::unavailable,
                "purges kept coming while the backup was made; try again later");
  }
  auto done = store_log();
  auto id = done ? new_id(manifest_.begun) : tl::unexpected(done.error());
  if (!id) {
    return tl::unexpected(id.error());
  }
  manifest_.id = std::move(*id);
  manifest_.finished = now();
  done = repository_.sync_names();
  done = done ? repository_.finish(manifest_) : done;
  return done ? Result<Manifest>(std::move(manifest_)) : tl::unexpected(done.error());
}

} // namespace

void remove_copy(const std::filesystem::path& directory) noexcept {
  std::error_code ignored;
  const fs::path copy = directory / copy_name;
  fs::remove_all(copy, ignored);
  fs::remove_all(copy.string() + ".tmp", ignored); // the engine's own, before it has its name
}

Result<Manifest> create(Registry& registry, audit::Log* log, const Key& key,
                        const CreateOptions& options) {
  auto repository = Repository::open(options.folder, key, Use::write);
  if (!repository) {
    return tl::unexpected(repository.error());
  }
  return Creation(registry, log, *repository, options).run();
}

} // namespace grunndata::registry::backup
