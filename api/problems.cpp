#include "api/problems.h"

#include "api/access/problems.h"
#include "api/v1/admin/problems.h"
#include "api/v1/hjelpenummer/link_problems.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/subscriptions/problems.h"
#include "api/v1/virksomhet/curation_problems.h"
#include "api/v1/virksomhet/problems.h"

#include <array>
#include <span>

namespace grunndata::api {

namespace {
constexpr int status_unauthorised = 401;
constexpr int status_forbidden = 403;
} // namespace

const std::vector<http::ProblemKind>& all_problems() {
  static const std::vector<http::ProblemKind> kinds = [] {
    std::vector<http::ProblemKind> all{
        problem::person_not_found,    problem::not_known_then,       problem::event_not_found,
        problem::history_changed,     problem::api_version_required, problem::parts_required,
        problem::part_unknown,        problem::event_type_unknown,   problem::parameter_unknown,
        problem::parameter_repeated,  problem::parameter_invalid,    problem::sequence_ahead,
        problem::cursor_invalid,      problem::identifier_required,  problem::identifier_malformed,
        problem::too_many_items,      problem::form_invalid,         problem::form_required,
        problem::json_required,       problem::json_invalid,         problem::body_invalid,
        problem::stored_data_corrupt, problem::storage_failed,       problem::exports_busy,
        problem::unavailable,         problem::kodeverk_not_found,   problem::code_not_found,
    };
    all.insert(all.end(), access::problem::all.begin(), access::problem::all.end());
    all.insert(all.end(), v1::problem::all_admin.begin(), v1::problem::all_admin.end());
    all.insert(all.end(), v1::problem::all_hjelpenummer.begin(),
               v1::problem::all_hjelpenummer.end());
    all.insert(all.end(), v1::problem::all_links.begin(), v1::problem::all_links.end());
    all.insert(all.end(), v1::problem::all_subscriptions.begin(),
               v1::problem::all_subscriptions.end());
    all.insert(all.end(), v1::problem::all_virksomhet.begin(), v1::problem::all_virksomhet.end());
    all.insert(all.end(), v1::problem::all_curation.begin(), v1::problem::all_curation.end());
    const auto transport = http::transport_problems();
    all.insert(all.end(), transport.begin(), transport.end());
    return all;
  }();
  return kinds;
}

const http::ProblemKind& problem_of(registry::ErrorCode code) noexcept {
  using registry::ErrorCode;
  switch (code) {
    case ErrorCode::not_found:
    case ErrorCode::ambiguous: return problem::person_not_found;
    case ErrorCode::not_known_then: return problem::not_known_then;
    case ErrorCode::out_of_range: return problem::sequence_ahead;
    case ErrorCode::invalid: return problem::parameter_invalid;
    case ErrorCode::unavailable:
    case ErrorCode::cancelled: return problem::unavailable;
    case ErrorCode::corrupt: return problem::stored_data_corrupt;
    case ErrorCode::conflict:
    case ErrorCode::unsupported:
    case ErrorCode::wrong_environment:
    case ErrorCode::storage: return problem::storage_failed;
  }
  return problem::storage_failed;
}

ErrorStyle error_style_of(std::string_view path) noexcept {
  return path.starts_with("/api/") ? ErrorStyle::plain_json : ErrorStyle::problem_json;
}

void refuse(const http::Request& request, http::Response& response, const http::ProblemKind& kind,
            std::string_view detail, std::string_view field) {
  const std::array<http::ProblemItem, 1> item{
      http::ProblemItem{.pointer = field, .code = kind.code, .detail = detail}};
  std::span<const http::ProblemItem> items;
  if (!field.empty()) items = item;
  http::write_problem(response, http::Problem{.kind = kind,
                                              .detail = detail,
                                              .instance = {},
                                              .request_id = request.request_id,
                                              .errors = items});
  response.cache_control = "no-store";
  if (error_style_of(request.path) == ErrorStyle::plain_json) {
    response.content_type = http::content_type::json;
    // The contract gives 401 and 403 no body.
    if (kind.status == status_unauthorised || kind.status == status_forbidden) {
      response.body.clear();
    }
  }
}

void refuse(const http::Request& request, http::Response& response, const Refusal& refusal) {
  refuse(request, response, *refusal.kind, refusal.detail, refusal.field);
}

void refuse(const http::Request& request, http::Response& response, const registry::Error& error) {
  refuse(request, response, problem_of(error.code));
}

} // namespace grunndata::api
