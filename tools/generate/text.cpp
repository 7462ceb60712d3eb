#include "tools/generate/text.h"

namespace grunndata::generate {
namespace {

// The second byte of the capital of a letter whose first byte is 0xc4 or 0xc5, which may end in a
// neighbouring block for no letter used here.
unsigned char extended_capital(unsigned char first, unsigned char second) {
  const unsigned code = (first & 0x1fU) << 6 | (second & 0x3fU);
  const bool odd_is_small = (code <= 0x137) || (code >= 0x14a && code <= 0x177);
  const bool even_is_small = (code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e);
  const bool dotless = code == 0x130 || code == 0x131 || code == 0x138 || code == 0x149;
  if (dotless) return second;
  if ((odd_is_small && code % 2 == 1) || (even_is_small && code % 2 == 0)) {
    return static_cast<unsigned char>(second - 1);
  }
  return second;
}

} // namespace

void Text::capitals(std::string_view value) noexcept {
  assert(view().size() + value.size() < document_bytes_max);
  for (std::size_t index = 0; index < value.size(); ++index) {
    const auto byte = static_cast<unsigned char>(value[index]);
    if (byte < 0x80) {
      put(byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 32) : value[index]);
      continue;
    }
    put(value[index]);
    if (index + 1 == value.size()) return;
    auto next = static_cast<unsigned char>(value[index + 1]);
    if (byte == 0xc3 && next >= 0xa0 && next != 0xb7 && next != 0xbf) {
      next = static_cast<unsigned char>(next - 0x20);
    } else if ((byte == 0xc4 || byte == 0xc5) && !(byte == 0xc5 && next == 0x80)) {
      next = extended_capital(byte, next);
    } else if (byte >= 0xe0) { // three bytes: as they are
      put(value[++index]);
      if (index + 1 == value.size()) return;
      next = static_cast<unsigned char>(value[index + 1]);
    }
    ++index;
    put(static_cast<char>(next));
  }
}

void Text::number(std::uint32_t value) noexcept {
  unsigned count = 1;
  for (std::uint32_t rest = value; rest >= 10; rest /= 10) ++count;
  digits(value, count);
}

void Text::date(Day day) noexcept {
  const CivilDate civil = civil_of(day);
  digits(static_cast<unsigned>(civil.year), 4);
  put('-');
  digits(static_cast<unsigned>(civil.month), 2);
  put('-');
  digits(static_cast<unsigned>(civil.day), 2);
}

} // namespace grunndata::generate
