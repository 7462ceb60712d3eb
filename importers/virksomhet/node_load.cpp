#include "importers/virksomhet/node_load.h"

#include "importers/reading/load_cursor.h"
#include "importers/reading/record_reader.h"

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
using registry::virksomhet::Refusal;

namespace {

/// Files of more bytes than this are loaded past the write-ahead log.
constexpr std::uint64_t bulk_bytes_min = 16U << 20U;

Result<RecordReader> open_reader(const NodeLoadOptions& options) {
  reading::RecordReaderOptions reading;
  reading.standard_input = options.standard_input;
  reading.envelopes = options.envelopes;
  reading.tables = options.tables;
  return RecordReader::open(options.paths, reading);
}

std::string cursor_key(const NodeLoadOptions& options) {
  return std::string("cursor/import/").append(registry::virksomhet::name_of(options.source));
}

std::uint32_t origin_of(std::string_view path, std::vector<std::string>& origins) {
  if (origins.empty() || origins.back() != path) origins.emplace_back(path);
  return static_cast<std::uint32_t>(origins.size() - 1);
}

void refuse_record(const Record& record, reading::MappingFault fault, NodeBatch& batch) {
  registry::QuarantineDraft draft;
  draft.number = record.record_number;
  draft.byte_offset = record.offset;
  draft.origin = origin_of(record.path, batch.origins);
  draft.json_path = std::move(fault.json_path);
  draft.reason = std::move(fault.reason);
  draft.message = std::move(fault.message);
  draft.raw = record.json;
  batch.quarantine.push_back(std::move(draft));
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
  }

  Result<NodeLoadResult> run();

 private:
  Result<void> skip_to_cursor();
  bool read_batch(NodeBatch& batch);
  void take(const Record& record, NodeBatch& batch);
  void submit(NodeBatch batch);
  Result<void> await_commit();
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
  std::uint64_t read_ = 0;     ///< of the batch being made
  std::uint64_t left_out_ = 0; ///< of the same
  std::optional<std::future<Result<NodeImportCounts>>> commit_;
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

void Stream::take(const Record& record, NodeBatch& batch) {
  ++read_;
  if (!record.fault.empty()) return refuse_record(record, fault_of(record), batch);
  registry::virksomhet::NodeImportItem& item = batch.items.emplace_back();
  auto mapped = mapper_.map(record.json, item.record, result_.report);
  if (mapped && *mapped == Mapped::node) {
    item.number = record.record_number;
    item.byte_offset = record.offset;
    item.origin = origin_of(record.path, batch.origins);
    return;
  }
  batch.items.pop_back();
  if (mapped) {
    ++left_out_;
  } else {
    refuse_record(record, std::move(mapped.error()), batch);
  }
}

/// False at the end. After a request to stop the batch is not to be written: what fed a pipe may
/// have been stopped along with us, so that its last record is only half a record.
bool Stream::read_batch(NodeBatch& batch) {
  Record record;
  read_ = 0;
  left_out_ = 0;
  while (batch.items.size() + batch.quarantine.size() < options_.batch_records) {
    if (stops() || !next(record)) return false;
    take(record, batch);
  }
  return true;
}

void Stream::submit(NodeBatch batch) {
  cursor_.records += read_;
  result_.figures.read += read_;
  result_.figures.left_out += left_out_;
  batch.source = options_.source;
  batch.stamp = {cursor_.extracted_at};
  batch.cursor_key = key_;
  batch.cursor_value = reading::write_cursor(cursor_);
  batch.refusal = Refusal::record;
  batch.bulk = bulk_;
  auto promise = std::make_shared<std::promise<Result<NodeImportCounts>>>();
  commit_ = promise->get_future();
  registry::virksomhet::submit_nodes(
      registry_, std::move(batch),
      [promise](Result<NodeImportCounts> counts) { promise->set_value(std::move(counts)); });
}

Result<void> Stream::await_commit() {
  if (!commit_) return {};
  const Result<NodeImportCounts> counts = commit_->get();
  commit_.reset();
  if (!counts) return tl::unexpected(counts.error());
  add(*counts);
  return {};
}

Result<void> Stream::close() {
  if (result_.end != NodeLoadEnd::complete || result_.source_fault) return {};
  if (auto noted = note_read(); !noted) return noted;
  if (auto marked = registry::write_mark(registry_, key_, ""); !marked || !bulk_) return marked;
  return registry::virksomhet::settle_after_node_bulk(registry_);
}

Result<NodeLoadResult> Stream::run() {
  if (options_.resume) {
    if (auto skipped = skip_to_cursor(); !skipped) return tl::unexpected(skipped.error());
  }
  Result<void> may;
  for (bool more = true; more && result_.end == NodeLoadEnd::complete;) {
    if (options_.may_go_on) may = options_.may_go_on();
    if (!may) break;
    NodeBatch batch;
    more = read_batch(batch);
    if (auto written = await_commit(); !written) return tl::unexpected(written.error());
    if (result_.end != NodeLoadEnd::complete || has_too_many_errors()) break;
    if (read_ != 0) submit(std::move(batch));
  }
  if (auto written = await_commit(); !written) return tl::unexpected(written.error());
  if (!may) return tl::unexpected(may.error());
  static_cast<void>(has_too_many_errors()); // errors of the last batch count too
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
    const std::uint32_t origin = origin_of(options_.paths.front(), batch.origins);
    for (auto& record : list.records()) {
      auto& item = batch.items.emplace_back();
      item.record = std::move(record);
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
