#include "registry/hjelpenummer/write_person.h"

#include "registry/candidates/newborns.h"
#include "registry/candidates/search_keys.h"
#include "registry/hjelpenummer/person_record.h"
#include "registry/loaded_entity.h"
#include "registry/person_events.h"
#include "registry/person_protection.h"

namespace grunndata::registry::hjelpenummer {

namespace {

using store::Family;

bool can_be_looked_up(State state) noexcept {
  return state == State::issued || state == State::linked;
}

/// Parts that facts are shown in; the number itself is never forgotten.
PersonPartSet fact_parts() {
  PersonPartSet parts;
  for (const PersonPart part : {PersonPart::name, PersonPart::birth, PersonPart::gender}) {
    parts.set(static_cast<std::size_t>(part));
  }
  return parts;
}

/// The claim of `entity` to its number, made or ended.
Result<void> claim_number(Transaction& transaction, const HelpNumber& number,
                          std::uint64_t sequence) {
  const std::string key = key_of(number.identifier());
  store::Pinned pin;
  const auto value = transaction.get(Family::identifier, key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto entries = read_index(value->value_or(std::string_view{}));
  if (!entries) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  const bool wanted = can_be_looked_up(number.state);
  bool stands = false;
  bool changed = false;
  for (IndexEntry& entry : *entries) {
    if (!entry.is_live() || entry.entity != *number.entity) {
      continue;
    }
    stands = wanted;
    if (!wanted) {
      entry.recorded_to = sequence;
      changed = true;
    }
  }
  if (wanted && !stands) {
    IndexEntry entry;
    entry.entity = *number.entity;
    entry.is_primary = 1;
    entry.is_own = 1;
    entry.source = Source::hjelpenummer;
    entry.valid_from = number.issued.microseconds;
    entry.recorded_from = sequence;
    entries->push_back(entry);
    changed = true;
  }
  if (changed) {
    transaction.put(Family::identifier, key, write_index(*entries));
  }
  return {};
}

} // namespace

Result<void> write_person(Transaction& transaction, const IdCipher& ids, const HelpNumber& number,
                          EventType type, bool is_new, bool forget) {
  const EntityId id = *number.entity;
  LoadedEntity loaded;
  if (!is_new) {
    if (auto read = load_entity(transaction, id, Source::hjelpenummer, loaded); !read) {
      return read;
    }
  }
  SourceRecord record;
  describe(number, record);
  const std::uint64_t sequence = transaction.next_sequence();
  const Protection protection = Protection::of(loaded.entity.header);
  RowChanges changes =
      compare_rows(loaded.entity, loaded.source, record,
                   {sequence, protection, forget ? fact_parts() : PersonPartSet{}});
  if (changes.rows.size() > rows_max) {
    return fail(ErrorCode::invalid, "more facts than a hjelpenummer can have");
  }
  Entity after;
  after.header = loaded.entity.header;
  after.rows = std::move(changes.rows);
  after.header.extracted_at = number.changed.microseconds;
  after.header.registered_at = number.changed.microseconds;
  after.header.record_hash = hash_of_record(record.raw);
  append_events(transaction, id, {{type, Sight::named}}, after.header);
  if (is_new) {
    after.header.external_id = ids.seal(id);
    after.header.sequence_first = sequence;
    after.header.sequence_open = sequence;
  }
  if (can_be_looked_up(number.state)) {
    after.identifiers.push_back(
        {number.identifier().type, true, true, true, number.number, number.assigner});
  }
  for (const HeldIdentifier& held : loaded.entity.identifiers) {
    if (held.key() != number.identifier()) {
      after.identifiers.push_back(held); // aliases
    }
  }
  transaction.put(
      Family::source, key_of(id, Source::hjelpenummer),
      write_source({record.raw, std::move(changes.elements), std::move(changes.withdrawn)}));
  put_entity(transaction, id, after, is_new);
  candidates::update_search_keys(transaction, id, loaded.entity.rows, after.rows);
  if (auto noted = candidates::note_newborn(transaction, number); !noted) {
    return noted;
  }
  return claim_number(transaction, number, sequence);
}

} // namespace grunndata::registry::hjelpenummer
