// Numbers into JSON without a temporary string.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>

namespace grunndata::api {

template <std::integral Number>
void append_number(std::string& out, Number number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

} // namespace grunndata::api
