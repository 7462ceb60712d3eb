#include "api/access/token_check.h"

#include "api/access/claims.h"
#include "api/access/compact_jws.h"
#include "api/access/json.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace grunndata::api::access {

namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;
constexpr std::int64_t numeric_date_max = 253'402'300'799; // the end of the year 9999
constexpr std::size_t kid_bytes_max = 256;
constexpr std::size_t shown_bytes_max = 120;

// What the steps have found so far. Each step reads what those it needs have left here.
struct Reading {
  std::string_view token;
  registry::Instant now;
  const std::vector<IssuerOptions>& issuers;
  std::chrono::seconds leeway;
  const KeySource& keys;
  std::string* detail = nullptr; ///< for people; null when nobody will read it

  CompactJws jws{};
  std::optional<JsonDocument> header{};
  std::optional<JsonDocument> payload{};
  Algorithm algorithm{};
  std::size_t issuer = 0;
  FoundKey found{};
  std::shared_ptr<TokenClaims> claims = std::make_shared<TokenClaims>();
  std::optional<KeyFault> unavailable{};

  [[nodiscard]] JsonView head() const { return header->root(); }
  [[nodiscard]] JsonView body() const { return payload->root(); }
  [[nodiscard]] const IssuerOptions& options() const { return issuers[issuer]; }
};

// A text from a token, fit for a terminal.
std::string shown(std::optional<std::string_view> text) {
  if (!text) return "nothing that is a text";
  std::string out = "'";
  for (const char c : text->substr(0, shown_bytes_max)) out += c >= ' ' && c < '\x7f' ? c : '?';
  return out + (text->size() > shown_bytes_max ? "…'" : "'");
}

std::string_view check_form(Reading& reading) {
  if (reading.detail) {
    *reading.detail = std::to_string(reading.token.size()) + " bytes; at most " +
                      std::to_string(token_bytes_max) + ", three parts with dots between them";
  }
  if (reading.token.size() > token_bytes_max) return "The token is too large";
  const auto jws = CompactJws::split(reading.token);
  if (!jws) return "The token is not three parts with dots between them";
  reading.jws = *jws;
  return {};
}

std::optional<JsonDocument> document_of(std::string_view part) {
  const auto text = base64url_decode(part);
  return text ? JsonDocument::parse(*text) : std::nullopt;
}

std::string_view check_header(Reading& reading) {
  reading.header = document_of(reading.jws.header);
  if (reading.detail) *reading.detail = "strict base64url of a JSON object, no member twice";
  return reading.header ? "" : "The token's header is not base64url of a JSON object";
}

std::string_view check_payload(Reading& reading) {
  reading.payload = document_of(reading.jws.payload);
  if (reading.detail) *reading.detail = "strict base64url of a JSON object, no member twice";
  return reading.payload ? "" : "The token's claims are not base64url of a JSON object";
}

std::string_view check_type(Reading& reading) {
  const auto type = reading.head().member("typ").text();
  if (reading.detail) *reading.detail = "typ is " + shown(type) + "; at+jwt or JWT is expected";
  const bool good = type == "at+jwt" || type == "JWT" || type == "application/at+jwt";
  return good ? "" : "The token's typ is not one of an access token";
}

std::string_view check_critical(Reading& reading) {
  if (reading.detail) *reading.detail = "neither crit nor b64 is understood";
  for (const std::string_view name : {"crit", "b64"}) {
    if (reading.head().member(name).exists()) {
      return "The token's header demands an extension that is not understood";
    }
  }
  return {};
}

std::string_view check_algorithm(Reading& reading) {
  const auto name = reading.head().member("alg").text();
  if (reading.detail) {
    *reading.detail = "alg is " + shown(name) + "; one of " + std::string(algorithms_text);
  }
  const auto algorithm = algorithm_of(name.value_or(""));
  if (!algorithm) return "The token's algorithm is not taken";
  reading.algorithm = *algorithm;
  return {};
}

std::string_view check_issuer(Reading& reading) {
  const auto url = reading.body().member("iss").text();
  if (reading.detail) {
    *reading.detail = "iss is " + shown(url) + "; expected is one of";
    for (const IssuerOptions& issuer : reading.issuers) {
      reading.detail->append(" ").append(issuer.url).append(" (").append(issuer.name).append(")");
    }
  }
  for (std::size_t i = 0; i < reading.issuers.size(); ++i) {
    if (url != reading.issuers[i].url) continue;
    reading.issuer = i;
    reading.claims->issuer_name = reading.issuers[i].name;
    return {};
  }
  return "The token's issuer is not one of ours";
}

std::string_view check_key(Reading& reading) {
  const auto kid = reading.head().member("kid").text();
  if (reading.detail) *reading.detail = "kid is " + shown(kid);
  if (!kid || kid->empty() || kid->size() > kid_bytes_max) return "The token names no key";
  auto found = reading.keys(reading.issuer, *kid, reading.algorithm);
  if (found) {
    reading.found = std::move(*found);
    return {};
  }
  switch (found.error().kind) {
    case KeyFault::Kind::unknown_kid: return "The issuer has no such key";
    case KeyFault::Kind::wrong_algorithm: return "The token's algorithm does not fit its key";
    case KeyFault::Kind::unavailable: break;
  }
  reading.unavailable = found.error();
  return "The issuer's keys cannot be had just now";
}

std::string_view check_signature(Reading& reading) {
  if (reading.detail) *reading.detail = "by " + std::string(name_of(reading.algorithm));
  return reading.found.key->verifies(reading.jws, reading.algorithm)
             ? ""
             : "The token's signature does not hold";
}

std::string_view check_audience(Reading& reading) {
  JsonView audience = reading.body().member("aud");
  const std::size_t count = audience.is_array() ? audience.size() : 1;
  if (audience.is_array()) audience = audience.at(0);
  if (reading.detail) {
    *reading.detail = "aud is " + shown(audience.text()) + ", " + std::to_string(count) +
                      " in number; only " + shown(reading.options().audience) + " is expected";
  }
  const bool ours = count == 1 && audience.text() == reading.options().audience;
  return ours ? "" : "The token is not for this service alone";
}

// Seconds since 1970 as a whole number; the outer nothing: there, but not that.
std::optional<std::optional<std::int64_t>> date_of(JsonView value) noexcept {
  if (!value.exists()) return std::optional<std::int64_t>{};
  const auto seconds = value.whole_number();
  if (!seconds || *seconds < 0 || *seconds > numeric_date_max) return std::nullopt;
  return seconds;
}

std::string time_text(std::int64_t seconds) {
  return registry::format_instant({seconds * microseconds_per_second});
}

void tell_time(Reading& reading, std::string_view name, std::optional<std::int64_t> seconds) {
  if (!reading.detail) return;
  *reading.detail = std::string(name) + " is " + (seconds ? time_text(*seconds) : "not there") +
                    "; now is " + registry::format_instant(reading.now) + ", leeway " +
                    std::to_string(reading.leeway.count()) + " s";
}

std::string_view check_expiry(Reading& reading) {
  const auto expires = date_of(reading.body().member("exp"));
  if (!expires) return "The token's exp is not a whole number of seconds";
  tell_time(reading, "exp", *expires);
  if (!*expires) return "The token has no exp";
  reading.claims->expires = {**expires * microseconds_per_second};
  const std::int64_t end =
      reading.claims->expires.microseconds + reading.leeway.count() * microseconds_per_second;
  return reading.now.microseconds < end ? "" : "The token has expired";
}

std::string_view check_not_later(Reading& reading, std::string_view name,
                                 std::string_view bad_number, std::string_view too_early) {
  const auto date = date_of(reading.body().member(name));
  if (!date) return bad_number;
  tell_time(reading, name, *date);
  const std::int64_t seconds = date->value_or(0) - reading.leeway.count();
  return seconds * microseconds_per_second <= reading.now.microseconds ? "" : too_early;
}

std::string_view check_not_before(Reading& reading) {
  return check_not_later(reading, "nbf", "The token's nbf is not a whole number of seconds",
                         "The token is not valid yet");
}

std::string_view check_issued(Reading& reading) {
  return check_not_later(reading, "iat", "The token's iat is not a whole number of seconds",
                         "The token is issued in the future");
}

std::string_view check_claims(Reading& reading) {
  const std::string_view fault = read_claims(reading.body(), *reading.claims);
  if (reading.detail && fault.empty()) {
    *reading.detail = "client " + shown(reading.claims->client_id) + ", " +
                      (reading.claims->has_user()
                           ? "for a user at level " + std::to_string(reading.claims->security_level)
                           : "without a user");
  }
  return fault;
}

std::string_view check_binding(Reading& reading) {
  const std::string_view fault = read_binding(reading.body(), *reading.claims);
  if (reading.detail && fault.empty()) {
    *reading.detail = reading.claims->bound ? "bound to a key: for use with a DPoP proof"
                                            : "not bound: for use as Bearer";
  }
  return fault;
}

std::string_view check_rights(Reading& reading) {
  const std::string_view fault =
      read_scopes(reading.body(), reading.options(), reading.claims->rights);
  if (reading.detail && fault.empty()) {
    *reading.detail = reading.claims->rights.none() ? "no scope of ours" : "gives";
    for (std::size_t i = 0; i < right_count; ++i) {
      if (reading.claims->rights.test(i)) {
        reading.detail->append(" ").append(name_of(static_cast<Right>(i)));
      }
    }
  }
  return fault;
}

enum StepPlace : std::uint8_t {
  form_step,
  header_step,
  type_step,
  critical_step,
  algorithm_step,
  payload_step,
  issuer_step,
  key_step,
  signature_step,
  audience_step,
  expiry_step,
  not_before_step,
  issued_step,
  claims_step,
  binding_step,
  rights_step,
  step_count,
};

struct StepRow {
  std::string_view name;
  std::string_view (*check)(Reading&); ///< a sentence when it does not hold
  std::initializer_list<StepPlace> needs;
};

const std::array<StepRow, step_count>& steps() {
  static const std::array<StepRow, step_count> rows{{
      {"form", check_form, {}},
      {"header", check_header, {form_step}},
      {"type", check_type, {header_step}},
      {"extensions", check_critical, {header_step}},
      {"algorithm", check_algorithm, {header_step}},
      {"claims form", check_payload, {form_step}},
      {"issuer", check_issuer, {payload_step}},
      {"key", check_key, {algorithm_step, issuer_step}},
      {"signature", check_signature, {key_step}},
      {"audience", check_audience, {issuer_step}},
      {"expiry", check_expiry, {payload_step}},
      {"not before", check_not_before, {payload_step}},
      {"issued at", check_issued, {payload_step}},
      {"claims", check_claims, {payload_step}},
      {"binding", check_binding, {payload_step}},
      {"scopes", check_rights, {issuer_step}},
  }};
  return rows;
}

} // namespace

tl::expected<CheckedToken, TokenFault> TokenCheck::check(std::string_view token, const Digest& hash,
                                                         registry::Instant now) const {
  Reading reading{token, now, issuers_, leeway_, keys_};
  for (const StepRow& step : steps()) {
    const std::string_view fault = step.check(reading);
    if (fault.empty()) continue;
    if (!reading.unavailable) return tl::unexpected(TokenFault{fault});
    return tl::unexpected(TokenFault{fault, true, reading.unavailable->retry_after_seconds});
  }
  reading.claims->token_hash = hash;
  return CheckedToken{std::move(reading.claims), reading.issuer, reading.found.generation};
}

std::vector<Authenticator::Step> TokenCheck::explain(std::string_view token,
                                                     registry::Instant now) const {
  Reading reading{token, now, issuers_, leeway_, keys_};
  std::vector<Authenticator::Step> told;
  std::array<bool, step_count> holds{};
  for (std::size_t place = 0; place < step_count; ++place) {
    const StepRow& step = steps()[place];
    const bool possible =
        std::ranges::all_of(step.needs, [&](StepPlace need) { return holds[need]; });
    if (!possible) continue;
    std::string detail;
    reading.detail = &detail;
    const std::string_view fault = step.check(reading);
    holds[place] = fault.empty();
    if (!fault.empty()) {
      detail = detail.empty() ? std::string(fault) : std::string(fault) + ": " + detail;
    }
    told.push_back({std::string(step.name), holds[place], std::move(detail)});
  }
  return told;
}

} // namespace grunndata::api::access
