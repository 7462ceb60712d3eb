// Entity tags: a hash of the answer, so that they move exactly when the answer does.
#pragma once

#include "api/http/message.h"

#include <array>
#include <string_view>

namespace grunndata::api::v1 {

/// A strong tag with its quotes: 128 bits in hexadecimal.
class EntityTag {
public:
  /// Of the whole body.
  explicit EntityTag(std::string_view body) noexcept;
  /// A view into this object.
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

private:
  std::array<char, 34> text_{};
};

/// RFC 9110 If-None-Match, compared weakly: `*`, or a list that holds the tag.
[[nodiscard]] bool matches_none_match(std::string_view header, std::string_view tag) noexcept;

/// Gives a complete answer its tag, and sends 304 without a body to whom it is no news.
void tag_answer(const http::Request& request, http::Response& response);

} // namespace grunndata::api::v1
