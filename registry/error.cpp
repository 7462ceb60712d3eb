#include "registry/error.h"

namespace grunndata::registry {

std::string_view code_name(ErrorCode code) noexcept {
  switch (code) {
  case ErrorCode::not_found: return "not-found";
  case ErrorCode::not_known_then: return "not-known-then";
  case ErrorCode::ambiguous: return "ambiguous";
  case ErrorCode::invalid: return "invalid";
  case ErrorCode::conflict: return "conflict";
  case ErrorCode::unsupported: return "unsupported";
  case ErrorCode::wrong_environment: return "wrong-environment";
  case ErrorCode::unavailable: return "unavailable";
  case ErrorCode::storage: return "storage";
  case ErrorCode::corrupt: return "corrupt";
  case ErrorCode::out_of_range: return "out-of-range";
  case ErrorCode::cancelled: return "cancelled";
  }
  return "unknown";
}

} // namespace grunndata::registry
