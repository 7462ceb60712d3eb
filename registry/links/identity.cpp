#include "registry/links/identity.h"

#include "registry/loaded_entity.h"

#include <algorithm>

namespace grunndata::registry::links {

namespace {

bool contains(const std::vector<EntityId>& entities, const EntityId& id) {
  return std::ranges::find(entities, id) != entities.end();
}

EntityId successor_of(const DocumentHeader& header) noexcept { return EntityId{header.successor}; }

} // namespace

Result<std::optional<EntityId>> merged_by_source(const Transaction& transaction, const EntityId& id,
                                                 const DocumentHeader& header) {
  if (successor_of(header) == EntityId{}) {
    return std::nullopt;
  }
  const auto carried = carried_of(transaction, id);
  if (!carried) {
    return tl::unexpected(carried.error());
  }
  if (carried->live == 0) {
    return successor_of(header);
  }
  return carried->is_merged() ? std::optional(carried->merged_into) : std::nullopt;
}

Result<DocumentHeader> Identity::header(const EntityId& id) const {
  auto known = header_of(transaction_, id);
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (!*known) {
    return fail(ErrorCode::corrupt, "a link names a person who is not there");
  }
  return **known;
}

Result<std::vector<EntityId>> Identity::chain_of(EntityId id) const {
  std::vector<EntityId> chain;
  for (int step = 0; step < chain_steps_max; ++step) {
    const auto now = header(id);
    if (!now) {
      return tl::unexpected(now.error());
    }
    chain.push_back(id);
    if (successor_of(*now) == EntityId{}) {
      return chain;
    }
    id = successor_of(*now);
  }
  return fail(ErrorCode::corrupt, "linked persons point at each other in a circle");
}

Result<EntityId> Identity::end_of(EntityId id) const {
  auto chain = chain_of(id);
  return chain ? Result<EntityId>(chain->back()) : Result<EntityId>(tl::unexpected(chain.error()));
}

Result<void> Identity::set_successor(const EntityId& id, const EntityId& successor,
                                     const std::vector<EventDraft>& events) {
  LoadedEntity loaded;
  if (auto read = load_entity(transaction_, id, Source::links, loaded); !read) {
    return read;
  }
  DocumentHeader& header = loaded.entity.header;
  header.successor = successor.bytes;
  header.successor_since = successor == EntityId{} ? 0 : sequence_;
  append_events(transaction_, id, events, header);
  put_entity(transaction_, id, loaded.entity);
  return {};
}

Result<bool> Identity::has_hjelpenummer(const EntityId& id) const {
  LoadedEntity loaded;
  if (auto read = load_entity(transaction_, id, Source::links, loaded); !read) {
    return tl::unexpected(read.error());
  }
  return std::ranges::any_of(loaded.entity.identifiers, [](const HeldIdentifier& held) {
    return held.type == IdentifierType::fhn;
  });
}

Result<Linked> Identity::share_of(const EntityId& id, bool by_link) const {
  auto share = linked_to(transaction_, ids_, id);
  if (!share || !by_link) {
    return share;
  }
  LoadedEntity loaded;
  if (auto read = load_entity(transaction_, id, Source::links, loaded); !read) {
    return tl::unexpected(read.error());
  }
  share->entities.push_back(id);
  std::ranges::move(numbers_of(id, loaded.entity, when_), std::back_inserter(share->numbers));
  return share;
}

Result<void> Identity::change_chain(const EntityId& first, Linked gone, Linked come,
                                    std::vector<EventDraft> events) {
  if (gone.empty() && come.empty() && events.empty()) {
    return {};
  }
  const auto chain = chain_of(first);
  if (!chain) {
    return tl::unexpected(chain.error());
  }
  LinkedChange change{std::move(gone), std::move(come), std::move(events), sequence_};
  for (const EntityId& id : *chain) {
    if (auto changed = change_linked(transaction_, ids_, id, change); !changed) {
      return changed;
    }
    change.events.clear();
  }
  return {};
}

Result<bool> Identity::attach(const EntityId& loser) {
  auto carried = carried_of(transaction_, loser);
  if (!carried) {
    return tl::unexpected(carried.error());
  }
  if (carried->live == 0 || carried->is_merged() || carried->takes_effect()) {
    return carried->takes_effect();
  }
  const EntityId survivor = carried->survivor;
  const auto chain = chain_of(survivor);
  if (!chain) {
    return tl::unexpected(chain.error());
  }
  if (contains(*chain, loser)) {
    return false; // it rests: the source has them the other way round
  }
  carried->spells.push_back({survivor, sequence_});
  put(loser, *carried);
  if (auto set = set_successor(loser, survivor,
                               {{EventType::person_is_discontinued_as_duplicate, Sight::named}});
      !set) {
    return tl::unexpected(set.error());
  }
  auto come = share_of(loser, true);
  const auto hjelpenummer = has_hjelpenummer(loser);
  if (!come || !hjelpenummer) {
    return tl::unexpected(!come ? come.error() : hjelpenummer.error());
  }
  std::vector<EventDraft> events{
      {EventType::person_is_continued_as_valid_upon_merger, Sight::named}};
  if (*hjelpenummer) {
    events.push_back({EventType::updated_alternate_identification_number, Sight::named});
  }
  if (auto shown = change_chain(survivor, {}, std::move(*come), std::move(events)); !shown) {
    return tl::unexpected(shown.error());
  }
  return true;
}

Result<void> Identity::let_go(const EntityId& loser, Carried& carried, bool tell) {
  const EntityId survivor = carried.spells.back().survivor;
  if (carried.spells.back().from == sequence_) {
    carried.spells.pop_back();
  } else {
    carried.spells.back().to = sequence_;
  }
  put(loser, carried);
  auto gone = share_of(loser, true);
  const auto hjelpenummer = has_hjelpenummer(loser);
  if (!gone || !hjelpenummer) {
    return tl::unexpected(!gone ? gone.error() : hjelpenummer.error());
  }
  std::vector<EventDraft> of_loser;
  std::vector<EventDraft> of_survivor;
  if (tell) {
    of_loser.push_back(
        {EventType::person_is_restored_by_splitting, Sight::named, EventCause::annulment});
    of_survivor.push_back(
        {EventType::person_is_changed_by_splitting, Sight::named, EventCause::annulment});
    if (*hjelpenummer) {
      of_survivor.push_back({EventType::updated_alternate_identification_number, Sight::named});
    }
  }
  if (auto set = set_successor(loser, {}, of_loser); !set) {
    return set;
  }
  return change_chain(survivor, std::move(*gone), {}, std::move(of_survivor));
}

Result<void> Identity::detach(const EntityId& loser) {
  auto carried = carried_of(transaction_, loser);
  if (!carried) {
    return tl::unexpected(carried.error());
  }
  if (!carried->takes_effect()) {
    return {};
  }
  const EntityId survivor = carried->spells.back().survivor;
  if (auto let = let_go(loser, *carried, true); !let) {
    return let;
  }
  return wake(survivor);
}

Result<void> Identity::wake(const EntityId& id) {
  const auto root = end_of(id);
  if (!root) {
    return tl::unexpected(root.error());
  }
  const auto attached = attach(*root);
  return attached ? Result<void>{} : Result<void>(tl::unexpected(attached.error()));
}

Result<void> Identity::open_conflict(std::uint64_t link, std::vector<EntityId> persons,
                                     std::string text) {
  WorkItem item;
  item.kind = WorkKind::link_conflict;
  item.persons = std::move(persons);
  item.about = link;
  item.text = std::move(text);
  item.opened = when_;
  const auto opened = open_work(transaction_, std::move(item));
  return opened ? Result<void>{} : Result<void>(tl::unexpected(opened.error()));
}

Result<bool> Identity::concerns(const EntityId& loser, const EntityId& survivor,
                                const Carried& carried) {
  const auto carries_on = header(survivor);
  const auto below = linked_to(transaction_, ids_, loser);
  if (!carries_on || !below) {
    return tl::unexpected(!carries_on ? carries_on.error() : below.error());
  }
  return carried.live != 0 || !carried.spells.empty() || !below->empty() ||
         successor_of(*carries_on) != EntityId{};
}

Result<void> Identity::leave(const EntityId& loser, Carried& carried, const Spell& before) {
  if (carried.takes_effect()) {
    return let_go(loser, carried, false);
  }
  if (before.survivor == EntityId{}) {
    return {};
  }
  auto gone = share_of(loser, false); // the source had merged it into somebody else
  if (!gone) {
    return tl::unexpected(gone.error());
  }
  if (auto cut = change_chain(before.survivor, std::move(*gone), {}, {}); !cut) {
    return cut;
  }
  return remember(loser, carried, before);
}

Result<EntityId> Identity::make_way(const EntityId& loser, const EntityId& survivor) {
  const auto chain = chain_of(survivor);
  if (!chain) {
    return tl::unexpected(chain.error());
  }
  for (std::size_t i = 0; chain->back() == loser && i + 1 < chain->size(); ++i) {
    auto other = carried_of(transaction_, (*chain)[i]);
    if (!other) {
      return tl::unexpected(other.error());
    }
    if (other->takes_effect()) { // the source has them the other way round
      if (auto rests = let_go((*chain)[i], *other, false); !rests) {
        return tl::unexpected(rests.error());
      }
      break;
    }
  }
  return chain->back();
}

Result<void> Identity::after_merge(const EntityId& loser, const EntityId& survivor,
                                   const Spell& before) {
  auto carried = carried_of(transaction_, loser);
  const auto is_ours = carried ? concerns(loser, survivor, *carried) : Result<bool>(false);
  if (!carried || !is_ours) {
    return tl::unexpected(!carried ? carried.error() : is_ours.error());
  }
  if (!*is_ours) {
    return {};
  }
  const bool held = carried->takes_effect();
  // Nobody carries the loser on while edges move, so that no walk goes round.
  if (auto alone = set_successor(loser, {}, {}); !alone) {
    return alone;
  }
  if (auto left = leave(loser, *carried, before); !left) {
    return left;
  }
  if (carried->live != 0) {
    carried->merged_into = survivor;
    put(loser, *carried);
  }
  const auto end = make_way(loser, survivor);
  const auto linked_end = held ? end_of(carried->survivor) : end;
  if (!end || !linked_end) {
    return tl::unexpected(!end ? end.error() : linked_end.error());
  }
  if (*end != *linked_end) {
    if (auto opened = open_conflict(carried->live, {loser, carried->survivor, survivor},
                                    "the source has merged the linked person into somebody else");
        !opened) {
      return opened;
    }
  }
  auto come = share_of(loser, false);
  auto merged =
      come ? set_successor(loser, survivor, {}) : Result<void>(tl::unexpected(come.error()));
  if (!merged || !(merged = change_chain(survivor, {}, std::move(*come), {}))) {
    return merged;
  }
  return before.survivor == EntityId{} ? Result<void>{} : wake(before.survivor);
}

Result<void> Identity::remember(const EntityId& id, Carried& carried, Spell merge) {
  store::Pinned pin;
  const auto linked = transaction_.get(store::Family::source, key_of(id, Source::links), pin);
  const auto known = transaction_.get(store::Family::link, carried_key(id), pin);
  if (!linked || !known) {
    return tl::unexpected(!linked ? linked.error() : known.error());
  }
  merge.to = sequence_;
  if ((*linked || *known) && merge.from < merge.to) {
    carried.spells.push_back(merge);
    put(id, carried);
  }
  return {};
}

Result<void> Identity::after_split(const EntityId& entity, const Spell& merge) {
  const EntityId survivor = merge.survivor;
  auto gone = share_of(entity, false);
  auto carried = carried_of(transaction_, entity);
  if (!gone || !carried) {
    return tl::unexpected(!gone ? gone.error() : carried.error());
  }
  if (auto cut = change_chain(survivor, std::move(*gone), {}, {}); !cut) {
    return cut;
  }
  if (auto kept = remember(entity, *carried, merge); !kept) {
    return kept;
  }
  if (carried->live != 0 && carried->is_merged()) {
    carried->merged_into = {};
    put(entity, *carried);
    const auto parted_from = end_of(survivor);
    const auto linked_to_whom = end_of(carried->survivor);
    if (!parted_from || !linked_to_whom) {
      return tl::unexpected(!parted_from ? parted_from.error() : linked_to_whom.error());
    }
    const auto attached = attach(entity);
    if (!attached) {
      return tl::unexpected(attached.error());
    }
    if (*attached && *parted_from == *linked_to_whom) {
      if (auto opened = open_conflict(carried->live, {entity, survivor},
                                      "the source has parted two who are linked");
          !opened) {
        return opened;
      }
    }
  }
  return wake(survivor);
}

Result<void> Identity::after_numbers(const EntityId& entity) {
  const auto carried = carried_of(transaction_, entity);
  if (!carried) {
    return tl::unexpected(carried.error());
  }
  if (!carried->takes_effect()) {
    return {};
  }
  LoadedEntity loaded;
  if (auto read = load_entity(transaction_, entity, Source::links, loaded); !read) {
    return read;
  }
  const EntityId survivor = carried->spells.back().survivor;
  const auto shown = linked_to(transaction_, ids_, survivor);
  if (!shown) {
    return tl::unexpected(shown.error());
  }
  const auto numbers = numbers_of(entity, loaded.entity, when_);
  const auto shows = [&shown](const LinkedNumber& number) {
    return std::ranges::any_of(
        shown->numbers, [&number](const LinkedNumber& other) { return other.is_same(number); });
  };
  const auto shown_of_entity = std::ranges::count(shown->numbers, entity, &LinkedNumber::loser);
  if (std::ranges::all_of(numbers, shows) &&
      static_cast<std::size_t>(shown_of_entity) == numbers.size()) {
    return {};
  }
  return change_chain(survivor, {{entity}, {}}, {{entity}, numbers}, {});
}

} // namespace grunndata::registry::links
