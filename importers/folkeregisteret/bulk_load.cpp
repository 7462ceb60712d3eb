#include "importers/folkeregisteret/bulk_load.h"

#include "importers/folkeregisteret/mapping_pool.h"
#include "importers/folkeregisteret/record_reader.h"
#include "importers/reading/load_cursor.h"

#include <algorithm>
#include <deque>
#include <future>
#include <memory>

namespace grunndata::importers::folkeregisteret {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::string_view cursor_key = "cursor/import/folkeregisteret";
constexpr std::uint32_t bulk_batch_records = 6'000;
constexpr std::size_t commits_in_flight_max = 2;
/// Records mapped at once: few enough to stay in a processor's cache on their way to the writer.
constexpr std::uint32_t part_records = 250;

class Loader {
public:
  Loader(registry::Registry& registry, const LoadOptions& options, RecordReader reader)
      : registry_(registry), options_(options), reader_(std::move(reader)),
        bulk_(registry.newest_sequence() == 0),
        batch_records_(bulk_ ? std::max(options.batch_records, bulk_batch_records)
                             : options.batch_records),
        pool_(options.mapping, options.mapping_threads, spare_) {
    cursor_.extracted_at = options.extracted_at;
    cursor_.paths = reading::joined_paths(options.paths);
  }

  Result<LoadResult> run();

private:
  /// What is to be committed together: handed to the pool, perhaps mapped.
  struct Group {
    std::deque<std::future<MappedBatch>> parts;
    std::uint64_t records = 0;
    MappingReport report; ///< of the parts that the writer has taken
  };
  struct Commit {
    std::future<Result<registry::ImportCounts>> counts;
    std::shared_ptr<const Group> group;
  };

  Result<void> skip_to_cursor();
  bool read_part(RawBatch& part, std::uint32_t records_max);
  bool read_group(Group& group);
  void commit(std::shared_ptr<Group> group);
  Result<void> await_commit();
  Result<void> drain(std::size_t groups_max, std::size_t commits_max);
  bool must_stop();
  Result<void> close();

  registry::Registry& registry_;
  const LoadOptions& options_;
  RecordReader reader_;
  const bool bulk_;
  const std::uint32_t batch_records_;
  reading::LoadCursor cursor_;
  LoadResult result_;
  std::deque<Commit> commits_;
  std::deque<std::shared_ptr<Group>> groups_;
  std::shared_ptr<SpareMemory> spare_ = std::make_shared<SpareMemory>();
  MappingPool pool_; ///< last: its threads end before what they write to
};

Result<void> Loader::skip_to_cursor() {
  const auto kept = registry::read_mark(registry_, cursor_key);
  if (!kept) {
    return tl::unexpected(kept.error());
  }
  if (!*kept) {
    return {}; // the load had not come as far as its first batch, or it had ended
  }
  const auto cursor = reading::read_cursor(**kept);
  if (!cursor) {
    return fail(ErrorCode::corrupt, "the position of the interrupted load cannot be read");
  }
  if (cursor->paths != cursor_.paths) {
    return fail(ErrorCode::invalid,
                "the interrupted load read other paths; name the same, or start without --resume");
  }
  cursor_ = *cursor;
  result_.records_before = cursor_.records;
  Record record;
  for (std::uint64_t skipped = 0; skipped < cursor_.records && !must_stop();) {
    const auto more = reader_.next(record);
    if (more && !*more) {
      return fail(ErrorCode::invalid, "the source has fewer records than were loaded before");
    }
    skipped += more ? 1 : 0; // a path that cannot be read on is left, as it was before
  }
  return {};
}

/// False at the end of the source. A path that cannot be read on is noted and left.
/// After a request to stop the part is empty: what fed a pipe may have been stopped along with us,
/// so that its last record is only half a record.
bool Loader::read_part(RawBatch& part, std::uint32_t records_max) {
  const auto stops = [this] { return options_.stop_requested && options_.stop_requested(); };
  Record record;
  bool more = true;
  while (more && part.records.size() < records_max && !stops()) {
    const auto next = reader_.next(record);
    if (!next) {
      result_.source_fault = next.error().message; // the rest of that path is given up
    } else if (*next) {
      part.add(record);
    } else {
      more = false;
    }
  }
  if (stops()) {
    part.clear();
  }
  return more;
}

/// Reads the records of one commit, and has them mapped part by part. False at the end.
bool Loader::read_group(Group& group) {
  bool more = true;
  while (more && group.records < batch_records_ && !must_stop()) {
    RawBatch part = spare_->raw();
    const auto missing = static_cast<std::uint32_t>(batch_records_ - group.records);
    more = read_part(part, std::min(missing, part_records));
    if (!part.records.empty()) {
      group.records += part.records.size();
      group.parts.push_back(pool_.submit(std::move(part)));
    }
  }
  return more;
}

/// A load past the log has the writer to itself, so that it may wait for what is being mapped.
void Loader::commit(std::shared_ptr<Group> group) {
  if (!bulk_) {
    for (const auto& part : group->parts) {
      part.wait();
    }
  }
  cursor_.records += group->records;
  registry::ImportBatch batch;
  batch.source = registry::Source::folkeregisteret;
  batch.stamp = {cursor_.extracted_at};
  batch.cursor_key = cursor_key;
  batch.cursor_value = reading::write_cursor(cursor_);
  batch.bulk = bulk_;
  batch.next = [group, spare = spare_](registry::ImportPart& part) {
    spare->give(std::move(part));
    if (group->parts.empty()) {
      return false;
    }
    MappedBatch mapped = group->parts.front().get();
    group->parts.pop_front();
    group->report.merge(mapped.report);
    part = std::move(mapped.part);
    return true;
  };
  auto promise = std::make_shared<std::promise<Result<registry::ImportCounts>>>();
  commits_.push_back({promise->get_future(), std::move(group)});
  registry::submit_import(
      registry_, std::move(batch),
      [promise](Result<registry::ImportCounts> counts) { promise->set_value(std::move(counts)); });
}

Result<void> Loader::await_commit() {
  Commit commit = std::move(commits_.front());
  commits_.pop_front();
  const auto counts = commit.counts.get();
  if (!counts) {
    return tl::unexpected(counts.error());
  }
  result_.report.merge(commit.group->report);
  LoadFigures& figures = result_.figures;
  figures.read += commit.group->records;
  figures.written += counts->written;
  figures.unchanged += counts->unchanged;
  figures.superseded += counts->superseded;
  figures.quarantined += counts->quarantined;
  if (options_.totals != nullptr) {
    options_.totals->written += counts->written;
    options_.totals->unchanged += counts->unchanged;
    options_.totals->superseded += counts->superseded;
    options_.totals->quarantined += counts->quarantined;
  }
  figures.bytes = reader_.bytes_taken();
  figures.bytes_total = reader_.bytes_total();
  if (options_.progress) {
    options_.progress(figures);
  }
  return {};
}

/// Moves work on until no more than so many groups wait to be committed and are being committed.
Result<void> Loader::drain(std::size_t groups_max, std::size_t commits_max) {
  while (groups_.size() > groups_max) {
    while (commits_.size() >= commits_in_flight_max) {
      if (auto waited = await_commit(); !waited) {
        return waited;
      }
    }
    commit(std::move(groups_.front()));
    groups_.pop_front();
  }
  while (commits_.size() > commits_max) {
    if (auto waited = await_commit(); !waited) {
      return waited;
    }
  }
  return {};
}

bool Loader::must_stop() {
  if (options_.errors_max && result_.figures.quarantined > *options_.errors_max) {
    result_.end = LoadEnd::too_many_errors;
    return true;
  }
  if (options_.stop_requested && options_.stop_requested()) {
    result_.end = LoadEnd::stopped;
    return true;
  }
  return false;
}

Result<void> Loader::close() {
  result_.extracted_at = cursor_.extracted_at;
  if (result_.end != LoadEnd::complete || result_.source_fault) {
    return {};
  }
  if (auto noted = registry::note_extracted(registry_, registry::Source::folkeregisteret,
                                            cursor_.extracted_at);
      !noted) {
    return noted;
  }
  if (auto marked = registry::write_mark(registry_, cursor_key, ""); !marked || !bulk_) {
    return marked;
  }
  return registry::settle_after_bulk(registry_);
}

Result<LoadResult> Loader::run() {
  if (options_.resume) {
    if (auto skipped = skip_to_cursor(); !skipped) {
      return tl::unexpected(skipped.error());
    }
  }
  const std::size_t groups_max = bulk_ ? 0 : 1;
  Result<void> may;
  for (bool more = true; more && !must_stop();) {
    if (options_.may_go_on) {
      may = options_.may_go_on();
    }
    if (!may) {
      break;
    }
    auto group = std::make_shared<Group>();
    more = read_group(*group);
    if (group->records != 0) {
      groups_.push_back(std::move(group));
    }
    if (auto drained = drain(groups_max, commits_in_flight_max); !drained) {
      return tl::unexpected(drained.error());
    }
  }
  const bool give_up = result_.end == LoadEnd::too_many_errors;
  if (auto drained = drain(give_up ? groups_.size() : 0, 0); !drained) {
    return tl::unexpected(drained.error());
  }
  if (!may) {
    return tl::unexpected(may.error());
  }
  must_stop(); // errors of the last batches count too
  if (auto closed = close(); !closed) {
    return tl::unexpected(closed.error());
  }
  return std::move(result_);
}

} // namespace

Result<LoadResult> load(registry::Registry& registry, const LoadOptions& options) {
  auto reader = RecordReader::open(options.paths, {.standard_input = options.standard_input});
  if (!reader) {
    return tl::unexpected(reader.error());
  }
  if (options.totals != nullptr) {
    ++options.totals->loads_begun;
  }
  auto result = Loader(registry, options, std::move(*reader)).run();
  if (options.totals != nullptr) {
    ++options.totals->loads_ended;
  }
  return result;
}

Result<registry::WriteOutcome> retry_quarantined(registry::Registry& registry, std::uint64_t number,
                                                 const MappingOptions& mapping) {
  const auto entry = registry::quarantined(registry, number);
  if (!entry) {
    return tl::unexpected(entry.error());
  }
  registry::ImportBatch batch;
  MappingReport report;
  batch.items.resize(1);
  batch.stamp = {entry->extracted_at};
  batch.origins = {entry->origin};
  const auto mapped = PersonMapper(mapping).map(entry->raw, batch.items.front().record, report);
  if (!mapped) {
    return fail(ErrorCode::invalid,
                "still refused: " + mapped.error().reason + " at " + mapped.error().json_path);
  }
  std::promise<Result<registry::ImportCounts>> promise;
  auto counts = promise.get_future();
  registry::submit_import(
      registry, std::move(batch),
      [&promise](Result<registry::ImportCounts> result) { promise.set_value(std::move(result)); });
  const auto outcome = counts.get();
  if (!outcome) {
    return tl::unexpected(outcome.error());
  }
  if (outcome->quarantined != 0) {
    return fail(ErrorCode::invalid, "still refused by the registry; see the newest entry");
  }
  if (auto released = registry::release_quarantined(registry, number); !released) {
    return tl::unexpected(released.error());
  }
  if (outcome->written != 0) {
    return registry::WriteOutcome::written;
  }
  return outcome->unchanged != 0 ? registry::WriteOutcome::unchanged
                                 : registry::WriteOutcome::superseded;
}

registry::Renderer make_renderer(const MappingOptions& mapping) {
  struct Mappers {
    PersonMapper whole;
    PersonMapper single;
    MappingReport report;
  };
  MappingOptions single = mapping;
  single.require_identifier = false;
  auto mappers =
      std::make_shared<Mappers>(Mappers{PersonMapper(mapping), PersonMapper(single), {}});
  return [mappers](std::string_view json, bool single_element,
                   registry::SourceRecord& record) -> Result<void> {
    mappers->report.clear();
    PersonMapper& mapper = single_element ? mappers->single : mappers->whole;
    const auto mapped = mapper.map(json, record, mappers->report);
    if (!mapped) {
      return fail(ErrorCode::invalid, mapped.error().message);
    }
    return {};
  };
}

} // namespace grunndata::importers::folkeregisteret
