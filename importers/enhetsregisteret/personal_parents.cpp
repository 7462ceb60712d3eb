#include "importers/enhetsregisteret/personal_parents.h"

namespace grunndata::importers::enhetsregisteret {

namespace {

/// So many questions are answered from one state of the registry.
constexpr std::uint32_t questions_per_state = 10'000;

} // namespace

bool PersonalParents::contains(std::string_view orgnr) {
  using registry::virksomhet::IdentifierSystem;
  if (!state_ || asked_ == questions_per_state) {
    state_.reset();
    state_.emplace(registry_, registry::virksomhet::AsOf{});
    asked_ = 0;
  }
  ++asked_;
  const auto node = state_->find({IdentifierSystem::orgnr, orgnr, {}});
  if (!node) return false;
  const auto summary = state_->summary(*node);
  return summary && summary->name_is_personal;
}

} // namespace grunndata::importers::enhetsregisteret
