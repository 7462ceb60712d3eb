// From what a caller writes to what the registry looks up.
#pragma once

#include "identifiers/check.h"
#include "registry/identifier_key.h"

#include <optional>
#include <string_view>

namespace grunndata::api {

/// A key whose views point into the caller's texts, or why there is none.
struct PersonKey {
  std::optional<registry::IdentifierKey> key;
  identifiers::Reason reason = identifiers::Reason::none; ///< set when there is no key
};

/// What a text of a person is, nothing being declared: 11 digits by the rules, 12 digits are a
/// DUF-nummer whose control digits need not agree. A lokalt hjelpenummer gives no key
/// (`assigner`): it means nothing without the one who issued it.
[[nodiscard]] PersonKey person_key(std::string_view text, const identifiers::Rules& rules);

/// The same with a declared type. An assigner without a type means a lokalt hjelpenummer; a type
/// that has no assigner with one is `declared_kind`. With its assigner a lokalt hjelpenummer is any
/// text, up to the registry's limits: what it looks like is for the assigner to say. Types the
/// registry does not check (foreign, alias, unverified) take any text up to the same limits.
[[nodiscard]] PersonKey person_key(std::string_view text, const identifiers::Rules& rules,
                                   std::optional<registry::IdentifierType> declared,
                                   std::string_view assigner);

/// True when the text could be a number: 11 or 12 digits. Says nothing about control digits.
[[nodiscard]] bool has_number_form(std::string_view text) noexcept;

} // namespace grunndata::api
