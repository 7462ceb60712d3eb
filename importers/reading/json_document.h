// One JSON document, and walking through it.
#pragma once

#include "importers/reading/json_text.h"
#include "importers/reading/mapping_report.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::importers::reading {

/// A larger document is refused.
inline constexpr std::size_t document_bytes_max = 16U << 20U;

/// Reusable, keeps its memory. Views and slots live until the next `load`. Not thread-safe.
class JsonDocument {
 public:
  JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  /// Takes exactly one valid JSON object in UTF-8, of any white space. Else a fault: too_large,
  /// json or not_an_object; the document is then empty.
  [[nodiscard]] std::optional<MappingFault> load(std::string_view json);

  /// The object. Only after a `load` without fault.
  [[nodiscard]] JsonSlot root() const noexcept {
    return {text_.data(), static_cast<std::uint32_t>(size_), false};
  }
  /// It, without insignificant white space.
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }
  /// Where in `text` a slot stands.
  [[nodiscard]] std::size_t offset_of(JsonSlot slot) const noexcept {
    return static_cast<std::size_t>(slot.begin - text_.data());
  }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::string text_; ///< padding after it
  std::size_t size_ = 0;
};

/// The members of an object, in order: `while (walk.next()) …`.
class MemberWalk {
 public:
  /// Of anything but an object there are none.
  explicit MemberWalk(JsonSlot object) noexcept
      : at_(object.is_object() ? object.begin + 1 : "}") {}
  [[nodiscard]] bool next();
  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  [[nodiscard]] JsonSlot value() const noexcept { return value_; }

 private:
  const char* at_;
  std::string_view key_;
  std::string decoded_; ///< a key with escapes
  JsonSlot value_{};
};

/// The elements of an array, in order.
class ElementWalk {
 public:
  /// Of anything but an array there are none.
  explicit ElementWalk(JsonSlot array) noexcept : at_(array.is_array() ? array.begin + 1 : "]") {}
  [[nodiscard]] bool next() noexcept;
  [[nodiscard]] JsonSlot value() const noexcept { return value_; }

 private:
  const char* at_;
  JsonSlot value_{};
};

/// The value of the first member so called; an empty slot when there is none.
[[nodiscard]] JsonSlot member(JsonSlot object, std::string_view key);

/// The characters of a string, in `scratch` when it has escapes; empty for anything else.
[[nodiscard]] std::string_view characters(JsonSlot string, std::string& scratch);

/// Appends a value without members so called, at any depth; what is nested deeper than anybody
/// nests is left out too.
void append_without(JsonSlot value, std::span<const std::string_view> members, std::string& out);

/// A number, or a string that is one, without anything around; digits alone, no sign or fraction.
/// Nothing for anything else, and for the strings and nulls that sources put in its place.
[[nodiscard]] std::optional<std::uint64_t> whole_number(JsonSlot value) noexcept;

} // namespace grunndata::importers::reading
