// A segment of the path as text, copied only when it has to be.
#pragma once

#include "api/http/form.h"

#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api {

/// The decoded segment: a view into `segment`, or into `room` when there is something to decode.
/// Nothing when it cannot be decoded.
[[nodiscard]] inline std::optional<std::string_view> decoded_segment(std::string_view segment,
                                                                     std::string& room) {
  if (segment.find('%') == std::string_view::npos) return segment;
  if (http::percent_decode(segment, room)) return std::nullopt;
  return room;
}

} // namespace grunndata::api
