#include "registry/hjelpenummer/issuing_mark.h"

#include "registry/audit/tree/file.h"
#include "registry/hjelpenummer/mark_file.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::registry::hjelpenummer {

namespace {

using audit::File;
using audit::file_fault;

std::filesystem::path beside(const std::filesystem::path& path, const char* ending) {
  return path.string() + ending;
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

Result<void> write_whole(const File& file, std::string_view bytes,
                         const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file.get(), bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) {
      return file_fault("write", path);
    }
    bytes.remove_prefix(done < 0 ? 0 : static_cast<std::size_t>(done));
  }
  return {};
}

/// Makes `path` anew and syncs its bytes; on failure nothing is left there.
Result<void> write_new(const std::filesystem::path& path, std::string_view bytes) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return file_fault("remove", path);
  }
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return file_fault("create", path);
  }
  auto written = write_whole(file, bytes, path);
  if (written && ::fsync(file.get()) != 0) {
    written = file_fault("sync", path);
  }
  if (!written) {
    ::unlink(path.c_str());
  }
  return written;
}

/// The bytes of a file that only its owner may touch, on disk when this returns.
Result<std::string> read_secret(const std::filesystem::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) {
    return fail(ErrorCode::not_found, "the issuing mark " + path.string() + " is missing");
  }
  struct stat facts {};
  if (!file.is_open() && errno == ELOOP) {
    return fail(ErrorCode::invalid, path.string() + " is a link, not an issuing mark");
  }
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0) {
    return file_fault("open", path);
  }
  if (!S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::invalid, path.string() + " is no file");
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::invalid,
                path.string() + " may be used by others; it holds a secret: chmod 600");
  }
  // One byte more than there can be, so that a longer file shows.
  std::string bytes(mark_file_bytes_max + 1, '\0');
  std::size_t size = 0;
  for (ssize_t got = 1; got != 0 && size < bytes.size();) {
    got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno != EINTR) {
      return file_fault("read", path);
    }
    size += got < 0 ? 0 : static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  // What is believed from here on must survive the machine: a process that died between renaming
  // and syncing may have left a newer file than the disk holds.
  if (::fsync(file.get()) != 0) {
    return file_fault("sync", path);
  }
  if (auto synced = audit::sync_directory(folder_of(path)); !synced) {
    return tl::unexpected(synced.error());
  }
  return bytes;
}

std::uint64_t leased(const std::vector<RangeMark>& ranges) noexcept {
  std::uint64_t sum = 0;
  for (const RangeMark& mark : ranges) {
    sum += mark.reserved_up_to;
  }
  return sum;
}

} // namespace

/// The locked file beside the mark. The kernel lets go of the lock when the process ends.
class IssuingMark::Lock {
public:
  static Result<std::unique_ptr<Lock>> take(const std::filesystem::path& mark) {
    const std::filesystem::path path = beside(mark, ".lock");
    File file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file.is_open()) {
      return file_fault("open", path);
    }
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      return errno == EWOULDBLOCK
                 ? fail(ErrorCode::unavailable, mark.string() + " is open in another process")
                 : file_fault("lock", path);
    }
    return std::make_unique<Lock>(path, std::move(file));
  }

  Lock(std::filesystem::path path, File file) : path_(std::move(path)), file_(std::move(file)) {}

  /// Whether whoever opens the mark now would still meet this lock.
  [[nodiscard]] bool is_in_place() const noexcept {
    struct stat own {};
    struct stat found {};
    return ::fstat(file_.get(), &own) == 0 && ::lstat(path_.c_str(), &found) == 0 &&
           own.st_dev == found.st_dev && own.st_ino == found.st_ino;
  }

private:
  std::filesystem::path path_;
  File file_;
};

Standing standing_of(const MarkState& mark, const DatabaseRecord& database) noexcept {
  for (const RangeMark& known : database.ranges) {
    const auto row = std::ranges::find(mark.ranges, known.range, &RangeMark::range);
    if (known.reserved_up_to != 0 &&
        (row == mark.ranges.end() || row->reserved_up_to < known.reserved_up_to)) {
      return Standing::mark_behind;
    }
  }
  if (database.generation > mark.generation) {
    return Standing::mark_behind;
  }
  const std::uint64_t ahead = leased(mark.ranges) - leased(database.ranges);
  if (database.generation == mark.generation && ahead <= std::uint64_t{mark.last_lease}) {
    return Standing::agrees;
  }
  return mark.restore_pending ? Standing::restored : Standing::mark_ahead;
}

Result<void> check_record(const MarkState& mark, const DatabaseRecord& database) {
  switch (standing_of(mark, database)) {
    case Standing::agrees:
    case Standing::restored: return {};
    case Standing::mark_ahead:
      return fail(
          ErrorCode::conflict,
          "the issuing mark is more than one lease ahead of the data directory, which is an "
          "old copy; restore a backup with the command that notes it in the mark");
    case Standing::mark_behind: break;
  }
  return fail(ErrorCode::conflict, "the data directory knows of hjelpenumre that the issuing mark "
                                   "does not: the mark is an old copy or was made anew");
}

IssuingMark::IssuingMark(std::filesystem::path path, std::unique_ptr<Lock> lock,
                         const InstallationId& installation, const IssuingKey& key, MarkState state)
    : path_(std::move(path)), lock_(std::move(lock)), installation_(installation), key_(key),
      state_(std::move(state)) {}

IssuingMark::~IssuingMark() = default;

Result<std::unique_ptr<IssuingMark>> IssuingMark::create(const std::filesystem::path& path,
                                                         const InstallationId& installation,
                                                         PrefixRange range) {
  if (!range.is_valid()) {
    return fail(ErrorCode::invalid,
                "a range of hjelpenumre begins and ends within 800000000 to 999999999");
  }
  auto lock = Lock::take(path);
  auto key = lock ? IssuingKey::random() : tl::unexpected(lock.error());
  if (!key) {
    return tl::unexpected(key.error());
  }
  MarkState state;
  state.ranges.push_back({range, 0});
  std::string bytes = write_mark({installation, *key, state});
  const std::filesystem::path fresh = beside(path, ".new");
  auto made = write_new(fresh, bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  // A link, unlike a rename, never takes the place of what is there.
  const bool is_linked = made && ::link(fresh.c_str(), path.c_str()) == 0;
  if (made && !is_linked) {
    made = errno == EEXIST ? fail(ErrorCode::conflict, "there is something at " + path.string())
                           : file_fault("create", path);
  }
  ::unlink(fresh.c_str());
  if (made) {
    made = audit::sync_directory(folder_of(path));
  }
  if (!made) {
    if (is_linked) {
      ::unlink(path.c_str());
    }
    return tl::unexpected(made.error());
  }
  return std::unique_ptr<IssuingMark>(
      new IssuingMark(path, std::move(*lock), installation, *key, std::move(state)));
}

Result<std::unique_ptr<IssuingMark>> IssuingMark::open(const std::filesystem::path& path,
                                                       const InstallationId& installation) {
  // Before the lock, which would be made beside a mark that is not there.
  std::error_code unknown;
  if (std::filesystem::symlink_status(path, unknown).type() ==
      std::filesystem::file_type::not_found) {
    return fail(ErrorCode::not_found, "the issuing mark " + path.string() + " is missing");
  }
  auto lock = Lock::take(path);
  auto bytes = lock ? read_secret(path) : tl::unexpected(lock.error());
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  auto content = read_mark(*bytes, path);
  OPENSSL_cleanse(bytes->data(), bytes->size());
  if (!content) {
    return tl::unexpected(content.error());
  }
  if (content->installation != installation) {
    return fail(ErrorCode::conflict,
                "the issuing mark " + path.string() + " belongs to another installation");
  }
  return std::unique_ptr<IssuingMark>(new IssuingMark(path, std::move(*lock), installation,
                                                      content->key, std::move(content->state)));
}

Result<void> IssuingMark::store(MarkState next) {
  if (is_in_doubt_) {
    return fail(ErrorCode::storage, "an earlier write of the issuing mark " + path_.string() +
                                        " failed half-way; it must be opened anew");
  }
  if (!lock_->is_in_place()) {
    is_in_doubt_ = true;
    return fail(ErrorCode::storage, "the lock beside the issuing mark " + path_.string() +
                                        " was removed; another process may be using the mark");
  }
  const std::filesystem::path fresh = beside(path_, ".new");
  std::string bytes = write_mark({installation_, key_, next});
  const auto written = write_new(fresh, bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (!written) {
    return written; // the old file stands as it stood
  }
  auto replaced =
      ::rename(fresh.c_str(), path_.c_str()) == 0 ? Result<void>{} : file_fault("rename", fresh);
  if (replaced) {
    replaced = audit::sync_directory(folder_of(path_));
  }
  if (!replaced) {
    // A failed sync is told once and then forgotten by the kernel: a second try proves nothing.
    is_in_doubt_ = true;
    return replaced;
  }
  state_ = std::move(next);
  return {};
}

Result<Lease> IssuingMark::reserve(std::uint32_t count) {
  if (count == 0 || count > lease_counters_max) {
    return fail(ErrorCode::invalid, "a lease is of 1 to 1000000 counters");
  }
  const std::lock_guard guard(mutex_);
  MarkState next = state_;
  const auto row = std::ranges::find_if(
      next.ranges, [](const RangeMark& mark) { return mark.reserved_up_to < mark.range.size(); });
  if (row == next.ranges.end()) {
    return fail(ErrorCode::unavailable, "every delegated range of hjelpenumre is used up");
  }
  const Lease lease{row->range, row->reserved_up_to,
                    std::min(count, row->range.size() - row->reserved_up_to)};
  row->reserved_up_to = lease.end();
  next.last_lease = lease.count;
  next.restore_pending = false;
  if (auto stored = store(std::move(next)); !stored) {
    return tl::unexpected(stored.error());
  }
  return lease;
}

Result<void> IssuingMark::add_range(PrefixRange range) {
  const std::lock_guard guard(mutex_);
  if (!range.is_valid() || state_.ranges.size() == mark_ranges_max) {
    return fail(ErrorCode::invalid, "a range of hjelpenumre begins and ends within 800000000 to "
                                    "999999999, and there can be 64");
  }
  const bool is_apart = std::ranges::none_of(
      state_.ranges, [&range](const RangeMark& mark) { return mark.range.overlaps(range); });
  if (!is_apart) {
    return fail(ErrorCode::conflict, "the range overlaps one that is in use");
  }
  MarkState next = state_;
  next.ranges.push_back({range, 0});
  return store(std::move(next));
}

Result<void> IssuingMark::note_restore() {
  const std::lock_guard guard(mutex_);
  MarkState next = state_;
  ++next.generation;
  next.restore_pending = true;
  return store(std::move(next));
}

MarkState IssuingMark::state() const {
  const std::lock_guard guard(mutex_);
  return state_;
}

std::uint32_t IssuingMark::reserved_up_to(std::size_t range) const {
  const std::lock_guard guard(mutex_);
  assert(range < state_.ranges.size());
  return state_.ranges[range].reserved_up_to;
}

} // namespace grunndata::registry::hjelpenummer
