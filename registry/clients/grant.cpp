#include "registry/clients/grant.h"

namespace grunndata::registry {

std::string_view code_of(EmergencyPurpose purpose) noexcept {
  return purpose == EmergencyPurpose::etreat ? "ETREAT" : "BTG";
}

std::optional<EmergencyPurpose> emergency_purpose_of(std::string_view code) noexcept {
  for (const auto purpose : {EmergencyPurpose::etreat, EmergencyPurpose::btg}) {
    if (code_of(purpose) == code) {
      return purpose;
    }
  }
  return std::nullopt;
}

std::string_view name_of(ReviewOutcome outcome) noexcept {
  return outcome == ReviewOutcome::justified ? "justified" : "unjustified";
}

std::optional<ReviewOutcome> review_outcome_of(std::string_view name) noexcept {
  for (const auto outcome : {ReviewOutcome::justified, ReviewOutcome::unjustified}) {
    if (name_of(outcome) == name) {
      return outcome;
    }
  }
  return std::nullopt;
}

} // namespace grunndata::registry
