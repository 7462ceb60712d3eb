// /v1/events: the log, read with an opaque cursor.
#pragma once

#include "api/context.h"
#include "api/problems.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace grunndata::api::v1 {

inline constexpr std::size_t events_default = 100;
inline constexpr std::size_t events_max = 1000;
inline constexpr std::chrono::seconds wait_max{30};
inline constexpr std::string_view wait_field = "wait";

/// The parameter `wait`: whole seconds, given once.
[[nodiscard]] Refusal read_wait(std::string_view text, std::optional<std::chrono::seconds>& wait);

/// GET /v1/events?after=&types=&entity=&limit=&wait=, of types or groups of them. Without `after`
/// from the oldest event; the answer always carries the cursor to go on with. With `wait` a request
/// that would get no events waits for the next one, without a thread (`http::Response::waiting`).
void list_events(Context& context, Call& call, const http::Request& request,
                 http::Response& response);

/// GET /v1/events/latest: the cursor behind the newest event, without any event.
void latest_cursor(Context& context, Call& call, const http::Request& request,
                   http::Response& response);

} // namespace grunndata::api::v1
