#include "api/v1/virksomhet/instructed.h"

#include "api/v1/hjelpenummer/problems.h"

namespace grunndata::api::v1 {

using registry::ErrorCode;

const registry::virksomhet::Authority& authority_of(const Context& context) noexcept {
  static const registry::virksomhet::Authority shipped;
  return context.options.authority != nullptr ? *context.options.authority : shipped;
}

void refuse_curation(const http::Request& request, http::Response& response,
                     const registry::Error& error, const http::ProblemKind& not_found) {
  const std::string_view message = error.message;
  switch (error.code) {
    case ErrorCode::not_found: return refuse(request, response, not_found);
    case ErrorCode::invalid:
      return refuse(request, response,
                    message.starts_with("rule ") ? problem::structure_rule_broken
                                                 : api::problem::body_invalid,
                    message);
    case ErrorCode::conflict:
      if (message.starts_with("already_stated:")) {
        return refuse(request, response, problem::relation_stated);
      }
      if (message.starts_with("decided:")) {
        return refuse(request, response, problem::suggestion_decided);
      }
      if (message.starts_with("settled:")) {
        return refuse(request, response, problem::conflict_settled);
      }
      return refuse(request, response, problem::idempotency_key_reused);
    default: return refuse(request, response, error);
  }
}

} // namespace grunndata::api::v1
