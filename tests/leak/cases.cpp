#include "tests/leak/cases.h"

#include "api/v1/cursor.h"
#include "registry/event_type.h"
#include "registry/person_part.h"

#include <algorithm>
#include <array>

namespace grunndata::leak {

namespace {

using registry::person_parts;
using registry::PersonPartFacts;

std::string all_parts(std::string_view before, std::string_view between) {
  std::string list;
  for (const PersonPartFacts& facts : person_parts) {
    list.append(list.empty() ? before : between).append(facts.information_part);
  }
  return list;
}

const std::string& all_of_v2() {
  static const std::string query = all_parts("?informationParts=", "&informationParts=");
  return query;
}

std::vector<std::string> v2_queries() {
  std::vector<std::string> queries{all_of_v2(), all_of_v2() + "&includeHistory=true",
                                   "?informationParts=Name,NoSuchPart", ""};
  for (const PersonPartFacts& facts : person_parts) {
    const std::string one = "?informationParts=" + std::string(facts.information_part);
    queries.push_back(one);
    queries.push_back(one + "&includeHistory=true");
  }
  return queries;
}

/// Days on every side of the dates in the documents.
constexpr std::array<std::string_view, 7> days{"1999-12-31", "2010-06-01", "2016-05-05",
                                               "2018-06-01", "2022-01-01", "2025-12-31",
                                               "2026-06-01"};

std::vector<std::string> times(Asker& asker) {
  std::vector<std::string> times = asker.world().times();
  times.emplace_back("2019-01-01");
  times.emplace_back("2999-01-01");
  return times;
}

void person_by_id_v2(Asker& asker) {
  for (const std::string& query : v2_queries()) asker.get_v2(query, asker.ids());
}

void person_by_nin_v2(Asker& asker) {
  for (const std::string& query : v2_queries()) {
    for (const std::string& number : asker.numbers()) asker.post_form(query, "nin=" + number);
  }
  asker.post_form(all_of_v2(), "nin=nobody");
  asker.post_form(all_of_v2(), "");
}

void bulk_of(Asker& asker, const std::string& field, const std::vector<std::string>& items) {
  std::string all = field + '=';
  for (const std::string& item : items) all += (all.back() == '=' ? "" : ",") + item;
  for (const std::string& query : v2_queries()) asker.post_form(query, all);
  for (const std::string& item : items) asker.post_form(all_of_v2(), field + '=' + item);
  asker.post_form(all_of_v2(), field + "=," + items.front() + ",x%");
}

void bulk_by_nin(Asker& asker) { bulk_of(asker, "nins", asker.numbers()); }
void bulk_by_id(Asker& asker) { bulk_of(asker, "personIds", asker.ids()); }

void events_v2(Asker& asker) {
  const std::uint64_t newest = asker.world().registry().newest_sequence();
  asker.get_v2("");
  for (std::uint64_t from = 0; from <= newest + 2; ++from) {
    asker.get_v2("?sequenceNumber=" + std::to_string(from));
  }
  for (std::size_t type = 0; type < registry::event_type_count; ++type) {
    const auto name = registry::name_of(static_cast<registry::EventType>(type));
    asker.get_v2("?eventTypes=" + std::string(name));
  }
  asker.get_v2("?eventTypes=ChangeInPerson,PersonPopulated&sequenceNumber=2");
  asker.get_v2("?eventTypes=NoSuchType");
  asker.get_v2("?sequenceNumber=x");
}

void latest_event_v2(Asker& asker) { asker.get_v2(""); }

void look_ups(Asker& asker) {
  std::string everybody;
  for (const std::string& number : asker.numbers()) {
    everybody += (everybody.empty() ? "\"" : ",\"") + number + '"';
  }
  const std::string parts = R"("parts":[)" + all_parts("\"", "\",\"") + "\"]";
  const auto ask = [&](const std::string& view) {
    asker.post_json(R"({"identifiers":[)" + everybody + R"(,"x",{"value":"1","type":"no"}],)" +
                    view + '}');
  };
  ask(parts);
  ask(parts + R"(,"history":true)");
  ask(R"("parts":["NoSuchPart"])");
  ask(R"("parts":[])");
  for (const std::string_view day : days) {
    const std::string as_of = R"(,"asOf":")" + std::string(day) + '"';
    ask(parts + as_of);
    ask(parts + as_of + R"(,"recordedAsOf":1)");
  }
  const std::uint64_t newest = asker.world().registry().newest_sequence();
  for (std::uint64_t known = 0; known <= newest + 1; ++known) {
    const std::string then = R"(,"recordedAsOf":)" + std::to_string(known);
    ask(parts + then);
    ask(parts + then + R"(,"history":true)");
  }
  for (const PersonPartFacts& facts : person_parts) {
    const std::string one = R"("parts":[")" + std::string(facts.information_part) + "\"]";
    ask(one);
    ask(one + R"(,"history":true)");
  }
}

/// Times differ between worlds, so they are no part of the question.
void look_ups_at_times(Asker& asker) {
  look_ups(asker);
  std::size_t place = 0;
  for (const std::string& time : times(asker)) {
    for (const std::string& number : asker.numbers()) {
      asker.send("known at time " + std::to_string(place++),
                 {api::http::Method::post,
                  asker.path(),
                  R"({"identifiers":[")" + number + R"("],"parts":[)" + all_parts("\"", "\",\"") +
                      R"("],"recordedAsOf":")" + time + "\"}",
                  {{"Content-Type", "application/json"}}});
    }
  }
}

void person_by_id(Asker& asker) {
  const std::string all = all_parts("?parts=", ",");
  asker.get_if_changed(all, asker.ids());
  asker.get_if_changed(all + "&history=true", asker.ids());
  for (const PersonPartFacts& facts : person_parts) {
    asker.get_if_changed("?parts=" + std::string(facts.information_part), asker.ids());
  }
  for (const std::string_view day : days) {
    asker.get(all + "&asOf=" + std::string(day), asker.ids());
    asker.get(all + "&history=true&asOf=" + std::string(day), asker.ids());
  }
  const std::uint64_t newest = asker.world().registry().newest_sequence();
  for (std::uint64_t known = 0; known <= newest + 1; ++known) {
    asker.get(all + "&recordedAsOf=" + std::to_string(known), asker.ids());
  }
  for (const char* wrong :
       {"?parts=NoSuchPart", "", "?parts=Name&unknown=1", "?parts=Name&asOf=x"}) {
    asker.get(wrong, asker.ids());
  }
}

/// Nobody is linked in these worlds, so it is the same of everybody.
void links_of_person(Asker& asker) { asker.get("", asker.ids()); }

void events_v1(Asker& asker) {
  asker.get("");
  for (std::size_t type = 0; type < registry::event_type_count; ++type) {
    const auto name = registry::name_of(static_cast<registry::EventType>(type));
    asker.get("?types=" + std::string(name));
  }
  asker.get("?types=NoSuchType");
  asker.get("?after=none");
  asker.get("?limit=0");
  for (const char* kind : {"person", "personell", "virksomhet"}) {
    asker.get("?entity=" + std::string(kind));
  }
  // Page by page, as a reader who follows does.
  for (const char* filter : {"", "&types=ChangeInPerson", "&types=ChangeInResidentialAddress"}) {
    std::string cursor;
    const std::uint64_t pages_max = asker.world().registry().newest_sequence() + 2;
    for (std::uint64_t page = 0; page < pages_max; ++page) {
      const std::string query = "?limit=1" + std::string(filter);
      const Told told =
          asker.send(query + " page " + std::to_string(page),
                     {api::http::Method::get,
                      asker.path() + query + (cursor.empty() ? "" : "&after=" + cursor)});
      const auto begin = told.body.find(R"("nextCursor":")") + 14;
      cursor = told.body.substr(begin, told.body.find('"', begin) - begin);
    }
  }
}

void latest_cursor(Asker& asker) { asker.get(""); }

/// About everybody, and about the story's people and one who is nobody; asked for below.
void make_subscriptions(Asker& asker) {
  std::string everybody;
  for (const std::string& number : asker.numbers()) {
    everybody += (everybody.empty() ? "\"" : ",\"") + number + '"';
  }
  const auto year = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::days(365));
  const std::string expires =
      registry::format_instant({registry::now().microseconds + year.count()});
  const auto make = [&](const std::string& about) {
    asker.send(about.substr(0, 10),
               {api::http::Method::post,
                asker.path(),
                R"({"purpose":"To be told","paused":true,"expires":")" + expires +
                    R"(","webhookUrl":"https://hospital.example/",)" +
                    R"("webhookSecret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",)" + about + '}',
                {{"Content-Type", "application/json"}}});
  };
  make(R"("everyone":true)");
  make(R"("identifiers":[)" + everybody + ']');
  make(R"("types":["move"],"everyone":true)");
}

const std::vector<std::string> subscription_ids{"1", "2", "3", "4", "99"};

void subscriptions(Asker& asker) { asker.get(""); }
void subscription(Asker& asker) { asker.get("", subscription_ids); }
void subscription_events(Asker& asker) {
  for (const std::string& id : subscription_ids) {
    asker.get("?limit=1000", {id});
    std::string cursor;
    const std::uint64_t pages_max = asker.world().registry().newest_sequence() + 2;
    for (std::uint64_t page = 0; page < pages_max && id != "99"; ++page) {
      const Told told =
          asker.send(id + " page " + std::to_string(page),
                     {api::http::Method::get, asker.path(id) + "?limit=1" +
                                                  (cursor.empty() ? "" : "&after=" + cursor)});
      const auto begin = told.body.find(R"("nextCursor":")") + 14;
      cursor = told.body.substr(begin, told.body.find('"', begin) - begin);
    }
  }
}
/// With legal basis the place counts events that others are not told of.
void deliveries(Asker& asker) {
  if (asker.access() == registry::Access::no_legal_basis) asker.get("", subscription_ids);
}

void check_identifiers(Asker& asker) {
  std::string everybody;
  for (const std::string& number : asker.numbers()) {
    everybody += (everybody.empty() ? "\"" : ",\"") + number + '"';
  }
  asker.post_json(R"({"identifiers":[)" + everybody + "]}");
  asker.post_json(R"({"identifiers":[]})");
}

/// Who could be one of the story? By name, by birth, and by every place they have or had.
void candidates(Asker& asker) {
  constexpr std::array<std::string_view, 2> names{R"("givenName":"Kari","familyName":"Nordmann")",
                                                  R"("givenName":"Berit","familyName":"Nordmann")"};
  constexpr std::array<std::string_view, 2> births{"1980-03-14", "1955-05-17"};
  constexpr std::array<std::string_view, 9> places{"Kanarihjemgata 7710 K, 7711 Kanarihjemstad",
                                                   "v/ Kanarigamle, 7721 Kanarigamlestad",
                                                   "Kanarinygata 7730, 7731 Kanarinystad",
                                                   "Kanaridelgata 7740, 7741 Kanaridelstad",
                                                   "Kanarioppholdsgata 7750",
                                                   "Kanarilinje 1, 7761 Kanaripoststad",
                                                   "Kanarigamlepostgata",
                                                   "Calle Kanari, Kanariabad",
                                                   "Kanarivalgt 7780"};
  const std::string with_parts = R"(,"parts":[)" + all_parts("\"", "\",\"") + "\"]}";
  for (std::size_t who = 0; who < names.size(); ++who) {
    const std::string name(names[who]);
    const std::string day = R"("birthDate":")" + std::string(births[who]) + '"';
    const std::string year = R"("birthDate":")" + std::string(births[who].substr(0, 4)) + '"';
    asker.post_json('{' + name + ',' + day + with_parts);
    asker.post_json('{' + name + ',' + year + R"(,"gender":"female","limit":1})");
    for (const std::string_view place : places) {
      const std::string address = R"("address":")" + std::string(place) + '"';
      asker.post_json('{' + name + ',' + day + ',' + address + '}');
      asker.post_json('{' + name + ',' + address + R"(,"placeFound":"elva"})");
      asker.post_json('{' + day + ',' + address + '}');
    }
  }
  asker.post_json('{' + std::string(names[0]) + '}');
}

void exports(Asker& asker) {
  std::vector<std::string> queries{"&compression=none" + all_parts("&parts=", ","), ""};
  for (const PersonPartFacts& facts : person_parts) {
    queries.push_back("&parts=" + std::string(facts.information_part));
  }
  for (const std::string& query : queries) asker.get("?entity=person" + query);
  const std::string ranged = asker.path() + "?entity=person&parts=Name,Status,ResidentialAddress";
  for (const std::string& number : asker.world().numbers()) {
    // One that nobody has may be a place or not: that hangs on the world's key.
    for (const std::string& id : asker.world().ids_of(number)) {
      asker.send("from somebody", {api::http::Method::get, ranged + "&from=" + id});
      asker.send("up to somebody", {api::http::Method::get, ranged + "&to=" + id});
      asker.send("head", {api::http::Method::head, ranged + "&to=" + id});
    }
  }
}

/// Nobody has break-glass in these worlds: no answer may say more than that.
void break_glass(Asker& asker) {
  for (const std::string& id : asker.ids()) {
    asker.send(
        "open for somebody",
        {api::http::Method::post,
         asker.path(),
         R"({"personId":")" + id + R"(","reason":"unconscious in the ward","purpose":"ETREAT"})",
         {{"Content-Type", "application/json"}}});
  }
}
void grants(Asker& asker) { asker.get("?queue=all"); }
void review(Asker& asker) {
  for (const std::string& id : asker.ids()) {
    asker.send("review", {api::http::Method::post,
                          asker.path(id),
                          R"({"outcome":"justified"})",
                          {{"Content-Type", "application/json"}}});
  }
}

/// Without a log, as these worlds are: audit_test.cpp has one.
void audit_of_person(Asker& asker) { asker.get("", asker.ids()); }
void audit_records(Asker& asker) { asker.get(""); }

/// After the questions before it: what they left behind in figures.
void metrics(Asker& asker) { asker.get(""); }
void quarantine(Asker& asker) {
  asker.get("");
  asker.get("?source=folkeregisteret&limit=1");
}
void quarantine_counts(Asker& asker) { asker.get(""); }
void readiness(Asker& asker) { asker.get(""); }

constexpr auto table = std::to_array<Case>({
    {"getPersonWithLegalBasis", person_by_id_v2},
    {"getPersonByNinWithLegalBasis", person_by_nin_v2},
    {"getPersonsByIdWithLegalBasis", bulk_by_id},
    {"getPersonsByNinWithLegalBasis", bulk_by_nin},
    {"getEventsWithLegalBasis", events_v2},
    {"getLatestEventWithLegalBasis", latest_event_v2},
    {"getPersonNoLegalBasis", person_by_id_v2},
    {"getPersonByNinNoLegalBasis", person_by_nin_v2},
    {"getPersonsByIdNoLegalBasis", bulk_by_id},
    {"getPersonsByNinNoLegalBasis", bulk_by_nin},
    {"getEventsNoLegalBasis", events_v2},
    {"getLatestEventNoLegalBasis", latest_event_v2},
    {"lookUpPersons", look_ups_at_times},
    {"getPerson", person_by_id},
    {"getLinksOfPerson", links_of_person},
    {"listEvents", events_v1},
    {"getLatestCursor", latest_cursor},
    {"makeSubscription", make_subscriptions},
    {"listSubscriptions", subscriptions},
    {"getSubscription", subscription},
    {"listSubscriptionEvents", subscription_events},
    {"getDeliveries", deliveries},
    {"exportPersons", exports},
    {"checkIdentifiers", check_identifiers},
    {"findHjelpenummerCandidates", candidates},
    {"openBreakGlass", break_glass},
    {"listGrants", grants},
    {"reviewGrant", review},
    {"getAuditOfPerson", audit_of_person},
    {"listAuditRecords", audit_records},
    {"getReadiness", readiness},
    {"getMetrics", metrics},
    {"listQuarantine", quarantine},
    {"countQuarantine", quarantine_counts},
});

constexpr std::string_view told_by_issuers =
    "of hjelpenumre: what their issuers told, and nothing of any source's records";

constexpr std::string_view told_by_linkers =
    "with legal basis only; of links, what those who link told, and opaque ids";

constexpr std::string_view told_by_subscribers =
    "of a subscription, what its client told, and its place as getDeliveries has it";

constexpr std::string_view told_by_registers =
    "of the enterprise structure, of which no record is a person's in Folkeregisteret";

constexpr auto told_to_everybody = std::to_array<Untold>({
    {"listClients", "of the callers' systems, not of persons in the registry"},
    {"registerClient", "of the callers' systems, not of persons in the registry"},
    {"getClient", "of the callers' systems, not of persons in the registry"},
    {"revokeClient", "of the callers' systems, not of persons in the registry"},
    {"listKodeverk", "of codes, which tell of nobody"},
    {"getKodeverk", "of codes, which tell of nobody"},
    {"getKodeverkCode", "of codes, which tell of nobody"},
    {"lookUpNodes", told_by_registers},
    {"searchNodes", told_by_registers},
    {"getAuthority", told_by_registers},
    {"listNodeConflicts", told_by_registers},
    {"getNodeConflict", told_by_registers},
    {"acceptNodeConflict", told_by_registers},
    {"reopenNodeConflict", told_by_registers},
    {"listNodeSuggestions", told_by_registers},
    {"approveNodeSuggestion", told_by_registers},
    {"rejectNodeSuggestion", told_by_registers},
    {"stateNodeRelation", told_by_registers},
    {"getJoinedNode", told_by_registers},
    {"listStatedRelations", told_by_registers},
    {"endNodeRelation", told_by_registers},
    {"correctNodeRelation", told_by_registers},
    {"withdrawNodeRelation", told_by_registers},
    {"getNode", told_by_registers},
    {"listAncestors", told_by_registers},
    {"listSubtree", told_by_registers},
    {"getTree", told_by_registers},
    {"findPath", told_by_registers},
    {"getLegalRoot", told_by_registers},
    {"listNumbers", told_by_registers},
    {"listSuccessors", told_by_registers},
    {"listNodeEvents", told_by_registers},
    {"getDifference", told_by_registers},
    {"listAffiliations", told_by_registers},
    {"findLowestUnit", told_by_registers},
    {"confirmClaim", told_by_registers},
    {"listPersonnel", told_by_registers},
    {"changeSubscription", told_by_subscribers},
    {"removeSubscription", told_by_subscribers},
    {"pauseSubscription", told_by_subscribers},
    {"resumeSubscription", told_by_subscribers},
    {"changeCohort", told_by_subscribers},
    {"replaySubscription", told_by_subscribers},
    {"issueHjelpenummer", told_by_issuers},
    {"registerLocalNumber", told_by_issuers},
    {"showHjelpenummer", told_by_issuers},
    {"updateHjelpenummer", told_by_issuers},
    {"cancelHjelpenummer", told_by_issuers},
    {"markHjelpenummerDead", told_by_issuers},
    {"eraseHjelpenummer", told_by_issuers},
    {"listOutstandingHjelpenummer", told_by_issuers},
    {"getHjelpenummerFigures", told_by_issuers},
    {"reserveHjelpenummerBlock", told_by_issuers},
    {"listHjelpenummerBlocks", told_by_issuers},
    {"getHjelpenummerBlock", told_by_issuers},
    {"reportHjelpenummerBlock", told_by_issuers},
    {"linkHjelpenummer", told_by_linkers},
    {"unlinkHjelpenummer", told_by_linkers},
    {"getLink", told_by_linkers},
    {"listWork", told_by_linkers},
    {"getWork", told_by_linkers},
    {"decideWork", told_by_linkers},
    {"getLiveness", "a constant"},
    {"getVersion", "of the program"},
    {"getOpenApi", "a file built into the program"},
    {"getDocs", "a file built into the program"},
    {"getDocsFile", "a file built into the program"},
    {"getProblem", "a table built into the program"},
    {"getIndex", "a file built into the program"},
});

} // namespace

std::span<const Case> cases() { return table; }
std::span<const Untold> untold() { return told_to_everybody; }

void ask_everything(Asker& asker) {
  const bool with_basis = asker.access() == registry::Access::legal_basis;
  const auto other_sight = with_basis ? api::Sight::no_legal_basis : api::Sight::legal_basis;
  for (const Case& one : cases()) {
    const auto facts =
        std::ranges::find(api::route_facts(), one.operation, &api::RouteFacts::operation_id);
    if (facts == api::route_facts().end() || facts->sight == other_sight) continue;
    asker.begin(*facts);
    one.ask(asker);
  }
}

} // namespace grunndata::leak
