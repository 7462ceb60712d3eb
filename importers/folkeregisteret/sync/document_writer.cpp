#include "importers/folkeregisteret/sync/document_writer.h"

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::ImportCounts;
using registry::Result;

constexpr std::string_view origin = "folkeregisteret";
/// Mapped at once: few enough to share the work of one bulk answer.
constexpr std::size_t part_documents = 250;
constexpr std::chrono::milliseconds room_poll{1'000};

registry::QuarantineDraft not_given(Wanted wanted, const std::string& id, std::uint64_t number) {
  const bool archived = wanted == Wanted::archived_persons;
  registry::QuarantineDraft draft;
  draft.number = number;
  draft.json_path = "$";
  draft.reason = archived ? "document_not_given" : "unknown_at_source";
  draft.message = archived ? "the extract names a document that the source does not give"
                           : "the source told of a change, and did not give the person";
  draft.raw = archived ? R"({"dokumentidentifikator":")" : R"({"foedselsEllerDNummer":")";
  draft.raw.append(id).append("\"}");
  return draft;
}

} // namespace

DocumentWriter::DocumentWriter(registry::Registry& registry, const SyncOptions& options)
    : registry_(registry), options_(options),
      pool_(options.mapping, std::max(1U, options.mapping_threads), spare_) {}

std::future<Result<ImportCounts>> DocumentWriter::write(Job job) {
  struct Waiting {
    std::deque<std::future<MappedBatch>> parts;
    registry::ImportPart unknown; ///< the last part
    bool unknown_given = false;
    std::promise<Result<ImportCounts>> promise;
  };
  auto waiting = std::make_shared<Waiting>();
  auto future = waiting->promise.get_future();
  while (options_.may_go_on) {
    const auto may = options_.may_go_on();
    if (may) break;
    if (options_.notice) options_.notice("waiting: " + may.error().message);
    const auto until = std::chrono::steady_clock::now() + room_poll;
    while (std::chrono::steady_clock::now() < until && !options_.transport.stop->load()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (options_.transport.stop->load()) {
      waiting->promise.set_value(tl::unexpected(may.error()));
      return future;
    }
  }
  std::uint64_t number = job.first_number;
  const auto& documents = job.fetched.documents;
  for (std::size_t at = 0; at < documents.size(); at += part_documents) {
    RawBatch raw = spare_->raw();
    for (std::size_t i = at; i < std::min(at + part_documents, documents.size()); ++i) {
      Record record;
      record.json = documents[i];
      record.path = origin;
      record.record_number = number++;
      raw.add(record);
    }
    waiting->parts.push_back(pool_.submit(std::move(raw)));
  }
  for (const std::string& id : job.fetched.unknown) {
    waiting->unknown.quarantine.push_back(not_given(job.fetched.wanted, id, number++));
  }
  waiting->unknown.origins = {std::string(origin)};
  options_.totals->persons += documents.size();
  options_.totals->person_rate.add(documents.size());
  options_.totals->unknown += job.fetched.unknown.size();
  for (const auto& part : waiting->parts) part.wait(); // not on the writer's thread

  registry::ImportBatch batch;
  batch.source = registry::Source::folkeregisteret;
  batch.stamp = {job.stamp};
  if (!job.cursor_value.empty()) {
    batch.cursor_key = sync_state_key;
    batch.cursor_value = std::move(job.cursor_value);
  }
  batch.bulk = job.bulk;
  batch.next = [waiting, spare = spare_](registry::ImportPart& part) {
    spare->give(std::move(part));
    if (!waiting->parts.empty()) {
      part = std::move(waiting->parts.front().get().part);
      waiting->parts.pop_front();
      return true;
    }
    if (waiting->unknown_given || waiting->unknown.quarantine.empty()) return false;
    waiting->unknown_given = true;
    part = std::move(waiting->unknown);
    return true;
  };
  registry::submit_import(registry_, std::move(batch), [waiting](Result<ImportCounts> counts) {
    waiting->promise.set_value(std::move(counts));
  });
  return future;
}

Result<ImportCounts> DocumentWriter::finish(std::future<Result<ImportCounts>> writing) {
  auto counts = writing.get();
  if (counts) {
    SyncTotals& totals = *options_.totals;
    totals.written += counts->written;
    totals.unchanged += counts->unchanged;
    totals.superseded += counts->superseded;
    totals.quarantined += counts->quarantined;
  }
  return counts;
}

} // namespace grunndata::importers::folkeregisteret::sync
