#include "registry/import_batch.h"

#include "registry/person_writer.h"
#include "registry/quarantine.h"
#include "registry/registry_impl.h"

#include <cstring>
#include <memory>

namespace grunndata::registry {

namespace {

using store::Family;

std::string extracted_key(Source source) {
  return std::string(meta::extracted_prefix) + std::to_string(static_cast<unsigned>(source));
}

Result<std::uint64_t> newest_quarantine(const Transaction& transaction) {
  store::Pinned pin;
  const auto value = transaction.get(Family::meta, meta::quarantine_newest, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  return *value ? number_of_key(**value) : 0;
}

Result<void> put_quarantine(Transaction& transaction, const ImportBatch& batch,
                            const ImportPart& part, std::span<const QuarantineDraft> drafts) {
  auto number = newest_quarantine(transaction);
  if (!number) {
    return tl::unexpected(number.error());
  }
  for (const QuarantineDraft& draft : drafts) {
    QuarantineEntry entry;
    entry.source = batch.source;
    entry.origin = draft.origin < part.origins.size() ? part.origins[draft.origin] : "";
    entry.record = draft.number;
    entry.byte_offset = draft.byte_offset;
    entry.json_path = draft.json_path;
    entry.reason = draft.reason;
    entry.message = draft.message;
    entry.raw = draft.raw;
    entry.when = transaction.time();
    entry.extracted_at = batch.stamp.extracted_at;
    std::string mark = quarantine_mark(entry);
    store::Pinned pin;
    const auto known = transaction.get(Family::meta, mark, pin);
    if (!known) {
      return tl::unexpected(known.error());
    }
    if (*known) {
      continue; // imported before, and refused for the same reason
    }
    transaction.put(Family::meta, std::move(mark), key_of_number(++*number));
    transaction.put(Family::quarantine, key_of_number(*number), write_quarantine(entry));
  }
  transaction.put(Family::meta, std::string(meta::quarantine_newest), key_of_number(*number));
  return {};
}

Result<ImportCounts> write_part(Transaction& transaction, PersonWriter& writer,
                                const ImportBatch& batch, const ImportPart& part) {
  ImportCounts counts;
  std::vector<QuarantineDraft> refused = part.quarantine;
  for (const ImportItem& item : part.items) {
    const auto outcome = writer.write(item.record, batch.stamp);
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
      case WriteOutcome::superseded: ++counts.superseded; break;
    }
  }
  counts.quarantined = refused.size();
  if (!refused.empty()) {
    if (auto put = put_quarantine(transaction, batch, part, refused); !put) {
      return tl::unexpected(put.error());
    }
  }
  return counts;
}

Result<ImportCounts> write_batch(Transaction& transaction, const IdCipher& ids,
                                 const ImportBatch& batch) {
  PersonWriter writer(transaction, ids);
  auto counts = write_part(transaction, writer, batch, batch);
  if (!counts) {
    return counts;
  }
  ImportPart part;
  while (batch.next && batch.next(part)) {
    const auto more = write_part(transaction, writer, batch, part);
    if (!more) {
      return more;
    }
    *counts += *more;
  }
  if (!batch.cursor_key.empty()) {
    transaction.put(Family::meta, batch.cursor_key, batch.cursor_value);
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
  const IdCipher& ids = registry.ids();
  registry.impl().queue->submit(
      [job, &ids](Transaction& transaction) -> Result<void> {
        auto counts = write_batch(transaction, ids, job->batch);
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
  for (const Family family : {Family::identifier, Family::relation}) {
    if (auto compacted = registry.store().compact(family); !compacted) {
      return compacted;
    }
  }
  return {};
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
