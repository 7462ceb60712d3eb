// /v1/virksomhet without a socket: health personnel.
#include "api/v1/virksomhet/people.h"
#include "tests/clients/office.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::audit::Act;

namespace {

struct Registry : Office {
  Registry() {
    registry::virksomhet::stories::load_universe(town());
    hold(access::RightSet(1ULL << static_cast<unsigned>(access::Right::personell_read)));
  }
};

const std::string then = "asOf=2026-03-01";

std::string about(std::string_view hpr, std::string_view more = {}) {
  return std::string(R"({"asOf":"2026-03-01","hpr":")").append(hpr).append("\"").append(more) +
         "}";
}

} // namespace

TEST_CASE("personnel at a unit are told page by page, each noted as looked up") {
  Registry registry;
  const Told here = registry.ask(v1::personnel_of_node, then, {"310000914"});
  CHECK(here.status == 200);
  CHECK(here.holds(R"("personnel":[{"id":")"));
  CHECK(here.records.size() == 1);
  const Told none = registry.ask(v1::personnel_of_node, then, {"310000140"});
  CHECK(none.holds(R"("personnel":[])"));
  CHECK(none.records.empty());
  const Told first = registry.ask(v1::personnel_of_node, then + "&subtree=true&limit=1",
                                  {"310000140"});
  REQUIRE(first.records.size() == 1);
  CHECK(first.records.front().act == Act::read);
  const std::string cursor = first.member("nextCursor");
  REQUIRE_FALSE(cursor.empty());
  const Told second = registry.ask(
      v1::personnel_of_node, then + "&subtree=true&limit=1&cursor=" + cursor, {"310000140"});
  REQUIRE(second.records.size() == 1);
  CHECK(second.records.front().subject != first.records.front().subject);
  CHECK(second.member("nextCursor").empty());
  CHECK(registry.ask(v1::personnel_of_node, "cursor=00", {"310000140"}).status == 400);
  CHECK(registry.ask(v1::personnel_of_node, "subtree=1", {"310000140"}).status == 400);
}

TEST_CASE("who works where may not be told is not told without legal basis") {
  Registry registry;
  const std::string query = then + "&subtree=true";
  CHECK(registry.ask(v1::personnel_of_node, query, {"RSH:4990061"}).holds(R"("personnel":[])"));
  CHECK(registry.post(v1::affiliations_of_personnel, about("999000005"))
            .holds(R"("affiliations":[]})"));
  registry.see(registry::Access::legal_basis);
  CHECK(registry.ask(v1::personnel_of_node, query, {"RSH:4990061"}).holds("999000005"));
  CHECK(registry.post(v1::affiliations_of_personnel, about("999000005"))
            .holds("Ruspoliklinikken"));
}

TEST_CASE("the lowest suitable unit is told, and several are for the caller to choose from") {
  Registry registry;
  const Told several = registry.post(v1::lowest_unit_of_personnel, about("999000002"));
  CHECK(several.status == 200);
  CHECK(several.holds(R"("outcome":"AMBIGUOUS")"));
  REQUIRE(several.records.size() == 1);
  CHECK(several.records.front().subject.has_value());
  const Told one = registry.post(v1::lowest_unit_of_personnel,
                                 about("999000002", R"(,"legalEntity":"310000140")"));
  CHECK(one.holds(R"("outcome":"ONE","units":[{"legalEntity":{"id":")"));
  CHECK(one.holds(R"("number":"4990050")"));
  CHECK(registry.post(v1::lowest_unit_of_personnel,
                      R"({"hpr":"999000003","asOf":"2026-10-01"})")
            .holds(R"("outcome":"NONE","units":[]})"));
}

TEST_CASE("questions about personnel are read strictly, and whom nobody knows is noted as missed") {
  Registry registry;
  const auto ask = [&registry](std::string_view body) {
    return registry.post(v1::lowest_unit_of_personnel, body);
  };
  CHECK(ask("{}").member("code") == "body_invalid");
  CHECK(ask(R"({"hpr":"x"})").member("code") == "identifier_malformed");
  CHECK(ask(R"({"hpr":"999000002","x":1})").member("code") == "body_invalid");
  CHECK(ask(about("999000002", R"(,"legalEntity":"RSH:1")")).member("code") == "node_not_found");
  const Told unknown = ask(about("999000099"));
  CHECK(unknown.status == 404);
  CHECK(unknown.member("code") == "node_not_found");
  REQUIRE(unknown.records.size() == 1);
  CHECK(unknown.records.front().act == Act::miss);
  CHECK(registry.post(v1::affiliations_of_personnel, about("999000002"), {}, "application/json",
                      "x=1")
            .status == 400);
}

TEST_CASE("a claim is answered fact by fact, and what nobody tells is unknown") {
  Registry registry;
  const auto verdicts = [&registry](std::string_view members) {
    const Told told = registry.post(
        v1::confirm_claim, std::string(R"({"asOf":"2026-03-01",)").append(members).append("}"));
    REQUIRE_MESSAGE(told.status == 200, told.body);
    std::string all;
    for (std::size_t at = 0; (at = told.body.find(R"("fact":")", at)) != std::string::npos; ++at) {
      const auto begin = at + 8;
      all += told.body.substr(begin, told.body.find('"', begin) - begin) + ' ';
      const auto verdict = told.body.find(R"("verdict":")", at) + 11;
      all += told.body.substr(verdict, told.body.find('"', verdict) - verdict) + ' ';
    }
    return all;
  };
  // The nursing home, over two levels of organisasjonsledd.
  CHECK(verdicts(R"("hpr":"999000002","legalEntity":"310000639","pointOfCare":"310000914")") ==
        "legalEntity BEKREFTET pointOfCare BEKREFTET affiliation BEKREFTET ");
  // The ward belongs to another place.
  CHECK(verdicts(R"("hpr":"999000002","legalEntity":"310000140","pointOfCare":"310000353",)"
                 R"("department":"RSH:4990050")") ==
        "legalEntity BEKREFTET pointOfCare BEKREFTET department AVVIST affiliation BEKREFTET ");
  CHECK(verdicts(R"("hpr":"999000003","legalEntity":"310000140","pointOfCare":"310000426",)"
                 R"("department":"RSH:4990071")") ==
        "legalEntity BEKREFTET pointOfCare BEKREFTET department BEKREFTET affiliation BEKREFTET ");
  // A hospital that was merged away, and a place that is another's.
  CHECK(verdicts(R"("legalEntity":"310000213","pointOfCare":"310000914")") ==
        "legalEntity AVVIST pointOfCare AVVIST ");
  // An organisasjonsledd in the legal entity's place; an administrative unit; nobody's numbers.
  CHECK(verdicts(R"("legalEntity":"310000841","pointOfCare":"310000914")") ==
        "legalEntity ADVARSEL pointOfCare BEKREFTET ");
  CHECK(verdicts(R"("legalEntity":"310000140","department":"RSH:4990062")") ==
        "legalEntity BEKREFTET department ADVARSEL ");
  CHECK(verdicts(R"("legalEntity":"RSH:7","department":"RSH:8","hpr":"999000099")") ==
        "legalEntity AVVIST department AVVIST affiliation UKJENT ");
  CHECK(verdicts(R"("hpr":"999000003","legalEntity":"310000639")") ==
        "legalEntity BEKREFTET affiliation ADVARSEL ");
  const Told noted = registry.post(v1::confirm_claim,
                                   R"({"hpr":"999000002","legalEntity":"310000639"})");
  REQUIRE(noted.records.size() == 1);
  CHECK(noted.records.front().subject.has_value());
  CHECK(registry.post(v1::confirm_claim, R"({"legalEntity":"310000639"})").records.empty());
  CHECK(registry.post(v1::confirm_claim, "{}").status == 400);
  CHECK(registry.post(v1::confirm_claim, R"({"legalEntity":"x"})").member("code") ==
        "identifier_malformed");
}

TEST_CASE("who is bankrupt is no legal entity to give care, as of the day it was") {
  Registry registry;
  using namespace registry::virksomhet;
  namespace made = registry::virksomhet::stories;
  made::load(registry.town(), NodeSource::enhetsregisteret, "2026-04-01",
             {made::juridisk("ENH:310001198", "LEGESENTER AS")
                  .says(NodePart::condition, R"({"condition":"KONKURS"})",
                        made::from("2026-03-15"))});
  const auto verdict = [&registry](std::string_view day) {
    return registry
        .post(v1::confirm_claim, std::string(R"({"legalEntity":"310001198","asOf":")")
                                     .append(day)
                                     .append(R"("})"))
        .member("verdict");
  };
  CHECK(verdict("2026-03-14") == "BEKREFTET");
  CHECK(verdict("2026-03-15") == "AVVIST");
}
