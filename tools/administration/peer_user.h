// Who is at the other end of a connection on this machine, as the system knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace grunndata::tools {

/// The user whose socket stands at `address`:`port` on 127.0.0.1, connected to `server_port` here:
/// what SO_PEERCRED tells of a Unix socket, read from the system's table of connections. Nothing
/// when the caller is not there (any more), stands at another address than 127.0.0.1, or the table
/// cannot be read: then nobody knows who asks.
[[nodiscard]] std::optional<uid_t> user_of_peer(std::string_view address, std::uint16_t port,
                                                std::uint16_t server_port);

} // namespace grunndata::tools
