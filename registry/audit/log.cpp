#include "registry/audit/log.h"

#include "registry/audit/log_impl.h"
#include "registry/audit/record_codec.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::registry::audit {

namespace {

Result<void> check(LogOptions& options) {
  if (options.directory.empty()) {
    return fail(ErrorCode::invalid, "the audit log needs a directory");
  }
  if (!is_key_name(options.origin)) {
    return fail(ErrorCode::invalid, "the audit log's origin may hold neither blanks nor a plus");
  }
  if (options.segment_bytes < segment_bytes_min || options.segment_bytes > segment_bytes_max) {
    return fail(ErrorCode::invalid, "a segment of the audit log has 1 KiB to 1 GiB");
  }
  if (options.key_file.empty()) {
    options.key_file = options.directory / "key.pem";
  }
  if (!options.clock) {
    options.clock = [] { return now(); };
  }
  if (!options.notice) {
    options.notice = [](const Error&) {};
  }
  options.spare_segments = std::max<std::size_t>(options.spare_segments, 1);
  return {};
}

Result<void> make_folders(const std::filesystem::path& directory) {
  for (const auto& folder : {directory, directory / "segments", directory / "tree"}) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      return fail(ErrorCode::storage, "cannot make " + folder.string() + ": " + failed.message());
    }
  }
  ::chmod(directory.c_str(), S_IRWXU); // records of who looked at whom
  return {};
}

Result<File> lock_directory(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "lock";
  File file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return file_fault("open", path);
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::unavailable, "the audit log is open in another process");
  }
  return file;
}

} // namespace

Log::Log(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

void Log::Impl::poke() {
  const std::lock_guard guard(poke_mutex);
  if (poked != nullptr) {
    poked->poke();
  }
}

Result<std::unique_ptr<Log>> Log::open(LogOptions options) {
  auto good = check(options);
  good = good ? make_folders(options.directory) : good;
  auto lock = good ? lock_directory(options.directory) : tl::unexpected(good.error());
  if (!lock) {
    return tl::unexpected(lock.error());
  }
  auto recovered = recover_segments(options.directory / "segments");
  if (!recovered) {
    return tl::unexpected(recovered.error());
  }
  // A new key could not have signed what is there: only a new log gets one.
  const bool fresh = recovered->segments.empty() &&
                     !std::filesystem::exists(options.directory / "tree" / "checkpoint");
  auto key = SigningKey::load(options.key_file, options.origin, fresh);
  if (!key && key.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::invalid, key.error().message + ": it signed this log's checkpoints");
  }
  auto users = key ? UserKeys::load(options.key_file, fresh) : tl::unexpected(key.error());
  if (!users) {
    return tl::unexpected(users.error());
  }
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->lock_file = std::move(*lock);
  impl->key = std::move(*key);
  impl->user_keys = *users;
  if (recovered->dropped) {
    impl->options.notice({ErrorCode::storage, "the machine stopped while audit records were being "
                                              "written: those that were not on disk are gone"});
  }
  const LogOptions& set = impl->options;
  auto journal =
      Journal::open({impl->segments(), set.sync_within, set.segment_bytes, set.spare_segments,
                     set.sync_file, [&self = *impl] { self.poke(); }, set.notice},
                    std::move(*recovered));
  if (!journal) {
    return tl::unexpected(journal.error());
  }
  impl->journal = std::move(*journal);
  auto keeper = TreeKeeper::open({impl->tree(), set.directory / "tree.mark", set.checkpoint_copies,
                                  set.checkpoint_every, set.clock, set.notice},
                                 *impl->journal, *impl->key);
  if (!keeper) {
    return tl::unexpected(keeper.error());
  }
  impl->keeper = std::move(*keeper);
  {
    const std::lock_guard guard(impl->poke_mutex);
    impl->poked = impl->keeper.get();
  }
  std::unique_ptr<Log> log(new Log(std::move(impl)));
  const auto note = log->checkpoint();
  if (!note && (fresh || note.error().code != ErrorCode::storage)) {
    return tl::unexpected(note.error());
  }
  if (!note) { // a full disk: what was set aside still takes records
    log->impl_->options.notice(note.error());
  }
  return log;
}

Log::~Log() {
  if (impl_->keeper) {
    (void)checkpoint(); // what fails here is told by the next open
    const std::lock_guard guard(impl_->poke_mutex);
    impl_->poked = nullptr;
  }
  impl_->keeper.reset();
  impl_->journal.reset();
}

Result<std::uint64_t> Log::append(std::span<const Record> records) {
  if (records.empty()) {
    return impl_->journal->figures().records;
  }
  thread_local std::vector<std::uint8_t> frames;
  frames.clear();
  const Instant when = impl_->options.clock();
  bool important = false;
  for (const Record& record : records) {
    append_frame(record, when, fresh_salt(), frames);
    important = important || record.kind == Class::important;
  }
  return impl_->journal->append(frames, records.size(), important);
}

Result<void> Log::sync() { return impl_->journal->sync(); }

std::string Log::user_key(std::string_view person_number) const {
  return impl_->user_keys.hash(person_number);
}

Result<std::string> Log::checkpoint() {
  const auto synced = impl_->journal->sync();
  return synced ? impl_->keeper->checkpoint() : tl::unexpected(synced.error());
}

Result<std::string> Log::sign(std::string_view text) const {
  const bool apart = text.substr(0, text.find('\n')).find(' ') != std::string_view::npos;
  return apart && text.ends_with('\n')
             ? impl_->key->sign(text)
             : fail(ErrorCode::invalid, "a text to sign is lines, the first one with a blank");
}

std::string Log::verifier_key() const { return impl_->key->verifier().text(); }

LogFigures Log::figures() const {
  const Journal::Figures journal = impl_->journal->figures();
  const CheckpointCopies::Figures copies = impl_->keeper->copies().figures();
  LogFigures figures;
  figures.records = journal.records;
  figures.synced = journal.synced;
  figures.bytes = journal.bytes;
  figures.spare_bytes = journal.spare_bytes;
  figures.failed = journal.failed;
  figures.under_checkpoint = impl_->keeper->signed_size();
  figures.copies = copies.copied;
  figures.copy_failures = copies.failures;
  figures.copies_failing = copies.failing;
  return figures;
}

Result<void> Log::healthy() const { return impl_->journal->healthy(); }

Result<std::string> Log::prove(std::uint64_t position) {
  auto note = checkpoint();
  const auto signed_now =
      note ? open_checkpoint(*note, impl_->key->verifier()) : tl::unexpected(note.error());
  if (!signed_now) {
    return tl::unexpected(signed_now.error());
  }
  if (position >= signed_now->size) {
    return fail(ErrorCode::out_of_range, "the audit log has no record " + std::to_string(position));
  }
  TileReader tiles(impl_->tree(), signed_now->size);
  auto path = inclusion_proof(tiles, position, signed_now->size);
  if (!path) {
    return tl::unexpected(path.error());
  }
  ProofNote proof{position, std::move(*path), *note, std::nullopt};
  const std::shared_lock files(impl_->files_mutex);
  const SegmentView view = impl_->journal->view(position).front();
  const auto file = open_to_read(view.segment->path);
  if (!file) {
    return tl::unexpected(file.error());
  }
  FrameReader frames(*file, segment_head_bytes, view.end);
  for (std::uint64_t at = view.segment->first;; ++at) {
    const auto frame = frames.next();
    if (!frame || !*frame) {
      return fail(ErrorCode::corrupt, "record " + std::to_string(at) + " cannot be read");
    }
    if (at == position) {
      proof.salted_record = (*frame)->erased
                                ? std::nullopt
                                : std::optional<std::string>(text_of((*frame)->salted_record));
      return proof.text();
    }
  }
}

} // namespace grunndata::registry::audit
