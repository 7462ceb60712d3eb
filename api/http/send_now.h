// Sending without ever waiting.
#pragma once

#include <string_view>

#include <sys/types.h>

namespace grunndata::api::http {

/// Sends what the socket takes now of `first` and then `second`. The number of bytes sent, or -1
/// when the client is gone.
[[nodiscard]] ssize_t send_now(int fd, std::string_view first, std::string_view second) noexcept;

} // namespace grunndata::api::http
