// Access tokens of Maskinporten: the JWT bearer grant (RFC 7523), as docs.digdir.no describes it.
#pragma once

#include "registry/error.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace grunndata::importers::following {

struct TokenOptions {
  std::string issuer; ///< `aud` of the grant: "https://maskinporten.no/", its slash included
  std::string token_endpoint; ///< empty: the issuer's own, `<issuer>token`
  std::string client_id;      ///< `iss` of the grant
  std::string scope;          ///< separated by blanks
  std::string consumer_org;   ///< on behalf of whom (delegation in Altinn); may be empty
  /// The client's private key: PEM (RSA) or one JWK (RSA, with its private members). Must be its
  /// owner's alone (mode 0600 or less); read once, at `open`.
  std::filesystem::path key_file;
  std::string key_id;                          ///< `kid` as registered; empty: that of the JWK
  std::function<std::int64_t()> clock_seconds; ///< unset: the system's; for tests
  const std::atomic<bool>* stop = nullptr;     ///< ends a fetch that is under way
};

/// Gives the same token until a little before it runs out. Thread-safe. Neither the key nor a token
/// is ever part of a message.
class TokenSource {
public:
  /// Errors: `invalid` (an option, a key file that others may read, no RSA key), `not_found`.
  [[nodiscard]] static registry::Result<std::unique_ptr<TokenSource>> open(TokenOptions options);
  ~TokenSource();

  /// Errors: `unavailable` (Maskinporten cannot be reached, or refuses; says why).
  [[nodiscard]] registry::Result<std::string> token();
  /// The next call fetches a new one: this was not taken.
  void forget();

private:
  struct Key;
  TokenSource(TokenOptions options, std::unique_ptr<Key> key);
  [[nodiscard]] registry::Result<std::string> grant() const;
  [[nodiscard]] registry::Result<void> fetch();

  TokenOptions options_;
  std::unique_ptr<Key> key_;
  std::mutex mutex_;
  std::string token_;
  std::int64_t good_until_ = 0; ///< seconds since 1970
};

} // namespace grunndata::importers::following
