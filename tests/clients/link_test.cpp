// /v1/hjelpenummer/link, unlink, /v1/person/{id}/links and /v1/work: who may do what, what is kept
// back, and what is written down of it.
#include "api/v1/audit.h"
#include "api/v1/hjelpenummer/links.h"
#include "api/v1/hjelpenummer/numbers.h"
#include "api/v1/hjelpenummer/work.h"
#include "api/v1/persons.h"
#include "identifiers/generate.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <latch>
#include <thread>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using access::Right;
using registry::audit::Act;
using registry::audit::Class;
using registry::stories::PersonBuilder;

namespace {

constexpr const char* here = "974760673";
constexpr const char* elsewhere = "991825827";

/// The n-th number that could be somebody's.
std::string fnr(unsigned n) {
  identifiers::NumberSeries series;
  series.kind = identifiers::Kind::fnr;
  series.check_rule = identifiers::CheckRule::pre2032;
  identifiers::NumberSequence numbers({1980, 3, 14}, series);
  auto number = numbers.next();
  for (unsigned i = 0; i < n && number; ++i) number = numbers.next();
  REQUIRE(number.has_value());
  return std::string(number->text());
}

access::RightSet rights(std::initializer_list<Right> held) {
  access::RightSet set;
  for (const Right right : held) set.set(static_cast<std::size_t>(right));
  return set;
}

PersonBuilder person(unsigned n, std::string_view last) {
  PersonBuilder builder(fnr(n));
  builder.named(last, {.registered = "2020-01-01"});
  return builder;
}

std::string linking(const std::string& loser, const std::string& survivor,
                    const std::string& more = {}) {
  return R"({"loser":")" + loser + R"(","survivor":")" + survivor + R"(","reason":"pass vist")" +
         more + '}';
}

/// A hospital with two known persons, and whoever sits at the desk.
struct Desk : Office {
  Desk() {
    issue_help_numbers();
    link_persons();
    town().import({person(1, "Hansen").record(), person(2, "Olsen").record()}, "2024-01-01");
    see(registry::Access::legal_basis);
    sit("linda");
  }
  void sit(const std::string& user, std::initializer_list<Right> held = {Right::hjelpenummer_link},
           const char* organisation = here) {
    become("key of " + user, user);
    hold(rights(held), organisation);
  }
  std::string issue(const char* organisation = here) {
    sit("ingrid", {Right::hjelpenummer_issue}, organisation);
    const Told told =
        post_once(v1::issue_help_numbers, R"({"reason":"ukjent","familyName":"Ukjent"})", fresh());
    REQUIRE(told.status == 201);
    sit("linda");
    return told.member("number");
  }
  Told link(const std::string& loser, const std::string& survivor, const std::string& more = {}) {
    return post_once(v1::link_hjelpenummer, linking(loser, survivor, more), fresh());
  }
  Told unlink(const std::string& link) {
    return post_once(v1::unlink_hjelpenummer,
                     R"({"link":")" + link + R"(","reason":"to mennesker"})", fresh());
  }
  Told decide(const std::string& work, bool accepted) {
    const std::string body =
        std::string(R"({"accepted":)") + (accepted ? "true" : "false") + R"(,"note":"vurdert"})";
    return post(v1::decide_work, body, {work});
  }
  /// The person found by a number, as a doctor sees them.
  Told look(const std::string& number, const std::string& user = "doktor") {
    sit(user, {Right::person_read_with_legal_basis});
    const Told told =
        post(v1::look_up, R"({"identifiers":[")" + number + R"("],"parts":["Name"]})");
    sit("linda");
    return told;
  }
  std::string fresh() { return "k" + std::to_string(++keys); }
  int keys = 0;
};

} // namespace

TEST_CASE("a number is linked, found by both, unlinked, and found apart") {
  Desk desk;
  const std::string number = desk.issue();
  const Told told = desk.link(number, fnr(1),
                              R"(,"evidence":[{"type":"passport","country":"SWE",)"
                              R"("value":"X1234567"}])");
  CHECK(told.status == 201);
  CHECK(told.member("state") == "live");
  CHECK_FALSE(told.holds("X1234567"));
  CHECK_FALSE(told.holds("work"));
  CHECK_FALSE(told.holds(number));
  REQUIRE(told.records.size() == 2);
  for (const auto& record : told.records) {
    CHECK(record.act == Act::linked);
    CHECK(record.kind == Class::important);
    CHECK(record.subject.has_value());
  }
  for (const std::string& asked : {number, fnr(1)}) {
    CHECK(desk.look(asked).member("lastName") == "Hansen");
  }
  const Told undone = desk.unlink(told.member("id"));
  CHECK(undone.status == 200);
  CHECK(undone.member("state") == "undone");
  CHECK(desk.look(number).holds("Ukjent"));
  CHECK(desk.look(fnr(1)).member("lastName") == "Hansen");
  CHECK(desk.unlink(told.member("id")).status == 200); // undone already
}

TEST_CASE(
    "whoever asked by the number is told of when it is unlinked, and their look-up is of both") {
  Desk desk;
  const std::string number = desk.issue();
  const std::string unknown = desk.look(number).member("id");
  const Told linked = desk.link(number, fnr(1));
  const Told shown = desk.look(number, "anna");
  REQUIRE(shown.records.size() == 1);
  CHECK(shown.records[0].asked.has_value());
  CHECK(shown.records[0].asked != shown.records[0].subject);
  desk.look(number, "anna");
  CHECK_FALSE(desk.look(fnr(1), "bent").records[0].asked.has_value());

  desk.sit("fremmed", {Right::hjelpenummer_link}, elsewhere);
  const std::string path = linked.member("id");
  const Told outline = desk.ask(v1::link_by_id, {}, {path});
  CHECK(outline.status == 200);
  CHECK(outline.holds(R"("shown":[{"times":2,)"));
  CHECK_FALSE(outline.holds("anna")); // of another organisation: who it was is theirs to tell
  desk.sit("linda");
  const Told undone = desk.unlink(path);
  CHECK(undone.holds(R"("shown":[{"times":2,)"));
  CHECK(undone.holds(R"("userName":"anna")"));
  CHECK_FALSE(undone.holds("bent"));
  CHECK(undone.holds(R"("more":false)"));
  CHECK(std::ranges::count(undone.records, Act::log_read, &registry::audit::Record::act) == 1);

  desk.sit("revisor", {Right::audit_read, Right::admin});
  for (const std::string& id : {unknown, linked.member("survivor")}) {
    const Told of = desk.ask(v1::audit_of_person, {}, {id});
    CHECK(of.status == 200);
    CHECK(of.holds(R"("asked":")" + unknown + '"'));
    CHECK(of.holds("anna"));
  }
  CHECK_FALSE(desk.ask(v1::audit_of_person, {}, {unknown}).holds(R"("userName":"bent")"));
}

TEST_CASE("while two are linked, who looked at one before is who looked at the person") {
  Desk desk;
  const std::string number = desk.issue();
  desk.look(number, "tidlig");
  const std::string survivor = desk.link(number, fnr(1)).member("survivor");
  desk.sit("revisor", {Right::audit_read, Right::admin});
  const Told of = desk.ask(v1::audit_of_person, {}, {survivor});
  CHECK(of.holds("tidlig"));
  const Told page = desk.ask(v1::audit_of_person, "limit=1", {survivor});
  CHECK_FALSE(page.member("nextCursor").empty());
}

TEST_CASE("another organisation's number is proposed, and theirs to approve") {
  Desk desk;
  const std::string number = desk.issue(elsewhere);
  const Told proposed = desk.link(number, fnr(1));
  CHECK(proposed.status == 202);
  CHECK(proposed.member("state") == "proposed");
  const std::string work = proposed.member("work");
  REQUIRE_FALSE(work.empty());
  CHECK(desk.look(number).holds("Ukjent"));
  CHECK(desk.link(number, fnr(1)).member("code") == "already_proposed");

  desk.sit("kollega", {Right::hjelpenummer_review}); // of the organisation that proposed
  CHECK(desk.ask(v1::list_work).body == R"({"items":[]})");
  CHECK(desk.ask(v1::work_by_id, {}, {work}).status == 404);
  const Told denied = desk.decide(work, true);
  CHECK(denied.member("code") == "work_not_found");
  CHECK(denied.records.at(0).act == Act::denied);

  desk.sit("greta", {Right::hjelpenummer_review}, elsewhere);
  const Told listed = desk.ask(v1::list_work, "kind=link-proposed");
  CHECK(listed.member("id") == work);
  CHECK(listed.records.size() == 2);
  CHECK(desk.ask(v1::list_work, "kind=newborn-match").body == R"({"items":[]})");
  CHECK(desk.ask(v1::list_work, "kind=fun").status == 400);
  const Told decided = desk.decide(work, true);
  CHECK(decided.status == 200);
  CHECK(decided.holds(R"("decision":{"accepted":true)"));
  CHECK(decided.records.at(0).act == Act::linked);
  CHECK(desk.look(number).member("lastName") == "Hansen");
  desk.sit("greta", {Right::hjelpenummer_review}, elsewhere);
  CHECK(desk.decide(work, true).status == 200);
  CHECK(desk.decide(work, false).member("code") == "work_decided");
  CHECK(desk.ask(v1::list_work).body == R"({"items":[]})");
  CHECK(desk.ask(v1::work_by_id, {}, {work}).status == 200);
}

TEST_CASE("two with numbers of their own, and a protected one, need two people") {
  Desk desk;
  PersonBuilder hiding = person(3, "Vik");
  hiding.protection(registry::Grading::confidential);
  desk.town().import(hiding, "2024-01-02");
  const std::string number = desk.issue();
  for (const auto& [loser, survivor] : {std::pair{fnr(1), fnr(2)}, std::pair{number, fnr(3)}}) {
    desk.sit("linda");
    const Told proposed = desk.link(loser, survivor);
    CHECK(proposed.status == 202);
    const std::string work = proposed.member("work");
    desk.sit("linda", {Right::hjelpenummer_review});
    const Told same = desk.decide(work, true);
    CHECK(same.status == 409);
    CHECK(same.member("code") == "same_person");
    CHECK(same.records.at(0).outcome == "same_person");
    desk.sit("arne", {Right::hjelpenummer_review});
    CHECK(desk.decide(work, true).status == 200);
    CHECK(desk.look(loser).member("id") == desk.look(survivor).member("id"));
  }
}

TEST_CASE("a proposal that is refused never links") {
  Desk desk;
  const std::string work = desk.link(fnr(1), fnr(2)).member("work");
  desk.sit("arne", {Right::hjelpenummer_review});
  CHECK(desk.decide(work, false).status == 200);
  CHECK(desk.look(fnr(1)).member("lastName") == "Hansen");
}

TEST_CASE("the same key gives the first answer, another request with it is refused") {
  Desk desk;
  const std::string number = desk.issue();
  const std::string body = linking(number, fnr(1));
  const Told first = desk.post_once(v1::link_hjelpenummer, body, "one");
  const Told again = desk.post_once(v1::link_hjelpenummer, body, "one");
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(again.headers.find("Idempotency-Replayed: true") != std::string::npos);
  CHECK(again.records.at(0).outcome == "replayed");
  const Told reused = desk.post_once(v1::link_hjelpenummer, linking(number, fnr(2)), "one");
  CHECK(reused.status == 422);
  CHECK(reused.member("code") == "idempotency_key_reused");
  CHECK(desk.post(v1::link_hjelpenummer, body).member("code") == "idempotency_key_required");

  desk.look(number, "anna");
  const std::string undo = R"({"link":")" + first.member("id") + R"(","reason":"feil"})";
  const Told undone = desk.post_once(v1::unlink_hjelpenummer, undo, "two");
  const Told undone_again = desk.post_once(v1::unlink_hjelpenummer, undo, "two");
  CHECK(undone.status == 200);
  CHECK(undone_again.body == undone.body);
  CHECK(undone_again.headers.find("Idempotency-Replayed: true") != std::string::npos);
  const Told other =
      desk.post_once(v1::unlink_hjelpenummer, R"({"link":"1","reason":"en annen grunn"})", "two");
  CHECK(other.status == 422);
}

TEST_CASE("two at once under one key make one link") {
  Desk desk;
  const std::string number = desk.issue();
  std::array<registry::LinkRequest, 2> asked;
  std::array<registry::Result<registry::LinkOutcome>, 2> made;
  const std::string known = fnr(1);
  std::latch begin(2);
  std::array<std::thread, 2> threads;
  registry::Links& links = desk.link_persons();
  for (std::size_t i = 0; i < 2; ++i) {
    asked[i].loser = {registry::IdentifierType::fhn, number, {}};
    asked[i].survivor = {registry::IdentifierType::fnr, known, {}};
    asked[i].reason = "samtidig";
    asked[i].key = registry::IdempotencyKey{"helseid", "app", here, "linkHjelpenummer", "one"};
    asked[i].answer = [](const registry::Link& link) {
      return registry::KeptAnswer{{}, registry::now(), 201, std::to_string(link.number), {}};
    };
    threads[i] = std::thread([&, i] {
      begin.arrive_and_wait();
      made[i] = links.link(asked[i]);
    });
  }
  for (std::thread& thread : threads) thread.join();
  REQUIRE((made[0].has_value() && made[1].has_value()));
  CHECK(made[0]->replayed.has_value() != made[1]->replayed.has_value());
  const auto& kept = made[0]->replayed ? made[0]->replayed : made[1]->replayed;
  const auto& link = made[0]->replayed ? made[1]->link : made[0]->link;
  CHECK(kept->body == std::to_string(link.number));
}

TEST_CASE("what contradicts what is known is refused with a word for it") {
  Desk desk;
  const std::string a = desk.issue();
  const std::string b = desk.issue();
  const std::string gone = desk.issue();
  desk.sit("ingrid", {Right::hjelpenummer_issue});
  REQUIRE(desk.post(v1::cancel_help_number,
                    R"({"number":")" + gone + R"(","reason":"feil","class":"other"})")
              .status == 200);
  desk.sit("linda");
  REQUIRE(desk.link(a, b).status == 201);
  CHECK(desk.link(a, fnr(1)).member("code") == "already_linked");
  CHECK(desk.link(b, a).member("code") == "cycle");
  CHECK(desk.link(gone, fnr(1)).member("code") == "number_cancelled");
  const Told nobody = desk.link(b, fnr(9));
  CHECK(nobody.status == 404);
  CHECK(nobody.member("code") == "person_not_found");
  CHECK(nobody.holds("survivor"));
  CHECK_FALSE(nobody.holds(fnr(9)));
  CHECK(nobody.records.at(0).act == Act::miss);
  CHECK(desk.link(b, b).member("code") == "body_invalid");
  PersonBuilder merged = person(2, "Olsen");
  merged.formerly(fnr(1));
  desk.town().import(merged, "2024-02-01");
  CHECK(desk.link(b, fnr(1)).member("code") == "number_ceased");
  CHECK(desk.unlink("77").member("code") == "link_not_found");
  CHECK(desk.unlink("x").status == 404);
  CHECK(desk.ask(v1::link_by_id, {}, {"77"}).member("code") == "link_not_found");
}

TEST_CASE("links are told with evidence to those who link, explained to readers, else in outline") {
  Desk desk;
  const std::string number = desk.issue();
  const Told linked =
      desk.link(number, fnr(1), R"(,"evidence":[{"type":"relative","value":"bror"}])");
  const std::string proposal = desk.link(fnr(2), fnr(1)).member("id");
  const std::string survivor = linked.member("survivor");
  const Told full = desk.ask(v1::links_of_person, {}, {survivor});
  CHECK(full.holds(R"("value":"bror")"));
  CHECK(full.holds(R"("reason":"pass vist")"));
  CHECK(full.holds(R"("state":"proposed")"));
  REQUIRE(full.records.size() == 1);
  CHECK(full.records[0].act == Act::read);
  desk.sit("doktor", {Right::person_read_with_legal_basis});
  const Told explained = desk.ask(v1::links_of_person, {}, {survivor});
  CHECK(explained.holds("pass vist"));
  CHECK(explained.holds(R"("userName":"linda")"));
  CHECK_FALSE(explained.holds("bror"));
  desk.see(registry::Access::no_legal_basis);
  const Told outline = desk.ask(v1::links_of_person, {}, {survivor});
  CHECK(outline.holds(R"("state":"live")"));
  for (const char* kept_back : {"bror", "pass vist", "linda", "proposed", "steps", "work"}) {
    CHECK_FALSE(outline.holds(kept_back));
  }
  // The one linked away keeps its own.
  CHECK(desk.ask(v1::links_of_person, {}, {linked.member("loser")}).member("id") ==
        linked.member("id"));
  CHECK(desk.ask(v1::links_of_person, "x=1", {survivor}).status == 400);
  CHECK(desk.ask(v1::links_of_person, {}, {"0123456789abcdef0123456789abcdef"}).status == 404);
  CHECK_FALSE(proposal.empty());
}

TEST_CASE("reviews of protections are for administrators, and release what came from a link") {
  Desk desk;
  PersonBuilder hiding = person(3, "Vik");
  hiding.protection(registry::Grading::confidential);
  desk.town().import(hiding, "2024-01-02");
  const std::string work = desk.link(fnr(3), fnr(1)).member("work");
  desk.sit("arne", {Right::hjelpenummer_review});
  REQUIRE(desk.decide(work, true).status == 200);
  desk.sit("linda");
  REQUIRE(desk.unlink("1").status == 200);
  desk.sit("arne", {Right::hjelpenummer_review});
  CHECK(desk.ask(v1::list_work).body == R"({"items":[]})");
  desk.sit("admin", {Right::admin});
  const Told listed = desk.ask(v1::list_work);
  CHECK(listed.member("kind") == "protection-review");
  const Told decided = desk.decide(listed.member("id"), false);
  CHECK(decided.status == 200);
  CHECK(decided.records.at(0).act == Act::administered);
  CHECK(desk.ask(v1::list_work, "limit=1").body == R"({"items":[]})");
}

TEST_CASE("wrong bodies are refused and nothing personal is repeated") {
  Desk desk;
  const std::string number = desk.issue();
  const std::string known = fnr(1);
  const std::string pair = R"("loser":")" + number + R"(","survivor":")" + known + '"';
  for (const std::string& body :
       {std::string("{}"), std::string("[]"), std::string("{"), '{' + pair + '}',
        '{' + pair + R"(,"reason":""})", '{' + pair + R"(,"reason":"er )" + known + "\"}",
        '{' + pair + R"(,"reason":"a","reason":"b"})", '{' + pair + R"(,"reason":"a","x":1})",
        '{' + pair + R"(,"reason":7})", '{' + pair + R"(,"reason":"a","evidence":{}})",
        '{' + pair + R"(,"reason":"a","evidence":[{"value":"x"}]})",
        '{' + pair + R"(,"reason":"a","evidence":[{"type":"magic"}]})",
        '{' + pair + R"(,"reason":"a","evidence":[{"type":"passport","country":"Sverige"}]})",
        R"({"loser":{"value":")" + number + R"(","type":"x"},"survivor":")" + known +
            R"(","reason":"a"})",
        R"({"loser":{"type":"FHN"},"survivor":")" + known + R"(","reason":"a"})",
        R"({"loser":"1234","survivor":")" + known + R"(","reason":"a"})"}) {
    CAPTURE(body);
    const Told told = desk.post_once(v1::link_hjelpenummer, body, desk.fresh());
    CHECK(told.status == 400);
    CHECK_FALSE(told.holds(number));
    CHECK_FALSE(told.holds(known));
  }
  CHECK(desk.post_once(v1::unlink_hjelpenummer, R"({"link":1,"reason":"x"})", "n").status == 400);
  desk.sit("arne", {Right::hjelpenummer_review});
  for (const char* body : {R"({"accepted":true})", R"({"accepted":1,"note":"x"})"}) {
    CHECK(desk.post(v1::decide_work, body, {"1"}).status == 400);
  }
  CHECK(desk.decide("7", true).member("code") == "work_not_found");
  CHECK(desk.ask(v1::list_work, "cursor=zz").status == 400);
}

TEST_CASE("a local number is linked by its assigner") {
  Desk desk;
  desk.sit("ingrid", {Right::hjelpenummer_issue});
  REQUIRE(desk.post(v1::register_local_number,
                    R"({"number":"H-17","assigner":"974760673","reason":"eget system"})")
              .status == 201);
  desk.sit("linda");
  const std::string body = R"({"loser":{"value":"H-17","assigner":"974760673"},"survivor":")" +
                           fnr(1) + R"(","reason":"samme"})";
  CHECK(desk.post_once(v1::link_hjelpenummer, body, "local").status == 201);
  desk.sit("doktor", {Right::person_read_with_legal_basis});
  CHECK(desk.post(v1::look_up, R"({"identifiers":[{"value":"H-17","assigner":"974760673"}],)"
                               R"("parts":["Name"]})")
            .member("lastName") == "Hansen");
}

TEST_CASE("a server that links nothing says so") {
  Office office;
  office.hold(rights({Right::hjelpenummer_link}));
  CHECK(office.post_once(v1::link_hjelpenummer, linking("a", "b"), "k").status == 503);
}
