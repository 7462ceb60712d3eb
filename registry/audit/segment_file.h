// One segment of the log: a preallocated file that records are copied into, and its header.
#pragma once

#include "registry/audit/frame.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace grunndata::registry::audit {

inline constexpr std::size_t segment_head_bytes = 64;
inline constexpr std::size_t segment_bytes_min = 1'024;
inline constexpr std::uint64_t segment_bytes_max = std::uint64_t{1} << 30U;

using LogId = std::array<std::uint8_t, 16>;

/// How far a segment is known to be on disk, and whether it was left in good order.
struct SyncMark {
  std::uint64_t end = 0; ///< offset; what lies before it had been synced
  bool closed = false;   ///< nothing was appended behind `end`
};

struct SegmentHead {
  LogId log{};
  std::uint64_t number = 0;
  std::uint64_t first = 0; ///< position of its first record
  SyncMark mark;
};

/// "0000000042.segment"
[[nodiscard]] std::filesystem::path segment_name(std::uint64_t number);
/// The number in such a name.
[[nodiscard]] std::optional<std::uint64_t> segment_number(const std::filesystem::path& name);

/// Nothing: the file was never used. `corrupt`: a header that is damaged.
[[nodiscard]] Result<std::optional<SegmentHead>> read_head(const File& file);
/// `unsupported` for a newer version.
[[nodiscard]] std::array<std::uint8_t, segment_head_bytes> head_bytes(const SegmentHead& head);
/// The mark of a segment that no mapping holds.
[[nodiscard]] Result<void> write_mark(const File& file, SyncMark mark);
/// Whether there is nothing but zeros in [from, end).
[[nodiscard]] Result<bool> is_zero(const File& file, std::uint64_t from, std::uint64_t end);

/// A new file of `bytes`, all blocks its own and on disk. Errors: `storage` (no room).
[[nodiscard]] Result<void> preallocate(const std::filesystem::path& path, std::uint64_t bytes);

/// The segment that grows, mapped into memory: what is appended survives the process. Appending
/// needs the caller's lock; `write_mark` may run beside it.
class MappedSegment {
public:
  /// An existing file, to be written from `end` on.
  [[nodiscard]] static Result<std::unique_ptr<MappedSegment>>
  open(const std::filesystem::path& path, std::uint64_t end);
  ~MappedSegment();
  MappedSegment(const MappedSegment&) = delete;
  MappedSegment& operator=(const MappedSegment&) = delete;

  /// Makes an unused file the segment `head` says.
  void start(const SegmentHead& head);
  /// Whole frames. They are in the log all together or not at all, whenever the process ends.
  void append(Bytes frames) noexcept;
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
  [[nodiscard]] std::uint64_t room() const noexcept { return bytes_ - end_; }
  [[nodiscard]] int descriptor() const noexcept { return file_.get(); }
  void write_mark(SyncMark mark) noexcept;

private:
  MappedSegment(File file, std::uint8_t* bytes, std::uint64_t size, std::uint64_t end)
      : file_(std::move(file)), memory_(bytes), bytes_(size), end_(end) {}
  File file_;
  std::uint8_t* memory_;
  std::uint64_t bytes_;
  std::uint64_t end_;
};

} // namespace grunndata::registry::audit
