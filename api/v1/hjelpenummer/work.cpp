#include "api/v1/hjelpenummer/work.h"

#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/hjelpenummer/link_problems.h"
#include "api/v1/hjelpenummer/links.h"
#include "api/v1/hjelpenummer/number_json.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "registry/work_decisions.h"

#include <array>

namespace grunndata::api::v1 {

namespace {

using registry::ErrorCode;
using registry::WorkItem;
using registry::WorkKind;
using registry::audit::Act;

constexpr std::size_t page_walked = 1'000; ///< items read at once, of whomever they are
constexpr std::array<MemberRule, 2> decide_rules{
    {{"accepted", MemberKind::flag, true}, {"note", MemberKind::text, true}}};

/// Whether the caller has to do with the item.
bool is_theirs(const Call& call, const WorkItem& item) {
  if (has(call, access::Right::admin)) return true;
  if (item.kind == WorkKind::protection_review) return false;
  return item.organisation.empty() || may_act_for(call, item.organisation);
}

void note_persons(Call& call, Act act, const WorkItem& item) {
  for (const registry::EntityId& person : item.persons) {
    registry::audit::Record& record = call.audit.add(act);
    record.kind = registry::audit::Class::important;
    record.subject = person;
    record.outcome = "ok";
  }
}

/// Nothing, with the refusal written, when there is no such item for the caller.
std::optional<WorkItem> own_item(const Context& context, Call& call, const http::Request& request,
                                 http::Response& response) {
  const auto number = number_in(request.path_parameter(0));
  auto item = number ? registry::work_item(context.registry, *number)
                     : registry::fail(ErrorCode::not_found, "");
  if (item && is_theirs(call, *item)) return std::move(*item);
  if (item) {
    registry::audit::Record& record = call.audit.add(Act::denied);
    record.outcome = problem::work_not_found.code;
  } else if (item.error().code != ErrorCode::not_found) {
    refuse(request, response, item.error());
    return std::nullopt;
  }
  refuse(request, response, problem::work_not_found);
  return std::nullopt;
}

Act act_of(WorkKind kind) {
  switch (kind) {
    case WorkKind::link_proposed:
    case WorkKind::link_conflict:
    case WorkKind::newborn_match: return Act::linked;
    case WorkKind::number_from_elsewhere:
    case WorkKind::block_conflict: return Act::issued;
    case WorkKind::protection_review: break;
  }
  return Act::administered;
}

void refuse_decision(const http::Request& request, http::Response& response, WorkKind kind,
                     const registry::Error& error) {
  if (error.code == ErrorCode::conflict && error.message.starts_with("decided:")) {
    return refuse(request, response, problem::work_decided);
  }
  if (kind == WorkKind::block_conflict) return refuse_number(request, response, error);
  refuse_link(request, response, error);
}

} // namespace

void list_work(Context& context, Call& call, const http::Request& request,
               http::Response& response) {
  ListQuery query;
  if (const Refusal refusal = read_list_query(request.query, "kind", query)) {
    return refuse(request, response, refusal);
  }
  registry::WorkFilter filter;
  if (query.word) {
    filter.kind = registry::work_kind_of(*query.word);
    if (!filter.kind) {
      return refuse(request, response, api::problem::parameter_invalid, "there is no such kind",
                    "kind");
    }
  }
  const auto after = query.cursor ? number_in(*query.cursor) : std::optional<std::uint64_t>(0);
  if (!after) return refuse(request, response, api::problem::cursor_invalid, {}, "cursor");
  const std::size_t limit = query.limit.value_or(list_limit_default);
  std::vector<WorkItem> found;
  std::uint64_t from = *after + 1;
  for (bool more = true; more && found.size() <= limit;) {
    auto page = registry::work_items(context.registry, filter, from, page_walked);
    if (!page) return refuse(request, response, page.error());
    more = page->size() == page_walked;
    if (more) from = page->back().number + 1;
    for (WorkItem& item : *page) {
      if (found.size() <= limit && is_theirs(call, item)) found.push_back(std::move(item));
    }
  }
  const bool more = found.size() > limit;
  if (more) found.pop_back();
  std::string& out = response.body;
  out = R"({"items":[)";
  for (const WorkItem& item : found) {
    if (out.back() != '[') out += ',';
    append_work_item(out, item, context.registry.ids());
    note_persons(call, Act::read, item);
  }
  out += ']';
  if (more) append_next_cursor(out, std::to_string(found.back().number));
  out += '}';
}

void work_by_id(Context& context, Call& call, const http::Request& request,
                http::Response& response) {
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  const auto item = own_item(context, call, request, response);
  if (!item) return;
  append_work_item(response.body, *item, context.registry.ids());
  note_persons(call, Act::read, *item);
}

void decide_work(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  NumberBody body;
  if (const Refusal refusal = body.read(request, decide_rules)) {
    return refuse(request, response, refusal);
  }
  const auto item = own_item(context, call, request, response);
  if (!item) return;
  const registry::WorkWord word{item->number, body.member("accepted").flag, actor_of(call.caller),
                                body.text("note")};
  const auto decided = registry::decide_work(context.registry, context.options.help_numbers, word);
  if (!decided) {
    registry::audit::Record& record = call.audit.add(act_of(item->kind));
    const http::ProblemKind* const kind = problem::link_problem_of(decided.error().message);
    record.outcome = kind != nullptr ? kind->code : code_name(decided.error().code);
    return refuse_decision(request, response, item->kind, decided.error());
  }
  note_persons(call, act_of(item->kind), *decided);
  append_work_item(response.body, *decided, context.registry.ids());
}

} // namespace grunndata::api::v1
