#include "api/v1/hjelpenummer/blocks.h"

#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/hjelpenummer/accepted_form.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/hjelpenummer/block_json.h"
#include "api/v1/hjelpenummer/block_requests.h"
#include "api/v1/hjelpenummer/counted_numbers.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/parameters.h"
#include "registry/hjelpenummer/block_sheet.h"
#include "registry/hjelpenummer/blocks.h"
#include "registry/loaded_entity.h"

#include <array>
#include <charconv>

namespace grunndata::api::v1 {

namespace {

namespace hn = registry::hjelpenummer;
using registry::ErrorCode;
using registry::audit::Act;

constexpr int status_ok = 200;
constexpr int status_created = 201;
constexpr std::size_t block_digits_max = 10;

/// The sheet has a style of its own, and nothing else that a browser would fetch or run.
constexpr std::string_view sheet_policy = "default-src 'none'; style-src 'unsafe-inline'";

constexpr MemberRule organisation_rule{"organisation", MemberKind::text, false};
constexpr std::array<MemberRule, 4> reserve_rules{{{"count", MemberKind::number, true},
                                                   {"label", MemberKind::text, true},
                                                   {"expires", MemberKind::text, true},
                                                   organisation_rule}};
constexpr std::array<MemberRule, 1> report_rules{{organisation_rule}};

/// The service, or a refusal.
hn::Blocks* blocks_of(const Context& context, const http::Request& request,
                      http::Response& response) {
  hn::Blocks* const blocks = context.options.blocks;
  if (blocks == nullptr) {
    refuse(request, response, problem::issuing_closed, "this server keeps no blocks");
  }
  return blocks;
}

std::string verifier_key(const Context& context) {
  return context.options.audit == nullptr ? std::string() : context.options.audit->verifier_key();
}

/// What the path names; 0, with the refusal written, when that is no block's number.
std::uint64_t block_asked(const http::Request& request, http::Response& response) {
  const std::string_view text = request.path_parameter(0);
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size() &&
                     text.size() <= block_digits_max && number != 0;
  if (!whole) refuse(request, response, problem::block_not_found);
  return whole ? number : 0;
}

void refuse_block(Call& call, const http::Request& request, http::Response& response,
                  const registry::Error& error) {
  switch (error.code) {
    case ErrorCode::not_found:
      call.audit.add(Act::miss).outcome = problem::block_not_found.code;
      return refuse(request, response, problem::block_not_found);
    case ErrorCode::conflict: return refuse(request, response, problem::idempotency_key_reused);
    case ErrorCode::out_of_range:
      return refuse(request, response, problem::hjelpenummer_state, error.message);
    default: return refuse_number(request, response, error);
  }
}

/// A record that a block was given to somebody.
void note_block(Call& call, Act act, std::uint64_t block) {
  registry::audit::Record& record = call.audit.add(act);
  record.kind = registry::audit::Class::important;
  record.outcome = "ok";
  record.reason.text = "block " + std::to_string(block);
}

Refusal read_reservation(const Call& call, const NumberBody& body, hn::BlockRequest& reservation) {
  reservation.by = actor_of(call.caller);
  reservation.organisation = organisation_asked(call, body);
  reservation.label = body.text("label");
  reservation.count = body.member("count").number;
  const auto expires = registry::parse_instant(body.text("expires"));
  if (!expires) {
    return {&api::problem::body_invalid, "expires is a date, or a date-time with its offset",
            "/expires"};
  }
  reservation.expires = *expires;
  return {};
}

/// The block's figures are known without looking: nothing of it is used.
std::string reserved_body(const hn::Block& block, std::string_view key) {
  std::string body;
  append_block_in_full(body, block, {.unused = block.numbers.size()}, key);
  return body;
}

/// `pointer` is where a refusal points at.
Refusal read_report(const Context& context, const Call& call, const http::Request& request,
                    hn::ReportRequest& report, std::string& pointer) {
  if (const Refusal refusal = refuse_parameters(request.query)) return refusal;
  std::vector<MemberValue> values(report_rules.size());
  std::vector<std::vector<MemberValue>> objects;
  if (const Refusal refusal =
          read_members(request, report_rules, values, {"used", used_rules(), hn::report_count_max},
                       objects, pointer)) {
    return refusal;
  }
  const NumberBody body(report_rules, std::move(values));
  report.by = actor_of(call.caller);
  report.organisation = organisation_asked(call, body);
  for (std::vector<MemberValue>& object : objects) {
    hn::UsedNumber used;
    Refusal refusal =
        read_used(NumberBody(used_rules(), std::move(object)), *context.options.rules, used);
    if (refusal) {
      pointer = "/used/" + std::to_string(report.used.size()) + std::string(refusal.field);
      refusal.field = pointer;
      return refusal;
    }
    report.used.push_back(std::move(used));
  }
  return {};
}

std::string reported_body(const Context& context, const std::vector<hn::ReportedNumber>& numbers) {
  std::string body;
  append_reported(body, numbers, context.registry.ids());
  return body;
}

/// A record for each person who goes by a reported number, and one of the report.
void note_report(Call& call, std::uint64_t block, const std::vector<hn::ReportedNumber>& numbers) {
  registry::audit::Record& whole = call.audit.add(Act::issued);
  whole.kind = registry::audit::Class::important;
  whole.outcome = "ok";
  whole.reason.text = "block " + std::to_string(block);
  for (const hn::ReportedNumber& number : numbers) {
    if (number.result != hn::ReportResult::in_use) continue;
    registry::audit::Record& record = call.audit.add(Act::issued);
    record.kind = registry::audit::Class::important;
    record.subject = number.entity;
    record.outcome = name_of(number.result);
  }
}

} // namespace

void reserve_block(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  hn::Blocks* const blocks = blocks_of(context, request, response);
  if (blocks == nullptr) return;
  hn::BlockRequest reservation;
  reservation.key = idempotency_key(call, request, response, "reserveHjelpenummerBlock");
  if (!reservation.key) return;
  NumberBody body;
  Refusal refusal = body.read(request, reserve_rules);
  if (!refusal) refusal = read_reservation(call, body, reservation);
  if (refusal) return refuse(request, response, refusal);
  if (!may_act_for(call, reservation.organisation)) return refuse_foreign(call, request, response);
  const std::string key = verifier_key(context);
  reservation.request_hash = registry::hash_of_record(request.body);
  reservation.answer = [&key, hash = reservation.request_hash](const hn::Block& block) {
    return registry::KeptAnswer{
        hash, registry::now(), status_created, reserved_body(block, key), {}};
  };
  CountedNumbers counted(context, call, reservation.organisation, reservation.count);
  reservation.admit = counted.admit();
  const auto outcome = blocks->reserve(std::move(reservation));
  if (!outcome) {
    if (counted.refuse_used_up(call, request, response)) return;
    return refuse_block(call, request, response, outcome.error());
  }
  if (outcome->replayed) {
    return answer_replayed(call, request, response, Act::issued, *outcome->replayed);
  }
  counted.keep();
  note_block(call, Act::issued, outcome->block.number);
  response.status = status_created;
  response.body = reserved_body(outcome->block, key);
}

void list_blocks(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  const hn::Blocks* const blocks = blocks_of(context, request, response);
  if (blocks == nullptr) return;
  ListQuery query;
  if (const Refusal refusal = read_list_query(request.query, "organisation", query)) {
    return refuse(request, response, refusal);
  }
  const bool all = !query.word && has(call, access::Right::admin);
  const std::string organisation =
      all ? std::string() : query.word.value_or(organisation_of(call.caller));
  if (!may_act_for(call, organisation)) return refuse_foreign(call, request, response);
  std::uint64_t from = 0;
  if (query.cursor) {
    const std::string& place = *query.cursor;
    const auto read = std::from_chars(place.data(), place.data() + place.size(), from);
    if (read.ec != std::errc{} || read.ptr != place.data() + place.size()) {
      return refuse(request, response, api::problem::cursor_invalid, {}, "cursor");
    }
  }
  const std::size_t most = query.limit.value_or(list_limit_default);
  const auto found = blocks->list(organisation, from, most + 1);
  if (!found) return refuse_block(call, request, response, found.error());
  response.body = R"({"blocks":[)";
  for (std::size_t i = 0; i < std::min(most, found->size()); ++i) {
    if (i != 0) response.body += ',';
    append_block(response.body, (*found)[i]);
  }
  response.body += ']';
  if (found->size() > most) {
    append_next_cursor(response.body, std::to_string(found->back().number));
  }
  response.body += '}';
}

void block_by_id(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  const hn::Blocks* const blocks = blocks_of(context, request, response);
  if (blocks == nullptr) return;
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  constexpr std::array<std::string_view, 3> types{"application/json", "text/plain", "text/html"};
  const auto form = accepted_form(request, types);
  if (!form) {
    return refuse(request, response, problem::not_acceptable,
                  "application/json, text/plain or text/html");
  }
  const std::uint64_t number = block_asked(request, response);
  if (number == 0) return;
  const auto block = blocks->show(number);
  if (!block) return refuse_block(call, request, response, block.error());
  if (!may_act_for(call, block->organisation)) return refuse_foreign(call, request, response);
  if (*form == 0) {
    const auto figures = blocks->figures(*block);
    if (!figures) return refuse_block(call, request, response, figures.error());
    append_block_in_full(response.body, *block, *figures, verifier_key(context));
  } else if (*form == 1) {
    response.content_type = http::content_type::text;
    response.body = signed_block_list(*block);
  } else {
    response.content_type = http::content_type::html;
    response.add_header("Content-Security-Policy", sheet_policy);
    response.body = block_sheet_html(*block, verifier_key(context));
  }
  note_block(call, Act::read, number);
}

void report_block(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  hn::Blocks* const blocks = blocks_of(context, request, response);
  if (blocks == nullptr) return;
  hn::ReportRequest report;
  report.block = block_asked(request, response);
  if (report.block == 0) return;
  report.key = idempotency_key(call, request, response, "reportHjelpenummerBlock");
  if (!report.key) return;
  std::string pointer;
  if (const Refusal refusal = read_report(context, call, request, report, pointer)) {
    return refuse(request, response, refusal);
  }
  if (!may_act_for(call, report.organisation)) return refuse_foreign(call, request, response);
  report.request_hash =
      registry::hash_of_record(std::to_string(report.block) + '\n' + std::string(request.body));
  report.answer = [&context,
                   hash = report.request_hash](const std::vector<hn::ReportedNumber>& numbers) {
    registry::KeptAnswer answer{
        hash, registry::now(), status_ok, reported_body(context, numbers), {}};
    for (const hn::ReportedNumber& one : numbers) {
      if (one.result == hn::ReportResult::in_use) answer.persons.push_back(*one.entity);
    }
    return answer;
  };
  const std::uint64_t number = report.block;
  const auto outcome = blocks->report(std::move(report));
  if (!outcome) return refuse_block(call, request, response, outcome.error());
  if (outcome->replayed) {
    return answer_replayed(call, request, response, Act::issued, *outcome->replayed);
  }
  note_report(call, number, outcome->numbers);
  response.body = reported_body(context, outcome->numbers);
}

} // namespace grunndata::api::v1
