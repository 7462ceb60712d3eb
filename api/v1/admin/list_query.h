// What the lists of administration are asked with: limit, cursor and one word more.
#pragma once

#include "api/problems.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::v1 {

inline constexpr std::size_t list_limit_default = 100;
inline constexpr std::size_t list_limit_max = 1'000;

struct ListQuery {
  std::optional<std::size_t> limit;
  std::optional<std::string> cursor; ///< opened: the place to go on from
  std::optional<std::string> word;   ///< of the parameter that the list has besides
};

/// `word_name` is that parameter; empty when there is none.
[[nodiscard]] Refusal read_list_query(std::string_view text, std::string_view word_name,
                                      ListQuery& query);

/// The place that a cursor of `append_next_cursor` tells; nothing when it is none.
[[nodiscard]] std::optional<std::string> open_cursor(std::string_view text);

/// Appends `,"nextCursor":"…"` for a place of the list's own making. A cursor tells nothing that
/// its reader could not see, and gives no rights.
void append_next_cursor(std::string& out, std::string_view place);

} // namespace grunndata::api::v1
