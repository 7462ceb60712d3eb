#include "api/v1/virksomhet/search.h"

#include "api/audit_trail.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/parameters.h"
#include "api/v1/virksomhet/node_body.h"
#include "api/v1/virksomhet/question.h"
#include "registry/virksomhet/search/search_json.h"

#include <array>

namespace grunndata::api::v1 {

namespace structure = registry::virksomhet;
namespace search = structure::search;
using registry::ErrorCode;

namespace {

enum Member : std::size_t {
  text,
  types,
  sources,
  municipality,
  code,
  life,
  as_of,
  recorded_as_of,
  personal,
  limit,
  cursor
};
constexpr std::array<MemberRule, 11> rules{{{"text", MemberKind::text},
                                            {"types", MemberKind::texts},
                                            {"sources", MemberKind::texts},
                                            {"municipality", MemberKind::text},
                                            {"code", MemberKind::text},
                                            {"life", MemberKind::text},
                                            {"asOf", MemberKind::text},
                                            {"recordedAsOf", MemberKind::text},
                                            {"personal", MemberKind::flag},
                                            {"limit", MemberKind::number},
                                            {"cursor", MemberKind::text}}};

Refusal wrong(std::string_view detail, std::string_view pointer) {
  return {&api::problem::body_invalid, detail, pointer};
}

Refusal read_names(std::span<const MemberValue> values, search::SearchOrder& order) {
  for (const std::string& name : values[types].texts) {
    const auto type = structure::find_node_type(name);
    if (!type) return wrong("A type is JURIDISK_ENHET, UNDERENHET, RESH_ENHET …", "/types");
    order.types.set(static_cast<std::size_t>(*type));
  }
  for (const std::string& name : values[sources].texts) {
    const auto source = structure::find_node_source(name);
    if (!source) return wrong("A source is enhetsregisteret, resh …", "/sources");
    order.sources.push_back(*source);
  }
  if (values[life].given) {
    const auto life_asked = search::find_life(values[life].text);
    if (!life_asked) return wrong("It is open, closed or any", "/life");
    order.life = *life_asked;
  }
  return {};
}

Refusal read_page(std::span<const MemberValue> values, search::SearchOrder& order) {
  if (values[limit].given) order.limit = static_cast<std::size_t>(values[limit].number);
  if (order.limit == 0 || order.limit > search::hits_max) {
    return wrong("A page has 1 to 100 nodes", "/limit");
  }
  if (!values[cursor].given) return {};
  const auto place = open_cursor(values[cursor].text);
  if (!place || place->empty()) return {&api::problem::cursor_invalid, {}, "/cursor"};
  order.after = *place;
  return {};
}

/// A refusal's field may stand in `pointer`.
Refusal read_order(const Context& context, Call& call, const http::Request& request,
                   search::SearchOrder& order, std::string& pointer) {
  std::array<MemberValue, rules.size()> values;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_members(request, rules, values, pointer);
  if (!refusal) refusal = read_times(context, values[as_of], values[recorded_as_of], order.as_of);
  if (!refusal) refusal = check_personal(call, values[personal].flag);
  if (!refusal) refusal = read_names(values, order);
  if (!refusal) refusal = read_page(values, order);
  order.text = std::move(values[text].text);
  order.municipality = std::move(values[municipality].text);
  order.code = std::move(values[code].text);
  order.sight = sight_of(call);
  order.sight.personal = values[personal].flag;
  return refusal;
}

} // namespace

void search_nodes(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  search::SearchOrder order;
  std::string pointer;
  if (const Refusal refusal = read_order(context, call, request, order, pointer)) {
    return refuse(request, response, refusal);
  }
  const auto nodes = search::shared_node_search(context.registry);
  const auto page = nodes->search(order);
  if (!page) {
    const registry::Error& error = page.error();
    if (error.code == ErrorCode::out_of_range) {
      return refuse(request, response, api::problem::cursor_invalid, {}, "/cursor");
    }
    if (error.code == ErrorCode::invalid) {
      return refuse(request, response, api::problem::body_invalid, error.message);
    }
    return refuse(request, response, problem_of(error.code));
  }
  search::append_hits(response.body, *page);
  if (!page->next.empty()) append_next_cursor(response.body, page->next);
  response.body += '}';
  for (const search::SearchHit& hit : page->hits) {
    if (order.sight.personal && hit.node.name_is_personal) {
      call.audit.shown(hit.node.id, call.access);
    }
  }
}

} // namespace grunndata::api::v1
