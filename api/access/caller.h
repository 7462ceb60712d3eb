// Who is asking: what a validated token says, together with what we know of the client.
#pragma once

#include "api/access/right.h"
#include "registry/access.h"
#include "registry/clients/client.h"
#include "registry/time.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace grunndata::api::access {

/// What a validated access token says. Immutable; shared by requests and the token cache.
struct TokenClaims {
  std::string issuer_name; ///< of the configuration, not the URL
  std::string client_id;
  std::string client_name;         ///< helseid://claims/client/client_name
  std::string organisation_parent; ///< orgnr, helseid://claims/client/claims/orgnr_parent
  std::string organisation_child;  ///< orgnr; empty when the token names only the parent
  std::string supplier;            ///< orgnr of the vendor, when the client is one
  std::string user_name;           ///< claim `name`
  /// Personal data: helseid://claims/identity/pid. Only ever hashed for the audit log and compared
  /// with whose log is asked for; never logged, never shown.
  std::string user_pid;
  std::string user_hpr;           ///< HPR number; empty: not health personnel, or not told
  std::string subject;            ///< `sub`; empty for clients without a user
  int security_level = 0;         ///< 2, 3 or 4; 0: not told
  std::string purpose_of_use;     ///< TREAT, ETREAT, COC, BTG … (trust framework); may be empty
  std::string purpose_details;    ///< code; may be empty
  std::string decision_ref;       ///< care relation's decision reference; may be empty
  std::string healthcare_service; ///< code; may be empty
  std::string jti;
  RightSet rights;
  std::array<std::uint8_t, 32> token_hash{};     ///< SHA-256 of the token as sent
  std::array<std::uint8_t, 32> key_thumbprint{}; ///< cnf.jkt, when bound
  bool bound = false;                            ///< carries cnf.jkt: usable with a DPoP proof only
  registry::Instant expires{};

  /// Servers name the client itself as the subject of a token without a user.
  [[nodiscard]] bool has_user() const noexcept {
    return !user_pid.empty() || (!subject.empty() && subject != client_id);
  }
  [[nodiscard]] bool has(Right right) const noexcept {
    return rights.test(static_cast<std::size_t>(right));
  }
};

/// Everything a handler may know of who asks. Never null pointers.
struct Caller {
  std::shared_ptr<const TokenClaims> claims;
  std::shared_ptr<const registry::Client> client; ///< the registered client; the demo's in a demo
  bool user_protected = false; ///< the user is a person here whose address is protected
  std::string user_key; ///< `audit::Log::user_key` of the user; empty without one
};

} // namespace grunndata::api::access
