#include "api/access/proof_check.h"

#include "api/access/because.h"

#include <optional>

namespace grunndata::api::access {

namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;
constexpr std::int64_t numeric_date_max = 253'402'300'799; // the end of the year 9999
constexpr std::size_t jti_bytes_max = 256;
/// Kept at a time, so that a client whose clock runs ahead costs a write now and then only; as much
/// longer a restart may have to wait.
constexpr std::int64_t kept_ahead_seconds = 2;

// Fields of a proof's payload that are texts.
std::string_view text_of(JsonView claims, std::string_view name) noexcept {
  return claims.member(name).text().value_or(std::string_view{});
}

} // namespace

ProofCheck::ProofCheck(ProofOptions options)
    : options_(std::move(options)),
      memory_(options_.remembered_max, options_.validity + 2 * options_.leeway),
      ahead_kept_(options_.ahead.newest.value_or(INT64_MIN)) {
  if (const auto url = Url::parse(options_.public_url)) origin_ = url->origin();
}

tl::expected<ProofCheck::Header, std::string_view> ProofCheck::read_header(std::string_view part) {
  const auto text = base64url_decode(part);
  const auto document = text ? JsonDocument::parse(*text) : std::nullopt;
  if (!document) return because("The proof's header is not base64url of a JSON object");
  const JsonView head = document->root();
  if (text_of(head, "typ") != "dpop+jwt") return because("The proof's typ is not dpop+jwt");
  if (head.member("crit").exists() || head.member("b64").exists()) {
    return because("The proof's header demands an extension that is not understood");
  }
  const auto algorithm = algorithm_of(text_of(head, "alg"));
  if (!algorithm) return because("The proof's algorithm is not taken");
  auto key = PublicKey::from_jwk(head.member("jwk"));
  if (!key) return because(key.error());
  if (!(*key)->fits(*algorithm)) return because("The proof's algorithm does not fit its key");
  return Header{*algorithm, std::move(*key)};
}

std::string_view ProofCheck::check_signature(const CompactJws& jws, const TokenClaims& claims) {
  const auto kept = headers_.find(jws.header);
  auto header = kept ? tl::expected<Header, std::string_view>(*kept) : read_header(jws.header);
  if (!header) return header.error();
  if (header->key->thumbprint() != claims.key_thumbprint) {
    return "The proof is made with another key than the token is bound to";
  }
  if (!header->key->verifies(jws, header->algorithm)) return "The proof's signature does not hold";
  if (!kept && jws.header.size() <= kept_header_bytes_max) {
    headers_.insert(std::string(jws.header), std::move(*header), [](const Header&) {
      return false; // a key does not grow old
    });
  }
  return {};
}

// RFC 9449 4.3: without query and fragment, after RFC 3986's normalisation.
bool ProofCheck::is_target(std::string_view htu, std::string_view path) const {
  if (htu.size() == origin_.size() + path.size() && htu.starts_with(origin_) &&
      htu.ends_with(path)) {
    return true;
  }
  const auto url = Url::parse(htu);
  return url && url->origin() == origin_ && url->path == normalised_path(path);
}

std::string_view ProofCheck::check_time(std::int64_t iat, registry::Instant now) const {
  const std::int64_t made = iat * microseconds_per_second;
  const std::int64_t leeway = options_.leeway.count() * microseconds_per_second;
  const std::int64_t validity = options_.validity.count() * microseconds_per_second;
  if (made > now.microseconds + leeway) return "The proof is made in the future";
  if (made + validity + leeway < now.microseconds) return "The proof is too old";
  // `make` of the Authenticator sees to it that nobody with a clock that is right hears this.
  if (made < options_.started.microseconds) {
    return "The proof is older than this server; make a new one";
  }
  return {};
}

std::string_view ProofCheck::check_claims(JsonView claims, const ProofUse& use) const {
  const auto ath = claims.member("ath").text();
  if (!ath) return "The proof has no ath";
  if (!is_base64url_of(*ath, use.claims.token_hash)) return "The proof is for another token";
  const auto jti = claims.member("jti").text();
  if (!jti || jti->empty()) return "The proof has no jti";
  if (jti->size() > jti_bytes_max) return "The proof's jti is too long";
  const auto htm = claims.member("htm").text();
  if (!htm) return "The proof has no htm";
  if (*htm != use.method) return "The proof is for another method";
  const auto htu = claims.member("htu").text();
  if (!htu) return "The proof has no htu";
  if (!is_target(*htu, use.path)) return "The proof is for another address";
  const auto iat = claims.member("iat").whole_number();
  if (!iat || *iat < 0 || *iat > numeric_date_max) {
    return "The proof has no iat that is a whole number of seconds";
  }
  return check_time(*iat, use.now);
}

bool ProofCheck::is_kept(std::int64_t iat, registry::Instant now) {
  const auto enough = [&] {
    return iat * microseconds_per_second <= now.microseconds ||
           iat <= ahead_kept_.load(std::memory_order_acquire);
  };
  if (enough() || !options_.ahead.keep) return true;
  const std::lock_guard lock(ahead_mutex_);
  if (enough()) return true;
  const std::int64_t newest = iat + kept_ahead_seconds;
  if (!options_.ahead.keep(newest)) return false;
  ahead_kept_.store(newest, std::memory_order_release);
  return true;
}

std::optional<ProofFault> ProofCheck::check(const ProofUse& use) {
  if (use.proof.size() > proof_bytes_max) return ProofFault{"The proof is too large"};
  const auto jws = CompactJws::split(use.proof);
  if (!jws) return ProofFault{"The proof is not three parts with dots between them"};
  if (const auto fault = check_signature(*jws, use.claims); !fault.empty()) {
    return ProofFault{fault};
  }
  const auto text = base64url_decode(jws->payload);
  const auto payload = text ? JsonDocument::parse(*text) : std::nullopt;
  if (!payload) return ProofFault{"The proof's claims are not base64url of a JSON object"};
  if (const auto fault = check_claims(payload->root(), use); !fault.empty()) {
    return ProofFault{fault};
  }
  const Digest key = sha256({bytes_of(use.claims.key_thumbprint), text_of(payload->root(), "jti")});
  const std::int64_t iat = *payload->root().member("iat").whole_number();
  if (!is_kept(iat, use.now)) {
    return ProofFault{"The proof is made in the future, which cannot be remembered now"};
  }
  switch (memory_.insert(key, iat, use.now)) {
    case ProofMemory::Answer::fresh: return std::nullopt;
    case ProofMemory::Answer::replayed: return ProofFault{"The proof was used before", true};
    case ProofMemory::Answer::full: break;
  }
  return ProofFault{"Too many proofs are in use to tell whether this one is new; try again"};
}

} // namespace grunndata::api::access
