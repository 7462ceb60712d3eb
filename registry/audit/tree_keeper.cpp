#include "registry/audit/tree_keeper.h"

#include "registry/audit/record_codec.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace grunndata::registry::audit {

namespace {

/// So many entries' tiles are made again after a crash, at most about: half a second's work.
constexpr std::uint64_t mark_every_entries = std::uint64_t{1} << 18U;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::corrupt, "audit log: " + std::move(message));
}

} // namespace

Result<void> TileFiles::ensure(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path file = folder_ / path;
  const auto found = read_file(file, tile_width * bundle_entry_bytes);
  if (found && *found == bytes) {
    return {};
  }
  // The file system may have lost what was not synced; it never makes up other bytes.
  const bool lost = !found || found->size() < bytes.size() ||
                    std::ranges::all_of(*found, [](char c) { return c == 0; });
  if (!lost) {
    return corrupt("tree/" + path.string() + " is not what the records give");
  }
  return replace_file(file, bytes, Durable::no);
}

void TileFiles::forget_partial(const std::filesystem::path& full, std::size_t width) {
  if (width == tile_width) {
    std::error_code ignored;
    std::filesystem::remove_all(folder_ / (full.string() + ".p"), ignored);
  }
}

Result<void> TileFiles::tile(unsigned level, std::uint64_t index, std::span<const Hash> hashes) {
  const auto done = ensure(tile_path(level, index, hashes.size()), tile_bytes(hashes));
  if (done) {
    forget_partial(tile_path(level, index), hashes.size());
  }
  return done;
}

Result<void> TileFiles::bundle(std::uint64_t index, std::span<const Hash> commitments) {
  const auto done = ensure(bundle_path(index, commitments.size()), bundle_bytes(commitments));
  if (done) {
    forget_partial(bundle_path(index), commitments.size());
  }
  return done;
}

TreeKeeper::TreeKeeper(TreeKeeperOptions options, Journal& journal, const SigningKey& key)
    : options_(std::move(options)), journal_(journal), key_(key),
      copies_(options_.copies, options_.notice), tiles_(options_.folder), edge_(tiles_) {}

TreeKeeper::~TreeKeeper() {
  {
    const std::lock_guard lock(wake_mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

Result<std::unique_ptr<TreeKeeper>> TreeKeeper::open(TreeKeeperOptions options, Journal& journal,
                                                     const SigningKey& key) {
  std::unique_ptr<TreeKeeper> keeper(new TreeKeeper(std::move(options), journal, key));
  if (auto taken = keeper->take_up(); !taken) {
    return tl::unexpected(taken.error());
  }
  keeper->thread_ = std::thread([&self = *keeper] { self.loop(); });
  return keeper;
}

Result<std::optional<Checkpoint>> TreeKeeper::last_checkpoint() {
  auto note = read_file(options_.folder / "checkpoint", note_bytes_max);
  if (!note && note.error().code == ErrorCode::not_found) {
    return std::nullopt;
  }
  const auto opened = note ? open_checkpoint(*note, key_.verifier()) : tl::unexpected(note.error());
  if (!opened) {
    return corrupt("the last checkpoint does not hold: " + opened.error().message);
  }
  note_ = std::move(*note);
  return *opened;
}

Result<void> TreeKeeper::take_up() {
  const std::lock_guard lock(tree_mutex_);
  const std::uint64_t records = journal_.figures().records;
  const auto last = last_checkpoint();
  if (!last) {
    return tl::unexpected(last.error());
  }
  if (!*last && records > 0) {
    return corrupt("there are records, but tree/checkpoint is missing");
  }
  if (*last && (*last)->size > records) {
    return corrupt("the last checkpoint counts " + std::to_string((*last)->size) +
                   " records, and only " + std::to_string(records) + " are left");
  }
  std::uint64_t from = 0;
  if (const auto mark = read_file(options_.mark_file, note_bytes_max); mark && *last) {
    std::from_chars(mark->data(), mark->data() + mark->size(), from);
    from = from > (*last)->size ? 0 : from / tile_width * tile_width;
    TileReader reader(options_.folder, (*last)->size);
    from = edge_.take_up(reader, from) ? from : 0;
  }
  marked_ = from;
  if (auto replayed = replay(from, *last); !replayed) {
    return replayed;
  }
  if (auto agreed = compare_copy(*last); !agreed) {
    return agreed;
  }
  const auto views = journal_.view();
  const auto unsealed = std::ranges::find(views, false, &SegmentView::sealed);
  sealing_ = unsealed->segment->first; // the one that grows is there, and not sealed
  signed_size_ = *last ? (*last)->size : 0;
  return {};
}

Result<void> TreeKeeper::replay(std::uint64_t from, const std::optional<Checkpoint>& last) {
  const auto wrong_root = [&last] {
    return corrupt("the records do not give the root of the last checkpoint, of " +
                   std::to_string(last->size) + " records: some were changed");
  };
  const auto compare = [&] {
    return !last || edge_.size() != last->size || edge_.root() == last->root;
  };
  if (!compare()) {
    return wrong_root();
  }
  for (const SegmentView& view : journal_.view(from)) {
    const auto file = open_to_read(view.segment->path);
    if (!file) {
      return tl::unexpected(file.error());
    }
    FrameReader frames(*file, segment_head_bytes, view.end);
    std::uint64_t position = view.segment->first;
    for (auto frame = frames.next(); position < view.segment->first + view.count;
         frame = frames.next(), ++position) {
      if (!frame || !*frame) {
        return corrupt("record " + std::to_string(position) + " cannot be read");
      }
      if (position < from) {
        continue;
      }
      if (auto added = edge_.add(commitment_of(**frame)); !added) {
        return added;
      }
      if (!compare()) {
        return wrong_root();
      }
    }
  }
  return {};
}

Result<void> TreeKeeper::compare_copy(const std::optional<Checkpoint>& last) {
  const auto note = copies_.newest();
  if (!note) {
    return {};
  }
  const std::string where = options_.copies.string() + "/checkpoint";
  const auto copy = open_checkpoint(*note, key_.verifier());
  if (!copy) {
    return corrupt(where + " does not hold: " + copy.error().message);
  }
  if (!last || copy->size > last->size) {
    return corrupt(where + " is of a longer log (" + std::to_string(copy->size) +
                   " records): this one was rolled back");
  }
  TileReader tiles(options_.folder, last->size);
  const auto root = root_of_range(tiles, 0, copy->size);
  if (!root || *root != copy->root) {
    return corrupt(where + " has another root than this log had at " + std::to_string(copy->size) +
                   " records: it has another history");
  }
  return {};
}

bool TreeKeeper::is_signed() {
  const std::lock_guard lock(tree_mutex_);
  return edge_.size() == signed_size_ && !note_.empty();
}

void TreeKeeper::poke() {
  {
    const std::lock_guard lock(wake_mutex_);
    work_ = true;
  }
  wake_.notify_one();
}

Result<void> TreeKeeper::add_frames(const SegmentView& view) {
  Segment& segment = *view.segment;
  const auto file = open_to_read(segment.path);
  if (!file) {
    return tl::unexpected(file.error());
  }
  FrameReader frames(*file, segment.indexed_end, view.synced_end);
  while (frames.offset() < view.synced_end) {
    const auto frame = frames.next();
    const auto record =
        frame && *frame ? read_keys((*frame)->record()) : fail(ErrorCode::corrupt, "it is damaged");
    if (!record) {
      return corrupt("record " + std::to_string(edge_.size()) + ": " + record.error().message);
    }
    if (auto added = edge_.add(commitment_of(**frame)); !added) {
      return added;
    }
    const std::lock_guard lock(segment.index_mutex);
    segment.builder->add((*frame)->offset, &*record);
    segment.indexed_end = (*frame)->end;
  }
  return {};
}

Result<void> TreeKeeper::seal(const SegmentView& view) {
  Segment& segment = *view.segment;
  const SegmentHead head{journal_.log_id(), segment.number, segment.first, {}};
  std::string index;
  {
    const std::lock_guard lock(segment.index_mutex);
    index = segment.builder->file_bytes(head, view.end);
  }
  if (auto written = replace_file(segment.index_path, index, Durable::no); !written) {
    return written;
  }
  if (auto sealed = journal_.seal(segment); !sealed) {
    return sealed;
  }
  const std::lock_guard lock(segment.index_mutex);
  segment.builder.reset();
  return {};
}

Result<void> TreeKeeper::catch_up_locked() {
  for (const SegmentView& view : journal_.view(sealing_)) {
    if (view.sealed) {
      continue;
    }
    if (auto added = add_frames(view); !added) {
      return added;
    }
    if (view.growing || view.synced_end != view.end) {
      break;
    }
    if (auto sealed = seal(view); !sealed) {
      return sealed;
    }
    sealing_ = view.segment->first + view.count;
  }
  return {};
}

Result<void> TreeKeeper::catch_up() {
  const std::lock_guard lock(tree_mutex_);
  return catch_up_locked();
}

Result<void> TreeKeeper::move_mark() {
  if (edge_.size() < marked_ + mark_every_entries) {
    return {};
  }
  const File folder(::open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::syncfs(folder.get()) != 0) {
    return file_fault("sync", options_.folder);
  }
  marked_ = edge_.size();
  return replace_file(options_.mark_file, std::to_string(marked_) + "\n", Durable::yes);
}

Result<std::string> TreeKeeper::checkpoint() {
  const std::lock_guard lock(tree_mutex_);
  if (auto caught_up = catch_up_locked(); !caught_up) {
    return tl::unexpected(caught_up.error());
  }
  if (!note_.empty() && signed_size_ == edge_.size()) {
    return note_;
  }
  if (auto handed = edge_.hand_over(); !handed) {
    return tl::unexpected(handed.error());
  }
  auto note = key_.sign({key_.verifier().name, edge_.size(), edge_.root()});
  if (!note) {
    return note;
  }
  const auto written = replace_file(options_.folder / "checkpoint", *note, Durable::yes);
  if (!written) {
    return tl::unexpected(written.error());
  }
  note_ = *note;
  signed_size_ = edge_.size();
  copies_.offer(note_, options_.clock());
  if (auto moved = move_mark(); !moved) {
    return tl::unexpected(moved.error());
  }
  return note_;
}

void TreeKeeper::loop() {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::seconds retry_after{1};
  auto next = Clock::now() + options_.checkpoint_every;
  bool behind = !is_signed(); // something is not under a checkpoint yet
  std::optional<Error> fault;
  std::unique_lock lock(wake_mutex_);
  while (!stopping_) {
    const auto awake = [&] { return stopping_ || work_; };
    if (fault) {
      wake_.wait_for(lock, retry_after, [&] { return stopping_; });
    } else if (behind) {
      wake_.wait_until(lock, next, awake);
    } else {
      wake_.wait(lock, awake);
    }
    if (stopping_) {
      return;
    }
    behind = behind || work_;
    work_ = false;
    lock.unlock();
    auto done = catch_up();
    if (done && behind && Clock::now() >= next) {
      const auto note = checkpoint();
      done = note ? done : tl::unexpected(note.error());
      behind = false;
      next = Clock::now() + options_.checkpoint_every;
    }
    if (!done && !fault) {
      options_.notice(done.error());
    }
    fault = done ? std::nullopt : std::optional(done.error());
    lock.lock();
  }
}

} // namespace grunndata::registry::audit
