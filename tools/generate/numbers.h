// The numbers of synthetic people (month + 80), each reached by its rank among those of a day.
#pragma once

#include "identifiers/generate.h"
#include "tools/generate/calendar.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace grunndata::generate {

enum class Gender : std::uint8_t { woman, man };

using Number = identifiers::PersonText;

/// Answers from tables made once; safe to share between threads.
class NumberRanks {
public:
  NumberRanks();

  /// The number with that rank (0 first) among the foedselsnumre or D-numre that an issuer before
  /// 2032 could give to somebody of that birth date and gender, in the order they are handed out.
  /// Different ranks give different numbers. Nothing when there are not so many.
  [[nodiscard]] std::optional<Number> number(Day birth, Gender gender, identifiers::Kind kind,
                                             std::uint32_t rank) const;

  /// A number with the birth date of `number` that only the rule from 2032 accepts and that says
  /// neither gender nor century. Different numbers give different ones. Nothing in rare cases.
  [[nodiscard]] static std::optional<Number> after_2032(const Number& number, Day birth);

private:
  static constexpr std::size_t individnummer_count = identifiers::individnummer_max + 1;
  static constexpr std::uint8_t classes_count = 121; // by the remainders of both control digits
  static constexpr std::uint8_t no_class = 255;

  struct Class {
    std::array<std::array<std::uint16_t, individnummer_count / 2>, 2> valid{}; // by gender, falling
    std::array<std::uint16_t, 2> size{};
  };
  struct Tables {
    std::array<std::uint8_t, 1000> index{}; // by signature
    std::uint8_t count = 0;
    std::array<Class, classes_count> classes;
  };

  std::unique_ptr<const Tables> tables_;
};

} // namespace grunndata::generate
