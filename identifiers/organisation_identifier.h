// Numbers of organisations, places and health personnel as values that cannot hold an invalid one.
// They own what they hold inline, are trivially copyable, and parse is the only way to make one.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "identifiers/check.h"
#include "identifiers/parsed.h"

namespace grunndata::identifiers {

// A number of exactly N digits with a check digit.
template <Kind K, std::size_t N>
class FixedNumber {
 public:
  static constexpr Kind kind = K;

  static constexpr Parsed<FixedNumber> parse(std::string_view text) {
    const Check check = check_declared(text, Rules{}, K);
    if (!check.valid) return check.reason;
    FixedNumber number;
    for (std::size_t index = 0; index < N; ++index) number.digits_[index] = text[index];
    return number;
  }

  // A view into this object.
  [[nodiscard]] constexpr std::string_view text() const {
    return {digits_.data(), digits_.size()};
  }
  friend constexpr auto operator<=>(const FixedNumber&, const FixedNumber&) = default;

 private:
  constexpr FixedNumber() = default;

  std::array<char, N> digits_{};
};

using Organisasjonsnummer = FixedNumber<Kind::orgnr, orgnr_digits>;
using Gln = FixedNumber<Kind::gln, gln_digits>;

// A positive integer without a check digit. Leading zeros are accepted and dropped: the value is
// compared, and text() has none.
template <Kind K>
class RunningNumber {
 public:
  static constexpr Kind kind = K;

  static constexpr Parsed<RunningNumber> parse(std::string_view text) {
    const Check check = check_declared(text, Rules{}, K);
    if (!check.valid) return check.reason;
    RunningNumber number;
    for (const char digit : text.substr(text.find_first_not_of('0'))) {
      number.digits_[number.length_++] = digit;
      number.value_ = number.value_ * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    return number;
  }

  // 1..999,999,999.
  [[nodiscard]] constexpr std::uint32_t value() const { return value_; }
  // A view into this object.
  [[nodiscard]] constexpr std::string_view text() const { return {digits_.data(), length_}; }
  friend constexpr bool operator==(const RunningNumber& left, const RunningNumber& right) {
    return left.value_ == right.value_;
  }
  friend constexpr auto operator<=>(const RunningNumber& left, const RunningNumber& right) {
    return left.value_ <=> right.value_;
  }

 private:
  constexpr RunningNumber() = default;

  std::uint32_t value_ = 0;
  std::uint8_t length_ = 0;
  std::array<char, running_number_digits_max> digits_{};
};

using HprNummer = RunningNumber<Kind::hpr>;
using HerId = RunningNumber<Kind::her>;
using ReshId = RunningNumber<Kind::resh>;

}  // namespace grunndata::identifiers
