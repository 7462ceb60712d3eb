// Bytes on their way to a socket: grows, is emptied, keeps its memory.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace grunndata::api::http {

/// An append-only buffer without the zero-filling of std::string. Not for several threads.
class OutputBuffer {
public:
  /// Room for `bytes` more; everything `put` before the next `reserve` must fit in it.
  void reserve(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
  }
  /// Needs a `reserve` before it.
  void put(std::string_view text) noexcept {
    std::memcpy(data_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void put_number(std::uint64_t number) noexcept {
    char* const begin = data_.get() + size_;
    const char* const end = std::to_chars(begin, begin + number_chars_max, number).ptr;
    size_ += static_cast<std::size_t>(end - begin);
  }
  void append(std::string_view text) {
    reserve(text.size());
    put(text);
  }

  [[nodiscard]] std::string_view view() const noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  void clear() noexcept { size_ = 0; }

  static constexpr std::size_t number_chars_max = 20; ///< of a 64-bit number
  static constexpr std::size_t capacity_min = 4096;

private:
  void grow(std::size_t bytes) {
    const std::size_t capacity = std::max({size_ + bytes, capacity_ * 2, capacity_min});
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
    data_ = std::move(grown);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_{0};
  std::size_t capacity_{0};
};

} // namespace grunndata::api::http
