// The arithmetic of the shared 11-digit frame DDMMYY-IIIKK of foedselsnummer, D-nummer and both
// kinds of hjelpenummer, and of the weighted check digits. Eight digits are handled at a time.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace grunndata::identifiers {

inline constexpr std::size_t person_number_digits = 11;

namespace frame {

// Eight bytes with the first one lowest, whatever the machine.
constexpr std::uint64_t load_eight(const char* text) {
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
    std::uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    return word;
  }
  std::uint64_t word = 0;
  for (std::size_t index = 0; index < 8; ++index) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[index])) << (8 * index);
  }
  return word;
}

// Writes `number` as exactly `count` digits; higher digits are lost.
constexpr void put_digits(char* text, std::size_t count, std::uint64_t number) {
  for (std::size_t index = count; index-- > 0; number /= 10) {
    text[index] = static_cast<char>('0' + number % 10);
  }
}

// The inverse of load_eight.
constexpr void store_eight(char* text, std::uint64_t word) {
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
    std::memcpy(text, &word, sizeof word);
    return;
  }
  for (std::size_t index = 0; index < 8; ++index) {
    text[index] = static_cast<char>(static_cast<unsigned char>(word >> (8 * index)));
  }
}

// The eight digits of a number below 100,000,000 as numbers 0..9, the first one lowest.
constexpr std::uint64_t spread_eight(std::uint32_t number) {
  // Halves, then pairs, then digits: each step divides all lanes by one multiplication.
  const std::uint64_t halves = number / 10'000 | std::uint64_t{number % 10'000} << 32;
  const std::uint64_t hundreds = (halves * 10'486 >> 20) & 0x0000007f0000007fU;
  const std::uint64_t pairs = hundreds | (halves - hundreds * 100) << 16;
  const std::uint64_t tens = (pairs * 103 >> 10) & 0x000f000f000f000fU;
  return tens | (pairs - tens * 10) << 8;
}

inline constexpr std::uint64_t ascii_zeros = 0x3030303030303030U;

// Not zero when a byte of `values` (a word XOR ascii_zeros) is not 0..9.
constexpr std::uint64_t non_digits(std::uint64_t values) {
  return (values | (values + 0x7676767676767676U)) & 0x8080808080808080U;
}

// Weights of eight digits, laid out so that one multiplication per four digits sums the products
// in the topmost 16 bits (each sum is below 4 * 9 * 9, so no lane overflows into the next).
struct Weights {
  std::uint64_t even = 0;  // 1st, 3rd, 5th and 7th digit
  std::uint64_t odd = 0;

  explicit constexpr Weights(const std::array<std::uint8_t, 8>& weights) {
    for (std::size_t index = 0; index < 8; index += 2) {
      const std::size_t shift = 48 - 8 * index;
      even |= static_cast<std::uint64_t>(weights[index]) << shift;
      odd |= static_cast<std::uint64_t>(weights[index + 1]) << shift;
    }
  }

  // `values` holds eight digits as numbers 0..9, the first one lowest.
  [[nodiscard]] constexpr std::uint32_t sum(std::uint64_t values) const {
    constexpr std::uint64_t lanes = 0x00ff00ff00ff00ffU;
    return static_cast<std::uint32_t>(
        ((values & lanes) * even + ((values >> 8) & lanes) * odd) >> 48);
  }
};

inline constexpr Weights k1_weights{{3, 7, 6, 1, 8, 9, 4, 5}};  // then 2
inline constexpr Weights k2_weights{{5, 4, 3, 2, 7, 6, 5, 4}};  // then 3 and 2

// remainders[sum] is the sum modulo 11. The largest sum of either control digit is 9 * 46.
inline constexpr std::array<std::uint8_t, 9 * 46 + 1> remainders = [] {
  std::array<std::uint8_t, 9 * 46 + 1> table{};
  for (std::size_t sum = 0; sum < table.size(); ++sum) {
    table[sum] = static_cast<std::uint8_t>(sum % 11);
  }
  return table;
}();

// The eleven digits taken apart; every field is in range also when all_digits is false.
struct Person {
  bool all_digits = false;
  std::uint32_t first = 0;          // first digit
  std::uint32_t day = 0;            // digits 1-2, 0..99
  std::uint32_t month = 0;          // digits 3-4
  std::uint32_t year = 0;           // digits 5-6
  std::uint32_t individnummer = 0;  // digits 7-9, 0..999
  std::uint32_t sum1 = 0;           // with k1; modulo 11 it is 0 before 2032, then 0..3
  std::uint32_t sum2 = 0;           // with k2; modulo 11 it is always 0
};

// Reads exactly person_number_digits bytes.
constexpr Person take_apart(const char* text) {
  std::uint64_t head = load_eight(text) ^ ascii_zeros;       // digits 1-8
  std::uint64_t tail = load_eight(text + 3) ^ ascii_zeros;   // digits 4-11
  Person person;
  person.all_digits = (non_digits(head) | non_digits(tail)) == 0;
  const std::uint64_t kept = person.all_digits ? ~std::uint64_t{0} : 0;
  head &= kept;
  tail &= kept;
  const std::uint64_t pairs = head * 10 + (head >> 8);
  const auto digit9 = static_cast<std::uint32_t>((tail >> 40) & 0xff);
  const auto k1 = static_cast<std::uint32_t>((tail >> 48) & 0xff);
  const auto k2 = static_cast<std::uint32_t>(tail >> 56);
  person.first = static_cast<std::uint32_t>(head & 0xff);
  person.day = static_cast<std::uint32_t>(pairs & 0xff);
  person.month = static_cast<std::uint32_t>((pairs >> 16) & 0xff);
  person.year = static_cast<std::uint32_t>((pairs >> 32) & 0xff);
  person.individnummer = static_cast<std::uint32_t>((pairs >> 48) & 0xff) * 10 + digit9;
  person.sum1 = k1_weights.sum(head) + 2 * digit9 + k1;
  person.sum2 = k2_weights.sum(head) + 3 * digit9 + 2 * k1 + k2;
  return person;
}

// How digits 1-4 are to be read. month_classes[MM] holds the series times 16 plus the month 1..12.
enum class Form : std::uint8_t { plain, day40, felles };  // first digit 0..3, 4..7, 8..9
enum class Series : std::uint8_t { unknown, real, plus40, plus65, plus80 };
inline constexpr std::size_t forms_count = 3;
inline constexpr std::size_t series_count = 5;

constexpr Form form_of(std::uint32_t first_digit) { return static_cast<Form>(first_digit >> 2); }

constexpr std::array<std::uint8_t, 100> make_month_classes() {
  constexpr std::array<std::size_t, series_count> offsets{0, 0, 40, 65, 80};
  std::array<std::uint8_t, 100> classes{};
  for (std::size_t series = 1; series < series_count; ++series) {
    for (std::size_t month = 1; month <= 12; ++month) {
      classes[offsets[series] + month] = static_cast<std::uint8_t>(series * 16 + month);
    }
  }
  return classes;
}
inline constexpr std::array<std::uint8_t, 100> month_classes = make_month_classes();

// The centuries of the individnummer before 2032, from folkeregisterforskriften (foedselsnummer)
// and Skatteetaten's extension of the D-number series of November 2021. 0: no century.
constexpr int century_of_foedselsnummer(int year, int individnummer) {
  if (individnummer < 500) return 19;
  if (year < 40) return 20;
  if (individnummer >= 900) return 19;
  return year >= 54 && individnummer < 750 ? 18 : 0;
}

constexpr int century_of_d_nummer(int year, int individnummer) {
  if (year < 40) return individnummer < 200 ? 19 : 20;
  if (individnummer < 500 || individnummer >= 600) return 19;
  return year >= 58 ? 18 : 0;
}

// Which calendar the two-digit year is read in.
enum class Calendar : std::uint8_t {
  foedselsnummer,  // century from the individnummer
  d_nummer,        // the same, by the D-number's table
  two_digit,       // the rule from 2032: the century is not told, 00 is a leap year
  none,            // the digits are no date
};
inline constexpr std::size_t calendars_count = 4;

// What a year and an individnummer mean in a calendar: the century (0: undefined) in the low bits.
inline constexpr std::uint8_t era_century = 0x1f;
inline constexpr std::uint8_t era_without_century = 0x1f;
inline constexpr std::uint8_t era_leap = 0x20;
inline constexpr std::uint8_t era_any_day = 0x40;
// Every limit in the tables of centuries is a multiple of 50.
inline constexpr std::uint32_t era_step = 50;
inline constexpr std::uint32_t era_steps = 1000 / era_step;
using Eras = std::array<std::array<std::uint8_t, 100 * era_steps>, calendars_count>;

constexpr std::uint8_t era_of(Calendar calendar, int year, int individnummer) {
  if (calendar == Calendar::none) return era_without_century | era_any_day;
  if (calendar == Calendar::two_digit) {
    return static_cast<std::uint8_t>(era_without_century | (year % 4 == 0 ? era_leap : 0));
  }
  const int century = calendar == Calendar::foedselsnummer
                          ? century_of_foedselsnummer(year, individnummer)
                          : century_of_d_nummer(year, individnummer);
  if (century == 0) return 0;
  const int full = century * 100 + year;
  const bool leap = full % 4 == 0 && (full % 100 != 0 || full % 400 == 0);
  return static_cast<std::uint8_t>(century | (leap ? era_leap : 0));
}

constexpr Eras make_eras() {
  Eras eras{};
  for (std::size_t calendar = 0; calendar < calendars_count; ++calendar) {
    for (std::size_t cell = 0; cell < 100 * era_steps; ++cell) {
      eras[calendar][cell] =
          era_of(static_cast<Calendar>(calendar), static_cast<int>(cell / era_steps),
                 static_cast<int>(cell % era_steps * era_step));
    }
  }
  return eras;
}
inline constexpr Eras eras = make_eras();

// Days in a month of a year that is not leap (0..15) and that is (16..31).
inline constexpr std::array<std::uint8_t, 32> month_days{
    0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0,
    0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0};

}  // namespace frame

}  // namespace grunndata::identifiers
