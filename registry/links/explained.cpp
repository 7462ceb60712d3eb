// Reading of links: one, all of a person, who is linked now, and who was shown in somebody's place.
#include "registry/links/linked_numbers.h"
#include "registry/links/stored.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

using store::Family;

/// From and to of a piece of the recorded axis.
struct Piece {
  std::uint64_t from = 0;
  std::uint64_t to = still_recorded;
};

/// Whom `entity` led to during `piece`, along chains, as the registry knows it now.
class Followed {
public:
  Followed(const Registry& registry, const store::Snapshot& snapshot)
      : store_(*registry.impl().store), snapshot_(snapshot) {}

  Result<void> follow(const EntityId& entity, Piece piece, int steps);

  struct Shown {
    EntityId entity;
    Piece piece;
  };
  std::vector<Shown> shown;

private:
  const store::Store& store_;
  const store::Snapshot& snapshot_;
};

Result<void> Followed::follow(const EntityId& entity, Piece piece, int steps) {
  if (steps == 0) {
    return fail(ErrorCode::corrupt, "linked persons point at each other in a circle");
  }
  store::Pinned current;
  store::Pinned pin;
  const auto read = store_.get(Family::current, entity.view(), current, &snapshot_);
  const auto found = store_.get(Family::link, links::carried_key(entity), pin, &snapshot_);
  if (!read || !found) {
    return tl::unexpected(!read ? read.error() : found.error());
  }
  const auto document = DocumentBytes::current(current.view());
  auto carried = *found ? links::read_carried(pin.view()) : links::Carried{};
  if (!document || !carried) {
    return fail(ErrorCode::corrupt, "a linked person cannot be read");
  }
  const DocumentHeader header = document->header();
  if (header.successor != EntityId{}.bytes && !carried->takes_effect()) {
    carried->spells.push_back({EntityId{header.successor}, header.successor_since});
  }
  for (const links::Spell& spell : carried->spells) {
    const Piece covered{std::max(piece.from, spell.from), std::min(piece.to, spell.to)};
    if (covered.from >= covered.to) {
      continue;
    }
    if (piece.from < covered.from) {
      shown.push_back({entity, {piece.from, covered.from}});
    }
    if (auto followed = follow(spell.survivor, covered, steps - 1); !followed) {
      return followed;
    }
    piece.from = covered.to;
  }
  if (piece.from < piece.to) {
    shown.push_back({entity, piece});
  }
  return {};
}

/// When the commit of `sequence` was made.
Result<Instant> time_of(const store::Store& store, std::uint64_t sequence) {
  store::Pinned pin;
  const auto found = store.get(Family::log, key_of_number(sequence), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto entry = *found ? read_log(pin.view()) : std::nullopt;
  return entry ? Result<Instant>(Instant{entry->recorded_at})
               : fail(ErrorCode::corrupt, "a record of the log is missing");
}

} // namespace

Result<Link> Links::link(std::uint64_t number) const {
  store::Pinned pin;
  const auto found = registry_.impl().store->get(Family::link, links::link_key(number), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(ErrorCode::not_found, "no such link");
  }
  auto link = links::read_link(number, pin.view());
  return link ? Result<Link>(std::move(*link)) : fail(ErrorCode::corrupt, "a link cannot be read");
}

Result<std::vector<Link>> Links::of(const EntityId& entity) const {
  std::vector<Link> all;
  const std::string begin = links::side_key(entity, 0);
  const std::string_view prefix = std::string_view(begin).substr(0, begin.size() - 8);
  const auto cursor = registry_.impl().store->scan(Family::link);
  for (cursor->seek(begin); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    auto found = link(number_of_key(cursor->key().substr(prefix.size())));
    if (!found) {
      return tl::unexpected(found.error());
    }
    all.push_back(std::move(*found));
  }
  if (auto status = cursor->status(); !cursor->valid() && !status) {
    return tl::unexpected(status.error());
  }
  return all;
}

Result<std::vector<ShownWhileLinked>> Links::shown_while(const Link& link) const {
  std::vector<ShownWhileLinked> all;
  if (link.since == 0) {
    return all;
  }
  const store::Store& store = *registry_.impl().store;
  const auto snapshot = store.snapshot();
  Followed followed(registry_, *snapshot);
  const Piece live{link.since, link.until == 0 ? still_recorded : link.until};
  if (auto done = followed.follow(link.loser, live, 64); !done) {
    return tl::unexpected(done.error());
  }
  for (const Followed::Shown& shown : followed.shown) {
    if (shown.entity == link.loser) {
      continue; // the link rested
    }
    const auto from = time_of(store, shown.piece.from);
    const auto to = shown.piece.to == still_recorded ? Result<Instant>(clock_())
                                                     : time_of(store, shown.piece.to);
    if (!from || !to) {
      return tl::unexpected(!from ? from.error() : to.error());
    }
    all.push_back({shown.entity, *from, *to});
  }
  return all;
}

Result<std::vector<EntityId>> linked_now(const Registry& registry, const EntityId& entity) {
  store::Pinned pin;
  const auto found =
      registry.impl().store->get(Family::source, key_of(entity, Source::links), pin, nullptr);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return std::vector<EntityId>{};
  }
  const auto said = read_source(pin.view());
  auto linked = said ? links::read_linked(said->raw, registry.ids()) : std::nullopt;
  return linked ? Result<std::vector<EntityId>>(std::move(linked->entities))
                : fail(ErrorCode::corrupt, "who is linked to a person cannot be read");
}

} // namespace grunndata::registry
