#include "api/v1/hjelpenummer/numbers.h"

#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/number_text.h"
#include "api/person_key.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/hjelpenummer/number_json.h"
#include "api/v1/hjelpenummer/number_requests.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "registry/loaded_entity.h"

#include <algorithm>
#include <array>

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

template <std::size_t N>
constexpr std::array<MemberRule, N + fact_members>
with_facts(const std::array<MemberRule, N>& own) noexcept {
  std::array<MemberRule, N + fact_members> all{};
  std::ranges::copy(own, all.begin());
  std::ranges::copy(fact_rules(), all.begin() + N);
  return all;
}

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

/// The service, or a refusal.
hn::HelpNumbers* numbers_of(const Context& context, const http::Request& request,
                            http::Response& response) {
  hn::HelpNumbers* const numbers = context.options.help_numbers;
  if (numbers == nullptr) {
    refuse(request, response, problem::issuing_closed, "this server issues no hjelpenumre");
  }
  return numbers;
}

void refuse_number(const http::Request& request, http::Response& response,
                   const registry::Error& error) {
  switch (error.code) {
    case ErrorCode::invalid:
      return refuse(request, response, api::problem::body_invalid, error.message);
    case ErrorCode::not_found: return refuse(request, response, problem::hjelpenummer_not_found);
    case ErrorCode::conflict:
      return refuse(request, response, problem::hjelpenummer_state, error.message);
    case ErrorCode::unavailable:
      return refuse(request, response, problem::issuing_closed, error.message);
    default: return refuse(request, response, error);
  }
}

registry::audit::Record& note(Call& call, Act act, const hn::HelpNumber& number) {
  registry::audit::Record& record = call.audit.add(act);
  record.kind = registry::audit::Class::important;
  record.subject = number.entity;
  return record;
}

bool has(const Call& call, Right right) { return call.caller.claims->has(right); }

/// Whoever issued the number sees and changes it; so do those who link, across organisations.
bool is_own(const Call& call, const hn::HelpNumber& number) {
  return has(call, Right::hjelpenummer_link) || has(call, Right::admin) ||
         organisation_of(call.caller) == number.organisation;
}

std::string organisation_asked(const Call& call, const NumberBody& body) {
  return body.member("organisation").given ? body.text("organisation")
                                           : organisation_of(call.caller);
}

/// Somebody else's unit may be named only by who administers: numbers are a unit's own.
bool may_act_for(const Call& call, const std::string& organisation) {
  const access::TokenClaims& claims = *call.caller.claims;
  return has(call, Right::admin) || organisation == claims.organisation_child ||
         organisation == claims.organisation_parent ||
         organisation == call.caller.client->organisation;
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= registry::idempotency_key_bytes_max &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; });
}

/// The key of the request; nothing, with the refusal written, without a good one.
std::optional<registry::IdempotencyKey> idempotency_key(const Call& call,
                                                        const http::Request& request,
                                                        http::Response& response,
                                                        std::string_view operation) {
  const auto header = request.header("Idempotency-Key");
  if (!header || !is_key(*header) || request.header_count("Idempotency-Key") != 1) {
    refuse(request, response, problem::idempotency_key_required,
           "Idempotency-Key is 1 to 128 visible ASCII characters, chosen anew for each request");
    return std::nullopt;
  }
  const access::TokenClaims& claims = *call.caller.claims;
  return registry::IdempotencyKey{claims.issuer_name, claims.client_id,
                                  organisation_of(call.caller), std::string(operation),
                                  std::string(*header)};
}

Refusal read_newborn(const Context& context, const NumberBody& body,
                     std::optional<hn::Newborn>& newborn) {
  if (!body.member("born").given) {
    const bool half = body.member("order").given || body.member("mother").given ||
                      body.member("motherType").given;
    return half
               ? Refusal{&api::problem::body_invalid, "a newborn has the time it was born", "/born"}
               : Refusal{};
  }
  newborn.emplace();
  const auto born = registry::parse_date_time(body.text("born"));
  if (!born) {
    return {&api::problem::body_invalid, "born is a date-time with its offset", "/born"};
  }
  newborn->born = *born;
  const MemberValue& order = body.member("order");
  newborn->order =
      order.given && order.number < 256 ? static_cast<std::uint8_t>(order.number) : std::uint8_t{1};
  if (order.given && (order.number == 0 || order.number > 12)) {
    return {&api::problem::body_invalid, "order is 1 to 12", "/order"};
  }
  if (!body.member("mother").given) return {};
  std::optional<registry::IdentifierType> declared;
  if (body.member("motherType").given) {
    declared = registry::identifier_type_of(body.text("motherType"));
    if (!declared) return {&api::problem::body_invalid, "no such type", "/motherType"};
  }
  const PersonKey mother = person_key(body.text("mother"), *context.options.rules, declared, {});
  if (!mother.key) {
    return {&api::problem::identifier_malformed, "mother is no identifier of a person", "/mother"};
  }
  newborn->mother_type = mother.key->type;
  newborn->mother = mother.key->text;
  return {};
}

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
  if (const Refusal refusal = read_newborn(context, body, newborn)) return refusal;
  if (newborn) {
    issue.newborns.assign(issue.facts.size(), *newborn);
    for (std::size_t i = 0; i < issue.newborns.size(); ++i) {
      issue.newborns[i].order = static_cast<std::uint8_t>(newborn->order + i);
    }
  }
  return {};
}

/// Finds the number that the body names, refuses whoever may not have to do with it.
std::optional<hn::HelpNumber> own_number(Context& context, Call& call, const NumberBody& body,
                                         const http::Request& request, http::Response& response,
                                         registry::IdentifierKey& key) {
  hn::HelpNumbers* const numbers = numbers_of(context, request, response);
  if (numbers == nullptr) return std::nullopt;
  if (const Refusal refusal = body.identifier(context, key)) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  auto found = numbers->show(key);
  if (!found) {
    call.audit.add(Act::miss).outcome = problem::hjelpenummer_not_found.code;
    refuse_number(request, response, found.error());
    return std::nullopt;
  }
  if (!is_own(call, *found)) {
    note(call, Act::denied, *found).outcome = problem::organisation_foreign.code;
    refuse(request, response, problem::organisation_foreign);
    return std::nullopt;
  }
  return std::move(*found);
}

void answer_changed(Context& context, Call& call, const http::Request& request,
                    http::Response& response, const registry::Result<hn::HelpNumber>& changed) {
  if (!changed) return refuse_number(request, response, changed.error());
  note(call, Act::issued, *changed);
  append_help_number(response.body, *changed, context.registry.ids(), NumberSight::facts);
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
    call.audit.add(Act::denied).outcome = problem::organisation_foreign.code;
    return refuse(request, response, problem::organisation_foreign);
  }
  issue.request_hash = registry::hash_of_record(request.body);
  issue.answer = [&context, hash = issue.request_hash](const std::vector<hn::HelpNumber>& made) {
    registry::KeptAnswer answer{
        hash, registry::now(), status_created, issued_body(context, made), {}};
    for (const hn::HelpNumber& number : made) answer.persons.push_back(*number.entity);
    return answer;
  };
  const auto outcome = numbers->issue(std::move(issue));
  if (!outcome) {
    return outcome.error().code == ErrorCode::conflict
               ? refuse(request, response, problem::idempotency_key_reused)
               : refuse_number(request, response, outcome.error());
  }
  if (outcome->replayed) {
    registry::audit::Record& record = call.audit.add(Act::issued);
    record.kind = registry::audit::Class::important;
    record.outcome = "replayed";
    if (outcome->replayed->body.empty()) return refuse(request, response, problem::answer_purged);
    if (!outcome->replayed->persons.empty()) record.subject = outcome->replayed->persons.front();
    response.status = outcome->replayed->status;
    response.body = outcome->replayed->body;
    response.add_header("Idempotency-Replayed", "true");
    return;
  }
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
    call.audit.add(Act::denied).outcome = problem::organisation_foreign.code;
    return refuse(request, response, problem::organisation_foreign);
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
                     is_own(call, *found) ? NumberSight::facts : NumberSight::status);
}

void update_help_number(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  NumberBody body;
  hn::FactItem item;
  Refusal refusal = body.read(request, update_rules);
  if (!refusal) refusal = body.facts(item.facts);
  if (refusal) return refuse(request, response, refusal);
  registry::IdentifierKey key;
  if (!own_number(context, call, body, request, response, key)) return;
  item.by = actor_of(call.caller);
  item.reason = body.text("reason");
  answer_changed(context, call, request, response,
                 context.options.help_numbers->update(key, std::move(item)));
}

void cancel_help_number(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  NumberBody body;
  if (const Refusal refusal = body.read(request, cancel_rules)) {
    return refuse(request, response, refusal);
  }
  const auto why = hn::cancel_reason_of(body.text("class"));
  if (!why) {
    return refuse(request, response, api::problem::body_invalid,
                  "class is issued-by-mistake, issued-twice, never-used or other", "/class");
  }
  registry::IdentifierKey key;
  if (!own_number(context, call, body, request, response, key)) return;
  answer_changed(
      context, call, request, response,
      context.options.help_numbers->cancel(key, *why, actor_of(call.caller), body.text("reason")));
}

void mark_help_number_dead(Context& context, Call& call, const http::Request& request,
                           http::Response& response) {
  NumberBody body;
  if (const Refusal refusal = body.read(request, dead_rules)) {
    return refuse(request, response, refusal);
  }
  registry::IdentifierKey key;
  if (!own_number(context, call, body, request, response, key)) return;
  answer_changed(
      context, call, request, response,
      context.options.help_numbers->mark_dead(key, actor_of(call.caller), body.text("reason")));
}

void erase_help_number(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  NumberBody body;
  if (const Refusal refusal = body.read(request, show_rules)) {
    return refuse(request, response, refusal);
  }
  registry::IdentifierKey key;
  if (!own_number(context, call, body, request, response, key)) return;
  answer_changed(context, call, request, response,
                 context.options.help_numbers->erase(key, actor_of(call.caller)));
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
    call.audit.add(Act::denied).outcome = problem::organisation_foreign.code;
    return refuse(request, response, problem::organisation_foreign);
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
