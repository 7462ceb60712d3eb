#include "api/access/key_set.h"

#include "api/access/because.h"
#include "api/access/url.h"

#include <algorithm>
#include <tuple>

namespace grunndata::api::access {

namespace {

auto order(const std::shared_ptr<const PublicKey>& key) {
  return std::tuple(std::string_view(key->kid()), bytes_of(key->thumbprint()));
}

bool is_before(const std::shared_ptr<const PublicKey>& a,
               const std::shared_ptr<const PublicKey>& b) {
  return order(a) < order(b);
}

// Whether what the JWK allows is the same as well.
bool is_same(const std::shared_ptr<const PublicKey>& a, const std::shared_ptr<const PublicKey>& b) {
  if (order(a) != order(b)) return false;
  for (std::size_t i = 0; i < algorithm_names.size(); ++i) {
    const auto algorithm = static_cast<Algorithm>(i);
    if (a->fits(algorithm) != b->fits(algorithm)) return false;
  }
  return true;
}

} // namespace

tl::expected<std::shared_ptr<const KeySet>, std::string_view> KeySet::parse(std::string_view json) {
  const auto document = JsonDocument::parse(json);
  if (!document) return because("The issuer's keys are not a JSON object");
  const JsonView keys = document->root().member("keys");
  if (!keys.is_array()) return because("The issuer's keys are not a JWK Set");
  if (keys.size() > keys_per_issuer_max) return because("The issuer has too many keys");
  auto set = std::make_shared<KeySet>();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto key = PublicKey::from_jwk(keys.at(i));
    if (key && !(*key)->kid().empty()) set->keys_.push_back(std::move(*key));
  }
  if (set->keys_.empty()) return because("The issuer has no key that can be used");
  std::ranges::sort(set->keys_, is_before);
  return set;
}

KeySet::Match KeySet::find(std::string_view kid, Algorithm algorithm) const noexcept {
  Match match;
  for (const auto& key : keys_) {
    if (key->kid() != kid) continue;
    match.kid_known = true;
    if (match.key == nullptr && key->fits(algorithm)) match.key = key.get();
  }
  return match;
}

bool KeySet::equals(const KeySet& other) const noexcept {
  return std::ranges::equal(keys_, other.keys_, is_same);
}

tl::expected<std::string, std::string_view> jwks_uri_of(std::string_view metadata,
                                                        std::string_view issuer_url) {
  const auto document = JsonDocument::parse(metadata);
  if (!document) return because("The issuer's metadata is not a JSON object");
  if (document->root().member("issuer").text() != issuer_url) {
    return because("The metadata is of another issuer than configured");
  }
  const auto uri = document->root().member("jwks_uri").text();
  const auto parsed = uri ? Url::parse(*uri) : std::nullopt;
  if (!parsed) return because("The issuer's metadata has no jwks_uri");
  if (!parsed->is_safe()) return because("The issuer's jwks_uri is plain http");
  return std::string(*uri);
}

} // namespace grunndata::api::access
