// Decisions about being a drop-in that show only in what is stored and who asks: 8, 9, 12, 14, 15
// and 17.
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::api;

namespace {

const std::string legal = "/api/legal-basis/person/get-by-nin?informationParts=";
const std::string open = "/api/no-legal-basis/person/get-by-nin?informationParts=";

std::string row(std::string_view element, std::string_view fields) {
  return '"' + std::string(element) + R"(":[{"erGjeldende":true,)" + std::string(fields) + "}]";
}

} // namespace

TEST_CASE("an enum value that the contract lacks is left out here and shown raw on v1") {
  RegistryFixture service;
  service.import(document(fnr(0), row("identitetsgrunnlag",
                                      R"("identitetsgrunnlagstatus":"unik")")));
  const Answer here = service.post_form(legal + "IdentityVerification", "nin=" + fnr(0));
  CHECK(here.holds(R"("identityVerification":[{"isValid":true)"));
  CHECK_FALSE(here.holds("unik"));
  const Answer v1 = service.get("/v1/person/" + member(here, "id") + "?parts=IdentityVerification");
  CHECK(v1.holds(R"("unik")"));
}

TEST_CASE("an unknown grading of an address counts as strictly confidential") {
  RegistryFixture service;
  service.import(document(fnr(0), row("oppholdsadresse",
                                      R"("adressegradering":"nytt","vegadresse":)"
                                      R"({"kommunenummer":"0301","adressenavn":"Gata"})")));
  CHECK_FALSE(service.post_form(open + "PresentAddress", "nin=" + fnr(0)).holds("Gata"));
}

TEST_CASE("dates are midnight in Z, date-times are passed on, a missing birth date has its year") {
  RegistryFixture service;
  service.import(document(fnr(0), R"("foedsel":[{"ajourholdstidspunkt":)"
                                  R"("2020-10-25T03:12:44.118+01:00","erGjeldende":true,)"
                                  R"("foedselsdato":"1980-03-14","foedselsaar":"1980"}])"));
  service.import(document(fnr(1), row("foedsel", R"("foedselsaar":"1981")")));
  const Answer dated = service.post_form(legal + "Birth", "nin=" + fnr(0));
  CHECK(dated.holds(R"("birthDate":"1980-03-14T00:00:00Z")"));
  CHECK(dated.holds(R"("registeredAt":"2020-10-25T03:12:44.118+01:00")"));
  const Answer year_only = service.post_form(legal + "Birth", "nin=" + fnr(1));
  CHECK(year_only.holds(R"("birthYear":"1981")"));
  CHECK_FALSE(year_only.holds(R"("birthDate":")"));
}

TEST_CASE("ids are opaque and tell nothing about order") {
  RegistryFixture service;
  for (std::size_t n = 0; n < 3; ++n) service.import(document(fnr(n)));
  const std::string first = service.id_of(fnr(0));
  const std::string second = service.id_of(fnr(1));
  const std::string third = service.id_of(fnr(2));
  CHECK(first.size() == 32);
  CHECK(first.substr(0, 8) != second.substr(0, 8));
  CHECK(second.substr(0, 8) != third.substr(0, 8));
  CHECK(first == service.id_of(fnr(0)));
}

TEST_CASE("municipalities have their names") {
  RegistryFixture service;
  service.import_sample("06-fortrolig.json");
  CHECK(service.post_form(legal + "Birth", "nin=19887949932")
            .holds(R"("birthMunicipalityName":"Stavanger")"));
}

TEST_CASE("without legal basis a status outside the open list is shown as Active") {
  RegistryFixture service;
  service.import_sample("02-d-nummer-midlertidig.json");
  const std::string nin = "nin=48879149935";
  CHECK(service.post_form(legal + "Status", nin).holds(R"("status":"Temporary")"));
  const Answer shown = service.post_form(open + "Status", nin);
  CHECK(shown.holds(R"("status":"Active")"));
  CHECK_FALSE(shown.holds("Temporary"));
}

TEST_CASE("without legal basis only names and ungraded home addresses have history") {
  RegistryFixture service;
  service.import_sample("01-bosatt-navn-og-adressehistorikk.json");
  const std::string nin = "nin=12838449881";
  const std::string history = "&includeHistory=true";
  const std::string old = R"("isValid":false)";
  CHECK(service.post_form(open + "Name" + history, nin).holds(old));
  CHECK(service.post_form(open + "ResidentialAddress" + history, nin).holds(old));
  CHECK(service.post_form(legal + "IdentityVerification" + history, nin).holds(old));
  CHECK_FALSE(service.post_form(open + "IdentityVerification" + history, nin).holds(old));
}

TEST_CASE("a person's sequence number stays when only what the caller may not see has changed") {
  RegistryFixture service;
  const std::string name = name_element("Ola", "Nordmann");
  service.import(document(fnr(0), name));
  const auto number = [&](const std::string& way) {
    return std::stoull(member(service.post_form(way + "Name", "nin=" + fnr(0)), "sequenceNumber"));
  };
  const auto before_legal = number(legal);
  const auto before_open = number(open);
  service.import(document(fnr(0), name + ",\"adressebeskyttelse\":[{\"erGjeldende\":true,"
                                         "\"graderingsnivaa\":\"fortrolig\"}],"
                                         "\"oppholdsadresse\":[{\"erGjeldende\":true,"
                                         "\"adressegradering\":\"fortrolig\",\"vegadresse\":"
                                         "{\"kommunenummer\":\"0301\",\"adressenavn\":\"A\"}}]"),
                 "2026-02-01T00:00:00Z");
  const auto protected_open = number(open);
  service.import(document(fnr(0), name + ",\"adressebeskyttelse\":[{\"erGjeldende\":true,"
                                         "\"graderingsnivaa\":\"fortrolig\"}],"
                                         "\"oppholdsadresse\":[{\"erGjeldende\":true,"
                                         "\"adressegradering\":\"fortrolig\",\"vegadresse\":"
                                         "{\"kommunenummer\":\"0301\",\"adressenavn\":\"B\"}}]"),
                 "2026-03-01T00:00:00Z");
  CHECK(number(legal) > before_legal);
  CHECK(number(legal) == service.registry().newest_sequence());
  CHECK(number(open) == protected_open);
  CHECK(protected_open >= before_open);
}

TEST_CASE("one commit gives one record per person and event type, with consecutive numbers") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Ola", "Nordmann")));
  const auto before = service.registry().newest_sequence();
  service.import(document(fnr(0), name_element("Ola", "Hansen") + "," +
                                      row("kjoenn", R"("kjoenn":"kvinne")")),
                 "2026-02-01T00:00:00Z");
  const Answer news = service.get_v2("/api/legal-basis/event?sequenceNumber=" +
                                     std::to_string(before + 1));
  CHECK(count_of(news.body, "\"ChangeInName\"") == 1);
  CHECK(count_of(news.body, "\"ChangeInGender\"") == 1);
  CHECK(count_of(news.body, "personId") == service.registry().newest_sequence() - before);
}
