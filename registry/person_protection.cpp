// The third part of PersonWriter: who was merged into somebody hides as that one does.
#include "registry/person_writer.h"

#include <algorithm>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {

bool tells_place(const RowEntry& row) noexcept {
  return locates(row.part) || locates_in_fields(row.part);
}

/// A record made of kept elements alone, each under its own name.
struct KeptRecord {
  std::string raw = "{";
  std::vector<TextSlice> elements;

  void add(PersonPart part, bool is_first, std::string_view element) {
    const PersonPartFacts& facts = facts_of(part);
    if (is_first) {
      raw += elements.empty() ? "\"" : ",\"";
      raw += facts.source_element;
      raw += facts.is_list ? "\":[" : "\":";
    } else {
      raw += ',';
    }
    elements.push_back(
        {static_cast<std::uint32_t>(raw.size()), static_cast<std::uint32_t>(element.size())});
    raw += element;
  }
};

/// Drops the rows that tell a place. `said` must fit the sorted rows of `entity`.
KeptRecord forget_places(Entity& entity, SourceValue& said) {
  KeptRecord kept;
  std::vector<Row> rows;
  std::vector<WithdrawnElement> withdrawn;
  std::size_t next_live = 0;
  std::size_t next_withdrawn = 0;
  for (std::size_t i = 0; i < entity.rows.size(); ++i) {
    const Row& row = entity.rows[i];
    const bool live = row.entry.recorded_to == still_recorded;
    const std::size_t place = live ? next_live++ : next_withdrawn++;
    if (tells_place(row.entry) || place >= (live ? said.elements.size() : said.withdrawn.size())) {
      continue;
    }
    if (live) {
      const PersonPart part = row.entry.part;
      const bool is_first = rows.empty() || rows.back().entry.part != part;
      kept.add(part, is_first,
               said.raw.substr(said.elements[place].begin, said.elements[place].size));
      const bool is_last = i + 1 == entity.rows.size() || entity.rows[i + 1].entry.part != part ||
                           entity.rows[i + 1].entry.recorded_to != still_recorded;
      kept.raw += is_last && facts_of(part).is_list ? "]" : "";
    } else {
      withdrawn.push_back(said.withdrawn[place]);
    }
    rows.push_back(row);
  }
  kept.raw += '}';
  entity.rows = std::move(rows);
  said.withdrawn = std::move(withdrawn);
  return kept;
}

} // namespace

Result<void> PersonWriter::protect_merged(const EntityId& survivor, const SourceRecord& record) {
  std::vector<EntityId> seen{survivor};
  std::vector<std::string> keys;
  for (const IdentifierClaim& claim : record.identifiers) {
    if (claim.is_own) {
      keys.push_back(
          key_of(IdentifierKey{claim.type, record.view(claim.text), record.view(claim.assigner)}));
    }
  }
  while (!keys.empty()) {
    store::Pinned pin;
    const auto value = transaction_.get(store::Family::identifier, keys.back(), pin);
    keys.pop_back();
    if (!value) {
      return tl::unexpected(value.error());
    }
    const auto entries = read_index(value->value_or(std::string_view{}));
    if (!entries) {
      return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
    }
    for (const IndexEntry& entry : *entries) {
      if (entry.is_own == 0 || std::ranges::find(seen, entry.entity) != seen.end()) {
        continue;
      }
      seen.push_back(entry.entity);
      const auto merged = is_merged_into(entry.entity, survivor);
      if (!merged) {
        return tl::unexpected(merged.error());
      }
      if (!*merged) {
        continue;
      }
      if (auto covered = protect(entry.entity, record.protection, keys); !covered) {
        return covered;
      }
    }
  }
  return {};
}

Result<bool> PersonWriter::is_merged_into(EntityId id, const EntityId& survivor) {
  constexpr int merges_max = 16; // of merges; more is a circle
  for (int step = 0; step < merges_max; ++step) {
    store::Pinned pin;
    const auto value = transaction_.get(store::Family::current, id.view(), pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    const auto document =
        *value ? DocumentBytes::current(**value)
               : Result<DocumentBytes>(fail(ErrorCode::corrupt,
                                            "an identifier points at an entity that is not there"));
    if (!document) {
      return tl::unexpected(document.error());
    }
    id.bytes = document->header().successor;
    if (id == survivor || id == EntityId{}) {
      return id == survivor;
    }
  }
  return fail(ErrorCode::corrupt, "merged persons point at each other in a circle");
}

Result<void> PersonWriter::protect(const EntityId& id, Grading protection,
                                   std::vector<std::string>& keys) {
  Loaded loaded;
  if (auto read = load(id, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  Entity& entity = loaded.entity;
  for (const HeldIdentifier& held : entity.identifiers) {
    if (held.is_own) {
      keys.push_back(key_of(held.key()));
    }
  }
  if (entity.header.protection >= static_cast<std::uint8_t>(protection)) {
    return {};
  }
  entity.header.protection = static_cast<std::uint8_t>(protection);
  entity.sort_rows();
  if (protection == Grading::strictly_confidential) {
    const KeptRecord kept = forget_places(entity, loaded.source);
    const XXH128_hash_t hash = XXH3_128bits(kept.raw.data(), kept.raw.size());
    std::memcpy(entity.header.record_hash.data(), &hash.low64, 8);
    std::memcpy(entity.header.record_hash.data() + 8, &hash.high64, 8);
    transaction_.put(store::Family::source, key_of(id, Source::folkeregisteret),
                     write_source({kept.raw, kept.elements, loaded.source.withdrawn}));
    std::string past = entity.encode_past();
    if (past.empty()) {
      transaction_.erase(store::Family::past, key_of(id));
    } else {
      transaction_.put(store::Family::past, key_of(id), std::move(past));
    }
  }
  transaction_.put(store::Family::current, key_of(id), entity.encode_current());
  return {};
}

} // namespace grunndata::registry
