#include "api/gate.h"

#include "api/access/authenticator.h"
#include "api/access/problems.h"
#include "api/problems.h"
#include "registry/audit/log.h"
#include "registry/clients/clients.h"

#include <optional>
#include <string>
#include <utility>

namespace grunndata::api {

namespace {

using access::Denial;

access::Caller demo_caller() {
  auto claims = std::make_shared<access::TokenClaims>();
  claims->issuer_name = "demo";
  claims->client_id = "demo";
  claims->client_name = "Demonstration";
  claims->rights.set();
  auto client = std::make_shared<registry::Client>();
  client->id = "demo";
  client->name = "Demonstration";
  client->parts.set();
  client->legal_basis = true;
  return {std::move(claims), std::move(client), false, {}};
}

/// The scopes of which one is needed, as an issuer's default names spell them.
std::string names_of(const access::RightSet& rights) {
  std::string names;
  for (std::size_t i = 0; i < access::right_count; ++i) {
    if (rights.test(i)) {
      names.append(names.empty() ? "" : " ").append(name_of(static_cast<access::Right>(i)));
    }
  }
  return names;
}

bool may_use_legal_basis(const access::Caller& caller) noexcept {
  return caller.claims->has(access::Right::person_read_with_legal_basis) &&
         caller.client->legal_basis;
}

/// What the caller may see; nothing when the path needs more.
std::optional<registry::Access> access_of(const RouteFacts& facts, const access::Caller& caller) {
  const bool with_legal_basis = may_use_legal_basis(caller);
  if (facts.sight == Sight::legal_basis && !with_legal_basis) {
    return std::nullopt;
  }
  return with_legal_basis && facts.sight != Sight::no_legal_basis
             ? registry::Access::legal_basis
             : registry::Access::no_legal_basis;
}

} // namespace

Gate::Gate(const ApiOptions& options) : options_(options), demo_(demo_caller()) {}

access::TokenType Gate::token_type(Interface interface) const noexcept {
  return interface == Interface::persontjenesten ? options_.access.api_tokens
                                                 : options_.access.v1_tokens;
}

bool Gate::may_wait(const RouteFacts& facts, const http::Request& request) const noexcept {
  return facts.requirement.token && options_.access.authenticator != nullptr &&
         options_.access.authenticator->is_unknown(request);
}

tl::expected<Admission, Denial> Gate::admit_demo(const RouteFacts& facts) const {
  switch (facts.sight) {
    case Sight::legal_basis: return Admission{demo_, registry::Access::legal_basis};
    case Sight::no_legal_basis: return Admission{demo_, registry::Access::no_legal_basis};
    case Sight::by_agreement: break;
  }
  return Admission{demo_, options_.v1_access};
}

tl::expected<Admission, Denial> Gate::admit(const RouteFacts& facts, const http::Request& request,
                                            http::Response& response,
                                            access::Caller& refused) const {
  const Requirement& needs = facts.requirement;
  const AccessControl& control = options_.access;
  if (!needs.token || control.authenticator == nullptr) {
    return admit_demo(facts);
  }
  const access::TokenType type = token_type(facts.interface);
  auto claims = control.authenticator->authenticate(request, type);
  if (!claims) {
    return tl::unexpected(std::move(claims.error()));
  }
  Admission admission;
  admission.caller.claims = std::move(*claims);
  const access::TokenClaims& who = *admission.caller.claims;
  admission.caller.client = client_of(who);
  const bool registered = admission.caller.client != nullptr;
  if (!registered) {
    admission.caller.client = demo_.client; // never used for rights: only so that it is not null
  }
  if (who.has_user() && options_.audit != nullptr) {
    admission.caller.user_key =
        options_.audit->user_key(who.user_pid.empty() ? who.subject : who.user_pid);
  }
  const auto refuse_with = [&](Denial denial) {
    refused = admission.caller;
    return tl::unexpected(std::move(denial));
  };
  if (!registered) {
    return refuse_with({.kind = &access::problem::client_unregistered});
  }
  if (needs.any_right.any() && (needs.any_right & who.rights).none()) {
    return refuse_with(access::scope_denial(type, names_of(needs.any_right)));
  }
  if (needs.user_level > 0 && (!who.has_user() || who.security_level < needs.user_level)) {
    return refuse_with({.kind = &access::problem::user_required});
  }
  const auto access = access_of(facts, admission.caller);
  if (!access) {
    return refuse_with({.kind = &access::problem::legal_basis_not_agreed});
  }
  admission.access = *access;
  if (control.limiter != nullptr) {
    admission.allowance = control.limiter->take(*admission.caller.client);
    if (admission.allowance.refusal != nullptr) {
      access::add_rate_limit_header(admission.allowance, response);
      return refuse_with(access::denial_of(admission.allowance));
    }
  }
  return admission;
}

std::shared_ptr<const registry::Client> Gate::client_of(const access::TokenClaims& claims) const {
  auto client = options_.access.clients->find(claims.client_id, claims.issuer_name);
  return client != nullptr && client->holds_at(registry::now()) ? std::move(client) : nullptr;
}

tl::expected<Admission, Denial> Gate::admit_again(const RouteFacts& facts,
                                                  const Admission& before) const {
  if (!facts.requirement.token || options_.access.authenticator == nullptr) {
    return before;
  }
  Admission again = before;
  again.caller.client = client_of(*again.caller.claims);
  if (again.caller.client == nullptr) {
    return tl::unexpected(Denial{.kind = &access::problem::client_unregistered});
  }
  const auto access = access_of(facts, again.caller);
  if (!access) {
    return tl::unexpected(Denial{.kind = &access::problem::legal_basis_not_agreed});
  }
  again.access = *access;
  return again;
}

void Gate::charge(const access::Caller& caller, std::size_t persons) const {
  if (options_.access.limiter != nullptr && persons != 0) {
    options_.access.limiter->charge(*caller.client, persons);
  }
}

void refuse(const http::Request& request, http::Response& response, const Denial& denial) {
  refuse(request, response, *denial.kind, denial.detail);
  if (!denial.challenge.empty()) {
    response.add_header("WWW-Authenticate", denial.challenge);
  }
  if (denial.retry_after_seconds != 0) {
    response.add_header("Retry-After", std::to_string(denial.retry_after_seconds));
  }
}

} // namespace grunndata::api
