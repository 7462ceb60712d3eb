// Retention: records and salts go, their hashes stay.
#include "registry/audit/log_impl.h"
#include "registry/audit/record_codec.h"

#include <algorithm>

#include <fcntl.h>
#include <unistd.h>

namespace grunndata::registry::audit {

namespace {

constexpr std::string_view operation_start = "audit erase ";
constexpr std::string_view operation_middle = " before ";

bool has_older(const SegmentSummary& summary, Class kind, Instant before) {
  const auto at = static_cast<std::size_t>(kind);
  return summary.living[at] != 0 && summary.oldest[at] < before.microseconds;
}

/// A segment's bytes without what is to be erased.
struct Rewritten {
  std::vector<std::uint8_t> bytes;
  std::uint64_t erased = 0;
};

Result<Rewritten> rewrite(const File& file, const SegmentView& view, Class kind, Instant before,
                          std::uint64_t order_position) {
  Rewritten rewritten;
  rewritten.bytes.resize(segment_head_bytes);
  if (auto read = read_at(file, 0, rewritten.bytes); !read) {
    return tl::unexpected(read.error());
  }
  FrameReader frames(file, segment_head_bytes, view.end);
  for (std::uint64_t position = view.segment->first; frames.offset() < view.end; ++position) {
    const std::uint64_t start = frames.offset();
    const auto frame = frames.next();
    if (!frame || !*frame) {
      return fail(ErrorCode::corrupt,
                  "audit record " + std::to_string(position) + " cannot be read");
    }
    const auto record =
        (*frame)->erased ? Result<Record>(Record{}) : read_record((*frame)->record());
    if (!record) {
      return tl::unexpected(record.error());
    }
    if (!(*frame)->erased && record->kind == kind && record->time < before &&
        position < order_position) {
      append_erased_frame(kind, commitment_of(**frame), rewritten.bytes);
      ++rewritten.erased;
      continue;
    }
    const std::size_t at = rewritten.bytes.size();
    rewritten.bytes.resize(at + static_cast<std::size_t>((*frame)->end - start));
    if (auto copied = read_at(file, start, std::span(rewritten.bytes).subspan(at)); !copied) {
      return tl::unexpected(copied.error());
    }
  }
  return rewritten;
}

/// Overwrites the bytes that a renamed-over file still has on the disk.
Result<void> overwrite(const File& file, std::uint64_t bytes) {
  constexpr std::size_t chunk_bytes = std::size_t{1} << 20U;
  const std::vector<std::uint8_t> zeros(chunk_bytes, 0);
  for (std::uint64_t at = 0; at < bytes; at += chunk_bytes) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, bytes - at));
    if (auto written = write_at(file, at, Bytes(zeros).first(size)); !written) {
      return written;
    }
  }
  return ::fdatasync(file.get()) == 0 ? Result<void>{} : file_fault("sync", "an erased segment");
}

} // namespace

std::string erase_operation(Class kind, Instant before) {
  return std::string(operation_start) + std::string(name_of(kind)) + std::string(operation_middle) +
         format_instant(before);
}

std::optional<Class> erased_class(std::string_view operation) {
  if (!operation.starts_with(operation_start)) {
    return std::nullopt;
  }
  operation.remove_prefix(operation_start.size());
  return find_class(operation.substr(0, operation.find(operation_middle)));
}

Result<std::uint64_t> Log::Impl::erase_in(const SegmentView& view, Class kind, Instant before,
                                          std::uint64_t order_position) {
  Segment& segment = *view.segment;
  bool nothing = false;
  const auto looked = with_index(view, [&](const SegmentIndex& index) -> Result<void> {
    nothing = !has_older(index.summary(), kind, before);
    return {};
  });
  if (!looked || nothing) {
    return looked ? Result<std::uint64_t>(0) : tl::unexpected(looked.error());
  }
  const File old(::open(segment.path.c_str(), O_RDWR | O_CLOEXEC));
  auto rewritten = old.is_open() ? rewrite(old, view, kind, before, order_position)
                                 : file_fault("open", segment.path);
  if (!rewritten || rewritten->erased == 0) {
    return rewritten ? Result<std::uint64_t>(0) : tl::unexpected(rewritten.error());
  }
  const std::uint64_t bytes = rewritten->bytes.size();
  const SegmentHead head{journal->log_id(), segment.number, segment.first, {bytes, true}};
  std::ranges::copy(head_bytes(head), rewritten->bytes.begin());

  const std::unique_lock files(files_mutex); // nobody reads the old form while it goes
  ::unlink(segment.index_path.c_str());
  auto done = replace_file(segment.path, text_of(rewritten->bytes), Durable::yes);
  if (done) {
    journal->set_end(segment, bytes);
    done = overwrite(old, view.end);
  }
  return done ? Result<std::uint64_t>(rewritten->erased) : tl::unexpected(done.error());
}

Result<bool> Log::due(Class kind, Instant before) const {
  for (const SegmentView& view : impl_->journal->view()) {
    const std::shared_lock files(impl_->files_mutex);
    bool found = false;
    const auto looked = impl_->with_index(view, [&](const SegmentIndex& index) -> Result<void> {
      found = has_older(index.summary(), kind, before);
      return {};
    });
    if (!looked || found) {
      return looked ? Result<bool>(true) : tl::unexpected(looked.error());
    }
  }
  return false;
}

Result<std::uint64_t> Log::erase(Class kind, Instant before, Record order,
                                 const std::atomic<bool>* stop) {
  const std::lock_guard one_at_a_time(impl_->erase_mutex);
  order.act = Act::administered;
  order.kind = Class::important;
  order.operation = erase_operation(kind, before);
  order.outcome = order.outcome.empty() ? "ok" : order.outcome;
  const auto position = append({&order, 1});
  if (!position) {
    return position;
  }
  // Segments are rewritten only when they are complete, in the tree and sealed.
  if (auto rotated = impl_->journal->rotate(); !rotated) {
    return tl::unexpected(rotated.error());
  }
  if (auto note = checkpoint(); !note) {
    return tl::unexpected(note.error());
  }
  std::uint64_t erased = 0;
  for (const SegmentView& view : impl_->journal->view()) {
    if (stop != nullptr && stop->load()) {
      break;
    }
    if (!view.sealed) {
      continue;
    }
    const auto in_segment = impl_->erase_in(view, kind, before, *position);
    if (!in_segment) {
      return in_segment;
    }
    erased += *in_segment;
  }
  return erased;
}

} // namespace grunndata::registry::audit
