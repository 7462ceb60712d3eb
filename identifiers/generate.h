// Makes valid numbers of every kind and of both check rules, for tests and synthetic populations.
// Numbers shown to anyone carry Synthetic::skatteetaten (month + 80), so that they are never a
// real person's. Nothing here allocates; making a number takes some tens of nanoseconds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "identifiers/check.h"

namespace grunndata::identifiers {

// N digits; converts to a view into itself.
template <std::size_t N>
struct DigitText {
  std::array<char, N> digits{};

  [[nodiscard]] constexpr std::string_view text() const { return {digits.data(), N}; }
  constexpr operator std::string_view() const { return text(); }
  friend constexpr auto operator<=>(const DigitText&, const DigitText&) = default;
};
using PersonText = DigitText<person_number_digits>;

inline constexpr int individnummer_max = 999;
inline constexpr int k1_variants = 4;

// Which numbers to make.
struct NumberSeries {
  Kind kind = Kind::fnr;  // fnr, dnr or hnr
  Synthetic synthetic = Synthetic::skatteetaten;  // none for hnr
  CheckRule check_rule = CheckRule::pre2032;
};

// Individnummer from last down to first, the order in which they are handed out.
struct IndividRange {
  int first = 0;
  int last = -1;  // below first: empty

  [[nodiscard]] constexpr int count() const { return last - first + 1; }
};
// One range or two, the second empty then; the later one in time stands second.
using IndividRanges = std::array<IndividRange, 2>;

// The individnummer that say this year of birth. Under pre2032 they are those of the century
// tables, none for a year outside 1854..2039 (1858..2039 of D-numre). Under from2032 all.
constexpr IndividRanges individ_ranges(int year, const NumberSeries& series) {
  if (series.check_rule == CheckRule::from2032 && series.kind != Kind::hnr) {
    return {IndividRange{0, individnummer_max}, IndividRange{}};
  }
  const bool d_number = series.kind == Kind::dnr;
  if (year >= (d_number ? 1858 : 1854) && year <= 1899) {
    return {IndividRange{500, d_number ? 599 : 749}, IndividRange{}};
  }
  if (year >= 1900 && year <= 1939) {
    return {IndividRange{0, d_number ? 199 : 499}, IndividRange{}};
  }
  if (year >= 1940 && year <= 1999) {
    return {IndividRange{0, 499}, IndividRange{d_number ? 600 : 900, 999}};
  }
  if (year >= 2000 && year <= 2039) {
    return {IndividRange{d_number ? 200 : 500, 999}, IndividRange{}};
  }
  return {IndividRange{}, IndividRange{}};
}

namespace frame {


// The first nine digits with k1 so that its sum leaves `remainder1` (0..3), and k2. Nothing when a
// control digit would be 10. The digits are not judged in any other way.
constexpr std::optional<PersonText> seal(std::uint32_t nine_digits, std::uint32_t remainder1) {
  const std::uint64_t head = spread_eight(nine_digits / 10);
  const std::uint32_t digit9 = nine_digits % 10;
  const std::uint32_t k1 = (11 + remainder1 - (k1_weights.sum(head) + 2 * digit9) % 11) % 11;
  const std::uint32_t k2 = (11 - (k2_weights.sum(head) + 3 * digit9 + 2 * k1) % 11) % 11;
  if (k1 == 10 || k2 == 10) return std::nullopt;
  PersonText number;
  store_eight(number.digits.data(), head | ascii_zeros);
  number.digits[8] = static_cast<char>('0' + digit9);
  number.digits[9] = static_cast<char>('0' + k1);
  number.digits[10] = static_cast<char>('0' + k2);
  return number;
}

constexpr int month_offset(const NumberSeries& series) {
  if (series.kind == Kind::hnr) return 40;
  switch (series.synthetic) {
    case Synthetic::skatteetaten: return 80;
    case Synthetic::nav: return 40;
    case Synthetic::nhn: return 65;
    default: return 0;
  }
}

}  // namespace frame

// The number of that birth date and individnummer whose k1 leaves `k1_variant` (0..3; only 0 under
// pre2032 and for hnr). Nothing when a control digit would be 10 (about every fifth time), and
// when the series has no such number: no such day, a kind without birth date, a birth year that
// the individnummer does not say.
constexpr std::optional<PersonText> make_number(const Date& birth, int individnummer,
                                                const NumberSeries& series, int k1_variant = 0) {
  const bool d_number = series.kind == Kind::dnr;
  if (series.kind != Kind::fnr && !d_number && series.kind != Kind::hnr) return std::nullopt;
  if (series.kind == Kind::hnr && series.synthetic != Synthetic::none) return std::nullopt;
  if (!is_date(birth) || birth.year < 0 || k1_variant < 0 || k1_variant >= k1_variants) {
    return std::nullopt;
  }
  const bool strict = series.check_rule == CheckRule::pre2032 || series.kind == Kind::hnr;
  if (strict && k1_variant != 0) return std::nullopt;
  bool in_range = false;
  for (const IndividRange& range : individ_ranges(birth.year, series)) {
    in_range = in_range || (individnummer >= range.first && individnummer <= range.last);
  }
  if (!in_range) return std::nullopt;

  const int day = birth.day + (d_number ? 40 : 0);
  const int month = birth.month + frame::month_offset(series);
  const int nine_digits =
      ((day * 100 + month) * 100 + birth.year % 100) * 1000 + individnummer;
  return frame::seal(static_cast<std::uint32_t>(nine_digits),
                     static_cast<std::uint32_t>(k1_variant));
}

// All numbers of one birth date and series, each once, in the order they are handed out: from the
// top of each range downwards, and under from2032 all k1 of one individnummer before the next.
// Two sequences of the same kind and synthetic series share numbers when their birth dates have
// the same day, month and two-digit year and one is of from2032. Copying one copies its place.
class NumberSequence {
 public:
  constexpr NumberSequence(const Date& birth, const NumberSeries& series)
      : birth_(birth), series_(series), ranges_(individ_ranges(birth.year, series)) {
    individnummer_ = static_cast<std::int16_t>(ranges_[0].last);
  }

  // Nothing at the end, and from then on.
  constexpr std::optional<PersonText> next() {
    while (range_ < ranges_.size()) {
      const std::optional<PersonText> number =
          make_number(birth_, individnummer_, series_, k1_variant_);
      advance();
      if (number) return number;
    }
    return std::nullopt;
  }

 private:
  constexpr void advance() {
    const bool one_variant =
        series_.check_rule == CheckRule::pre2032 || series_.kind == Kind::hnr;
    if (!one_variant && ++k1_variant_ < k1_variants) return;
    k1_variant_ = 0;
    if (--individnummer_ >= ranges_[range_].first) return;
    if (++range_ < ranges_.size()) {
      individnummer_ = static_cast<std::int16_t>(ranges_[range_].last);
    }
  }

  Date birth_;
  NumberSeries series_;
  IndividRanges ranges_;
  std::int16_t individnummer_ = 0;
  std::uint8_t k1_variant_ = 0;
  std::uint8_t range_ = 0;
};

// The first nine digits, 800,000,000 to 999,999,999; nothing outside and when a control digit
// would be 10. 165,289,255 of them give a number.
inline constexpr std::uint32_t fhn_prefix_min = 800'000'000;
inline constexpr std::uint32_t fhn_prefix_max = 999'999'999;
constexpr std::optional<PersonText> make_felles_hjelpenummer(std::uint32_t prefix) {
  if (prefix < fhn_prefix_min || prefix > fhn_prefix_max) return std::nullopt;
  return frame::seal(prefix, 0);
}

// A DUF-nummer of that year (0..9999) and running number (0..999,999).
constexpr std::optional<DigitText<duf_digits>> make_duf(int year, std::uint32_t running) {
  if (year < 0 || year > 9999 || running > 999'999) return std::nullopt;
  DigitText<duf_digits> number;
  frame::put_digits(number.digits.data(), 4, static_cast<std::uint64_t>(year));
  frame::put_digits(number.digits.data() + 4, 6, running);
  frame::put_digits(number.digits.data() + 10, 2,
                    frame::weighted_sum(number.text(), frame::duf_weights) % 11);
  return number;
}

// An organisasjonsnummer of those first eight digits (below 100,000,000); nothing when the control
// digit would be 10. Test organisations begin with 2 or 3, real ones with 8 or 9.
constexpr std::optional<DigitText<orgnr_digits>> make_orgnr(std::uint32_t first_eight) {
  if (first_eight > 99'999'999) return std::nullopt;
  DigitText<orgnr_digits> number;
  frame::put_digits(number.digits.data(), orgnr_digits, std::uint64_t{first_eight} * 10);
  const std::uint32_t control =
      (11 - frame::weighted_sum(number.text(), frame::orgnr_weights) % 11) % 11;
  if (control == 10) return std::nullopt;
  number.digits[8] = static_cast<char>('0' + control);
  return number;
}

// A GLN of those first twelve digits (below 10^12).
constexpr std::optional<DigitText<gln_digits>> make_gln(std::uint64_t first_twelve) {
  if (first_twelve > 999'999'999'999) return std::nullopt;
  DigitText<gln_digits> number;
  frame::put_digits(number.digits.data(), gln_digits, first_twelve * 10);
  const std::uint32_t sum = frame::weighted_sum(number.text(), frame::gln_weights);
  number.digits[12] = static_cast<char>('0' + (10 - sum % 10) % 10);
  return number;
}

}  // namespace grunndata::identifiers
