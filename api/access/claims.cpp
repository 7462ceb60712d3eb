#include "api/access/claims.h"

#include "api/access/sha256.h"
#include "api/http/utf8.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace grunndata::api::access {

namespace {

constexpr std::size_t organisation_digits = 9;
constexpr std::size_t hpr_digits_max = 9;
constexpr int security_level_max = 4;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Visible ASCII that means nothing to a shell, a log reader or a page.
bool is_code(std::string_view text) noexcept {
  constexpr std::string_view marks = "-._~:/+#@|=^";
  return std::ranges::all_of(text, [&](char c) {
    const char small = static_cast<char>(c | 0x20);
    return is_digit(c) || (small >= 'a' && small <= 'z') || marks.find(c) != std::string_view::npos;
  });
}

// Marks that turn or hide text on a screen: U+200B to U+200F, U+2028 to U+202E, U+2066 to U+2069.
bool is_hidden_mark(std::string_view sequence) noexcept {
  if (sequence.size() == 2) return sequence[0] == '\xc2' && sequence[1] < '\xa0';
  if (sequence.size() != 3 || sequence[0] != '\xe2') return false;
  const auto low = static_cast<unsigned char>(sequence[2]);
  if (sequence[1] == '\x80') return (low >= 0x8b && low <= 0x8f) || (low >= 0xa8 && low <= 0xae);
  return sequence[1] == '\x81' && low >= 0xa6 && low <= 0xa9;
}

// A name for people: no control characters, nothing that opens a tag.
bool is_name(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = http::utf8_sequence_length(text);
    const char c = text.front();
    if (length == 0 || (c >= 0 && c < ' ') || c == '\x7f' || c == '<' || c == '>') return false;
    if (is_hidden_mark(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_organisation(std::string_view text) noexcept {
  return text.size() == organisation_digits && std::ranges::all_of(text, is_digit);
}

// One claim: what it is called, where it goes, what it may hold.
struct TextClaim {
  std::string_view name;
  std::string TokenClaims::*field;
  bool (*is_good)(std::string_view);
  std::string_view fault;
};

constexpr std::array text_claims{
    TextClaim{"client_id", &TokenClaims::client_id, is_code, "client_id is not a short text"},
    TextClaim{"helseid://claims/client/client_name", &TokenClaims::client_name, is_name,
              "client_name is not a short text"},
    TextClaim{"helseid://claims/client/claims/orgnr_parent", &TokenClaims::organisation_parent,
              is_organisation, "orgnr_parent is not nine digits"},
    TextClaim{"helseid://claims/client/claims/orgnr_child", &TokenClaims::organisation_child,
              is_organisation, "orgnr_child is not nine digits"},
    TextClaim{"helseid://claims/client/claims/orgnr_supplier", &TokenClaims::supplier,
              is_organisation, "orgnr_supplier is not nine digits"},
    TextClaim{"name", &TokenClaims::user_name, is_name, "name is not a short text"},
    TextClaim{"helseid://claims/identity/pid", &TokenClaims::user_pid, is_code,
              "pid is not a short text"},
    TextClaim{"sub", &TokenClaims::subject, is_name, "sub is not a short text"},
    TextClaim{"jti", &TokenClaims::jti, is_code, "jti is not a short text"},
};

// Absent, null and empty say nothing; anything else must be a good text.
bool take(JsonView value, std::size_t bytes_max, bool (*is_good)(std::string_view),
          std::string& out) {
  if (!value.exists() || value.is_null()) return true;
  const auto text = value.text();
  if (!text || text->size() > bytes_max || !(text->empty() || is_good(*text))) return false;
  out = *text;
  return true;
}

// Maskinporten: {"authority":"iso6523-actorid-upis","ID":"0192:<orgnr>"}.
bool take_organisation(JsonView value, std::string& out) {
  constexpr std::string_view scheme = "0192:";
  if (!value.exists() || !out.empty()) return true;
  const auto text = value.member("ID").text();
  if (!text || !text->starts_with(scheme) || !is_organisation(text->substr(scheme.size()))) {
    return false;
  }
  out = text->substr(scheme.size());
  return true;
}

// Text, number, an array of one, or an object that holds the number under a name known for it.
bool take_hpr(JsonView value, std::string& out, bool nested = false) {
  if (!value.exists() || value.is_null()) return true;
  if (const auto number = value.whole_number(); number && *number > 0) {
    out = std::to_string(*number);
  } else if (const auto text = value.text()) {
    out = *text;
  } else if (!nested && value.is_array() && value.size() <= 1) {
    return take_hpr(value.at(0), out, true);
  } else if (!nested && value.is_object()) {
    for (const std::string_view name : {"hpr_number", "hpr_nr", "id"}) {
      if (value.member(name).exists()) return take_hpr(value.member(name), out, true);
    }
    return false;
  } else {
    return false;
  }
  return out.size() <= hpr_digits_max && std::ranges::all_of(out, is_digit);
}

// 0 for what is not told or not known; nothing for the wrong form.
std::optional<int> security_level(JsonView value) noexcept {
  if (!value.exists() || value.is_null()) return 0;
  if (const auto number = value.whole_number()) {
    return *number >= 1 && *number <= security_level_max ? static_cast<int>(*number) : 0;
  }
  const auto text = value.text();
  if (!text) return std::nullopt;
  const bool one_digit = text->size() == 1 && text->front() >= '1' && text->front() <= '4';
  return one_digit ? text->front() - '0' : 0;
}

// eIDAS's names for the same levels; some write the digit here too.
std::optional<int> assurance_level(JsonView value) noexcept {
  const auto text = value.text();
  if (text == "low") return 2;
  if (text == "substantial") return 3;
  if (text == "high") return 4;
  return security_level(value);
}

// When both are told and differ, the lower one counts.
std::string_view read_level(JsonView payload, TokenClaims& claims) {
  const auto level = security_level(payload.member("helseid://claims/identity/security_level"));
  const auto assured = assurance_level(payload.member("helseid://claims/identity/assurance_level"));
  if (!level || !assured) return "The security level is not a text or a number";
  claims.security_level =
      *level == 0 || *assured == 0 ? std::max(*level, *assured) : std::min(*level, *assured);
  return {};
}

// {"code":…} or {"id":…}, or the text itself.
bool take_code(JsonView value, std::string_view member, std::string& out) {
  const JsonView code = value.is_object() ? value.member(member) : value;
  return take(code, claim_code_bytes_max, is_code, out);
}

std::string_view read_purpose(JsonView payload, TokenClaims& claims) {
  JsonView trust = payload.member("nhn:tillitsrammeverk:parameters");
  if (trust.is_array() && trust.size() == 1) trust = trust.at(0);
  if (!trust.exists() || trust.is_null()) return {};
  JsonView relation = trust.member("care_relationship");
  if (!relation.exists()) relation = trust.member("care_relation");
  if (!trust.is_object() || (relation.exists() && !relation.is_object())) {
    return "The trust framework's claims have the wrong form";
  }
  const bool good =
      take_code(relation.member("purpose_of_use"), "code", claims.purpose_of_use) &&
      take_code(relation.member("purpose_of_use_details"), "code", claims.purpose_details) &&
      take_code(relation.member("healthcare_service"), "code", claims.healthcare_service) &&
      take_code(relation.member("decision_ref"), "id", claims.decision_ref);
  return good ? std::string_view{} : "A code of the trust framework's claims is not a short code";
}

bool is_scope(std::string_view scope) noexcept {
  return !scope.empty() && std::ranges::all_of(scope, [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\';
  });
}

void add_right(std::string_view scope, const IssuerOptions& issuer, RightSet& rights) {
  const std::string_view audience = issuer.audience;
  if (scope.size() > audience.size() && scope.starts_with(audience) &&
      scope[audience.size()] == '/') {
    if (const auto right = right_of(scope.substr(audience.size() + 1))) {
      rights.set(static_cast<std::size_t>(*right));
    }
  }
  for (const ScopeAlias& alias : issuer.aliases) {
    if (alias.scope == scope) rights |= alias.rights;
  }
}

} // namespace

std::string_view read_claims(JsonView payload, TokenClaims& claims) {
  for (const TextClaim& row : text_claims) {
    if (!take(payload.member(row.name), claim_text_bytes_max, row.is_good, claims.*row.field)) {
      return row.fault;
    }
  }
  if (claims.client_id.empty()) return "The token names no client";
  // RFC 9068: where no user takes part, `sub` names the client.
  if (claims.subject == claims.client_id) claims.subject.clear();
  if (!take_organisation(payload.member("consumer"), claims.organisation_parent) ||
      !take_organisation(payload.member("supplier"), claims.supplier)) {
    return "consumer or supplier is not an organisation";
  }
  if (!take_hpr(payload.member("helseid://claims/hpr/hpr_number"), claims.user_hpr)) {
    return "hpr_number is not a number";
  }
  if (const std::string_view fault = read_level(payload, claims); !fault.empty()) return fault;
  return read_purpose(payload, claims);
}

std::string_view read_scopes(JsonView payload, const IssuerOptions& issuer, RightSet& rights) {
  const JsonView scope = payload.member("scope");
  if (!scope.exists()) return {};
  if (const auto text = scope.text()) {
    for (std::string_view rest = *text; !rest.empty();) {
      const std::string_view one = rest.substr(0, rest.find(' '));
      if (!is_scope(one)) return "scope is not a list of scopes";
      add_right(one, issuer, rights);
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    return {};
  }
  if (!scope.is_array() || scope.size() > scopes_max) return "scope is not a list of scopes";
  for (std::size_t i = 0; i < scope.size(); ++i) {
    const auto one = scope.at(i).text();
    if (!one || !is_scope(*one)) return "scope is not a list of scopes";
    add_right(*one, issuer, rights);
  }
  return {};
}

std::string_view read_binding(JsonView payload, TokenClaims& claims) {
  const JsonView cnf = payload.member("cnf");
  if (!cnf.exists()) return {};
  const auto text = cnf.member("jkt").text();
  const auto bytes = text ? base64url_decode(*text) : std::nullopt;
  if (cnf.size() != 1 || !bytes || bytes->size() != claims.key_thumbprint.size()) {
    return "The token is bound to something else than the thumbprint of a key";
  }
  std::memcpy(claims.key_thumbprint.data(), bytes->data(), bytes->size());
  claims.bound = true;
  return {};
}

} // namespace grunndata::api::access
