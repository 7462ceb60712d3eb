#include "registry/hjelpenummer/code_128.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::uint8_t to_set_c = 99;  ///< in set B
constexpr std::uint8_t to_set_b = 100; ///< in set C
constexpr std::uint8_t start_b = 104;
constexpr std::uint8_t start_c = 105;
constexpr std::uint8_t stop = 106;
constexpr unsigned check_modulus = 103;

/// Digits in a row from which pairs are shorter, the switch counted.
constexpr std::size_t pairs_from_at_end = 4;
constexpr std::size_t pairs_from_inside = 6;

constexpr std::array<std::string_view, 107> patterns{
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::size_t digits_at_start(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

/// Whether set C is worth going over to before `rest`.
bool wants_pairs(std::string_view rest, bool at_start) noexcept {
  const std::size_t digits = digits_at_start(rest);
  return digits >= pairs_from_inside ||
         ((at_start || digits == rest.size()) && digits >= pairs_from_at_end);
}

std::uint8_t value_in_b(char c) noexcept { return static_cast<std::uint8_t>(c - ' '); }

} // namespace

std::optional<std::vector<std::uint8_t>> code_128_symbols(std::string_view text) {
  if (text.empty() || text.size() > code_128_characters_max ||
      !std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; })) {
    return std::nullopt;
  }
  bool pairs = wants_pairs(text, true);
  std::vector<std::uint8_t> symbols{pairs ? start_c : start_b};
  while (!text.empty()) {
    const std::size_t digits = digits_at_start(text);
    if (pairs && digits >= 2) {
      symbols.push_back(static_cast<std::uint8_t>((text[0] - '0') * 10 + (text[1] - '0')));
      text.remove_prefix(2);
      continue;
    }
    if (pairs) {
      symbols.push_back(to_set_b);
      pairs = false;
    } else if (digits % 2 == 0 && wants_pairs(text, false)) {
      symbols.push_back(to_set_c);
      pairs = true;
      continue;
    }
    symbols.push_back(value_in_b(text.front()));
    text.remove_prefix(1);
  }
  unsigned sum = symbols[0];
  for (std::size_t place = 1; place < symbols.size(); ++place) {
    sum += static_cast<unsigned>(place) * symbols[place];
  }
  symbols.push_back(static_cast<std::uint8_t>(sum % check_modulus));
  symbols.push_back(stop);
  return symbols;
}

std::vector<std::uint8_t> code_128_widths(const std::vector<std::uint8_t>& symbols) {
  std::vector<std::uint8_t> widths;
  for (const std::uint8_t symbol : symbols) {
    for (const char width : patterns.at(symbol)) {
      widths.push_back(static_cast<std::uint8_t>(width - '0'));
    }
  }
  return widths;
}

} // namespace grunndata::registry::hjelpenummer
