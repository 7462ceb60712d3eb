#include "tools/commands/exit_status.h"

#include <iostream>

namespace grunndata::tools {

int exit_status_of(registry::ErrorCode code) noexcept {
  using registry::ErrorCode;
  switch (code) {
    case ErrorCode::not_found:
    case ErrorCode::not_known_then: return exit_not_found;
    case ErrorCode::invalid: return exit_usage;
    case ErrorCode::ambiguous:
    case ErrorCode::conflict:
    case ErrorCode::wrong_environment: return exit_conflict;
    case ErrorCode::unavailable: return exit_unavailable;
    case ErrorCode::corrupt: return exit_integrity;
    case ErrorCode::cancelled: return exit_interrupted;
    case ErrorCode::unsupported:
    case ErrorCode::storage:
    case ErrorCode::out_of_range: return exit_failure;
  }
  return exit_failure;
}

int report_error(std::ostream& err, const registry::Error& error) {
  err << "grunndata: " << error.message << '\n';
  return exit_status_of(error.code);
}

int report_error(const registry::Error& error) { return report_error(std::cerr, error); }

} // namespace grunndata::tools
