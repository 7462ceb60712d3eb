// A segment as the running log knows it.
#pragma once

#include "registry/audit/segment_index.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace grunndata::registry::audit {

struct Segment {
  std::uint64_t number = 0;
  std::uint64_t first = 0; ///< position of its first record
  std::filesystem::path path;
  std::filesystem::path index_path;

  // Guarded by the journal.
  std::unique_ptr<MappedSegment> mapped;  ///< while it grows, and until it is sealed
  std::uint64_t end = segment_head_bytes; ///< offset behind the last record
  std::uint64_t count = 0;
  std::uint64_t synced_end = segment_head_bytes;
  bool sealed = false; ///< complete, cut to its length, marked as closed

  /// Guards what follows.
  std::mutex index_mutex;
  std::unique_ptr<IndexBuilder> builder;          ///< of an unsealed segment
  std::uint64_t indexed_end = segment_head_bytes; ///< how far `builder` has come
};
using SegmentPtr = std::shared_ptr<Segment>;

/// A segment as it was at one moment.
struct SegmentView {
  SegmentPtr segment;
  std::uint64_t end = 0;
  std::uint64_t count = 0;
  std::uint64_t synced_end = 0;
  bool growing = false; ///< the last one
  bool sealed = false;
};

/// What lies in a directory of segments.
struct Recovered {
  LogId log{};
  std::vector<SegmentPtr> segments;  ///< all but the last sealed; empty in a new log
  std::vector<std::uint64_t> spares; ///< numbers of files never used, ascending
  bool dropped = false; ///< something was being written, and not on disk, when the machine stopped
};

/// Takes segments up after a clean end or a crash: the last record that is whole is the last one.
/// `corrupt`: records that had been on disk are missing or damaged, or the files do not follow each
/// other. `folder` exists. Full checks of sealed segments are left to `verify`.
[[nodiscard]] Result<Recovered> recover_segments(const std::filesystem::path& folder);

/// Where segment `number` of `folder` lies, and its index.
[[nodiscard]] SegmentPtr make_segment(const std::filesystem::path& folder, std::uint64_t number,
                                      std::uint64_t first);

} // namespace grunndata::registry::audit
