// Of curation.h: whose word counts, where sources disagree, and what seems to be equal.
#include "api/v1/admin/json_members.h"
#include "api/v1/virksomhet/curation.h"
#include "api/v1/virksomhet/instructed.h"
#include "api/v1/virksomhet/problems.h"
#include "api/v1/virksomhet/question.h"
#include "registry/virksomhet/joined_view.h"
#include "registry/virksomhet/node_json.h"

#include <array>
#include <optional>
#include <string>

namespace grunndata::api::v1 {

namespace {

namespace structure = registry::virksomhet;
using registry::EntityId;
using structure::Conflict;
using structure::Conflicts;
using structure::ConflictState;
using structure::Suggestion;
using structure::Suggestions;

constexpr int status_ok = 200;
constexpr std::size_t page_usual = 100;
constexpr std::size_t page_max = 1'000;

constexpr std::array<MemberRule, 1> reason_rules{{{"reason", MemberKind::text, true}}};
constexpr std::array<MemberRule, 4> approve_rules{{{"reason", MemberKind::text, true},
                                                   {"kind", MemberKind::text},
                                                   {"validFrom", MemberKind::text},
                                                   {"document", MemberKind::text}}};

/// Of operations that tell how it is now alone.
Refusal read_query(const Context& context, const http::Request& request,
                   std::span<NodeParameter> parameters) {
  structure::AsOf times;
  const Refusal refusal = read_node_query(context, request.query, times, parameters);
  if (refusal || (!times.valid && !times.recorded)) return refusal;
  return {&api::problem::parameter_unknown, "The operation tells how it is now", {}};
}

/// `limit` and `after` of a list.
Refusal read_page(const NodeParameter& limit, const NodeParameter& after, std::size_t& most,
                  std::optional<EntityId>& last) {
  most = page_usual;
  if (const Refusal refusal = read_number(limit, 1, page_max, most)) return refusal;
  if (!after.text) return {};
  last = structure::id_of_hex(*after.text);
  if (last) return {};
  return {&api::problem::cursor_invalid, {}, after.name};
}

/// The page, and where the next one begins when there may be one.
template <typename T>
void answer_page(const Context& context, const http::Request& request, http::Response& response,
                 const registry::Result<std::vector<T>>& page, std::string_view name,
                 std::size_t most) {
  if (!page && page.error().code == registry::ErrorCode::not_found) {
    return refuse(request, response, api::problem::cursor_invalid, {}, "after");
  }
  if (!page) return refuse(request, response, page.error());
  std::string body = R"({")";
  body.append(name).append(R"(":[)");
  for (const T& one : *page) {
    const auto json = json_of(context, one);
    if (!json) return refuse(request, response, json.error());
    if (body.back() != '[') body += ',';
    body += *json;
  }
  body += ']';
  if (page->size() == most) {
    body.append(R"(,"after":")").append(structure::hex_of(page->back().id)).append("\"");
  }
  response.body = body.append("}");
}

std::optional<EntityId> id_asked(const http::Request& request, http::Response& response,
                                 const http::ProblemKind& not_found) {
  const auto id = structure::id_of_hex(request.path_parameter(0));
  if (!id) refuse(request, response, not_found);
  return id;
}

bool read_body(const http::Request& request, http::Response& response,
               std::span<const MemberRule> rules, std::span<MemberValue> values) {
  std::string pointer;
  const Refusal refusal = read_members(request, rules, values, pointer);
  if (refusal) refuse(request, response, *refusal.kind, refusal.detail, pointer);
  return !refusal;
}

Refusal read_filter(const Context& context, std::span<const NodeParameter> parameters,
                    structure::ConflictFilter& filter) {
  if (parameters[0].text) {
    filter.state = structure::find_conflict_state(*parameters[0].text);
    if (!filter.state) {
      return {&api::problem::parameter_invalid, "It is OPEN, AKSEPTERT or LOST", "state"};
    }
  }
  if (parameters[1].text) {
    filter.field = structure::find_joined_field(*parameters[1].text);
    if (!filter.field) {
      return {&api::problem::parameter_invalid, "There is no such field of a joined unit",
              "field"};
    }
  }
  if (!parameters[2].text) return {};
  return find_node(structure::Structure(context.registry, {}), *parameters[2].text, true, "node",
                   filter.node.emplace());
}

void decide_conflict(Context& context, Call& call, const http::Request& request,
                     http::Response& response, ConflictState state, std::string_view operation) {
  std::array<MemberValue, 1> values;
  if (!read_body(request, response, reason_rules, values)) return;
  const auto id = id_asked(request, response, problem::conflict_not_found);
  if (!id) return;
  carry_out_instruction<Conflict>(
      context, call, request, response, operation, values[0].text, status_ok,
      problem::conflict_not_found, [&](const auto& told) {
        return Conflicts(context.registry, authority_of(context)).decide(*id, state, told);
      });
}

} // namespace

void show_authority(Context& context, Call&, const http::Request& request,
                    http::Response& response) {
  if (const Refusal refusal = read_query(context, request, {})) {
    return refuse(request, response, refusal);
  }
  std::string& out = response.body;
  out = R"({"fields":[)";
  for (const structure::JoinedFieldFacts& facts : structure::joined_fields) {
    out += out.back() == '[' ? R"({"field":)" : R"(,{"field":)";
    structure::append_json_text(out, facts.name);
    out += R"(,"sources":[)";
    for (const structure::NodeSource source : authority_of(context).sources(facts.field)) {
      if (out.back() != '[') out += ',';
      structure::append_json_text(out, name_of(source));
    }
    out += "]}";
  }
  out += "]}";
}

void joined_node(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  const auto question = ask_node(context, call, request, response, {}, sight_of(call));
  if (!question) return;
  const auto view = joined_view(question->structure, question->node, authority_of(context),
                                texts_of(context, question->structure));
  answer_node(call, *question, request, response,
              view ? append_json(response.body, question->structure, *view)
                   : registry::Result<void>(tl::unexpected(view.error())));
}

void list_node_conflicts(Context& context, Call&, const http::Request& request,
                         http::Response& response) {
  std::array parameters{NodeParameter{"state"}, NodeParameter{"field"}, NodeParameter{"node"},
                        NodeParameter{"limit"}, NodeParameter{"after"}};
  structure::ConflictFilter filter;
  std::size_t most = 0;
  std::optional<EntityId> after;
  Refusal refusal = read_query(context, request, parameters);
  if (!refusal) refusal = read_filter(context, parameters, filter);
  if (!refusal) refusal = read_page(parameters[3], parameters[4], most, after);
  if (refusal) return refuse(request, response, refusal);
  answer_page(context, request, response,
              Conflicts(context.registry, authority_of(context)).list(filter, most, after),
              "conflicts", most);
}

void node_conflict_by_id(Context& context, Call&, const http::Request& request,
                         http::Response& response) {
  if (const Refusal refusal = read_query(context, request, {})) {
    return refuse(request, response, refusal);
  }
  const auto id = id_asked(request, response, problem::conflict_not_found);
  if (!id) return;
  const auto conflict = Conflicts(context.registry, authority_of(context)).get(*id);
  const auto json = conflict ? json_of(context, *conflict)
                             : registry::Result<std::string>(tl::unexpected(conflict.error()));
  if (!json) {
    return refuse_curation(request, response, json.error(), problem::conflict_not_found);
  }
  response.body = *json;
}

void accept_node_conflict(Context& context, Call& call, const http::Request& request,
                          http::Response& response) {
  decide_conflict(context, call, request, response, ConflictState::accepted,
                  "acceptNodeConflict");
}

void reopen_node_conflict(Context& context, Call& call, const http::Request& request,
                          http::Response& response) {
  decide_conflict(context, call, request, response, ConflictState::open, "reopenNodeConflict");
}

void list_node_suggestions(Context& context, Call&, const http::Request& request,
                           http::Response& response) {
  std::array parameters{NodeParameter{"state"}, NodeParameter{"limit"}, NodeParameter{"after"}};
  std::size_t most = 0;
  std::optional<EntityId> after;
  std::optional<structure::SuggestionState> state;
  Refusal refusal = read_query(context, request, parameters);
  if (!refusal && parameters[0].text) {
    state = structure::find_suggestion_state(*parameters[0].text);
    if (!state) {
      refusal = {&api::problem::parameter_invalid, "It is open, approved, rejected or withdrawn",
                 "state"};
    }
  }
  if (!refusal) refusal = read_page(parameters[1], parameters[2], most, after);
  if (refusal) return refuse(request, response, refusal);
  answer_page(context, request, response, Suggestions(context.registry).list(state, most, after),
              "suggestions", most);
}

void approve_node_suggestion(Context& context, Call& call, const http::Request& request,
                             http::Response& response) {
  std::array<MemberValue, 4> values;
  if (!read_body(request, response, approve_rules, values)) return;
  structure::Approval approval;
  if (values[1].given) {
    const auto kind = structure::find_relation_kind(values[1].text);
    if (!kind) {
      return refuse(request, response, api::problem::body_invalid,
                    "kind is LIK, DEL_AV or OMFATTER", "/kind");
    }
    approval.kind = *kind;
  }
  if (values[2].given) {
    approval.valid_from = registry::parse_instant(values[2].text);
    if (!approval.valid_from) {
      return refuse(request, response, api::problem::body_invalid,
                    "It is a date, or a date-time with its offset", "/validFrom");
    }
  }
  approval.document = values[3].text;
  const auto id = id_asked(request, response, problem::suggestion_not_found);
  if (!id) return;
  carry_out_instruction<Suggestion>(
      context, call, request, response, "approveNodeSuggestion", values[0].text, status_ok,
      problem::suggestion_not_found, [&](const auto& told) {
        return Suggestions(context.registry).approve(*id, approval, told);
      });
}

void reject_node_suggestion(Context& context, Call& call, const http::Request& request,
                            http::Response& response) {
  std::array<MemberValue, 1> values;
  if (!read_body(request, response, reason_rules, values)) return;
  const auto id = id_asked(request, response, problem::suggestion_not_found);
  if (!id) return;
  carry_out_instruction<Suggestion>(
      context, call, request, response, "rejectNodeSuggestion", values[0].text, status_ok,
      problem::suggestion_not_found, [&](const auto& told) {
        return Suggestions(context.registry).reject(*id, told);
      });
}

} // namespace grunndata::api::v1
