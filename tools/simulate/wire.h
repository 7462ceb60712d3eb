// Reading questions and refusing them, for every service of the simulator.
#pragma once

#include "api/http/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::simulate {

void refuse(api::http::Response& response, int status, std::string_view code,
            std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view text);

/// A query's number. Nothing in `number` when the query does not name it; false when what it names
/// is no number.
[[nodiscard]] bool read_query_number(const api::http::Request& request, std::string_view name,
                                     std::optional<std::uint64_t>& number);

/// The texts of a request's one list; nothing when the body is another.
[[nodiscard]] std::optional<std::vector<std::string>> list_of(std::string_view body,
                                                              std::string_view member);

} // namespace grunndata::simulate
