// The opaque position of a reader in the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::v1 {

struct Cursor {
  std::uint64_t epoch = 0; ///< of the registry; another epoch means another history
  std::uint64_t from = 0;  ///< the next sequence number to read
  bool operator==(const Cursor&) const = default;
};

/// base64url without padding of: format (1 byte), epoch, from (8 bytes each, big-endian), check
/// (8 bytes). The check finds typing errors and tampering by accident; it is no secret, and a
/// cursor gives no rights.
void append_cursor(std::string& out, const Cursor& cursor);

/// Nothing for any text that `append_cursor` cannot have written.
[[nodiscard]] std::optional<Cursor> read_cursor(std::string_view text);

} // namespace grunndata::api::v1
