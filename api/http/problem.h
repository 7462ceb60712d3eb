// Errors on the wire: RFC 9457 problem+json with a stable code.
#pragma once

#include "api/http/message.h"

#include <span>
#include <string>
#include <string_view>

namespace grunndata::api::http {

/// One kind of error. The code never changes once published; the title is the same sentence every
/// time. Kinds are constants: they live as long as the program. Other layers define their own.
struct ProblemKind {
  std::string_view code;  ///< lower case with underscores: "body_too_large"
  int status;             ///< HTTP status, decided here and nowhere else
  std::string_view title; ///< one short sentence, no personal data
};

/// The kinds the transport itself answers with.
namespace problem {
inline constexpr ProblemKind bad_request{"bad_request", 400, "The request is not valid HTTP"};
inline constexpr ProblemKind bad_target{"bad_target", 400, "The request target is not valid"};
inline constexpr ProblemKind bad_header{"bad_header", 400, "A header is not valid"};
inline constexpr ProblemKind bad_framing{"bad_framing", 400, "The length of the body is ambiguous"};
inline constexpr ProblemKind bad_chunk{"bad_chunk", 400, "The chunked body is not valid"};
inline constexpr ProblemKind bad_host{"bad_host", 400, "The Host header is missing or not valid"};
inline constexpr ProblemKind route_not_found{"route_not_found", 404, "There is no such path"};
inline constexpr ProblemKind method_not_allowed{"method_not_allowed", 405,
                                                "The path does not know this method"};
inline constexpr ProblemKind request_timeout{"request_timeout", 408,
                                             "The request did not arrive in time"};
inline constexpr ProblemKind body_too_large{"body_too_large", 413, "The body is too large"};
inline constexpr ProblemKind target_too_long{"target_too_long", 414,
                                             "The request target is too long"};
inline constexpr ProblemKind expectation_failed{"expectation_failed", 417,
                                                "Only Expect: 100-continue is known"};
inline constexpr ProblemKind misdirected{"misdirected", 421,
                                         "This server does not answer for that host"};
inline constexpr ProblemKind head_too_large{"head_too_large", 431, "The headers are too large"};
inline constexpr ProblemKind internal{"internal", 500, "The server failed"};
inline constexpr ProblemKind method_unknown{"method_unknown", 501, "The method is not known here"};
inline constexpr ProblemKind overloaded{"overloaded", 503, "Too much to do at the moment"};
inline constexpr ProblemKind version_unsupported{"version_unsupported", 505,
                                                 "Only HTTP/1.1 and HTTP/1.0 are known"};
} // namespace problem

/// All of the above, for the documentation and for tests.
[[nodiscard]] std::span<const ProblemKind> transport_problems() noexcept;

/// One fault inside the request, for `errors`.
struct ProblemItem {
  std::string_view pointer; ///< RFC 6901 JSON Pointer, or the parameter's name; may be empty
  std::string_view code;
  std::string_view detail; ///< one sentence; never an identifier of a person
};

struct Problem {
  const ProblemKind& kind;
  std::string_view detail{};     ///< one sentence about this occurrence; left out when empty
  std::string_view instance{};   ///< URI of this occurrence; left out when empty
  std::string_view request_id{}; ///< left out when empty
  std::span<const ProblemItem> errors{};
};

/// The member `type` is this followed by the code; the path opens the page about it.
inline constexpr std::string_view problem_type_prefix = "/problems/";

/// Sets status, content type and body (replacing what was there) as
/// {"type","title","status","detail"?,"instance"?,"code","request_id"?,"errors"?}.
void write_problem(Response& response, const Problem& problem);

/// The same members appended to any string, for those who send another content type.
void append_problem_json(std::string& out, const Problem& problem);

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

} // namespace grunndata::api::http
