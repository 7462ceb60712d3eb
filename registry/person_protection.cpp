// The third part of PersonWriter: how a person stands, and what goes with them when they hide.
#include "registry/person_writer.h"

#include "registry/purge/shared_homes.h"
#include "registry/withheld_events.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

using store::Family;

std::vector<std::string> own_keys(const SourceRecord& record) {
  std::vector<std::string> keys;
  for (const IdentifierClaim& claim : record.identifiers) {
    if (claim.is_own) {
      keys.push_back(
          key_of(IdentifierKey{claim.type, record.view(claim.text), record.view(claim.assigner)}));
    }
  }
  return keys;
}

bool is_strict(const std::optional<DocumentHeader>& header) noexcept {
  return header && header->protection == static_cast<std::uint8_t>(Grading::strictly_confidential);
}

bool has_shared_homes(const SourceRecord& record) noexcept {
  return std::ranges::any_of(record.assertions, [](const AssertionDraft& draft) {
    return draft.part == PersonPart::shared_residence;
  });
}

} // namespace

Result<PersonWriter::Standing>
PersonWriter::standing(const SourceRecord& record, const ImportStamp& stamp, const Target& target) {
  Standing now;
  now.extracted_at = stamp.extracted_at;
  if (!target.is_new) {
    auto header = header_of(transaction_, target.entity);
    if (!header || !*header) {
      return fail(ErrorCode::corrupt, "an identifier points at an entity that cannot be read");
    }
    now.header = **header;
    now.protection.linked = Protection::of(**header).linked;
    now.protection.relative_hides = Protection::of(**header).relative_hides;
  }
  for (const EntityId& loser : target.absorbed) {
    const auto header = header_of(transaction_, loser);
    if (!header) {
      return tl::unexpected(header.error());
    }
    if (*header) {
      now.protection.linked = std::max(now.protection.linked, Protection::of(**header).holds());
    }
  }
  now.protection.own = record.removed_by_law ? Grading::strictly_confidential : record.protection;
  if (now.protection.own >= now.protection.linked) {
    now.protection.linked = Grading::unclassified;
  }
  if (now.header && now.protection.holds() < static_cast<Grading>(now.header->protection)) {
    const auto others = strictest_of_linked(target.entity, *now.header);
    if (!others) {
      return tl::unexpected(others.error());
    }
    if (*others > now.protection.own) {
      now.protection.linked = std::max(now.protection.linked, *others);
    }
  }
  if (purges_ != nullptr && purges_->watches()) {
    const auto until = purges_->void_until(own_keys(record));
    if (until && *until > stamp.extracted_at) {
      now.protection.withheld = true;
      now.extracted_at = *until;
    }
  }
  now.purges = purge::purges(record, now.protection);
  return now;
}

Result<std::vector<bool>> PersonWriter::unjudged_homes(const SourceRecord& record,
                                                       const Target& target, Standing& standing) {
  if (!has_shared_homes(record)) {
    return std::vector<bool>{};
  }
  with_shared_homes_.push_back(target.entity);
  const auto relative = purge::strictest_relative(transaction_, target.entity, record);
  if (!relative) {
    return tl::unexpected(relative.error());
  }
  if (*relative != Grading::strictly_confidential) {
    if (purge::hides(*relative)) { // that nobody does any more is told in `finish`
      standing.protection.relative_hides = true;
    }
    return std::vector<bool>{};
  }
  judged_.push_back(target.entity);
  Loaded loaded;
  if (!target.is_new) {
    if (auto read = load(target.entity, record.source, loaded); !read) {
      return tl::unexpected(read.error());
    }
  }
  std::vector<bool> unjudged(record.assertions.size());
  for (std::size_t i = 0; i < unjudged.size(); ++i) {
    const AssertionDraft& draft = record.assertions[i];
    unjudged[i] = draft.part == PersonPart::shared_residence &&
                  std::ranges::none_of(loaded.entity.rows, [&](const Row& row) {
                    return row.entry.part == draft.part &&
                           row.entry.recorded_to == still_recorded &&
                           row.text == record.view(draft.row);
                  });
    if (draft.part == PersonPart::shared_residence && !unjudged[i]) {
      standing.protection.relative_hides = true;
    }
  }
  return unjudged;
}

Result<std::vector<store::Change>> PersonWriter::forget_other_sources(const EntityId& id,
                                                                      Loaded& loaded) {
  std::vector<store::Change> changes;
  loaded.entity.sort_rows();
  for (const Source source : {Source::hjelpenummer, Source::kontaktregisteret}) {
    const auto goes = [](const Row& row) {
      const bool historic = !is_current(row.entry) || row.entry.recorded_to != still_recorded;
      return !may_see(row.entry.part, row.entry.grading, Grading::strictly_confidential, historic,
                      Access::legal_basis);
    };
    store::Pinned pin;
    const auto value = transaction_.get(Family::source, key_of(id, source), pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    const auto said = *value ? read_source(**value) : std::optional<SourceValue>(SourceValue{});
    if (!said) {
      return fail(ErrorCode::corrupt, "a source value cannot be read");
    }
    const purge::Remainder left =
        purge::forget_places(loaded.entity, *said, source, goes, loaded.texts);
    if (left.rows_gone != 0) {
      changes.push_back({Family::source, key_of(id, source),
                         write_source({left.record.raw, left.record.elements, left.withdrawn})});
    }
  }
  return changes;
}

void PersonWriter::note_purge(const EntityId& id, purge::Reason reason, Instant extracted_at,
                              const Entity& before, const SourceRecord* record, bool leaves_bytes) {
  purge::Note note{id, reason, extracted_at, {}, leaves_bytes, {}};
  if (record != nullptr) {
    note.identifier_keys = own_keys(*record);
  }
  for (const HeldIdentifier& held : before.identifiers) {
    if (held.type != IdentifierType::alias) {
      note.identifier_keys.push_back(key_of(held.key()));
    }
  }
  auto& keys = note.identifier_keys;
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  notes_.push_back(std::move(note));
}

Result<void> PersonWriter::purge_around(const SourceRecord& record, const Target& target,
                                        const Standing& standing, const Entity& before,
                                        bool forgot) {
  const bool strict = standing.purges;
  const bool begins = strict && !is_strict(standing.header);
  if (begins) {
    if (auto homes = forget_homes_of_relatives(target.entity, record, before); !homes) {
      return homes;
    }
  }
  if (begins || forgot) {
    if (auto beside = target.is_new ? Result<void>{} : forget_beside(target.entity); !beside) {
      return beside;
    }
    const purge::Reason reason = record.removed_by_law ? purge::Reason::removed_by_law
                                 : strict              ? purge::Reason::strictly_confidential
                                                       : purge::Reason::graded_row;
    note_purge(target.entity, reason, standing.extracted_at, before, &record, !target.is_new);
  }
  return standing.protection.holds() == Grading::unclassified
             ? Result<void>{}
             : protect_merged(target.entity, record, standing);
}

Result<void> PersonWriter::forget_homes_of_relatives(const EntityId& id, const SourceRecord& record,
                                                     const Entity& before) {
  const auto relatives = purge::relatives_of(transaction_, id, record);
  if (!relatives) {
    return tl::unexpected(relatives.error());
  }
  std::vector<std::string> homes;
  for (const Row& row : before.rows) {
    if (locates(row.entry.part)) {
      std::ranges::copy(purge::marks_of_home(row.text), std::back_inserter(homes));
    }
  }
  for (const EntityId& relative : *relatives) {
    judged_.push_back(relative);
    const auto forgot = purge::forget_shared_homes(transaction_, relative, homes);
    if (!forgot) {
      return tl::unexpected(forgot.error());
    }
    if (*forgot) {
      if (auto noted = note_shared_home(relative); !noted) {
        return noted;
      }
    }
  }
  return {};
}

Result<void> PersonWriter::judge_homes_of_relatives(const EntityId& id,
                                                    const SourceRecord& record) {
  const auto relatives = purge::relatives_of(transaction_, id, record);
  if (!relatives) {
    return tl::unexpected(relatives.error());
  }
  for (const EntityId& relative : *relatives) {
    if (auto judged = purge::judge_shared_homes(transaction_, relative); !judged) {
      return judged;
    }
  }
  return {};
}

Result<void> PersonWriter::note_shared_home(const EntityId& id) {
  Loaded loaded;
  if (auto read = load(id, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  note_purge(id, purge::Reason::shared_home, Instant{loaded.entity.header.extracted_at},
             loaded.entity, nullptr, true);
  return {};
}

Result<void> PersonWriter::finish() {
  for (const EntityId& id : with_shared_homes_) {
    const bool is_judged = std::ranges::find(judged_, id) != judged_.end();
    if (auto forgot = is_judged ? Result<void>{} : forget_homes_with_relatives(id); !forgot) {
      return forgot;
    }
    if (auto judged = purge::judge_shared_homes(transaction_, id); !judged) {
      return judged;
    }
  }
  with_shared_homes_.clear();
  judged_.clear();
  return {};
}

Result<void> PersonWriter::forget_homes_with_relatives(const EntityId& id) {
  const auto relative = purge::strictest_relative(transaction_, id);
  if (!relative) {
    return tl::unexpected(relative.error());
  }
  if (*relative != Grading::strictly_confidential) {
    return {};
  }
  const auto forgot = purge::forget_shared_homes(transaction_, id, {});
  if (!forgot) {
    return tl::unexpected(forgot.error());
  }
  return *forgot ? note_shared_home(id) : Result<void>{};
}

Result<void> PersonWriter::protect_merged(const EntityId& survivor, const SourceRecord& record,
                                          const Standing& standing) {
  if (auto linked = protect_linked(survivor, standing); !linked) {
    return linked;
  }
  return protect_by_keys(survivor, own_keys(record), standing);
}

Result<void> PersonWriter::protect_by_keys(const EntityId& survivor, std::vector<std::string> keys,
                                           const Standing& standing) {
  std::vector<EntityId> seen{survivor};
  while (!keys.empty()) {
    store::Pinned pin;
    const auto value = transaction_.get(Family::identifier, keys.back(), pin);
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
      if (auto covered = protect(entry.entity, standing, keys); !covered) {
        return covered;
      }
    }
  }
  return {};
}

Result<bool> PersonWriter::is_merged_into(EntityId id, const EntityId& survivor) {
  for (int step = 0; step < links::chain_steps_max; ++step) {
    const auto header = header_of(transaction_, id);
    if (!header) {
      return tl::unexpected(header.error());
    }
    if (!*header) {
      return fail(ErrorCode::corrupt, "an identifier points at an entity that is not there");
    }
    id.bytes = (*header)->successor;
    if (id == survivor || id == EntityId{}) {
      return id == survivor;
    }
  }
  return fail(ErrorCode::corrupt, "merged persons point at each other in a circle");
}

Result<void> PersonWriter::protect(const EntityId& id, const Standing& survivor,
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
  const Grading protection = survivor.protection.holds();
  Protection own = Protection::of(entity.header);
  if (own.holds() >= protection) {
    return {};
  }
  if (survivor.purges) {
    if (auto forgot = forget_beside(id); !forgot) {
      return forgot;
    }
    if (auto read = load(id, Source::folkeregisteret, loaded); !read) {
      return read;
    }
  }
  own.linked = protection;
  own.write_to(entity.header);
  if (survivor.purges) {
    entity.sort_rows();
    const purge::Remainder left =
        purge::forget_places(entity, loaded.source, Source::folkeregisteret,
                             purge::is_forgotten_when_strict, loaded.texts);
    if (!loaded.source.raw.empty()) {
      entity.header.record_hash = hash_of_record(left.record.raw);
      transaction_.put(Family::source, key_of(id, Source::folkeregisteret),
                       write_source({left.record.raw, left.record.elements, left.withdrawn}));
    }
    note_purge(id, purge::Reason::strictly_confidential, survivor.extracted_at, entity, nullptr,
               true);
  }
  if (hides_something(entity)) {
    // No event of their own: their id leads to the survivor, whose events tell.
    if (auto withheld = withhold_events(transaction_, id, entity); !withheld) {
      return tl::unexpected(withheld.error());
    }
  }
  put_entity(transaction_, id, entity);
  return {};
}

} // namespace grunndata::registry
