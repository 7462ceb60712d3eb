#include "registry/import_batch.h"

#include "registry/person_writer.h"
#include "registry/purge/quarantined.h"
#include "registry/quarantine.h"
#include "registry/registry_impl.h"

#include <cstring>
#include <memory>
#include <thread>

namespace grunndata::registry {

namespace {

using store::Family;

std::string extracted_key(Source source) {
  return std::string(meta::extracted_prefix) + std::to_string(static_cast<unsigned>(source));
}

/// One batch on its way into a transaction.
class BatchWork {
public:
  BatchWork(Transaction& transaction, Registry::Impl& impl, const ImportBatch& batch)
      : transaction_(transaction), impl_(impl), batch_(batch),
        writer_(transaction, impl.ids, impl.store.get(), &impl.purges) {}

  Result<ImportCounts> run();

private:
  Result<ImportCounts> write_part(const ImportPart& part);
  Result<void> put_quarantine(const ImportPart& part, std::span<const QuarantineDraft> drafts);
  /// Purges what the records asked for beside their own persons.
  Result<void> carry_out_purges();

  Transaction& transaction_;
  Registry::Impl& impl_;
  const ImportBatch& batch_;
  PersonWriter writer_;
  std::vector<std::uint64_t> quarantined_; ///< numbers given here
};

Result<void> BatchWork::put_quarantine(const ImportPart& part,
                                       std::span<const QuarantineDraft> drafts) {
  for (const QuarantineDraft& draft : drafts) {
    QuarantineEntry entry;
    entry.source = batch_.source;
    entry.origin = draft.origin < part.origins.size() ? part.origins[draft.origin] : "";
    entry.record = draft.number;
    entry.byte_offset = draft.byte_offset;
    entry.json_path = draft.json_path;
    entry.reason = draft.reason;
    entry.message = draft.message;
    entry.raw = draft.raw;
    entry.when = transaction_.time();
    entry.extracted_at = batch_.stamp.extracted_at;
    if (auto purged = purge::purge_before_quarantine(transaction_, impl_.ids, entry); !purged) {
      return purged;
    }
    const auto number = keep_quarantined(transaction_, entry);
    if (!number) {
      return tl::unexpected(number.error());
    }
    if (*number) {
      quarantined_.push_back(**number);
    }
  }
  return {};
}

Result<ImportCounts> BatchWork::write_part(const ImportPart& part) {
  ImportCounts counts;
  std::vector<QuarantineDraft> refused = part.quarantine;
  std::vector<const ImportItem*> superseded;
  for (const ImportItem& item : part.items) {
    const auto outcome = writer_.write(item.record, batch_.stamp);
    if (!outcome && outcome.error().code == ErrorCode::invalid) {
      refused.push_back({item.number, item.byte_offset, item.origin, "", "refused",
                         outcome.error().message, item.record.raw});
      continue;
    }
    if (!outcome) {
      return tl::unexpected(outcome.error());
    }
    switch (*outcome) {
      case WriteOutcome::written: ++counts.written; break;
      case WriteOutcome::unchanged: ++counts.unchanged; break;
      case WriteOutcome::superseded: superseded.push_back(&item); break;
    }
  }
  // Somebody whose only number has ceased comes back when the one they were merged into gives the
  // number up, and that record may stand behind theirs.
  for (const ImportItem* item : superseded) {
    const auto outcome = counts.written > 0 ? writer_.write(item->record, batch_.stamp)
                                            : Result<WriteOutcome>(WriteOutcome::superseded);
    if (!outcome) {
      return tl::unexpected(outcome.error());
    }
    ++(*outcome == WriteOutcome::written ? counts.written : counts.superseded);
  }
  counts.quarantined = refused.size();
  if (!refused.empty()) {
    if (auto put = put_quarantine(part, refused); !put) {
      return tl::unexpected(put.error());
    }
  }
  return counts;
}

Result<void> BatchWork::carry_out_purges() {
  if (auto finished = writer_.finish(); !finished) {
    return finished;
  }
  std::vector<purge::Note> notes = writer_.take_notes();
  if (notes.empty()) {
    return {};
  }
  if (auto purged =
          purge::purge_quarantined(transaction_, *impl_.store, impl_.ids, notes, quarantined_);
      !purged) {
    return purged;
  }
  return impl_.purges.record(transaction_, notes);
}

Result<ImportCounts> BatchWork::run() {
  auto counts = write_part(batch_);
  if (!counts) {
    return counts;
  }
  ImportPart part;
  while (batch_.next && batch_.next(part)) {
    const auto more = write_part(part);
    if (!more) {
      return more;
    }
    *counts += *more;
  }
  if (auto purged = carry_out_purges(); !purged) {
    return tl::unexpected(purged.error());
  }
  if (!batch_.cursor_key.empty()) {
    transaction_.put(Family::meta, batch_.cursor_key, batch_.cursor_value);
  }
  return counts;
}

} // namespace

ImportCounts& ImportCounts::operator+=(const ImportCounts& other) noexcept {
  written += other.written;
  unchanged += other.unchanged;
  superseded += other.superseded;
  quarantined += other.quarantined;
  return *this;
}

void submit_import(Registry& registry, ImportBatch batch, ImportDone done) {
  struct Job {
    ImportBatch batch;
    ImportDone done;
    ImportCounts counts;
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
        job->done(written ? Result<ImportCounts>(job->counts)
                          : Result<ImportCounts>(tl::unexpected(written.error())));
      },
      job->batch.bulk ? Lane::bulk : Lane::usual);
}

Result<void> settle_after_bulk(Registry& registry) {
  Result<void> relations;
  std::thread beside([&] { relations = registry.store().compact(Family::relation); });
  Result<void> identifiers = registry.store().compact(Family::identifier);
  beside.join();
  return identifiers ? relations : identifiers;
}

Result<std::optional<std::string>> read_mark(const Registry& registry, std::string_view key) {
  store::Pinned pin;
  const auto found = registry.impl().store->get(Family::meta, key, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  return *found ? std::optional<std::string>(std::string(pin.view())) : std::nullopt;
}

Result<void> write_mark(Registry& registry, std::string_view key, std::string_view value) {
  return registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    if (value.empty()) {
      transaction.erase(Family::meta, std::string(key));
    } else {
      transaction.put(Family::meta, std::string(key), std::string(value));
    }
    return {};
  });
}

Result<void> note_extracted(Registry& registry, Source source, Instant when) {
  const std::string key = extracted_key(source);
  const auto known = read_mark(registry, key);
  if (!known) {
    return tl::unexpected(known.error());
  }
  std::int64_t newest = no_instant;
  if (*known && (*known)->size() == sizeof newest) {
    std::memcpy(&newest, (*known)->data(), sizeof newest);
  }
  if (newest >= when.microseconds) {
    return {};
  }
  return write_mark(registry, key,
                    std::string_view(reinterpret_cast<const char*>(&when.microseconds),
                                     sizeof when.microseconds));
}

Result<std::vector<QuarantineEntry>> quarantined(const Registry& registry, std::uint64_t from,
                                                 std::size_t limit, bool with_raw) {
  std::vector<QuarantineEntry> entries;
  const auto cursor = registry.impl().store->scan(Family::quarantine);
  for (cursor->seek(key_of_number(from)); cursor->valid() && entries.size() < limit;
       cursor->next()) {
    auto entry = read_quarantine(number_of_key(cursor->key()), cursor->value(), with_raw);
    if (!entry) {
      return fail(ErrorCode::corrupt, "a quarantined record cannot be read");
    }
    entries.push_back(std::move(*entry));
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return entries;
}

Result<QuarantineEntry> quarantined(const Registry& registry, std::uint64_t number) {
  auto entries = quarantined(registry, number, 1, true);
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  if (entries->empty() || entries->front().number != number) {
    return fail(ErrorCode::not_found, "nothing is quarantined under that number");
  }
  return std::move(entries->front());
}

Result<void> release_quarantined(Registry& registry, std::uint64_t number) {
  return registry.impl().queue->run([number](Transaction& transaction) -> Result<void> {
    store::Pinned pin;
    const std::string key = key_of_number(number);
    const auto value = transaction.get(Family::quarantine, key, pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    if (!*value) {
      return fail(ErrorCode::not_found, "nothing is quarantined under that number");
    }
    const auto entry = read_quarantine(number, **value, true);
    if (entry) {
      transaction.erase(Family::meta, quarantine_mark(*entry));
    }
    transaction.erase(Family::quarantine, key);
    return {};
  });
}

} // namespace grunndata::registry
