#include "api/routes.h"

#include "api/operations/documents.h"
#include "api/operations/health.h"
#include "api/operations/metrics_page.h"
#include "api/persontjenesten/events.h"
#include "api/persontjenesten/persons.h"
#include "api/v1/admin/break_glass.h"
#include "api/v1/admin/clients.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/admin/quarantine.h"
#include "api/v1/audit.h"
#include "api/v1/events.h"
#include "api/v1/export/exports.h"
#include "api/v1/hjelpenummer/blocks.h"
#include "api/v1/hjelpenummer/candidates.h"
#include "api/v1/hjelpenummer/links.h"
#include "api/v1/hjelpenummer/numbers.h"
#include "api/v1/hjelpenummer/work.h"
#include "api/v1/identifier_check.h"
#include "api/v1/kodeverk.h"
#include "api/v1/persons.h"
#include "api/v1/request_body.h"
#include "api/v1/subscriptions/subscriptions.h"
#include "api/v1/virksomhet/curation.h"
#include "api/v1/virksomhet/nodes.h"
#include "api/v1/virksomhet/people.h"
#include "api/v1/virksomhet/search.h"
#include "api/v1/virksomhet/trees.h"

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

constexpr auto persontjenesten_v2 = Interface::persontjenesten;
using enum access::Right;

template <typename... Rights>
constexpr access::RightSet any_of(Rights... rights) {
  return access::RightSet(((1ULL << static_cast<unsigned>(rights)) | ...));
}

constexpr Requirement open{};
constexpr Requirement any_token{.token = true};
constexpr Requirement with_legal_basis{.token = true,
                                       .any_right = any_of(person_read_with_legal_basis)};
/// Who may see all may also ask for less.
constexpr Requirement person{.token = true,
                             .any_right = any_of(person_read, person_read_with_legal_basis)};
/// Emergencies are declared by people who are who they say: security level 4.
constexpr Requirement person_by_user{
    .token = true, .any_right = any_of(person_read, person_read_with_legal_basis), .user_level = 4};
constexpr Requirement log_reader{.token = true, .any_right = any_of(audit_read)};
constexpr Requirement administrator{.token = true, .any_right = any_of(admin)};
constexpr Requirement issuer{.token = true, .any_right = any_of(hjelpenummer_issue)};
/// What is wrong with a number, its issuer puts right, or who administers the registry.
constexpr Requirement issuer_or_administrator{.token = true,
                                              .any_right = any_of(hjelpenummer_issue, admin)};
constexpr Requirement issuer_or_linker{.token = true,
                                       .any_right = any_of(hjelpenummer_issue, hjelpenummer_link)};
constexpr Requirement block_keeper{.token = true, .any_right = any_of(hjelpenummer_block)};
constexpr Requirement linker{.token = true, .any_right = any_of(hjelpenummer_link)};
constexpr Requirement linker_or_reviewer{
    .token = true, .any_right = any_of(hjelpenummer_link, hjelpenummer_review)};
constexpr Requirement reviewer{.token = true, .any_right = any_of(hjelpenummer_review, admin)};
constexpr Requirement person_or_linker{
    .token = true,
    .any_right =
        any_of(person_read, person_read_with_legal_basis, hjelpenummer_link, hjelpenummer_review)};
constexpr Requirement subscriber{.token = true, .any_right = any_of(events_subscribe)};
constexpr Requirement events{.token = true, .any_right = any_of(events_read)};
constexpr Requirement org_reader{.token = true, .any_right = any_of(virksomhet_read)};
constexpr Requirement org_curator{.token = true, .any_right = any_of(virksomhet_curate)};
constexpr Requirement personnel_reader{.token = true, .any_right = any_of(personell_read)};
constexpr Requirement exporter{.token = true, .any_right = any_of(export_read)};

constexpr auto legal = Sight::legal_basis;
constexpr auto no_legal = Sight::no_legal_basis;
constexpr auto agreed = Sight::by_agreement;

constexpr std::array<RouteFacts, 103> table{{
    {get, "/api/legal-basis/person/{id}", "getPersonWithLegalBasis", with_legal_basis, legal,
     persontjenesten_v2, inline_lane, no_body, pt::person_by_id},
    {post, "/api/legal-basis/person/get-by-nin", "getPersonByNinWithLegalBasis", with_legal_basis,
     legal, persontjenesten_v2, inline_lane, form_bytes_max, pt::person_by_nin},
    {post, "/api/legal-basis/person/bulk-by-id", "getPersonsByIdWithLegalBasis", with_legal_basis,
     legal, persontjenesten_v2, pool_lane, form_bytes_max, pt::persons_by_id},
    {post, "/api/legal-basis/person/bulk-by-nin", "getPersonsByNinWithLegalBasis", with_legal_basis,
     legal, persontjenesten_v2, pool_lane, form_bytes_max, pt::persons_by_nin},
    {get, "/api/legal-basis/event", "getEventsWithLegalBasis", with_legal_basis, legal,
     persontjenesten_v2, pool_lane, no_body, pt::events_from},
    {get, "/api/legal-basis/event/latest", "getLatestEventWithLegalBasis", with_legal_basis, legal,
     persontjenesten_v2, pool_lane, no_body, pt::newest_event},
    {get, "/api/no-legal-basis/person/{id}", "getPersonNoLegalBasis", person, no_legal,
     persontjenesten_v2, inline_lane, no_body, pt::person_by_id},
    {post, "/api/no-legal-basis/person/get-by-nin", "getPersonByNinNoLegalBasis", person, no_legal,
     persontjenesten_v2, inline_lane, form_bytes_max, pt::person_by_nin},
    {post, "/api/no-legal-basis/person/bulk-by-id", "getPersonsByIdNoLegalBasis", person, no_legal,
     persontjenesten_v2, pool_lane, form_bytes_max, pt::persons_by_id},
    {post, "/api/no-legal-basis/person/bulk-by-nin", "getPersonsByNinNoLegalBasis", person,
     no_legal, persontjenesten_v2, pool_lane, form_bytes_max, pt::persons_by_nin},
    {get, "/api/no-legal-basis/event", "getEventsNoLegalBasis", person, no_legal,
     persontjenesten_v2, pool_lane, no_body, pt::events_from},
    {get, "/api/no-legal-basis/event/latest", "getLatestEventNoLegalBasis", person, no_legal,
     persontjenesten_v2, pool_lane, no_body, pt::newest_event},

    {post, "/v1/person/lookup", "lookUpPersons", person, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::look_up},
    {get, "/v1/person/{id}", "getPerson", person, agreed, Interface::v1, inline_lane, no_body,
     v1::person_by_id},
    {get, "/v1/person/{id}/links", "getLinksOfPerson", person_or_linker, agreed, Interface::v1,
     pool_lane, no_body, v1::links_of_person},
    {get, "/v1/events", "listEvents", events, agreed, Interface::v1, pool_lane, no_body,
     v1::list_events},
    {get, "/v1/events/latest", "getLatestCursor", events, agreed, Interface::v1, inline_lane,
     no_body, v1::latest_cursor},
    {post, "/v1/subscriptions", "makeSubscription", subscriber, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::make_subscription},
    {get, "/v1/subscriptions", "listSubscriptions", subscriber, agreed, Interface::v1, pool_lane,
     no_body, v1::list_subscriptions},
    {get, "/v1/subscriptions/{id}", "getSubscription", subscriber, agreed, Interface::v1, pool_lane,
     no_body, v1::subscription_by_id},
    {patch, "/v1/subscriptions/{id}", "changeSubscription", subscriber, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::change_subscription},
    {delete_, "/v1/subscriptions/{id}", "removeSubscription", subscriber, agreed, Interface::v1,
     pool_lane, no_body, v1::remove_subscription},
    {post, "/v1/subscriptions/{id}/pause", "pauseSubscription", subscriber, agreed, Interface::v1,
     pool_lane, no_body, v1::pause_subscription},
    {post, "/v1/subscriptions/{id}/resume", "resumeSubscription", subscriber, agreed, Interface::v1,
     pool_lane, no_body, v1::resume_subscription},
    {post, "/v1/subscriptions/{id}/cohort", "changeCohort", subscriber, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::change_cohort},
    {get, "/v1/subscriptions/{id}/events", "listSubscriptionEvents", subscriber, agreed,
     Interface::v1, pool_lane, no_body, v1::subscription_events},
    {post, "/v1/subscriptions/{id}/replay", "replaySubscription", subscriber, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::replay_subscription},
    {get, "/v1/subscriptions/{id}/deliveries", "getDeliveries", subscriber, agreed, Interface::v1,
     pool_lane, no_body, v1::subscription_deliveries},
    {get, "/v1/export", "exportPersons", exporter, agreed, Interface::v1, pool_lane, no_body,
     v1::export_persons},
    {get, "/v1/audit/person/{id}", "getAuditOfPerson", log_reader, agreed, Interface::v1, pool_lane,
     no_body, v1::audit_of_person},
    {get, "/v1/audit/records", "listAuditRecords", log_reader, agreed, Interface::v1, pool_lane,
     no_body, v1::audit_records},
    {post, "/v1/break-glass", "openBreakGlass", person_by_user, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::open_break_glass},
    {get, "/v1/admin/break-glass", "listGrants", administrator, agreed, Interface::v1, pool_lane,
     no_body, v1::list_grants},
    {post, "/v1/admin/break-glass/{id}/review", "reviewGrant", administrator, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::review_grant},
    {get, "/v1/admin/clients", "listClients", administrator, agreed, Interface::v1, pool_lane,
     no_body, v1::list_clients},
    {post, "/v1/admin/clients", "registerClient", administrator, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::register_client},
    {get, "/v1/admin/clients/{id}", "getClient", administrator, agreed, Interface::v1, pool_lane,
     no_body, v1::client_by_id},
    {delete_, "/v1/admin/clients/{id}", "revokeClient", administrator, agreed, Interface::v1,
     pool_lane, no_body, v1::revoke_client},
    {get, "/v1/quarantine", "listQuarantine", administrator, agreed, Interface::v1, pool_lane,
     no_body, v1::list_quarantine},
    {get, "/v1/quarantine/counts", "countQuarantine", administrator, agreed, Interface::v1,
     pool_lane, no_body, v1::count_quarantine},
    {post, "/v1/hjelpenummer", "issueHjelpenummer", issuer, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::issue_help_numbers},
    {post, "/v1/hjelpenummer/local", "registerLocalNumber", issuer, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::register_local_number},
    {post, "/v1/hjelpenummer/show", "showHjelpenummer", issuer_or_linker, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::show_help_number},
    {post, "/v1/hjelpenummer/update", "updateHjelpenummer", issuer_or_linker, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::update_help_number},
    {post, "/v1/hjelpenummer/cancel", "cancelHjelpenummer", issuer_or_administrator, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::cancel_help_number},
    {post, "/v1/hjelpenummer/dead", "markHjelpenummerDead", issuer_or_administrator, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::mark_help_number_dead},
    {post, "/v1/hjelpenummer/erase", "eraseHjelpenummer", issuer_or_administrator, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::erase_help_number},
    {post, "/v1/hjelpenummer/outstanding", "listOutstandingHjelpenummer", issuer_or_linker, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::outstanding_help_numbers},
    {post, "/v1/hjelpenummer/candidates", "findHjelpenummerCandidates", issuer_or_linker, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::find_help_number_candidates},
    {get, "/v1/hjelpenummer/figures", "getHjelpenummerFigures", issuer_or_linker, agreed,
     Interface::v1, pool_lane, no_body, v1::help_number_figures},
    {post, "/v1/hjelpenummer/block", "reserveHjelpenummerBlock", block_keeper, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::reserve_block},
    {get, "/v1/hjelpenummer/block", "listHjelpenummerBlocks", block_keeper, agreed, Interface::v1,
     pool_lane, no_body, v1::list_blocks},
    {get, "/v1/hjelpenummer/block/{id}", "getHjelpenummerBlock", block_keeper, agreed,
     Interface::v1, pool_lane, no_body, v1::block_by_id},
    {post, "/v1/hjelpenummer/block/{id}/report", "reportHjelpenummerBlock", block_keeper, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::report_block},
    {post, "/v1/hjelpenummer/link", "linkHjelpenummer", linker, legal, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::link_hjelpenummer},
    {post, "/v1/hjelpenummer/unlink", "unlinkHjelpenummer", linker, legal, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::unlink_hjelpenummer},
    {get, "/v1/hjelpenummer/link/{id}", "getLink", linker_or_reviewer, legal, Interface::v1,
     pool_lane, no_body, v1::link_by_id},
    {get, "/v1/work", "listWork", reviewer, legal, Interface::v1, pool_lane, no_body,
     v1::list_work},
    {get, "/v1/work/{id}", "getWork", reviewer, legal, Interface::v1, pool_lane, no_body,
     v1::work_by_id},
    {post, "/v1/work/{id}/decide", "decideWork", reviewer, legal, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::decide_work},
    {post, "/v1/identifier/check", "checkIdentifiers", any_token, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::check_identifiers},
    {get, "/v1/kodeverk", "listKodeverk", any_token, agreed, Interface::v1, pool_lane, no_body,
     v1::list_code_lists},
    {get, "/v1/kodeverk/{number}", "getKodeverk", any_token, agreed, Interface::v1, pool_lane,
     no_body, v1::code_list_by_number},
    {get, "/v1/kodeverk/{number}/{code}", "getKodeverkCode", any_token, agreed, Interface::v1,
     inline_lane, no_body, v1::code_of_list},
    {post, "/v1/virksomhet/lookup", "lookUpNodes", org_reader, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::look_up_nodes},
    {post, "/v1/virksomhet/search", "searchNodes", org_reader, agreed, Interface::v1, pool_lane,
     v1::request_body_bytes_max, v1::search_nodes},
    {post, "/v1/virksomhet/affiliations", "listAffiliations", personnel_reader, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::affiliations_of_personnel},
    {post, "/v1/virksomhet/lowest-unit", "findLowestUnit", personnel_reader, agreed,
     Interface::v1, pool_lane, v1::request_body_bytes_max, v1::lowest_unit_of_personnel},
    {post, "/v1/virksomhet/confirm", "confirmClaim", personnel_reader, agreed, Interface::v1,
     pool_lane, v1::request_body_bytes_max, v1::confirm_claim},
    {get, "/v1/virksomhet/authority", "getAuthority", org_reader, agreed, Interface::v1, pool_lane,
     no_body, v1::show_authority},
    {get, "/v1/virksomhet/conflicts", "listNodeConflicts", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::list_node_conflicts},
    {get, "/v1/virksomhet/conflicts/{id}", "getNodeConflict", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::node_conflict_by_id},
    {post, "/v1/virksomhet/conflicts/{id}/accept", "acceptNodeConflict", org_curator, agreed,
     Interface::v1, pool_lane, v1::members_body_bytes_max, v1::accept_node_conflict},
    {post, "/v1/virksomhet/conflicts/{id}/reopen", "reopenNodeConflict", org_curator, agreed,
     Interface::v1, pool_lane, v1::members_body_bytes_max, v1::reopen_node_conflict},
    {get, "/v1/virksomhet/suggestions", "listNodeSuggestions", org_curator, agreed, Interface::v1,
     pool_lane, no_body, v1::list_node_suggestions},
    {post, "/v1/virksomhet/suggestions/{id}/approve", "approveNodeSuggestion", org_curator, agreed,
     Interface::v1, pool_lane, v1::members_body_bytes_max, v1::approve_node_suggestion},
    {post, "/v1/virksomhet/suggestions/{id}/reject", "rejectNodeSuggestion", org_curator, agreed,
     Interface::v1, pool_lane, v1::members_body_bytes_max, v1::reject_node_suggestion},
    {post, "/v1/virksomhet/relations", "stateNodeRelation", org_curator, agreed, Interface::v1,
     pool_lane, v1::members_body_bytes_max, v1::state_node_relation},
    {get, "/v1/virksomhet/{node}/joined", "getJoinedNode", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::joined_node},
    {get, "/v1/virksomhet/{node}/relations", "listStatedRelations", org_reader, agreed,
     Interface::v1, pool_lane, no_body, v1::curated_relations_of_node},
    {post, "/v1/virksomhet/{node}/relations/{relation}/end", "endNodeRelation", org_curator, agreed,
     Interface::v1, pool_lane, v1::members_body_bytes_max, v1::end_node_relation},
    {post, "/v1/virksomhet/{node}/relations/{relation}/correct", "correctNodeRelation", org_curator,
     agreed, Interface::v1, pool_lane, v1::members_body_bytes_max, v1::correct_node_relation},
    {post, "/v1/virksomhet/{node}/relations/{relation}/withdraw", "withdrawNodeRelation",
     org_curator, agreed, Interface::v1, pool_lane, v1::members_body_bytes_max,
     v1::withdraw_node_relation},
    {get, "/v1/virksomhet/{node}", "getNode", org_reader, agreed, Interface::v1, inline_lane,
     no_body, v1::node_by_number},
    {get, "/v1/virksomhet/{node}/ancestors", "listAncestors", org_reader, agreed, Interface::v1,
     inline_lane, no_body, v1::ancestors_of_node},
    {get, "/v1/virksomhet/{node}/subtree", "listSubtree", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::subtree_of_node},
    {get, "/v1/virksomhet/{node}/tree", "getTree", org_reader, agreed, Interface::v1, pool_lane,
     no_body, v1::tree_of_node},
    {get, "/v1/virksomhet/{node}/path", "findPath", org_reader, agreed, Interface::v1, inline_lane,
     no_body, v1::path_of_node},
    {get, "/v1/virksomhet/{node}/legal-root", "getLegalRoot", org_reader, agreed, Interface::v1,
     inline_lane, no_body, v1::legal_root_of_node},
    {get, "/v1/virksomhet/{node}/numbers", "listNumbers", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::numbers_of_node},
    {get, "/v1/virksomhet/{node}/successors", "listSuccessors", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::successors_of_node},
    {get, "/v1/virksomhet/{node}/events", "listNodeEvents", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::events_of_node},
    {get, "/v1/virksomhet/{node}/diff", "getDifference", org_reader, agreed, Interface::v1,
     pool_lane, no_body, v1::diff_of_node},
    {get, "/v1/virksomhet/{node}/personnel", "listPersonnel", personnel_reader, agreed,
     Interface::v1, pool_lane, no_body, v1::personnel_of_node},

    {get, "/livez", "getLiveness", open, agreed, Interface::operations, inline_lane, no_body,
     show_alive},
    {get, "/readyz", "getReadiness", open, agreed, Interface::operations, inline_lane, no_body,
     show_ready},
    {get, "/metrics", "getMetrics", open, agreed, Interface::operations, pool_lane, no_body,
     show_metrics},
    {get, "/version", "getVersion", open, agreed, Interface::operations, inline_lane, no_body,
     show_version},
    {get, "/openapi.yaml", "getOpenApi", open, agreed, Interface::operations, pool_lane, no_body,
     show_openapi},
    {get, "/docs", "getDocs", open, agreed, Interface::operations, inline_lane, no_body,
     show_viewer},
    {get, "/docs/{file}", "getDocsFile", open, agreed, Interface::operations, inline_lane, no_body,
     show_viewer_file},
    {get, "/problems/{code}", "getProblem", open, agreed, Interface::operations, inline_lane,
     no_body, show_problem},
    {get, "/", "getIndex", open, agreed, Interface::operations, inline_lane, no_body, show_index},
}};

} // namespace

std::span<const RouteFacts> route_facts() noexcept { return table; }

} // namespace grunndata::api
