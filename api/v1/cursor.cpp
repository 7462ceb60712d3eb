#include "api/v1/cursor.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <cstddef>

namespace grunndata::api::v1 {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned char format = 1;
constexpr std::size_t checked_bytes = 17;
constexpr std::size_t cursor_bytes = checked_bytes + 8;
constexpr std::size_t cursor_text_bytes = (cursor_bytes * 8 + 5) / 6;
constexpr XXH64_hash_t check_seed = 0x6772756e6e646174; // "grunndat"

using Bytes = std::array<unsigned char, cursor_bytes>;

void put_big_endian(unsigned char* out, std::uint64_t value) noexcept {
  for (int shift = 56; shift >= 0; shift -= 8) *out++ = static_cast<unsigned char>(value >> shift);
}

std::uint64_t get_big_endian(const unsigned char* in) noexcept {
  std::uint64_t value = 0;
  for (int byte = 0; byte < 8; ++byte) value = value << 8 | in[byte];
  return value;
}

Bytes bytes_of(const Cursor& cursor) noexcept {
  Bytes bytes{};
  bytes[0] = format;
  put_big_endian(&bytes[1], cursor.epoch);
  put_big_endian(&bytes[9], cursor.from);
  put_big_endian(&bytes[checked_bytes],
                 XXH3_64bits_withSeed(bytes.data(), checked_bytes, check_seed));
  return bytes;
}

} // namespace

void append_cursor(std::string& out, const Cursor& cursor) {
  std::uint32_t bits = 0;
  int count = 0;
  for (const unsigned char byte : bytes_of(cursor)) {
    bits = bits << 8 | byte;
    count += 8;
    for (; count >= 6; count -= 6) out += alphabet[(bits >> (count - 6)) & 0x3F];
  }
  if (count > 0) out += alphabet[(bits << (6 - count)) & 0x3F];
}

std::optional<Cursor> read_cursor(std::string_view text) {
  if (text.size() != cursor_text_bytes) return std::nullopt;
  Bytes bytes{};
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t filled = 0;
  for (const char character : text) {
    const std::size_t value = alphabet.find(character);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8 || filled == bytes.size()) continue;
    count -= 8;
    bytes[filled++] = static_cast<unsigned char>(bits >> count);
  }
  const Cursor cursor{.epoch = get_big_endian(&bytes[1]), .from = get_big_endian(&bytes[9])};
  std::string canonical;
  append_cursor(canonical, cursor);
  if (canonical != text) return std::nullopt;
  return cursor;
}

} // namespace grunndata::api::v1
