// /v1/hjelpenummer/block: who may reserve, read and report which block, and what is written down.
#include "api/v1/hjelpenummer/blocks.h"
#include "api/v1/hjelpenummer/numbers.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::audit::Act;
using registry::audit::Class;

namespace {

constexpr const char* hospital = "974760673";
constexpr const char* elsewhere = "991825827";

access::RightSet rights(std::initializer_list<access::Right> held) {
  access::RightSet set;
  for (const access::Right right : held) set.set(static_cast<std::size_t>(right));
  return set;
}
access::RightSet keeper() { return rights({access::Right::hjelpenummer_block}); }

std::string in_days(int days) {
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::days(days));
  return format_instant(registry::Instant{registry::now().microseconds + time.count()});
}

std::string reservation(int count, std::string_view more = {}) {
  return R"({"count":)" + std::to_string(count) + R"(,"label":"Akuttmottak","expires":")" +
         in_days(30) + '"' + std::string(more) + '}';
}

std::string used(const std::string& number, std::string_view more = {}) {
  return R"({"number":")" + number + R"(","used":")" + format_instant(registry::now()) + '"' +
         std::string(more) + '}';
}
std::string report_of(const std::string& items, std::string_view more = {}) {
  return R"({"used":[)" + items + ']' + std::string(more) + '}';
}

/// The texts between `from` and `to`, of a list of strings.
std::vector<std::string> numbers_in(const Told& told) {
  const auto begin = told.body.find(R"("numbers":[)") + 11;
  std::vector<std::string> numbers;
  for (auto at = told.body.find('"', begin); at < told.body.find(']', begin);
       at = told.body.find('"', at + 13)) {
    numbers.push_back(told.body.substr(at + 1, 11));
  }
  return numbers;
}

/// An office whose caller keeps blocks.
struct Ward : Office {
  Ward() {
    issue_help_numbers();
    hold(keeper());
  }
  Told reserve(int count = 3) {
    Told told = post_once(v1::reserve_block, reservation(count), next_key());
    REQUIRE_MESSAGE(told.status == 201, told.body);
    return told;
  }
  Told report(const std::string& block, const std::string& body) {
    return post_once(v1::report_block, body, next_key(), {block});
  }
  std::string next_key() { return "k" + std::to_string(++keys); }
  int keys = 0;
};

} // namespace

TEST_CASE("a block is reserved once for a key, signed, and in the log") {
  Ward ward;
  const std::string body = reservation(5);
  const Told first = ward.post_once(v1::reserve_block, body, "key-1");
  CHECK(first.status == 201);
  CHECK(first.member("id") == "1");
  CHECK(first.member("organisation") == hospital);
  CHECK(first.holds(R"("count":5,"figures":{"unused":5,"used":0,"burnt":0,"cancelled":0})"));
  CHECK(numbers_in(first).size() == 5);
  CHECK(first.member("signedList").starts_with("grunndata reserved hjelpenumre 1\\nblock 1\\n"));
  CHECK(first.member("verifierKey").starts_with("grunndata/audit+"));
  REQUIRE(first.records.size() == 1);
  CHECK(first.records[0].act == Act::issued);
  CHECK(first.records[0].kind == Class::important);
  CHECK(first.records[0].reason.text == "block 1");
  CHECK_FALSE(first.records[0].subject);

  const Told again = ward.post_once(v1::reserve_block, body, "key-1");
  CHECK(again.body == first.body);
  CHECK(again.headers.find("Idempotency-Replayed: true") != std::string::npos);
  CHECK(ward.post_once(v1::reserve_block, reservation(4), "key-1").member("code") ==
        "idempotency_key_reused");
  CHECK(ward.post(v1::reserve_block, body).member("code") == "idempotency_key_required");
  CHECK(ward.ask(v1::list_blocks).holds(R"("id":"1")"));
  CHECK_FALSE(ward.ask(v1::list_blocks).holds(R"("id":"2")"));
}

TEST_CASE("a wrong reservation is refused, and nothing is reserved") {
  Ward ward;
  const auto lasting = [](const std::string& label, int days) {
    return R"({"count":1,"label":")" + label + R"(","expires":")" + in_days(days) + "\"}";
  };
  const std::vector<std::string> wrong{
      "{}",
      "[]",
      "{",
      reservation(0),
      reservation(501),
      reservation(1, R"(,"other":1)"),
      reservation(1, R"(,"organisation":"974760674")"),
      lasting("", 3),
      lasting("x", -1),
      lasting("x", 367),
      lasting("for 01810000001", 3),
      R"({"count":1,"label":"x","expires":"soon"})",
  };
  for (const std::string& body : wrong) {
    CAPTURE(body);
    const Told told = ward.post_once(v1::reserve_block, body, ward.next_key());
    CHECK((told.status == 400 || told.status == 403));
    CHECK_FALSE(told.holds("01810000001"));
  }
  CHECK(ward.ask(v1::list_blocks).body == R"({"blocks":[]})");
  CHECK(
      ward.post_once(v1::reserve_block, reservation(1, R"(,"organisation":"991825827")"), "theirs")
          .member("code") == "organisation_foreign");
}

TEST_CASE("a block is for its own unit, and for administrators") {
  Ward ward;
  ward.reserve();
  ward.hold(keeper(), elsewhere);
  ward.reserve();
  CHECK(ward.ask(v1::block_by_id, {}, {"2"}).status == 200);
  const Told foreign = ward.ask(v1::block_by_id, {}, {"1"});
  CHECK(foreign.status == 403);
  REQUIRE(foreign.records.size() == 1);
  CHECK(foreign.records[0].act == Act::denied);
  CHECK_FALSE(ward.ask(v1::list_blocks).holds(hospital));
  CHECK(ward.ask(v1::list_blocks, "organisation=974760673").status == 403);
  ward.hold(rights({access::Right::hjelpenummer_block, access::Right::admin}), elsewhere);
  CHECK(ward.ask(v1::block_by_id, {}, {"1"}).status == 200);
  const Told all = ward.ask(v1::list_blocks);
  CHECK(all.holds(hospital));
  CHECK(all.holds(elsewhere));
  CHECK_FALSE(ward.ask(v1::list_blocks, "organisation=974760673").holds(elsewhere));
}

TEST_CASE("blocks are listed page by page") {
  Ward ward;
  for (int i = 0; i < 3; ++i) ward.reserve(1);
  const Told first = ward.ask(v1::list_blocks, "limit=2");
  CHECK(first.holds(R"("id":"2")"));
  CHECK_FALSE(first.holds(R"("id":"3")"));
  CHECK_FALSE(first.holds(R"("numbers")"));
  const Told rest = ward.ask(v1::list_blocks, "cursor=" + first.member("nextCursor"));
  CHECK(rest.member("id") == "3");
  CHECK(rest.member("nextCursor").empty());
  for (const char* wrong : {"cursor=x", "cursor=78", "limit=0", "limit=1001", "other=1"}) {
    CAPTURE(wrong);
    CHECK(ward.ask(v1::list_blocks, wrong).status == 400);
  }
}

TEST_CASE("a block is shown as JSON, as the signed list or as a sheet, as is accepted") {
  Ward ward;
  const Told made = ward.reserve(2);
  const std::string number = numbers_in(made)[0];
  const auto shown = [&](std::string_view accept) {
    return ward.ask_for(v1::block_by_id, accept, {"1"});
  };
  const Told json = shown("application/json");
  CHECK(json.status == 200);
  CHECK(json.body == made.body);
  REQUIRE(json.records.size() == 1);
  CHECK(json.records[0].act == Act::read);
  const Told list = shown("text/plain");
  CHECK(list.content_type == "text/plain; charset=utf-8");
  CHECK(list.body.starts_with("grunndata reserved hjelpenumre 1\n"));
  CHECK(list.holds("\n" + number + "\n"));
  CHECK(list.holds("\n\n\xE2\x80\x94 grunndata/audit "));
  const Told sheet = shown("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
  CHECK(sheet.content_type == "text/html; charset=utf-8");
  CHECK(sheet.body.starts_with("<!doctype html>"));
  CHECK(sheet.holds("Kontrollnøkkel</dt><dd>grunndata/audit+"));
  CHECK(sheet.headers.find("Content-Security-Policy: default-src 'none'") != std::string::npos);
  CHECK(shown("*/*").body == json.body);
  CHECK(shown("text/*;q=0.5, application/json;q=0.1").content_type == list.content_type);
  CHECK(shown("text/plain;q=0, text/*").content_type == sheet.content_type);
  CHECK(shown("Text/Plain ; charset=utf-8").content_type == list.content_type);
  const Told none = shown("application/pdf, text/plain;q=0");
  CHECK(none.status == 406);
  CHECK(none.member("code") == "not_acceptable");
}

TEST_CASE("there is no other block") {
  Ward ward;
  ward.reserve(1);
  for (const char* id : {"2", "0", "x", "-1", "1x", "01810000001", "99999999999999999999"}) {
    CAPTURE(id);
    const Told told = ward.ask(v1::block_by_id, {}, {id});
    CHECK(told.member("code") == "block_not_found");
    CHECK_FALSE(told.holds("01810000001"));
    CHECK(ward.report(id, report_of("{}")).status >= 400);
  }
  CHECK(ward.ask(v1::block_by_id, "parts=Name", {"1"}).status == 400);
}

TEST_CASE("used numbers are reported: late, twice, in any order, each with its result") {
  Ward ward;
  const std::vector<std::string> numbers = numbers_in(ward.reserve(3));
  const std::string first = used(numbers[2], R"(,"givenName":"Ola","reason":"fra arket")");
  const std::string body = report_of(first + ',' + used(numbers[0]));
  const Told told = ward.post_once(v1::report_block, body, "report-1", {"1"});
  REQUIRE_MESSAGE(told.status == 200, told.body);
  CHECK(told.holds(R"({"number":")" + numbers[2] + R"(","result":"in-use","id":")"));
  CHECK_FALSE(told.holds("Ola"));
  REQUIRE(told.records.size() == 3);
  CHECK(told.records[0].reason.text == "block 1");
  CHECK(told.records[1].act == Act::issued);
  CHECK(told.records[1].subject.has_value());

  const Told replayed = ward.post_once(v1::report_block, body, "report-1", {"1"});
  CHECK(replayed.body == told.body);
  CHECK(replayed.headers.find("Idempotency-Replayed") != std::string::npos);
  CHECK(ward.post_once(v1::report_block, report_of(first), "report-1", {"1"}).status == 422);
  const Told again = ward.report("1", report_of(first));
  CHECK(again.holds(R"("result":"known","id":")" + told.member("id")));
  CHECK(ward.ask(v1::block_by_id, {}, {"1"}).holds(R"("figures":{"unused":1,"used":2,)"));

  ward.hold(rights({access::Right::hjelpenummer_issue}));
  const Told shown = ward.post(v1::show_help_number, R"({"number":")" + numbers[2] + "\"}");
  CHECK(shown.member("state") == "issued");
  CHECK(shown.member("givenName") == "Ola");
}

TEST_CASE("a contradiction is kept for somebody to decide, and tells nothing of the person") {
  Ward ward;
  const std::vector<std::string> numbers = numbers_in(ward.reserve(2));
  const std::string instant = in_days(0);
  const auto named = [&](std::string_view name) {
    return report_of(R"({"number":")" + numbers[0] + R"(","used":")" + instant +
                     R"(","givenName":")" + std::string(name) + "\"}");
  };
  REQUIRE(ward.report("1", named("Ola")).status == 200);
  const Told conflict = ward.report("1", named("Kari"));
  CHECK(conflict.status == 200);
  CHECK(conflict.member("result") == "conflict");
  CHECK(conflict.member("work") == "1");
  CHECK(conflict.member("id").empty());
  CHECK(conflict.records.size() == 1);
  const Told known = ward.report("1", named("Kari"));
  CHECK(known.member("result") == "known");
  CHECK(known.member("id").empty());

  ward.hold(keeper(), elsewhere);
  const Told foreign = ward.report("1", report_of(used(numbers[1])));
  CHECK(foreign.member("result") == "conflict");
  CHECK(foreign.member("id").empty());
}

TEST_CASE("a wrong report is refused whole, with its place and no number") {
  Ward ward;
  const std::string number = numbers_in(ward.reserve(1))[0];
  std::string many = used(number);
  for (int i = 0; i < 500; ++i) many += ',' + used(number);
  struct Wrong {
    std::string body;
    std::string pointer;
  };
  for (const Wrong& wrong :
       {Wrong{"{}", "/used"}, Wrong{R"({"used":{}})", "/used"}, Wrong{R"({"used":[]})", "/used"},
        Wrong{report_of(many), "/used"}, Wrong{report_of("7"), "/used/0"},
        Wrong{report_of(used(number) + R"(,{"number":"x"})"), "/used/1/used"},
        Wrong{report_of(used("01810000001")), "/used/0/number"},
        Wrong{report_of(R"({"number":")" + number + R"(","used":"i går"})"), "/used/0/used"},
        Wrong{report_of(used(number, R"(,"colour":"red")")), "/used/0/colour"},
        Wrong{report_of(used(number, R"(,"gender":"x")")), "/used/0/gender"},
        Wrong{report_of(used(number, R"(,"order":2)")), "/used/0/born"},
        Wrong{report_of(used(number), R"(,"used":[])"), "/used"},
        Wrong{report_of(used(number), R"(,"block":2)"), "/block"}}) {
    CAPTURE(wrong.body.substr(0, 200));
    const Told told = ward.report("1", wrong.body);
    CHECK(told.status == 400);
    CHECK(told.holds('"' + wrong.pointer + '"'));
    CHECK_FALSE(told.holds("01810000001"));
    CHECK_FALSE(told.holds(number));
  }
  const Told rule = ward.report("1", report_of(used(number, R"(,"birthDate":"1980-02-31")")));
  CHECK(rule.status == 400);
  CHECK(rule.holds("used[0].birthDate"));
  CHECK(ward.ask(v1::block_by_id, {}, {"1"}).holds(R"("unused":1)"));
  CHECK(ward.post_once(v1::report_block, report_of(used(number), R"(,"organisation":"991825827")"),
                       "theirs", {"1"})
            .status == 403);
  CHECK(ward.post(v1::report_block, report_of(used(number)), {"1"}).member("code") ==
        "idempotency_key_required");
}

TEST_CASE("a server without blocks says so") {
  Office office;
  office.hold(keeper());
  CHECK(office.ask(v1::list_blocks).member("code") == "issuing_closed");
  CHECK(office.ask(v1::block_by_id, {}, {"1"}).status == 503);
  CHECK(office.post_once(v1::reserve_block, reservation(1), "k").status == 503);
  CHECK(office.post_once(v1::report_block, "{}", "k", {"1"}).status == 503);
}

TEST_CASE("numbers issued and reserved are counted towards one day, and given up when refused") {
  Ward ward;
  ward.limit_numbers({.per_client = 10, .per_organisation = 12});
  ward.hold(rights({access::Right::hjelpenummer_block, access::Right::hjelpenummer_issue}));
  const auto issue = [&](int count, const std::string& key) {
    return ward.post_once(v1::issue_help_numbers,
                          R"({"reason":"buss","count":)" + std::to_string(count) + '}', key);
  };
  CHECK(issue(4, "four").status == 201);
  CHECK(ward.post_once(v1::reserve_block, reservation(500), "many").status == 429);
  CHECK(ward.post_once(v1::reserve_block, reservation(5), "five").status == 201);
  const Told refused = issue(2, "two");
  CHECK(refused.status == 429);
  CHECK(refused.member("code") == "numbers_used_up");
  CHECK(refused.holds("this client"));
  CHECK(refused.headers.find("Retry-After: ") != std::string::npos);
  REQUIRE(refused.records.size() == 1);
  CHECK(refused.records[0].act == Act::denied);
  CHECK(refused.records[0].outcome == "numbers_used_up");
  // A first answer is given again whatever the day holds, and a wrong request costs nothing.
  CHECK(issue(4, "four").headers.find("Idempotency-Replayed") != std::string::npos);
  CHECK(issue(1, "four").status == 422);
  CHECK(ward.post_once(v1::issue_help_numbers, R"({"reason":"","count":1})", "bad").status == 400);
  CHECK(issue(1, "one").status == 201);
  CHECK(issue(1, "eleventh").status == 429);

  registry::Client other;
  other.id = "other";
  other.numbers_per_day = 500;
  ward.agree(other);
  CHECK(issue(2, "of-other").status == 201);
  const Told of_unit = issue(1, "of-unit");
  CHECK(of_unit.status == 429);
  CHECK(of_unit.holds("this unit"));
}

TEST_CASE("by default a disaster with 500 hurt is no reason to refuse") {
  Ward ward;
  ward.limit_numbers({.per_client = 2'000, .per_organisation = 5'000}); // the settings' defaults
  ward.hold(rights({access::Right::hjelpenummer_issue}));
  for (const char* key : {"a", "b", "c"}) {
    CHECK(
        ward.post_once(v1::issue_help_numbers, R"({"reason":"ulykke","count":500})", key).status ==
        201);
  }
}
