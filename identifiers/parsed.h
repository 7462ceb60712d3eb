// What parsing an identifier gives: the value, or why there is none.
#pragma once

#include <cassert>
#include <optional>

#include "identifiers/kinds.h"

namespace grunndata::identifiers {

template <typename T>
class [[nodiscard]] Parsed {
 public:
  constexpr Parsed(const T& value) : value_(value), reason_(Reason::none) {}
  // reason must not be Reason::none.
  constexpr Parsed(Reason reason) : reason_(reason) { assert(reason != Reason::none); }

  [[nodiscard]] constexpr bool has_value() const { return value_.has_value(); }
  constexpr explicit operator bool() const { return has_value(); }
  // Only when has_value(); the reference lives as long as this object.
  [[nodiscard]] constexpr const T& value() const {
    assert(has_value());
    return *value_;
  }
  constexpr const T& operator*() const { return value(); }
  constexpr const T* operator->() const { return &value(); }
  // Reason::none when there is a value.
  [[nodiscard]] constexpr Reason reason() const { return reason_; }

 private:
  std::optional<T> value_;
  Reason reason_;
};

}  // namespace grunndata::identifiers
