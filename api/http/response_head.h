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

/// How the client knows where the body ends. A number is a length.
struct BodyFraming {
  enum class Kind : std::uint8_t { length, chunked, until_close };
  BodyFraming(std::size_t bytes_sent) : bytes(bytes_sent) {}
  explicit BodyFraming(Kind without_length) : kind(without_length) {}
  Kind kind{Kind::length};
  std::size_t bytes{0};
};

/// On every answer, whatever it is: no guessing of its type, no Referer onwards, no frames, no use
/// by other origins' pages, no device features.
inline constexpr std::string_view protective_lines =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Frame-Options: DENY\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: geolocation=(), camera=(), microphone=()\r\n";
/// The policy of every answer that has none of its own: data, which loads and runs nothing.
inline constexpr std::string_view nothing_allowed_line =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
/// What goes with `no_store`: caches keep nothing, and what they kept all the same answers nobody
/// with other credentials.
inline constexpr std::string_view personal_lines = "Cache-Control: no-store\r\n"
                                                   "Vary: Authorization, DPoP\r\n";

/// Appends everything before the body, the empty line included. A length becomes Content-Length,
/// except for 1xx, 204 and 304, which have none. The date is at most a second old.
void append_response_head(OutputBuffer& out, const Response& response, BodyFraming framing,
                          std::string_view request_id, ConnectionHeader connection);

/// An identifier for a request that came without a usable one: unique in this process, and with a
/// random part of the process. Valid until the next call on the same thread.
[[nodiscard]] std::string_view make_request_id();

} // namespace grunndata::api::http
