#include "api/access/token_display.h"

#include "api/access/compact_jws.h"
#include "api/access/json.h"
#include "api/access/sha256.h"

#include <jansson.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace grunndata::api::access {

namespace {

// Members of the header and of the claims that tell about clients, organisations and the token.
constexpr std::array<std::string_view, 33> open_members{
    "alg",
    "typ",
    "kid",
    "crit",
    "b64",
    "jku",
    "x5u",
    "x5t",
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "scope",
    "cnf",
    "client_id",
    "client_amr",
    "consumer",
    "supplier",
    "amr",
    "acr",
    "idp",
    "auth_time",
    "helseid://claims/client/client_name",
    "helseid://claims/client/client_tenancy",
    "helseid://claims/client/amr",
    "helseid://claims/client/claims/orgnr_parent",
    "helseid://claims/client/claims/orgnr_child",
    "helseid://claims/client/claims/orgnr_supplier",
    "helseid://claims/identity/security_level",
    "helseid://claims/identity/assurance_level",
    "helseid://claims/identity/network"};

struct Release {
  void operator()(json_t* value) const noexcept { json_decref(value); }
  void operator()(char* text) const noexcept { std::free(text); }
};
using Owned = std::unique_ptr<json_t, Release>;

Owned masked(const json_t* object) {
  Owned out(json_object());
  // The iteration changes nothing; jansson has no const form of it.
  auto* readable = const_cast<json_t*>(object);
  for (void* at = json_object_iter(readable); at != nullptr;
       at = json_object_iter_next(readable, at)) {
    const char* name = json_object_iter_key(at);
    const bool open = std::ranges::find(open_members, std::string_view(name)) != open_members.end();
    json_object_set_new(out.get(), name,
                        open ? json_deep_copy(json_object_iter_value(at))
                             : json_string("(masked)"));
  }
  return out;
}

std::optional<JsonDocument> document_of(std::string_view part) {
  const auto text = base64url_decode(part);
  return text ? JsonDocument::parse(*text) : std::nullopt;
}

} // namespace

std::optional<std::string> masked_token(std::string_view token) {
  const auto jws = token.size() > token_bytes_max ? std::nullopt : CompactJws::split(token);
  if (!jws) return std::nullopt;
  const auto header = document_of(jws->header);
  const auto claims = document_of(jws->payload);
  if (!header || !claims) return std::nullopt;
  const Owned both(json_object());
  json_object_set_new(both.get(), "header", masked(header->root().raw()).release());
  json_object_set_new(both.get(), "claims", masked(claims->root().raw()).release());
  const std::unique_ptr<char, Release> text(
      json_dumps(both.get(), JSON_INDENT(2) | JSON_ENSURE_ASCII));
  return text ? std::optional<std::string>(text.get()) : std::nullopt;
}

} // namespace grunndata::api::access
