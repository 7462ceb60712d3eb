// The first half of PersonWriter: whose record is it?
#include "registry/person_writer.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

const IndexEntry* live_entry(const std::vector<IndexEntry>& entries, bool in_use) noexcept {
  const auto found = std::ranges::find_if(entries, [in_use](const IndexEntry& entry) {
    return entry.is_live() && (entry.in_use != 0) == in_use;
  });
  return found == entries.end() ? nullptr : &*found;
}

const IdentifierClaim* primary_of(const SourceRecord& record) noexcept {
  const IdentifierClaim* first = nullptr;
  for (const IdentifierClaim& claim : record.identifiers) {
    if (!claim.is_own) {
      continue;
    }
    if (claim.is_primary) {
      return &claim;
    }
    first = first == nullptr ? &claim : first;
  }
  return first;
}

IdentifierKey key_of_claim(const SourceRecord& record, const IdentifierClaim& claim) noexcept {
  return {claim.type, record.view(claim.text), record.view(claim.assigner)};
}

bool names_own(const SourceRecord& record, const IdentifierKey& key) noexcept {
  return std::ranges::any_of(record.identifiers, [&](const IdentifierClaim& claim) {
    return claim.is_own && key_of_claim(record, claim) == key;
  });
}

} // namespace

Result<std::vector<IndexEntry>> PersonWriter::index_of(const IdentifierKey& key) {
  IdentifierKeyRoom room;
  const std::string_view stored_key = key_of(key, room);
  if (const auto known = std::ranges::find(known_, stored_key, &KnownIndex::key);
      known != known_.end()) {
    return known->entries;
  }
  store::Pinned pin;
  const auto value = transaction_.get(store::Family::identifier, stored_key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto entries = read_index(value->value_or(std::string_view{}));
  if (!entries) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  known_.push_back({std::string(stored_key), *entries});
  return std::move(*entries);
}

void PersonWriter::put_index(const IdentifierKey& key, std::vector<IndexEntry> entries) {
  std::string stored_key = key_of(key);
  transaction_.put(store::Family::identifier, stored_key, write_index(entries));
  if (const auto known = std::ranges::find(known_, stored_key, &KnownIndex::key);
      known != known_.end()) {
    known->entries = std::move(entries);
  }
}

Result<std::int64_t> PersonWriter::confirmed_at(const DocumentHeader& header, const EntityId& id,
                                                Source source) {
  store::Pinned pin;
  const auto mark = transaction_.get(store::Family::freshness, key_of(id, source), pin);
  if (!mark) {
    return tl::unexpected(mark.error());
  }
  std::int64_t confirmed = header.extracted_at;
  if (*mark && (*mark)->size() == sizeof confirmed) {
    std::int64_t later = 0;
    std::memcpy(&later, (*mark)->data(), sizeof later);
    confirmed = std::max(confirmed, later);
  }
  return confirmed;
}

Result<bool> PersonWriter::is_older(const SourceRecord& record, const ImportStamp& stamp,
                                    const DocumentHeader& header, const EntityId& id) {
  const auto confirmed = confirmed_at(header, id, record.source);
  if (!confirmed) {
    return tl::unexpected(confirmed.error());
  }
  return is_older(record, stamp, header, *confirmed);
}

bool PersonWriter::is_older(const SourceRecord& record, const ImportStamp& stamp,
                            const DocumentHeader& header, std::int64_t confirmed) noexcept {
  if (stamp.extracted_at.microseconds != confirmed) {
    return stamp.extracted_at.microseconds < confirmed;
  }
  const std::int64_t registered =
      record.registered_at ? record.registered_at->microseconds : no_instant;
  return registered < header.registered_at;
}

Result<std::optional<EntityId>> PersonWriter::merged_away(const std::vector<IndexEntry>& entries) {
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->is_live() || entry->is_primary == 0) {
      continue;
    }
    store::Pinned pin;
    const auto value = transaction_.get(store::Family::current, entry->entity.view(), pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    const auto document = *value ? DocumentBytes::current(**value)
                                 : Result<DocumentBytes>(fail(ErrorCode::corrupt, "missing"));
    if (!document) {
      continue;
    }
    const auto merged = links::merged_by_source(transaction_, entry->entity, document->header());
    if (!merged) {
      return tl::unexpected(merged.error());
    }
    if (*merged) {
      return entry->entity;
    }
  }
  return std::nullopt;
}

Result<PersonWriter::Target> PersonWriter::find_by_primary(const SourceRecord& record,
                                                           const ImportStamp& stamp,
                                                           const IdentifierClaim& primary,
                                                           const std::vector<IndexEntry>& entries) {
  Target target;
  if (const IndexEntry* used = live_entry(entries, true)) {
    target.entity = used->entity;
    return target;
  }
  const IndexEntry* ceased = live_entry(entries, false);
  Loaded holder;
  if (auto read = load(ceased->entity, record.source, holder); !read) {
    return tl::unexpected(read.error());
  }
  const bool same_person =
      std::ranges::any_of(holder.entity.identifiers, [&](const HeldIdentifier& held) {
        return held.is_primary && names_own(record, held.key());
      });
  if (same_person) {
    target.entity = ceased->entity;
    return target;
  }
  const auto older = is_older(record, stamp, holder.entity.header, ceased->entity);
  if (!older) {
    return tl::unexpected(older.error());
  }
  if (*older || !primary.in_use) {
    target.superseded = true; // what is left of a person that another one carries on
    return target;
  }
  const auto restored = merged_away(entries);
  if (!restored) {
    return tl::unexpected(restored.error());
  }
  target.is_new = !*restored;
  target.entity = *restored ? **restored : transaction_.new_entity();
  target.split_from = ceased->entity;
  return target;
}

Result<PersonWriter::Target> PersonWriter::find_by_past(const SourceRecord& record,
                                                        const std::vector<IndexEntry>& entries) {
  const auto restored = merged_away(entries);
  if (!restored) {
    return tl::unexpected(restored.error());
  }
  if (!*restored) {
    return find_by_others(record);
  }
  Target target;
  target.entity = **restored;
  return target;
}

Result<PersonWriter::Target> PersonWriter::find_by_others(const SourceRecord& record) {
  Target target;
  for (const bool in_use : {true, false}) {
    for (const IdentifierClaim& claim : record.identifiers) {
      if (!claim.is_own) {
        continue;
      }
      const auto entries = index_of(key_of_claim(record, claim));
      if (!entries) {
        return tl::unexpected(entries.error());
      }
      if (const IndexEntry* entry = live_entry(*entries, in_use)) {
        target.entity = entry->entity;
        return target;
      }
    }
  }
  target.is_new = true;
  target.entity = transaction_.new_entity();
  return target;
}

Result<bool> PersonWriter::says_otherwise(const SourceRecord& record, const ImportStamp& stamp,
                                          const IndexEntry& entry) {
  if (entry.in_use == 0) {
    return false; // its own record says that the number has ceased
  }
  Loaded other;
  if (auto read = load(entry.entity, record.source, other); !read) {
    return tl::unexpected(read.error());
  }
  return is_older(record, stamp, other.entity.header, entry.entity);
}

Result<void> PersonWriter::find_absorbed(const SourceRecord& record, const ImportStamp& stamp,
                                         Target& target) {
  for (const IdentifierClaim& claim : record.identifiers) {
    if (!claim.is_own) {
      continue;
    }
    const auto entries = index_of(key_of_claim(record, claim));
    if (!entries) {
      return tl::unexpected(entries.error());
    }
    for (const IndexEntry& entry : *entries) {
      const bool claims_it = entry.is_live() && (entry.in_use != 0 || entry.is_primary != 0);
      if (!claims_it || entry.entity == target.entity ||
          std::ranges::find(target.absorbed, entry.entity) != target.absorbed.end()) {
        continue;
      }
      const auto contradicted = says_otherwise(record, stamp, entry);
      if (!contradicted) {
        return tl::unexpected(contradicted.error());
      }
      if (!*contradicted) {
        target.absorbed.push_back(entry.entity);
      }
    }
  }
  return {};
}

Result<PersonWriter::Target> PersonWriter::find_target(const SourceRecord& record,
                                                       const ImportStamp& stamp) {
  const IdentifierClaim* primary = primary_of(record);
  if (primary == nullptr) {
    return fail(ErrorCode::invalid, "the record has no identifier of its own");
  }
  const auto entries = index_of(key_of_claim(record, *primary));
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  const bool known = std::ranges::any_of(*entries, &IndexEntry::is_live);
  auto target =
      known ? find_by_primary(record, stamp, *primary, *entries) : find_by_past(record, *entries);
  if (!target || target->superseded) {
    return target;
  }
  if (auto found = find_absorbed(record, stamp, *target); !found) {
    return tl::unexpected(found.error());
  }
  return target;
}

} // namespace grunndata::registry
