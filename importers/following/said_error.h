// What a source says of an error.
#pragma once

#include <string>
#include <string_view>

namespace grunndata::importers::following {

/// What the JSON of an error body says, in the shapes of Folkeregisteret and Enhetsregisteret;
/// empty for others (HTML of a firewall). Runs of digits are masked: it may repeat an identifier.
struct SaidError {
  std::string code;
  std::string message;
};
[[nodiscard]] SaidError read_error(std::string_view body);

/// Without runs of digits that could be an identifier, and no longer than a line of a log.
[[nodiscard]] std::string masked(std::string_view text);

} // namespace grunndata::importers::following
