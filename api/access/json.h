// JSON from strangers, read strictly: no member twice, no deep nesting, nothing after the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct json_t;

namespace grunndata::api::access {

inline constexpr std::size_t json_depth_max = 12; ///< of objects and arrays within each other

/// A value inside a JsonDocument, or none: what is asked of none is none. Lives as long as the
/// document.
class JsonView {
public:
  JsonView() = default;
  explicit JsonView(const json_t* value) noexcept : value_(value) {}

  [[nodiscard]] bool exists() const noexcept { return value_ != nullptr; }
  [[nodiscard]] bool is_null() const noexcept;
  [[nodiscard]] bool is_object() const noexcept;
  [[nodiscard]] bool is_array() const noexcept;
  /// Of an array or object; 0 of anything else.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] JsonView member(std::string_view name) const noexcept;
  [[nodiscard]] JsonView at(std::size_t index) const noexcept;
  /// Of a string.
  [[nodiscard]] std::optional<std::string_view> text() const noexcept;
  /// Of a number written without fraction and exponent.
  [[nodiscard]] std::optional<std::int64_t> whole_number() const noexcept;

  [[nodiscard]] const json_t* raw() const noexcept { return value_; }

private:
  const json_t* value_ = nullptr;
};

/// Owns what was read.
class JsonDocument {
public:
  /// Nothing unless `text` is one JSON object in UTF-8, no member of any object given twice, no
  /// NUL in a string, every number within range, and not nested deeper than `json_depth_max`.
  [[nodiscard]] static std::optional<JsonDocument> parse(std::string_view text);

  [[nodiscard]] JsonView root() const noexcept { return JsonView(root_.get()); }

private:
  struct Release {
    void operator()(json_t* value) const noexcept;
  };
  explicit JsonDocument(json_t* root) noexcept : root_(root) {}
  std::unique_ptr<json_t, Release> root_;
};

} // namespace grunndata::api::access
