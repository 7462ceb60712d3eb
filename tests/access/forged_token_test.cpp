// Tokens that each break one thing, and the error each must meet.
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
  std::string sentence; ///< of the error token_invalid
};

constexpr const char* form = "The token is not three parts with dots between them";
constexpr const char* header = "The token's header is not base64url of a JSON object";
constexpr const char* claims = "The token's claims are not base64url of a JSON object";
constexpr const char* type = "The token's typ is not one of an access token";
constexpr const char* extension = "The token's header demands an extension that is not understood";
constexpr const char* algorithm = "The token's algorithm is not taken";
constexpr const char* issuer = "The token's issuer is not one of ours";
constexpr const char* no_kid = "The token names no key";
constexpr const char* unknown_kid = "The issuer has no such key";
constexpr const char* misfit = "The token's algorithm does not fit its key";
constexpr const char* signature = "The token's signature does not hold";
constexpr const char* audience = "The token is not for this service alone";

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

void sign_with(Draft& draft, const SigningKey& key, const std::string& name,
               const std::string& kid) {
  draft.key = key;
  draft.algorithm = name;
  draft.header.set_text("alg", name).set_text("kid", kid);
}

// The character at `place` from the end, in the base64url alphabet one further.
void change_character(std::string& text, std::size_t place) {
  char& c = text[place];
  c = c == 'A' ? 'B' : 'A';
}

std::vector<Row> form_rows() {
  return {
      {"two parts", [](Draft& d) { d.after = [](auto& t) { t.resize(t.rfind('.')); }; }, form},
      {"four parts", [](Draft& d) { d.after = [](auto& t) { t += ".AAAA"; }; }, form},
      {"five parts, as encrypted ones have",
       [](Draft& d) { d.after = [](auto& t) { t += ".AAAA.AAAA"; }; }, form},
      {"empty signature", [](Draft& d) { d.after = [](auto& t) { t.resize(t.rfind('.') + 1); }; },
       form},
      {"empty header", [](Draft& d) { d.after = [](auto& t) { t.erase(0, t.find('.')); }; }, form},
      {"empty claims",
       [](Draft& d) {
         d.after = [](auto& t) { t.erase(t.find('.') + 1, t.rfind('.') - t.find('.') - 1); };
       },
       form},
      {"more than 16 KiB", [](Draft& d) { d.claims.set_text("pad", std::string(13'000, 'x')); },
       "The token is too large"},
      {"header with a tail bit set",
       [](Draft& d) {
         // {"alg"…} of a length that leaves unused bits in the last character
         d.header.set_text("pad", "x");
         while (d.header.json().size() % 3 == 0) d.header.set_text("pad", "xx");
         std::string part = access::base64url_encode(d.header.json());
         part.back() = static_cast<char>(part.back() + 1);
         d.header_part = part;
       },
       header},
      {"header of a length no base64url has", [](Draft& d) { d.header_part = "AAAAA"; }, header},
      {"header not base64url",
       [](Draft& d) { d.header_part = access::base64url_encode(d.header.json()) + "~~~~"; },
       header},
      {"header in ordinary base64", [](Draft& d) { d.header_part = "++//"; }, header},
      {"header is an array", [](Draft& d) { d.header_text = "[" + d.header.json() + "]"; }, header},
      {"header is no JSON", [](Draft& d) { d.header_text = "alg=RS256"; }, header},
      {"alg twice in the header", [](Draft& d) { d.header.add("alg", "\"RS256\""); }, header},
      {"kid twice in the header", [](Draft& d) { d.header.add("kid", "\"p256\""); }, header},
      {"something after the header", [](Draft& d) { d.header_text = d.header.json() + "{}"; },
       header},
      {"header nested deeply", [](Draft& d) { d.header.set("deep", nested(12)); }, header},
      {"claims with trailing data", [](Draft& d) { d.claims_text = d.claims.json() + " x"; },
       claims},
      {"claims are a text", [](Draft& d) { d.claims_text = "\"claims\""; }, claims},
      {"aud twice", [](Draft& d) { d.claims.add("aud", "\"nhn:other\""); }, claims},
      {"exp twice", [](Draft& d) { d.claims.add("exp", "4102444800"); }, claims},
      {"a member twice, deeper down", [](Draft& d) { d.claims.set("x", R"({"a":{"b":1,"b":2}})"); },
       claims},
      {"a member twice, once escaped",
       [](Draft& d) { d.claims_text = d.claims.json().insert(1, R"("\u0061ud":"nhn:other",)"); },
       claims},
      {"claims nested deeply", [](Draft& d) { d.claims.set("deep", nested(12)); }, claims},
      {"claims nested 5000 deep", [](Draft& d) { d.claims.set("deep", nested(5'000)); }, claims},
      {"NUL in a claim", [](Draft& d) { d.claims.set("name", R"("a\u0000b")"); }, claims},
      {"claims not UTF-8", [](Draft& d) { d.claims.set("name", "\"\xff\""); }, claims},
      {"overlong UTF-8", [](Draft& d) { d.claims.set("name", "\"\xc0\xae\""); }, claims},
      {"half a surrogate pair", [](Draft& d) { d.claims.set("name", R"("\ud800")"); }, claims},
      {"byte order mark", [](Draft& d) { d.claims_text = "\xef\xbb\xbf" + d.claims.json(); },
       claims},
      {"exp without end", [](Draft& d) { d.claims.set("exp", "1e400"); }, claims},
      {"exp NaN", [](Draft& d) { d.claims.set("exp", "NaN"); }, claims},
      {"comment in JSON", [](Draft& d) { d.claims_text = "/**/" + d.claims.json(); }, claims},
  };
}

std::vector<Row> header_rows() {
  return {
      {"no typ", [](Draft& d) { d.header.remove("typ"); }, type},
      {"typ of an id token", [](Draft& d) { d.header.set_text("typ", "id+jwt"); }, type},
      {"typ of a proof", [](Draft& d) { d.header.set_text("typ", "dpop+jwt"); }, type},
      {"typ of a logout token", [](Draft& d) { d.header.set_text("typ", "logout+jwt"); }, type},
      {"typ in another case", [](Draft& d) { d.header.set_text("typ", "jwt"); }, type},
      {"typ a number", [](Draft& d) { d.header.set("typ", "1"); }, type},
      {"crit", [](Draft& d) { d.header.set("crit", R"(["exp"])"); }, extension},
      {"empty crit", [](Draft& d) { d.header.set("crit", "[]"); }, extension},
      {"b64 false", [](Draft& d) { d.header.set("b64", "false"); }, extension},
      {"b64 true", [](Draft& d) { d.header.set("b64", "true"); }, extension},
      {"no alg", [](Draft& d) { d.header.remove("alg"); }, algorithm},
      {"alg none", [](Draft& d) { d.header.set_text("alg", "none"); }, algorithm},
      {"alg None", [](Draft& d) { d.header.set_text("alg", "None"); }, algorithm},
      {"alg empty", [](Draft& d) { d.header.set_text("alg", ""); }, algorithm},
      {"alg null", [](Draft& d) { d.header.set("alg", "null"); }, algorithm},
      {"alg an array", [](Draft& d) { d.header.set("alg", R"(["RS256"])"); }, algorithm},
      {"alg rs256", [](Draft& d) { d.header.set_text("alg", "rs256"); }, algorithm},
      {"alg HS256 with the public key as secret",
       [](Draft& d) {
         d.header.set_text("alg", "HS256");
         d.signature = std::string(
             access::bytes_of(access::sha256({test_keys().rsa.jwk().json(), d.signing_input()})));
       },
       algorithm},
      {"alg HS512", [](Draft& d) { d.header.set_text("alg", "HS512"); }, algorithm},
      {"alg EdDSA", [](Draft& d) { d.header.set_text("alg", "EdDSA"); }, algorithm},
      {"alg ES256K", [](Draft& d) { d.header.set_text("alg", "ES256K"); }, algorithm},
      {"alg RS1", [](Draft& d) { d.header.set_text("alg", "RS1"); }, algorithm},
      {"alg RSA-OAEP", [](Draft& d) { d.header.set_text("alg", "RSA-OAEP"); }, algorithm},
      {"no kid", [](Draft& d) { d.header.remove("kid"); }, no_kid},
      {"kid empty", [](Draft& d) { d.header.set_text("kid", ""); }, no_kid},
      {"kid a number", [](Draft& d) { d.header.set("kid", "0"); }, no_kid},
      {"kid an object", [](Draft& d) { d.header.set("kid", R"({"rsa":1})"); }, no_kid},
      {"kid very long", [](Draft& d) { d.header.set_text("kid", std::string(257, 'k')); }, no_kid},
      {"kid unknown", [](Draft& d) { d.header.set_text("kid", "nobody's"); }, unknown_kid},
      {"kid a path", [](Draft& d) { d.header.set_text("kid", "../../dev/null"); }, unknown_kid},
      {"kid a query", [](Draft& d) { d.header.set_text("kid", "' or '1'='1"); }, unknown_kid},
      {"kid in another case", [](Draft& d) { d.header.set_text("kid", "RSA"); }, unknown_kid},
      {"kid with something after it", [](Draft& d) { d.header.set_text("kid", "rsa "); },
       unknown_kid},
      {"a key for encryption",
       [](Draft& d) { sign_with(d, test_keys().other_rsa, "RS256", "enc"); }, unknown_kid},
      {"a symmetric key", [](Draft& d) { d.header.set_text("kid", "oct"); }, unknown_kid},
      {"a published private key",
       [](Draft& d) { sign_with(d, test_keys().other_p256, "ES256", "private"); }, unknown_kid},
      {"an RSA key of 1024 bits",
       [](Draft& d) { sign_with(d, test_keys().short_rsa, "RS256", "short"); }, unknown_kid},
      {"RS256 with the kid of an EC key", [](Draft& d) { d.header.set_text("kid", "p256"); },
       misfit},
      {"ES256 with the kid of an RSA key",
       [](Draft& d) { sign_with(d, test_keys().p256, "ES256", "rsa"); }, misfit},
      {"ES384 by a P-256 key", [](Draft& d) { sign_with(d, test_keys().p256, "ES384", "p256"); },
       misfit},
      {"ES256 by a P-384 key", [](Draft& d) { sign_with(d, test_keys().p384, "ES256", "p384"); },
       misfit},
      {"ES512 by a P-384 key", [](Draft& d) { sign_with(d, test_keys().p384, "ES512", "p384"); },
       misfit},
      {"PS256 by a key for RS256",
       [](Draft& d) { sign_with(d, test_keys().rsa, "PS256", "rsa-rs256"); }, misfit},
      {"RS512 by a key for RS256",
       [](Draft& d) { sign_with(d, test_keys().rsa, "RS512", "rsa-rs256"); }, misfit},
  };
}

std::vector<Row> signature_rows() {
  return {
      {"a bit of the signature",
       [](Draft& d) { d.after = [](auto& t) { change_character(t, t.size() - 20); }; }, signature},
      {"other claims than were signed",
       [](Draft& d) {
         d.signature = d.key.sign("RS256", d.signing_input());
         d.claims.set_text("client_id", "somebody-else");
       },
       signature},
      {"another header than was signed",
       [](Draft& d) {
         d.signature = d.key.sign("RS256", d.signing_input());
         d.header.set_text("typ", "JWT");
       },
       signature},
      {"signed by another key of the same kind", [](Draft& d) { d.key = test_keys().other_rsa; },
       signature},
      {"signed by the holder's own key, given in the header",
       [](Draft& d) {
         d.key = test_keys().other_rsa;
         d.header.set("jwk", test_keys().other_rsa.jwk().json());
       },
       signature},
      {"a key at a URL in the header",
       [](Draft& d) {
         d.key = test_keys().other_rsa;
         d.header.set_text("jku", "https://evil.test/keys").set_text("x5u", "https://evil.test/x");
       },
       signature},
      {"RS256 in the header, PS256 in fact", [](Draft& d) { d.algorithm = "PS256"; }, signature},
      {"PS256 in the header, RS256 in fact", [](Draft& d) { d.header.set_text("alg", "PS256"); },
       signature},
      {"another hash than the header says", [](Draft& d) { d.algorithm = "RS512"; }, signature},
      {"PSS with a salt of another length",
       [](Draft& d) {
         sign_with(d, test_keys().rsa, "PS256", "rsa");
         d.pss_salt_bytes = 20;
       },
       signature},
      {"signature one byte short",
       [](Draft& d) {
         d.signature = d.key.sign("RS256", d.signing_input());
         d.signature.pop_back();
       },
       signature},
      {"signature one byte long",
       [](Draft& d) { d.signature = d.key.sign("RS256", d.signing_input()) + '\0'; }, signature},
      {"signature of zeros", [](Draft& d) { d.signature = std::string(256, '\0'); }, signature},
      {"signature with padding", [](Draft& d) { d.after = [](auto& t) { t += "AA"; }; }, signature},
      {"signature with a tail bit set",
       [](Draft& d) { d.after = [](auto& t) { t.back() = static_cast<char>(t.back() + 1); }; },
       signature},
      {"an ECDSA signature in DER",
       [](Draft& d) {
         sign_with(d, test_keys().p256, "ES256", "p256");
         d.signature = test_keys().p256.sign_der("ES256", d.signing_input());
       },
       signature},
      {"an ECDSA signature of zeros",
       [](Draft& d) {
         sign_with(d, test_keys().p256, "ES256", "p256");
         d.signature = std::string(64, '\0');
       },
       signature},
      {"an ECDSA signature with leading zeros on both halves",
       [](Draft& d) {
         sign_with(d, test_keys().p256, "ES256", "p256");
         const std::string good = test_keys().p256.sign("ES256", d.signing_input());
         d.signature = '\0' + good.substr(0, 32) + '\0' + good.substr(32);
       },
       signature},
      {"R and S changed about",
       [](Draft& d) {
         sign_with(d, test_keys().p256, "ES256", "p256");
         const std::string good = test_keys().p256.sign("ES256", d.signing_input());
         d.signature = good.substr(32) + good.substr(0, 32);
       },
       signature},
      {"an RSA signature where ES256 is said",
       [](Draft& d) { d.header.set_text("alg", "ES256").set_text("kid", "p256"); }, signature},
  };
}

std::vector<Row> claim_rows() {
  return {
      {"no iss", [](Draft& d) { d.claims.remove("iss"); }, issuer},
      {"iss of another issuer", [](Draft& d) { d.claims.set_text("iss", "https://evil.test"); },
       issuer},
      {"iss with a slash after it",
       [](Draft& d) {
         std::string url = d.claims.value("iss");
         d.claims.set("iss", url.insert(url.size() - 1, "/"));
       },
       issuer},
      {"iss in an array", [](Draft& d) { d.claims.set("iss", "[" + d.claims.value("iss") + "]"); },
       issuer},
      {"no aud", [](Draft& d) { d.claims.remove("aud"); }, audience},
      {"aud of another", [](Draft& d) { d.claims.set_text("aud", "nhn:other"); }, audience},
      {"aud that begins like ours", [](Draft& d) { d.claims.set_text("aud", "nhn:grunndata2"); },
       audience},
      {"aud in another case", [](Draft& d) { d.claims.set_text("aud", "NHN:grunndata"); },
       audience},
      {"two audiences", [](Draft& d) { d.claims.set("aud", R"(["nhn:grunndata","nhn:other"])"); },
       audience},
      {"our audience twice",
       [](Draft& d) { d.claims.set("aud", R"(["nhn:grunndata","nhn:grunndata"])"); }, audience},
      {"aud an empty array", [](Draft& d) { d.claims.set("aud", "[]"); }, audience},
      {"aud an object", [](Draft& d) { d.claims.set("aud", R"({"nhn:grunndata":1})"); }, audience},
      {"no exp", [](Draft& d) { d.claims.remove("exp"); }, "The token has no exp"},
      {"expired", [](Draft& d) { d.claims.set("exp", std::to_string(test_time - 5)); },
       "The token has expired"},
      {"expired long ago", [](Draft& d) { d.claims.set("exp", "0"); }, "The token has expired"},
      {"exp a text", [](Draft& d) { d.claims.set_text("exp", std::to_string(test_time + 600)); },
       "The token's exp is not a whole number of seconds"},
      {"exp with a fraction", [](Draft& d) { d.claims.set("exp", "1800000600.5"); },
       "The token's exp is not a whole number of seconds"},
      {"exp beyond all years", [](Draft& d) { d.claims.set("exp", "9223372036854775807"); },
       "The token's exp is not a whole number of seconds"},
      {"exp below zero", [](Draft& d) { d.claims.set("exp", "-1"); },
       "The token's exp is not a whole number of seconds"},
      {"exp null", [](Draft& d) { d.claims.set("exp", "null"); },
       "The token's exp is not a whole number of seconds"},
      {"exp true", [](Draft& d) { d.claims.set("exp", "true"); },
       "The token's exp is not a whole number of seconds"},
      {"not valid yet", [](Draft& d) { d.claims.set("nbf", std::to_string(test_time + 6)); },
       "The token is not valid yet"},
      {"nbf a text", [](Draft& d) { d.claims.set("nbf", "\"0\""); },
       "The token's nbf is not a whole number of seconds"},
      {"issued in the future", [](Draft& d) { d.claims.set("iat", std::to_string(test_time + 6)); },
       "The token is issued in the future"},
      {"iat with a fraction", [](Draft& d) { d.claims.set("iat", "1800000000.0"); },
       "The token's iat is not a whole number of seconds"},
      {"no client_id", [](Draft& d) { d.claims.remove("client_id"); }, "The token names no client"},
      {"client_id empty", [](Draft& d) { d.claims.set_text("client_id", ""); },
       "The token names no client"},
      {"client_id a number", [](Draft& d) { d.claims.set("client_id", "7"); },
       "client_id is not a short text"},
      {"client_id with a line break",
       [](Draft& d) { d.claims.set_text("client_id", "his\nX-Forged: 1"); },
       "client_id is not a short text"},
      {"client_id very long",
       [](Draft& d) { d.claims.set_text("client_id", std::string(257, 'c')); },
       "client_id is not a short text"},
      {"cnf a text", [](Draft& d) { d.claims.set_text("cnf", "jkt"); },
       "The token is bound to something else than the thumbprint of a key"},
      {"cnf empty", [](Draft& d) { d.claims.set("cnf", "{}"); },
       "The token is bound to something else than the thumbprint of a key"},
      {"cnf null", [](Draft& d) { d.claims.set("cnf", "null"); },
       "The token is bound to something else than the thumbprint of a key"},
      {"bound to a certificate", [](Draft& d) { d.claims.set("cnf", R"({"x5t#S256":"AAAA"})"); },
       "The token is bound to something else than the thumbprint of a key"},
      {"jkt too short", [](Draft& d) { d.claims.set("cnf", R"({"jkt":"AAAA"})"); },
       "The token is bound to something else than the thumbprint of a key"},
      {"scope a number", [](Draft& d) { d.claims.set("scope", "1"); },
       "scope is not a list of scopes"},
      {"scope with a number in it", [](Draft& d) { d.claims.set("scope", R"(["openid",1])"); },
       "scope is not a list of scopes"},
      {"scope with two blanks", [](Draft& d) { d.claims.set_text("scope", "openid  profile"); },
       "scope is not a list of scopes"},
      {"scope with a quote", [](Draft& d) { d.claims.set_text("scope", "a\"b"); },
       "scope is not a list of scopes"},
  };
}

void check_rows(const std::vector<Row>& rows) {
  Trust trust;
  REQUIRE(as_bearer(trust, trust.token()) == "ok");
  std::set<std::string> names;
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    Draft draft = token_draft(trust.issuer.url());
    row.break_it(draft);
    const std::string token = draft.text();
    CHECK(as_bearer(trust, token) == "token_invalid: " + row.sentence);
    // Refused the second time as well: nothing of it is remembered.
    CHECK(as_bearer(trust, token) == "token_invalid: " + row.sentence);
  }
  CHECK(trust.issuer.requests() == 2); // metadata and keys; no forged token made it ask again
  CHECK(trust.authenticator->figures().tokens_remembered == 1);
  CHECK(trust.authenticator->figures().refused == 2 * rows.size());
}

} // namespace

TEST_CASE("a token whose form is broken is refused") { check_rows(form_rows()); }
TEST_CASE("a token whose header asks for something else is refused") { check_rows(header_rows()); }
TEST_CASE("a token whose signature does not hold is refused") { check_rows(signature_rows()); }
TEST_CASE("a token whose claims do not hold is refused") { check_rows(claim_rows()); }

TEST_CASE("tokens by every algorithm and kind of key are taken") {
  Trust trust;
  const TestKeys& keys = test_keys();
  struct Way {
    const SigningKey& key;
    std::string algorithm;
    std::string kid;
  };
  for (const Way& way :
       {Way{keys.rsa, "RS256", "rsa"}, Way{keys.rsa, "RS384", "rsa"}, Way{keys.rsa, "RS512", "rsa"},
        Way{keys.rsa, "PS256", "rsa"}, Way{keys.rsa, "PS384", "rsa"}, Way{keys.rsa, "PS512", "rsa"},
        Way{keys.rsa, "RS256", "rsa-rs256"}, Way{keys.p256, "ES256", "p256"},
        Way{keys.p384, "ES384", "p384"}, Way{keys.p521, "ES512", "p521"}}) {
    CAPTURE(way.algorithm);
    CAPTURE(way.kid);
    Draft draft = token_draft(trust.issuer.url());
    sign_with(draft, way.key, way.algorithm, way.kid);
    CHECK(as_bearer(trust, draft.text()) == "ok");
  }
}

TEST_CASE("what a token may look like besides") {
  Trust trust;
  const std::vector<std::pair<std::string, std::function<void(Draft&)>>> ways{
      {"typ JWT", [](Draft& d) { d.header.set_text("typ", "JWT"); }},
      {"typ with its tree", [](Draft& d) { d.header.set_text("typ", "application/at+jwt"); }},
      {"aud an array of one", [](Draft& d) { d.claims.set("aud", R"(["nhn:grunndata"])"); }},
      {"scope a text", [](Draft& d) { d.claims.set_text("scope", "openid nhn:grunndata/admin"); }},
      {"no scope", [](Draft& d) { d.claims.remove("scope"); }},
      {"no nbf", [](Draft& d) { d.claims.remove("nbf"); }},
      {"exp within the leeway",
       [](Draft& d) { d.claims.set("exp", std::to_string(test_time - 4)); }},
      {"nbf within the leeway",
       [](Draft& d) { d.claims.set("nbf", std::to_string(test_time + 5)); }},
      {"keys and addresses of keys in the header are passed over",
       [](Draft& d) {
         d.header.set("jwk", test_keys().other_rsa.jwk().json())
             .set_text("jku", "https://evil.test/keys")
             .set_text("x5u", "https://evil.test/x")
             .set("x5c", R"(["AAAA"])");
       }},
      {"nested as deep as is allowed", [](Draft& d) { d.claims.set("deep", nested(11)); }},
  };
  for (const auto& [name, change] : ways) {
    CAPTURE(name);
    Draft draft = token_draft(trust.issuer.url());
    change(draft);
    CHECK(as_bearer(trust, draft.text()) == "ok");
  }
  CHECK(trust.issuer.requests() == 2);
}
