#include "registry/audit/journal.h"

#include "registry/audit/record_codec.h"

#include <algorithm>

#include <fcntl.h>
#include <openssl/rand.h>
#include <unistd.h>

namespace grunndata::registry::audit {

namespace {

tl::unexpected<Error> unavailable(const Error& reason) {
  return fail(ErrorCode::unavailable, "the audit log takes no records: " + reason.message);
}

} // namespace

Journal::Journal(JournalOptions options, Recovered recovered)
    : options_(std::move(options)), log_(recovered.log), segments_(std::move(recovered.segments)) {
  next_number_ = segments_.size() + recovered.spares.size();
  if (!segments_.empty()) {
    next_ = synced_ = segments_.back()->first + segments_.back()->count;
  }
  for (const SegmentPtr& segment : segments_) {
    sealed_bytes_ += segment->sealed ? segment->end : 0;
  }
  for (const std::uint64_t number : recovered.spares) {
    spares_.push_back({number, nullptr});
  }
}

Result<std::unique_ptr<Journal>> Journal::open(JournalOptions options, Recovered recovered) {
  std::unique_ptr<Journal> journal(new Journal(std::move(options), std::move(recovered)));
  if (auto started = journal->start(); !started) {
    return tl::unexpected(started.error());
  }
  journal->syncer_ = std::thread([&self = *journal] { self.sync_loop(); });
  journal->spare_maker_ = std::thread([&self = *journal] { self.spare_loop(); });
  return journal;
}

Result<void> Journal::start() {
  for (Spare& spare : spares_) {
    auto mapped = MappedSegment::open(options_.folder / segment_name(spare.number), 0);
    if (!mapped) {
      return tl::unexpected(mapped.error());
    }
    spare.mapped = std::move(*mapped);
  }
  if (!segments_.empty()) {
    Segment& growing = *segments_.back();
    auto mapped = MappedSegment::open(growing.path, growing.end);
    if (!mapped) {
      return tl::unexpected(mapped.error());
    }
    growing.mapped = std::move(*mapped);
    if (::fdatasync(growing.mapped->descriptor()) != 0) {
      return file_fault("sync", growing.path);
    }
    growing.mapped->write_mark({growing.end, false});
    return {};
  }
  if (RAND_bytes(log_.data(), static_cast<int>(log_.size())) != 1) {
    return fail(ErrorCode::storage, "no randomness");
  }
  if (spares_.empty()) {
    auto made = make_spare(next_number_);
    if (!made) {
      return tl::unexpected(made.error());
    }
    spares_.push_back({next_number_++, std::move(*made)});
  }
  rotate_locked();
  return {};
}

Journal::~Journal() {
  stop_threads();
  if (segments_.empty()) {
    return; // never started: no room for the first segment
  }
  Segment& growing = *segments_.back();
  if (!failure_ && growing.mapped && growing.synced_end == growing.end) {
    growing.mapped->write_mark({growing.end, true});
    ::fdatasync(growing.mapped->descriptor());
  }
}

void Journal::stop_threads() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  sync_wanted_.notify_all();
  spare_wanted_.notify_all();
  spare_changed_.notify_all();
  for (std::thread* thread : {&syncer_, &spare_maker_}) {
    if (thread->joinable()) {
      thread->join();
    }
  }
}

Result<std::unique_ptr<MappedSegment>> Journal::make_spare(std::uint64_t number) const {
  const std::filesystem::path path = options_.folder / segment_name(number);
  if (auto made = preallocate(path, options_.segment_bytes); !made) {
    return tl::unexpected(made.error());
  }
  return MappedSegment::open(path, 0);
}

void Journal::rotate_locked() {
  Spare spare = std::move(spares_.front());
  spares_.pop_front();
  SegmentPtr segment = make_segment(options_.folder, spare.number, next_);
  segment->builder = std::make_unique<IndexBuilder>();
  spare.mapped->start({log_, spare.number, next_, {segment_head_bytes, false}});
  segment->mapped = std::move(spare.mapped);
  segments_.push_back(std::move(segment));
  spare_wanted_.notify_one();
}

Result<void> Journal::next_segment(std::unique_lock<std::mutex>& lock) {
  const Segment* full = segments_.back().get();
  while (segments_.back().get() == full) {
    if (failure_) {
      return unavailable(*failure_);
    }
    if (stopping_) {
      return fail(ErrorCode::unavailable, "the audit log is closing");
    }
    if (!spares_.empty()) {
      rotate_locked();
    } else if (no_room_) {
      return unavailable(*no_room_);
    } else {
      spare_wanted_.notify_one();
      spare_changed_.wait(lock);
    }
  }
  return {};
}

Result<std::uint64_t> Journal::append(Bytes frames, std::size_t count, bool important) {
  if (frames.size() > options_.segment_bytes - segment_head_bytes) {
    return fail(ErrorCode::invalid, "more audit records at once than a segment holds");
  }
  std::unique_lock lock(mutex_);
  if (failure_) {
    return unavailable(*failure_);
  }
  while (segments_.back()->mapped->room() < frames.size()) {
    if (auto next = next_segment(lock); !next) {
      return tl::unexpected(next.error());
    }
  }
  Segment& growing = *segments_.back();
  growing.mapped->append(frames);
  growing.end = growing.mapped->end();
  growing.count += count;
  const std::uint64_t position = next_;
  const bool idle = next_ == synced_;
  next_ += count;
  if (!important) {
    lock.unlock();
    if (idle) {
      sync_wanted_.notify_one();
    }
    return position;
  }
  auto synced = wait_synced(next_, lock);
  return synced ? Result<std::uint64_t>(position) : tl::unexpected(synced.error());
}

Result<void> Journal::wait_synced(std::uint64_t position, std::unique_lock<std::mutex>& lock) {
  if (synced_ < position) {
    wanted_ = std::max(wanted_, position);
    sync_wanted_.notify_one();
    synced_changed_.wait(lock, [&] { return failure_ || synced_ >= position; });
  }
  return synced_ >= position ? Result<void>{} : tl::unexpected(*failure_);
}

Result<void> Journal::sync() {
  std::unique_lock lock(mutex_);
  return failure_ ? tl::unexpected(*failure_) : wait_synced(next_, lock);
}

Result<void> Journal::rotate() {
  std::unique_lock lock(mutex_);
  return segments_.back()->count == 0 ? Result<void>{} : next_segment(lock);
}

struct Journal::Unsynced {
  SegmentPtr segment;
  MappedSegment* mapped;
  std::uint64_t end;
};

std::vector<Journal::Unsynced> Journal::unsynced() const {
  std::vector<Unsynced> files;
  for (auto segment = segments_.rbegin(); segment != segments_.rend(); ++segment) {
    const bool growing = segment == segments_.rbegin();
    if ((*segment)->synced_end == (*segment)->end && !growing) {
      break;
    }
    files.push_back({*segment, (*segment)->mapped.get(), (*segment)->end});
  }
  std::ranges::reverse(files); // older ones first: what is on disk has no holes
  return files;
}

Result<void> Journal::sync_files(const std::vector<Unsynced>& files) const {
  for (const Unsynced& file : files) {
    const int descriptor = file.mapped->descriptor();
    const int failed =
        options_.sync_file ? options_.sync_file(descriptor) : ::fdatasync(descriptor);
    if (failed != 0) {
      return file_fault("sync", file.segment->path);
    }
    file.mapped->write_mark({file.end, false});
  }
  return {};
}

void Journal::sync_loop() {
  std::unique_lock lock(mutex_);
  while (!failure_) {
    sync_wanted_.wait(lock, [&] { return stopping_ || synced_ < next_; });
    if (synced_ == next_) {
      return; // stopping, and nothing left
    }
    // Half the time for gathering, half for the disk.
    sync_wanted_.wait_for(lock, options_.sync_within / 2,
                          [&] { return stopping_ || wanted_ > synced_; });
    const auto files = unsynced();
    const std::uint64_t target = next_;
    lock.unlock();
    const auto done = sync_files(files);
    lock.lock();
    if (!done) {
      failure_ = done.error(); // what is on disk is not known any more: never again
      options_.notice(*failure_);
    } else {
      for (const Unsynced& file : files) {
        file.segment->synced_end = file.end;
      }
      synced_ = target;
    }
    synced_changed_.notify_all();
    spare_changed_.notify_all();
    if (done && options_.on_synced) {
      options_.on_synced();
    }
  }
}

void Journal::spare_loop() {
  constexpr std::chrono::seconds retry_after{1};
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (spares_.size() >= options_.spare_segments) {
      spare_wanted_.wait(lock,
                         [&] { return stopping_ || spares_.size() < options_.spare_segments; });
      continue;
    }
    const std::uint64_t number = next_number_;
    lock.unlock();
    auto made = make_spare(number);
    lock.lock();
    if (made) {
      spares_.push_back({number, std::move(*made)});
      ++next_number_;
      no_room_.reset();
    } else {
      if (!no_room_) {
        options_.notice(made.error());
      }
      no_room_ = made.error();
    }
    spare_changed_.notify_all();
    if (no_room_) {
      spare_wanted_.wait_for(lock, retry_after, [&] { return stopping_; });
    }
  }
}

std::vector<SegmentView> Journal::view(std::uint64_t position) const {
  const std::lock_guard lock(mutex_);
  auto from = std::ranges::upper_bound(segments_, position, {}, &Segment::first);
  from -= from == segments_.begin() ? 0 : 1;
  std::vector<SegmentView> views;
  for (; from != segments_.end(); ++from) {
    const Segment& segment = **from;
    views.push_back({*from, segment.end, segment.count, segment.synced_end,
                     *from == segments_.back(), segment.sealed});
  }
  return views;
}

Result<void> Journal::seal(Segment& segment) {
  std::unique_ptr<MappedSegment> mapped;
  std::uint64_t end = 0;
  {
    const std::lock_guard lock(mutex_);
    mapped = std::move(segment.mapped);
    end = segment.end;
  }
  mapped.reset();
  const File file(::open(segment.path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.is_open() || ::ftruncate(file.get(), static_cast<off_t>(end)) != 0) {
    return file_fault("cut", segment.path);
  }
  const auto marked = write_mark(file, {end, true});
  if (marked && ::fdatasync(file.get()) != 0) {
    return file_fault("sync", segment.path);
  }
  if (marked) {
    const std::lock_guard lock(mutex_);
    segment.sealed = true;
    sealed_bytes_ += end;
  }
  return marked;
}

void Journal::set_end(Segment& segment, std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  sealed_bytes_ = sealed_bytes_ - segment.end + end;
  segment.end = segment.synced_end = end;
}

Journal::Figures Journal::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures;
  figures.records = next_;
  figures.synced = synced_;
  figures.bytes = sealed_bytes_;
  for (auto segment = segments_.rbegin(); segment != segments_.rend() && !(*segment)->sealed;
       ++segment) {
    figures.bytes += (*segment)->end;
  }
  const Segment& growing = *segments_.back();
  figures.spare_bytes =
      growing.mapped->room() + spares_.size() * (options_.segment_bytes - segment_head_bytes);
  figures.failed = failure_.has_value();
  return figures;
}

Result<void> Journal::healthy() const {
  const std::lock_guard lock(mutex_);
  constexpr std::uint64_t room_min = frame_bytes(salt_bytes + record_bytes_max);
  if (failure_) {
    return unavailable(*failure_);
  }
  if (no_room_ && spares_.empty() && segments_.back()->mapped->room() < room_min) {
    return unavailable(*no_room_);
  }
  return {};
}

} // namespace grunndata::registry::audit
