#include "api/routes.h"

#include "api/operations/documents.h"
#include "api/operations/health.h"
#include "api/operations/metrics_page.h"
#include "api/persontjenesten/events.h"
#include "api/persontjenesten/persons.h"
#include "api/v1/events.h"
#include "api/v1/identifier_check.h"
#include "api/v1/persons.h"
#include "api/v1/request_body.h"

#include <array>

namespace grunndata::api {
namespace {

using enum http::Method;
using enum http::Lane;
using http::Request;
using http::Response;
using registry::Access;
namespace pt = persontjenesten;

/// Of operations that take none: read and ignored.
constexpr std::size_t no_body = 4 * 1024;
constexpr std::size_t form_bytes_max = 64 * 1024;

using AccessHandler = void (*)(Context&, Access, const Request&, Response&);

/// The path says what the caller may see.
template <AccessHandler handler, Access access>
void with(Context& context, const Request& request, Response& response) {
  handler(context, access, request, response);
}

constexpr auto legal = Access::legal_basis;
constexpr auto no_legal = Access::no_legal_basis;
constexpr auto persontjenesten_v2 = Interface::persontjenesten;

constexpr std::array<RouteFacts, 26> table{{
    {get, "/api/legal-basis/person/{id}", "getPersonWithLegalBasis", scope::legal_basis,
     persontjenesten_v2, inline_lane, no_body, with<pt::person_by_id, legal>},
    {post, "/api/legal-basis/person/get-by-nin", "getPersonByNinWithLegalBasis",
     scope::legal_basis, persontjenesten_v2, inline_lane, form_bytes_max,
     with<pt::person_by_nin, legal>},
    {post, "/api/legal-basis/person/bulk-by-id", "getPersonsByIdWithLegalBasis",
     scope::legal_basis, persontjenesten_v2, pool_lane, form_bytes_max,
     with<pt::persons_by_id, legal>},
    {post, "/api/legal-basis/person/bulk-by-nin", "getPersonsByNinWithLegalBasis",
     scope::legal_basis, persontjenesten_v2, pool_lane, form_bytes_max,
     with<pt::persons_by_nin, legal>},
    {get, "/api/legal-basis/event", "getEventsWithLegalBasis", scope::legal_basis,
     persontjenesten_v2, pool_lane, no_body, with<pt::events_from, legal>},
    {get, "/api/legal-basis/event/latest", "getLatestEventWithLegalBasis", scope::legal_basis,
     persontjenesten_v2, pool_lane, no_body, with<pt::newest_event, legal>},
    {get, "/api/no-legal-basis/person/{id}", "getPersonNoLegalBasis", scope::no_legal_basis,
     persontjenesten_v2, inline_lane, no_body, with<pt::person_by_id, no_legal>},
    {post, "/api/no-legal-basis/person/get-by-nin", "getPersonByNinNoLegalBasis",
     scope::no_legal_basis, persontjenesten_v2, inline_lane, form_bytes_max,
     with<pt::person_by_nin, no_legal>},
    {post, "/api/no-legal-basis/person/bulk-by-id", "getPersonsByIdNoLegalBasis",
     scope::no_legal_basis, persontjenesten_v2, pool_lane, form_bytes_max,
     with<pt::persons_by_id, no_legal>},
    {post, "/api/no-legal-basis/person/bulk-by-nin", "getPersonsByNinNoLegalBasis",
     scope::no_legal_basis, persontjenesten_v2, pool_lane, form_bytes_max,
     with<pt::persons_by_nin, no_legal>},
    {get, "/api/no-legal-basis/event", "getEventsNoLegalBasis", scope::no_legal_basis,
     persontjenesten_v2, pool_lane, no_body, with<pt::events_from, no_legal>},
    {get, "/api/no-legal-basis/event/latest", "getLatestEventNoLegalBasis", scope::no_legal_basis,
     persontjenesten_v2, pool_lane, no_body, with<pt::newest_event, no_legal>},

    {post, "/v1/person/lookup", "lookUpPersons", scope::person, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::look_up},
    {get, "/v1/person/{id}", "getPerson", scope::person, Interface::v1, inline_lane, no_body,
     v1::person_by_id},
    {get, "/v1/events", "listEvents", scope::events, Interface::v1, pool_lane, no_body,
     v1::list_events},
    {get, "/v1/events/latest", "getLatestCursor", scope::events, Interface::v1, inline_lane,
     no_body, v1::latest_cursor},
    {post, "/v1/identifier/check", "checkIdentifiers", scope::identifier, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::check_identifiers},

    {get, "/livez", "getLiveness", {}, Interface::operations, inline_lane, no_body, show_alive},
    {get, "/readyz", "getReadiness", {}, Interface::operations, inline_lane, no_body, show_ready},
    {get, "/metrics", "getMetrics", {}, Interface::operations, pool_lane, no_body, show_metrics},
    {get, "/version", "getVersion", {}, Interface::operations, inline_lane, no_body, show_version},
    {get, "/openapi.yaml", "getOpenApi", {}, Interface::operations, pool_lane, no_body,
     show_openapi},
    {get, "/docs", "getDocs", {}, Interface::operations, inline_lane, no_body, show_viewer},
    {get, "/docs/{file}", "getDocsFile", {}, Interface::operations, inline_lane, no_body,
     show_viewer_file},
    {get, "/problems/{code}", "getProblem", {}, Interface::operations, inline_lane, no_body,
     show_problem},
    {get, "/", "getIndex", {}, Interface::operations, inline_lane, no_body, show_index},
}};

} // namespace

std::span<const RouteFacts> route_facts() noexcept { return table; }

} // namespace grunndata::api
