// Which hosts this server answers for.
#pragma once

#include <optional>
#include <string_view>

namespace grunndata::api::http {

/// The host of "host", "host:port" or "[v6]:port", without the port, brackets kept. Nothing when
/// the text is not such a thing (RFC 3986 authority without user information; a port is 1 to 5
/// digits up to 65535; an empty host is refused).
[[nodiscard]] std::optional<std::string_view> host_name(std::string_view authority) noexcept;

/// "localhost" in any case, 127.0.0.0/8 in dotted form, "[::1]".
[[nodiscard]] bool is_loopback_name(std::string_view name) noexcept;

} // namespace grunndata::api::http
