// How requests under /api are read: decisions 1 to 4 of the drop-in, and its errors.
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::api;

namespace {

const std::string by_nin = "/api/legal-basis/person/get-by-nin";
const std::string bulk_by_nin = "/api/legal-basis/person/bulk-by-nin";
const std::string bulk_by_id = "/api/legal-basis/person/bulk-by-id";
const std::string form = "application/x-www-form-urlencoded";

void check_problem(const Answer& answer, int status, std::string_view code) {
  CHECK(answer.status == status);
  CHECK(answer.content_type == "application/json");
  CHECK(member(answer, "code") == code);
  CHECK(member(answer, "status") == std::to_string(status));
}

} // namespace

TEST_CASE("field names, booleans and enum values ignore case") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const Answer answer = service.post_form(
      by_nin + "?INFORMATIONPARTS=nAmE&includehistory=TRUE", "NIN=" + fnr(0));
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/json");
  CHECK(answer.holds(R"("givenName":"Ola")"));
}

TEST_CASE("unknown query and form fields are ignored and counted") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const Answer answer = service.post_form(by_nin + "?informationParts=Name&verbose=1",
                                          "nin=" + fnr(0) + "&a=1&b=2");
  CHECK(answer.status == 200);
  CHECK(service.get("/metrics").holds("grunndata_persontjenesten_unknown_fields_total 3"));
}

TEST_CASE("a content type may carry its charset, and must be a form") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const auto status_with = [&](const std::string& type) {
    return service
        .call(http::Method::post, by_nin + "?informationParts=Name", "nin=" + fnr(0),
              {{"api-version", "2"}, {"content-type", type}})
        .status;
  };
  CHECK(status_with(form + "; charset=utf-8") == 200);
  CHECK(status_with("Application/X-WWW-Form-Urlencoded;charset=UTF-8") == 200);
  CHECK(status_with("application/json") == 400);
}

TEST_CASE("information parts come repeated or with commas, in any order") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const auto body_of = [&](const std::string& query) {
    return service.post_form(by_nin + query, "nin=" + fnr(0)).body;
  };
  const std::string repeated = body_of("?informationParts=Name&informationParts=Gender");
  CHECK(repeated.find(R"("gender":[])") != std::string::npos);
  CHECK(body_of("?informationParts=Gender,Name") == repeated);
  CHECK(body_of("?informationParts=Gender%2C%20Name") == repeated);
  // The query is remembered between requests: the answer stays the same.
  CHECK(body_of("?informationParts=Gender,Name") == repeated);
}

TEST_CASE("a request without api-version 2 is refused") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const std::string target = by_nin + "?informationParts=Name";
  for (const Headers& headers : {Headers{}, Headers{{"api-version", "3"}}}) {
    Headers sent = headers;
    sent.emplace_back("content-type", form);
    check_problem(service.call(http::Method::post, target, "nin=" + fnr(0), sent), 400,
                  "api_version_required");
  }
  check_problem(service.get("/api/legal-basis/event/latest"), 400, "api_version_required");
}

TEST_CASE("missing, empty or unknown information parts are refused") {
  RegistryFixture service;
  check_problem(service.post_form(by_nin, "nin=" + fnr(0)), 400, "parts_required");
  check_problem(service.post_form(by_nin + "?informationParts=", "nin=" + fnr(0)), 400,
                "parts_required");
  check_problem(service.post_form(by_nin + "?informationParts=Shoesize", "nin=" + fnr(0)), 400,
                "part_unknown");
  check_problem(service.post_form(by_nin + "?informationParts=Name&includeHistory=maybe",
                                  "nin=" + fnr(0)),
                400, "parameter_invalid");
  check_problem(service.post_form(by_nin + "?informationParts=%zz", "nin=" + fnr(0)), 400,
                "form_invalid");
}

TEST_CASE("a number that is missing or malformed is refused without being repeated") {
  RegistryFixture service;
  const std::string target = by_nin + "?informationParts=Name";
  check_problem(service.post_form(target, ""), 400, "identifier_required");
  for (const std::string nin : {"", "1234567890", "1234567890123", "1234567890x"}) {
    const Answer answer = service.post_form(target, "nin=" + nin);
    check_problem(answer, 400, "identifier_malformed");
    if (!nin.empty()) CHECK_FALSE(answer.holds(nin));
  }
}

TEST_CASE("a well-formed number that is nobody's is 404, also with a wrong checksum") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  std::string wrong = fnr(0);
  wrong.back() = wrong.back() == '0' ? '1' : static_cast<char>(wrong.back() - 1);
  for (const std::string& nin : {wrong, fnr(1), std::string("202200000042")}) {
    const Answer answer = service.post_form(by_nin + "?informationParts=Name", "nin=" + nin);
    check_problem(answer, 404, "person_not_found");
    CHECK_FALSE(answer.holds(nin));
  }
}

TEST_CASE("bulk keeps the order of the request and gives each person once") {
  RegistryFixture service;
  for (std::size_t n = 0; n < 3; ++n) {
    service.import(document(fnr(n), name_element("Person" + std::to_string(n), "Nordmann")));
  }
  service.import(document_with_old(fnr(3), dnr(3), name_element("Person3", "Nordmann")));
  const Answer answer =
      service.post_form(bulk_by_nin + "?informationParts=Name",
                        "nins=" + fnr(2) + "," + fnr(0) + "&nins=" + dnr(3) + "&nins=" + fnr(7) +
                            "&nins=" + fnr(3) + "," + fnr(2));
  REQUIRE(answer.status == 200);
  CHECK(count_of(answer.body, R"("givenName")") == 3);
  const std::size_t second = answer.body.find("Person2");
  const std::size_t zeroth = answer.body.find("Person0");
  const std::size_t third = answer.body.find("Person3");
  CHECK(second < zeroth);
  CHECK(zeroth < third);
  CHECK(third != std::string::npos);
}

TEST_CASE("bulk omits wrong checksums, refuses malformed numbers and more than 100") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const std::string target = bulk_by_nin + "?informationParts=Name";
  std::string wrong = fnr(0);
  wrong.back() = wrong.back() == '0' ? '1' : static_cast<char>(wrong.back() - 1);
  const Answer omitted = service.post_form(target, "nins=" + wrong + "," + fnr(5));
  CHECK(omitted.status == 200);
  CHECK(omitted.body == "[]");
  check_problem(service.post_form(target, "nins=" + fnr(0) + ",12345"), 400,
                "identifier_malformed");
  check_problem(service.post_form(target, "nins=" + fnr(0) + ",,"), 400, "identifier_malformed");
  check_problem(service.post_form(target, ""), 400, "identifier_required");
  check_problem(service.post_form(target, "nins="), 400, "identifier_required");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "nins=" + fnr(0) + "&";
  CHECK(service.post_form(target, many).status == 200);
  check_problem(service.post_form(target, many + "nins=" + fnr(0)), 400, "too_many_items");
}

TEST_CASE("bulk by id takes opaque ids only") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const std::string target = bulk_by_id + "?informationParts=Name";
  const std::string id = service.id_of(fnr(0));
  const Answer found = service.post_form(target, "personIds=" + id + "&personIds=nobody");
  CHECK(found.status == 200);
  CHECK(count_of(found.body, R"("givenName":"Ola")") == 1);
  CHECK(service.post_form(target, "personIds=" + fnr(0)).body == "[]");
  check_problem(service.post_form(target, "personIds=" + std::string(65, 'a')), 400,
                "identifier_malformed");
}

TEST_CASE("an id that is no person's, or a number in place of an id, is 404") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const std::string person = "/api/no-legal-basis/person/";
  const std::string query = "?informationParts=Name";
  CHECK(service.get_v2(person + service.id_of(fnr(0)) + query).status == 200);
  check_problem(service.get_v2(person + std::string(32, '0') + query), 404, "person_not_found");
  check_problem(service.get_v2(person + fnr(0) + query), 404, "person_not_found");
  check_problem(service.get_v2(person + std::string(65, 'a') + query), 400,
                "identifier_malformed");
  check_problem(service.get_v2(person + "%ff" + query), 400, "identifier_malformed");
}
