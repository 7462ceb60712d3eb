#include "tools/bench/jose_signer.h"

#include "api/access/sha256.h"
#include "api/http/problem.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace grunndata::tools::bench {

namespace {

namespace access = api::access;

void require(bool holds) {
  if (holds) return;
  std::fputs("OpenSSL failed\n", stderr);
  std::abort();
}

EVP_PKEY* pkey(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

struct NumberFree {
  void operator()(BIGNUM* number) const { BN_free(number); }
};

// Big endian; `bytes` 0: as few as needed.
std::string number_of(EVP_PKEY* key, const char* name, int bytes = 0) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1);
  const std::unique_ptr<BIGNUM, NumberFree> number(raw);
  const int size = bytes > 0 ? bytes : BN_num_bytes(raw);
  std::string out(static_cast<std::size_t>(size), '\0');
  require(BN_bn2binpad(raw, reinterpret_cast<unsigned char*>(out.data()), size) == size);
  return out;
}

std::string in_quotes(std::string_view text) {
  std::string out;
  api::http::append_json_string(out, text);
  return out;
}

std::string base64url_json(std::string_view bytes) {
  return in_quotes(access::base64url_encode(bytes));
}

struct CurveRow {
  std::string_view name;
  int coordinate_bytes;
  int bits;
};
constexpr CurveRow curve_rows[] = {{"P-256", 32, 256}, {"P-384", 48, 384}, {"P-521", 66, 521}};

const CurveRow& curve_of(EVP_PKEY* key) {
  for (const CurveRow& row : curve_rows) {
    if (row.bits == EVP_PKEY_get_bits(key)) return row;
  }
  require(false);
  return curve_rows[0];
}

const EVP_MD* hash_of(std::string_view algorithm) {
  if (algorithm.ends_with("384")) return EVP_sha384();
  return algorithm.ends_with("512") ? EVP_sha512() : EVP_sha256();
}

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

void set_padding(EVP_PKEY_CTX* context, std::string_view algorithm, int pss_salt_bytes) {
  if (!algorithm.starts_with("PS")) return;
  require(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1);
  require(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, pss_salt_bytes < 0 ? RSA_PSS_SALTLEN_DIGEST
                                                                       : pss_salt_bytes) == 1);
}

// R and S, each as long as the curve's order.
std::string joined(std::string_view der, int coordinate_bytes) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size()));
  require(signature != nullptr);
  std::string out(2 * static_cast<std::size_t>(coordinate_bytes), '\0');
  auto* place = reinterpret_cast<unsigned char*>(out.data());
  require(BN_bn2binpad(ECDSA_SIG_get0_r(signature), place, coordinate_bytes) > 0);
  require(BN_bn2binpad(ECDSA_SIG_get0_s(signature), place + coordinate_bytes, coordinate_bytes) >
          0);
  ECDSA_SIG_free(signature);
  return out;
}

} // namespace

JsonMembers& JsonMembers::set(const std::string& name, std::string json) {
  const auto member =
      std::ranges::find(members_, name, &std::pair<std::string, std::string>::first);
  if (member == members_.end()) return add(name, std::move(json));
  member->second = std::move(json);
  return *this;
}

JsonMembers& JsonMembers::set_text(const std::string& name, std::string_view text) {
  return set(name, in_quotes(text));
}

JsonMembers& JsonMembers::add(const std::string& name, std::string json) {
  members_.emplace_back(name, std::move(json));
  return *this;
}

JsonMembers& JsonMembers::remove(const std::string& name) {
  std::erase_if(members_, [&](const auto& member) { return member.first == name; });
  return *this;
}

std::string JsonMembers::value(const std::string& name) const {
  for (const auto& [member, json] : members_) {
    if (member == name) return json;
  }
  return {};
}

std::string JsonMembers::json() const {
  std::string out = "{";
  for (const auto& [name, json] : members_) {
    if (out.size() > 1) out += ',';
    out.append(in_quotes(name)).append(":").append(json);
  }
  return out + "}";
}

SigningKey::SigningKey(std::shared_ptr<void> key) : key_(std::move(key)) {
  require(key_ != nullptr);
  if (EVP_PKEY_get_base_id(pkey(key_)) == EVP_PKEY_RSA) {
    jwk_ = {{"e", base64url_json(number_of(pkey(key_), OSSL_PKEY_PARAM_RSA_E))},
            {"kty", "\"RSA\""},
            {"n", base64url_json(number_of(pkey(key_), OSSL_PKEY_PARAM_RSA_N))}};
    return;
  }
  const CurveRow& curve = curve_of(pkey(key_));
  const int bytes = curve.coordinate_bytes;
  jwk_ = {{"crv", in_quotes(curve.name)},
          {"kty", "\"EC\""},
          {"x", base64url_json(number_of(pkey(key_), OSSL_PKEY_PARAM_EC_PUB_X, bytes))},
          {"y", base64url_json(number_of(pkey(key_), OSSL_PKEY_PARAM_EC_PUB_Y, bytes))}};
}

SigningKey SigningKey::rsa(unsigned bits) {
  return SigningKey(std::shared_ptr<void>(
      EVP_RSA_gen(bits), [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }));
}

SigningKey SigningKey::ec(const std::string& curve) {
  return SigningKey(std::shared_ptr<void>(
      EVP_EC_gen(curve.c_str()), [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }));
}

std::string SigningKey::private_member() const {
  const bool is_rsa = EVP_PKEY_get_base_id(pkey(key_)) == EVP_PKEY_RSA;
  return base64url_json(
      number_of(pkey(key_), is_rsa ? OSSL_PKEY_PARAM_RSA_D : OSSL_PKEY_PARAM_PRIV_KEY));
}

std::string SigningKey::thumbprint() const {
  return access::base64url_encode(access::bytes_of(access::sha256({jwk_.json()})));
}

std::string SigningKey::sign_der(std::string_view algorithm, std::string_view input,
                                 int pss_salt_bytes) const {
  const Context context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr; // of the context
  require(EVP_DigestSignInit(context.get(), &settings, hash_of(algorithm), nullptr, pkey(key_)) ==
          1);
  set_padding(settings, algorithm, pss_salt_bytes);
  const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::size_t size = 0;
  require(EVP_DigestSign(context.get(), nullptr, &size, bytes, input.size()) == 1);
  std::string signature(size, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                         bytes, input.size()) == 1);
  signature.resize(size);
  return signature;
}

std::string SigningKey::sign(std::string_view algorithm, std::string_view input,
                             int pss_salt_bytes) const {
  std::string signature = sign_der(algorithm, input, pss_salt_bytes);
  if (!algorithm.starts_with("ES")) return signature;
  return joined(signature, curve_of(pkey(key_)).coordinate_bytes);
}

bool SigningKey::verify_der(std::string_view algorithm, std::string_view input,
                            std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr; // of the context
  require(EVP_DigestVerifyInit(context.get(), &settings, hash_of(algorithm), nullptr, pkey(key_)) ==
          1);
  set_padding(settings, algorithm, -1);
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(input.data()),
                          input.size()) == 1;
}

std::string compact_jws(const SigningKey& key, std::string_view algorithm,
                        const std::string& header, const std::string& payload) {
  std::string text = access::base64url_encode(header) + "." + access::base64url_encode(payload);
  const std::string signature = access::base64url_encode(key.sign(algorithm, text));
  return text.append(".").append(signature);
}

} // namespace grunndata::tools::bench
