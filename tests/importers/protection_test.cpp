#include "importers/folkeregisteret/element_schemas.h"
#include "registry/place_fields.h"
#include "tests/importers/mapping_probe.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;
using registry::Grading;
using registry::PersonPart;

namespace {
Grading protection_of(std::string_view rows) {
  Probe probe;
  probe.with(R"("adressebeskyttelse":[)" + std::string(rows) + "]");
  REQUIRE(!probe.fault);
  return probe.record.protection;
}
} // namespace

TEST_CASE("protection is the greatest grading among the current rows") {
  CHECK(protection_of("") == Grading::unclassified);
  CHECK(protection_of(R"({"graderingsnivaa":"fortrolig"})") == Grading::confidential);
  CHECK(protection_of(R"({"erGjeldende":true,"graderingsnivaa":"strengtFortrolig"})") ==
        Grading::strictly_confidential);
  CHECK(protection_of(R"({"erGjeldende":false,"graderingsnivaa":"fortrolig"})") ==
        Grading::unclassified);
  CHECK(protection_of(
            R"({"graderingsnivaa":"fortrolig","opphoerstidspunkt":"2020-01-01T00:00:00Z"})") ==
        Grading::unclassified);
  CHECK(protection_of(R"({"graderingsnivaa":"klientadresse"},{"graderingsnivaa":"fortrolig"},
    {"erGjeldende":false,"graderingsnivaa":"strengtFortrolig"})") == Grading::confidential);
}

TEST_CASE("a row that says it is current protects, whatever end it carries") {
  CHECK(protection_of(R"({"erGjeldende":true,"graderingsnivaa":"fortrolig",
    "opphoerstidspunkt":"2099-01-01T00:00:00Z"})") == Grading::confidential);
}

TEST_CASE("an end that cannot be read ends no protection") {
  CHECK(protection_of(R"({"graderingsnivaa":"fortrolig","opphoerstidspunkt":"snart"})") ==
        Grading::confidential);
}

TEST_CASE("an unknown, missing or malformed grading is strictly confidential") {
  Probe probe;
  for (const char* level : {R"("graderingsnivaa":"hemmelig")", R"("graderingsnivaa":7)",
                            R"("graderingsnivaa":null)", R"("kilde":"x")"}) {
    CAPTURE(level);
    probe.with(R"("adressebeskyttelse":[{)" + std::string(level) + "}]");
    CHECK(probe.record.protection == Grading::strictly_confidential);
    CHECK(probe.row(PersonPart::address_protection).find(
              R"("protectionLevel":"StrictlyConfidential")") != std::string::npos);
    CHECK(!probe.report.empty());
  }
  probe.with(R"("adressebeskyttelse":[{"graderingsnivaa":"hemmelig"}])");
  CHECK(probe.text(probe.draft(PersonPart::address_protection).v1_row) ==
        R"({"protectionLevel":"hemmelig"})");
}

TEST_CASE("each address carries its own grading, and only protection rows protect the person") {
  Probe probe;
  for (const auto& [element, part] :
       {std::pair{"bostedsadresse", PersonPart::residential_address},
        {"deltBosted", PersonPart::shared_residence},
        {"oppholdsadresse", PersonPart::present_address},
        {"postadresse", PersonPart::postal_address},
        {"postadresseIUtlandet", PersonPart::foreign_postal_address}}) {
    const std::string name = element;
    probe.with("\"" + name + R"(":[{"adressegradering":"fortrolig"}])");
    CHECK(probe.draft(part).grading == Grading::confidential);
    probe.with("\"" + name + R"(":[{"adressegradering":"klientadresse"}])");
    CHECK(probe.draft(part).grading == Grading::client_address);
    probe.with("\"" + name + R"(":[{"adressegradering":"nyGrad"}])");
    CHECK(probe.draft(part).grading == Grading::strictly_confidential);
    probe.with("\"" + name + R"(":[{"kilde":"x"}])");
    CHECK(probe.draft(part).grading == Grading::strictly_confidential);
    CHECK(probe.report.count(Oddity::missing_grading, name + ".adressegradering") == 1);
    CHECK(probe.record.protection == Grading::unclassified);
  }
}

TEST_CASE("without legal basis a spouse's number is left out of the marital status") {
  Probe probe;
  probe.with(R"("sivilstand":[{"sivilstand":"gift","kommune":"0301","sted":"Kirken",
    "relatertVedSivilstand":"12838449881"}])");
  CHECK(probe.text(probe.draft(PersonPart::marital_status).open_row) ==
        R"({"status":"Married","municipalityNumber":"0301","municipalityName":"Oslo",)"
        R"("countyNumber":"03","countyName":"Oslo","place":"Kirken"})");
  probe.with(R"("sivilstand":[{"sivilstand":"ugift"}])");
  CHECK(probe.draft(PersonPart::marital_status).open_row.empty());
}

TEST_CASE("a protected person's rows that tell a place have a form without it") {
  Probe probe;
  const std::string rows =
      R"("foedsel":[{"foedselsaar":"1984","foedested":"Bodø","foedekommuneINorge":"1804",
         "foedeland":"NOR"}],
         "sivilstand":[{"sivilstand":"gift","kommune":"0301","sted":"Kirken",
         "relatertVedSivilstand":"12838449881"}],
         "vergemaalEllerFremtidsfullmakt":[{"vergemaaltype":"voksen","embete":"oslo"}])";
  for (const char* level : {"fortrolig", "strengtFortrolig"}) {
    // The protection may stand after what it protects.
    probe.with(rows + R"(,"adressebeskyttelse":[{"graderingsnivaa":")" + level + R"("}])");
    CHECK(probe.text(probe.draft(PersonPart::birth).open_row) ==
          R"({"birthDate":null,"birthYear":"1984","birthCountry":"NOR"})");
    CHECK(probe.text(probe.draft(PersonPart::marital_status).open_row) ==
          R"({"status":"Married"})");
    CHECK(probe.text(
              probe.draft(PersonPart::guardianship_or_future_power_of_attorney).open_row) ==
          R"({"guardianshipType":"Adult"})");
    const bool is_told = std::string_view(level) == "fortrolig";
    CHECK((probe.row(PersonPart::birth).find("Bodø") != std::string::npos) == is_told);
  }
  probe.with(rows + R"(,"adressebeskyttelse":[{"graderingsnivaa":"klientadresse"}])");
  CHECK(probe.draft(PersonPart::birth).open_row.empty());
}

TEST_CASE("the registry leaves out the same fields of whoever is protected through others") {
  using registry::Naming;
  std::size_t places = 0;
  for (const registry::PersonPartFacts& facts : registry::person_parts) {
    if (!registry::locates_in_fields(facts.part)) continue;
    for (const Field& field : element_of(facts.part)->schema->all()) {
      CAPTURE(std::string(field.property));
      const bool tells_place = field.withheld == Withheld::when_protected;
      places += tells_place ? 1 : 0;
      CHECK(registry::tells_no_place(facts.part, field.property, Naming::contract) != tells_place);
      CHECK(registry::tells_no_place(facts.part, field.source, Naming::folkeregisteret) !=
            tells_place);
    }
  }
  CHECK(places == 6);
}

TEST_CASE("a strictly protected person's record and rows hold no field that tells a place") {
  const std::string rows =
      R"("navn":[{"fornavn":"A","etternavn":"B"}],
         "foedsel":[{"foedested":"Bodø","foedselsaar":"1984","foedekommuneINorge":"1804"},
                    {"foed\u0065sted":"Bodø","foedselsaar":"1983","erGjeldende":false}],
         "sivilstand":[{"kommune":"0301","sivilstand":"gift","sted":"Kirken {\"x\":1}",
         "relatertVedSivilstand":"12838449881"}],
         "vergemaalEllerFremtidsfullmakt":[{"embete":"oslo"}],"ukjent":{"sted":"Blir"})";
  Probe probe;
  probe.with(rows + R"(,"adressebeskyttelse":[{"graderingsnivaa":"strengtFortrolig"}])");
  REQUIRE(!probe.fault);
  for (const char* place : {"Bodø", "1804", "0301", "Kirken", "oslo"}) {
    CAPTURE(place);
    CHECK(probe.record.raw.find(place) == std::string::npos);
    CHECK(probe.record.text.find(place) == std::string::npos);
  }
  // Who else it is about stays, with legal basis, and so does what is not ours to judge.
  CHECK(probe.row(PersonPart::marital_status) ==
        R"({"status":"Married","relatedByMaritalStatus":"12838449881"})");
  CHECK(probe.record.raw.find(R"("ukjent":{"sted":"Blir"})") != std::string::npos);
  CHECK(probe.record.raw.back() == '}');
  CHECK(probe.report.count(Oddity::unknown_field, "ukjent") == 1);
  for (const registry::AssertionDraft& draft : probe.record.assertions) {
    CHECK(probe.record.raw.at(draft.element.begin) == '{');
    CHECK(probe.record.raw.at(draft.element.begin + draft.element.size - 1) == '}');
  }
  // What was reduced is mapped to itself.
  const std::string reduced = probe.record.raw;
  probe.map(reduced);
  CHECK(probe.record.raw == reduced);
}

TEST_CASE("a grading that is assumed says so, of a row and of a person") {
  Probe probe;
  probe.with(R"("adressebeskyttelse":[{"graderingsnivaa":"hemmelig"}],
    "foedsel":[{"foedested":"Bodø","foedselsaar":"1984"}])");
  CHECK(probe.record.protection_is_assumed);
  CHECK(probe.record.raw.find("Bodø") != std::string::npos);
  probe.with(R"("adressebeskyttelse":[{"graderingsnivaa":"hemmelig"},
    {"graderingsnivaa":"strengtFortrolig"}])");
  CHECK_FALSE(probe.record.protection_is_assumed);
  probe.with(R"("adressebeskyttelse":[{"graderingsnivaa":"fortrolig"},{"kilde":"x"}])");
  CHECK(probe.record.protection_is_assumed);
  probe.with(R"("adressebeskyttelse":[{"graderingsnivaa":"fortrolig"}])");
  CHECK_FALSE(probe.record.protection_is_assumed);
  probe.with(R"("bostedsadresse":[{"adressegradering":"nyGrad"}])");
  CHECK(probe.draft(PersonPart::residential_address).grading_is_assumed);
  probe.with(R"("bostedsadresse":[{"adressegradering":"strengtFortrolig"}])");
  CHECK_FALSE(probe.draft(PersonPart::residential_address).grading_is_assumed);
  CHECK_FALSE(probe.record.protection_is_assumed);
}
