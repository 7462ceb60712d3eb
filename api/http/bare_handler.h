// The yardstick of the lookup benchmark: Pistache used the ordinary way. Never part of the product.
#pragma once

#include <cstddef>
#include <cstdint>

namespace grunndata::api::http {

/// Serves a constant body of `body_bytes` on 127.0.0.1:`port` with one worker, through Pistache's
/// own parser and response writer, until SIGTERM or SIGINT. The exit status for the process: 0,
/// or 1 when the port cannot be bound. Blocks those signals for the whole process.
int run_bare_handler(std::uint16_t port, std::size_t body_bytes);

} // namespace grunndata::api::http
