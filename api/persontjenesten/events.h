// The event operations of Persontjenesten v2.
#pragma once

#include "api/context.h"
#include "registry/access.h"

#include <cstddef>

namespace grunndata::api::persontjenesten {

inline constexpr std::size_t events_max = 1000;

/// From `sequenceNumber` on, which need not exist; 400 only when it lies beyond the next event.
/// `startIndex` and `endIndex` are the first and last index of `results` (0 when it is empty).
void events_from(Context& context, Call& call, const http::Request& request,
                 http::Response& response);
/// 404 while there is none.
void newest_event(Context& context, Call& call, const http::Request& request,
                  http::Response& response);

} // namespace grunndata::api::persontjenesten
