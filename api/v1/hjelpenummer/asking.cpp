#include "api/v1/hjelpenummer/asking.h"

#include "api/actor.h"
#include "api/v1/hjelpenummer/problems.h"

#include <algorithm>
#include <charconv>

namespace grunndata::api::v1 {

namespace hn = registry::hjelpenummer;
using access::Right;
using registry::ErrorCode;
using registry::audit::Act;

namespace {

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= registry::idempotency_key_bytes_max &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; });
}

} // namespace

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

bool has(const Call& call, Right right) { return call.caller.claims->has(right); }

bool may_act_for(const Call& call, const std::string& organisation) {
  const access::TokenClaims& claims = *call.caller.claims;
  return has(call, Right::admin) || organisation == claims.organisation_child ||
         organisation == claims.organisation_parent ||
         organisation == call.caller.client->organisation;
}

std::string organisation_asked(const Call& call, const NumberBody& body) {
  return body.member("organisation").given ? body.text("organisation")
                                           : organisation_of(call.caller);
}

bool is_own(const Call& call, const hn::HelpNumber& number) {
  return has(call, Right::admin) || organisation_of(call.caller) == number.organisation;
}

bool sees_facts(const Call& call, const hn::HelpNumber& number) {
  return has(call, Right::hjelpenummer_link) || is_own(call, number);
}

void refuse_foreign(Call& call, const http::Request& request, http::Response& response,
                    std::optional<registry::EntityId> subject) {
  registry::audit::Record& record = call.audit.add(Act::denied);
  record.outcome = problem::organisation_foreign.code;
  if (subject) {
    record.kind = registry::audit::Class::important;
    record.subject = *subject;
  }
  refuse(request, response, problem::organisation_foreign);
}

std::optional<registry::IdempotencyKey> idempotency_key(const Call& call,
                                                        const http::Request& request,
                                                        http::Response& response,
                                                        std::string_view operation) {
  const auto header = request.header("Idempotency-Key");
  if (!header || !is_key(*header) || request.header_count("Idempotency-Key") != 1) {
    refuse(request, response, problem::idempotency_key_required,
           "Idempotency-Key is 1 to 128 visible ASCII characters, chosen anew for each request");
    return std::nullopt;
  }
  const access::TokenClaims& claims = *call.caller.claims;
  return registry::IdempotencyKey{claims.issuer_name, claims.client_id,
                                  organisation_of(call.caller), std::string(operation),
                                  std::string(*header)};
}

void answer_replayed(Call& call, const http::Request& request, http::Response& response, Act act,
                     const registry::KeptAnswer& kept) {
  registry::audit::Record& record = call.audit.add(act);
  record.kind = registry::audit::Class::important;
  record.outcome = "replayed";
  if (kept.body.empty()) return refuse(request, response, problem::answer_purged);
  if (!kept.persons.empty()) record.subject = kept.persons.front();
  response.status = kept.status;
  response.body = kept.body;
  response.add_header("Idempotency-Replayed", "true");
}

hn::HelpNumbers* numbers_of(const Context& context, const http::Request& request,
                            http::Response& response) {
  hn::HelpNumbers* const numbers = context.options.help_numbers;
  if (numbers == nullptr) {
    refuse(request, response, problem::issuing_closed, "this server issues no hjelpenumre");
  }
  return numbers;
}

void refuse_number(const http::Request& request, http::Response& response,
                   const registry::Error& error) {
  switch (error.code) {
    case ErrorCode::invalid:
      return refuse(request, response, api::problem::body_invalid, error.message);
    case ErrorCode::not_found: return refuse(request, response, problem::hjelpenummer_not_found);
    case ErrorCode::conflict:
      return refuse(request, response, problem::hjelpenummer_state, error.message);
    case ErrorCode::unavailable:
      return refuse(request, response, problem::issuing_closed, error.message);
    default: return refuse(request, response, error);
  }
}

registry::audit::Record& note(Call& call, Act act, const hn::HelpNumber& number) {
  registry::audit::Record& record = call.audit.add(act);
  record.kind = registry::audit::Class::important;
  record.subject = number.entity;
  return record;
}

std::optional<hn::HelpNumber> own_number(Context& context, Call& call, const NumberBody& body,
                                         const http::Request& request, http::Response& response,
                                         registry::IdentifierKey& key, MayHandle may) {
  hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return std::nullopt;
  if (const Refusal refusal = body.identifier(context, key)) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  auto found = numbers->show(key);
  if (!found) {
    call.audit.add(Act::miss).outcome = problem::hjelpenummer_not_found.code;
    refuse_number(request, response, found.error());
    return std::nullopt;
  }
  if (!may(call, *found)) {
    refuse_foreign(call, request, response, found->entity);
    return std::nullopt;
  }
  return std::move(*found);
}

} // namespace grunndata::api::v1
