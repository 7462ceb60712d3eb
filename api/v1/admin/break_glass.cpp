#include "api/v1/admin/break_glass.h"

#include "api/access/problems.h"
#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/problems.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/admin/grant_json.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/admin/problems.h"
#include "api/v1/parameters.h"
#include "registry/clients/break_glass.h"
#include "registry/reading.h"

#include <array>
#include <charconv>
#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

using registry::ErrorCode;
using registry::GrantQueue;

constexpr int status_created = 201;

constexpr std::array<MemberRule, 4> opening_rules{{
    {"personId", MemberKind::text, true},
    {"reason", MemberKind::text, true},
    {"purpose", MemberKind::text, true},
    {"minutes", MemberKind::number, false},
}};
constexpr std::array<MemberRule, 2> review_rules{{
    {"outcome", MemberKind::text, true},
    {"note", MemberKind::text, false},
}};

/// What the body of an opening says.
struct Opening {
  std::string person_id;
  std::string reason;
  registry::EmergencyPurpose purpose{};
  std::chrono::minutes duration = registry::grant_minutes_default;
};

Refusal read_opening(const http::Request& request, Opening& opening, std::string& pointer) {
  std::array<MemberValue, opening_rules.size()> values;
  if (const Refusal refusal = read_members(request, opening_rules, values, pointer)) {
    return refusal;
  }
  opening.person_id = std::move(values[0].text);
  opening.reason = std::move(values[1].text);
  if (const auto fault = registry::fault_of_reason(opening.reason); !fault.empty()) {
    return {&api::problem::body_invalid, fault, "/reason"};
  }
  const auto purpose = registry::emergency_purpose_of(values[2].text);
  if (!purpose) return {&api::problem::body_invalid, "purpose is ETREAT or BTG", "/purpose"};
  opening.purpose = *purpose;
  if (!values[3].given) return {};
  constexpr auto minutes_max = static_cast<std::uint64_t>(registry::grant_minutes_max.count());
  if (values[3].number < 1 || values[3].number > minutes_max) {
    return {&api::problem::body_invalid, "minutes is 1 to 60", "/minutes"};
  }
  opening.duration = std::chrono::minutes(values[3].number);
  return {};
}

registry::audit::Record& note(Call& call, registry::audit::Act act,
                              const registry::EntityId& subject) {
  registry::audit::Record& record = call.audit.add(act);
  record.kind = registry::audit::Class::important;
  record.subject = subject;
  return record;
}

/// A refused emergency is worth a record too: somebody wanted in.
void note_refused(Call& call, const http::ProblemKind& why,
                  const std::optional<registry::EntityId>& subject) {
  registry::audit::Record& record = call.audit.add(registry::audit::Act::denied);
  record.kind = registry::audit::Class::important;
  record.subject = subject;
  record.outcome = why.code;
}

std::optional<GrantQueue> queue_of(const std::optional<std::string>& word) {
  if (!word || *word == "waiting") return GrantQueue::waiting;
  if (*word == "overdue") return GrantQueue::overdue;
  if (*word == "all") return GrantQueue::all;
  return std::nullopt;
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '0') {
    return std::nullopt;
  }
  return number;
}

const http::ProblemKind& problem_of_review(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::not_found: return problem::grant_not_found;
    case ErrorCode::conflict: return problem::grant_reviewed;
    case ErrorCode::invalid: return api::problem::body_invalid;
    default: return problem_of(code);
  }
}

} // namespace

void open_break_glass(Context& context, Call& call, const http::Request& request,
                      http::Response& response) {
  Opening opening;
  std::string pointer;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_opening(request, opening, pointer);
  if (refusal) return refuse(request, response, refusal);
  registry::BreakGlass* glass = context.options.access.break_glass;
  const access::Caller& caller = call.caller;
  const http::ProblemKind* denied = nullptr;
  if (caller.user_key.empty()) denied = &access::problem::user_required;
  if (glass == nullptr || caller.client->break_glass_parts.none()) {
    denied = &problem::break_glass_not_agreed;
  }
  if (denied != nullptr) {
    note_refused(call, *denied, {});
    return refuse(request, response, *denied);
  }
  registry::Reading reading;
  if (const auto found = context.registry.get(opening.person_id, reading); !found) {
    note_refused(call, problem_of(found.error().code), {});
    return refuse(request, response, problem_of(found.error().code), {}, "/personId");
  }
  const auto grant =
      glass->grant({*caller.client, caller.claims->issuer_name, caller.user_key,
                    caller.claims->user_name, caller.claims->user_hpr, organisation_of(caller),
                    reading.entity(), opening.purpose, opening.reason, opening.duration});
  if (!grant) {
    const ErrorCode code = grant.error().code;
    const http::ProblemKind& why = code == ErrorCode::conflict  ? problem::break_glass_too_many
                                   : code == ErrorCode::invalid ? problem::break_glass_not_agreed
                                                                : problem_of(code);
    note_refused(call, why, reading.entity());
    return refuse(request, response, why);
  }
  registry::audit::Record& record = note(call, registry::audit::Act::break_glass, reading.entity());
  record.parts_asked = grant->parts;
  record.emergency = true;
  record.reason.purpose_of_use = registry::code_of(opening.purpose);
  record.reason.text = opening.reason;
  response.status = status_created;
  append_grant(response.body, *grant, context.registry.ids(), grant->opened);
}

void list_grants(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  ListQuery query;
  if (const Refusal refusal = read_list_query(request.query, "queue", query)) {
    return refuse(request, response, refusal);
  }
  const auto queue = queue_of(query.word);
  if (!queue) {
    return refuse(request, response, api::problem::parameter_invalid,
                  "queue is waiting, overdue or all", "queue");
  }
  const auto after = query.cursor ? number_of(*query.cursor) : std::optional<std::uint64_t>(0);
  if (!after) return refuse(request, response, api::problem::cursor_invalid, {}, "cursor");
  const std::size_t limit = query.limit.value_or(list_limit_default);
  const registry::BreakGlass* glass = context.options.access.break_glass;
  auto grants = glass == nullptr ? registry::Result<std::vector<registry::Grant>>()
                                 : glass->list(*queue, *after + 1, limit + 1);
  if (!grants) return refuse(request, response, grants.error());
  const bool more = grants->size() > limit;
  if (more) grants->pop_back();
  const registry::Instant when = registry::now();
  std::string& out = response.body;
  out += R"({"grants":[)";
  for (const registry::Grant& grant : *grants) {
    if (out.back() != '[') out += ',';
    append_grant(out, grant, context.registry.ids(), when);
    note(call, registry::audit::Act::log_read, grant.entity);
  }
  out += ']';
  if (more) append_next_cursor(out, std::to_string(grants->back().number));
  out += '}';
}

void review_grant(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  std::array<MemberValue, review_rules.size()> values;
  std::string pointer;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_members(request, review_rules, values, pointer);
  if (refusal) return refuse(request, response, refusal);
  const auto outcome = registry::review_outcome_of(values[0].text);
  if (!outcome) {
    return refuse(request, response, api::problem::body_invalid,
                  "outcome is justified or unjustified", "/outcome");
  }
  if (const auto fault = registry::fault_of_note(values[1].text); !fault.empty()) {
    return refuse(request, response, api::problem::body_invalid, fault, "/note");
  }
  const access::Caller& caller = call.caller;
  if (caller.user_key.empty()) {
    note_refused(call, access::problem::user_required, {});
    return refuse(request, response, access::problem::user_required);
  }
  const auto number = number_of(request.path_parameter(0));
  registry::BreakGlass* glass = context.options.access.break_glass;
  if (!number || glass == nullptr) return refuse(request, response, problem::grant_not_found);
  const std::string& by =
      caller.claims->user_name.empty() ? caller.claims->client_id : caller.claims->user_name;
  const auto grant = glass->review(*number, {by, caller.user_key, *outcome, values[1].text});
  if (!grant) return refuse(request, response, problem_of_review(grant.error().code));
  registry::audit::Record& record = note(call, registry::audit::Act::reviewed, grant->entity);
  record.reason.text = values[0].text;
  append_grant(response.body, *grant, context.registry.ids(), registry::now());
}

} // namespace grunndata::api::v1
