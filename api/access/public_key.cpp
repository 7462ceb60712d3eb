#include "api/access/public_key.h"

#include "api/access/because.h"

#include <cjose/cjose.h>
#include <openssl/err.h>

#include <array>
#include <bit>
#include <cstdint>

namespace grunndata::api::access {

namespace {

constexpr std::size_t rsa_exponent_bytes_max = 4;
constexpr std::size_t kid_bytes_max = 256;

struct Curve {
  std::string_view name;
  Algorithm algorithm;
  std::size_t coordinate_bytes;
};

constexpr std::array curves{
    Curve{"P-256", Algorithm::es256, 32},
    Curve{"P-384", Algorithm::es384, 48},
    Curve{"P-521", Algorithm::es512, 66},
};

// RFC 7518 6.2.2 and 6.3.2, and the key itself of 6.4.
constexpr std::array<std::string_view, 8> private_members{"d",  "p",  "q",   "dp",
                                                          "dq", "qi", "oth", "k"};

std::shared_ptr<void> import_key(const std::string& canonical) {
  cjose_err error{};
  cjose_jwk_t* key = cjose_jwk_import(canonical.data(), canonical.size(), &error);
  if (key == nullptr) {
    ERR_clear_error();
    return nullptr;
  }
  return {key, [](void* held) { cjose_jwk_release(static_cast<cjose_jwk_t*>(held)); }};
}

struct JwsRelease {
  void operator()(cjose_jws_t* jws) const noexcept { cjose_jws_release(jws); }
};

std::optional<std::string> decoded_member(JsonView jwk, std::string_view name) {
  const auto text = jwk.member(name).text();
  return text ? base64url_decode(*text) : std::nullopt;
}

// Base64urlUInt: as few octets as the number needs.
bool is_minimal(const std::string& number) noexcept {
  return !number.empty() && number.front() != '\0';
}

bool is_odd(const std::string& number) noexcept {
  return (static_cast<unsigned char>(number.back()) & 1U) != 0;
}

} // namespace

std::string_view PublicKey::read_rsa(JsonView jwk, std::string& canonical) {
  const auto modulus = decoded_member(jwk, "n");
  const auto exponent = decoded_member(jwk, "e");
  if (!modulus || !exponent || !is_minimal(*modulus) || !is_minimal(*exponent)) {
    return "An RSA key needs n and e in base64url";
  }
  const std::size_t bits =
      modulus->size() * 8 -
      static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(modulus->front())));
  if (bits < rsa_bits_min) return "An RSA key must have at least 2048 bits";
  if (bits > rsa_bits_max) return "An RSA key may have at most 8192 bits";
  const bool one = exponent->size() == 1 && exponent->front() == 1;
  if (!is_odd(*modulus) || !is_odd(*exponent) || one || exponent->size() > rsa_exponent_bytes_max) {
    return "The RSA key is not a sound one";
  }
  rsa_ = true;
  signature_bytes_ = modulus->size();
  canonical.append(R"({"e":")").append(*jwk.member("e").text());
  canonical.append(R"(","kty":"RSA","n":")").append(*jwk.member("n").text()).append("\"}");
  return {};
}

std::string_view PublicKey::read_ec(JsonView jwk, std::string& canonical) {
  const auto name = jwk.member("crv").text();
  const Curve* curve = nullptr;
  for (const Curve& row : curves) {
    if (name == row.name) curve = &row;
  }
  if (curve == nullptr) return "The key is on a curve that is not taken";
  const auto x = decoded_member(jwk, "x");
  const auto y = decoded_member(jwk, "y");
  if (!x || !y || x->size() != curve->coordinate_bytes || y->size() != curve->coordinate_bytes) {
    return "The key's x and y must be base64url and as long as its curve says";
  }
  curve_algorithm_ = curve->algorithm;
  signature_bytes_ = 2 * curve->coordinate_bytes;
  canonical.append(R"({"crv":")").append(*name).append(R"(","kty":"EC","x":")");
  canonical.append(*jwk.member("x").text()).append(R"(","y":")");
  canonical.append(*jwk.member("y").text()).append("\"}");
  return {};
}

std::string_view PublicKey::read_use(JsonView jwk) {
  if (const JsonView use = jwk.member("use"); use.exists() && use.text() != "sig") {
    return "The key is not for signatures";
  }
  if (const JsonView operations = jwk.member("key_ops"); operations.exists()) {
    bool verify = false;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      verify = verify || operations.at(i).text() == "verify";
    }
    if (!verify) return "The key is not for verifying";
  }
  if (const JsonView named = jwk.member("alg"); named.exists()) {
    const auto algorithm = algorithm_of(named.text().value_or(""));
    if (!algorithm || !fits(*algorithm)) return "The key's alg does not fit the key";
    only_ = algorithm;
  }
  if (const JsonView kid = jwk.member("kid"); kid.exists()) {
    const auto text = kid.text();
    if (!text || text->size() > kid_bytes_max) return "The key's kid is not a short text";
    kid_ = *text;
  }
  return {};
}

tl::expected<std::shared_ptr<const PublicKey>, std::string_view> PublicKey::from_jwk(JsonView jwk) {
  if (!jwk.is_object()) return because("There is no key");
  const auto type = jwk.member("kty").text();
  if (type == "oct") return because("The key is symmetric");
  for (const std::string_view member : private_members) {
    if (jwk.member(member).exists()) return because("The key has a private part");
  }
  if (type != "RSA" && type != "EC") return because("The key is of a type not taken");
  const std::shared_ptr<PublicKey> key(new PublicKey);
  std::string canonical;
  const std::string_view fault =
      type == "RSA" ? key->read_rsa(jwk, canonical) : key->read_ec(jwk, canonical);
  if (!fault.empty()) return because(fault);
  if (const std::string_view use = key->read_use(jwk); !use.empty()) return because(use);
  key->thumbprint_ = sha256({canonical});
  key->key_ = import_key(canonical);
  if (!key->key_) return because("The key is not a point on its curve, or not sound");
  return key;
}

bool PublicKey::fits(Algorithm algorithm) const noexcept {
  if (only_ && *only_ != algorithm) return false;
  return rsa_ ? algorithm <= Algorithm::ps512 : algorithm == curve_algorithm_;
}

bool PublicKey::verifies(const CompactJws& jws, Algorithm algorithm) const {
  if (!fits(algorithm)) return false;
  const auto signature = base64url_decode(jws.signature);
  if (!signature || signature->size() != signature_bytes_) return false;
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, JwsRelease> read(
      cjose_jws_import(jws.text.data(), jws.text.size(), &error));
  const bool holds =
      read && cjose_jws_verify(read.get(), static_cast<const cjose_jwk_t*>(key_.get()), &error);
  if (!holds) ERR_clear_error();
  return holds;
}

} // namespace grunndata::api::access
