// POST /v1/hjelpenummer/candidates: who may ask by what, what is told, and what is written down.
#include "api/v1/hjelpenummer/candidates.h"
#include "api/v1/hjelpenummer/numbers.h"
#include "tests/candidates/crowd.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::PersonPart;
using registry::audit::Act;
using registry::audit::Class;
using registry::stories::fnr;
using registry::stories::person_of;
using registry::stories::Somebody;

namespace {

constexpr const char* elsewhere = "991825827";
/// A question after her, and `more` members.
std::string kari_and(std::string_view more) {
  std::string body = R"({"givenName":"Kari","familyName":"Bjoernstad","birthDate":"1980-03-09")";
  return body.append(more);
}

access::RightSet rights(std::initializer_list<access::Right> held) {
  access::RightSet set;
  for (const access::Right right : held) set.set(static_cast<std::size_t>(right));
  return set;
}
access::RightSet issuer() { return rights({access::Right::hjelpenummer_issue}); }
access::RightSet linker() { return rights({access::Right::hjelpenummer_link}); }

registry::Client client_with(std::initializer_list<PersonPart> parts) {
  registry::Client client;
  client.id = "app";
  for (const PersonPart part : parts) client.parts.set(static_cast<std::size_t>(part));
  return client;
}

Somebody kari() {
  Somebody who;
  who.given = "Kari";
  who.family = "Bjørnstad";
  who.born = "1980-03-09";
  who.street = "Øvre Storgate";
  who.house = "5";
  who.city = "OSLO";
  return who;
}

/// An office whose caller issues, and may be shown who somebody is and where they live.
struct Ward : Office {
  Ward() {
    issue_help_numbers();
    hold(issuer());
    agree(client_with({PersonPart::name, PersonPart::birth, PersonPart::gender,
                       PersonPart::residential_address}));
    town().import(person_of(1, kari()), "2024-01-01");
  }
  std::string issue(const std::string& facts) {
    const Told told = post_once(v1::issue_help_numbers, R"({"reason":"ukjent",)" + facts + "}",
                                "k" + std::to_string(++keys));
    REQUIRE(told.status == 201);
    return told.member("number");
  }
  Told find(const std::string& body) { return post(v1::find_help_number_candidates, body); }
  int keys = 0;
};

} // namespace

TEST_CASE("somebody who is known is told with grade and reasons, and is in the log before that") {
  Ward ward;
  const Told told = ward.find(kari_and(R"(,"address":"Øvre Storgate 5, Oslo"})"));
  CHECK(told.status == 200);
  CHECK(told.body ==
        R"({"candidates":[{"id":")" + ward.town().id_of(fnr(1)) +
            R"(","grade":"certain","throughPredecessor":false,"reasons":[)"
            R"({"fact":"givenName","agreement":"exact","former":false},)"
            R"({"fact":"familyName","agreement":"normalised","former":false},)"
            R"({"fact":"birthDate","agreement":"exact","former":false},)"
            R"({"fact":"address","agreement":"exact","former":false}]}],"cutShort":false})");
  REQUIRE(told.records.size() == 1);
  CHECK(told.records[0].act == Act::search_hit);
  CHECK(told.records[0].kind == Class::important);
  CHECK(told.records[0].subject == ward.town().match(fnr(1)).entity);
  CHECK(told.records[0].parts_delivered.count() == 2);
  CHECK(told.records[0].outcome == "ok");
}

TEST_CASE("nobody who fits is an empty list, and leaves a record of the miss") {
  Ward ward;
  const Told told = ward.find(R"({"givenName":"Per","familyName":"Vik","birthDate":"1950"})");
  CHECK(told.body == R"({"candidates":[],"cutShort":false})");
  REQUIRE(told.records.size() == 1);
  CHECK(told.records[0].act == Act::miss);
  CHECK(told.records[0].outcome == "person_not_found");
}

TEST_CASE("what was not agreed to be shown can neither be asked by nor be shown") {
  Ward ward;
  ward.agree(client_with({PersonPart::name}));
  const Told denied = ward.find(kari_and("}"));
  CHECK(denied.status == 403);
  CHECK(denied.member("code") == "parts_not_agreed");
  REQUIRE(denied.records.size() == 1);
  CHECK(denied.records[0].act == Act::denied);
  ward.agree(client_with({PersonPart::name, PersonPart::birth}));
  const Told blind = ward.find(kari_and(R"(,"address":"Øvre Storgate 5, Oslo"})"));
  CHECK(blind.member("grade") == "certain");
  CHECK_FALSE(blind.holds("address"));
  CHECK(ward.find(kari_and(R"(,"gender":"female"})")).status == 403);
}

TEST_CASE("parts of candidates are for those who may read persons, and are read like any other") {
  Ward ward;
  const std::string body = kari_and(R"(,"parts":["Name","Birth"]})");
  const Told denied = ward.find(body);
  CHECK(denied.status == 403);
  CHECK(denied.member("code") == "scope_insufficient");
  ward.hold(rights({access::Right::hjelpenummer_issue, access::Right::person_read}));
  const Told told = ward.find(body);
  CHECK(told.status == 200);
  CHECK(told.holds(R"("person":{"id":")" + ward.town().id_of(fnr(1)) + '"'));
  CHECK(told.holds("Bjørnstad"));
  REQUIRE(told.records.size() == 2);
  CHECK(told.records[0].act == Act::search_hit);
  CHECK(told.records[1].act == Act::read);
  CHECK(ward.find(kari_and(R"(,"parts":["Death"]})")).status == 403);
  CHECK(ward.find(kari_and(R"(,"parts":["NoSuchPart"]})")).member("code") == "part_unknown");
}

TEST_CASE("a hjelpenummer is found by the unit that issued it and by linkers, with its state") {
  Ward ward;
  const std::string number = ward.issue(
      R"("givenName":"Ola","birthDate":"1980","placeFound":"ved elva","address":"Lia 3")");
  const std::string ola =
      R"({"givenName":"Ola","birthDate":"1980","address":"Lia 3","placeFound":"ved elva"})";
  for (const access::RightSet& who : {issuer(), linker()}) {
    ward.hold(who, who == linker() ? elsewhere : "974760673");
    const Told told = ward.find(ola);
    CHECK(told.member("number") == number);
    CHECK(told.member("state") == "issued");
    CHECK(told.holds(R"({"fact":"placeFound","agreement":"exact","former":false})"));
    CHECK_FALSE(told.holds("elva"));
    CHECK_FALSE(told.holds("Lia"));
  }
  ward.hold(issuer(), elsewhere); // without legal basis
  CHECK(ward.find(ola).body == R"({"candidates":[],"cutShort":false})");
}

TEST_CASE("who is protected cannot be told from the twin who has no address") {
  const auto told_of = [](const Somebody& who, const std::string& more) {
    Ward ward;
    ward.town().import(person_of(2, who), "2024-01-01");
    std::string body = ward.find(R"({"givenName":"Berit","familyName":"Vik",)" + more + "}").body;
    const std::string id = ward.town().id_of(fnr(2));
    for (auto at = body.find(id); at != std::string::npos; at = body.find(id)) {
      body.replace(at, id.size(), "id");
    }
    return body;
  };
  Somebody hides = kari();
  hides.given = "Berit";
  hides.family = "Vik";
  hides.protection = registry::Grading::confidential;
  Somebody twin = hides;
  twin.protection = registry::Grading::unclassified;
  twin.street.clear();
  Somebody open = hides;
  open.protection = registry::Grading::unclassified;
  const std::string by_day = R"("birthDate":"1980-03-09","address":"Øvre Storgate 5, Oslo")";
  const std::string by_address = R"("address":"Øvre Storgate 5, Oslo")";
  for (const std::string& more : {by_day, by_address}) {
    CHECK(told_of(hides, more) == told_of(twin, more));
    CHECK(told_of(open, more) != told_of(twin, more));
  }
}

TEST_CASE("wrong questions are refused with a code, and nothing of them is repeated") {
  Ward ward;
  for (const char* body :
       {"{}", R"({"givenName":"Kari"})", R"({"birthDate":"1980-03-09"})",
        R"({"givenName":"Kari","familyName":"Vik"})", R"({"birthDate":"1980","address":"Lia 3"})",
        R"({"placeFound":"elva","organisation":"974760673","gender":"male"})"}) {
    CAPTURE(body);
    const Told told = ward.find(body);
    CHECK(told.status == 400);
    CHECK(told.member("code") == "facts_too_few");
    CHECK(told.records.empty());
  }
  for (const char* body :
       {"[]", "{", R"({"givenName":7})", R"({"number":"03892910242"})", R"({"note":"x"})",
        R"({"givenName":"Kari","birthDate":"1980","limit":0})",
        R"({"givenName":"Kari","birthDate":"1980","limit":11})",
        R"({"givenName":"Kari","birthDate":"1980-02-30","familyName":"03892910242"})",
        R"({"givenName":"Kari","birthDate":"1980","gender":"x"})",
        R"({"givenName":"Ka\nri","birthDate":"1980"})",
        R"({"givenName":"Kari","givenName":"Kari","birthDate":"1980"})"}) {
    CAPTURE(body);
    const Told told = ward.find(body);
    CHECK(told.status == 400);
    CHECK_FALSE(told.holds("03892910242"));
  }
  CHECK(ward.post(v1::find_help_number_candidates, kari_and("}"), {}, "application/json", "limit=1")
            .member("code") == "parameter_unknown");
  CHECK(ward.post(v1::find_help_number_candidates, kari_and("}"), {}, "text/plain").status == 415);
}
