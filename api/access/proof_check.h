// DPoP proofs (RFC 9449): that the caller holds the key its token is bound to, here and now.
#pragma once

#include "api/access/caller.h"
#include "api/access/fifo_cache.h"
#include "api/access/proof_memory.h"
#include "api/access/proofs_ahead.h"
#include "api/access/public_key.h"
#include "api/access/url.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

struct ProofOptions {
  std::string public_url; ///< what clients see of us: scheme://host[:port]
  std::chrono::seconds validity{};
  std::chrono::seconds leeway{};
  std::size_t remembered_max = 0;
  /// Proofs with an earlier iat are refused: they may have been used before we started, and
  /// nothing is remembered of that.
  registry::Instant started{};
  ProofsAhead ahead{};
};

/// One proof and what it must fit.
struct ProofUse {
  std::string_view proof;  ///< value of the DPoP header
  std::string_view method; ///< of the request
  std::string_view path;   ///< of the request, as sent, without query
  const TokenClaims& claims;
  registry::Instant now{};
};

struct ProofFault {
  std::string_view sentence;
  bool replay = false;
};

/// Thread-safe.
class ProofCheck {
public:
  /// `public_url` must be one that `Url::parse` takes.
  explicit ProofCheck(ProofOptions options);

  /// Nothing when the proof holds; it is then used up. A proof that fails is not.
  [[nodiscard]] std::optional<ProofFault> check(const ProofUse& use);
  [[nodiscard]] std::size_t remembered() const noexcept { return memory_.size(); }

private:
  /// What the header of a proof says. A client sends the same one each time.
  struct Header {
    Algorithm algorithm{};
    std::shared_ptr<const PublicKey> key;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  static constexpr std::size_t headers_kept_max = 8'192;
  static constexpr std::size_t kept_header_bytes_max = 2'048;

  [[nodiscard]] static tl::expected<Header, std::string_view> read_header(std::string_view part);
  [[nodiscard]] std::string_view check_signature(const CompactJws& jws, const TokenClaims& claims);
  [[nodiscard]] std::string_view check_claims(JsonView claims, const ProofUse& use) const;
  [[nodiscard]] bool is_target(std::string_view htu, std::string_view path) const;
  [[nodiscard]] std::string_view check_time(std::int64_t iat, registry::Instant now) const;
  /// Whether a proof of this second may be taken as far as a restart is concerned.
  [[nodiscard]] bool is_kept(std::int64_t iat, registry::Instant now);

  ProofOptions options_;
  std::string origin_; ///< of `public_url`, normalised
  ProofMemory memory_;
  std::mutex ahead_mutex_; ///< held while `options_.ahead.keep` works
  std::atomic<std::int64_t> ahead_kept_;
  FifoCache<std::string, Header, TextHash> headers_{headers_kept_max};
};

} // namespace grunndata::api::access
