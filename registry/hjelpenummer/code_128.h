// Code 128 barcodes (ISO/IEC 15417), code sets B and C.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::registry::hjelpenummer {

/// Light modules that stand before and behind the bars.
inline constexpr unsigned quiet_modules = 10;
inline constexpr std::size_t code_128_characters_max = 80;

/// The symbol values of a text: start, data, check, stop. Digits go in pairs where that is shorter.
/// Nothing unless it is 1 to 80 characters of printable ASCII.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> code_128_symbols(std::string_view text);

/// Widths in modules of bar, space, bar …, the first and last a bar; quiet zones are not in it.
[[nodiscard]] std::vector<std::uint8_t> code_128_widths(const std::vector<std::uint8_t>& symbols);

} // namespace grunndata::registry::hjelpenummer
