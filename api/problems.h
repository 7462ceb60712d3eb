// Every error the API itself can answer with, and the one place where an error of the registry
// gets its HTTP status. The transport's own kinds are in api/http/problem.h.
#pragma once

#include "api/http/message.h"
#include "api/http/problem.h"
#include "registry/error.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace grunndata::api {

namespace problem {
using http::ProblemKind;

// Persons and events.
inline constexpr ProblemKind person_not_found{"person_not_found", 404, "No such person"};
inline constexpr ProblemKind not_known_then{
    "not_known_then", 404, "The person was not in the registry at recordedAsOf"};
inline constexpr ProblemKind event_not_found{"event_not_found", 404, "There is no event yet"};
inline constexpr ProblemKind kodeverk_not_found{
    "kodeverk_not_found", 404, "There is no such code list, or none that held then"};
inline constexpr ProblemKind code_not_found{
    "code_not_found", 404, "The code list has no such code"};
inline constexpr ProblemKind history_changed{
    "history_changed", 410, "The cursor is from before a restore; start from a full copy again"};

// What a request says.
inline constexpr ProblemKind api_version_required{
    "api_version_required", 400, "The header api-version must be 2"};
inline constexpr ProblemKind parts_required{
    "parts_required", 400, "The caller must say which information parts it needs"};
inline constexpr ProblemKind part_unknown{
    "part_unknown", 400, "There is no such information part"};
inline constexpr ProblemKind event_type_unknown{
    "event_type_unknown", 400, "There is no such event type"};
inline constexpr ProblemKind parameter_unknown{
    "parameter_unknown", 400, "The operation has no such parameter"};
inline constexpr ProblemKind parameter_repeated{
    "parameter_repeated", 400, "A parameter is given more than once"};
inline constexpr ProblemKind parameter_invalid{
    "parameter_invalid", 400, "A parameter has a value it cannot have"};
inline constexpr ProblemKind sequence_ahead{
    "sequence_ahead", 400, "The sequence number is further on than the next event"};
inline constexpr ProblemKind cursor_invalid{
    "cursor_invalid", 400, "The cursor is not one that this service gave out"};
inline constexpr ProblemKind identifier_required{
    "identifier_required", 400, "The body names nobody to look up"};
inline constexpr ProblemKind identifier_malformed{
    "identifier_malformed", 400, "A value does not have the form of an identifier"};
inline constexpr ProblemKind too_many_items{
    "too_many_items", 400, "More items than one request may hold"};
inline constexpr ProblemKind form_invalid{
    "form_invalid", 400, "The query or the form cannot be decoded"};
inline constexpr ProblemKind form_required{
    "form_required", 400, "The body must be application/x-www-form-urlencoded"};
inline constexpr ProblemKind json_required{
    "json_required", 415, "The body must be application/json"};
inline constexpr ProblemKind json_invalid{"json_invalid", 400, "The body is not valid JSON"};
inline constexpr ProblemKind body_invalid{
    "body_invalid", 400, "The body does not have the form the operation asks for"};

// What is wrong with us.
inline constexpr ProblemKind stored_data_corrupt{
    "stored_data_corrupt", 500, "Stored data is damaged; nothing is answered from it"};
inline constexpr ProblemKind storage_failed{"storage_failed", 500, "The storage failed"};
inline constexpr ProblemKind exports_busy{
    "exports_busy", 503, "As many exports as may be are running; come again later"};
inline constexpr ProblemKind unavailable{
    "unavailable", 503, "The registry cannot answer at the moment"};
} // namespace problem

/// Those above and the transport's, for the documentation, `/problems/{code}` and tests.
[[nodiscard]] const std::vector<http::ProblemKind>& all_problems();

/// What an error of the registry is to a client that asked for one person.
[[nodiscard]] const http::ProblemKind& problem_of(registry::ErrorCode code) noexcept;

/// Why a request is refused. Null kind: nothing is wrong. The texts hold no personal data.
struct Refusal {
  const http::ProblemKind* kind = nullptr;
  std::string_view detail{}; ///< static text
  std::string_view field{};  ///< the parameter, or a JSON Pointer into the body
  explicit operator bool() const noexcept { return kind != nullptr; }
};

/// The wire form of an interface's errors: /api says `application/json`, the rest problem+json.
enum class ErrorStyle : std::uint8_t { problem_json, plain_json };

/// By the path: what lies under /api/ keeps to Persontjenesten's contract.
[[nodiscard]] ErrorStyle error_style_of(std::string_view path) noexcept;

/// Writes the error as the request's path wants it. `detail` and `field` hold no personal data;
/// `field` is the parameter, or a JSON Pointer into the body.
void refuse(const http::Request& request, http::Response& response, const http::ProblemKind& kind,
            std::string_view detail = {}, std::string_view field = {});

void refuse(const http::Request& request, http::Response& response, const Refusal& refusal);

/// The same for an error of the registry; its message stays inside.
void refuse(const http::Request& request, http::Response& response, const registry::Error& error);

} // namespace grunndata::api
