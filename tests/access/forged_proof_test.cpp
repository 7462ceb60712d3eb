// DPoP proofs that each break one thing, and the sentence each must meet.
#include "api/access/sha256.h"
#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace grunndata::tests;

namespace {

namespace access = grunndata::api::access;

struct Row {
  std::string name;
  std::function<void(Draft&)> break_it;
  std::string sentence; ///< of the error proof_invalid
};

constexpr const char* form = "The proof is not three parts with dots between them";
constexpr const char* header = "The proof's header is not base64url of a JSON object";
constexpr const char* claims = "The proof's claims are not base64url of a JSON object";
constexpr const char* type = "The proof's typ is not dpop+jwt";
constexpr const char* algorithm = "The proof's algorithm is not taken";
constexpr const char* misfit = "The proof's algorithm does not fit its key";
constexpr const char* other_key = "The proof is made with another key than the token is bound to";
constexpr const char* signature = "The proof's signature does not hold";
constexpr const char* address = "The proof is for another address";
constexpr const char* method = "The proof is for another method";
constexpr const char* no_iat = "The proof has no iat that is a whole number of seconds";
constexpr const char* off_curve = "The key is not a point on its curve, or not sound";

JsonMembers own_jwk() { return test_keys().p256.jwk(); }

Row with_jwk(const std::string& name, const std::function<void(JsonMembers&)>& change,
             const std::string& sentence) {
  return {name,
          [change](Draft& d) {
            JsonMembers key = own_jwk();
            change(key);
            d.header.set("jwk", key.json());
          },
          sentence};
}

Row with_htu(const std::string& name, const std::string& htu) {
  return {name, [htu](Draft& d) { d.claims.set_text("htu", htu); }, address};
}

std::vector<Row> form_rows() {
  return {
      {"no proof at all", [](Draft& d) { d.after = [](auto& t) { t = "proof"; }; }, form},
      {"larger than 8 KiB", [](Draft& d) { d.claims.set_text("pad", std::string(7'000, 'x')); },
       "The proof is too large"},
      {"two parts", [](Draft& d) { d.after = [](auto& t) { t.resize(t.rfind('.')); }; }, form},
      {"trailing part", [](Draft& d) { d.after = [](auto& t) { t += ".AAAA"; }; }, form},
      {"header no base64url", [](Draft& d) { d.header_part = "*"; }, header},
      {"header no JSON", [](Draft& d) { d.header_text = "{"; }, header},
      {"jwk twice", [](Draft& d) { d.header.add("jwk", test_keys().other_p256.jwk().json()); },
       header},
      {"kty twice within the jwk",
       [](Draft& d) { d.header.set("jwk", own_jwk().add("kty", "\"EC\"").json()); }, header},
      {"claims no JSON", [](Draft& d) { d.claims_text = "ath"; }, claims},
      {"claims an array", [](Draft& d) { d.claims_text = "[]"; }, claims},
      {"htu twice", [](Draft& d) { d.claims.add("htu", "\"https://evil.test/\""); }, claims},
      {"no typ", [](Draft& d) { d.header.remove("typ"); }, type},
      {"typ JWT", [](Draft& d) { d.header.set_text("typ", "JWT"); }, type},
      {"typ in another case", [](Draft& d) { d.header.set_text("typ", "DPoP+jwt"); }, type},
      {"crit", [](Draft& d) { d.header.set("crit", R"(["htu"])"); },
       "The proof's header demands an extension that is not understood"},
      {"b64", [](Draft& d) { d.header.set("b64", "false"); },
       "The proof's header demands an extension that is not understood"},
      {"no alg", [](Draft& d) { d.header.remove("alg"); }, algorithm},
      {"alg none", [](Draft& d) { d.header.set_text("alg", "none"); }, algorithm},
      {"a symmetric alg", [](Draft& d) { d.header.set_text("alg", "HS256"); }, algorithm},
      {"alg EdDSA", [](Draft& d) { d.header.set_text("alg", "EdDSA"); }, algorithm},
      {"ES384 by a P-256 key",
       [](Draft& d) {
         d.header.set_text("alg", "ES384");
         d.algorithm = "ES384";
       },
       misfit},
      {"RS256 by an EC key", [](Draft& d) { d.header.set_text("alg", "RS256"); }, misfit},
  };
}

std::vector<Row> key_rows() {
  return {
      {"no jwk", [](Draft& d) { d.header.remove("jwk"); }, "There is no key"},
      {"jwk a text", [](Draft& d) { d.header.set_text("jwk", "key"); }, "There is no key"},
      with_jwk(
          "private key in the jwk",
          [](JsonMembers& k) { k.set("d", test_keys().p256.private_member()); },
          "The key has a private part"),
      {"symmetric key", [](Draft& d) { d.header.set("jwk", R"({"kty":"oct","k":"c2VjcmV0"})"); },
       "The key is symmetric"},
      {"Ed25519 key",
       [](Draft& d) { d.header.set("jwk", R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})"); },
       "The key is of a type not taken"},
      with_jwk(
          "no kty", [](JsonMembers& k) { k.remove("kty"); }, "The key is of a type not taken"),
      with_jwk(
          "kty in another case", [](JsonMembers& k) { k.set_text("kty", "ec"); },
          "The key is of a type not taken"),
      with_jwk(
          "curve secp256k1", [](JsonMembers& k) { k.set_text("crv", "secp256k1"); },
          "The key is on a curve that is not taken"),
      with_jwk(
          "a P-256 point called one of P-384", [](JsonMembers& k) { k.set_text("crv", "P-384"); },
          "The key's x and y must be base64url and as long as its curve says"),
      with_jwk(
          "no y", [](JsonMembers& k) { k.remove("y"); },
          "The key's x and y must be base64url and as long as its curve says"),
      with_jwk(
          "x with padding",
          [](JsonMembers& k) { k.set("x", k.value("x").insert(k.value("x").size() - 1, "=")); },
          "The key's x and y must be base64url and as long as its curve says"),
      with_jwk(
          "x with a zero before it",
          [](JsonMembers& k) {
            const std::string x = k.value("x");
            const auto bytes = access::base64url_decode(x.substr(1, x.size() - 2));
            k.set_text("x", access::base64url_encode(std::string(1, '\0') + *bytes));
          },
          "The key's x and y must be base64url and as long as its curve says"),
      with_jwk(
          "a point not on the curve", [](JsonMembers& k) { k.set("y", k.value("x")); }, off_curve),
      with_jwk(
          "the point zero",
          [](JsonMembers& k) {
            const std::string zero = access::base64url_encode(std::string(32, '\0'));
            k.set_text("x", zero).set_text("y", zero);
          },
          off_curve),
      with_jwk(
          "jwk says another alg", [](JsonMembers& k) { k.set_text("alg", "ES384"); },
          "The key's alg does not fit the key"),
      with_jwk(
          "jwk says alg none", [](JsonMembers& k) { k.set_text("alg", "none"); },
          "The key's alg does not fit the key"),
      with_jwk(
          "jwk for encryption", [](JsonMembers& k) { k.set_text("use", "enc"); },
          "The key is not for signatures"),
      with_jwk(
          "jwk for signing only", [](JsonMembers& k) { k.set("key_ops", R"(["sign"])"); },
          "The key is not for verifying"),
      {"another key, which signed it",
       [](Draft& d) {
         d.key = test_keys().other_p256;
         d.header.set("jwk", d.key.jwk().json());
       },
       other_key},
      {"another key, the bound one signed",
       [](Draft& d) { d.header.set("jwk", test_keys().other_p256.jwk().json()); }, other_key},
      {"the bound key shown, another one signed", [](Draft& d) { d.key = test_keys().other_p256; },
       signature},
      {"a bit of the signature",
       [](Draft& d) {
         d.after = [](auto& t) { t[t.size() - 9] = t[t.size() - 9] == 'A' ? 'B' : 'A'; };
       },
       signature},
      {"signature in DER",
       [](Draft& d) { d.signature = d.key.sign_der("ES256", d.signing_input()); }, signature},
      {"an RSA key of 1024 bits",
       [](Draft& d) {
         d.key = test_keys().short_rsa;
         d.algorithm = "PS256";
         d.header.set("jwk", d.key.jwk().json()).set_text("alg", "PS256");
       },
       "An RSA key must have at least 2048 bits"},
      {"an RSA key with exponent 1",
       [](Draft& d) {
         d.header.set("jwk", JsonMembers(test_keys().rsa.jwk()).set("e", "\"AQ\"").json())
             .set_text("alg", "PS256");
       },
       "The RSA key is not a sound one"},
      {"an RSA key with an even modulus",
       [](Draft& d) {
         const std::string even = access::base64url_encode(std::string(256, '\xfe'));
         d.header.set("jwk", JsonMembers(test_keys().rsa.jwk()).set_text("n", even).json())
             .set_text("alg", "PS256");
       },
       "The RSA key is not a sound one"},
      {"an RSA modulus with a zero before it",
       [](Draft& d) {
         const std::string n = test_keys().rsa.jwk().value("n");
         const auto bytes = access::base64url_decode(n.substr(1, n.size() - 2));
         const std::string padded = access::base64url_encode(std::string(1, '\0') + *bytes);
         d.header.set("jwk", JsonMembers(test_keys().rsa.jwk()).set_text("n", padded).json())
             .set_text("alg", "PS256");
       },
       "An RSA key needs n and e in base64url"},
      {"a giant RSA key",
       [](Draft& d) {
         const std::string giant = access::base64url_encode(std::string(1'025, '\xff'));
         d.header.set("jwk", JsonMembers(test_keys().rsa.jwk()).set_text("n", giant).json())
             .set_text("alg", "PS256");
       },
       "An RSA key may have at most 8192 bits"},
  };
}

std::vector<Row> claim_rows() {
  return {
      {"no ath", [](Draft& d) { d.claims.remove("ath"); }, "The proof has no ath"},
      {"ath of another token",
       [](Draft& d) {
         d.claims.set_text("ath",
                           access::base64url_encode(access::bytes_of(access::sha256({"x"}))));
       },
       "The proof is for another token"},
      {"ath with padding",
       [](Draft& d) {
         d.claims.set("ath", d.claims.value("ath").insert(d.claims.value("ath").size() - 1, "="));
       },
       "The proof is for another token"},
      {"ath a number", [](Draft& d) { d.claims.set("ath", "1"); }, "The proof has no ath"},
      {"no jti", [](Draft& d) { d.claims.remove("jti"); }, "The proof has no jti"},
      {"jti empty", [](Draft& d) { d.claims.set_text("jti", ""); }, "The proof has no jti"},
      {"jti a number", [](Draft& d) { d.claims.set("jti", "1"); }, "The proof has no jti"},
      {"jti too long", [](Draft& d) { d.claims.set_text("jti", std::string(257, 'j')); },
       "The proof's jti is too long"},
      {"no htm", [](Draft& d) { d.claims.remove("htm"); }, "The proof has no htm"},
      {"another method", [](Draft& d) { d.claims.set_text("htm", "GET"); }, method},
      {"method in lower case", [](Draft& d) { d.claims.set_text("htm", "post"); }, method},
      {"method with a blank", [](Draft& d) { d.claims.set_text("htm", "POST "); }, method},
      {"no htu", [](Draft& d) { d.claims.remove("htu"); }, "The proof has no htu"},
      {"htu an array", [](Draft& d) { d.claims.set("htu", "[" + d.claims.value("htu") + "]"); },
       "The proof has no htu"},
      with_htu("another host", "https://evil.test/v1/person/lookup"),
      with_htu("a host that ends like ours", "https://xgrunndata.test/v1/person/lookup"),
      with_htu("our host as user information", "https://grunndata.test@evil.test/v1/person/lookup"),
      with_htu("user information", "https://me@grunndata.test/v1/person/lookup"),
      with_htu("plain http", "http://grunndata.test/v1/person/lookup"),
      with_htu("another port", "https://grunndata.test:8443/v1/person/lookup"),
      with_htu("another path", "https://grunndata.test/v1/person"),
      with_htu("path in another case", "https://grunndata.test/V1/person/lookup"),
      with_htu("a slash at the end", "https://grunndata.test/v1/person/lookup/"),
      with_htu("two slashes", "https://grunndata.test//v1/person/lookup"),
      with_htu("an encoded slash", "https://grunndata.test/v1%2Fperson/lookup"),
      with_htu("no host", "/v1/person/lookup"),
      with_htu("a backslash", "https:\\\\grunndata.test\\v1\\person\\lookup"),
      with_htu("a blank at the end", "https://grunndata.test/v1/person/lookup "),
      with_htu("broken percent-encoding", "https://grunndata.test/v1/person/looku%7"),
      with_htu("empty", ""),
      {"no iat", [](Draft& d) { d.claims.remove("iat"); }, no_iat},
      {"iat a text", [](Draft& d) { d.claims.set_text("iat", std::to_string(test_time)); }, no_iat},
      {"iat with a fraction", [](Draft& d) { d.claims.set("iat", "1800000000.25"); }, no_iat},
      {"iat below zero", [](Draft& d) { d.claims.set("iat", "-5"); }, no_iat},
      {"iat huge", [](Draft& d) { d.claims.set("iat", "9223372036854775807"); }, no_iat},
      {"iat in the past", [](Draft& d) { d.claims.set("iat", std::to_string(test_time - 16)); },
       "The proof is too old"},
      {"iat in milliseconds",
       [](Draft& d) { d.claims.set("iat", std::to_string(test_time * 100)); },
       "The proof is made in the future"},
      {"iat in the future", [](Draft& d) { d.claims.set("iat", std::to_string(test_time + 6)); },
       "The proof is made in the future"},
  };
}

void check_rows(const std::vector<Row>& rows) {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  REQUIRE(with_proof(trust, token, proof_draft(holder, token).text()) == "ok");
  std::set<std::string> names;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    Draft draft = proof_draft(holder, token);
    row.break_it(draft);
    CHECK(with_proof(trust, token, draft.text()) == "proof_invalid: " + row.sentence);
  }
  // None of them was used up, and the good header that is remembered stayed good.
  CHECK(trust.authenticator->figures().proofs_remembered == 1);
  CHECK(with_proof(trust, token, proof_draft(holder, token).text()) == "ok");
}

} // namespace

TEST_CASE("a proof whose form or header is broken is refused") { check_rows(form_rows()); }
TEST_CASE("a proof by a key that does not fit is refused") { check_rows(key_rows()); }
TEST_CASE("a proof for something else is refused") { check_rows(claim_rows()); }

TEST_CASE("the address of a proof is compared as RFC 3986 says, without query and fragment") {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  for (const std::string htu :
       {"https://grunndata.test/v1/person/lookup", "HTTPS://Grunndata.TEST/v1/person/lookup",
        "https://grunndata.test:443/v1/person/lookup", "https://grunndata.test/v1/%70erson/lookup",
        "https://grunndata.test/v1/./person/x/../lookup",
        "https://grunndata.test/v1/person/lookup?parts=name",
        "https://grunndata.test/v1/person/lookup#top"}) {
    CAPTURE(htu);
    Draft draft = proof_draft(holder, token);
    draft.claims.set_text("htu", htu);
    CHECK(with_proof(trust, token, draft.text()) == "ok");
  }
}

TEST_CASE("the request's own address counts, not what the client says its host is") {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  Draft draft = proof_draft(holder, token);
  draft.claims.set_text("htu", "https://evil.test/v1/person/lookup");
  const TestRequest request({{"Host", "evil.test"},
                             {"X-Forwarded-Host", "evil.test"},
                             {"Forwarded", "host=evil.test"},
                             {"Authorization", "DPoP " + token},
                             {"DPoP", draft.text()}});
  CHECK(outcome(trust.authenticator->authenticate(request.request, access::TokenType::dpop)) ==
        std::string("proof_invalid: ") + address);
}

TEST_CASE("proofs by every kind of key, within the leeway, with or without a nonce are taken") {
  Trust trust;
  const TestKeys& keys = test_keys();
  for (const SigningKey& holder : {keys.p256, keys.other_rsa}) {
    const std::string token = trust.token(&holder);
    for (const std::int64_t iat : {test_time - 15, test_time, test_time + 5}) {
      Draft draft = proof_draft(holder, token, iat);
      draft.claims.set("nonce", iat == test_time ? "\"unasked\"" : "7");
      CHECK(with_proof(trust, token, draft.text()) == "ok");
    }
  }
  for (const auto& [holder, algorithm] : {std::pair(keys.p384, "ES384"), {keys.p521, "ES512"}}) {
    const std::string token = trust.token(&holder);
    Draft draft = proof_draft(holder, token);
    draft.algorithm = algorithm;
    draft.header.set_text("alg", algorithm);
    CHECK(with_proof(trust, token, draft.text()) == "ok");
  }
}

TEST_CASE("a proof of HEAD is for HEAD") {
  Trust trust;
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  for (const auto& [htm, expected] :
       {std::pair<std::string, std::string>("HEAD", "ok"),
        std::pair<std::string, std::string>("GET", std::string("proof_invalid: ") + method)}) {
    Draft draft = proof_draft(holder, token);
    draft.claims.set_text("htm", htm);
    TestRequest request({{"Authorization", "DPoP " + token}, {"DPoP", draft.text()}});
    request.request.method = grunndata::api::http::Method::head;
    CHECK(outcome(trust.authenticator->authenticate(request.request, access::TokenType::dpop)) ==
          expected);
  }
}
