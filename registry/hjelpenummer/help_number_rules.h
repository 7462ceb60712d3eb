// What holds of a request about a hjelpenummer, checked before anything is written.
#pragma once

#include "registry/hjelpenummer/help_numbers.h"

#include <string_view>

namespace grunndata::registry::hjelpenummer {

/// All errors are `invalid`, with the field's name first in the message; none repeats a value.
[[nodiscard]] Result<void> check_reason(std::string_view reason);
[[nodiscard]] Result<void> check_organisation(std::string_view organisation);
[[nodiscard]] Result<void> check_facts(const Facts& facts, Instant when);
[[nodiscard]] Result<void> check_newborn(const Newborn& newborn, Instant when);
[[nodiscard]] Result<void> check_issue(const IssueRequest& request, Instant when);
[[nodiscard]] Result<void> check_local(const HelpNumber& number, Instant when);

[[nodiscard]] bool is_fhn(std::string_view number);

} // namespace grunndata::registry::hjelpenummer
