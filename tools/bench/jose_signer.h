// The other side of access control, for measurements and tests: keys that sign tokens and proofs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::tools::bench {

/// Members of a JSON object in order, values as JSON; a name may stand there twice.
class JsonMembers {
public:
  JsonMembers() = default;
  JsonMembers(std::initializer_list<std::pair<std::string, std::string>> members)
      : members_(members) {}

  /// Replaces the value of the first member of that name, or adds one at the end.
  JsonMembers& set(const std::string& name, std::string json);
  JsonMembers& set_text(const std::string& name, std::string_view text);
  /// At the end, even if the name is there already.
  JsonMembers& add(const std::string& name, std::string json);
  JsonMembers& remove(const std::string& name);
  [[nodiscard]] std::string value(const std::string& name) const; ///< empty: none
  [[nodiscard]] std::string json() const;

private:
  std::vector<std::pair<std::string, std::string>> members_;
};

/// A private key, made anew. Copies share it. Failures of OpenSSL end the program.
class SigningKey {
public:
  [[nodiscard]] static SigningKey rsa(unsigned bits);
  /// "P-256", "P-384" or "P-521"
  [[nodiscard]] static SigningKey ec(const std::string& curve);

  /// The public JWK, and its one secret member.
  [[nodiscard]] const JsonMembers& jwk() const noexcept { return jwk_; }
  [[nodiscard]] std::string private_member() const; ///< `d` as JSON
  [[nodiscard]] std::string thumbprint() const;     ///< RFC 7638, base64url

  /// The bytes of a JWS signature by "RS256" … "ES512". `pss_salt_bytes` -1: as long as the hash.
  [[nodiscard]] std::string sign(std::string_view algorithm, std::string_view input,
                                 int pss_salt_bytes = -1) const;
  /// As OpenSSL makes it: of ECDSA in DER, which is no JWS signature.
  [[nodiscard]] std::string sign_der(std::string_view algorithm, std::string_view input,
                                     int pss_salt_bytes = -1) const;
  /// The same signature verified by OpenSSL alone, the DER form as `sign_der` gives it.
  [[nodiscard]] bool verify_der(std::string_view algorithm, std::string_view input,
                                std::string_view signature) const;

private:
  explicit SigningKey(std::shared_ptr<void> key);
  std::shared_ptr<void> key_; ///< EVP_PKEY
  JsonMembers jwk_;
};

/// base64url(header).base64url(payload).base64url(signature)
[[nodiscard]] std::string compact_jws(const SigningKey& key, std::string_view algorithm,
                                      const std::string& header, const std::string& payload);

} // namespace grunndata::tools::bench
