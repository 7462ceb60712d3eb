#include "api/v1/virksomhet/trees.h"

#include "api/path_segment.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/hjelpenummer/accepted_form.h"
#include "api/v1/hjelpenummer/problems.h"
#include "api/v1/virksomhet/problems.h"
#include "api/v1/virksomhet/question.h"
#include "registry/virksomhet/answers.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace grunndata::api::v1 {

namespace structure = registry::virksomhet;
using registry::Result;
using structure::NodeSight;
using structure::Structure;

namespace {

struct TreeForm {
  std::string_view name;
  std::string_view media_type;
  std::string_view content_type;
  std::string (*draw)(const structure::Tree&);
};
constexpr std::array<TreeForm, 4> forms{{
    {"json", "application/json", http::content_type::json, structure::tree_json},
    {"text", "text/plain", http::content_type::text, structure::tree_text},
    {"svg", "image/svg+xml", "image/svg+xml", structure::tree_svg},
    {"dot", "text/vnd.graphviz", "text/vnd.graphviz; charset=utf-8", structure::tree_dot},
}};

/// Null: refused.
const TreeForm* form_of(const NodeParameter& format, const http::Request& request,
                        http::Response& response) {
  if (format.text) {
    const auto* const form = std::ranges::find(forms, *format.text, &TreeForm::name);
    if (form != forms.end()) return form;
    refuse(request, response, api::problem::parameter_invalid, "format is json, text, svg or dot",
           format.name);
    return nullptr;
  }
  std::array<std::string_view, forms.size()> types;
  std::ranges::transform(forms, types.begin(), &TreeForm::media_type);
  const auto wanted = accepted_form(request, types);
  if (wanted) return &forms[*wanted];
  refuse(request, response, problem::not_acceptable);
  return nullptr;
}

Refusal read_types(const NodeParameter& parameter,
                   std::bitset<structure::node_type_count>& types) {
  if (!parameter.text) return {};
  std::string_view names = *parameter.text;
  while (true) {
    const std::size_t comma = names.find(',');
    const auto type = structure::find_node_type(names.substr(0, comma));
    if (!type) {
      return {&api::problem::parameter_invalid,
              "They are types of nodes, with commas between: UNDERENHET, RESH_ENHET …",
              parameter.name};
    }
    types.set(static_cast<std::size_t>(*type));
    if (comma == std::string_view::npos) return {};
    names.remove_prefix(comma + 1);
  }
}

/// Where a page ended: the times of the first one, and the last node.
struct Place {
  std::int64_t valid = 0;
  std::uint64_t recorded = 0;
  registry::EntityId last;
};

std::string text_of(const Place& place, const Structure& asked) {
  std::string text = std::to_string(place.valid);
  text.append(",").append(std::to_string(place.recorded)).append(",");
  return text.append(registry::view_of(asked.registry().ids().seal(place.last)));
}

std::optional<Place> place_of(const Context& context, std::string_view cursor) {
  const auto text = open_cursor(cursor);
  if (!text) return std::nullopt;
  Place place;
  const char* const end = text->data() + text->size();
  const auto valid = std::from_chars(text->data(), end, place.valid);
  if (valid.ec != std::errc{} || valid.ptr == end || *valid.ptr != ',') return std::nullopt;
  const auto recorded = std::from_chars(valid.ptr + 1, end, place.recorded);
  if (recorded.ec != std::errc{} || recorded.ptr == end || *recorded.ptr != ',') {
    return std::nullopt;
  }
  const auto last = context.registry.ids().open(std::string_view(recorded.ptr + 1, end));
  if (!last || place.recorded > context.registry.newest_sequence()) return std::nullopt;
  place.last = *last;
  return place;
}

/// As of the page's times, whatever has happened meanwhile.
Result<void> append_next_page(const Context& context, const NodeQuestion& question,
                              structure::SubtreePageOrder& order,
                              const std::optional<Place>& after, std::string& out) {
  Place place;
  place.valid = after ? after->valid : question.structure.valid();
  place.recorded = after ? after->recorded
                         : question.as_of.recorded.value_or(context.registry.newest_sequence());
  if (after) order.after = after->last;
  const Structure asked(context.registry, {registry::Instant{place.valid}, place.recorded},
                        question.structure.sight());
  const auto page = structure::subtree_page(asked, question.node, order);
  if (!page) return tl::unexpected(page.error());
  auto written = structure::append_page(out, asked, question.node, *page);
  if (written && page->has_more) {
    place.last = page->lines.back().node.id;
    append_next_cursor(out, text_of(place, asked));
  }
  out += '}';
  return written;
}

} // namespace

void ancestors_of_node(Context& context, Call& call, const http::Request& request,
                       http::Response& response) {
  std::array parameters{NodeParameter{"relations"}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  structure::RelationSet types;
  if (const Refusal refusal = read_relations(parameters[0], types)) {
    return refuse(request, response, refusal);
  }
  answer_node(call, *question, request, response,
              structure::append_ancestors(response.body, question->structure, question->node,
                                          types));
}

void subtree_of_node(Context& context, Call& call, const http::Request& request,
                     http::Response& response) {
  std::array parameters{NodeParameter{"relations"}, NodeParameter{"types"},
                        NodeParameter{"depth"}, NodeParameter{"limit"}, NodeParameter{"cursor"}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  structure::SubtreePageOrder order;
  std::size_t depth = tree_depth_max;
  Refusal refusal = read_relations(parameters[0], order.order.types);
  if (!refusal) refusal = read_types(parameters[1], order.node_types);
  if (!refusal) refusal = read_number(parameters[2], 1, tree_depth_max, depth);
  if (!refusal) refusal = read_number(parameters[3], 1, list_limit_max, order.limit);
  std::optional<Place> after;
  if (!refusal && parameters[4].text) {
    after = place_of(context, *parameters[4].text);
    const bool has_times = question->as_of.valid || question->as_of.recorded;
    if (!after) refusal = {&api::problem::cursor_invalid, {}, "cursor"};
    if (after && has_times) {
      refusal = {&api::problem::parameter_invalid, "A cursor holds the times of its first page",
                 "cursor"};
    }
  }
  if (refusal) return refuse(request, response, refusal);
  order.order.depth_max = static_cast<int>(depth);
  // Most fit into one page, and what is known now is read faster than what was known.
  const bool may_fit = !after && !question->as_of.recorded;
  if (may_fit) {
    const auto page = structure::subtree_page(question->structure, question->node, order);
    if (!page || !page->has_more) {
      Result<void> written = page ? structure::append_page(response.body, question->structure,
                                                           question->node, *page)
                                  : tl::unexpected(page.error());
      response.body += '}';
      return answer_node(call, *question, request, response, written);
    }
  }
  answer_node(call, *question, request, response,
              append_next_page(context, *question, order, after, response.body));
}

void tree_of_node(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  std::array parameters{NodeParameter{"relations"}, NodeParameter{"depth"},
                        NodeParameter{"format"}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  structure::SubtreeOrder order;
  order.nodes_max = tree_nodes_max;
  std::size_t depth = tree_depth_max;
  Refusal refusal = read_relations(parameters[0], order.types);
  if (!refusal) refusal = read_number(parameters[1], 0, tree_depth_max, depth);
  if (refusal) return refuse(request, response, refusal);
  order.depth_max = static_cast<int>(depth);
  const TreeForm* const form = form_of(parameters[2], request, response);
  if (form == nullptr) return;
  const auto tree = structure::tree_of(question->structure, question->node, order);
  if (!tree) {
    return answer_node(call, *question, request, response, tl::unexpected(tree.error()));
  }
  response.body = form->draw(*tree);
  response.content_type = form->content_type;
  answer_node(call, *question, request, response, {});
}

void path_of_node(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  std::array parameters{NodeParameter{"to"}, NodeParameter{"relations"}};
  const auto question = ask_node(context, call, request, response, parameters, sight_of(call));
  if (!question) return;
  structure::RelationSet types;
  Refusal refusal = read_relations(parameters[1], types);
  if (!parameters[1].text) types |= structure::set_of({structure::NodeRelation::tilhorer});
  registry::EntityId to;
  if (!refusal && !parameters[0].text) {
    refusal = {&api::problem::parameter_invalid, "to is needed", "to"};
  }
  if (!refusal) refusal = find_node(question->structure, *parameters[0].text, true, "to", to);
  if (refusal) return refuse(request, response, refusal);
  const auto other = question->structure.summary(to);
  if (!other) return refuse(request, response, node_problem_of(other.error().code), {}, "to");
  if (!may_tell(call, *other, request, response)) return;
  answer_node(call, *question, request, response,
              structure::append_way(response.body, question->structure, question->node, to,
                                    types));
}

void legal_root_of_node(Context& context, Call& call, const http::Request& request,
                        http::Response& response) {
  const auto question = ask_node(context, call, request, response, {}, sight_of(call));
  if (!question) return;
  answer_node(call, *question, request, response,
              structure::append_legal_root(response.body, question->structure, question->node));
}

} // namespace grunndata::api::v1
