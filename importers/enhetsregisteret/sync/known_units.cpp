#include "importers/enhetsregisteret/sync/known_units.h"

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::Structure;

/// So many questions are answered from one state of the registry.
constexpr std::uint32_t questions_per_state = 10'000;

} // namespace

const Structure& KnownUnits::state() {
  if (!state_ || asked_ == questions_per_state) {
    state_.reset();
    state_.emplace(registry_, registry::virksomhet::AsOf{});
    asked_ = 0;
  }
  ++asked_;
  return *state_;
}

KnownUnits::Standing KnownUnits::standing_of(std::string_view orgnr) {
  const Structure& now = state();
  const auto node = now.find({IdentifierSystem::orgnr, orgnr, {}});
  if (!node) return Standing::unknown;
  const auto summary = now.summary(*node);
  if (!summary) return Standing::unknown;
  switch (summary->status) {
    case NodeStatus::aktiv: return Standing::alive;
    case NodeStatus::opphort: return Standing::ended;
    case NodeStatus::fjernet: return Standing::removed;
    default: return Standing::unknown;
  }
}

std::string KnownUnits::parent_of(std::string_view orgnr) {
  const Structure& now = state();
  const auto node = now.find({IdentifierSystem::orgnr, orgnr, {}});
  const auto uppers = node ? now.uppers(*node) : tl::unexpected(node.error());
  if (!uppers) return {};
  for (const auto& upper : *uppers) {
    if (upper.type != NodeRelation::juridisk) continue;
    const auto summary = now.summary(upper.upper);
    if (summary && summary->key.system == IdentifierSystem::orgnr) return summary->key.text;
  }
  return {};
}

} // namespace grunndata::importers::enhetsregisteret::sync
