// The growing part of the log: appending, and getting what was appended onto the disk in time.
#pragma once

#include "registry/audit/segment.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

namespace grunndata::registry::audit {

struct JournalOptions {
  std::filesystem::path folder; ///< of the segments; exists
  std::chrono::milliseconds sync_within{100};
  std::uint64_t segment_bytes = 0;
  std::size_t spare_segments = 1;
  std::function<int(int)> sync_file;        ///< unset: fdatasync
  std::function<void()> on_synced;          ///< on the journal's thread; must not wait for it
  std::function<void(const Error&)> notice; ///< what an operator should know
};

/// Thread-safe. Two threads of its own: one syncs, one sets spare segments aside.
class Journal {
public:
  /// Goes on where `recovered` ends; makes the first segment of a new log. Errors: `storage`.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(JournalOptions options,
                                                             Recovered recovered);
  /// Syncs and marks the last segment as closed, unless it failed.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Whole frames, `count` of them, in one piece. The position of the first. Survives the process
  /// when it returns; with `important` it is on disk. Errors: `invalid` (more than a segment
  /// holds), `unavailable` (no room, or failed before), `storage` (the sync failed).
  [[nodiscard]] Result<std::uint64_t> append(Bytes frames, std::size_t count, bool important);
  /// Waits until all that was appended before is on disk.
  [[nodiscard]] Result<void> sync();
  /// Ends the growing segment, so that it can be sealed. Errors as of `append`.
  [[nodiscard]] Result<void> rotate();

  /// From the segment that holds `position` on.
  [[nodiscard]] std::vector<SegmentView> view(std::uint64_t position = 0) const;
  /// Cuts a complete, synced segment to its length and lets go of its memory. Errors: `storage`.
  [[nodiscard]] Result<void> seal(Segment& segment);
  /// After a sealed segment was rewritten in a shorter form.
  void set_end(Segment& segment, std::uint64_t end);

  struct Figures {
    std::uint64_t records = 0;
    std::uint64_t synced = 0;
    std::uint64_t bytes = 0;
    std::uint64_t spare_bytes = 0;
    bool failed = false;
  };
  [[nodiscard]] Figures figures() const;
  /// Whether an append would work now: `unavailable` with the reason when not.
  [[nodiscard]] Result<void> healthy() const;
  [[nodiscard]] const LogId& log_id() const noexcept { return log_; }

private:
  struct Unsynced;
  Journal(JournalOptions options, Recovered recovered);
  [[nodiscard]] Result<void> start();
  [[nodiscard]] Result<std::unique_ptr<MappedSegment>> make_spare(std::uint64_t number) const;
  [[nodiscard]] Result<void> next_segment(std::unique_lock<std::mutex>& lock);
  void rotate_locked();
  [[nodiscard]] Result<void> wait_synced(std::uint64_t position,
                                         std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::vector<Unsynced> unsynced() const;
  [[nodiscard]] Result<void> sync_files(const std::vector<Unsynced>& files) const;
  void sync_loop();
  void spare_loop();
  void stop_threads();

  const JournalOptions options_;
  LogId log_{};

  mutable std::mutex mutex_;
  std::condition_variable sync_wanted_;
  std::condition_variable synced_changed_;
  std::condition_variable spare_wanted_;
  std::condition_variable spare_changed_;
  std::vector<SegmentPtr> segments_; ///< the last one grows
  struct Spare {
    std::uint64_t number;
    std::unique_ptr<MappedSegment> mapped;
  };
  std::deque<Spare> spares_;
  std::uint64_t next_number_ = 0; ///< of the next file
  std::uint64_t next_ = 0;        ///< position of the next record
  std::uint64_t synced_ = 0;      ///< positions before it are on disk
  std::uint64_t wanted_ = 0;      ///< up to here somebody waits for the disk
  std::uint64_t sealed_bytes_ = 0;
  std::optional<Error> failure_; ///< of a sync: for good
  std::optional<Error> no_room_; ///< of setting a spare aside: until it works again
  bool stopping_ = false;
  std::thread syncer_;
  std::thread spare_maker_;
};

} // namespace grunndata::registry::audit
