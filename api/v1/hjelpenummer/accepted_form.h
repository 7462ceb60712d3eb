// Which of an answer's forms a caller takes (RFC 9110, 12.5.1).
#pragma once

#include "api/http/message.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace grunndata::api::v1 {

/// The index in `types` (media types without parameters, the usual one first) of what the header
/// Accept likes best; of equals the first, and the first of all without such a header. Nothing when
/// none is accepted. Ranges that cannot be read count as absent.
[[nodiscard]] std::optional<std::size_t> accepted_form(const http::Request& request,
                                                       std::span<const std::string_view> types);

} // namespace grunndata::api::v1
