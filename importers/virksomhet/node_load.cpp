#include "importers/virksomhet/node_load.h"

#include "importers/reading/load_cursor.h"
#include "importers/reading/record_reader.h"
#include "importers/virksomhet/mapping_pool.h"

#include <algorithm>
#include <deque>
#include <future>
#include <memory>
#include <utility>

namespace grunndata::importers::virksomhet {

using reading::Record;
using reading::RecordReader;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using registry::virksomhet::NodeBatch;
using registry::virksomhet::NodeImportCounts;
using registry::virksomhet::NodeImportPart;
using registry::virksomhet::Refusal;

namespace {

/// Files of more bytes than this are loaded past the write-ahead log.
constexpr std::uint64_t bulk_bytes_min = 16U << 20U;
constexpr std::uint32_t bulk_batch_records = 20'000;
/// Records mapped at once: few enough to stay in a processor's cache on their way to the writer.
constexpr std::uint64_t part_records = 250;
constexpr unsigned mapping_threads = 2;
/// Of a load past the log: while one group's files are built, the next is written.
constexpr std::size_t bulk_commits_max = 2;

Result<RecordReader> open_reader(const NodeLoadOptions& options) {
  reading::RecordReaderOptions reading;
  reading.standard_input = options.standard_input;
  reading.envelopes = options.envelopes;
  reading.tables = options.tables;
  return RecordReader::open(options.paths, reading);
}

std::string cursor_key(const NodeLoadOptions& options) {
  if (!options.cursor_key.empty()) return options.cursor_key;
  return std::string("cursor/import/").append(registry::virksomhet::name_of(options.source));
}

/// A document of a list that is refused.
void refuse_record(const Record& record, reading::MappingFault fault, NodeBatch& batch) {
  if (batch.origins.empty() || batch.origins.back() != record.path) {
    batch.origins.emplace_back(record.path);
  }
  RawPart::Place place;
  place.number = record.record_number;
  place.byte_offset = record.offset;
  place.origin = static_cast<std::uint32_t>(batch.origins.size() - 1);
  batch.quarantine.push_back(refused(place, record.json, std::move(fault)));
}

reading::MappingFault fault_of(const Record& record) {
  return {"$", std::string(record.fault), "the source delivered no usable document here"};
}

/// Both ways of loading: what they read with and report to.
class Load {
 public:
  Load(registry::Registry& registry, const NodeLoadOptions& options, RecordReader reader)
      : registry_(registry), options_(options), reader_(std::move(reader)) {
    result_.extracted_at = options.extracted_at;
    result_.codes = CodeCheck(options.code_lists, options.extracted_at);
  }

 protected:
  /// False at the end. A path that cannot be read on is noted and left.
  bool next(Record& record) {
    while (true) {
      const Result<bool> more = reader_.next(record);
      if (more) return *more;
      result_.source_fault = more.error().message;
    }
  }

  [[nodiscard]] bool stops() {
    if (!options_.stop_requested || !options_.stop_requested()) return false;
    result_.end = NodeLoadEnd::stopped;
    return true;
  }

  void add(const NodeImportCounts& counts) {
    result_.figures.counts += counts;
    result_.figures.bytes = reader_.bytes_taken();
    result_.figures.bytes_total = reader_.bytes_total();
    if (options_.progress) options_.progress(result_.figures);
  }

  /// How old the source is, now that it was read to its end.
  Result<void> note_read() {
    return registry::note_extracted(registry_, static_cast<registry::Source>(options_.source),
                                    result_.extracted_at);
  }

  registry::Registry& registry_;
  const NodeLoadOptions& options_;
  RecordReader reader_;
  NodeLoadResult result_;
};

class Stream : public Load {
 public:
  Stream(registry::Registry& registry, const NodeLoadOptions& options, RecordReader reader,
         NodeMapper& mapper)
      : Load(registry, options, std::move(reader)), mapper_(mapper), key_(cursor_key(options)) {
    cursor_.extracted_at = options.extracted_at;
    cursor_.paths = reading::joined_paths(options.paths);
    const auto total = reader_.bytes_total();
    bulk_ = total && *total >= bulk_bytes_min;
    batch_records_ = bulk_ ? std::max(options.batch_records, bulk_batch_records)
                           : options.batch_records;
  }

  Result<NodeLoadResult> run();

 private:
  /// What is to be committed together: handed to the pool, perhaps mapped.
  struct Group {
    std::deque<std::future<MappedPart>> parts;
    std::uint64_t records = 0;
    /// Of the parts that are mapped.
    std::shared_ptr<std::atomic<std::uint64_t>> left_out =
        std::make_shared<std::atomic<std::uint64_t>>(0);
    reading::MappingReport report; ///< of the parts that the writer has taken
    CodeCheck codes;               ///< of the same
  };

  struct Commit {
    std::shared_ptr<Group> group;
    std::future<Result<NodeImportCounts>> counts;
  };

  Result<void> skip_to_cursor();
  [[nodiscard]] std::uint64_t room_in(const Group& group) const;
  bool read_group(Group& group);
  void submit(std::shared_ptr<Group> group);
  /// Waits until no more than so many groups are being committed.
  Result<void> drain(std::size_t commits_max);
  Result<void> load_all();
  Result<void> close();
  [[nodiscard]] bool has_too_many_errors() {
    const bool too_many = options_.errors_max &&
                          result_.figures.counts.quarantined > *options_.errors_max;
    if (too_many) result_.end = NodeLoadEnd::too_many_errors;
    return too_many;
  }

  NodeMapper& mapper_;
  std::string key_;
  reading::LoadCursor cursor_;
  bool bulk_ = false;
  std::uint32_t batch_records_ = 0;
  std::deque<Commit> commits_;
  std::shared_ptr<SpareParts> spare_ = std::make_shared<SpareParts>();
  std::optional<MappingPool> pool_; ///< last: its threads end before what they write to
};

/// What is skipped is mapped all the same: a mapper may learn from it.
Result<void> Stream::skip_to_cursor() {
  const auto kept = registry::read_mark(registry_, key_);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return {}; // it had not come as far as its first batch, or it had ended
  auto cursor = reading::read_cursor(**kept);
  if (!cursor) {
    return fail(ErrorCode::corrupt, "the position of the interrupted load cannot be read");
  }
  if (cursor->paths != cursor_.paths) {
    return fail(ErrorCode::invalid,
                "the interrupted load read other paths; name the same, or start without --resume");
  }
  cursor_ = std::move(*cursor);
  result_.extracted_at = cursor_.extracted_at;
  result_.records_before = cursor_.records;
  Record record;
  registry::virksomhet::NodeRecord mapped;
  reading::MappingReport told_before;
  for (std::uint64_t skipped = 0; skipped < cursor_.records; ++skipped) {
    if (stops()) return {};
    if (!next(record)) {
      return fail(ErrorCode::invalid, "the source has fewer records than were loaded before");
    }
    if (record.fault.empty()) static_cast<void>(mapper_.map(record.json, mapped, told_before));
  }
  return {};
}

/// How many more records belong into the commit. What is left out does not count, which is known
/// when it is mapped: that is waited for where the first part has told that it happens.
std::uint64_t Stream::room_in(const Group& group) const {
  const auto room = [&] {
    const std::uint64_t taken = group.records - *group.left_out;
    return taken < batch_records_ ? batch_records_ - taken : 0;
  };
  if (room() != 0 || group.parts.empty()) return room();
  group.parts.front().wait();
  if (*group.left_out == 0) return 0;
  for (const auto& part : group.parts) part.wait();
  return room();
}

/// Has the records of one commit mapped part by part. False at the end. After a request to stop the
/// group is not to be written: what fed a pipe may have been stopped along with us, so that its
/// last record is only half a record.
bool Stream::read_group(Group& group) {
  Record record;
  bool more = true;
  for (std::uint64_t room = batch_records_; more && room != 0; room = room_in(group)) {
    const std::uint64_t wanted = std::min(room, part_records);
    RawPart part = spare_->raw();
    while (more && part.records.size() < wanted) {
      if (stops()) return false;
      more = next(record);
      if (more) part.add(record);
    }
    if (part.records.empty()) break;
    group.records += part.records.size();
    group.parts.push_back(pool_->submit(std::move(part), group.left_out));
  }
  return more;
}

void Stream::submit(std::shared_ptr<Group> group) {
  if (!bulk_) { // a load past the log has the writer to itself: it may wait for what is mapped
    for (const auto& part : group->parts) part.wait();
  }
  cursor_.records += group->records;
  NodeBatch batch;
  batch.source = options_.source;
  batch.stamp = {cursor_.extracted_at};
  batch.cursor_key = key_;
  batch.cursor_value = reading::write_cursor(cursor_);
  batch.refusal = Refusal::record;
  batch.bulk = bulk_;
  batch.next = [group, spare = spare_, &mapper = mapper_](NodeImportPart& part) {
    spare->give(std::move(part));
    if (group->parts.empty()) return false;
    MappedPart mapped = group->parts.front().get();
    group->parts.pop_front();
    group->report.merge(mapped.report);
    group->codes.merge(mapped.codes);
    part = std::move(mapped.part);
    for (auto& item : part.items) mapper.relate(item.record);
    return true;
  };
  auto promise = std::make_shared<std::promise<Result<NodeImportCounts>>>();
  commits_.push_back({std::move(group), promise->get_future()});
  registry::virksomhet::submit_nodes(
      registry_, std::move(batch),
      [promise](Result<NodeImportCounts> counts) { promise->set_value(std::move(counts)); });
}

Result<void> Stream::drain(std::size_t commits_max) {
  while (commits_.size() > commits_max) {
    Commit commit = std::move(commits_.front());
    commits_.pop_front();
    const Result<NodeImportCounts> counts = commit.counts.get();
    if (!counts) return tl::unexpected(counts.error());
    result_.figures.read += commit.group->records;
    result_.figures.left_out += *commit.group->left_out;
    result_.report.merge(commit.group->report);
    result_.codes.merge(commit.group->codes);
    add(*counts);
  }
  return {};
}

Result<void> Stream::close() {
  if (result_.end != NodeLoadEnd::complete || result_.source_fault) return {};
  if (auto noted = note_read(); !noted) return noted;
  if (auto marked = registry::write_mark(registry_, key_, ""); !marked || !bulk_) return marked;
  return registry::virksomhet::settle_after_node_bulk(registry_);
}

/// Groups are written while the next is read and mapped.
Result<void> Stream::load_all() {
  const std::size_t commits_max = bulk_ ? bulk_commits_max : 1;
  pool_.emplace(mapper_, mapping_threads, spare_, result_.codes);
  for (bool more = true; more && result_.end == NodeLoadEnd::complete;) {
    if (auto may = options_.may_go_on ? options_.may_go_on() : Result<void>{}; !may) {
      auto written = drain(0);
      return written ? may : written;
    }
    auto group = std::make_shared<Group>();
    more = read_group(*group);
    if (auto written = drain(commits_max - 1); !written) return written;
    if (result_.end != NodeLoadEnd::complete || has_too_many_errors()) break;
    if (group->records != 0) submit(std::move(group));
  }
  return drain(0);
}

Result<NodeLoadResult> Stream::run() {
  if (options_.resume) {
    if (auto skipped = skip_to_cursor(); !skipped) return tl::unexpected(skipped.error());
  }
  if (auto loaded = load_all(); !loaded) return tl::unexpected(loaded.error());
  static_cast<void>(has_too_many_errors()); // errors of the last batches count too
  if (auto closed = close(); !closed) return tl::unexpected(closed.error());
  return std::move(result_);
}

class Whole : public Load {
 public:
  using Load::Load;

  Result<NodeLoadResult> run(NodeList& list) {
    NodeBatch batch;
    Record record;
    while (!stops() && next(record)) {
      ++result_.figures.read;
      auto fault = record.fault.empty() ? list.add(record.json, result_.report)
                                        : std::optional(fault_of(record));
      if (fault) refuse_record(record, std::move(*fault), batch);
    }
    if (result_.end != NodeLoadEnd::complete || result_.source_fault) return std::move(result_);
    const std::uint64_t refused = batch.quarantine.size();
    if (options_.errors_max && refused > *options_.errors_max) {
      result_.end = NodeLoadEnd::too_many_errors;
      result_.figures.counts.quarantined = refused;
      return std::move(result_);
    }
    if (options_.may_go_on) {
      if (auto may = options_.may_go_on(); !may) return tl::unexpected(may.error());
    }
    fill(list, batch);
    const auto counts = registry::virksomhet::import_nodes(registry_, std::move(batch));
    if (!counts) return tl::unexpected(counts.error());
    add(*counts);
    if (auto noted = note_read(); !noted) return tl::unexpected(noted.error());
    return std::move(result_);
  }

 private:
  void fill(NodeList& list, NodeBatch& batch) {
    batch.source = options_.source;
    batch.stamp = {options_.extracted_at};
    batch.refusal = Refusal::batch;
    batch.complete = options_.complete && batch.quarantine.empty();
    batch.origins.emplace_back(options_.paths.front());
    const auto origin = static_cast<std::uint32_t>(batch.origins.size() - 1);
    for (auto& record : list.records()) {
      auto& item = batch.items.emplace_back();
      item.record = std::move(record);
      result_.codes.look_at(item.record);
      item.number = batch.items.size();
      item.origin = origin;
    }
    batch.events = list.events();
  }
};

} // namespace

Result<NodeLoadResult> load_stream(registry::Registry& registry, const NodeLoadOptions& options,
                                   NodeMapper& mapper) {
  auto reader = open_reader(options);
  if (!reader) return tl::unexpected(reader.error());
  return Stream(registry, options, std::move(*reader), mapper).run();
}

Result<registry::WriteOutcome> retry_quarantined(registry::Registry& registry,
                                                 const registry::QuarantineEntry& entry,
                                                 NodeMapper& mapper) {
  NodeBatch batch;
  reading::MappingReport report;
  auto mapped = mapper.map(entry.raw, batch.items.emplace_back().record, report);
  if (!mapped) return fail(ErrorCode::invalid, mapped.error().message);
  if (*mapped == Mapped::nothing) return fail(ErrorCode::invalid, "the record is not wanted");
  batch.source = static_cast<registry::virksomhet::NodeSource>(entry.source);
  batch.stamp = {entry.extracted_at};
  batch.refusal = Refusal::record;
  batch.origins = {entry.origin};
  batch.items.front().number = entry.record;
  batch.items.front().byte_offset = entry.byte_offset;
  const auto counts = registry::virksomhet::import_nodes(registry, std::move(batch));
  if (!counts) return tl::unexpected(counts.error());
  if (counts->quarantined != 0) {
    return fail(ErrorCode::invalid, "the record still breaks a rule of the structure");
  }
  if (auto released = registry::release_quarantined(registry, entry.number); !released) {
    return tl::unexpected(released.error());
  }
  if (counts->superseded != 0) return registry::WriteOutcome::superseded;
  return counts->written != 0 ? registry::WriteOutcome::written
                              : registry::WriteOutcome::unchanged;
}

Result<NodeLoadResult> load_list(registry::Registry& registry, const NodeLoadOptions& options,
                                 NodeList& list) {
  auto reader = open_reader(options);
  if (!reader) return tl::unexpected(reader.error());
  return Whole(registry, options, std::move(*reader)).run(list);
}

} // namespace grunndata::importers::virksomhet
