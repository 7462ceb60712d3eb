// Of curation.h: relations that people state one by one.
#include "api/v1/admin/json_members.h"
#include "api/v1/parameters.h"
#include "api/v1/virksomhet/curation.h"
#include "api/v1/virksomhet/instructed.h"
#include "api/v1/virksomhet/problems.h"
#include "api/v1/virksomhet/question.h"

#include <array>
#include <optional>
#include <string>

namespace grunndata::api::v1 {

namespace {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::Instant;
using structure::CuratedRelation;
using structure::CuratedRelations;

constexpr int status_ok = 200;
constexpr int status_created = 201;

constexpr std::array<MemberRule, 8> state_rules{{{"type", MemberKind::text, true},
                                                 {"from", MemberKind::text, true},
                                                 {"to", MemberKind::text, true},
                                                 {"reason", MemberKind::text, true},
                                                 {"kind", MemberKind::text},
                                                 {"validFrom", MemberKind::text},
                                                 {"validTo", MemberKind::text},
                                                 {"document", MemberKind::text}}};
constexpr std::array<MemberRule, 2> end_rules{
    {{"validTo", MemberKind::text, true}, {"reason", MemberKind::text, true}}};
constexpr std::array<MemberRule, 4> correct_rules{{{"reason", MemberKind::text, true},
                                                   {"kind", MemberKind::text},
                                                   {"validFrom", MemberKind::text},
                                                   {"validTo", MemberKind::text}}};
constexpr std::array<MemberRule, 1> reason_rules{{{"reason", MemberKind::text, true}}};

/// A date or a date-time; none when it is not given.
Refusal read_time(const MemberValue& value, std::string_view field, std::optional<Instant>& time) {
  if (!value.given) return {};
  time = registry::parse_instant(value.text);
  if (time) return {};
  return {&api::problem::body_invalid, "It is a date, or a date-time with its offset", field};
}

/// The same to correct by: "" takes the date away.
Refusal read_correction(const MemberValue& value, std::string_view field,
                        std::optional<std::optional<Instant>>& time) {
  if (!value.given) return {};
  if (value.text.empty()) {
    time.emplace(std::nullopt);
    return {};
  }
  std::optional<Instant> read;
  const Refusal refusal = read_time(value, field, read);
  time.emplace(read);
  return refusal;
}

Refusal read_kind(const MemberValue& value, structure::RelationKind& kind) {
  if (!value.given) return {};
  const auto found = structure::find_relation_kind(value.text);
  if (!found) return {&api::problem::body_invalid, "There is no such kind of relation", "/kind"};
  kind = *found;
  return {};
}

/// The node and the relation of the path. False: refused.
struct PathRelation {
  EntityId node;
  std::uint64_t number = 0;
};
std::optional<PathRelation> relation_asked(const Context& context, Call& call,
                                           const http::Request& request,
                                           http::Response& response) {
  const auto question = ask_node(context, call, request, response, {}, sight_of(call));
  if (!question) return std::nullopt;
  const auto number = number_in(request.path_parameter(1));
  if (!number) {
    refuse(request, response, problem::relation_not_found);
    return std::nullopt;
  }
  return PathRelation{question->node, *number};
}

/// Reads the body into `values`; false: refused.
bool read_body(const http::Request& request, http::Response& response,
               std::span<const MemberRule> rules, std::span<MemberValue> values) {
  std::string pointer;
  const Refusal refusal = read_members(request, rules, values, pointer);
  if (refusal) refuse(request, response, *refusal.kind, refusal.detail, pointer);
  return !refusal;
}

/// What the body of `state_node_relation` says.
Refusal read_wanted(const Context& context, const std::array<MemberValue, 8>& values,
                    structure::RelationWanted& wanted) {
  const auto type = structure::find_node_relation(values[0].text);
  if (!type) return {&api::problem::body_invalid, "There is no such relation", "/type"};
  wanted.type = *type;
  wanted.document = values[7].text;
  const structure::Structure now(context.registry, {});
  Refusal refusal = find_node(now, values[1].text, false, "/from", wanted.from);
  if (!refusal) refusal = find_node(now, values[2].text, false, "/to", wanted.to);
  if (!refusal) refusal = read_kind(values[4], wanted.kind);
  if (!refusal) refusal = read_time(values[5], "/validFrom", wanted.valid_from);
  if (!refusal) refusal = read_time(values[6], "/validTo", wanted.valid_to);
  return refusal;
}

} // namespace

void curated_relations_of_node(Context& context, Call& call, const http::Request& request,
                               http::Response& response) {
  const auto question = ask_node(context, call, request, response, {}, sight_of(call));
  if (!question) return;
  const auto all = CuratedRelations(context.registry).of(question->node);
  if (!all) return refuse(request, response, all.error());
  registry::Result<void> written;
  response.body = R"({"relations":[)";
  for (const CuratedRelation& relation : *all) {
    if (response.body.back() != '[') response.body += ',';
    if (written) written = append_json(response.body, question->structure, relation);
  }
  response.body += "]}";
  answer_node(call, *question, request, response, written);
}

void state_node_relation(Context& context, Call& call, const http::Request& request,
                         http::Response& response) {
  std::array<MemberValue, 8> values;
  structure::RelationWanted wanted;
  if (!read_body(request, response, state_rules, values)) return;
  if (const Refusal refusal = read_wanted(context, values, wanted)) {
    return refuse(request, response, refusal);
  }
  carry_out_instruction<CuratedRelation>(
      context, call, request, response, "stateNodeRelation", values[3].text, status_created,
      problem::node_not_found, [&](const auto& told) {
        return CuratedRelations(context.registry).state(wanted, told);
      });
}

void end_node_relation(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  std::array<MemberValue, 2> values;
  if (!read_body(request, response, end_rules, values)) return;
  std::optional<Instant> when;
  if (const Refusal refusal = read_time(values[0], "/validTo", when)) {
    return refuse(request, response, refusal);
  }
  const auto asked = relation_asked(context, call, request, response);
  if (!asked) return;
  carry_out_instruction<CuratedRelation>(
      context, call, request, response, "endNodeRelation", values[1].text, status_ok,
      problem::relation_not_found, [&](const auto& told) {
        return CuratedRelations(context.registry).end(asked->node, asked->number, *when, told);
      });
}

void correct_node_relation(Context& context, Call& call, const http::Request& request,
                           http::Response& response) {
  std::array<MemberValue, 4> values;
  if (!read_body(request, response, correct_rules, values)) return;
  structure::RelationCorrection correction;
  structure::RelationKind kind{};
  Refusal refusal = read_kind(values[1], kind);
  if (!refusal) refusal = read_correction(values[2], "/validFrom", correction.valid_from);
  if (!refusal) refusal = read_correction(values[3], "/validTo", correction.valid_to);
  if (refusal) return refuse(request, response, refusal);
  if (values[1].given) correction.kind = kind;
  const auto asked = relation_asked(context, call, request, response);
  if (!asked) return;
  carry_out_instruction<CuratedRelation>(
      context, call, request, response, "correctNodeRelation", values[0].text, status_ok,
      problem::relation_not_found, [&](const auto& told) {
        return CuratedRelations(context.registry)
            .correct(asked->node, asked->number, correction, told);
      });
}

void withdraw_node_relation(Context& context, Call& call, const http::Request& request,
                            http::Response& response) {
  std::array<MemberValue, 1> values;
  if (!read_body(request, response, reason_rules, values)) return;
  const auto asked = relation_asked(context, call, request, response);
  if (!asked) return;
  carry_out_instruction<CuratedRelation>(
      context, call, request, response, "withdrawNodeRelation", values[0].text, status_ok,
      problem::relation_not_found, [&](const auto& told) {
        return CuratedRelations(context.registry).withdraw(asked->node, asked->number, told);
      });
}

} // namespace grunndata::api::v1
