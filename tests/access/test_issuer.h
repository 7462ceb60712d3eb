// A small issuer of tokens with real keys, a clock that tests move, and requests with credentials.
#pragma once

#include "api/access/authenticator.h"
#include "api/http/message.h"
#include "tests/access/loopback_server.h"
#include "tools/bench/jose_signer.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::tests {

using tools::bench::JsonMembers;
using tools::bench::SigningKey;

inline constexpr std::int64_t test_time = 1'800'000'000; ///< seconds; what the clock begins with
inline constexpr std::string_view test_audience = "nhn:grunndata";
inline constexpr std::string_view test_public_url = "https://grunndata.test";
inline constexpr std::string_view test_path = "/v1/person/lookup";

/// Keys are made once for all tests.
struct TestKeys {
  SigningKey rsa = SigningKey::rsa(2048);
  SigningKey other_rsa = SigningKey::rsa(2048);
  SigningKey short_rsa = SigningKey::rsa(1024);
  SigningKey p256 = SigningKey::ec("P-256");
  SigningKey other_p256 = SigningKey::ec("P-256");
  SigningKey p384 = SigningKey::ec("P-384");
  SigningKey p521 = SigningKey::ec("P-521");
};
[[nodiscard]] const TestKeys& test_keys();

/// What will be signed. Begins as a good one; tests break it.
struct Draft {
  JsonMembers header;
  JsonMembers claims;
  SigningKey key;
  std::string algorithm; ///< by which it is signed, whatever the header says
  int pss_salt_bytes = -1;
  std::string header_text{}; ///< instead of `header`, when not empty
  std::string claims_text{}; ///< instead of `claims`, when not empty
  std::string header_part{}; ///< instead of the base64url of the header, when not empty
  std::string signature{};   ///< instead of the real one's bytes, when not empty
  std::function<void(std::string&)> after{}; ///< what is done to the finished text

  [[nodiscard]] std::string signing_input() const;
  [[nodiscard]] std::string text() const;
};

/// A token for `key`'s holder, bound to `holder` when given.
[[nodiscard]] Draft token_draft(const std::string& issuer_url, const SigningKey* holder = nullptr);
/// A proof by `holder` for a POST to `test_path` with `token`, made at `iat`; each with its own
/// jti.
[[nodiscard]] Draft proof_draft(const SigningKey& holder, std::string_view token,
                                std::int64_t iat = test_time);

/// Serves metadata and keys on loopback.
class TestIssuer {
public:
  TestIssuer();

  [[nodiscard]] const std::string& url() const noexcept { return server_.url(); }
  /// The JWK Set from now on.
  void publish(std::vector<JsonMembers> keys);
  /// The whole response to a fetch of the keys from now on; empty: no answer at all.
  void answer_keys_with(std::string response);
  void answer_metadata_with(std::string response);
  [[nodiscard]] int requests() const noexcept { return server_.requests(); }

private:
  std::string answer(std::string_view path);

  std::mutex mutex_;
  std::string keys_;
  std::string metadata_;
  bool own_metadata_ = true;
  LoopbackServer server_;
};

/// Key sets of the issuer: the usual ones, under the kids "rsa", "rsa-rs256", "p256", "p384",
/// "p521", beside keys that must not be used ("enc", "oct", "short", "private").
[[nodiscard]] std::vector<JsonMembers> usual_keys();
[[nodiscard]] JsonMembers jwk(const SigningKey& key, std::string_view kid);

/// An authenticator that trusts one TestIssuer, on a clock of its own.
struct Trust {
  explicit Trust(const std::function<void(api::access::AuthenticatorOptions&)>& change = {});

  [[nodiscard]] std::string token(const SigningKey* holder = nullptr) const;
  void set_time(std::int64_t seconds) { *clock = seconds * 1'000'000; }

  TestIssuer issuer;
  std::shared_ptr<std::atomic<std::int64_t>> clock; ///< microseconds
  std::unique_ptr<api::access::Authenticator> authenticator;
};

/// A POST to `test_path` with headers; the views in `request` are of this object.
class TestRequest {
public:
  explicit TestRequest(std::vector<std::pair<std::string, std::string>> headers);
  TestRequest(const TestRequest&) = delete;
  TestRequest& operator=(const TestRequest&) = delete;

  api::http::Request request;

private:
  std::vector<std::pair<std::string, std::string>> texts_;
  std::vector<api::http::Header> headers_;
};

/// The outcome in one line: "ok", or "<code>: <detail>".
[[nodiscard]] std::string
outcome(const tl::expected<std::shared_ptr<const api::access::TokenClaims>, api::access::Denial>&);
[[nodiscard]] std::string as_bearer(Trust& trust, const std::string& token);
[[nodiscard]] std::string with_proof(Trust& trust, const std::string& token,
                                     const std::string& proof);

} // namespace grunndata::tests
