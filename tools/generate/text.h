// The bytes of documents: appends without checks into room that is made beforehand.
#pragma once

#include "tools/generate/calendar.h"

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace grunndata::generate {

/// More than the largest document takes; the tests hold the largest against half of it.
inline constexpr std::size_t document_bytes_max = 128 * 1024;

/// Room for one document, used again and again.
class Text {
public:
  Text() : room_(std::make_unique<char[]>(document_bytes_max)), at_(room_.get()) {}

  void clear() noexcept { at_ = room_.get(); }
  [[nodiscard]] std::string_view view() const noexcept {
    return {room_.get(), static_cast<std::size_t>(at_ - room_.get())};
  }

  /// A literal, copied as it stands.
  template <std::size_t N>
  void lit(const char (&literal)[N]) noexcept {
    assert(view().size() + N < document_bytes_max);
    std::memcpy(at_, literal, N - 1);
    at_ += N - 1;
  }
  /// Text that needs no escaping in JSON.
  void text(std::string_view value) noexcept {
    if (value.empty()) return; // its data may be null
    assert(view().size() + value.size() < document_bytes_max);
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
  }
  void put(char character) noexcept { *at_++ = character; }
  void drop(std::size_t bytes) noexcept { at_ -= bytes; }
  [[nodiscard]] char last() const noexcept { return at_[-1]; }

  /// In capitals: ASCII, Latin-1 letters and those of Latin Extended-A; others as they are.
  void capitals(std::string_view value) noexcept;

  /// Exactly `count` digits.
  template <std::unsigned_integral T>
  void digits(T value, unsigned count) noexcept {
    for (unsigned index = count; index-- > 0; value /= 10) {
      at_[index] = static_cast<char>('0' + value % 10);
    }
    at_ += count;
  }
  void number(std::uint32_t value) noexcept;
  /// YYYY-MM-DD
  void date(Day day) noexcept;

private:
  std::unique_ptr<char[]> room_;
  char* at_;
};

} // namespace grunndata::generate
