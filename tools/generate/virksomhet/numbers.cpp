#include "tools/generate/virksomhet/numbers.h"

#include <array>

namespace grunndata::generate::virksomhet {

namespace {

constexpr std::array<unsigned, 8> weights{3, 2, 7, 6, 5, 4, 3, 2};
/// Of ten last digits before the check digit at least nine give a valid number.
constexpr std::uint64_t numbers_of_stem = 9;
constexpr std::uint64_t stems_with_2 = 1'000'000;
constexpr std::uint64_t first_stem_with_2 = 2'000'000;
constexpr std::uint64_t first_stem_with_3 = 3'110'000;

std::string digits_of(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width - text.size(), '0') + text;
}

} // namespace

std::string OrganisasjonsnummerSeries::number(std::uint64_t index) const {
  const std::uint64_t place = order_(index);
  const std::uint64_t stem = place / numbers_of_stem;
  std::string text = std::to_string(stem < stems_with_2
                                        ? first_stem_with_2 + stem
                                        : first_stem_with_3 + (stem - stems_with_2));
  unsigned sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    sum += weights[i] * static_cast<unsigned>(text[i] - '0');
  }
  std::uint64_t rank = place % numbers_of_stem;
  for (unsigned digit = 0; digit < 10; ++digit) {
    const unsigned check = (11 - (sum + weights[7] * digit) % 11) % 11;
    if (check == 10 || rank-- != 0) continue;
    text += static_cast<char>('0' + digit);
    text += static_cast<char>('0' + check);
    break;
  }
  return text;
}

std::string gln(std::uint64_t index) {
  std::string text = std::string("7080").append(digits_of(index, 8));
  unsigned sum = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    sum += (i % 2 == 0 ? 1U : 3U) * static_cast<unsigned>(text[i] - '0');
  }
  text += static_cast<char>('0' + (10 - sum % 10) % 10);
  return text;
}

} // namespace grunndata::generate::virksomhet
