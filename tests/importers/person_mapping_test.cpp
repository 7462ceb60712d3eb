#include "tests/importers/mapping_probe.h"

#include "importers/folkeregisteret/element_schemas.h"
#include "importers/folkeregisteret/row_writer.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;
using registry::Grading;
using registry::PersonPart;

TEST_CASE("every element of Folkeregisteret has a mapping onto its part") {
  for (const registry::PersonPartFacts& facts : registry::person_parts) {
    CAPTURE(facts.property);
    const ElementMapping* const element = element_of(facts.part);
    if (facts.source_element.empty()) {
      CHECK(element == nullptr);
      continue;
    }
    REQUIRE(element != nullptr);
    CHECK(element->element == facts.source_element);
    CHECK(element->part == facts.part);
    CHECK(element->is_list == facts.is_list);
    CHECK(find_element(facts.source_element) == element);
  }
  CHECK(find_element("") == nullptr);
  CHECK(find_element("navnet") == nullptr);
}

TEST_CASE("metadata comes first in a row, date-times as they were, and ends where it says") {
  Probe probe;
  probe.with(R"("navn":[{"etternavn":"B","fornavn":"A","opphoerstidspunkt":"2021-01-01T00:00:00Z",
    "gyldighetstidspunkt":"2020-01-01T00:00:00.123456789+01:00","aarsak":"Navn","kilde":"test",
    "erGjeldende":false,"ajourholdstidspunkt":"2020-02-01T10:00:00+01:00"}])");
  const std::string metadata =
      R"({"registeredAt":"2020-02-01T10:00:00+01:00","isValid":false,"source":"test",)"
      R"("reason":"Navn","validFrom":"2020-01-01T00:00:00.123456789+01:00",)"
      R"("validTo":"2021-01-01T00:00:00Z")";
  CHECK(probe.row(PersonPart::name) == metadata + R"(,"givenName":"A","familyName":"B"})");
  const auto& draft = probe.draft(PersonPart::name);
  CHECK(draft.metadata_bytes == metadata.size());
  CHECK(draft.validity == registry::Validity::not_valid);
  CHECK(draft.valid_from == registry::parse_date_time("2020-01-01T00:00:00.123456789+01:00"));
  CHECK(draft.valid_to == registry::parse_date_time("2021-01-01T00:00:00Z"));
  CHECK(draft.registered_at == registry::parse_date_time("2020-02-01T10:00:00+01:00"));
  CHECK(probe.report.empty());
}

TEST_CASE("a row without metadata has one byte of it") {
  Probe probe;
  probe.with(R"("navn":[{"fornavn":"A"}],"statsborgerskap":[{}])");
  CHECK(probe.row(PersonPart::name) == R"({"givenName":"A"})");
  CHECK(probe.draft(PersonPart::name).metadata_bytes == 1);
  CHECK(probe.draft(PersonPart::name).validity == registry::Validity::unsaid);
  CHECK(probe.row(PersonPart::citizenship) == "{}");
}

TEST_CASE("rows are grouped by part, each part in delivered order") {
  Probe probe;
  probe.map(R"({"statsborgerskap":[{"statsborgerskap":"SWE"},{"statsborgerskap":"NOR"}],
    "navn":[{"fornavn":"B"},{"fornavn":"A"}],"identifikasjonsnummer":[{"status":"iBruk",
    "foedselsEllerDNummer":"12838449881","identifikatortype":"foedselsnummer"}]})");
  REQUIRE(!probe.fault);
  REQUIRE(probe.record.assertions.size() == 5);
  for (std::size_t at = 1; at < 5; ++at) {
    CHECK(probe.record.assertions[at - 1].part <= probe.record.assertions[at].part);
  }
  CHECK(probe.rows(PersonPart::name) ==
        std::vector<std::string>{R"({"givenName":"B"})", R"({"givenName":"A"})"});
  CHECK(probe.rows(PersonPart::citizenship) ==
        std::vector<std::string>{R"({"countryCode":"SWE"})", R"({"countryCode":"NOR"})"});
}

TEST_CASE("the raw document loses its white space only, and elements are slices of it") {
  Probe probe;
  probe.map("{ \"identifikasjonsnummer\" : [ {\n \"status\":\"iBruk\", \"kilde\": \"a  b\","
            " \"foedselsEllerDNummer\":\"12838449881\"} ],\r\n\t\"nytt\": [1, {\"x\": null}] }\n");
  REQUIRE(!probe.fault);
  CHECK(probe.record.raw ==
        R"({"identifikasjonsnummer":[{"status":"iBruk","kilde":"a  b",)"
        R"("foedselsEllerDNummer":"12838449881"}],"nytt":[1,{"x":null}]})");
  const auto& draft = probe.draft(PersonPart::norwegian_identification_number);
  CHECK(probe.record.raw.substr(draft.element.begin, draft.element.size) ==
        R"({"status":"iBruk","kilde":"a  b","foedselsEllerDNummer":"12838449881"})");
}

TEST_CASE("an enum value that the contract lacks is left out, and shown raw to v1") {
  Probe probe;
  probe.with(R"("identitetsgrunnlag":[{"kilde":"x","identitetsgrunnlagstatus":"unik"}])");
  const auto& draft = probe.draft(PersonPart::identity_verification);
  CHECK(probe.text(draft.row) == R"({"source":"x"})");
  CHECK(probe.text(draft.v1_row) == R"({"source":"x","identityVerificationStatus":"unik"})");
  CHECK(draft.open_row.empty());
  CHECK(probe.report.count(Oddity::unknown_value, "identitetsgrunnlag.identitetsgrunnlagstatus") ==
        1);
}

TEST_CASE("a known enum value needs no rendering of its own for v1") {
  Probe probe;
  probe.with(R"("identitetsgrunnlag":[{"identitetsgrunnlagstatus":"kontrollert"}])");
  CHECK(probe.draft(PersonPart::identity_verification).v1_row.empty());
}

TEST_CASE("a status outside the open list is shown as Active without legal basis") {
  Probe probe;
  for (const auto& [status, written] :
       {std::pair{"midlertidig", "Temporary"}, {"forsvunnet", "Disappeared"},
        {"foedselsregistrert", "RegisteredAtBirth"}, {"ikkeBosatt", "NotResident"}}) {
    probe.with(R"("status":[{"status":")" + std::string(status) + R"("}])");
    const auto& draft = probe.draft(PersonPart::status);
    CHECK(probe.text(draft.row) == R"({"status":")" + std::string(written) + R"("})");
    CHECK(probe.text(draft.open_row) == R"({"status":"Active"})");
  }
  for (const char* status : {"bosatt", "utflyttet", "doed", "opphoert", "inaktiv", "aktiv"}) {
    probe.with(R"("status":[{"status":")" + std::string(status) + R"("}])");
    CHECK(probe.draft(PersonPart::status).open_row.empty());
  }
  probe.with(R"("status":[{"status":"nyttig"}])");
  CHECK(probe.text(probe.draft(PersonPart::status).row) == "{}");
  CHECK(probe.text(probe.draft(PersonPart::status).open_row) == R"({"status":"Active"})");
  CHECK(probe.text(probe.draft(PersonPart::status).v1_row) == R"({"status":"nyttig"})");
}

TEST_CASE("a missing birth date is null, the year stays") {
  Probe probe;
  probe.with(R"("foedsel":[{"foedselsaar":"1984"}])");
  CHECK(probe.row(PersonPart::birth) == R"({"birthDate":null,"birthYear":"1984"})");
  probe.with(R"("foedsel":[{"foedselsdato":null,"foedselsaar":"1984"}])");
  CHECK(probe.row(PersonPart::birth) == R"({"birthDate":null,"birthYear":"1984"})");
  CHECK(probe.report.empty());
  probe.with(R"("foedsel":[{"foedselsdato":"1984-02-30","foedselsaar":1984}])");
  CHECK(probe.row(PersonPart::birth) == R"({"birthDate":null,"birthYear":"1984"})");
  CHECK(probe.report.count(Oddity::bad_time, "foedsel.foedselsdato") == 1);
  CHECK(probe.report.count(Oddity::wrong_type, "foedsel.foedselsaar") == 1);
}

TEST_CASE("doedsfall is an object, and an object where a list belongs is one row") {
  Probe probe;
  probe.with(R"("doedsfall":{"doedsdato":"2026-02-10"},"navn":{"fornavn":"A"})");
  CHECK(probe.row(PersonPart::death) == R"({"deceasedDate":"2026-02-10T00:00:00Z"})");
  CHECK(probe.row(PersonPart::name) == R"({"givenName":"A"})");
  CHECK(probe.report.count(Oddity::wrong_shape, "navn") == 1);
  CHECK(probe.report.count(Oddity::wrong_shape, "doedsfall") == 0);
  probe.with(R"("doedsfall":[{"doedsdato":"2026-02-10"}])");
  CHECK(probe.row(PersonPart::death) == R"({"deceasedDate":"2026-02-10T00:00:00Z"})");
  CHECK(probe.report.count(Oddity::wrong_shape, "doedsfall") == 1);
}

TEST_CASE("unknown properties are kept in the raw document and counted by name, without values") {
  Probe probe;
  probe.with(R"("hemmelig12838449881":1,"navn":[{"fornavn":"A","kallenavn":"K","originaltNavn":
    {"tittel":"T"}}],"nyttElement":[{"a":1}])");
  CHECK(probe.row(PersonPart::name) == R"({"givenName":"A","originalName":{}})");
  CHECK(probe.report.count(Oddity::unknown_field, "navn.kallenavn") == 1);
  CHECK(probe.report.count(Oddity::unknown_field, "navn.originaltNavn.tittel") == 1);
  CHECK(probe.report.count(Oddity::unknown_field, "nyttElement") == 1);
  CHECK(probe.report.count(Oddity::unknown_field, "*") == 1);
  CHECK(probe.record.raw.find("kallenavn") != std::string::npos);
}

TEST_CASE("a date-time that cannot be read is left out and counted") {
  Probe probe;
  probe.with(R"("navn":[{"ajourholdstidspunkt":"i går","gyldighetstidspunkt":"2020-01-01",
    "opphoerstidspunkt":17,"fornavn":"A"}])");
  CHECK(probe.row(PersonPart::name) ==
        R"({"validFrom":"2020-01-01T00:00:00Z","givenName":"A"})");
  CHECK(probe.draft(PersonPart::name).valid_from == registry::oslo_midnight("2020-01-01"));
  CHECK(!probe.draft(PersonPart::name).registered_at);
  CHECK(probe.report.count(Oddity::bad_time, "navn.ajourholdstidspunkt") == 1);
  CHECK(probe.report.count(Oddity::wrong_type, "navn.opphoerstidspunkt") == 1);
}

TEST_CASE("an empty date-time is none") {
  Probe probe;
  probe.with(R"("navn":[{"ajourholdstidspunkt":"","fornavn":""}])");
  CHECK(probe.row(PersonPart::name) == R"({"givenName":""})");
  CHECK(!probe.draft(PersonPart::name).registered_at);
}

TEST_CASE("values of a wrong type never make wrong output") {
  Probe probe;
  probe.with(R"("navn":[{"fornavn":{"a":1},"mellomnavn":["M","N"],"etternavn":true,
    "originaltNavn":"x","erGjeldende":"ja"}],
    "bostedsadresse":[{"adressegradering":"ugradert","grunnkrets":"0512","stemmekrets":1.5,
      "skolekrets":"tre","kirkekrets":99999999999999999,"vegadresse":{"kommunenummer":"0301",
      "adressenummer":{"husnummer":7}}}],
    "status":[{"status":4}],"brukAvSamiskSpraak":[{"spraak":"nordsamisk"}],
    "sivilstand":["gift",null,7,[]])");
  REQUIRE(!probe.fault);
  CHECK(probe.row(PersonPart::name) == R"({"middleName":"M"})");
  CHECK(probe.row(PersonPart::residential_address) ==
        R"({"streetAddress":{"municipalityNumber":"0301","municipalityName":"Oslo",)"
        R"("countyNumber":"03","countyName":"Oslo","addressNumber":{"houseNumber":"7"}},)"
        R"("addressConfidentiality":"Unclassified","basicStatisticalUnit":512,)"
        R"("fullBasicStatisticalUnitNumber":"03010512","churchDistrict":99999999999999999})");
  CHECK(probe.row(PersonPart::status) == "{}");
  CHECK(probe.row(PersonPart::use_of_sami_language) == R"({"language":["Nordsamisk"]})");
  CHECK(probe.rows(PersonPart::marital_status).empty());
  CHECK(probe.report.count(Oddity::wrong_type, "sivilstand") == 4);
}

TEST_CASE("a property or element given twice counts once") {
  Probe probe;
  probe.with(R"("navn":[{"fornavn":"A","fornavn":"B"}],"navn":[{"fornavn":"C"}])");
  CHECK(probe.row(PersonPart::name) == R"({"givenName":"A"})");
  CHECK(probe.report.count(Oddity::duplicate_field, "navn.fornavn") == 1);
  CHECK(probe.report.count(Oddity::duplicate_field, "navn") == 1);
}

TEST_CASE("escapes become plain UTF-8, in keys and values too") {
  Probe probe;
  probe.with(R"("n\u0061vn":[{"forn\u0061vn":"S\u00d8R\/\"\\\n\u0001","etternavn":)"
             R"("\ud83d\ude00\u20ac"}],"status":[{"status":"bos\u0061tt"}])");
  CHECK(probe.row(PersonPart::name) ==
        "{\"givenName\":\"SØR/\\\"\\\\\\n\\u0001\",\"familyName\":\"😀€\"}");
  CHECK(probe.row(PersonPart::status) == R"({"status":"Resident"})");
}

TEST_CASE("a text beyond its limit stays in the source record only") {
  Probe probe;
  const std::string longest(value_bytes_max - 2, 'a');
  probe.with(R"("navn":[{"fornavn":")" + longest + R"(","etternavn":")" + longest + R"(a"}])");
  CHECK(probe.row(PersonPart::name) == R"({"givenName":")" + longest + R"("})");
  CHECK(probe.report.count(Oddity::too_long, "navn.etternavn") == 1);
}

TEST_CASE("the newest registered-at of all rows is the document's") {
  Probe probe;
  probe.with(R"("navn":[{"ajourholdstidspunkt":"2020-01-01T00:00:00Z"},
    {"ajourholdstidspunkt":"2022-01-01T00:00:00Z"}],
    "status":[{"ajourholdstidspunkt":"2021-01-01T00:00:00Z"}])");
  CHECK(probe.record.registered_at == registry::parse_date_time("2022-01-01T00:00:00Z"));
}

TEST_CASE("what is no JSON object is refused, saying where and why") {
  Probe probe;
  for (const char* json :
       {"", " ", "{", "{}}", "{} {}", R"({"a":1,})", R"({"a":tru})", "{\"a\":\"\xff\"}",
        R"({"a":"\x"})", "{'a':1}", "{\"a\":\"b\nc\"}"}) {
    CAPTURE(json);
    probe.map(json);
    REQUIRE(probe.fault);
    CHECK(probe.fault->reason == "json");
    CHECK(probe.fault->json_path == "$");
  }
  probe.map(std::string_view());
  CHECK(probe.fault->reason == "json");
  for (const char* json : {"[]", "null", "17", "\"x\""}) {
    probe.map(json);
    REQUIRE(probe.fault);
    CHECK(probe.fault->reason == "not_an_object");
  }
  probe.map(std::string(document_bytes_max + 1, ' '));
  CHECK(probe.fault->reason == "too_large");
}

TEST_CASE("a document with too many rows is refused") {
  Probe probe;
  std::string rows = "{}";
  for (std::size_t row = 0; row < rows_max + 1; ++row) rows += ",{}";
  probe.with(R"("navn":[)" + rows + "]");
  REQUIRE(probe.fault);
  CHECK(probe.fault->reason == "too_many_rows");
}

TEST_CASE("very deep nesting is refused or skipped, never a crash") {
  Probe probe;
  const std::string deep(500, '[');
  probe.with(R"("nytt":)" + deep + std::string(500, ']'));
  CHECK(!probe.fault);
  probe.with(R"("nytt":)" + std::string(5000, '[') + std::string(5000, ']'));
  CHECK(probe.fault);
}

TEST_CASE("a mapper gives the same for a document whatever came before it") {
  PersonMapper mapper{MappingOptions{}};
  registry::SourceRecord first;
  registry::SourceRecord second;
  MappingReport report;
  const std::string one = person_with(R"("navn":[{"fornavn":"A"}])");
  const std::string other = person_with(
      R"("adressebeskyttelse":[{"graderingsnivaa":"strengtFortrolig"}],"foedsel":[{}])");
  REQUIRE(mapper.map(one, first, report));
  REQUIRE(mapper.map(other, second, report));
  REQUIRE(!mapper.map("{", second, report));
  REQUIRE(mapper.map(one, second, report));
  CHECK(first.text == second.text);
  CHECK(first.raw == second.raw);
  CHECK(second.protection == Grading::unclassified);
  CHECK(second.identifiers.size() == 1);
}
