#include "api/v1/hjelpenummer/numbers.h"

#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/number_text.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/hjelpenummer/counted_numbers.h"
#include "api/v1/hjelpenummer/number_json.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "registry/loaded_entity.h"

#include <array>
#include <functional>
#include <span>

namespace grunndata::api::v1 {

namespace {

namespace hn = registry::hjelpenummer;
using access::Right;
using registry::Actor;
using registry::ErrorCode;
using registry::audit::Act;

constexpr int status_created = 201;
constexpr std::size_t page_default = 100;
constexpr std::size_t page_max = 1'000;
constexpr std::uint64_t days_max = 36'500;

constexpr MemberRule number_rule{"number", MemberKind::text, true};
constexpr MemberRule assigner_rule{"assigner", MemberKind::text, false};
constexpr MemberRule reason_rule{"reason", MemberKind::text, true};
constexpr MemberRule organisation_rule{"organisation", MemberKind::text, false};

const auto issue_rules = with_facts<7>({{reason_rule,
                                         organisation_rule,
                                         {"count", MemberKind::number, false},
                                         {"born", MemberKind::text, false},
                                         {"order", MemberKind::number, false},
                                         {"mother", MemberKind::text, false},
                                         {"motherType", MemberKind::text, false}}});
const auto local_rules = with_facts<4>(
    {{number_rule, {"assigner", MemberKind::text, true}, reason_rule, organisation_rule}});
const auto update_rules =
    with_facts<3>({{number_rule, assigner_rule, {"reason", MemberKind::text, false}}});
constexpr std::array<MemberRule, 2> show_rules{{number_rule, assigner_rule}};
constexpr std::array<MemberRule, 4> cancel_rules{
    {number_rule, assigner_rule, reason_rule, {"class", MemberKind::text, true}}};
constexpr std::array<MemberRule, 3> dead_rules{{number_rule, assigner_rule, reason_rule}};
constexpr std::array<MemberRule, 4> outstanding_rules{{organisation_rule,
                                                       {"days", MemberKind::number, false},
                                                       {"cursor", MemberKind::text, false},
                                                       {"limit", MemberKind::number, false}}};

std::string issued_body(const Context& context, const std::vector<hn::HelpNumber>& numbers) {
  std::string body = R"({"numbers":[)";
  for (const hn::HelpNumber& number : numbers) {
    if (body.back() != '[') body += ',';
    append_help_number(body, number, context.registry.ids(), NumberSight::status);
  }
  return body += "]}";
}

Refusal read_issue(const Context& context, const Call& call, const NumberBody& body,
                   hn::IssueRequest& issue) {
  issue.by = actor_of(call.caller);
  issue.organisation = organisation_asked(call, body);
  issue.reason = body.text("reason");
  const MemberValue& count = body.member("count");
  if (count.given && (count.number < 1 || count.number > hn::issue_count_max)) {
    return {&api::problem::body_invalid, "count is 1 to 500", "/count"};
  }
  hn::Facts facts;
  if (const Refusal refusal = body.facts(facts)) return refusal;
  issue.facts.assign(count.given ? count.number : 1, facts);
  std::optional<hn::Newborn> newborn;
  if (const Refusal refusal = body.newborn(*context.options.rules, newborn)) return refusal;
  if (newborn) {
    issue.newborns.assign(issue.facts.size(), *newborn);
    for (std::size_t i = 0; i < issue.newborns.size(); ++i) {
      issue.newborns[i].order = static_cast<std::uint8_t>(newborn->order + i);
    }
  }
  return {};
}

void answer_changed(Context& context, Call& call, const http::Request& request,
                    http::Response& response, const registry::Result<hn::HelpNumber>& changed) {
  if (!changed) return refuse_number(request, response, changed.error());
  note(call, Act::issued, *changed);
  append_help_number(response.body, *changed, context.registry.ids(), NumberSight::facts);
}

/// Reads a body that names a number, and lets who may have to do with it change it.
void change_own(Context& context, Call& call, const http::Request& request,
                http::Response& response, std::span<const MemberRule> rules, MayHandle may,
                const std::function<registry::Result<hn::HelpNumber>(
                    hn::HelpNumbers&, const registry::IdentifierKey&, const NumberBody&)>& change,
                const std::function<Refusal(const NumberBody&)>& read = {}) {
  NumberBody body;
  Refusal refusal = body.read(request, rules);
  if (!refusal && read) refusal = read(body);
  if (refusal) return refuse(request, response, refusal);
  registry::IdentifierKey key;
  if (!own_number(context, call, body, request, response, key, may)) return;
  answer_changed(context, call, request, response,
                 change(*context.options.help_numbers, key, body));
}

} // namespace

void issue_help_numbers(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return;
  hn::IssueRequest issue;
  issue.key = idempotency_key(call, request, response, "issueHjelpenummer");
  if (!issue.key) return;
  NumberBody body;
  Refusal refusal = body.read(request, issue_rules);
  if (!refusal) refusal = read_issue(context, call, body, issue);
  if (refusal) return refuse(request, response, refusal);
  if (!may_act_for(call, issue.organisation)) {
    return refuse_foreign(call, request, response);
  }
  issue.request_hash = registry::hash_of_record(request.body);
  issue.answer = [&context, hash = issue.request_hash](const std::vector<hn::HelpNumber>& made) {
    registry::KeptAnswer answer{
        hash, registry::now(), status_created, issued_body(context, made), {}};
    for (const hn::HelpNumber& number : made) answer.persons.push_back(*number.entity);
    return answer;
  };
  CountedNumbers counted(context, call, issue.organisation, issue.facts.size());
  issue.admit = counted.admit();
  const auto outcome = numbers->issue(std::move(issue));
  if (!outcome) {
    if (counted.refuse_used_up(call, request, response)) return;
    return outcome.error().code == ErrorCode::conflict
               ? refuse(request, response, problem::idempotency_key_reused)
               : refuse_number(request, response, outcome.error());
  }
  if (outcome->replayed) {
    return answer_replayed(call, request, response, Act::issued, *outcome->replayed);
  }
  counted.keep();
  for (const hn::HelpNumber& number : outcome->numbers) note(call, Act::issued, number);
  response.status = status_created;
  response.body = issued_body(context, outcome->numbers);
}

void register_local_number(Context& context, Call& call, const http::Request& request,
                           http::Response& response) {
  hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return;
  NumberBody body;
  hn::FactItem item;
  Refusal refusal = body.read(request, local_rules);
  if (!refusal) refusal = body.facts(item.facts);
  if (refusal) return refuse(request, response, refusal);
  hn::HelpNumber like;
  like.number = body.text("number");
  like.assigner = body.text("assigner");
  like.organisation = organisation_asked(call, body);
  like.reason = body.text("reason");
  like.issued_by = actor_of(call.caller);
  if (!may_act_for(call, like.organisation)) {
    return refuse_foreign(call, request, response);
  }
  item.told = registry::now();
  item.by = like.issued_by;
  if (!item.facts.empty()) like.items.push_back(std::move(item));
  const auto made = numbers->register_local(std::move(like));
  if (made) response.status = status_created;
  answer_changed(context, call, request, response, made);
}

void show_help_number(Context& context, Call& call, const http::Request& request,
                      http::Response& response) {
  hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return;
  NumberBody body;
  registry::IdentifierKey key;
  Refusal refusal = body.read(request, show_rules);
  if (!refusal) refusal = body.identifier(context, key);
  if (refusal) return refuse(request, response, refusal);
  const auto found = numbers->show(key);
  if (!found) {
    call.audit.add(Act::miss).outcome = problem::hjelpenummer_not_found.code;
    return refuse_number(request, response, found.error());
  }
  note(call, Act::read, *found).outcome = "ok";
  append_help_number(response.body, *found, context.registry.ids(),
                     sees_facts(call, *found) ? NumberSight::facts : NumberSight::status);
}

void update_help_number(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  hn::FactItem item;
  change_own(
      context, call, request, response, update_rules, &sees_facts,
      [&](hn::HelpNumbers& numbers, const registry::IdentifierKey& key, const NumberBody& body) {
        item.by = actor_of(call.caller);
        item.reason = body.text("reason");
        return numbers.update(key, std::move(item));
      },
      [&](const NumberBody& body) { return body.facts(item.facts); });
}

void cancel_help_number(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  std::optional<hn::CancelReason> why;
  change_own(
      context, call, request, response, cancel_rules, &is_own,
      [&](hn::HelpNumbers& numbers, const registry::IdentifierKey& key, const NumberBody& body) {
        return numbers.cancel(key, *why, actor_of(call.caller), body.text("reason"));
      },
      [&](const NumberBody& body) {
        why = hn::cancel_reason_of(body.text("class"));
        return why ? Refusal{}
                   : Refusal{&api::problem::body_invalid,
                             "class is issued-by-mistake, issued-twice, never-used or other",
                             "/class"};
      });
}

void mark_help_number_dead(Context& context, Call& call, const http::Request& request,
                           http::Response& response) {
  change_own(
      context, call, request, response, dead_rules, &is_own,
      [&](hn::HelpNumbers& numbers, const registry::IdentifierKey& key, const NumberBody& body) {
        return numbers.mark_dead(key, actor_of(call.caller), body.text("reason"));
      });
}

void erase_help_number(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  change_own(context, call, request, response, show_rules, &is_own,
             [&](hn::HelpNumbers& numbers, const registry::IdentifierKey& key, const NumberBody&) {
               return numbers.erase(key, actor_of(call.caller));
             });
}

void outstanding_help_numbers(Context& context, Call& call, const http::Request& request,
                              http::Response& response) {
  const hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return;
  NumberBody body;
  if (const Refusal refusal = body.read(request, outstanding_rules)) {
    return refuse(request, response, refusal);
  }
  const MemberValue& days = body.member("days");
  const MemberValue& limit = body.member("limit");
  if (days.given && days.number > days_max) {
    return refuse(request, response, api::problem::body_invalid, "days is 0 to 36500", "/days");
  }
  if (limit.given && (limit.number < 1 || limit.number > page_max)) {
    return refuse(request, response, api::problem::body_invalid, "limit is 1 to 1000", "/limit");
  }
  const std::string organisation = organisation_asked(call, body);
  if (!may_act_for(call, organisation)) {
    return refuse_foreign(call, request, response);
  }
  const auto open_for = days.given ? std::chrono::days(days.number) : hn::open_long;
  const registry::Instant before{
      registry::now().microseconds -
      std::chrono::duration_cast<std::chrono::microseconds>(open_for).count()};
  const std::size_t most = limit.given ? limit.number : page_default;
  std::optional<std::string> after{std::string()};
  if (body.member("cursor").given) after = open_cursor(body.text("cursor"));
  if (!after) return refuse(request, response, api::problem::cursor_invalid, {}, "/cursor");
  auto found = numbers->outstanding(organisation, before, *after, most + 1);
  if (!found) return refuse_number(request, response, found.error());
  const bool more = found->size() > most;
  if (more) found->pop_back();
  response.body = R"({"numbers":[)";
  for (const hn::HelpNumber& number : *found) {
    if (response.body.back() != '[') response.body += ',';
    append_help_number(response.body, number, context.registry.ids(), NumberSight::facts);
    note(call, Act::read, number).outcome = "ok";
  }
  response.body += ']';
  if (more) {
    append_next_cursor(response.body, hn::help_number_key(found->back().identifier()));
  }
  response.body += '}';
}

void help_number_figures(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  const hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return;
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  const auto figures = numbers->figures();
  if (!figures) return refuse_number(request, response, figures.error());
  const hn::SpaceFigures space = numbers->space();
  std::string& out = response.body;
  const auto append = [&out](std::string_view name, std::uint64_t value) {
    out.append(",\"").append(name).append("\":");
    append_number(out, value);
  };
  out += R"({"issuing":")";
  out += name_of(numbers->closed());
  out += R"(","space":{"delegated":)";
  append_number(out, space.delegated);
  append("used", space.used);
  out += R"(},"organisations":[)";
  for (const hn::OrganisationFigures& one : *figures) {
    if (!may_act_for(call, one.organisation)) continue;
    if (out.back() != '[') out += ',';
    out += R"({"organisation":")" + one.organisation + '"';
    append("issued", one.issued);
    append("linked", one.linked);
    append("cancelled", one.cancelled);
    append("outstanding", one.outstanding);
    append("reserved", one.reserved);
    append("burnt", one.burnt);
    out += '}';
  }
  out += "]}";
}

} // namespace grunndata::api::v1
