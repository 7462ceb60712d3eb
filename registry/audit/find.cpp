// Looking records up: by index where one helps, and always at the records themselves.
#include "registry/audit/log_impl.h"
#include "registry/audit/record_codec.h"

#include <algorithm>
#include <limits>

namespace grunndata::registry::audit {

namespace {

bool matches(const Record& record, const Query& query) {
  const Actor& actor = record.actor;
  return (!query.subject || record.subject == query.subject || record.asked == query.subject) &&
         (query.user.empty() || actor.user_hpr == query.user || actor.user_key == query.user) &&
         (query.organisation.empty() || actor.organisation == query.organisation ||
          actor.organisation_parent == query.organisation) &&
         (query.client_id.empty() || actor.client_id == query.client_id) &&
         (!query.act || record.act == *query.act) && (!query.from || record.time >= *query.from) &&
         (!query.to || record.time < *query.to);
}

/// Whether erased records are asked for as well: a question about content cannot be answered yes.
bool narrows(const Query& query) {
  return query.subject || !query.user.empty() || !query.organisation.empty() ||
         !query.client_id.empty() || query.act || query.from || query.to;
}

std::vector<IndexKey> keys_of(const Query& query) {
  std::vector<IndexKey> keys;
  if (query.subject) {
    keys.push_back(subject_key(*query.subject));
  }
  if (!query.user.empty()) {
    keys.push_back(user_key_of(query.user));
  }
  if (!query.organisation.empty()) {
    keys.push_back(organisation_key(query.organisation));
  }
  if (!query.client_id.empty()) {
    keys.push_back(client_key(query.client_id));
  }
  if (query.act && *query.act != Act::read) {
    keys.push_back(act_key(*query.act));
  }
  return keys;
}

/// Whether a record of the segment can have a time that was asked for.
bool overlaps(const SegmentSummary& summary, const Query& query) {
  const auto newest = std::max(summary.newest[0], summary.newest[1]);
  const auto oldest = std::min(summary.oldest[0], summary.oldest[1]);
  return (!query.from || newest >= query.from->microseconds) &&
         (!query.to || oldest < query.to->microseconds);
}

/// Ordinals that an index gives for all keys; nothing: there are no keys, look at all.
Result<std::optional<std::vector<std::uint32_t>>> candidates(const SegmentIndex& index,
                                                             const Query& query) {
  std::optional<std::vector<std::uint32_t>> common;
  if ((query.from || query.to) && !overlaps(index.summary(), query)) {
    return std::vector<std::uint32_t>{};
  }
  for (const IndexKey key : keys_of(query)) {
    auto ordinals = index.find(key);
    if (!ordinals) {
      return tl::unexpected(ordinals.error());
    }
    if (!common) {
      common = std::move(*ordinals);
      continue;
    }
    std::vector<std::uint32_t> both;
    std::ranges::set_intersection(*common, *ordinals, std::back_inserter(both));
    common = std::move(both);
  }
  return common;
}

/// Reads the records of one segment in order and keeps those that match.
class Search {
public:
  Search(const File& file, const SegmentView& view, const Query& query,
         std::vector<StoredRecord>& found)
      : file_(file), view_(view), query_(query), found_(found),
        frames_(file, segment_head_bytes, view.end) {}

  [[nodiscard]] bool full() const { return found_.size() >= query_.limit; }

  Result<void> look_at(std::uint32_t ordinal, const SegmentIndex& index) {
    constexpr std::uint32_t walk_max = 16; // further on, jumping is cheaper than walking
    if (ordinal < next_ || ordinal - next_ > walk_max) {
      const auto place = index.place_before(ordinal);
      if (!place) {
        return tl::unexpected(place.error());
      }
      jump(*place);
    }
    while (next_ < ordinal) {
      if (auto skipped = next_frame(); !skipped) {
        return tl::unexpected(skipped.error());
      }
    }
    return take();
  }

  Result<void> look_at_all(IndexedPlace from) {
    jump(from);
    while (!full() && frames_.offset() < view_.end) {
      if (auto taken = take(); !taken) {
        return taken;
      }
    }
    return {};
  }

private:
  void jump(IndexedPlace place) {
    frames_ = FrameReader(file_, place.offset, view_.end);
    next_ = place.ordinal;
  }

  Result<Frame> next_frame() {
    const auto frame = frames_.next();
    if (!frame || !*frame) {
      return fail(ErrorCode::corrupt, "audit record " +
                                          std::to_string(view_.segment->first + next_) +
                                          " cannot be read");
    }
    ++next_;
    return **frame;
  }

  Result<void> take() {
    StoredRecord stored;
    stored.position = view_.segment->first + next_;
    const auto frame = next_frame();
    if (!frame) {
      return tl::unexpected(frame.error());
    }
    stored.erased = frame->erased;
    if (stored.position < query_.after || full() || (stored.erased && narrows(query_))) {
      return {};
    }
    if (!stored.erased) {
      auto record = read_record(frame->record());
      if (!record) {
        return tl::unexpected(record.error());
      }
      if (!matches(*record, query_)) {
        return {};
      }
      stored.record = std::move(*record);
    }
    found_.push_back(std::move(stored));
    return {};
  }

  const File& file_;
  const SegmentView& view_;
  const Query& query_;
  std::vector<StoredRecord>& found_;
  FrameReader frames_;
  std::uint32_t next_ = 0;
};

} // namespace

Result<void>
Log::Impl::with_index(const SegmentView& view,
                      const std::function<Result<void>(const SegmentIndex&)>& use) const {
  Segment& segment = *view.segment;
  const std::lock_guard lock(segment.index_mutex);
  if (segment.builder) {
    return use(*segment.builder);
  }
  // Sealed, perhaps since `view` was taken: the file is as long as its records.
  const auto file = open_to_read(segment.path);
  const auto bytes = file ? size_of(*file, segment.path) : tl::unexpected(file.error());
  if (!bytes) {
    return tl::unexpected(bytes.error());
  }
  const SegmentHead head{journal->log_id(), segment.number, segment.first, {}};
  auto index = open_index(segment.index_path, head, *bytes);
  if (!index) {
    auto builder = std::make_unique<IndexBuilder>();
    if (auto built = build_index(*file, *bytes, *builder); !built) {
      return built;
    }
    // It helps the next question; on a full disk this one is answered all the same.
    (void)replace_file(segment.index_path, builder->file_bytes(head, *bytes), Durable::no);
    index = std::move(builder);
  }
  return use(*index);
}

Result<void> Log::Impl::find_in(const SegmentView& view, const Query& query,
                                std::vector<StoredRecord>& found) const {
  const auto file = open_to_read(view.segment->path);
  if (!file) {
    return tl::unexpected(file.error());
  }
  Search search(*file, view, query, found);
  return with_index(view, [&](const SegmentIndex& index) -> Result<void> {
    const auto chosen = candidates(index, query);
    if (!chosen) {
      return tl::unexpected(chosen.error());
    }
    if (!*chosen) {
      return search.look_at_all({0, segment_head_bytes});
    }
    for (const std::uint32_t ordinal : **chosen) {
      if (ordinal >= view.count || search.full()) {
        break;
      }
      if (view.segment->first + ordinal < query.after) {
        continue;
      }
      if (auto looked = search.look_at(ordinal, index); !looked) {
        return looked;
      }
    }
    // What was appended since the index last grew.
    const IndexedPlace rest{index.summary().records, view.segment->indexed_end};
    return view.sealed || search.full() ? Result<void>{} : search.look_at_all(rest);
  });
}

Result<std::vector<StoredRecord>> Log::find(const Query& query) const {
  const std::shared_lock files(impl_->files_mutex);
  std::vector<StoredRecord> found;
  for (const SegmentView& view : impl_->journal->view(query.after)) {
    if (found.size() >= query.limit) {
      break;
    }
    if (auto looked = impl_->find_in(view, query, found); !looked) {
      return tl::unexpected(looked.error());
    }
  }
  return found;
}

} // namespace grunndata::registry::audit
