// Values made of numbers and texts, one behind the other: what records of the smaller families are
// stored as. FORMAT.md names the fields of each in order.
#pragma once

#include "registry/document.h"
#include "registry/time.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace grunndata::registry {

/// Numbers little-endian, texts with their size in four bytes before them, a point in time as
/// microseconds (the smallest number: none).
class FieldWriter {
public:
  template <typename Number>
  FieldWriter& number(Number value) {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  FieldWriter& text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
    return *this;
  }
  FieldWriter& time(const std::optional<Instant>& value) {
    return number(value ? value->microseconds : no_instant);
  }
  FieldWriter& entity(const EntityId& id) {
    bytes_ += id.view();
    return *this;
  }
  [[nodiscard]] std::string take() && { return std::move(bytes_); }

private:
  std::string bytes_;
};

/// Reads the same. After the first field that is not there everything is empty and `whole` false.
class FieldReader {
public:
  explicit FieldReader(std::string_view bytes) noexcept : rest_(bytes) {}

  template <typename Number>
  void number(Number& value) noexcept {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    value = {};
    if (const auto bytes = take(sizeof value); bytes) {
      std::memcpy(&value, bytes->data(), sizeof value);
    }
  }
  void text(std::string& value) {
    std::uint32_t size = 0;
    number(size);
    value = take(size).value_or(std::string_view{});
  }
  void time(std::optional<Instant>& value) noexcept {
    std::int64_t microseconds = no_instant;
    number(microseconds);
    value =
        microseconds == no_instant || broken_ ? std::nullopt : std::optional(Instant{microseconds});
  }
  void time(Instant& value) noexcept { number(value.microseconds); }
  void entity(EntityId& id) noexcept {
    id = {};
    if (const auto bytes = take(id.bytes.size()); bytes) {
      std::memcpy(id.bytes.data(), bytes->data(), bytes->size());
    }
  }
  /// How many of something follow; 0 when there cannot be so many.
  [[nodiscard]] std::uint32_t count() noexcept {
    std::uint32_t value = 0;
    number(value);
    broken_ = broken_ || value > rest_.size();
    return broken_ ? 0 : value;
  }
  /// Every field was there and nothing is left.
  [[nodiscard]] bool whole() const noexcept { return !broken_ && rest_.empty(); }

private:
  std::optional<std::string_view> take(std::size_t size) noexcept {
    broken_ = broken_ || size > rest_.size();
    if (broken_) {
      return std::nullopt;
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  std::string_view rest_;
  bool broken_ = false;
};

} // namespace grunndata::registry
