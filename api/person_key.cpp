#include "api/person_key.h"

#include "identifiers/person_identifier.h"

namespace grunndata::api {
namespace {

using identifiers::Kind;
using identifiers::Reason;
using registry::IdentifierKey;
using registry::IdentifierType;

std::optional<IdentifierType> type_of(Kind kind) noexcept {
  switch (kind) {
  case Kind::fnr: return IdentifierType::fnr;
  case Kind::dnr: return IdentifierType::dnr;
  case Kind::hnr: return IdentifierType::hnr;
  case Kind::fhn: return IdentifierType::fhn;
  case Kind::duf: return IdentifierType::duf;
  case Kind::orgnr: return IdentifierType::orgnr;
  case Kind::hpr: return IdentifierType::hpr;
  case Kind::her: return IdentifierType::her;
  case Kind::resh: return IdentifierType::resh;
  case Kind::gln: return IdentifierType::gln;
  case Kind::none: break;
  }
  return std::nullopt;
}

/// Kind::none for the types that no rule checks.
Kind kind_of(IdentifierType type) noexcept {
  switch (type) {
  case IdentifierType::fnr: return Kind::fnr;
  case IdentifierType::dnr: return Kind::dnr;
  case IdentifierType::hnr: return Kind::hnr;
  case IdentifierType::fhn: return Kind::fhn;
  case IdentifierType::duf: return Kind::duf;
  case IdentifierType::orgnr: return Kind::orgnr;
  case IdentifierType::hpr: return Kind::hpr;
  case IdentifierType::her: return Kind::her;
  case IdentifierType::resh: return Kind::resh;
  case IdentifierType::gln: return Kind::gln;
  case IdentifierType::foreign:
  case IdentifierType::alias:
  case IdentifierType::unverified: break;
  }
  return Kind::none;
}

PersonKey no_key(Reason reason) { return {.key = std::nullopt, .reason = reason}; }

PersonKey key_with(IdentifierType type, std::string_view text, std::string_view assigner = {}) {
  return {.key = IdentifierKey{type, text, assigner}, .reason = Reason::none};
}

PersonKey key_of_check(const identifiers::Check& check, std::string_view text) {
  const bool duf = text.size() == identifiers::duf_digits && has_number_form(text) &&
                   (check.kind == Kind::duf || check.reason == Reason::control_digit);
  if (duf) return key_with(IdentifierType::duf, text);
  if (!check.valid) return no_key(check.reason);
  if (check.kind == Kind::hnr) return no_key(Reason::assigner);
  const auto type = type_of(check.kind);
  return type ? key_with(*type, text) : no_key(Reason::declared_kind);
}

/// The assigner decides what its numbers look like.
PersonKey local_key(std::string_view text, std::string_view assigner) {
  if (!identifiers::LokaltHjelpenummer::is_assigner(assigner)) return no_key(Reason::assigner);
  if (text.empty() || text.size() > registry::identifier_text_bytes_max) {
    return no_key(Reason::length);
  }
  return key_with(IdentifierType::hnr, text, assigner);
}

} // namespace

bool has_number_form(std::string_view text) noexcept {
  return (text.size() == identifiers::person_number_digits ||
          text.size() == identifiers::duf_digits) &&
         identifiers::frame::all_digits(text);
}

PersonKey person_key(std::string_view text, const identifiers::Rules& rules) {
  return key_of_check(identifiers::check_person(text, rules), text);
}

PersonKey person_key(std::string_view text, const identifiers::Rules& rules,
                     std::optional<IdentifierType> declared, std::string_view assigner) {
  if (!declared && !assigner.empty()) declared = IdentifierType::hnr;
  if (!declared) return person_key(text, rules);
  const bool takes_assigner =
      *declared == IdentifierType::hnr || *declared == IdentifierType::foreign;
  if (!takes_assigner && !assigner.empty()) return no_key(Reason::declared_kind);
  if (*declared == IdentifierType::hnr && !assigner.empty()) return local_key(text, assigner);
  const Kind kind = kind_of(*declared);
  if (kind != Kind::none) {
    return key_of_check(identifiers::check_declared(text, rules, kind), text);
  }
  if (text.empty() || text.size() > registry::identifier_text_bytes_max) {
    return no_key(Reason::length);
  }
  if (assigner.size() > registry::identifier_assigner_bytes_max) return no_key(Reason::assigner);
  return key_with(*declared, text, assigner);
}

} // namespace grunndata::api
