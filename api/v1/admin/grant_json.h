// An emergency grant as JSON, for the interface and the command line alike. Schema `Grant`:
//   id, personId, clientId, issuer?, organisation?, userName?, userHpr?, purpose, parts[], reason,
//   opened, expires, reviewBy, state: waiting | overdue | reviewed,
//   review?: {outcome: justified | unjustified, by, note?, reviewed}
#pragma once

#include "registry/clients/grant.h"

#include <string>
#include <string_view>

namespace grunndata::registry {
class IdCipher;
} // namespace grunndata::registry

namespace grunndata::api::v1 {

/// "waiting", "overdue" or "reviewed".
[[nodiscard]] std::string_view state_of(const registry::Grant& grant,
                                        registry::Instant when) noexcept;

/// Appends the object. For reviewers: it holds the user's own words. No person's number.
void append_grant(std::string& out, const registry::Grant& grant, const registry::IdCipher& ids,
                  registry::Instant when);

} // namespace grunndata::api::v1
