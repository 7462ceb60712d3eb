// Status line and headers of an answer.
#pragma once

#include "api/http/message.h"
#include "api/http/output_buffer.h"

#include <cstdint>
#include <string_view>

namespace grunndata::api::http {

/// "Not Found" for 404; "Status" for numbers without a registered phrase.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// Which Connection header goes out: HTTP/1.1 says nothing to stay, HTTP/1.0 must say so.
enum class ConnectionHeader : std::uint8_t { none, close, keep_alive };

/// Appends everything before the body, the empty line included. `body_bytes` becomes
/// Content-Length, except for 1xx, 204 and 304, which have none. The date is at most a second old.
void append_response_head(OutputBuffer& out, const Response& response, std::size_t body_bytes,
                          std::string_view request_id, ConnectionHeader connection);

/// An identifier for a request that came without a usable one: unique in this process, and with a
/// random part of the process. Valid until the next call on the same thread.
[[nodiscard]] std::string_view make_request_id();

} // namespace grunndata::api::http
