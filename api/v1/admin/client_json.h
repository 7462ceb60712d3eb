// A client as JSON, for the interface and the command line alike. Schema `Client`:
//   id, issuer? (absent: any), name, organisation, purpose, parts[], legalBasis, expires?,
//   requestsPerMinute?, personsPerDay?, numbersPerDay?, breakGlassParts[], registered, revoked?,
//   state: active | expired | revoked
#pragma once

#include "registry/clients/client.h"
#include "registry/clients/client_rules.h"

#include <string>
#include <string_view>

namespace grunndata::api::v1 {

/// "active", "expired" or "revoked".
[[nodiscard]] std::string_view state_of(const registry::Client& client,
                                        registry::Instant when) noexcept;

/// Appends the object; optional members are left out when they say nothing.
void append_client(std::string& out, const registry::Client& client, registry::Instant when);

/// Appends the contract's names of parts as an array.
void append_parts(std::string& out, const registry::PersonPartSet& parts);

/// Appends `,"name":"value"`; nothing when the value is empty.
void append_text_member(std::string& out, std::string_view name, std::string_view value);
/// Appends `,"name":"time"`.
void append_time_member(std::string& out, std::string_view name, registry::Instant when);

/// The field's name in JSON: `legalBasis`.
[[nodiscard]] std::string json_name_of(registry::ClientField field);

} // namespace grunndata::api::v1
