// Access that was opened in an emergency: for one user of one client, to one person, for minutes.
#pragma once

#include "registry/entity_id.h"
#include "registry/person_part.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// Why, as HL7's PurposeOfUse codes say it. The number is stored.
enum class EmergencyPurpose : std::uint8_t {
  etreat = 1, ///< ETREAT, emergency treatment
  btg = 2,    ///< BTG, break the glass
};

/// "ETREAT", "BTG".
[[nodiscard]] std::string_view code_of(EmergencyPurpose purpose) noexcept;
[[nodiscard]] std::optional<EmergencyPurpose> emergency_purpose_of(std::string_view code) noexcept;

/// What a reviewer found. The number is stored.
enum class ReviewOutcome : std::uint8_t { justified = 1, unjustified = 2 };

/// "justified", "unjustified".
[[nodiscard]] std::string_view name_of(ReviewOutcome outcome) noexcept;
[[nodiscard]] std::optional<ReviewOutcome> review_outcome_of(std::string_view name) noexcept;

struct GrantReview {
  ReviewOutcome outcome{};
  std::string by; ///< who, for people: a name, or `os:` and the operating-system user
  std::string note;
  Instant when{};
};

struct Grant {
  std::uint64_t number = 0; ///< from 1, in the order opened
  std::string client_id;
  std::string issuer;   ///< name of the token's issuer in the configuration
  std::string user_key; ///< keyed hash of who opened it (`audit::Log::user_key`)
  std::string user_name;
  std::string user_hpr;
  std::string organisation; ///< orgnr
  EntityId entity;
  PersonPartSet parts; ///< what the client's agreement opened, as it was then
  EmergencyPurpose purpose{};
  std::string reason; ///< the user's own words; for reviewers, never for the person
  Instant opened{};
  Instant expires{};
  Instant review_by{};
  std::optional<GrantReview> review;

  [[nodiscard]] bool is_open(Instant when) const noexcept { return when < expires; }
  [[nodiscard]] bool is_overdue(Instant when) const noexcept {
    return !review && review_by <= when;
  }
};

} // namespace grunndata::registry
