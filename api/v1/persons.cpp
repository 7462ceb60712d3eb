#include "api/v1/persons.h"

#include "api/access/problems.h"
#include "api/number_text.h"
#include "api/path_segment.h"
#include "api/person_answer.h"
#include "api/person_key.h"
#include "api/problems.h"
#include "api/v1/etag.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "api/v1/request_body.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/reading.h"

#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

/// With more of them a caller needs the right to ask in bulk.
constexpr std::size_t unbulked_identifiers_max = 100;
constexpr std::string_view reason_type_unknown = "type";

PersonKey key_of(const AskedIdentifier& asked, const identifiers::Rules& rules) {
  if (!asked.is_text) return {.key = std::nullopt, .reason = identifiers::Reason::json};
  std::optional<registry::IdentifierType> type;
  if (!asked.type.empty()) type = registry::identifier_type_of(asked.type);
  return person_key(asked.value, rules, type, asked.assigner);
}

bool has_unknown_type(const AskedIdentifier& asked) noexcept {
  return !asked.type.empty() && !registry::identifier_type_of(asked.type);
}

void append_status(std::string& out, std::string_view status) {
  out += R"(,"status":")";
  out += status;
  out += '"';
}

void append_invalid(std::string& out, std::string_view reason) {
  append_status(out, "invalid");
  out += R"(,"reason":")";
  out += reason;
  out += '"';
}

void append_match(std::string& out, const registry::Match& match) {
  append_status(out, "found");
  out += R"(,"matched":{"type":")";
  out += registry::code_of(match.type);
  out += match.in_use ? R"(","inUse":true,"moved":)" : R"(","inUse":false,"moved":)";
  out += match.moved ? R"(true},"person":)" : R"(false},"person":)";
}

void append_failure(std::string& out, const http::ProblemKind& why) {
  if (&why == &api::problem::not_known_then) return append_status(out, "notKnownThen");
  append_status(out, "failed");
  out += R"(,"code":")";
  out += why.code;
  out += '"';
}

/// A hjelpenummer that leads to nobody any more: `,"status":"gone"`, and why.
bool append_gone(const Context& context, const registry::IdentifierKey& key, std::string& out) {
  const auto* const numbers = context.options.help_numbers;
  const bool may_be =
      key.type == registry::IdentifierType::fhn || key.type == registry::IdentifierType::hnr;
  if (numbers == nullptr || !may_be) return false;
  const auto number = numbers->show(key);
  if (!number) return false;
  append_status(out, "gone");
  out += R"(,"state":")";
  out += name_of(number->state);
  out += '"';
  if (number->cancelled_for) {
    out += R"(,"cancelledFor":")";
    out += name_of(*number->cancelled_for);
    out += '"';
  }
  return true;
}

/// Whether an outside id is of somebody whose hjelpenummer was cancelled or stopped.
bool is_gone(const Context& context, std::string_view id) {
  const auto entity = context.registry.ids().open(id);
  return context.options.help_numbers != nullptr && entity &&
         context.options.help_numbers->of(*entity).has_value();
}

void append_missed(std::string& out, registry::ErrorCode code) {
  if (code == registry::ErrorCode::not_found) return append_status(out, "notFound");
  if (code == registry::ErrorCode::ambiguous) return append_status(out, "ambiguous");
  append_failure(out, problem_of(code));
}

/// What stands after the index of one result.
void append_outcome(Context& context, Call& call, const AskedIdentifier& asked,
                    const registry::ViewRequest& view, registry::Reading& reading,
                    std::string& out) {
  if (has_unknown_type(asked)) return append_invalid(out, reason_type_unknown);
  const PersonKey key = key_of(asked, *context.options.rules);
  if (!key.key) return append_invalid(out, identifiers::reason_name(key.reason));
  const auto match = context.registry.lookup(*key.key, reading, view.recorded_as_of);
  if (!match) {
    const registry::ErrorCode code = match.error().code;
    note_missed(call, view, problem_of(code));
    if (code == registry::ErrorCode::not_found && append_gone(context, *key.key, out)) return;
    return append_missed(out, code);
  }
  const std::size_t before = out.size();
  append_match(out, *match);
  const Failure failure = write_person(context, call, reading, view, out);
  if (failure == nullptr) return;
  out.resize(before);
  append_failure(out, *failure);
}

} // namespace

void look_up(Context& context, Call& call, const http::Request& request, http::Response& response) {
  LookupBody body;
  body.view = plain_view(call);
  PointerText pointer;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_lookup_body(context, request, body, pointer);
  if (!refusal) refusal = check_parts(context, call, body.view.parts, "/parts");
  if (!refusal && body.identifiers.size() > unbulked_identifiers_max &&
      !call.caller.claims->has(access::Right::person_bulk)) {
    note_denied(call, access::problem::scope_insufficient, body.view.parts);
    refusal = {&access::problem::scope_insufficient,
               "More than 100 identifiers need the right person.bulk", "/identifiers"};
  }
  if (refusal) return refuse(request, response, refusal);
  registry::Reading reading;
  std::string& out = response.body;
  out += R"({"results":[)";
  std::size_t index = 0;
  for (const AskedIdentifier& asked : body.identifiers) {
    out += index == 0 ? R"({"index":)" : R"(,{"index":)";
    append_number(out, index++);
    append_outcome(context, call, asked, body.view, reading, out);
    out += '}';
  }
  out += "]}";
}

void person_by_id(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  registry::ViewRequest view = plain_view(call);
  Refusal refusal = read_view_query(context, request.query, view);
  if (!refusal) refusal = check_parts(context, call, view.parts, parts_field);
  if (refusal) return refuse(request, response, refusal);
  std::string decoded;
  const auto id = decoded_segment(request.path_parameter(0), decoded);
  if (!id) {
    return refuse(request, response, api::problem::identifier_malformed, {}, "id");
  }
  registry::Reading reading;
  if (const auto found = context.registry.get(*id, reading); !found) {
    const bool gone = found.error().code == registry::ErrorCode::not_found && is_gone(context, *id);
    const http::ProblemKind& why =
        gone ? v1::problem::hjelpenummer_gone : problem_of(found.error().code);
    note_missed(call, view, why);
    return refuse(request, response, why);
  }
  if (const Failure failure = write_person(context, call, reading, view, response.body)) {
    return refuse(request, response, *failure);
  }
  tag_answer(request, response);
}

} // namespace grunndata::api::v1
