// The kinds of identifier, why a text is refused, and the rules a text is judged by.
// Standard library only; every function is constexpr and allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::identifiers {

// Which identifier a text is. The names are those of the national code lists 8116 and 9051, in
// lower case, save orgnr (ENH), resh (RSH) and gln (in neither list).
enum class Kind : std::uint8_t {
  none,   // not an identifier (of a kind that was asked for)
  fnr,    // foedselsnummer
  dnr,    // D-nummer
  hnr,    // lokalt (virksomhetsinternt) hjelpenummer: unique only together with its assigner
  fhn,    // felles hjelpenummer
  duf,    // DUF-nummer
  orgnr,  // organisasjonsnummer
  hpr,    // HPR-nummer
  her,    // HER-id
  resh,   // RESH-id
  gln,    // Global Location Number
};
inline constexpr std::size_t kinds_count = 11;

// Why a text was refused. When several things are wrong the one nearest the top is told.
enum class Reason : std::uint8_t {
  none,                   // it was not refused
  json,                   // the text did not arrive as a JSON string
  character,              // something else than '0'..'9'
  length,                 // digits only, but too few or too many
  month,                  // the month is of no known series (a NAV person id is refused here)
  synthetic_not_allowed,  // a synthetic series that the rules do not accept
  declared_kind,          // well-formed, but not of the declared kind
  control_digit,
  individnummer,          // no century has this individnummer with this year
  date,                   // no such day
  zero,                   // a running number is positive
  assigner,               // a lokalt hjelpenummer without a usable assigner
};
inline constexpr std::size_t reasons_count = 12;

enum class Environment : std::uint8_t { test, production };

// Which check digits are accepted. from2032 accepts the numbers of pre2032 too (k1 may leave 0, 1,
// 2 or 3), but derives neither birth date nor gender from any number.
enum class CheckRule : std::uint8_t { pre2032, from2032 };

// What month + 40 means when the caller declared nothing.
enum class Month40 : std::uint8_t { h_number, nav };

// Who issued a synthetic number: Skatteetaten (month + 80), NAV (+ 40), Norsk helsenett (+ 65).
enum class Synthetic : std::uint8_t { none, skatteetaten, nav, nhn };

class SyntheticSet {
 public:
  constexpr SyntheticSet() = default;
  static constexpr SyntheticSet all() {
    return SyntheticSet{}.with(Synthetic::skatteetaten).with(Synthetic::nav).with(Synthetic::nhn);
  }
  [[nodiscard]] constexpr SyntheticSet with(Synthetic series) const {
    SyntheticSet grown = *this;
    if (series != Synthetic::none) {
      grown.bits_ = static_cast<std::uint8_t>(bits_ | (1U << (static_cast<unsigned>(series) - 1)));
    }
    return grown;
  }
  [[nodiscard]] constexpr bool contains(Synthetic series) const {
    return series != Synthetic::none &&
           ((bits_ >> (static_cast<unsigned>(series) - 1)) & 1U) != 0;
  }
  // One bit a series, 0..7.
  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(const SyntheticSet&, const SyntheticSet&) = default;

 private:
  std::uint8_t bits_ = 0;
};

// How numbers are judged. The environment itself decides nothing beyond the defaults that
// rules_for gives the other three: a number of the plain format is valid in test too.
struct Rules {
  Environment environment = Environment::test;
  CheckRule check_rule = CheckRule::from2032;
  Month40 month40 = Month40::nav;
  SyntheticSet accepted_synthetic = SyntheticSet::all();

  friend constexpr bool operator==(const Rules&, const Rules&) = default;
};

// test: rule from2032, all synthetic series, month + 40 is NAV's.
// production: rule from2032, no synthetic series, month + 40 is a lokalt hjelpenummer.
constexpr Rules rules_for(Environment environment) {
  if (environment == Environment::test) return Rules{};
  return Rules{Environment::production, CheckRule::from2032, Month40::h_number, SyntheticSet{}};
}

// A day of the Gregorian calendar.
struct Date {
  std::int16_t year = 0;
  std::uint8_t month = 0;  // 1..12
  std::uint8_t day = 0;    // 1..31

  friend constexpr auto operator<=>(const Date&, const Date&) = default;
};

constexpr bool is_leap_year(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// 0 for a month that is not 1..12.
constexpr int days_in_month(int year, int month) {
  constexpr std::array<std::uint8_t, 13> days{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 0;
  return days[static_cast<std::size_t>(month)] + (month == 2 && is_leap_year(year) ? 1 : 0);
}

constexpr bool is_date(const Date& date) {
  return date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

// The names on the wire and on the command line; static storage.
constexpr std::string_view kind_name(Kind kind) {
  constexpr std::array<std::string_view, kinds_count> names{
      "none", "fnr", "dnr", "hnr", "fhn", "duf", "orgnr", "hpr", "her", "resh", "gln"};
  return names[static_cast<std::size_t>(kind)];
}

constexpr std::string_view reason_name(Reason reason) {
  constexpr std::array<std::string_view, reasons_count> names{
      "none",          "json",          "character",     "length", "month", "synthetic_not_allowed",
      "declared_kind", "control_digit", "individnummer", "date",   "zero",  "assigner"};
  return names[static_cast<std::size_t>(reason)];
}

constexpr std::string_view synthetic_name(Synthetic series) {
  constexpr std::array<std::string_view, 4> names{"none", "skatteetaten", "nav", "nhn"};
  return names[static_cast<std::size_t>(series)];
}

// The inverse of kind_name; nothing for an unknown name.
constexpr std::optional<Kind> kind_named(std::string_view name) {
  for (std::size_t index = 0; index < kinds_count; ++index) {
    if (kind_name(static_cast<Kind>(index)) == name) return static_cast<Kind>(index);
  }
  return std::nullopt;
}

}  // namespace grunndata::identifiers
