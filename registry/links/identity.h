// Who carries whom on: the fold over links and the source's merges, edge by edge, inside a commit.
#pragma once

#include "registry/links/linked_numbers.h"
#include "registry/links/stored.h"
#include "registry/work_queue.h"

namespace grunndata::registry::links {

/// A walk along successors ends after so many steps; more is a circle.
inline constexpr int chain_steps_max = 64;

/// Whom the source, and not a link, has merged `id` into; nothing when nobody. Reads no more than
/// `header` of whoever has no successor.
[[nodiscard]] Result<std::optional<EntityId>>
merged_by_source(const Transaction& transaction, const EntityId& id, const DocumentHeader& header);

/// Uses one transaction, as of one sequence of it: everything it changes is recorded from there.
/// Each entity with a live link is either carried on by that link's survivor (an open spell, the
/// header says the same), or by whom the source merged it into, or the link rests because its
/// survivor is carried on by the entity itself. Each step below leaves it so.
/// Errors everywhere: `corrupt`, `storage`, `invalid` (more rows than an entity can have).
class Identity {
public:
  Identity(Transaction& transaction, const IdCipher& ids, std::uint64_t sequence, Instant when)
      : transaction_(transaction), ids_(ids), sequence_(sequence), when_(when) {}

  /// Makes the live link that stands in the entity's `Carried` hold, unless the source says
  /// otherwise or its survivor is carried on by the entity; false then.
  [[nodiscard]] Result<bool> attach(const EntityId& loser);
  /// Ends that, if it holds, with the events of a split; links that rested because of it hold
  /// again.
  [[nodiscard]] Result<void> detach(const EntityId& loser);

  /// After the source merged `loser` into `survivor`: the loser's header names the survivor, and
  /// both are written. `before`: who carried the loser on until now, and since when; all zero:
  /// nobody. The loser's link gives way, as does a link of the survivor's chain that leads to the
  /// loser. Reads little when nobody here has to do with links.
  [[nodiscard]] Result<void> after_merge(const EntityId& loser, const EntityId& survivor,
                                         const Spell& before);
  /// After the source took back a merge into `merge.survivor`, as it stood since `merge.from`, and
  /// the entity's header names nobody.
  [[nodiscard]] Result<void> after_split(const EntityId& entity, const Spell& merge);
  /// After the entity's own numbers may have changed.
  [[nodiscard]] Result<void> after_numbers(const EntityId& entity);

  /// The end of the chain that `id` stands in.
  [[nodiscard]] Result<EntityId> end_of(EntityId id) const;
  /// `id` and all who carry it on, in order.
  [[nodiscard]] Result<std::vector<EntityId>> chain_of(EntityId id) const;

  void put(const EntityId& entity, const Carried& carried) {
    transaction_.put(store::Family::link, carried_key(entity), write_carried(carried));
  }

private:
  Result<DocumentHeader> header(const EntityId& id) const;
  Result<void> set_successor(const EntityId& id, const EntityId& successor,
                             const std::vector<EventDraft>& events);
  /// What `id` adds to whoever carries it on: those linked to it, and by a link itself as well.
  Result<Linked> share_of(const EntityId& id, bool by_link) const;
  /// The same change for `first` and all who carry it on; `events` are the first one's.
  Result<void> change_chain(const EntityId& first, Linked gone, Linked come,
                            std::vector<EventDraft> events);
  /// Ends the spell and takes the loser out of the chain; `events` tell of it, or none does.
  Result<void> let_go(const EntityId& loser, Carried& carried, bool tell);
  /// The resting link of the end of `id`'s chain, if it has one, may hold now.
  Result<void> wake(const EntityId& id);
  /// Whether a merge of these two has to do with links.
  Result<bool> concerns(const EntityId& loser, const EntityId& survivor, const Carried& carried);
  /// Takes the loser out of where it was, while nobody carries it on.
  Result<void> leave(const EntityId& loser, Carried& carried, const Spell& before);
  /// Lets the first link between `survivor` and `loser` rest, if there is one; where the chain
  /// ended before.
  Result<EntityId> make_way(const EntityId& loser, const EntityId& survivor);
  Result<void> open_conflict(std::uint64_t link, std::vector<EntityId> persons, std::string text);
  Result<bool> has_hjelpenummer(const EntityId& id) const;
  /// A merge by the source has ended: remembered of whoever has or had to do with links, for those
  /// who were linked to them then.
  Result<void> remember(const EntityId& id, Carried& carried, Spell merge);

  Transaction& transaction_;
  const IdCipher& ids_;
  std::uint64_t sequence_;
  Instant when_;
};

} // namespace grunndata::registry::links
