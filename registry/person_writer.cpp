// The second half of PersonWriter: writing what changed. person_target.cpp finds whose it is.
#include "registry/person_writer.h"

#include "registry/candidates/newborns.h"
#include "registry/candidates/search_keys.h"
#include "registry/edges.h"
#include "registry/purge/shared_homes.h"
#include "registry/withheld_events.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

constexpr std::size_t held_bytes_max = 65'535;

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

/// The record's claims, each identifier once; in use wins over ceased.
std::vector<IdentifierClaim> distinct_claims(const SourceRecord& record) {
  std::vector<IdentifierClaim> distinct;
  for (const IdentifierClaim& claim : record.identifiers) {
    const auto same = std::ranges::find_if(distinct, [&](const IdentifierClaim& other) {
      return other.type == claim.type && record.view(other.text) == record.view(claim.text) &&
             record.view(other.assigner) == record.view(claim.assigner);
    });
    if (same == distinct.end()) {
      distinct.push_back(claim);
    } else if (!same->in_use && claim.in_use) {
      *same = claim;
    }
  }
  return distinct;
}

std::vector<HeldIdentifier> held_of(const std::vector<IdentifierClaim>& claims,
                                    const SourceRecord& record) {
  std::vector<HeldIdentifier> held;
  held.reserve(claims.size());
  for (const IdentifierClaim& claim : claims) {
    held.push_back({claim.type, claim.in_use, claim.is_primary, claim.is_own,
                    record.view(claim.text), record.view(claim.assigner)});
  }
  return held;
}

bool claims_own(const SourceRecord& record, const IdentifierKey& key) {
  return std::ranges::any_of(record.identifiers, [&](const IdentifierClaim& claim) {
    return claim.is_own &&
           key == IdentifierKey{claim.type, record.view(claim.text), record.view(claim.assigner)};
  });
}

/// No source gives aliases, so none takes them away.
bool is_alias(const HeldIdentifier& held) noexcept { return held.type == IdentifierType::alias; }

/// Limits that the stored form has; a source that breaks one is quarantined.
Result<void> check_limits(const SourceRecord& record) {
  if (record.assertions.size() > rows_max) {
    return fail(ErrorCode::invalid, "more rows than an entity can have");
  }
  for (const AssertionDraft& draft : record.assertions) {
    if (draft.metadata_bytes == 0 || draft.metadata_bytes >= draft.row.size) {
      return fail(ErrorCode::invalid, "a row's metadata does not end inside the row");
    }
    if (draft.row.size > row_bytes_max || draft.open_row.size > row_bytes_max ||
        draft.v1_row.size > row_bytes_max) {
      return fail(ErrorCode::invalid, "a row is longer than 65,535 bytes");
    }
  }
  std::size_t bytes = 0;
  for (const IdentifierClaim& claim : record.identifiers) {
    if (claim.text.size == 0 || claim.text.size > identifier_text_bytes_max ||
        claim.assigner.size > identifier_assigner_bytes_max) {
      return fail(ErrorCode::invalid, "an identifier is empty or too long");
    }
    bytes += 4 + claim.text.size + claim.assigner.size;
  }
  if (bytes > held_bytes_max) {
    return fail(ErrorCode::invalid, "more identifiers than an entity can have");
  }
  return {};
}

} // namespace

Result<WriteOutcome> PersonWriter::write(const SourceRecord& record, const ImportStamp& stamp) {
  known_.clear();
  if (auto limits = check_limits(record); !limits) {
    return tl::unexpected(limits.error());
  }
  const auto target = find_target(record, stamp);
  if (!target) {
    return tl::unexpected(target.error());
  }
  if (target->superseded) {
    return WriteOutcome::superseded;
  }
  auto now = standing(record, stamp, *target);
  if (!now) {
    return tl::unexpected(now.error());
  }
  const auto withheld = unjudged_homes(record, *target, *now);
  if (!withheld) {
    return tl::unexpected(withheld.error());
  }
  const purge::Storable storable = purge::storable(record, now->protection, *withheld);
  return write_storable(storable.differs ? storable.reduced : record, stamp, *target, *now,
                        storable.forgotten);
}

Result<WriteOutcome> PersonWriter::write_storable(const SourceRecord& record,
                                                  const ImportStamp& stamp, const Target& target,
                                                  const Standing& standing,
                                                  const PersonPartSet& forgotten) {
  Loaded loaded;
  if (!target.is_new) {
    const auto settled = settle_without_change(record, stamp, target, standing);
    if (!settled) {
      return tl::unexpected(settled.error());
    }
    if (*settled) {
      return **settled;
    }
    if (auto read = load(target.entity, record.source, loaded); !read) {
      return tl::unexpected(read.error());
    }
  }
  return change(record, target, standing, forgotten, loaded);
}

Result<std::optional<WriteOutcome>> PersonWriter::settle_without_change(const SourceRecord& record,
                                                                        const ImportStamp& stamp,
                                                                        const Target& target,
                                                                        const Standing& standing) {
  const DocumentHeader& header = *standing.header;
  const auto confirmed = confirmed_at(header, target.entity, record.source);
  if (!confirmed) {
    return tl::unexpected(confirmed.error());
  }
  if (is_older(record, stamp, header, *confirmed) && !target.split_from) {
    return WriteOutcome::superseded;
  }
  DocumentHeader protected_alike = header;
  standing.protection.write_to(protected_alike);
  const auto back = comes_back(target.entity, header);
  if (!back) {
    return tl::unexpected(back.error());
  }
  if (*back || !target.absorbed.empty() || header.record_hash != hash_of_record(record.raw) ||
      protected_alike.protection != header.protection ||
      protected_alike.protection_from != header.protection_from) {
    return std::nullopt;
  }
  if (stamp.extracted_at.microseconds > *confirmed) {
    const std::int64_t mark = stamp.extracted_at.microseconds;
    transaction_.put(store::Family::freshness, key_of(target.entity, record.source),
                     std::string(reinterpret_cast<const char*>(&mark), sizeof mark));
  }
  return WriteOutcome::unchanged;
}

std::vector<EventDraft> PersonWriter::events_of_change(const Target& target, const Entity& before,
                                                       const RowChanges& changes,
                                                       const Protection& protection) {
  if (target.is_new) {
    return {{EventType::person_populated, Sight::named}};
  }
  std::vector<EventDraft> events;
  if (!target.absorbed.empty()) {
    events.push_back({EventType::person_is_continued_as_valid_upon_merger, Sight::named});
  }
  std::ranges::copy(events_of(before, changes, protection), std::back_inserter(events));
  return events;
}

Result<WriteOutcome> PersonWriter::change(const SourceRecord& record, const Target& target,
                                          const Standing& standing, const PersonPartSet& forgotten,
                                          Loaded& loaded) {
  const std::uint64_t sequence = transaction_.next_sequence();
  const Grading protection = standing.protection.holds();
  std::vector<store::Change> elsewhere;
  if (standing.purges && !target.is_new) {
    auto changed = forget_other_sources(target.entity, loaded);
    if (!changed) {
      return tl::unexpected(changed.error());
    }
    elsewhere = std::move(*changed);
  }
  RowChanges changes = compare_rows(loaded.entity, loaded.source, record,
                                    {sequence, standing.protection, forgotten});
  if (changes.rows.size() > rows_max) {
    return fail(ErrorCode::invalid, "more rows, withdrawn ones included, than an entity can have");
  }
  const bool forgot = changes.forgotten != 0 || !elsewhere.empty();
  for (store::Change& change : elsewhere) {
    transaction_.put(change.family, std::move(change.key), std::move(*change.value));
  }
  const auto came_back = comes_back(target.entity, loaded.entity.header);
  if (!came_back) {
    return tl::unexpected(came_back.error());
  }
  auto events = events_of_change(target, loaded.entity, changes, standing.protection);
  if (*came_back) {
    events.insert(events.begin(), {EventType::person_is_restored_by_splitting, Sight::named,
                                   EventCause::annulment});
  }
  if (auto found = find_corrected(transaction_, target.entity, events); !found) {
    return tl::unexpected(found.error());
  }
  Entity after;
  after.header = loaded.entity.header;
  after.rows = std::move(changes.rows);
  standing.protection.write_to(after.header);
  if (*came_back) {
    after.header.successor = {};
    after.header.successor_since = 0;
  }
  after.header.extracted_at = standing.extracted_at.microseconds;
  after.header.registered_at = stored(record.registered_at);
  after.header.record_hash = hash_of_record(record.raw);
  if (!target.is_new && (forgot || hides_something(after))) {
    const auto withheld = withhold_events(transaction_, target.entity, after);
    if (!withheld) {
      return tl::unexpected(withheld.error());
    }
    if (*withheld) {
      tell_in_general(events);
    }
  }
  // Theirs come first: what nobody is told of the survivor then stands behind all that is told.
  std::vector<links::Spell> before_merges;
  for (const EntityId& loser : target.absorbed) {
    const auto merged = absorb(loser, target.entity, record, sequence);
    if (!merged) {
      return tl::unexpected(merged.error());
    }
    before_merges.push_back(*merged);
  }
  append_events(transaction_, target.entity, std::move(events), after.header);
  if (target.is_new) {
    after.header.external_id = ids_.seal(target.entity);
    after.header.sequence_first = sequence;
    after.header.sequence_open = sequence;
  }
  const auto claims = distinct_claims(record);
  after.identifiers = held_of(claims, record);
  std::ranges::copy_if(loaded.entity.identifiers, std::back_inserter(after.identifiers), is_alias);
  transaction_.put(
      store::Family::source, key_of(target.entity, record.source),
      write_source({record.raw, std::move(changes.elements), std::move(changes.withdrawn)}));
  put_entity(transaction_, target.entity, after, target.is_new);
  for (std::size_t i = 0; i < before_merges.size(); ++i) {
    if (auto settled =
            identity(sequence).after_merge(target.absorbed[i], target.entity, before_merges[i]);
        !settled) {
      return tl::unexpected(settled.error());
    }
  }
  candidates::update_search_keys(transaction_, target.entity, loaded.entity.rows, after.rows);
  if (auto linked = link(record, target, loaded.entity, claims, sequence); !linked) {
    return tl::unexpected(linked.error());
  }
  if (auto settled = settle_links(target.entity, loaded.entity.header, *came_back, sequence);
      !settled) {
    return tl::unexpected(settled.error());
  }
  if (protection != Grading::unclassified || forgot) {
    if (auto purged = purge_around(record, target, standing, loaded.entity, forgot); !purged) {
      return tl::unexpected(purged.error());
    }
  }
  const auto edges = target.is_new
                         ? write_first_edges_of(transaction_, record, target.entity, sequence)
                         : write_edges_of(transaction_, record, target.entity, sequence, false);
  if (!edges) {
    return tl::unexpected(edges.error());
  }
  const auto was_protected = static_cast<Grading>(loaded.entity.header.protection);
  if (purge::hides(std::max(was_protected, protection))) {
    if (auto judged = judge_homes_of_relatives(target.entity, record); !judged) {
      return tl::unexpected(judged.error());
    }
  }
  return look_for_newborns(record, target.entity);
}

Result<WriteOutcome> PersonWriter::look_for_newborns(const SourceRecord& record,
                                                     const EntityId& id) {
  if (!looks_for_newborns_) {
    const auto any = candidates::has_newborns(transaction_);
    if (!any) {
      return tl::unexpected(any.error());
    }
    looks_for_newborns_ = *any;
  }
  if (*looks_for_newborns_) {
    if (auto opened = candidates::open_newborns_matching(transaction_, record, id); !opened) {
      return tl::unexpected(opened.error());
    }
  }
  return WriteOutcome::written;
}

/// Splits and the index of identifiers.
Result<void> PersonWriter::link(const SourceRecord& record, const Target& target,
                                const Entity& before, const std::vector<IdentifierClaim>& claims,
                                std::uint64_t sequence) {
  if (target.split_from) {
    if (auto left = leave_behind(*target.split_from, record, sequence); !left) {
      return left;
    }
  }
  return update_index(before.identifiers, claims, record, target.entity, sequence);
}

Result<void> PersonWriter::close_index(const IdentifierKey& key, const EntityId& entity,
                                       std::uint64_t sequence) {
  auto entries = index_of(key);
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  for (IndexEntry& entry : *entries) {
    if (entry.is_live() && entry.entity == entity) {
      entry.recorded_to = sequence;
    }
  }
  put_index(key, std::move(*entries));
  return {};
}

Result<void> PersonWriter::update_index(const std::vector<HeldIdentifier>& before,
                                        const std::vector<IdentifierClaim>& claims,
                                        const SourceRecord& record, const EntityId& entity,
                                        std::uint64_t sequence) {
  for (const IdentifierClaim& claim : claims) {
    const IdentifierKey key{claim.type, record.view(claim.text), record.view(claim.assigner)};
    auto entries = index_of(key);
    if (!entries) {
      return tl::unexpected(entries.error());
    }
    IndexEntry wanted;
    wanted.entity = entity;
    wanted.in_use = claim.in_use ? 1 : 0;
    wanted.is_primary = claim.is_primary ? 1 : 0;
    wanted.is_own = claim.is_own ? 1 : 0;
    wanted.source = record.source;
    wanted.valid_from = stored(claim.valid_from);
    wanted.valid_to = stored(claim.valid_to);
    wanted.recorded_from = sequence;
    bool stands = false;
    for (IndexEntry& entry : *entries) {
      if (!entry.is_live() || entry.entity != entity) {
        continue;
      }
      stands = entry.in_use == wanted.in_use && entry.is_primary == wanted.is_primary &&
               entry.valid_from == wanted.valid_from && entry.valid_to == wanted.valid_to;
      if (!stands) {
        entry.recorded_to = sequence;
      }
    }
    if (!stands) {
      entries->push_back(wanted);
      put_index(key, std::move(*entries));
    }
  }
  for (const HeldIdentifier& held : before) {
    const bool still = std::ranges::any_of(claims, [&](const IdentifierClaim& claim) {
      return held.key() ==
             IdentifierKey{claim.type, record.view(claim.text), record.view(claim.assigner)};
    });
    if (!still && !is_alias(held)) {
      if (auto closed = close_index(held.key(), entity, sequence); !closed) {
        return closed;
      }
    }
  }
  return {};
}

Result<links::Spell> PersonWriter::absorb(const EntityId& loser, const EntityId& survivor,
                                          const SourceRecord& record, std::uint64_t sequence) {
  Loaded loaded;
  if (auto read = load(loser, record.source, loaded); !read) {
    return tl::unexpected(read.error());
  }
  Entity& entity = loaded.entity;
  const links::Spell before{EntityId{entity.header.successor}, entity.header.successor_since};
  entity.header.successor = survivor.bytes;
  entity.header.successor_since = sequence;
  append_events(transaction_, loser,
                {{EventType::person_is_discontinued_as_duplicate, Sight::named}}, entity.header);
  std::vector<HeldIdentifier> kept;
  for (const HeldIdentifier& held : entity.identifiers) {
    if (!claims_own(record, held.key())) {
      kept.push_back(held);
    } else if (auto closed = close_index(held.key(), loser, sequence); !closed) {
      return tl::unexpected(closed.error());
    }
  }
  entity.identifiers = std::move(kept);
  entity.sort_rows();
  transaction_.put(store::Family::current, key_of(loser), entity.encode_current());
  return before;
}

Result<void> PersonWriter::leave_behind(const EntityId& id, const SourceRecord& record,
                                        std::uint64_t sequence) {
  Loaded loaded;
  if (auto read = load(id, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  Entity& entity = loaded.entity;
  append_events(
      transaction_, id,
      {{EventType::person_is_changed_by_splitting, Sight::named, EventCause::annulment}},
      entity.header);
  std::vector<HeldIdentifier> kept;
  for (const HeldIdentifier& held : entity.identifiers) {
    const bool goes = !held.is_primary && claims_own(record, held.key());
    if (!goes) {
      kept.push_back(held);
    } else if (auto closed = close_index(held.key(), id, sequence); !closed) {
      return closed;
    }
  }
  entity.identifiers = std::move(kept);
  entity.sort_rows();
  transaction_.put(store::Family::current, key_of(id), entity.encode_current());
  return entity.header.successor == EntityId{}.bytes ? Result<void>{}
                                                     : identity(sequence).after_numbers(id);
}

} // namespace grunndata::registry
