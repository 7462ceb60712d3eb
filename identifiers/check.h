// Judges a text as an identifier and says what it is or why it is refused.
//
// Texts are strict: no blanks, separators, signs or digits of other scripts; normalising input is
// the business of the edge that reads it. Validity is not existence, and does not depend on the
// clock: a birth date in the future is well-formed. No function allocates, throws or looks beyond
// the text given; all are safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "identifiers/kinds.h"
#include "identifiers/verdict.h"

namespace grunndata::identifiers {

inline constexpr std::size_t duf_digits = 12;
inline constexpr std::size_t orgnr_digits = 9;
inline constexpr std::size_t gln_digits = 13;
inline constexpr std::size_t running_number_digits_max = 9;  // HPR-nummer, HER-id, RESH-id
// A text longer than this is refused by its length without being read.
inline constexpr std::size_t text_bytes_read_max = 64;

enum class GenderHint : std::uint8_t { none, woman, man };

struct Check {
  bool valid = false;
  Kind kind = Kind::none;  // none whenever valid is false
  Reason reason = Reason::length;
  Synthetic synthetic = Synthetic::none;
  // Only under the rule pre2032, and only a hint read out of the digits: a birth date from a
  // register always wins, in a D-nummer and a hjelpenummer above all.
  std::optional<Date> birth_date = std::nullopt;
  bool birth_date_derived = false;  // true exactly when birth_date is there
  GenderHint gender_hint = GenderHint::none;  // under the rule pre2032, digit 9

  friend constexpr bool operator==(const Check&, const Check&) = default;
};

constexpr Check refused(Reason reason) { return Check{.reason = reason}; }

constexpr Check accepted(Kind kind) {
  return Check{.valid = true, .kind = kind, .reason = Reason::none};
}

namespace frame {

constexpr bool all_digits(std::string_view text) {
  for (const char character : text) {
    if (character < '0' || character > '9') return false;
  }
  return true;
}

// Why a text of the wrong shape is refused: a foreign character is told before the length.
constexpr Reason shape_fault(std::string_view text) {
  return text.size() > text_bytes_read_max || all_digits(text) ? Reason::length
                                                               : Reason::character;
}

template <std::size_t N>
constexpr std::uint32_t weighted_sum(std::string_view digits,
                                     const std::array<std::uint8_t, N>& weights) {
  std::uint32_t sum = 0;
  for (std::size_t index = 0; index < N; ++index) {
    sum += weights[index] * static_cast<std::uint32_t>(digits[index] - '0');
  }
  return sum;
}

inline constexpr std::array<std::uint8_t, 10> duf_weights{4, 6, 3, 2, 4, 6, 3, 2, 7, 5};
inline constexpr std::array<std::uint8_t, 9> orgnr_weights{3, 2, 7, 6, 5, 4, 3, 2, 1};
inline constexpr std::array<std::uint8_t, 13> gln_weights{1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};

constexpr Check check_running_number(std::string_view text, Kind kind) {
  if (text.empty() || text.size() > running_number_digits_max || !all_digits(text)) {
    return refused(shape_fault(text));
  }
  const bool zero = text.find_first_not_of('0') == std::string_view::npos;
  return zero ? refused(Reason::zero) : accepted(kind);
}

constexpr Check described(const Person& person, const Plan& plan, Verdict verdict,
                          CheckRule rule) {
  if (!verdict.valid()) return refused(verdict.reason());
  Check check{.valid = true,
              .kind = verdict.kind(),
              .reason = Reason::none,
              .synthetic = verdict.synthetic()};
  if (rule == CheckRule::from2032 || check.kind == Kind::fhn) return check;
  const std::uint32_t month_class = month_classes[person.month];
  const std::uint32_t form = person.first >> 2;
  const std::uint32_t century =
      era_of(person, plan[form * plan_stride + (month_class >> 4)]) & era_century;
  check.birth_date = Date{static_cast<std::int16_t>(century * 100 + person.year),
                          static_cast<std::uint8_t>(month_class & 0x0f),
                          static_cast<std::uint8_t>(person.day - (form == 1 ? 40U : 0U))};
  check.birth_date_derived = true;
  check.gender_hint = person.individnummer % 2 == 0 ? GenderHint::woman : GenderHint::man;
  return check;
}

}  // namespace frame

namespace frame {

// The synthetic series of a number that is known to be a valid one of that kind.
constexpr Synthetic series_in(std::string_view number, Kind kind) {
  if (kind != Kind::fnr && kind != Kind::dnr) return Synthetic::none;
  const auto month = static_cast<std::size_t>((number[2] - '0') * 10 + (number[3] - '0'));
  switch (static_cast<Series>(month_classes[month] >> 4)) {
    case Series::plus40: return Synthetic::nav;
    case Series::plus65: return Synthetic::nhn;
    case Series::plus80: return Synthetic::skatteetaten;
    default: return Synthetic::none;
  }
}

}  // namespace frame

// UDI's number of a person in the foreigners' register: YYYYLLLLLLKK.
constexpr Check check_duf(std::string_view text) {
  if (text.size() != duf_digits || !frame::all_digits(text)) {
    return refused(frame::shape_fault(text));
  }
  const auto printed = static_cast<std::uint32_t>((text[10] - '0') * 10 + (text[11] - '0'));
  const bool agrees = frame::weighted_sum(text, frame::duf_weights) % 11 == printed;
  return agrees ? accepted(Kind::duf) : refused(Reason::control_digit);
}

// Enhetsregisteret's number. The first digit is not judged: test organisations use any.
constexpr Check check_orgnr(std::string_view text) {
  if (text.size() != orgnr_digits || !frame::all_digits(text)) {
    return refused(frame::shape_fault(text));
  }
  const bool agrees = frame::weighted_sum(text, frame::orgnr_weights) % 11 == 0;
  return agrees ? accepted(Kind::orgnr) : refused(Reason::control_digit);
}

// GS1's number of a location, of any country.
constexpr Check check_gln(std::string_view text) {
  if (text.size() != gln_digits || !frame::all_digits(text)) {
    return refused(frame::shape_fault(text));
  }
  const bool agrees = frame::weighted_sum(text, frame::gln_weights) % 10 == 0;
  return agrees ? accepted(Kind::gln) : refused(Reason::control_digit);
}

// Positive integers of at most running_number_digits_max digits without check digits. Leading
// zeros are accepted (systems pad HPR-numre to nine digits); they mean nothing.
constexpr Check check_hpr(std::string_view text) {
  return frame::check_running_number(text, Kind::hpr);
}
constexpr Check check_her(std::string_view text) {
  return frame::check_running_number(text, Kind::her);
}
constexpr Check check_resh(std::string_view text) {
  return frame::check_running_number(text, Kind::resh);
}

// A person's number: eleven digits, or twelve that are tried as a DUF-nummer. `declared` is what
// the sender says it is (none: nothing said). It decides what month + 40 means: hnr makes it a
// lokalt hjelpenummer, fnr and dnr make it NAV's synthetic series; a number that is not of the
// declared kind is refused with declared_kind, as is every kind that is not a person's number.
constexpr Check check_person(std::string_view text, const Rules& rules,
                             Kind declared = Kind::none) {
  if (declared > Kind::duf) return refused(Reason::declared_kind);
  if (text.size() == person_number_digits && declared != Kind::duf) {
    const frame::Plan& plan = frame::plan_for(rules, declared);
    const frame::Person person = frame::take_apart(text.data());
    return frame::described(person, plan, frame::judge(person, plan), rules.check_rule);
  }
  if (text.size() == duf_digits && (declared == Kind::none || declared == Kind::duf)) {
    return check_duf(text);
  }
  return refused(frame::shape_fault(text));
}

// The text as an identifier of the kind that was declared; Kind::none means any person's number.
constexpr Check check_declared(std::string_view text, const Rules& rules, Kind declared) {
  switch (declared) {
    case Kind::orgnr: return check_orgnr(text);
    case Kind::hpr: return check_hpr(text);
    case Kind::her: return check_her(text);
    case Kind::resh: return check_resh(text);
    case Kind::gln: return check_gln(text);
    default: return check_person(text, rules, declared);
  }
}

}  // namespace grunndata::identifiers
