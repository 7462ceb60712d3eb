// A Check as the JSON object that the command line and the API give.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "identifiers/check.h"

namespace grunndata::identifiers {

// One object is at most this long.
inline constexpr std::size_t check_json_bytes_max = 192;

inline constexpr std::size_t date_bytes = 10;

// Writes YYYY-MM-DD, date_bytes characters, to `text`. The year is 0..9999.
constexpr void write_date(const Date& date, char* text) {
  frame::put_digits(text, 4, static_cast<std::uint64_t>(date.year));
  text[4] = '-';
  frame::put_digits(text + 5, 2, date.month);
  text[7] = '-';
  frame::put_digits(text + 8, 2, date.day);
}

// Appends an object of line, valid, kind, birthDate, birthDateDerived, synthetic and reason, in
// this order, without a line end; what is not there is null. Allocates only when `out` has to
// grow: with check_json_bytes_max free in it, never. The number itself is not in it.
void append_check_json(std::string& out, std::size_t line, const Check& check);

}  // namespace grunndata::identifiers
