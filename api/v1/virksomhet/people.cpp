#include "api/v1/virksomhet/people.h"

#include "api/audit_trail.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/parameters.h"
#include "api/v1/virksomhet/node_body.h"
#include "api/v1/virksomhet/problems.h"
#include "api/v1/virksomhet/question.h"
#include "registry/virksomhet/answers.h"

#include <array>

namespace grunndata::api::v1 {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::Result;
using structure::IdentifierSystem;
using structure::Structure;

namespace {

structure::NodeSight personnel_sight(const Call& call) noexcept {
  structure::NodeSight sight = sight_of(call);
  sight.personnel = true;
  return sight;
}

constexpr std::array<MemberRule, 4> body_rules{{{"hpr", MemberKind::text, true},
                                                {"legalEntity", MemberKind::text},
                                                {"asOf", MemberKind::text},
                                                {"recordedAsOf", MemberKind::text}}};

/// A body that tells of whom, in a question about them. Nothing: refused.
std::optional<NodeQuestion> ask_personnel(const Context& context, Call& call,
                                          const http::Request& request, http::Response& response,
                                          std::span<const MemberRule> rules,
                                          std::span<MemberValue> values) {
  std::string pointer;
  structure::AsOf as_of;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_members(request, rules, values, pointer);
  const std::size_t times = rules.size() - 2;
  if (!refusal) refusal = read_times(context, values[times], values[times + 1], as_of);
  const structure::NodeKey key{IdentifierSystem::hpr, values[0].text, {}};
  if (!refusal && !check(key)) refusal = {&api::problem::identifier_malformed, {}, "/hpr"};
  if (refusal) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  NodeQuestion question{as_of, Structure(context.registry, as_of, personnel_sight(call)), {}, {}};
  const auto found = question.structure.find(key);
  auto summary = found ? question.structure.summary(*found)
                       : Result<structure::NodeSummary>(tl::unexpected(found.error()));
  if (!summary) {
    const http::ProblemKind& why = node_problem_of(summary.error().code);
    call.audit.missed({}, why.code);
    refuse(request, response, why, {}, "/hpr");
    return std::nullopt;
  }
  question.node = *found;
  question.summary = std::move(*summary);
  if (!may_tell(call, question.summary, request, response)) return std::nullopt;
  return question;
}

constexpr std::array<MemberRule, 6> claim_rules{{{"legalEntity", MemberKind::text, true},
                                                 {"pointOfCare", MemberKind::text},
                                                 {"department", MemberKind::text},
                                                 {"hpr", MemberKind::text},
                                                 {"asOf", MemberKind::text},
                                                 {"recordedAsOf", MemberKind::text}}};

/// A unit of a claim; absent: none.
Refusal read_unit(const MemberValue& value, std::string_view field,
                  std::optional<structure::OwnedNodeKey>& key) {
  if (!value.given) return {};
  auto read = structure::parse_asked_key(value.text);
  if (!read) {
    return {&api::problem::identifier_malformed,
            "A unit is told by system and number, such as RSH:4001031", field};
  }
  key = std::move(*read);
  return {};
}

} // namespace

void personnel_of_node(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  std::array parameters{NodeParameter{"subtree"}, NodeParameter{"category"},
                        NodeParameter{"role"}, NodeParameter{"limit"}, NodeParameter{"cursor"}};
  const auto question =
      ask_node(context, call, request, response, parameters, personnel_sight(call));
  if (!question) return;
  structure::PersonnelOrder order;
  Refusal refusal = read_flag(parameters[0], order.with_subtree);
  order.category = parameters[1].text.value_or(std::string());
  order.role = parameters[2].text.value_or(std::string());
  if (!refusal) refusal = read_number(parameters[3], 1, list_limit_max, order.limit);
  if (!refusal && parameters[4].text) {
    const auto last = open_cursor(*parameters[4].text);
    order.after = last ? context.registry.ids().open(*last) : std::nullopt;
    if (!order.after) refusal = {&api::problem::cursor_invalid, {}, "cursor"};
  }
  if (refusal) return refuse(request, response, refusal);
  const auto shown =
      structure::append_personnel(response.body, question->structure, question->node, order);
  if (shown) {
    for (const EntityId& person : shown->persons) call.audit.shown(person, call.access);
    if (shown->has_more) {
      append_next_cursor(response.body,
                         registry::view_of(context.registry.ids().seal(shown->persons.back())));
    }
    response.body += '}';
  }
  answer_node(call, *question, request, response,
              shown ? Result<void>{} : tl::unexpected(shown.error()));
}

void affiliations_of_personnel(Context& context, Call& call, const http::Request& request,
                               http::Response& response) {
  constexpr std::array<MemberRule, 3> rules{{body_rules[0], body_rules[2], body_rules[3]}};
  std::array<MemberValue, rules.size()> values;
  const auto question = ask_personnel(context, call, request, response, rules, values);
  if (!question) return;
  answer_node(call, *question, request, response,
              structure::append_affiliations(response.body, question->structure,
                                             question->node));
}

void lowest_unit_of_personnel(Context& context, Call& call, const http::Request& request,
                              http::Response& response) {
  std::array<MemberValue, body_rules.size()> values;
  const auto question = ask_personnel(context, call, request, response, body_rules, values);
  if (!question) return;
  std::optional<EntityId> legal_entity;
  if (values[1].given) {
    EntityId node;
    if (const Refusal refusal =
            find_node(question->structure, values[1].text, false, "/legalEntity", node)) {
      return refuse(request, response, refusal);
    }
    legal_entity = node;
  }
  answer_node(call, *question, request, response,
              structure::append_suitable_units(response.body, question->structure,
                                               question->node, legal_entity));
}

void confirm_claim(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  std::array<MemberValue, claim_rules.size()> values;
  std::string pointer;
  structure::AsOf as_of;
  structure::Claim claim;
  std::optional<structure::OwnedNodeKey> legal_entity;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_members(request, claim_rules, values, pointer);
  if (!refusal) refusal = read_unit(values[0], "/legalEntity", legal_entity);
  if (!refusal) refusal = read_unit(values[1], "/pointOfCare", claim.point_of_care);
  if (!refusal) refusal = read_unit(values[2], "/department", claim.department);
  if (!refusal) refusal = read_times(context, values[4], values[5], as_of);
  if (!refusal && values[3].given) {
    claim.practitioner = {IdentifierSystem::hpr, values[3].text, {}};
    if (!check(claim.practitioner->view())) {
      refusal = {&api::problem::identifier_malformed, {}, "/hpr"};
    }
  }
  if (refusal) return refuse(request, response, refusal);
  claim.legal_entity = std::move(*legal_entity);
  const Structure asked(context.registry, as_of, personnel_sight(call));
  const auto written = structure::append_confirmation(response.body, asked, claim);
  if (!written) {
    response.body.clear();
    return refuse(request, response, node_problem_of(written.error().code));
  }
  if (!claim.practitioner) return;
  const auto person = asked.find(claim.practitioner->view());
  if (person) return call.audit.shown(*person, call.access);
  call.audit.missed({}, node_problem_of(person.error().code).code);
}

} // namespace grunndata::api::v1
