// Emergency access over the interface: opened by a user, logged, listed and reviewed by another.
#include "api/v1/admin/break_glass.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::audit::Act;
using registry::audit::Class;
using registry::stories::fnr;

namespace {

/// An office with one person, who is asked for by id.
class Emergency : public Office {
public:
  Emergency() {
    registry::stories::PersonBuilder person(fnr(1));
    town().import(person.named("Name"), "2024-01-01");
    id_ = town().id_of(fnr(1));
  }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::string body(std::string_view more = {}) const {
    return R"({"personId":")" + id_ +
           R"(","reason":"Unconscious, next of kin","purpose":"ETREAT")" + std::string(more) + "}";
  }
  registry::EntityId entity() { return *town().registry().ids().open(id_); }

private:
  std::string id_;
};

} // namespace

TEST_CASE("an emergency opens access to the person, tells until when, and is logged at once") {
  Emergency office;
  const Told told = office.post(v1::open_break_glass, office.body(R"(,"minutes":5)"));
  CHECK(told.status == 201);
  CHECK(told.member("id") == "1");
  CHECK(told.member("personId") == office.id());
  CHECK(told.member("purpose") == "ETREAT");
  CHECK(told.member("organisation") == "974760673");
  CHECK(told.member("userName") == "Kari Lege");
  CHECK(told.member("state") == "waiting");
  CHECK(told.holds(R"("parts":["FamilyRelation"])"));
  REQUIRE(told.records.size() == 1);
  const auto& record = told.records.front();
  CHECK(record.act == Act::break_glass);
  CHECK(record.kind == Class::important);
  CHECK(record.subject == office.entity());
  CHECK(record.emergency);
  CHECK(record.reason.text == "Unconscious, next of kin");
  CHECK(record.reason.purpose_of_use == "ETREAT");
  const auto grant = office.break_glass().find({"app", "helseid", "user-a", office.entity()});
  REQUIRE(grant != nullptr);
  CHECK(grant->expires.microseconds - grant->opened.microseconds == 5 * 60'000'000LL);
}

TEST_CASE("an emergency that is not agreed, not personal or about nobody is refused and logged") {
  Emergency office;
  const auto refused = [&office](const Told& told, int status, const char* code) {
    CHECK(told.status == status);
    CHECK(told.member("code") == code);
    REQUIRE(told.records.size() == 1);
    CHECK(told.records.front().act == Act::denied);
    CHECK(told.records.front().kind == Class::important);
    CHECK(told.records.front().outcome == code);
    CHECK(office.break_glass().find({"app", "helseid", "user-a", office.entity()}) == nullptr);
  };
  const std::string nobody =
      R"({"personId":"nobody","reason":"Unconscious, next of kin","purpose":"BTG"})";
  refused(office.post(v1::open_break_glass, nobody), 404, "person_not_found");
  office.become("");
  refused(office.post(v1::open_break_glass, office.body()), 403, "user_required");
  office.become("user-a");
  office.agree({});
  refused(office.post(v1::open_break_glass, office.body()), 403, "break_glass_not_agreed");
  office.take_break_glass_away();
  refused(office.post(v1::open_break_glass, office.body()), 403, "break_glass_not_agreed");
}

TEST_CASE("an emergency without a good reason, purpose or time is refused where it is wrong") {
  Emergency office;
  const auto pointer = [&office](const std::string& body) {
    const Told told = office.post(v1::open_break_glass, body);
    CHECK(told.status == 400);
    CHECK(told.member("code") == "body_invalid");
    CHECK(told.records.empty());
    return told.member("pointer");
  };
  CHECK(pointer(office.body(R"(,"minutes":0)")) == "/minutes");
  CHECK(pointer(office.body(R"(,"minutes":61)")) == "/minutes");
  CHECK(pointer(office.body(R"(,"minutes":"5")")) == "/minutes");
  CHECK(pointer(office.body(R"(,"urgent":true)")) == "/urgent");
  CHECK(pointer(R"({"personId":"x","reason":"short","purpose":"BTG"})") == "/reason");
  CHECK(pointer(R"({"personId":"x","reason":"about 01810000001 here","purpose":"BTG"})") ==
        "/reason");
  CHECK(pointer(R"({"personId":"x","reason":"long enough a reason","purpose":"TREAT"})") ==
        "/purpose");
  CHECK(pointer(R"({"personId":"x","purpose":"BTG"})") == "/reason");
  CHECK(office.post(v1::open_break_glass, office.body(), {}, "text/plain").status == 415);
}

TEST_CASE("a user who opens too much at once is told so") {
  Emergency office;
  for (std::size_t i = 0; i < registry::grants_open_per_user_max; ++i) {
    CHECK(office.post(v1::open_break_glass, office.body()).status == 201);
  }
  const Told told = office.post(v1::open_break_glass, office.body());
  CHECK(told.status == 409);
  CHECK(told.member("code") == "break_glass_too_many");
}

TEST_CASE("the queue is listed in pages, and each person in it is noted") {
  Emergency office;
  for (int i = 0; i < 5; ++i) {
    CHECK(office.post(v1::open_break_glass, office.body()).status == 201);
  }
  const Told first = office.ask(v1::list_grants, "limit=3");
  CHECK(first.status == 200);
  REQUIRE(first.records.size() == 3);
  CHECK(first.records.back().act == Act::log_read);
  CHECK(first.records.back().subject == office.entity());
  CHECK(first.member("id") == "1");
  const Told rest = office.ask(v1::list_grants, "limit=3&cursor=" + first.member("nextCursor"));
  CHECK(rest.records.size() == 2);
  CHECK(rest.member("id") == "4");
  CHECK(rest.member("nextCursor").empty());
  CHECK(office.ask(v1::list_grants, "queue=overdue").body == R"({"grants":[]})");
  CHECK(office.ask(v1::list_grants, "queue=all").records.size() == 5);
  for (const char* wrong : {"queue=old", "queue=all&queue=all", "limit=0", "cursor=6e6f", "x=1"}) {
    CAPTURE(wrong);
    CHECK(office.ask(v1::list_grants, wrong).status == 400);
  }
}

TEST_CASE("a review is somebody else's, once, and closes the queue's entry") {
  Emergency office;
  CHECK(office.post(v1::open_break_glass, office.body()).status == 201);
  const auto review = [&office](std::string_view body, std::string_view number = "1") {
    return office.post(v1::review_grant, body, {number});
  };
  CHECK(review(R"({"outcome":"justified"})").member("code") == "grant_reviewed"); // one's own
  office.become("");
  CHECK(review(R"({"outcome":"justified"})").member("code") == "user_required");
  office.become("user-b", "Ola Leder");
  CHECK(review(R"({"outcome":"fine"})").member("pointer") == "/outcome");
  CHECK(review(R"({"outcome":"justified","note":" x"})").member("pointer") == "/note");
  CHECK(review(R"({"outcome":"justified","by":"me"})").member("pointer") == "/by");
  for (const char* number : {"2", "0", "01", "x", "-1", "99999999999999999999"}) {
    CHECK(review(R"({"outcome":"justified"})", number).member("code") == "grant_not_found");
  }
  const Told told = review(R"({"outcome":"unjustified","note":"No relation"})");
  CHECK(told.status == 200);
  CHECK(told.member("state") == "reviewed");
  CHECK(told.holds(R"("review":{"outcome":"unjustified","by":"Ola Leder","note":"No relation")"));
  REQUIRE(told.records.size() == 1);
  CHECK(told.records.front().act == Act::reviewed);
  CHECK(told.records.front().kind == Class::important);
  CHECK(told.records.front().subject == office.entity());
  CHECK(review(R"({"outcome":"justified"})").status == 409);
  CHECK(office.ask(v1::list_grants).body == R"({"grants":[]})");
}
