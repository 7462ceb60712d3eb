#include "registry/virksomhet/node_import.h"

#include "registry/keys.h"
#include "registry/node_runs.h"
#include "registry/quarantine.h"
#include "registry/registry_impl.h"
#include "registry/virksomhet/node_writer.h"
#include "registry/virksomhet/removed_nodes.h"

#include <algorithm>
#include <cstring>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::string_view broken_rule = "structure"; ///< reason of what breaks a rule

/// What stands for a batch of events alone: how they are called in their source.
std::string named(const std::vector<NodeEventClaim>& events) {
  std::string text = R"({"events":[)";
  for (const NodeEventClaim& event : events) {
    text += &event == &events.front() ? "\"" : ",\"";
    for (const char c : event.source_key) {
      text += c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '?' : c;
    }
    text += '"';
  }
  return text.append("]}");
}

/// One batch on its way into a transaction.
class BatchWork {
public:
  BatchWork(Transaction& transaction, Registry::Impl& impl, const NodeBatch& batch)
      : transaction_(transaction), impl_(impl), batch_(batch),
        writer_(std::in_place, transaction, impl.ids, batch.source, batch.stamp.extracted_at,
                &impl.purges) {}

  Result<NodeImportCounts> run();

private:
  Result<void> write_together();
  Result<void> write_parts();
  Result<void> write_each(const NodeImportPart& part);
  Result<void> write_one(const NodeRecord& record);
  Result<void> write_events();
  Result<void> withdraw_unsaid();
  Result<void> withdraw_unsaid_events();
  Result<void> put_quarantine(const NodeImportPart& part);
  /// What was said of nodes removed by law goes from quarantine and, later, from the files.
  Result<void> purge_removed();
  void refuse(const NodeImportItem& item, const std::string& message);

  Transaction& transaction_;
  Registry::Impl& impl_;
  const NodeBatch& batch_;
  std::optional<NodeWriter> writer_;
  NodeImportCounts counts_;
  std::vector<QuarantineDraft> refused_; ///< of the part that is written
};

void BatchWork::refuse(const NodeImportItem& item, const std::string& message) {
  refused_.push_back({item.number, item.byte_offset, item.origin, "", std::string(broken_rule),
                      message, item.record.raw});
}

Result<void> BatchWork::write_one(const NodeRecord& record) {
  const auto outcome = writer_->write(record);
  if (!outcome) {
    return tl::unexpected(outcome.error());
  }
  switch (*outcome) {
  case WriteOutcome::written: ++counts_.written; break;
  case WriteOutcome::unchanged: ++counts_.unchanged; break;
  case WriteOutcome::superseded: ++counts_.superseded; break;
  }
  return {};
}

Result<void> BatchWork::write_events() {
  for (const NodeEventClaim& claim : batch_.events) {
    const auto written = writer_->write_event(claim);
    if (!written) {
      return tl::unexpected(written.error());
    }
    counts_.events += *written ? 1 : 0;
  }
  return {};
}

/// All or nothing. What is refused leaves the transaction as it was.
Result<void> BatchWork::write_together() {
  const auto mark = transaction_.mark();
  const auto all = [this]() -> Result<void> {
    for (const NodeImportItem& item : batch_.items) {
      if (auto written = write_one(item.record); !written) {
        return written;
      }
    }
    if (auto written = write_events(); !written) {
      return written;
    }
    if (batch_.complete) {
      if (auto withdrawn = withdraw_unsaid(); !withdrawn) {
        return withdrawn;
      }
    }
    return writer_->check_rules();
  }();
  if (all || all.error().code != ErrorCode::invalid) {
    return all;
  }
  transaction_.roll_back(mark);
  counts_ = {};
  writer_.emplace(transaction_, impl_.ids, batch_.source, batch_.stamp.extracted_at,
                  &impl_.purges);
  for (const NodeImportItem& item : batch_.items) {
    refuse(item, all.error().message);
  }
  if (batch_.items.empty()) {
    refused_.push_back(
        {0, 0, 0, "", std::string(broken_rule), all.error().message, named(batch_.events)});
  }
  return {};
}

Result<void> BatchWork::write_each(const NodeImportPart& part) {
  std::vector<const NodeRecord*> records;
  records.reserve(part.items.size());
  for (const NodeImportItem& item : part.items) {
    records.push_back(&item.record);
  }
  if (auto looked = writer_->look_ahead(records); !looked) {
    return looked;
  }
  for (const NodeImportItem& item : part.items) {
    const auto mark = transaction_.mark();
    const NodeImportCounts before = counts_;
    auto written = write_one(item.record);
    if (written) {
      written = writer_->check_rules();
    }
    if (written) {
      continue;
    }
    if (written.error().code != ErrorCode::invalid) {
      return written;
    }
    transaction_.roll_back(mark);
    counts_ = before;
    writer_->forget_touched();
    refuse(item, written.error().message);
  }
  return put_quarantine(part);
}

Result<void> BatchWork::write_parts() {
  auto written = write_each(batch_);
  NodeImportPart part;
  while (written && batch_.next && batch_.next(part)) {
    written = write_each(part);
  }
  if (!written) {
    return written;
  }
  if (auto events = write_events(); !events) {
    return events;
  }
  return writer_->check_rules();
}

Result<void> BatchWork::withdraw_unsaid() {
  std::set<EntityId> said;
  for (const NodeImportItem& item : batch_.items) {
    const auto node = writer_->node_of(item.record.node_key());
    if (!node) {
      return tl::unexpected(node.error());
    }
    if (*node) {
      said.insert(**node);
    }
  }
  if (auto earlier = transaction_.await_earlier(); !earlier) {
    return earlier;
  }
  const std::string prefix = said_by_key(batch_.source, EntityId{}).substr(0, 2);
  const auto cursor = impl_.store->scan(Family::structure);
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix);
       cursor->next()) {
    EntityId node;
    if (cursor->key().size() != prefix.size() + node.bytes.size()) {
      return fail(ErrorCode::corrupt, "a key of the structure has a wrong size");
    }
    std::memcpy(node.bytes.data(), cursor->key().data() + prefix.size(), node.bytes.size());
    if (said.contains(node)) {
      continue;
    }
    const auto withdrawn = writer_->withdraw(node);
    if (!withdrawn) {
      return tl::unexpected(withdrawn.error());
    }
    counts_.withdrawn += *withdrawn ? 1 : 0;
  }
  if (auto status = cursor->status(); !status) {
    return status;
  }
  return withdraw_unsaid_events();
}

Result<void> BatchWork::withdraw_unsaid_events() {
  std::set<EntityId> said;
  for (const NodeEventClaim& claim : batch_.events) {
    said.insert(event_id(batch_.source, claim.source_key));
  }
  const auto cursor = impl_.store->scan(Family::structure);
  for (cursor->seek("e"); cursor->valid() && cursor->key().starts_with('e'); cursor->next()) {
    const auto events = read_node_events(cursor->value());
    EntityId id;
    if (!events || cursor->key().size() != 1 + id.bytes.size()) {
      return fail(ErrorCode::corrupt, "what happened to a node cannot be read");
    }
    std::memcpy(id.bytes.data(), cursor->key().data() + 1, id.bytes.size());
    const bool is_ours = std::ranges::any_of(*events, [this](const StoredNodeEvent& event) {
      return event.is_live() && event.source == batch_.source;
    });
    if (is_ours && !said.contains(id)) {
      if (auto withdrawn = writer_->withdraw_event(id); !withdrawn) {
        return withdrawn;
      }
      ++counts_.events;
    }
  }
  return cursor->status();
}

Result<void> BatchWork::put_quarantine(const NodeImportPart& part) {
  std::vector<QuarantineDraft> drafts = std::exchange(refused_, {});
  drafts.insert(drafts.end(), part.quarantine.begin(), part.quarantine.end());
  counts_.quarantined += drafts.size();
  QuarantineEntry entry;
  entry.source = static_cast<Source>(batch_.source);
  entry.extracted_at = batch_.stamp.extracted_at;
  entry.when = transaction_.time();
  for (QuarantineDraft& draft : drafts) {
    entry.origin = draft.origin < part.origins.size() ? part.origins[draft.origin] : "";
    entry.record = draft.number;
    entry.byte_offset = draft.byte_offset;
    entry.json_path = std::move(draft.json_path);
    entry.reason = std::move(draft.reason);
    entry.message = std::move(draft.message);
    entry.raw = std::move(draft.raw);
    if (auto kept = keep_quarantined(transaction_, entry); !kept) {
      return tl::unexpected(kept.error());
    }
  }
  return {};
}

Result<void> BatchWork::purge_removed() {
  std::vector<purge::Note> notes;
  for (NodeWriter::Removed& removed : writer_->take_removed()) {
    if (auto purged = purge_quarantined(transaction_, *impl_.store, removed); !purged) {
      return purged;
    }
    notes.push_back(std::move(removed.note));
  }
  return impl_.purges.record(transaction_, notes);
}

Result<NodeImportCounts> BatchWork::run() {
  const std::uint64_t newest_before = transaction_.newest_sequence();
  const bool together = batch_.refusal == Refusal::batch;
  auto written = together ? write_together() : write_parts();
  if (written && together) {
    written = put_quarantine(batch_);
  }
  if (!written) {
    return tl::unexpected(written.error());
  }
  counts_.identifiers_refused = writer_->numbers_refused();
  writer_->finish();
  if (auto purged = purge_removed(); !purged) {
    return tl::unexpected(purged.error());
  }
  if (auto noted = note_node_run(transaction_, *impl_.store, newest_before); !noted) {
    return tl::unexpected(noted.error());
  }
  if (!batch_.cursor_key.empty()) {
    transaction_.put(Family::meta, batch_.cursor_key, batch_.cursor_value);
  }
  return counts_;
}

} // namespace

NodeImportCounts& NodeImportCounts::operator+=(const NodeImportCounts& other) noexcept {
  written += other.written;
  unchanged += other.unchanged;
  superseded += other.superseded;
  withdrawn += other.withdrawn;
  events += other.events;
  quarantined += other.quarantined;
  identifiers_refused += other.identifiers_refused;
  return *this;
}

void submit_nodes(Registry& registry, NodeBatch batch, NodeImportDone done) {
  if (batch.complete && (batch.source == NodeSource::enhetsregisteret ||
                         batch.refusal != Refusal::batch)) {
    done(fail(ErrorCode::invalid, "who is not in a batch of this source is not withdrawn"));
    return;
  }
  if (batch.next && batch.refusal == Refusal::batch) {
    done(fail(ErrorCode::invalid, "what is refused whole must be there whole"));
    return;
  }
  struct Job {
    NodeBatch batch;
    NodeImportDone done;
    NodeImportCounts counts;
  };
  auto job = std::make_shared<Job>(Job{std::move(batch), std::move(done), {}});
  Registry::Impl& impl = registry.impl();
  impl.queue->submit(
      [job, &impl](Transaction& transaction) -> Result<void> {
        auto counts = BatchWork(transaction, impl, job->batch).run();
        if (!counts) {
          return tl::unexpected(counts.error());
        }
        job->counts = *counts;
        return {};
      },
      [job](Result<void> written) {
        job->done(written ? Result<NodeImportCounts>(job->counts)
                          : Result<NodeImportCounts>(tl::unexpected(written.error())));
      },
      job->batch.bulk ? Lane::bulk : Lane::usual);
}

Result<NodeImportCounts> import_nodes(Registry& registry, NodeBatch batch) {
  std::promise<Result<NodeImportCounts>> promise;
  auto answer = promise.get_future();
  submit_nodes(registry, std::move(batch), [&promise](Result<NodeImportCounts> counts) {
    promise.set_value(std::move(counts));
  });
  return answer.get();
}

Result<void> settle_after_node_bulk(Registry& registry) {
  Result<void> numbers;
  std::thread beside([&] { numbers = registry.store().compact(Family::node_key); });
  Result<void> relations = registry.store().compact(Family::structure);
  beside.join();
  return relations ? numbers : relations;
}

} // namespace grunndata::registry::virksomhet
