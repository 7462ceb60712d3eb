// /v1/person: look-ups by any identifier, by id, ETags, both time axes, strictness.
#include "tests/api/registry_fixture.h"

#include "identifiers/generate.h"

#include <doctest/doctest.h>

using namespace grunndata::api;

namespace {

const std::string lookup = "/v1/person/lookup";

void check_problem(const Answer& answer, int status, std::string_view code) {
  CHECK(answer.status == status);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(member(answer, "code") == code);
  CHECK(member(answer, "type") == "/problems/" + std::string(code));
}

std::string asking(std::string_view identifiers, std::string_view more = R"("parts":["Name"])") {
  return R"({"identifiers":[)" + std::string(identifiers) + "]," + std::string(more) + "}";
}

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

} // namespace

TEST_CASE("each identifier has its result, in the order asked, and is not repeated") {
  RegistryFixture service;
  service.import(document_with_old(fnr(0), dnr(0), name_element("Ola", "Nordmann")));
  std::string wrong = fnr(0);
  wrong.back() = wrong.back() == '0' ? '1' : static_cast<char>(wrong.back() - 1);
  const Answer answer = service.post_json(
      lookup, asking(in_quotes(fnr(0)) + "," + in_quotes(fnr(1)) + "," + in_quotes(wrong) + "," +
                     in_quotes(dnr(0)) + ",17"));
  REQUIRE(answer.status == 200);
  CHECK(answer.body.starts_with(
      R"({"results":[{"index":0,"status":"found","matched":{"type":"FNR","inUse":true,)"
      R"("moved":false},"person":{"id":")"));
  CHECK(answer.holds(R"({"index":1,"status":"notFound"})"));
  CHECK(answer.holds(R"({"index":2,"status":"invalid","reason":"control_digit"})"));
  CHECK(answer.holds(R"({"index":3,"status":"found","matched":{"type":"DNR","inUse":false)"));
  CHECK(answer.holds(R"({"index":4,"status":"invalid","reason":"json"})"));
  CHECK_FALSE(answer.holds(fnr(0)));
  CHECK_FALSE(answer.holds(wrong));
}

TEST_CASE("a merged person is found by the number of the one merged away, as moved") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  service.import(document(fnr(1)));
  service.import(document_with_old(fnr(0), fnr(1)), "2026-02-01T00:00:00Z");
  const Answer answer = service.post_json(lookup, asking(in_quotes(fnr(1))));
  CHECK(answer.holds(R"("matched":{"type":"FNR","inUse":false,"moved":true})"));
  CHECK(member(answer, "id") == service.id_of(fnr(0)));
}

TEST_CASE("a declared type decides, and a wrong one is invalid") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const auto outcome = [&](const std::string& identifier) {
    return service.post_json(lookup, asking(identifier)).body;
  };
  const auto typed = [](const std::string& value, const std::string& type) {
    return R"({"value":")" + value + R"(","type":")" + type + "\"}";
  };
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(outcome(typed(fnr(0), "FNR")), R"("status":"found")"));
  CHECK(has(outcome(typed(fnr(0), "DNR")), R"("reason":"declared_kind")"));
  CHECK(has(outcome(typed(fnr(0), "SSN")), R"("reason":"type")"));
  CHECK(has(outcome(typed(fnr(0), "ALIAS")), R"("status":"notFound")"));
  CHECK(has(outcome(typed("", "FNR")), R"("reason":"length")"));
  CHECK(has(outcome(R"({"value":true,"type":"FNR"})"), R"("reason":"json")"));
}

TEST_CASE("a local H-number never resolves without its assigner") {
  RegistryFixture service;
  const auto number = grunndata::identifiers::NumberSequence(
                          {1980, 3, 14},
                          {.kind = grunndata::identifiers::Kind::hnr,
                           .synthetic = grunndata::identifiers::Synthetic::none})
                          .next();
  REQUIRE(number.has_value());
  const std::string value(number->text());
  const Answer bare =
      service.post_json(lookup, asking(R"({"value":")" + value + R"(","type":"HNR"})"));
  CHECK(bare.holds(R"("reason":"assigner")"));
  const Answer with_assigner = service.post_json(
      lookup, asking(R"({"value":")" + value + R"(","assigner":"2.16.578.1.34.1"})"));
  CHECK(with_assigner.holds(R"("status":"notFound")"));
  const Answer of_any_shape =
      service.post_json(lookup, asking(R"({"value":"P-17","assigner":"2.16.578.1.34.1"})"));
  CHECK(of_any_shape.holds(R"("status":"notFound")"));
  const Answer no_assigner =
      service.post_json(lookup, asking(R"({"value":"P-17","assigner":"a blank"})"));
  CHECK(no_assigner.holds(R"("reason":"assigner")"));
  const Answer assigner_on_fnr = service.post_json(
      lookup, asking(R"({"value":")" + fnr(0) + R"(","type":"FNR","assigner":"x"})"));
  CHECK(assigner_on_fnr.holds(R"("reason":"declared_kind")"));
}

TEST_CASE("a foreign number is found with its country and type as assigner") {
  RegistryFixture service;
  service.import_sample("02-d-nummer-midlertidig.json");
  const Answer answer = service.post_json(
      lookup, asking(R"({"value":"PL-TEST-0042","type":"UID",)"
                     R"("assigner":"POL/taxIdentificationNumber"})"));
  CHECK(answer.holds(R"("matched":{"type":"UID","inUse":true,"moved":false})"));
}

TEST_CASE("a lookup body is read strictly") {
  RegistryFixture service;
  const auto refused = [&](const std::string& body, int status, std::string_view code) {
    check_problem(service.post_json(lookup, body), status, code);
  };
  const std::string one = in_quotes(fnr(0));
  refused("", 400, "json_invalid");
  refused("{", 400, "json_invalid");
  refused("[]", 400, "body_invalid");
  refused(std::string(20, '[') + std::string(20, ']'), 400, "json_invalid");
  refused(R"({"parts":["Name"]})", 400, "identifier_required");
  refused(asking(""), 400, "identifier_required");
  refused(asking(one, R"("history":false)"), 400, "parts_required");
  refused(asking(one, R"("parts":["Shoesize"])"), 400, "part_unknown");
  refused(asking(one, R"("parts":"Name")"), 400, "body_invalid");
  refused(asking(one, R"("parts":["Name"],"history":1)"), 400, "body_invalid");
  refused(asking(one, R"("parts":["Name"],"asOf":"yesterday")"), 400, "parameter_invalid");
  refused(asking(one, R"("parts":["Name"],"asOf":5)"), 400, "body_invalid");
  refused(asking(one, R"("parts":["Name"],"recordedAsOf":[])"), 400, "body_invalid");
  refused(asking(one, R"("parts":["Name"],"recordedAsOf":999)"), 400, "sequence_ahead");
  refused(asking(one, R"("parts":["Name"],"parts":["Name"])"), 400, "body_invalid");
  refused(asking(one, R"("parts":["Name"],"fields":["Name"])"), 400, "body_invalid");
  refused(asking(R"({"value":"1","kind":"FNR"})"), 400, "body_invalid");
  refused(asking(R"({"value":"1","type":7})"), 400, "body_invalid");
  const Answer pointed = service.post_json(lookup, asking(one + R"(,{"value":"1","x":1})"));
  CHECK(member(pointed, "pointer") == "/identifiers/1");
  check_problem(service.call(http::Method::post, lookup, asking(one), {{"content-type", "text/x"}}),
                415, "json_required");
  check_problem(service.post_json(lookup + "?parts=Name", asking(one)), 400, "parameter_unknown");
  std::string many = one;
  for (int i = 1; i < 1000; ++i) many += "," + one;
  CHECK(service.post_json(lookup, asking(many)).status == 200);
  refused(asking(many + "," + one), 400, "too_many_items");
}

TEST_CASE("a person by id has a strong ETag that moves when the answer does") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const std::string target = "/v1/person/" + service.id_of(fnr(0)) + "?parts=Name";
  const Answer first = service.get(target);
  REQUIRE(first.status == 200);
  CHECK(first.etag.size() == 34);
  CHECK(first.cache_control == "no-store"); // no cache keeps a person; who asks may, and ask again
  for (const std::string& header :
       {first.etag, "W/" + first.etag, "\"x\", " + first.etag, std::string("*")}) {
    const Answer same = service.get(target, {{"If-None-Match", header}});
    CHECK(same.status == 304);
    CHECK(same.body.empty());
    CHECK(same.etag == first.etag);
  }
  for (const char* header : {"\"other\"", "W/", "W/W/", "\"x\", W/", "\"", "W/\"", ",", ""}) {
    CAPTURE(header);
    CHECK(service.get(target, {{"if-none-match", header}}).status == 200);
  }
  service.import(document(fnr(0), name_element("Ola", "Hansen")), "2026-02-01T00:00:00Z");
  const Answer moved = service.get(target, {{"If-None-Match", first.etag}});
  CHECK(moved.status == 200);
  CHECK(moved.etag != first.etag);
}

TEST_CASE("an ETag stays when only what the caller may not see has changed") {
  RegistryFixture service(
      ApiOptions{.v1_access = grunndata::registry::Access::no_legal_basis});
  const std::string name = name_element("Ola", "Nordmann");
  const std::string protection =
      R"(,"adressebeskyttelse":[{"erGjeldende":true,"graderingsnivaa":"fortrolig"}])";
  const auto address = [](const std::string& street) {
    return R"(,"oppholdsadresse":[{"erGjeldende":true,"adressegradering":"fortrolig",)"
           R"("vegadresse":{"kommunenummer":"0301","adressenavn":")" +
           street + R"("}}])";
  };
  service.import(document(fnr(0), name + protection + address("Gata")));
  const std::string target =
      "/v1/person/" + service.id_of(fnr(0)) + "?parts=Name,PresentAddress&history=true";
  const Answer first = service.get(target);
  service.import(document(fnr(0), name + protection + address("Veien")), "2026-02-01T00:00:00Z");
  CHECK(service.get(target, {{"If-None-Match", first.etag}}).status == 304);
}

TEST_CASE("asOf and recordedAsOf go back on their own axis") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const auto known = service.registry().newest_sequence();
  service.import(document(fnr(0), name_element("Ola", "Hansen")), "2026-02-01T00:00:00Z");
  const std::string target = "/v1/person/" + service.id_of(fnr(0)) + "?parts=Name";
  CHECK(service.get(target).holds("Hansen"));
  const Answer then = service.get(target + "&recordedAsOf=" + std::to_string(known));
  CHECK(then.holds("Nordmann"));
  CHECK_FALSE(then.holds("Hansen"));
  check_problem(service.get(target + "&recordedAsOf=2001-01-01"), 404, "not_known_then");
  check_problem(service.get(target + "&recordedAsOf=99999"), 400, "sequence_ahead");
  CHECK(service.get(target + "&asOf=2025-06-01").status == 200);
  CHECK(service.get(target + "&asOf=2025-06-01T00:00:00%2B02:00").status == 200);
  const Answer later = service.post_json(
      lookup,
      asking(in_quotes(fnr(0)), R"("parts":["Name"],"recordedAsOf":)" + std::to_string(known)));
  CHECK(later.holds("Nordmann"));
  const Answer never = service.post_json(
      lookup, asking(in_quotes(fnr(0)), R"("parts":["Name"],"recordedAsOf":"2001-01-01")"));
  check_problem(never, 404, "not_known_then");
}

TEST_CASE("somebody who came after recordedAsOf is not known then, each for itself") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const std::string known = std::to_string(service.registry().newest_sequence());
  service.import(document(fnr(1)));
  const Answer answer =
      service.post_json(lookup, asking(in_quotes(fnr(0)) + "," + in_quotes(fnr(1)),
                                       R"("parts":["Name"],"recordedAsOf":)" + known));
  CHECK(answer.holds(R"({"index":0,"status":"found")"));
  CHECK(answer.holds(R"({"index":1,"status":"notKnownThen"})"));
}

TEST_CASE("the parameters of a person by id are read strictly") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const std::string person = "/v1/person/" + service.id_of(fnr(0));
  check_problem(service.get(person), 400, "parts_required");
  check_problem(service.get(person + "?parts=Shoesize"), 400, "part_unknown");
  check_problem(service.get(person + "?parts=Name&verbose=1"), 400, "parameter_unknown");
  check_problem(service.get(person + "?PARTS=Name"), 400, "parameter_unknown");
  check_problem(service.get(person + "?parts=Name&history=True"), 400, "parameter_invalid");
  check_problem(service.get(person + "?parts=Name&history=true&history=true"), 400,
                "parameter_repeated");
  check_problem(service.get(person + "?parts=Name&asOf=2025-02-30"), 400, "parameter_invalid");
  check_problem(service.get(person + "?parts=Name&recordedAsOf=x"), 400, "parameter_invalid");
  check_problem(service.get(person + "?parts=%zz"), 400, "form_invalid");
  check_problem(service.get("/v1/person/nobody?parts=Name"), 404, "person_not_found");
  check_problem(service.get("/v1/person/%ff?parts=Name"), 400, "identifier_malformed");
  CHECK(service.get(person + "?parts=Name&parts=Gender,Birth").holds(R"("gender":[])"));
}

TEST_CASE("answers about persons tell how old the data is") {
  RegistryFixture service;
  CHECK(service.get("/v1/person/nobody?parts=Name").source_age.empty());
  RegistryFixture loaded;
  loaded.import(document(fnr(0)));
  CHECK_FALSE(loaded.get("/v1/person/nobody?parts=Name").source_age.empty());
  CHECK_FALSE(loaded.get_v2("/api/legal-basis/event/latest").source_age.empty());
  CHECK(loaded.get("/livez").source_age.empty());
}
