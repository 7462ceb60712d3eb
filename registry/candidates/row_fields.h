// Reads fields out of rows as they are stored: objects that our own mapping rendered, without
// white space. Nothing is parsed that is not asked for.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry::candidates {

/// The value of `property` of the row itself, not of an object inside it: a text without its
/// quotes, escapes resolved into `room` where there are any. Nothing when it is absent, no text, or
/// the row is no object. `metadata_bytes`: of the row; the search starts behind it.
[[nodiscard]] std::optional<std::string_view> text_of(std::string_view row,
                                                      std::size_t metadata_bytes,
                                                      std::string_view property, std::string& room);

/// Calls `take` with every text of `json`, whatever object or list it stands in, under the name of
/// the property that holds it or the list.
void for_each_text(
    std::string_view json,
    const std::function<void(std::string_view property, std::string_view text)>& take);

} // namespace grunndata::registry::candidates
