// What callers of /v1 say about the view they want: parts, history, asOf, recordedAsOf. Strict:
// what is not understood is refused.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "registry/view.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::api::v1 {

inline constexpr std::string_view parts_field = "parts";
inline constexpr std::string_view history_field = "history";
inline constexpr std::string_view as_of_field = "asOf";
inline constexpr std::string_view recorded_as_of_field = "recordedAsOf";

/// A view of /v1 before anything was asked.
[[nodiscard]] registry::ViewRequest plain_view(const Call& call) noexcept;

/// One name of an information part, or several with commas between.
[[nodiscard]] Refusal add_parts(std::string_view names, registry::ViewRequest& view);
/// RFC 3339 date-time, or a date, which means 00:00 in Europe/Oslo.
[[nodiscard]] Refusal set_as_of(std::string_view text, registry::ViewRequest& view);
/// A log sequence number, or a time as in `set_as_of`, which means the newest sequence then. May
/// give `not_known_then`.
[[nodiscard]] Refusal set_recorded_as_of(const Context& context, std::string_view text,
                                         registry::ViewRequest& view);
[[nodiscard]] Refusal set_recorded_as_of(const Context& context, std::uint64_t sequence,
                                         registry::ViewRequest& view);

/// The four from a query string; `parts` may be repeated.
[[nodiscard]] Refusal read_view_query(const Context& context, std::string_view query,
                                      registry::ViewRequest& view);

/// Refuses every parameter; for operations without any.
[[nodiscard]] Refusal refuse_parameters(std::string_view query);

} // namespace grunndata::api::v1
