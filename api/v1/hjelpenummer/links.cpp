#include "api/v1/hjelpenummer/links.h"

#include "api/access/problems.h"
#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/path_segment.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/hjelpenummer/link_json.h"
#include "api/v1/hjelpenummer/link_problems.h"
#include "api/v1/hjelpenummer/link_requests.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "registry/links/misled.h"
#include "registry/loaded_entity.h"
#include "registry/reading.h"

#include <array>

namespace grunndata::api::v1 {

namespace {

using access::Right;
using registry::ErrorCode;
using registry::Link;
using registry::audit::Act;

constexpr int status_ok = 200;
constexpr int status_created = 201;
constexpr int status_accepted = 202;
constexpr std::size_t misled_max = 1'000;

constexpr std::array<MemberRule, 2> unlink_rules{
    {{"link", MemberKind::text, true}, {"reason", MemberKind::text, true}}};

registry::Links* links_of(const Context& context, const http::Request& request,
                          http::Response& response) {
  registry::Links* const links = context.options.links;
  if (links == nullptr) refuse(request, response, api::problem::unavailable);
  return links;
}

/// A record for each side.
void note_sides(Call& call, Act act, const Link& link) {
  for (const registry::EntityId& side : {link.loser, link.survivor}) {
    registry::audit::Record& record = call.audit.add(act);
    record.kind = registry::audit::Class::important;
    record.subject = side;
    record.outcome = name_of(link.state);
  }
}

/// A record of an attempt that was refused.
void note_refusal(Call& call, const registry::Error& error) {
  const http::ProblemKind* const kind = problem::link_problem_of(error.message);
  registry::audit::Record& record =
      call.audit.add(error.code == ErrorCode::not_found ? Act::miss : Act::linked);
  record.outcome = kind != nullptr ? kind->code : code_name(error.code);
}

/// Those who were shown the wrong person, behind the member `link` of an answer that is whole. The
/// reading of the log is logged.
bool append_shown(Context& context, Call& call, const Link& link, const http::Request& request,
                  http::Response& response) {
  const registry::audit::Log* const log = context.options.audit;
  if (log == nullptr) return true; // nothing is known of who looked
  const auto names_users = [&call](const registry::audit::Actor& actor) {
    const bool is_own =
        may_act_for(call, actor.organisation) || may_act_for(call, actor.organisation_parent);
    return has(call, Right::admin) || (is_own && !actor.user_protected);
  };
  bool more = false;
  const auto misled = registry::links::misled_by(context.registry, *context.options.links, *log,
                                                 link, names_users, misled_max, more);
  if (!misled) {
    response.reset();
    refuse(request, response, misled.error());
    return false;
  }
  registry::audit::Record& record = call.audit.add(Act::log_read);
  record.subject = link.loser;
  record.outcome = "ok";
  response.body.pop_back();
  append_misled(response.body, *misled, more);
  response.body += '}';
  return true;
}

std::string answer_of(const Context& context, const Link& link, LinkSight sight) {
  std::string body = R"({"link":)";
  append_link(body, link, context.registry.ids(), sight);
  if (link.state == registry::LinkState::proposed && sight == LinkSight::outline) {
    body += R"(,"work":")" + std::to_string(link.work) + '"';
  }
  return body += '}';
}

int status_of(const Link& link) {
  return link.state == registry::LinkState::proposed ? status_accepted : status_created;
}

/// Keeps what the first answer says of the link; nothing that people wrote stands in it.
std::function<registry::KeptAnswer(const Link&)> kept_as(const Context& context,
                                                         const std::array<std::uint8_t, 16>& hash,
                                                         int (*status)(const Link&)) {
  return [&context, hash, status](const Link& link) {
    return registry::KeptAnswer{hash,
                                registry::now(),
                                status(link),
                                answer_of(context, link, LinkSight::outline),
                                {link.loser, link.survivor}};
  };
}

} // namespace

void refuse_link(const http::Request& request, http::Response& response,
                 const registry::Error& error) {
  if (const http::ProblemKind* const kind = problem::link_problem_of(error.message);
      kind != nullptr && error.code == ErrorCode::conflict) {
    return refuse(request, response, *kind, error.message);
  }
  switch (error.code) {
    case ErrorCode::invalid:
      return refuse(request, response, api::problem::body_invalid, error.message);
    case ErrorCode::not_found:
      return refuse(request, response, api::problem::person_not_found, error.message);
    case ErrorCode::ambiguous:
      return refuse(request, response, problem::number_ambiguous, error.message);
    case ErrorCode::conflict: return refuse(request, response, problem::idempotency_key_reused);
    default: return refuse(request, response, error);
  }
}

void link_hjelpenummer(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  registry::Links* const links = links_of(context, request, response);
  if (links == nullptr) return;
  registry::LinkRequest asked;
  asked.key = idempotency_key(call, request, response, "linkHjelpenummer");
  if (!asked.key) return;
  LinkBody body;
  Refusal refusal = body.read(request);
  if (!refusal) refusal = body.keys(context, asked.loser, asked.survivor);
  if (refusal) return refuse(request, response, refusal);
  asked.by = actor_of(call.caller);
  asked.owns = [&call](const std::string& organisation) { return may_act_for(call, organisation); };
  asked.reason = body.reason;
  asked.evidence = std::move(body.evidence);
  asked.request_hash = registry::hash_of_record(request.body);
  asked.answer = kept_as(context, asked.request_hash, status_of);
  const auto outcome = links->link(std::move(asked));
  if (!outcome) {
    note_refusal(call, outcome.error());
    return refuse_link(request, response, outcome.error());
  }
  if (outcome->replayed) {
    return answer_replayed(call, request, response, Act::linked, *outcome->replayed);
  }
  note_sides(call, Act::linked, outcome->link);
  response.status = status_of(outcome->link);
  response.body = answer_of(context, outcome->link, LinkSight::outline);
}

void unlink_hjelpenummer(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  registry::Links* const links = links_of(context, request, response);
  if (links == nullptr) return;
  registry::UndoRequest asked;
  asked.key = idempotency_key(call, request, response, "unlinkHjelpenummer");
  if (!asked.key) return;
  NumberBody body;
  if (const Refusal refusal = body.read(request, unlink_rules)) {
    return refuse(request, response, refusal);
  }
  const auto number = number_in(body.text("link"));
  auto known = number ? links->link(*number) : registry::fail(ErrorCode::not_found, "");
  if (!known && known.error().code == ErrorCode::not_found) {
    call.audit.add(Act::miss).outcome = problem::link_not_found.code;
    return refuse(request, response, problem::link_not_found, {}, "/link");
  }
  if (!known) return refuse(request, response, known.error());
  asked.number = *number;
  asked.by = actor_of(call.caller);
  asked.reason = body.text("reason");
  asked.request_hash = registry::hash_of_record(request.body);
  asked.answer = kept_as(context, asked.request_hash, [](const Link&) { return status_ok; });
  const auto outcome = links->undo(std::move(asked));
  if (!outcome) {
    note_refusal(call, outcome.error());
    return refuse_link(request, response, outcome.error());
  }
  if (outcome->replayed) {
    answer_replayed(call, request, response, Act::linked, *outcome->replayed);
    known = links->link(*number);
    if (!known) return refuse(request, response, known.error());
  } else {
    known = outcome->link;
    note_sides(call, Act::linked, *known);
    response.body = answer_of(context, *known, LinkSight::outline);
  }
  if (response.status == status_ok) append_shown(context, call, *known, request, response);
}

void link_by_id(Context& context, Call& call, const http::Request& request,
                http::Response& response) {
  registry::Links* const links = links_of(context, request, response);
  if (links == nullptr) return;
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  const auto number = number_in(request.path_parameter(0));
  const auto link = number ? links->link(*number) : registry::fail(ErrorCode::not_found, "");
  if (!link && link.error().code == ErrorCode::not_found) {
    return refuse(request, response, problem::link_not_found);
  }
  if (!link) return refuse(request, response, link.error());
  response.body = answer_of(context, *link, LinkSight::evidence);
  if (!append_shown(context, call, *link, request, response)) return;
  note_sides(call, Act::read, *link);
}

void links_of_person(Context& context, Call& call, const http::Request& request,
                     http::Response& response) {
  const registry::Links* const links = links_of(context, request, response);
  if (links == nullptr) return;
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  std::string decoded;
  const auto id = decoded_segment(request.path_parameter(0), decoded);
  if (!id) return refuse(request, response, api::problem::identifier_malformed, {}, "id");
  registry::Reading reading;
  if (const auto found = context.registry.get(*id, reading); !found) {
    call.audit.add(Act::miss).outcome = problem_of(found.error().code).code;
    return refuse(request, response, problem_of(found.error().code));
  }
  const auto all = links->of(reading.asked());
  if (!all) return refuse(request, response, all.error());
  const bool with_basis = call.access == registry::Access::legal_basis;
  const bool decides = has(call, Right::hjelpenummer_link) || has(call, Right::hjelpenummer_review);
  const LinkSight sight = !with_basis ? LinkSight::outline
                          : decides   ? LinkSight::evidence
                                      : LinkSight::explained;
  registry::audit::Record& record = call.audit.add(Act::read);
  record.subject = reading.asked();
  record.with_legal_basis = with_basis;
  record.outcome = "ok";
  response.body = R"({"links":[)";
  for (const Link& link : *all) {
    if (!with_basis && link.since == 0) continue; // that it waits for two may tell why
    if (response.body.back() != '[') response.body += ',';
    append_link(response.body, link, context.registry.ids(), sight);
  }
  response.body += "]}";
}

} // namespace grunndata::api::v1
