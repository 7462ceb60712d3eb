// POST /v1/identifier/check, and what a text of a caller is looked up as.
#include "api/person_key.h"
#include "identifiers/generate.h"
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::api;
using grunndata::identifiers::Reason;
using grunndata::registry::IdentifierType;

namespace {

const std::string check = "/v1/identifier/check";

std::string asking(std::string_view identifiers, std::string_view more = {}) {
  return R"({"identifiers":[)" + std::string(identifiers) + "]" + std::string(more) + "}";
}

} // namespace

TEST_CASE("each number is judged as the command line judges it, in order, nothing looked up") {
  RegistryFixture service;
  const Answer answer = service.post_json(check, asking('"' + fnr(0) + R"(","123",5,"")"));
  REQUIRE(answer.status == 200);
  CHECK(answer.body ==
        R"({"results":[{"line":1,"valid":true,"kind":"fnr","birthDate":null,)"
        R"("birthDateDerived":false,"synthetic":"skatteetaten","reason":null},)"
        R"({"line":2,"valid":false,"kind":"none","birthDate":null,"birthDateDerived":false,)"
        R"("synthetic":null,"reason":"length"},)"
        R"({"line":3,"valid":false,"kind":"none","birthDate":null,"birthDateDerived":false,)"
        R"("synthetic":null,"reason":"json"},)"
        R"({"line":4,"valid":false,"kind":"none","birthDate":null,"birthDateDerived":false,)"
        R"("synthetic":null,"reason":"length"}]})");
}

TEST_CASE("environment, rule and target can be chosen") {
  RegistryFixture service;
  const std::string number = '"' + fnr(0) + '"';
  CHECK(service.post_json(check, asking(number, R"(,"environment":"production")"))
            .holds(R"("reason":"synthetic_not_allowed")"));
  CHECK(service.post_json(check, asking(number, R"(,"rule":"pre2032")"))
            .holds(R"("birthDate":"1980-03-14","birthDateDerived":true)"));
  CHECK(service.post_json(check, asking(R"("974760673")", R"(,"target":"orgnr")"))
            .holds(R"("kind":"orgnr")"));
}

TEST_CASE("a check body is read strictly") {
  RegistryFixture service;
  const auto code_of = [&](const std::string& body) {
    const Answer answer = service.post_json(check, body);
    CHECK(answer.content_type == "application/problem+json");
    return member(answer, "code");
  };
  CHECK(code_of("{}") == "identifier_required");
  CHECK(code_of("7") == "body_invalid");
  CHECK(code_of(asking("\"1\"", R"(,"environment":"moon")")) == "body_invalid");
  CHECK(code_of(asking("\"1\"", R"(,"rule":"1964")")) == "body_invalid");
  CHECK(code_of(asking("\"1\"", R"(,"target":"fnr")")) == "body_invalid");
  CHECK(code_of(asking("\"1\"", R"(,"target":5)")) == "body_invalid");
  CHECK(code_of(asking("\"1\"", R"(,"other":"x")")) == "body_invalid");
  CHECK(code_of(asking("\"1\",")) == "json_invalid");
  std::string many = "\"1\"";
  for (int i = 1; i < 1000; ++i) many += ",\"1\"";
  CHECK(service.post_json(check, asking(many)).status == 200);
  CHECK(code_of(asking(many + ",\"1\"")) == "too_many_items");
}

TEST_CASE("what a text of a person is looked up as") {
  const auto rules = grunndata::identifiers::rules_for(grunndata::identifiers::Environment::test);
  const auto type_of = [&](const std::string& text) {
    const PersonKey key = person_key(text, rules);
    REQUIRE(key.key.has_value());
    CHECK(key.key->text == text);
    return key.key->type;
  };
  CHECK(type_of(fnr(0)) == IdentifierType::fnr);
  CHECK(type_of(dnr(0)) == IdentifierType::dnr);
  CHECK(type_of("202200000042") == IdentifierType::duf);
  std::optional<grunndata::identifiers::PersonText> common;
  for (std::uint32_t prefix = 800'000'100; !common; ++prefix) {
    common = grunndata::identifiers::make_felles_hjelpenummer(prefix);
  }
  CHECK(type_of(std::string(common->text())) == IdentifierType::fhn);
  CHECK(person_key("123", rules).reason == Reason::length);
  CHECK(person_key("PASS-1", rules, IdentifierType::foreign, "SWE/passport").key.has_value());
  CHECK(person_key("", rules, IdentifierType::alias, {}).reason == Reason::length);
  CHECK(person_key(std::string(129, 'x'), rules, IdentifierType::alias, {}).reason ==
        Reason::length);
  CHECK(person_key("x", rules, IdentifierType::foreign, std::string(129, 'x')).reason ==
        Reason::assigner);
}
