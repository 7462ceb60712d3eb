#include "registry/links/check_links.h"

#include "registry/links/linked_numbers.h"
#include "registry/links/stored.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry::links {

namespace {

using store::Family;

class LinkCheck {
public:
  LinkCheck(const Registry& registry, const store::Snapshot& snapshot, const Fault& fault)
      : registry_(registry), snapshot_(snapshot), fault_(fault) {}

  Result<void> link(std::uint64_t number, std::string_view value);
  Result<void> carried(const EntityId& entity, std::string_view value);
  Result<void> proposal(std::string_view key, std::string_view value);

private:
  Result<bool> get(Family family, std::string_view key, store::Pinned& pin) const {
    return registry_.impl().store->get(family, key, pin, &snapshot_);
  }
  Result<void> shown(const EntityId& entity, const EntityId& survivor);

  const Registry& registry_;
  const store::Snapshot& snapshot_;
  const Fault& fault_;
};

Result<void> LinkCheck::link(std::uint64_t number, std::string_view value) {
  const auto link = read_link(number, value);
  if (!link || link->steps.empty()) {
    fault_({}, "a link cannot be read");
    return {};
  }
  store::Pinned pin;
  for (const EntityId& side : {link->loser, link->survivor}) {
    const auto listed = get(Family::link, side_key(side, number), pin);
    if (!listed) {
      return tl::unexpected(listed.error());
    }
    if (!*listed) {
      fault_(side, "a link is not listed at the person");
    }
  }
  const auto found = get(Family::link, carried_key(link->loser), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto carried = *found ? read_carried(pin.view()) : Carried{};
  const bool is_live = carried && carried->live == number;
  if (is_live != (link->state == LinkState::live) ||
      (is_live && carried->survivor != link->survivor)) {
    fault_(link->loser, "the person's live link is another one");
  }
  const std::string proposal = proposal_key(link->loser, link->survivor);
  const auto open = get(Family::link, proposal, pin);
  if (!open) {
    return tl::unexpected(open.error());
  }
  if ((*open && number_of_key(pin.view()) == number) != (link->state == LinkState::proposed)) {
    fault_(link->loser, "a proposed link does not stand under its two persons, or another does");
  }
  return {};
}

Result<void> LinkCheck::proposal(std::string_view key, std::string_view value) {
  const auto is_number = value.size() == sizeof(std::uint64_t);
  store::Pinned pin;
  const auto found =
      is_number ? get(Family::link, link_key(number_of_key(value)), pin) : Result<bool>(false);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto link = *found ? read_link(number_of_key(value), pin.view()) : std::nullopt;
  if (!link || proposal_key(link->loser, link->survivor) != key) {
    fault_({}, "a link is said to be proposed that is not");
  }
  return {};
}

Result<void> LinkCheck::carried(const EntityId& entity, std::string_view value) {
  const auto carried = read_carried(value);
  store::Pinned pin;
  const auto found = get(Family::current, entity.view(), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto document = *found ? DocumentBytes::current(pin.view())
                               : Result<DocumentBytes>(fail(ErrorCode::not_found, ""));
  if (!carried || !document) {
    fault_(entity, "what links made of the person cannot be read");
    return {};
  }
  const DocumentHeader header = document->header();
  const EntityId successor{header.successor};
  if (carried->takes_effect()) {
    const Spell& open = carried->spells.back();
    if (carried->live == 0 || carried->is_merged() || open.survivor != carried->survivor ||
        successor != open.survivor || header.successor_since != open.from) {
      fault_(entity, "a link holds that the person does not keep to");
    }
    return shown(entity, open.survivor);
  }
  if (carried->live != 0 && successor != carried->merged_into) {
    fault_(entity, "who carries the person on is neither linked nor merged with them");
  }
  return {};
}

Result<void> LinkCheck::shown(const EntityId& entity, const EntityId& survivor) {
  store::Pinned pin;
  const auto found = get(Family::source, key_of(survivor, Source::links), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto said = *found ? read_source(pin.view()) : std::nullopt;
  const auto linked = said ? read_linked(said->raw, registry_.ids()) : std::nullopt;
  if (!linked || std::ranges::find(linked->entities, entity) == linked->entities.end()) {
    fault_(survivor, "the person does not show somebody who is linked to them");
    return {};
  }
  store::Pinned current;
  const auto read = get(Family::current, survivor.view(), current);
  store::Pinned past;
  const auto read_past = read ? get(Family::past, survivor.view(), past) : read;
  if (!read_past) {
    return tl::unexpected(read_past.error());
  }
  const auto document =
      Entity::decode(current.view(), *read_past ? past.view() : std::string_view{});
  const auto rows = !document ? -1 : std::ranges::count_if(document->rows, [](const Row& row) {
    return row.entry.source == Source::links && row.entry.recorded_to == still_recorded;
  });
  if (rows != static_cast<std::ptrdiff_t>(linked->numbers.size())) {
    fault_(survivor, "the numbers of those linked and the rows that show them are not as many");
  }
  return {};
}

} // namespace

Result<void> check_link(const Registry& registry, const store::Snapshot& snapshot,
                        std::string_view key, std::string_view value, const Fault& fault) {
  LinkCheck check(registry, snapshot, fault);
  const std::string_view rest = key.substr(std::min<std::size_t>(key.size(), 1));
  if (key.starts_with('n') && rest.size() == sizeof(std::uint64_t)) {
    return check.link(number_of_key(rest), value);
  }
  EntityId entity;
  if (key.starts_with('c') && rest.size() == entity.bytes.size()) {
    std::memcpy(entity.bytes.data(), rest.data(), rest.size());
    return check.carried(entity, value);
  }
  if (key.starts_with('p') && rest.size() == 2 * entity.bytes.size()) {
    return check.proposal(key, value);
  }
  if (!key.starts_with('e') || rest.size() != entity.bytes.size() + sizeof(std::uint64_t)) {
    fault({}, "a key of the links is none that we write");
  }
  return {};
}

} // namespace grunndata::registry::links
