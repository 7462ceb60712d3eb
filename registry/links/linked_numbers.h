// What whoever carries on shows of those who are linked to them: their numbers, as ceased ones.
#pragma once

#include "registry/document.h"
#include "registry/error.h"
#include "registry/person_events.h"
#include "registry/transaction.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::links {

/// A number of somebody linked. Only those that the part NorwegianIdentificationNumber knows:
/// foedselsnummer, D-nummer and felles hjelpenummer.
struct LinkedNumber {
  EntityId loser;
  IdentifierType type{};
  std::string text;
  Instant since{}; ///< of the link

  [[nodiscard]] bool is_same(const LinkedNumber& other) const noexcept {
    return loser == other.loser && type == other.type && text == other.text;
  }
};

/// Who is linked to an entity, directly or by way of others, and their numbers.
struct Linked {
  std::vector<EntityId> entities;
  std::vector<LinkedNumber> numbers;

  [[nodiscard]] bool empty() const noexcept { return entities.empty() && numbers.empty(); }
};

/// The numbers of `entity` that whoever carries it on shows.
[[nodiscard]] std::vector<LinkedNumber> numbers_of(const EntityId& id, const Entity& entity,
                                                   Instant since);

/// As the entity's source value of `Source::links` says; empty when there is none.
[[nodiscard]] Result<Linked> linked_to(const Transaction& transaction, const IdCipher& ids,
                                       const EntityId& entity);

struct LinkedChange {
  Linked gone; ///< entities, and all numbers of theirs
  Linked come;
  std::vector<EventDraft> events; ///< before the one that tells of changed numbers
  std::uint64_t sequence = 0;     ///< from which the rows are recorded
};

/// Changes who is linked to `id`: its source value, its rows, an event if rows changed. Numbers
/// that go and come stay as they were. The source value stays when it says nobody any more. Errors:
/// `corrupt`, `storage`, `invalid` (too many rows).
[[nodiscard]] Result<void> change_linked(Transaction& transaction, const IdCipher& ids,
                                         const EntityId& id, const LinkedChange& change);

/// The record of `Source::links` that says `linked`.
[[nodiscard]] SourceRecord record_of(const Linked& linked, const IdCipher& ids);
/// Nothing when the text is not what `record_of` writes.
[[nodiscard]] std::optional<Linked> read_linked(std::string_view raw, const IdCipher& ids);

} // namespace grunndata::registry::links
