// The whole log held against itself and against what was kept elsewhere.
#include "registry/audit/log_impl.h"
#include "registry/audit/record_codec.h"
#include "registry/audit/tree/tree_check.h"

#include <algorithm>

namespace grunndata::registry::audit {

namespace {

constexpr std::uint64_t index_bytes_max = std::uint64_t{4} << 30U;

std::string name_of(const SegmentView& view) { return view.segment->path.filename().string(); }

/// Whether what was erased was ordered: the log says so behind it.
class ErasureCheck {
public:
  void see_erased(std::uint64_t position, Class kind) {
    erased_[static_cast<std::size_t>(kind)] = position + 1;
  }
  void see(std::uint64_t position, const Record& record) {
    const auto kind =
        record.act == Act::administered ? erased_class(record.operation) : std::nullopt;
    if (kind) {
      ordered_[static_cast<std::size_t>(*kind)] = position + 1;
    }
  }
  void report(TreeReport& report) const {
    constexpr auto ordinary = static_cast<std::size_t>(Class::ordinary);
    constexpr auto important = static_cast<std::size_t>(Class::important);
    // An order is an important record, and may have been erased itself since.
    const auto ordered = std::max(ordered_[ordinary], erased_[important]);
    if (erased_[ordinary] > ordered || erased_[important] > ordered_[important]) {
      report.add_fault("records are erased without an order of the log to erase them");
    }
  }

private:
  // One past the last position seen; 0: none.
  std::array<std::uint64_t, 2> erased_{};
  std::array<std::uint64_t, 2> ordered_{};
};

/// Reads segments in order and checks each record for itself.
class LogCheck {
public:
  LogCheck(const LogId& log, TreeCheck& tree) : log_(log), tree_(tree) {}

  void check(const SegmentView& view) {
    const auto file = open_to_read(view.segment->path);
    if (!file) {
      faults_.add_fault(name_of(view) + ": " + file.error().message);
      return;
    }
    check_head(view, *file);
    IndexBuilder index;
    check_records(view, *file, index);
    if (view.sealed) {
      check_index(view, index);
    }
  }

  std::uint64_t erased() const noexcept { return erased_; }
  std::vector<LogRestore>& restores() noexcept { return restores_; }
  TreeReport finish() {
    erasures_.report(faults_);
    TreeReport report = tree_.finish();
    report.faults.insert(report.faults.begin(), faults_.faults.begin(), faults_.faults.end());
    return report;
  }

private:
  void check_head(const SegmentView& view, const File& file) {
    const auto head = read_head(file);
    const auto bytes = size_of(file, view.segment->path);
    const bool fits = head && *head && bytes && (*head)->log == log_ &&
                      (*head)->number == view.segment->number &&
                      (*head)->first == view.segment->first &&
                      (!view.sealed ||
                       ((*head)->mark.closed && (*head)->mark.end == *bytes && *bytes == view.end));
    if (!fits) {
      faults_.add_fault(name_of(view) + ": its header does not fit");
    }
  }

  void check_records(const SegmentView& view, const File& file, IndexBuilder& index) {
    FrameReader frames(file, segment_head_bytes, view.end);
    std::uint64_t position = view.segment->first;
    while (frames.offset() < view.end) {
      const auto frame = frames.next();
      if (!frame || !*frame) {
        faults_.add_fault(name_of(view) + ": record " + std::to_string(position) +
                          " is damaged, and those behind it cannot be read");
        return;
      }
      check_record(position, **frame, index);
      tree_.add(commitment_of(**frame));
      ++position;
    }
    if (position != view.segment->first + view.count) {
      faults_.add_fault(name_of(view) + ": it holds another number of records than it should");
    }
  }

  void check_record(std::uint64_t position, const Frame& frame, IndexBuilder& index) {
    if (frame.erased) {
      ++erased_;
      erasures_.see_erased(position, frame.kind);
      index.add(frame.offset, nullptr);
      return;
    }
    const auto record = read_record(frame.record());
    again_.clear();
    if (record) {
      write_record(*record, record->time, again_);
    }
    if (!record || record->kind != frame.kind || !std::ranges::equal(again_, frame.record())) {
      faults_.add_fault("record " + std::to_string(position) + " is not written as it should be");
      return;
    }
    erasures_.see(position, *record);
    if (record->act == Act::administered && record->operation == restore_operation) {
      restores_.push_back({position, record->time, record->reason.text});
    }
    const auto keys = read_keys(frame.record());
    index.add(frame.offset, keys ? &*keys : nullptr);
  }

  void check_index(const SegmentView& view, const IndexBuilder& index) {
    const auto stored = read_file(view.segment->index_path, index_bytes_max);
    if (!stored && stored.error().code == ErrorCode::not_found) {
      return; // it will be made when it is needed
    }
    const SegmentHead head{log_, view.segment->number, view.segment->first, {}};
    if (!stored || *stored != index.file_bytes(head, view.end)) {
      faults_.add_fault(view.segment->index_path.filename().string() +
                        " is not the index of its segment");
    }
  }

  const LogId log_;
  TreeCheck& tree_;
  TreeReport faults_;
  ErasureCheck erasures_;
  std::vector<LogRestore> restores_;
  std::uint64_t erased_ = 0;
  std::vector<std::uint8_t> again_;
};

} // namespace

Result<LogReport> Log::verify(const std::vector<std::string>& notes) {
  std::vector<Checkpoint> checkpoints;
  for (const std::string& note : notes) {
    const auto opened = open_checkpoint(note, impl_->key->verifier());
    if (!opened) {
      return tl::unexpected(opened.error());
    }
    checkpoints.push_back(*opened);
  }
  LogReport report;
  auto note = checkpoint();
  if (!note && note.error().code != ErrorCode::corrupt) {
    return tl::unexpected(note.error());
  }
  // A tree that cannot go on is a finding: what was signed last is compared then.
  auto last = read_file(impl_->tree() / "checkpoint", note_bytes_max);
  const auto own =
      last ? open_checkpoint(*last, impl_->key->verifier()) : tl::unexpected(last.error());
  if (!own) {
    report.faults.push_back("tree/checkpoint: " + own.error().message);
    return report;
  }
  if (!note) {
    report.faults.push_back(note.error().message);
  }
  report.checkpoint = *last;
  checkpoints.push_back(*own);

  const std::shared_lock files(impl_->files_mutex);
  TreeCheck tree(impl_->tree(), own->size, std::move(checkpoints));
  LogCheck check(impl_->journal->log_id(), tree);
  const auto views = impl_->journal->view();
  for (const SegmentView& view : views) {
    check.check(view);
  }
  TreeReport found = check.finish();
  report.records = found.entries;
  report.erased = check.erased();
  report.restores = std::move(check.restores());
  report.segments = views.size();
  report.tiles = found.tiles;
  report.faults.insert(report.faults.end(), found.faults.begin(), found.faults.end());
  return report;
}

} // namespace grunndata::registry::audit
