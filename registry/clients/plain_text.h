// What people write for people: names, purposes, reasons, notes.
#pragma once

#include <cstddef>
#include <string_view>

namespace grunndata::registry {

/// True for UTF-8 without control characters that neither begins nor ends with a blank. Empty text
/// is plain.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

/// Characters (code points) of UTF-8 text; bytes that are no UTF-8 count one each.
[[nodiscard]] std::size_t characters_of(std::string_view text) noexcept;

/// True when eleven digits stand together, or six and five with a blank between: what could be a
/// person's number, which free text must not hold.
[[nodiscard]] bool holds_number_form(std::string_view text) noexcept;

} // namespace grunndata::registry
