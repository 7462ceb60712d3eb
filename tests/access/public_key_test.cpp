// Keys and signatures of the standards' own examples.
#include "api/access/public_key.h"
#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <string>

using namespace grunndata::api::access;
using namespace grunndata::tests;

namespace {

tl::expected<std::shared_ptr<const PublicKey>, std::string_view> key_of(const std::string& json) {
  const auto document = JsonDocument::parse(json);
  REQUIRE(document);
  return PublicKey::from_jwk(document->root());
}

// RFC 7638 3.1
constexpr const char* rfc_7638_modulus =
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
    "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-"
    "65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
    "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

// RFC 7515 A.3
constexpr const char* rfc_7515_es256_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr const char* rfc_7515_es256_jws =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
    "NvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmW"
    "QxfKTUJqPP3-Kg6NU1Q";

} // namespace

TEST_CASE("the thumbprint of RFC 7638's example, whatever else the JWK says") {
  const std::string members = std::string(R"("kty":"RSA","n":")") + rfc_7638_modulus + "\"";
  for (const std::string& json :
       {"{" + members + R"(,"e":"AQAB","alg":"RS256","kid":"2011-04-29"})",
        R"({"e":"AQAB","x5t":"AAAA",)" + members + "}"}) {
    const auto key = key_of(json);
    REQUIRE(key);
    CHECK(is_base64url_of("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", (*key)->thumbprint()));
  }
}

TEST_CASE("the ES256 signature of RFC 7515's example holds, and only by ES256") {
  const auto key = key_of(rfc_7515_es256_key);
  REQUIRE(key);
  const std::string text = rfc_7515_es256_jws;
  const auto jws = CompactJws::split(text);
  REQUIRE(jws);
  CHECK((*key)->verifies(*jws, Algorithm::es256));
  CHECK(!(*key)->verifies(*jws, Algorithm::es384));
  CHECK(!(*key)->verifies(*jws, Algorithm::rs256));
  std::string changed = text;
  changed[changed.size() - 10] = 'A';
  CHECK(!(*key)->verifies(*CompactJws::split(changed), Algorithm::es256));
}

TEST_CASE("an algorithm fits the keys it is for, and no other") {
  const TestKeys& keys = test_keys();
  struct Way {
    const SigningKey& key;
    std::string fits;
  };
  for (const Way& way :
       {Way{keys.rsa, "RS256 RS384 RS512 PS256 PS384 PS512"}, Way{keys.p256, "ES256"},
        Way{keys.p384, "ES384"}, Way{keys.p521, "ES512"}}) {
    const auto key = key_of(way.key.jwk().json());
    REQUIRE(key);
    for (std::size_t i = 0; i < algorithm_names.size(); ++i) {
      const bool listed = way.fits.find(algorithm_names[i]) != std::string::npos;
      CAPTURE(std::string(algorithm_names[i]));
      CHECK((*key)->fits(static_cast<Algorithm>(i)) == listed);
      JsonMembers named = way.key.jwk();
      named.set_text("alg", algorithm_names[i]);
      const auto only = key_of(named.json());
      REQUIRE(only.has_value() == listed);
      for (std::size_t other = 0; listed && other < algorithm_names.size(); ++other) {
        CHECK((*only)->fits(static_cast<Algorithm>(other)) == (other == i));
      }
    }
  }
}

TEST_CASE("signatures hold by the key that made them and no other of its kind") {
  const TestKeys& keys = test_keys();
  const auto rsa = key_of(keys.rsa.jwk().json());
  const auto other = key_of(keys.other_rsa.jwk().json());
  for (const std::string algorithm : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) {
    CAPTURE(algorithm);
    const std::string text = grunndata::tools::bench::compact_jws(
        keys.rsa, algorithm, R"({"alg":")" + algorithm + "\"}", "{}");
    const auto jws = CompactJws::split(text);
    CHECK((*rsa)->verifies(*jws, *algorithm_of(algorithm)));
    CHECK(!(*other)->verifies(*jws, *algorithm_of(algorithm)));
  }
}
