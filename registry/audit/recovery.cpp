// Taking segments up again: what a crash left, told apart from what somebody did.
#include "registry/audit/record_codec.h"
#include "registry/audit/segment.h"

#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace grunndata::registry::audit {

namespace {

/// A file of the folder, with its header when it was used.
struct Found {
  std::uint64_t number = 0;
  std::filesystem::path path;
  File file;
  std::uint64_t bytes = 0;
  std::optional<SegmentHead> head;
};

/// Where the records of a segment end.
struct Walk {
  std::uint64_t count = 0;
  std::uint64_t end = segment_head_bytes;
};

tl::unexpected<Error> corrupt(const std::filesystem::path& path, std::string_view what) {
  return fail(ErrorCode::corrupt, "audit segment " + path.filename().string() + ": " +
                                      std::string(what) +
                                      "; records were lost or changed after they were written");
}

Result<void> write_zeros(const File& file, std::uint64_t from, std::uint64_t end) {
  constexpr std::size_t chunk_bytes = std::size_t{1} << 20U;
  const std::vector<std::uint8_t> zeros(chunk_bytes, 0);
  while (from < end) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, end - from));
    if (auto written = write_at(file, from, Bytes(zeros).first(size)); !written) {
      return written;
    }
    from += size;
  }
  return {};
}

Result<Found> look_at(const std::filesystem::path& path, std::uint64_t number) {
  Found found;
  found.number = number;
  found.path = path;
  found.file = File(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!found.file.is_open()) {
    return file_fault("open", path);
  }
  const auto bytes = size_of(found.file, path);
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  found.bytes = *bytes;
  if (*bytes < segment_head_bytes) {
    return corrupt(path, "it is shorter than its header");
  }
  const auto head = read_head(found.file);
  const auto empty = head ? Result<bool>(false) : is_zero(found.file, segment_head_bytes, *bytes);
  if (!empty) {
    return tl::unexpected(empty.error());
  }
  if (!head && !*empty) {
    return corrupt(path, head.error().message);
  }
  if (!head) { // stopped while the header was being written: no record can have followed
    const auto cleared = write_zeros(found.file, 0, segment_head_bytes);
    return cleared ? Result<Found>(std::move(found)) : tl::unexpected(cleared.error());
  }
  found.head = *head;
  return found;
}

Result<std::vector<Found>> look_at_all(const std::filesystem::path& folder) {
  std::vector<Found> all;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (entry.path().extension() == ".new") { // a file that got no name before a crash
      std::error_code ignored;
      std::filesystem::remove(entry.path(), ignored);
      continue;
    }
    const auto number = segment_number(entry.path());
    if (!number) {
      continue;
    }
    auto found = look_at(entry.path(), *number);
    if (!found) {
      return tl::unexpected(found.error());
    }
    all.push_back(std::move(*found));
  }
  if (failed) {
    return fail(ErrorCode::storage, "cannot list " + folder.string() + ": " + failed.message());
  }
  std::ranges::sort(all, {}, &Found::number);
  return all;
}

/// Numbers and positions must follow each other; what was never used comes last.
Result<void> check_order(const std::vector<Found>& all) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Found& each = all[i];
    if (each.number != i) {
      return corrupt(segment_name(i), "it is missing");
    }
    if (!each.head) {
      const auto empty = is_zero(each.file, segment_head_bytes, each.bytes);
      if (!empty) {
        return tl::unexpected(empty.error());
      }
      if (!*empty) {
        return corrupt(each.path, "it has no header but is not empty");
      }
      continue;
    }
    const SegmentHead& head = *each.head;
    const bool follows =
        i == 0 ? head.first == 0 : all[i - 1].head && head.first >= all[i - 1].head->first;
    if (head.number != i || !follows || head.log != all.front().head->log ||
        head.mark.end > each.bytes) {
      return corrupt(each.path, "it does not follow the one before");
    }
  }
  return {};
}

/// Walks to the end of the records; with `segment`, indexes them.
Result<Walk> walk(const Found& found, Segment* segment) {
  FrameReader frames(found.file, segment_head_bytes, found.bytes);
  Walk walked;
  while (true) {
    const auto frame = frames.next();
    if (!frame && frame.error().code != ErrorCode::corrupt) {
      return tl::unexpected(frame.error());
    }
    if (!frame || !*frame) {
      break;
    }
    if (segment != nullptr) {
      const auto record = (*frame)->erased ? RecordKeys{} : read_keys((*frame)->record());
      if (!record) {
        return corrupt(found.path, record.error().message);
      }
      segment->builder->add((*frame)->offset, (*frame)->erased ? nullptr : &*record);
      segment->indexed_end = (*frame)->end;
    }
    ++walked.count;
    walked.end = (*frame)->end;
  }
  const SyncMark mark = found.head->mark;
  if (walked.end < mark.end) {
    return corrupt(found.path, "record " + std::to_string(walked.count) + " is damaged");
  }
  return walked;
}

/// What stands behind the last record was never part of the log; gone, unless the segment had been
/// left in good order. Whether there was something.
Result<bool> clear_rest(const Found& found, const Walk& walked) {
  const auto empty = is_zero(found.file, walked.end, found.bytes);
  if (!empty) {
    return tl::unexpected(empty.error());
  }
  if (*empty && (!found.head->mark.closed || found.head->mark.end == walked.end)) {
    return false;
  }
  if (found.head->mark.closed) {
    return corrupt(found.path, "something was written behind its last record");
  }
  if (auto cleared = write_zeros(found.file, walked.end, found.bytes); !cleared) {
    return tl::unexpected(cleared.error());
  }
  return true;
}

/// Cuts a segment that had been left before it was sealed.
Result<void> seal_late(const Found& found, std::uint64_t end) {
  if (::ftruncate(found.file.get(), static_cast<off_t>(end)) != 0) {
    return file_fault("cut", found.path);
  }
  if (::fdatasync(found.file.get()) != 0) { // the mark must not come before the records
    return file_fault("sync", found.path);
  }
  const auto marked = write_mark(found.file, {end, true});
  if (marked && ::fdatasync(found.file.get()) != 0) {
    return file_fault("sync", found.path);
  }
  return marked;
}

/// Records that had never been on disk, behind others that were lost with the machine: they go too,
/// for positions have no holes.
Result<void> drop(std::span<const Found> lost, Recovered& recovered) {
  for (const Found& each : lost) {
    if (!each.head) {
      continue;
    }
    if (each.head->mark.end > segment_head_bytes) {
      return corrupt(each.path, "records before it are missing");
    }
    if (auto cleared = write_zeros(each.file, 0, each.bytes); !cleared) {
      return cleared;
    }
    recovered.dropped = true;
    recovered.spares.push_back(each.number);
  }
  return {};
}

SegmentPtr segment_of(const Found& found) {
  return make_segment(found.path.parent_path(), found.number, found.head->first);
}

/// The segment that grows. Always true.
Result<bool> take_up_last(const Found& found, Recovered& recovered) {
  SegmentPtr segment = segment_of(found);
  segment->builder = std::make_unique<IndexBuilder>();
  const auto walked = walk(found, segment.get());
  const auto dropped = walked ? clear_rest(found, *walked) : tl::unexpected(walked.error());
  if (!dropped) {
    return tl::unexpected(dropped.error());
  }
  segment->end = segment->synced_end = walked->end;
  segment->count = walked->count;
  recovered.log = found.head->log;
  recovered.dropped = recovered.dropped || *dropped;
  recovered.segments.push_back(std::move(segment));
  return true;
}

/// A segment that another one follows, whose first position is `next`. False when records at its
/// end are missing: then it is taken up as the one that grows.
Result<bool> take_up(const Found& found, std::uint64_t next, Recovered& recovered) {
  SegmentPtr segment = segment_of(found);
  segment->count = next - segment->first;
  segment->end = segment->synced_end = found.bytes;
  segment->sealed = found.head->mark.closed && found.head->mark.end == found.bytes;
  if (!segment->sealed) {
    const auto walked = walk(found, nullptr);
    if (!walked) {
      return tl::unexpected(walked.error());
    }
    if (walked->count > segment->count) {
      return corrupt(found.path, "it holds more records than it should");
    }
    if (walked->count < segment->count) {
      auto taken = take_up_last(found, recovered);
      return taken ? Result<bool>(false) : taken;
    }
    const auto dropped = clear_rest(found, *walked);
    const auto sealed = dropped ? seal_late(found, walked->end) : tl::unexpected(dropped.error());
    if (!sealed) {
      return tl::unexpected(sealed.error());
    }
    segment->end = segment->synced_end = walked->end;
    segment->sealed = true;
  }
  recovered.segments.push_back(std::move(segment));
  return true;
}

} // namespace

SegmentPtr make_segment(const std::filesystem::path& folder, std::uint64_t number,
                        std::uint64_t first) {
  auto segment = std::make_shared<Segment>();
  segment->number = number;
  segment->first = first;
  segment->path = folder / segment_name(number);
  segment->index_path = segment->path;
  segment->index_path.replace_extension(".index");
  return segment;
}

Result<Recovered> recover_segments(const std::filesystem::path& folder) {
  auto all = look_at_all(folder);
  const auto order = all ? check_order(*all) : tl::unexpected(all.error());
  if (!order) {
    return tl::unexpected(order.error());
  }
  Recovered recovered;
  for (std::size_t i = 0; i < all->size() && (*all)[i].head; ++i) {
    const bool last = i + 1 == all->size() || !(*all)[i + 1].head;
    const auto whole = last ? take_up_last((*all)[i], recovered)
                            : take_up((*all)[i], (*all)[i + 1].head->first, recovered);
    if (!whole) {
      return tl::unexpected(whole.error());
    }
    if (!*whole) {
      if (auto done = drop(std::span(*all).subspan(i + 1), recovered); !done) {
        return tl::unexpected(done.error());
      }
      break;
    }
  }
  for (const Found& each : *all) {
    if (!each.head) {
      recovered.spares.push_back(each.number);
    }
  }
  std::ranges::sort(recovered.spares);
  return recovered;
}

} // namespace grunndata::registry::audit
