#include "registry/links/stored.h"

#include "registry/fields.h"
#include "registry/keys.h"

namespace grunndata::registry {

std::string_view name_of(LinkState state) noexcept {
  switch (state) {
    case LinkState::proposed: return "proposed";
    case LinkState::live: return "live";
    case LinkState::undone: return "undone";
    case LinkState::refused: return "refused";
  }
  return "";
}

namespace {
constexpr std::array<std::string_view, 7> evidence_names{
    "passport", "eidas", "identityDocument", "biometric", "relative", "record", "other"};
}

std::string_view name_of(EvidenceType type) noexcept {
  const auto place = static_cast<std::size_t>(type) - 1;
  return place < evidence_names.size() ? evidence_names[place] : std::string_view{};
}

std::optional<EvidenceType> evidence_type_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < evidence_names.size(); ++i) {
    if (evidence_names[i] == name) {
      return static_cast<EvidenceType>(i + 1);
    }
  }
  return std::nullopt;
}

namespace links {

namespace {
constexpr std::uint8_t link_format = 1;
constexpr std::uint8_t carried_format = 1;
} // namespace

std::string link_key(std::uint64_t number) { return 'n' + key_of_number(number); }

std::string side_key(const EntityId& entity, std::uint64_t number) {
  return 'e' + key_of(entity) + key_of_number(number);
}

std::string carried_key(const EntityId& entity) { return 'c' + key_of(entity); }

std::string proposal_key(const EntityId& loser, const EntityId& survivor) {
  return 'p' + key_of(loser) + key_of(survivor);
}

std::string write_link(const Link& link) {
  FieldWriter out;
  out.number(link_format).number(link.state).entity(link.loser).entity(link.survivor);
  out.number(link.since).number(link.until).number(link.work);
  out.number(static_cast<std::uint32_t>(link.evidence.size()));
  for (const Evidence& evidence : link.evidence) {
    out.number(evidence.type).text(evidence.country).text(evidence.value);
  }
  out.number(static_cast<std::uint32_t>(link.steps.size()));
  for (const LinkStep& step : link.steps) {
    out.number(step.state);
    write(out, step.by);
    out.time(step.when).text(step.reason);
  }
  return std::move(out).take();
}

std::optional<Link> read_link(std::uint64_t number, std::string_view value) {
  FieldReader in(value);
  Link link;
  link.number = number;
  std::uint8_t format = 0;
  in.number(format);
  in.number(link.state);
  in.entity(link.loser);
  in.entity(link.survivor);
  in.number(link.since);
  in.number(link.until);
  in.number(link.work);
  link.evidence.resize(in.count());
  for (Evidence& evidence : link.evidence) {
    in.number(evidence.type);
    in.text(evidence.country);
    in.text(evidence.value);
  }
  link.steps.resize(in.count());
  for (LinkStep& step : link.steps) {
    in.number(step.state);
    read(in, step.by);
    in.time(step.when);
    in.text(step.reason);
  }
  const bool known = format == link_format && !name_of(link.state).empty();
  return known && in.whole() ? std::optional(std::move(link)) : std::nullopt;
}

std::string write_carried(const Carried& carried) {
  FieldWriter out;
  out.number(carried_format).number(carried.number_state).number(carried.live);
  out.entity(carried.survivor).entity(carried.merged_into);
  out.number(static_cast<std::uint32_t>(carried.spells.size()));
  for (const Spell& spell : carried.spells) {
    out.entity(spell.survivor).number(spell.from).number(spell.to);
  }
  return std::move(out).take();
}

std::optional<Carried> read_carried(std::string_view value) {
  FieldReader in(value);
  Carried carried;
  std::uint8_t format = 0;
  in.number(format);
  in.number(carried.number_state);
  in.number(carried.live);
  in.entity(carried.survivor);
  in.entity(carried.merged_into);
  carried.spells.resize(in.count());
  for (Spell& spell : carried.spells) {
    in.entity(spell.survivor);
    in.number(spell.from);
    in.number(spell.to);
  }
  return format == carried_format && in.whole() ? std::optional(std::move(carried)) : std::nullopt;
}

Result<Link> stored_link(const Transaction& transaction, std::uint64_t number) {
  store::Pinned pin;
  const auto value = transaction.get(store::Family::link, link_key(number), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return fail(ErrorCode::not_found, "no such link");
  }
  auto link = read_link(number, **value);
  if (!link) {
    return fail(ErrorCode::corrupt, "a link cannot be read");
  }
  return std::move(*link);
}

Result<Carried> carried_of(const Transaction& transaction, const EntityId& entity) {
  store::Pinned pin;
  const auto value = transaction.get(store::Family::link, carried_key(entity), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return Carried{};
  }
  auto carried = read_carried(**value);
  if (!carried) {
    return fail(ErrorCode::corrupt, "what links made of a person cannot be read");
  }
  return std::move(*carried);
}

Result<std::optional<EntityId>> carried_then(const store::Store& store,
                                             const store::Snapshot* snapshot,
                                             const EntityId& entity, std::uint64_t sequence) {
  store::Pinned pin;
  const auto found = store.get(store::Family::link, carried_key(entity), pin, snapshot);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return std::nullopt;
  }
  const auto carried = read_carried(pin.view());
  if (!carried) {
    return fail(ErrorCode::corrupt, "what links made of a person cannot be read");
  }
  for (const Spell& spell : carried->spells) {
    if (spell.contains(sequence)) {
      return spell.survivor;
    }
  }
  return std::nullopt;
}

} // namespace links

Result<std::optional<Link>> live_link_of(const Transaction& transaction, const EntityId& entity) {
  const auto carried = links::carried_of(transaction, entity);
  if (!carried) {
    return tl::unexpected(carried.error());
  }
  if (carried->live == 0) {
    return std::nullopt;
  }
  auto link = links::stored_link(transaction, carried->live);
  if (!link) {
    return tl::unexpected(link.error());
  }
  return std::optional(std::move(*link));
}

} // namespace grunndata::registry
