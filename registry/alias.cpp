#include "registry/alias.h"

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

using store::Family;

Result<std::vector<IndexEntry>> live_entries(const Transaction& transaction,
                                             const IdentifierKey& key) {
  store::Pinned pin;
  const auto value = transaction.get(Family::identifier, key_of(key), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto entries = read_index(value->value_or(std::string_view{}));
  if (!entries) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  std::erase_if(*entries, [](const IndexEntry& entry) { return !entry.is_live(); });
  return std::move(*entries);
}

/// Whom the identifier means: whoever uses it, else the only one who did.
std::optional<EntityId> meant(const std::vector<IndexEntry>& entries) {
  std::vector<EntityId> found;
  for (const bool in_use : {true, false}) {
    for (const IndexEntry& entry : entries) {
      if ((entry.in_use != 0) == in_use) {
        found.push_back(entry.entity);
      }
    }
    if (!found.empty()) {
      break;
    }
  }
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

Result<AliasOutcome> add(Transaction& transaction, const IdCipher& ids, const AliasClaim& claim) {
  const IdentifierKey alias{IdentifierType::alias, claim.alias, {}};
  if (claim.alias.empty() || claim.alias.size() > alias_bytes_max || ids.open(claim.alias)) {
    return AliasOutcome::refused;
  }
  const auto of = live_entries(transaction, claim.of);
  const auto taken = live_entries(transaction, alias);
  if (!of || !taken) {
    return tl::unexpected(of ? taken.error() : of.error());
  }
  const auto person = meant(*of);
  if (!person) {
    return AliasOutcome::refused;
  }
  if (!taken->empty()) {
    return taken->front().entity == *person ? AliasOutcome::known : AliasOutcome::refused;
  }
  store::Pinned current_pin;
  store::Pinned past_pin;
  const auto current = transaction.get(Family::current, person->view(), current_pin);
  const auto past = transaction.get(Family::past, person->view(), past_pin);
  if (!current || !past) {
    return tl::unexpected(current ? past.error() : current.error());
  }
  auto entity = *current ? Entity::decode(**current, past->value_or(std::string_view{}))
                         : Result<Entity>(fail(ErrorCode::corrupt, "missing"));
  if (!entity) {
    return fail(ErrorCode::corrupt, "an identifier points at an entity that cannot be read");
  }
  IndexEntry entry;
  entry.entity = *person;
  entry.recorded_from = entity->header.sequence_first;
  entity->identifiers.push_back({IdentifierType::alias, true, false, false, claim.alias, {}});
  entity->sort_rows();
  transaction.put(Family::current, key_of(*person), entity->encode_current());
  transaction.put(Family::identifier, key_of(alias), write_index({entry}));
  return AliasOutcome::added;
}

} // namespace

Result<std::vector<AliasOutcome>> add_aliases(Registry& registry,
                                              std::span<const AliasClaim> claims) {
  std::vector<AliasOutcome> outcomes;
  const IdCipher& ids = registry.ids();
  const auto written = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    for (const AliasClaim& claim : claims) {
      const auto outcome = add(transaction, ids, claim);
      if (!outcome) {
        return tl::unexpected(outcome.error());
      }
      outcomes.push_back(*outcome);
    }
    return {};
  });
  if (!written) {
    return tl::unexpected(written.error());
  }
  return outcomes;
}

} // namespace grunndata::registry
