// A token's contents, for the eyes of whoever looks for a fault.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

/// {"header":{…},"claims":{…}} in ASCII, indented. Values of claims that say nothing about a person
/// stand as they are, all others are "(masked)"; nothing is checked. Nothing when `token` is not a
/// JWS of JSON objects.
[[nodiscard]] std::optional<std::string> masked_token(std::string_view token);

} // namespace grunndata::api::access
