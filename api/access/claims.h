// What a token's payload says about client, user, organisation, purpose and rights.
#pragma once

#include "api/access/authenticator.h"
#include "api/access/caller.h"
#include "api/access/json.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace grunndata::api::access {

inline constexpr std::size_t claim_text_bytes_max = 256; ///< names, ids: they end in logs
inline constexpr std::size_t claim_code_bytes_max = 128; ///< codes of the trust framework
inline constexpr std::size_t scopes_max = 256;           ///< in one token

/// Fills `claims` from HelseID's claims (helseid://claims/…), those of Maskinporten (`consumer`,
/// `supplier`) and of the trust framework (nhn:tillitsrammeverk:parameters). What a token does not
/// say stays empty. Answers a sentence when a claim has the wrong form (it would end in logs and
/// on screens: too long, control characters, not a number where one is meant), else nothing.
[[nodiscard]] std::string_view read_claims(JsonView payload, TokenClaims& claims);

/// `scope` as one text with blanks or as an array, into rights: `<audience>/<right>` or an alias.
/// Scopes of others are passed over. Answers a sentence when it is neither, else nothing.
[[nodiscard]] std::string_view read_scopes(JsonView payload, const IssuerOptions& issuer,
                                           RightSet& rights);

/// `cnf`: sets `bound` and `key_thumbprint`. Answers a sentence when it is there but is anything
/// else than one SHA-256 thumbprint of a key (`jkt`), else nothing.
[[nodiscard]] std::string_view read_binding(JsonView payload, TokenClaims& claims);

} // namespace grunndata::api::access
