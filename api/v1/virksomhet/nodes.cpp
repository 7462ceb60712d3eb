#include "api/v1/virksomhet/nodes.h"

#include "api/audit_trail.h"
#include "api/v1/parameters.h"
#include "api/v1/virksomhet/question.h"
#include "registry/virksomhet/answers.h"

#include <array>

namespace grunndata::api::v1 {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::Result;
using structure::Structure;

namespace {

Refusal read_day(const NodeParameter& parameter, std::optional<registry::Instant>& day) {
  if (!parameter.text) return {};
  day = registry::parse_instant(*parameter.text);
  if (day) return {};
  return {&api::problem::parameter_invalid, "It is a date, or a date-time with its offset",
          parameter.name};
}

} // namespace

void node_by_number(Context& context, Call& call, const http::Request& request,
                    http::Response& response) {
  std::array parameters{NodeParameter{"history"}, NodeParameter{"personal"}};
  auto question = find_asked(context, request, response, parameters, sight_of(call));
  if (!question) return;
  bool with_history = false;
  bool personal = false;
  Refusal refusal = read_flag(parameters[0], with_history);
  if (!refusal) refusal = read_flag(parameters[1], personal);
  if (!refusal) refusal = check_personal(call, personal);
  if (refusal) return refuse(request, response, refusal);
  if (personal) question->structure.see_personal();
  Structure::ToldNode told;
  if (auto read = question->structure.tell(question->node, told); !read) {
    return refuse(request, response, node_problem_of(read.error().code), {}, "node");
  }
  if (!may_tell(call, told.summary, request, response)) return;
  const structure::NodeTelling telling{with_history, texts_of(context, question->structure)};
  const auto written =
      structure::append_node(response.body, question->structure, told, telling);
  question->summary = std::move(told.summary);
  const Result<void> outcome = written ? Result<void>{} : tl::unexpected(written.error());
  answer_node(call, *question, request, response, outcome, written && *written);
}

void numbers_of_node(Context& context, Call& call, const http::Request& request,
                     http::Response& response) {
  std::array parameters{NodeParameter{"to"}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  std::optional<structure::IdentifierSystem> target;
  if (parameters[0].text) {
    target = structure::find_identifier_system(*parameters[0].text);
    if (!target) {
      return refuse(request, response, api::problem::parameter_invalid,
                    "to is a system of numbers: ENH, RSH, HER, GLN …", "to");
    }
  }
  answer_node(call, *question, request, response,
              structure::append_crosswalk(response.body, question->structure, question->node,
                                          target));
}

void successors_of_node(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  std::array parameters{NodeParameter{"transitive", {}}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  bool transitive = false;
  if (const Refusal refusal = read_flag(parameters[0], transitive)) {
    return refuse(request, response, refusal);
  }
  answer_node(call, *question, request, response,
              structure::append_successors(response.body, question->structure, question->node,
                                           transitive));
}

void events_of_node(Context& context, Call& call, const http::Request& request,
                    http::Response& response) {
  const auto question = ask_node(context, call, request, response, {}, sight_of(call));
  if (!question) return;
  answer_node(call, *question, request, response,
              structure::append_events(response.body, question->structure, question->node));
}

void diff_of_node(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  std::array parameters{NodeParameter{"from"}, NodeParameter{"to"}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  std::optional<registry::Instant> from;
  std::optional<registry::Instant> to;
  Refusal refusal = read_day(parameters[0], from);
  if (!refusal) refusal = read_day(parameters[1], to);
  if (!refusal && question->as_of.valid) {
    refusal = {&api::problem::parameter_invalid, "A difference is between from and to",
               as_of_field};
  }
  if (!refusal && !from) {
    refusal = {&api::problem::parameter_invalid, "from is needed", "from"};
  }
  if (refusal) return refuse(request, response, refusal);
  const auto known = question->as_of.recorded;
  const Structure before(context.registry, {from, known}, question->structure.sight());
  const Structure after(context.registry, {to, known}, question->structure.sight());
  answer_node(call, *question, request, response,
              structure::append_diff(response.body, before, after, question->node));
}

} // namespace grunndata::api::v1
