// Segments as a backup takes them, while the log is written to.
#include "registry/audit/log_impl.h"

namespace grunndata::registry::audit {

Result<void> Log::read_segment(std::uint64_t number,
                               const std::function<Result<void>(const SegmentCopy&)>& use) const {
  const std::shared_lock files(impl_->files_mutex); // an erasure overwrites what it replaces
  const auto views = impl_->journal->view();
  if (number >= views.size()) {
    return fail(ErrorCode::out_of_range, "the audit log has no segment " + std::to_string(number));
  }
  const SegmentView& view = views[static_cast<std::size_t>(number)];
  const SyncMark mark{view.sealed ? view.end : view.synced_end, view.sealed};
  const auto head =
      head_bytes({impl_->journal->log_id(), view.segment->number, view.segment->first, mark});
  return use(
      {view.segment->path, view.end, std::string(text_of(Bytes(head))), view.sealed, view.growing});
}

} // namespace grunndata::registry::audit
