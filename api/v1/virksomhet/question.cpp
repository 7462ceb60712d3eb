#include "api/v1/virksomhet/question.h"

#include "api/access/problems.h"
#include "api/audit_trail.h"
#include "api/http/form.h"
#include "api/path_segment.h"
#include "api/person_answer.h"
#include "api/v1/etag.h"
#include "api/v1/parameters.h"
#include "api/v1/virksomhet/node_body.h"
#include "api/v1/virksomhet/problems.h"
#include "registry/virksomhet/node_json.h"

#include <algorithm>
#include <charconv>

namespace grunndata::api::v1 {

namespace structure = registry::virksomhet;
using registry::ErrorCode;
using structure::IdentifierSystem;
using structure::NodeRelation;
using structure::Structure;

namespace {

constexpr std::size_t id_characters = 32;

bool is_opaque_id(std::string_view text) {
  return text.size() == id_characters &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Health personnel's, and texts that a source gave as a number and that may be anything.
bool may_tell_of_a_person(IdentifierSystem system) noexcept {
  return system == IdentifierSystem::hpr || system == IdentifierSystem::invalid;
}

/// What nodes hang together by; who works where and who came after are questions of their own.
bool is_structural(NodeRelation type) noexcept {
  return type != NodeRelation::tilknytning && type != NodeRelation::etterfolger;
}

Refusal read_time(const Context& context, std::string_view name, std::string_view value,
                  std::optional<std::string>& seen, registry::ViewRequest& view) {
  if (seen) return {&api::problem::parameter_repeated, {}, name};
  seen.emplace(value);
  return name == as_of_field ? set_as_of(value, view)
                             : set_node_recorded_as_of(context, value, view);
}

} // namespace

structure::NodeSight sight_of(const Call& call) noexcept {
  structure::NodeSight sight;
  sight.withheld = call.access == registry::Access::legal_basis;
  return sight;
}

structure::CodeTexts texts_of(const Context& context, const Structure& asked) {
  const auto* const kodeverk = context.options.kodeverk;
  if (kodeverk == nullptr) return {};
  return {kodeverk->lists(), registry::Instant{asked.valid()}};
}

Refusal read_node_query(const Context& context, std::string_view query, structure::AsOf& as_of,
                        std::span<NodeParameter> parameters) {
  registry::ViewRequest view;
  std::optional<std::string> valid;
  std::optional<std::string> recorded;
  http::FormReader reader(query);
  while (reader.next()) {
    const auto known = std::ranges::find(parameters, reader.name(), &NodeParameter::name);
    Refusal refusal;
    if (reader.name() == as_of_field) {
      refusal = read_time(context, as_of_field, reader.value(), valid, view);
    } else if (reader.name() == recorded_as_of_field) {
      refusal = read_time(context, recorded_as_of_field, reader.value(), recorded, view);
    } else if (known == parameters.end()) {
      refusal = {&api::problem::parameter_unknown, {}, {}};
    } else if (known->text) {
      refusal = {&api::problem::parameter_repeated, {}, known->name};
    } else {
      known->text.emplace(reader.value());
    }
    if (refusal) return refusal;
  }
  if (reader.error()) return {&api::problem::form_invalid, {}, {}};
  as_of = {view.as_of, view.recorded_as_of};
  return {};
}

Refusal read_flag(const NodeParameter& parameter, bool& flag) {
  flag = parameter.text == "true";
  if (!parameter.text || flag || parameter.text == "false") return {};
  return {&api::problem::parameter_invalid, "It is true or false", parameter.name};
}

Refusal read_number(const NodeParameter& parameter, std::size_t least, std::size_t most,
                    std::size_t& number) {
  if (!parameter.text) return {};
  const std::string& text = *parameter.text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_good = error == std::errc{} && end == text.data() + text.size() &&
                       number >= least && number <= most;
  if (is_good) return {};
  return {&api::problem::parameter_invalid, "It is no whole number within its bounds",
          parameter.name};
}

Refusal read_relations(const NodeParameter& parameter, structure::RelationSet& types) {
  types = structure::set_of(
      {NodeRelation::juridisk, NodeRelation::eierskap, NodeRelation::organisatorisk});
  if (!parameter.text) return {};
  types.reset();
  std::string_view names = *parameter.text;
  while (true) {
    const std::size_t comma = names.find(',');
    const auto type = structure::find_node_relation(names.substr(0, comma));
    if (!type || !is_structural(*type)) {
      return {&api::problem::parameter_invalid,
              "They are JURIDISK, EIERSKAP, ORGANISATORISK, TILHORER, GEOGRAFISK, KOMMUNIKASJON, "
              "AVTALE and TILSVARER, with commas between",
              parameter.name};
    }
    types.set(static_cast<std::size_t>(*type));
    if (comma == std::string_view::npos) return {};
    names.remove_prefix(comma + 1);
  }
}

Refusal check_personal(Call& call, bool flag) {
  if (!flag || call.access == registry::Access::legal_basis) return {};
  note_denied(call, access::problem::legal_basis_not_agreed);
  return {&access::problem::legal_basis_not_agreed, {}, "personal"};
}

Refusal find_node(const Structure& asked, std::string_view text, bool is_in_url,
                  std::string_view field, registry::EntityId& node) {
  registry::Result<registry::EntityId> found = tl::unexpected(registry::Error{});
  if (is_opaque_id(text)) {
    found = asked.find(text);
  } else {
    const auto key = structure::parse_asked_key(text);
    if (!key) {
      return {&api::problem::identifier_malformed,
              "A node is told by its id, or by system and number, such as RSH:4001031", field};
    }
    if (is_in_url && may_tell_of_a_person(key->system)) return {&problem::number_in_url, {}, field};
    found = asked.find(key->view());
  }
  if (!found) return {&node_problem_of(found.error().code), {}, field};
  node = *found;
  return {};
}

const http::ProblemKind& node_problem_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::not_found: return problem::node_not_found;
    case ErrorCode::not_known_then: return problem::node_not_known_then;
    case ErrorCode::ambiguous: return problem::node_ambiguous;
    case ErrorCode::invalid: return problem::tree_too_large;
    case ErrorCode::out_of_range: return api::problem::cursor_invalid;
    default: return problem_of(code);
  }
}

bool may_tell(Call& call, const structure::NodeSummary& node, const http::Request& request,
              http::Response& response) {
  if (node.is_removed) {
    refuse(request, response, problem::node_removed);
    response.body.pop_back();
    response.body += R"(,"node":)";
    structure::append_json(response.body, node);
    response.body += '}';
    return false;
  }
  if (!node.is_personnel ||
      call.caller.claims->has(access::Right::personell_read)) {
    return true;
  }
  note_denied(call, access::problem::scope_insufficient);
  refuse(request, response, access::problem::scope_insufficient,
         "Health personnel need the right hpr.read");
  return false;
}

std::optional<NodeQuestion> find_asked(const Context& context, const http::Request& request,
                                       http::Response& response,
                                       std::span<NodeParameter> parameters,
                                       const structure::NodeSight& sight) {
  structure::AsOf as_of;
  Refusal refusal = read_node_query(context, request.query, as_of, parameters);
  std::string room;
  const auto text = decoded_segment(request.path_parameter(0), room);
  if (!refusal && !text) refusal = {&api::problem::identifier_malformed, {}, "node"};
  if (refusal) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  std::optional<NodeQuestion> question(std::in_place, as_of,
                                       Structure(context.registry, as_of, sight));
  refusal = find_node(question->structure, *text, true, "node", question->node);
  if (!refusal) return question;
  refuse(request, response, refusal);
  return std::nullopt;
}

std::optional<NodeQuestion> ask_node(const Context& context, Call& call,
                                     const http::Request& request, http::Response& response,
                                     std::span<NodeParameter> parameters,
                                     const structure::NodeSight& sight) {
  auto question = find_asked(context, request, response, parameters, sight);
  if (!question) return std::nullopt;
  auto summary = question->structure.summary(question->node);
  if (!summary) {
    refuse(request, response, node_problem_of(summary.error().code), {}, "node");
    return std::nullopt;
  }
  question->summary = std::move(*summary);
  if (!may_tell(call, question->summary, request, response)) return std::nullopt;
  return question;
}

void answer_node(Call& call, const NodeQuestion& question, const http::Request& request,
                 http::Response& response, const registry::Result<void>& written,
                 bool tells_of_a_person) {
  if (!written) {
    response.body.clear();
    return refuse(request, response, node_problem_of(written.error().code));
  }
  if (tells_of_a_person || question.summary.is_personnel) {
    call.audit.shown(question.node, call.access);
  }
  tag_answer(request, response);
}

} // namespace grunndata::api::v1
