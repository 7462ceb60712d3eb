// Errors are values with a stable code; the transport decides the HTTP status once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace grunndata::registry {

/// What went wrong, in the vocabulary every caller shares. `code_name` gives the stable spelling
/// used on the wire and in logs. A message never holds an identifier of a person.
enum class ErrorCode : std::uint8_t {
  not_found,      ///< no such entity, event or record
  not_known_then, ///< the entity exists, but nothing was known of it at `recordedAsOf`
  ambiguous,      ///< an identifier fits more than one entity
  invalid,        ///< the request or the input breaks a stated rule
  conflict,       ///< a precondition no longer holds
  unsupported,    ///< a newer format, or a value this version cannot handle
  wrong_environment, ///< test data in production, or the reverse
  unavailable,    ///< cannot answer now: storage stalled, locked or shutting down
  storage,        ///< the storage engine or the file system failed
  corrupt,        ///< stored bytes are not what was written
  out_of_range,   ///< a position beyond the newest one
  cancelled,      ///< stopped on request
};

[[nodiscard]] std::string_view code_name(ErrorCode code) noexcept;

struct Error {
  ErrorCode code{};
  std::string message; ///< one sentence for a human; never an identifier of a person
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

} // namespace grunndata::registry
