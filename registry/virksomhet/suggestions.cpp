#include "registry/virksomhet/suggestions.h"

#include "registry/virksomhet/carry_out.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

Result<Suggestion> read_from(std::string_view key, std::optional<std::string_view> value) {
  if (!value) {
    return fail(ErrorCode::not_found, "there is no such suggestion");
  }
  auto suggestion = read_suggestion(key, *value);
  return suggestion ? Result<Suggestion>(std::move(*suggestion))
                    : fail(ErrorCode::corrupt, "a suggestion cannot be read");
}

/// One that may be decided on.
Result<Suggestion> undecided(const Transaction& transaction, const EntityId& id) {
  store::Pinned pin;
  const std::string key = suggestion_key(id);
  const auto value = transaction.get(Family::structure, key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto suggestion = read_from(key, *value);
  if (suggestion && suggestion->state != SuggestionState::open &&
      suggestion->state != SuggestionState::withdrawn) {
    return fail(ErrorCode::conflict, "decided: somebody has decided on it already");
  }
  return suggestion;
}

void put_decided(Transaction& transaction, Suggestion& suggestion, SuggestionState state,
                 const Suggestions::Told& told) {
  suggestion.state = state;
  add_step(suggestion.steps, {state, told.by, transaction.time(), told.reason},
           suggestion_steps_max);
  transaction.put(Family::structure, suggestion_key(suggestion.id), write_suggestion(suggestion));
}

} // namespace

Result<std::vector<Suggestion>> Suggestions::list(std::optional<SuggestionState> state,
                                                  std::size_t limit,
                                                  std::optional<EntityId> after) const {
  auto all = all_suggestions(*registry_.impl().store);
  if (!all) {
    return all;
  }
  std::ranges::sort(*all, [](const Suggestion& a, const Suggestion& b) {
    return a.score != b.score ? a.score > b.score : a.id < b.id;
  });
  auto from = all->begin();
  if (after) {
    const auto last = std::ranges::find(*all, *after, &Suggestion::id);
    if (last == all->end()) {
      return fail(ErrorCode::not_found, "the suggestion to go on after is gone");
    }
    from = last + 1;
  }
  std::vector<Suggestion> page;
  for (; from != all->end() && page.size() < limit; ++from) {
    if (!state || from->state == *state) {
      page.push_back(std::move(*from));
    }
  }
  return page;
}

Result<Suggestion> Suggestions::get(const EntityId& id) const {
  store::Pinned pin;
  const std::string key = suggestion_key(id);
  const auto found = registry_.impl().store->get(Family::structure, key, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  return read_from(key, *found ? std::optional(pin.view()) : std::nullopt);
}

Suggestions::Done Suggestions::approve(const EntityId& id, const Approval& approval,
                                       const Told& told) {
  return carry_out(registry_, told, [&](Transaction& transaction) -> Result<Suggestion> {
    auto suggestion = undecided(transaction, id);
    if (!suggestion) {
      return suggestion;
    }
    RelationWanted wanted;
    wanted.type = NodeRelation::tilsvarer;
    wanted.kind = approval.kind;
    wanted.from = suggestion->lower;
    wanted.to = suggestion->upper;
    wanted.valid_from = approval.valid_from;
    wanted.confidence = suggestion->score;
    wanted.document = approval.document;
    const auto relation = state_relation(transaction, registry_, wanted, told.by, told.reason);
    if (!relation) {
      return tl::unexpected(relation.error());
    }
    suggestion->relation = relation->number;
    put_decided(transaction, *suggestion, SuggestionState::approved, told);
    return suggestion;
  });
}

Suggestions::Done Suggestions::reject(const EntityId& id, const Told& told) {
  return carry_out(registry_, told, [&](Transaction& transaction) -> Result<Suggestion> {
    auto suggestion = undecided(transaction, id);
    if (suggestion) {
      put_decided(transaction, *suggestion, SuggestionState::rejected, told);
    }
    return suggestion;
  });
}

} // namespace grunndata::registry::virksomhet
