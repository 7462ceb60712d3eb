#include "registry/backup/restore.h"

#include "registry/backup/repository.h"
#include "registry/feed_mark.h"
#include "registry/purge/ledger.h"
#include "registry/purge/replay.h"
#include "registry/store/store.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::registry::backup {

namespace {

namespace fs = std::filesystem;
using audit::File;
using audit::file_fault;

constexpr std::uint64_t small_file_bytes_max = std::uint64_t{1} << 20U;

fs::path plain(const fs::path& directory) {
  std::error_code ignored;
  auto path = fs::absolute(directory, ignored).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

Result<void> check_target(const fs::path& directory) {
  std::error_code fault;
  const auto kind = fs::symlink_status(directory, fault).type();
  const bool is_free =
      kind == fs::file_type::not_found ||
      (kind == fs::file_type::directory && fs::is_empty(directory, fault) && !fault);
  return is_free ? Result<void>{}
                 : fail(ErrorCode::conflict, directory.string() +
                                                 " is not empty: a backup is restored only into "
                                                 "a directory that is empty or absent");
}

/// The directory while it has no name; goes when it never gets one.
class Nameless {
public:
  static Result<Nameless> make(const fs::path& directory) {
    Nameless made(directory.string() + ".restoring");
    std::error_code fault;
    fs::create_directories(directory.parent_path(), fault);
    if (::mkdir(made.path_.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
      return file_fault("make", made.path_);
    }
    made.file_ = File(::open(made.path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!made.file_.is_open()) {
      return file_fault("open", made.path_);
    }
    if (::flock(made.file_.get(), LOCK_EX | LOCK_NB) != 0) {
      return fail(ErrorCode::unavailable, "another restore is filling " + made.path_.string());
    }
    made.is_ours_ = true;
    for (const auto& entry : fs::directory_iterator(made.path_, fault)) { // of one that was killed
      fs::remove_all(entry.path(), fault);
    }
    return fault ? fail(ErrorCode::storage,
                        "cannot empty " + made.path_.string() + ": " + fault.message())
                 : Result<Nameless>(std::move(made));
  }
  ~Nameless() {
    if (is_ours_ && file_.is_open()) {
      std::error_code ignored;
      fs::remove_all(path_, ignored);
    }
  }
  Nameless(Nameless&&) noexcept = default;
  Nameless& operator=(Nameless&&) = delete;
  Nameless(const Nameless&) = delete;
  Nameless& operator=(const Nameless&) = delete;

  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

  Result<void> name(const fs::path& directory) {
    if (::syncfs(file_.get()) != 0) {
      return file_fault("sync", path_);
    }
    if (::rename(path_.c_str(), directory.c_str()) != 0) {
      return file_fault("give the restored directory its name,", directory);
    }
    is_ours_ = false;
    return audit::sync_directory(directory.parent_path());
  }

private:
  explicit Nameless(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
  File file_;
  bool is_ours_ = false;
};

class Restoration {
public:
  Restoration(const Repository& repository, const RestoreOptions& options)
      : repository_(repository), options_(options), directory_(plain(options.directory)),
        register_(options.purge_register.empty() ? purge::default_register(directory_)
                                                 : options.purge_register),
        issuing_mark_(options.issuing_mark.empty() ? fs::path(directory_.string() + ".issuing")
                                                   : options.issuing_mark) {}

  Result<RestoreReport> run() {
    auto manifest = repository_.find(options_.id);
    if (!manifest) {
      return tl::unexpected(manifest.error());
    }
    report_.manifest = std::move(*manifest);
    const auto floor = numbers_given();
    auto made = floor ? Nameless::make(directory_) : tl::unexpected(floor.error());
    if (!made) {
      return tl::unexpected(made.error());
    }
    place_ = made->path();
    auto done = fetch();
    done = done ? mark(*floor) : done;
    done = done ? carry_out_purges() : done;
    done = done ? write_record() : done;
    done = done && to_note_ ? to_note_->note_restore() : done;
    done = done ? put_checkpoint_aside() : done;
    done = done ? made->name(directory_) : done;
    return done ? Result<RestoreReport>(std::move(report_)) : tl::unexpected(done.error());
  }

private:
  Result<std::uint64_t> numbers_given() const;
  Result<void> fetch();
  Result<void> fetch_file(const ManifestFile& file);
  Result<void> mark(std::uint64_t floor);
  Result<void> carry_out_purges();
  Result<void> write_record();
  Result<void> put_checkpoint_aside();
  [[nodiscard]] std::optional<std::string> copied_checkpoint() const;

  const Repository& repository_;
  const RestoreOptions& options_;
  const fs::path directory_;
  const fs::path register_;
  const fs::path issuing_mark_;
  std::unique_ptr<hjelpenummer::IssuingMark> to_note_; ///< open until all is done: nobody issues
  fs::path place_;
  RestoreReport report_;
  BackupProgress progress_;
};

Result<std::uint64_t> Restoration::numbers_given() const {
  const auto file = FeedMark::place(register_);
  const auto found = FeedMark::read(file);
  if (found && *found && (*found)->directory == report_.manifest.directory) {
    return (*found)->reserved;
  }
  if (options_.accept_missing) {
    return report_.manifest.sequence + numbers_skipped;
  }
  return found ? fail(ErrorCode::conflict,
                      "the mark of the feed " + file.string() +
                          " is missing or another directory's: without it numbers of the feed "
                          "could be given twice. Put it and the purge register back where they "
                          "were; when they are lost, --accept-missing skips " +
                          std::to_string(numbers_skipped) +
                          " numbers, and shows persons purged since the backup as it has them")
               : Result<std::uint64_t>(tl::unexpected(found.error()));
}

Result<void> Restoration::fetch() {
  progress_.bytes_total = report_.manifest.bytes();
  for (const ManifestFile& file : report_.manifest.files) {
    if (auto fetched = fetch_file(file); !fetched) {
      return fetched;
    }
    ++progress_.files;
  }
  return {};
}

Result<void> Restoration::fetch_file(const ManifestFile& file) {
  const fs::path path = place_ / file.path;
  std::error_code fault;
  fs::create_directories(path.parent_path(), fault);
  const File out(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!out.is_open()) {
    return file_fault("create", path);
  }
  std::uint64_t at = 0;
  for (const PieceName& piece : file.pieces) {
    if (options_.stop && options_.stop()) {
      return fail(ErrorCode::cancelled, "stopped; nothing is restored");
    }
    const auto bytes = repository_.get(piece);
    if (!bytes && bytes.error().code == ErrorCode::corrupt) {
      return fail(ErrorCode::corrupt, "backup " + report_.manifest.id + ": " + file.path +
                                          ": piece " + hex_of(piece) + " is " +
                                          bytes.error().message + "; nothing is restored");
    }
    if (!bytes) {
      return tl::unexpected(bytes.error());
    }
    if (auto written = audit::write_at(out, at, audit::bytes_of(*bytes)); !written) {
      return file_fault("write", path);
    }
    at += bytes->size();
    progress_.bytes += bytes->size();
    if (options_.progress) {
      options_.progress(progress_);
    }
  }
  return at == file.bytes ? Result<void>{}
                          : fail(ErrorCode::corrupt, "backup " + report_.manifest.id + ": " +
                                                         file.path + " has another size");
}

Result<void> Restoration::mark(std::uint64_t floor) {
  store::EngineOptions engine;
  engine.create = false;
  auto store = store::open_rocksdb(place_, engine);
  if (!store) {
    return tl::unexpected(store.error());
  }
  auto marked = mark_restored(**store, report_.manifest.id, report_.manifest.begun, now(), floor);
  if (!marked) {
    return tl::unexpected(marked.error());
  }
  report_.mark = std::move(*marked);
  auto issuing = mark_to_note(**store, issuing_mark_, options_.accept_missing);
  if (!issuing) {
    return tl::unexpected(issuing.error());
  }
  report_.issuing = issuing->issuing;
  to_note_ = std::move(issuing->mark);
  return {};
}

/// Opening does it: the directory is an older copy. Then the bytes go too.
Result<void> Restoration::carry_out_purges() {
  OpenOptions options;
  options.directory = place_;
  options.create = false;
  options.purge_register = register_;
  options.accept_missing_purge_register = options_.accept_missing;
  const auto registry = Registry::open(options);
  const auto waiting =
      registry ? purge::pending((*registry)->store()) : tl::unexpected(registry.error());
  if (!waiting) {
    return tl::unexpected(waiting.error());
  }
  report_.purged = waiting->size();
  // The hour's brake was for their first time.
  const purge::PurgerLimits limits{std::numeric_limits<std::uint64_t>::max()};
  const auto gone = purge::run_purger(**registry, limits, now());
  if (!gone) {
    return tl::unexpected(gone.error());
  }
  if (gone->waiting != 0) {
    return fail(ErrorCode::unavailable, "purged bytes could not be taken out of the files");
  }
  report_.newest_number = (*registry)->newest_sequence();
  return {};
}

std::optional<std::string> Restoration::copied_checkpoint() const {
  const fs::path folder = options_.log ? options_.log->checkpoint_copies : fs::path();
  auto note = folder.empty() ? fail(ErrorCode::not_found, "")
                             : audit::read_file(folder / "checkpoint", small_file_bytes_max);
  return note ? std::optional(std::move(*note)) : std::nullopt;
}

Result<void> Restoration::write_record() {
  if (!options_.log) {
    return {};
  }
  audit::LogOptions options = *options_.log;
  options.directory = place_ / "audit";
  options.checkpoint_copies.clear(); // the copy there is of the log that is lost
  const auto log = audit::Log::open(options);
  if (!log) {
    return tl::unexpected(log.error());
  }
  const std::uint64_t position = (*log)->figures().records;
  audit::Record record = options_.record;
  record.act = audit::Act::administered;
  record.kind = audit::Class::important;
  record.operation = audit::restore_operation;
  record.outcome = "ok";
  std::string text = "backup " + report_.manifest.id + ", begun " +
                     format_instant(report_.manifest.begun) + "; the log goes on at record " +
                     std::to_string(position);
  if (const auto copy = copied_checkpoint()) { // origin, records, root
    const auto begin = std::min(copy->find('\n'), copy->size() - 1) + 1;
    text += "; it had at least " + copy->substr(begin, copy->find('\n', begin) - begin) +
            " before, as the copy of a checkpoint says";
  }
  record.reason.text = record.reason.text.empty() ? text : text + ". " + record.reason.text;
  const auto written = (*log)->append({&record, 1});
  const auto note = written ? (*log)->checkpoint() : tl::unexpected(written.error());
  if (!note) {
    return tl::unexpected(note.error());
  }
  report_.records = position + 1;
  return {};
}

Result<void> Restoration::put_checkpoint_aside() {
  if (!copied_checkpoint()) {
    return {};
  }
  std::string time = format_instant(report_.mark.when).substr(0, 19); // to the second
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  const fs::path copy = options_.log->checkpoint_copies / "checkpoint";
  report_.checkpoint_aside = copy.string() + "-before-restore-" + time;
  if (::rename(copy.c_str(), report_.checkpoint_aside.c_str()) != 0) {
    return file_fault("put aside", copy);
  }
  return audit::sync_directory(options_.log->checkpoint_copies);
}

} // namespace

Result<RestoreReport> restore(const Key& key, const RestoreOptions& options) {
  if (auto free = check_target(plain(options.directory)); !free) {
    return tl::unexpected(free.error());
  }
  const auto repository = Repository::open(options.folder, key, Use::read);
  return repository ? Restoration(*repository, options).run() : tl::unexpected(repository.error());
}

} // namespace grunndata::registry::backup
