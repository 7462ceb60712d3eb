// The stored form of links, byte by byte as FORMAT.md lists it.
#pragma once

#include "registry/document.h"
#include "registry/links/links.h"
#include "registry/transaction.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::links {

/// How long an entity was carried on by `survivor`: from <= sequence < to. An open one is a link's;
/// those that ended may be the source's own.
struct Spell {
  EntityId survivor;
  std::uint64_t from = 0;
  std::uint64_t to = still_recorded;

  [[nodiscard]] bool contains(std::uint64_t sequence) const noexcept {
    return from <= sequence && sequence < to;
  }
};

/// What links made of an entity as their loser, now and before.
struct Carried {
  std::uint64_t live = 0; ///< number of the live link; 0: none
  EntityId survivor;      ///< of that link
  /// Of an entity with a live link: whom the source merged it into. All zero: nobody. Without a
  /// live link the document's header says it.
  EntityId merged_into;
  std::uint8_t number_state = 0; ///< of its hjelpenummer, before the live link; 0: it has none
  std::vector<Spell> spells;     ///< oldest first, apart from each other; of merges: ended ones

  /// The entity is carried on because of the live link.
  [[nodiscard]] bool takes_effect() const noexcept {
    return !spells.empty() && spells.back().to == still_recorded;
  }
  [[nodiscard]] bool is_merged() const noexcept { return merged_into != EntityId{}; }
};

/// 'n' · number
[[nodiscard]] std::string link_key(std::uint64_t number);
/// 'e' · entity · number
[[nodiscard]] std::string side_key(const EntityId& entity, std::uint64_t number);
/// 'c' · entity
[[nodiscard]] std::string carried_key(const EntityId& entity);

/// 'p' · loser · survivor: the open proposal of the two
[[nodiscard]] std::string proposal_key(const EntityId& loser, const EntityId& survivor);

[[nodiscard]] std::string write_link(const Link& link);
/// Nothing when the value is not what was written.
[[nodiscard]] std::optional<Link> read_link(std::uint64_t number, std::string_view value);
[[nodiscard]] std::string write_carried(const Carried& carried);
[[nodiscard]] std::optional<Carried> read_carried(std::string_view value);

/// `not_found`, `corrupt`, `storage`.
[[nodiscard]] Result<Link> stored_link(const Transaction& transaction, std::uint64_t number);
/// As never linked when nothing is stored. `corrupt`, `storage`.
[[nodiscard]] Result<Carried> carried_of(const Transaction& transaction, const EntityId& entity);

/// Who carried `entity` on at `sequence`, by what has ended since or a link that still holds.
[[nodiscard]] Result<std::optional<EntityId>> carried_then(const store::Store& store,
                                                           const store::Snapshot* snapshot,
                                                           const EntityId& entity,
                                                           std::uint64_t sequence);

} // namespace grunndata::registry::links
