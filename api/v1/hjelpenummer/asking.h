// What the operations on hjelpenumre share: for which unit somebody may ask, the key that keeps a
// request from being done twice, and the refusals of the services.
#pragma once

#include "api/access/right.h"
#include "api/audit_trail.h"
#include "api/context.h"
#include "api/v1/hjelpenummer/number_requests.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/idempotency.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::v1 {

[[nodiscard]] bool has(const Call& call, access::Right right);

/// A number of the registry's own, of a link or of work; nothing for any other text.
[[nodiscard]] std::optional<std::uint64_t> number_in(std::string_view text);

/// Somebody else's unit may be named only by who administers: numbers are a unit's own.
[[nodiscard]] bool may_act_for(const Call& call, const std::string& organisation);
/// The member `organisation` of the body, else the unit that the caller acts for.
[[nodiscard]] std::string organisation_asked(const Call& call, const NumberBody& body);
/// The number belongs to the unit that the caller acts for, or the caller administers.
[[nodiscard]] bool is_own(const Call& call, const registry::hjelpenummer::HelpNumber& number);
/// Facts are for whose number it is, and for those who link, across organisations.
[[nodiscard]] bool sees_facts(const Call& call, const registry::hjelpenummer::HelpNumber& number);
/// Answers 403, and leaves a record of it.
void refuse_foreign(Call& call, const http::Request& request, http::Response& response,
                    std::optional<registry::EntityId> subject = {});

/// The key of the request; nothing, with the refusal written, without a good one.
[[nodiscard]] std::optional<registry::IdempotencyKey> idempotency_key(const Call& call,
                                                                      const http::Request& request,
                                                                      http::Response& response,
                                                                      std::string_view operation);
/// Answers as the first time, and leaves a record of it.
void answer_replayed(Call& call, const http::Request& request, http::Response& response,
                     registry::audit::Act act, const registry::KeptAnswer& kept);

/// The service, or a refusal.
[[nodiscard]] registry::hjelpenummer::HelpNumbers*
numbers_of(const Context& context, const http::Request& request, http::Response& response);
/// Errors of the services of hjelpenumre.
void refuse_number(const http::Request& request, http::Response& response,
                   const registry::Error& error);
/// A record of what was done with the number.
registry::audit::Record& note(Call& call, registry::audit::Act act,
                              const registry::hjelpenummer::HelpNumber& number);

/// `is_own` or `sees_facts`.
using MayHandle = bool (*)(const Call&, const registry::hjelpenummer::HelpNumber&);
/// Finds the number that the body names, refuses whoever may not have to do with it.
[[nodiscard]] std::optional<registry::hjelpenummer::HelpNumber>
own_number(Context& context, Call& call, const NumberBody& body, const http::Request& request,
           http::Response& response, registry::IdentifierKey& key, MayHandle may);

} // namespace grunndata::api::v1
