// What answers under /api hold: decisions 4, 5, 7 to 10, 15 of the drop-in.
#include "tests/api/registry_fixture.h"

#include <doctest/doctest.h>

using namespace grunndata::api;

namespace {

const std::string nin_legal = "/api/legal-basis/person/get-by-nin?informationParts=";
const std::string nin_open = "/api/no-legal-basis/person/get-by-nin?informationParts=";

std::string duf_element(std::string_view number) {
  return R"("utlendingsmyndighetenesIdentifikasjonsnummer":[{"erGjeldende":true,)"
         R"("identifikasjonsnummer":")" +
         std::string(number) +
         R"(","identifikasjonsnummertype":"utlendingsmyndighetenesIdentifikasjonsnummer"}])";
}

} // namespace

TEST_CASE("12 digits are a DUF number, whose checksum may be wrong") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Dana", "Dadel") + "," +
                                      duf_element("202200000042")));
  const Answer answer = service.post_form(nin_legal + "Name", "nin=202200000042");
  CHECK(answer.status == 200);
  CHECK(answer.holds("Dadel"));
}

TEST_CASE("a DUF number that fits two persons resolves to nobody here, and is ambiguous on v1") {
  RegistryFixture service;
  service.import(document(fnr(0), duf_element("202200000042")));
  service.import(document(fnr(1), duf_element("202200000042")));
  CHECK(service.post_form(nin_legal + "Name", "nin=202200000042").status == 404);
  CHECK(service
            .post_form("/api/legal-basis/person/bulk-by-nin?informationParts=Name",
                       "nins=202200000042")
            .body == "[]");
  const Answer v1 = service.post_json(
      "/v1/person/lookup", R"({"identifiers":["202200000042"],"parts":["Name"]})");
  CHECK(v1.body == R"({"results":[{"index":0,"status":"ambiguous"}]})");
}

TEST_CASE("an old number answers with the person that carries on") {
  RegistryFixture service;
  service.import(document_with_old(fnr(0), dnr(0), name_element("Dana", "Dadel")));
  CHECK(service.post_form(nin_legal + "Name", "nin=" + dnr(0)).holds("Dadel"));
}

TEST_CASE("the id of a person that was merged away answers with the survivor") {
  RegistryFixture service;
  service.import(document(fnr(0), name_element("Dobbel", "Myra")));
  service.import(document(fnr(1), name_element("Annen", "Myra")));
  const std::string survivor = service.id_of(fnr(0));
  const std::string merged = service.id_of(fnr(1));
  CHECK(survivor != merged);
  service.import(document_with_old(fnr(0), fnr(1), name_element("Dobbel", "Myra")),
                 "2026-02-01T00:00:00Z");
  const Answer answer =
      service.get_v2("/api/legal-basis/person/" + merged + "?informationParts=Name");
  CHECK(answer.status == 200);
  CHECK(member(answer, "id") == survivor);
  CHECK(service.id_of(fnr(1)) == survivor);
  const Answer bulk = service.post_form(
      "/api/legal-basis/person/bulk-by-id?informationParts=Name",
      "personIds=" + merged + "," + survivor);
  CHECK(count_of(bulk.body, R"("id":)") == 1);
}

TEST_CASE("asked for and empty is [] or null; not asked for is absent") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const Answer answer = service.post_form(nin_legal + "Name,Death", "nin=" + fnr(0));
  CHECK(answer.holds(R"("name":[])"));
  CHECK(answer.holds(R"("death":null)"));
  CHECK_FALSE(answer.holds("gender"));
}

TEST_CASE("the sequence number of a person is a number") {
  RegistryFixture service;
  service.import(document(fnr(0)));
  const Answer answer = service.post_form(nin_legal + "Name", "nin=" + fnr(0));
  CHECK(answer.body.find(R"("sequenceNumber":")") == std::string::npos);
  CHECK_FALSE(member(answer, "sequenceNumber").empty());
}

TEST_CASE("history is told only when asked for, and derived ends only on v1") {
  RegistryFixture service;
  service.import_sample("01-bosatt-navn-og-adressehistorikk.json");
  const std::string nin = "nin=12838449881";
  const Answer current = service.post_form(nin_legal + "Name,ResidentialAddress", nin);
  const Answer history =
      service.post_form(nin_legal + "Name,ResidentialAddress&includeHistory=True", nin);
  CHECK_FALSE(current.holds(R"("isValid":false)"));
  CHECK(history.holds(R"("isValid":false)"));
  CHECK_FALSE(history.holds("derivedValidTo"));
  const std::string id = member(current, "id");
  const Answer v1 = service.get("/v1/person/" + id + "?parts=ResidentialAddress&history=true");
  CHECK(v1.holds("derivedValidTo"));
}

TEST_CASE("without legal basis confidential parts are absent, even when asked for") {
  RegistryFixture service;
  service.import_sample("01-bosatt-navn-og-adressehistorikk.json");
  const std::string nin = "nin=12838449881";
  const std::string parts = "Name,FamilyRelation,ParentalResponsibility,UseOfSamiLanguage";
  const Answer open = service.post_form(nin_open + parts, nin);
  CHECK(open.status == 200);
  CHECK(open.holds(R"("name":[)"));
  CHECK_FALSE(open.holds("familyRelation"));
  CHECK_FALSE(open.holds("parentalResponsibility"));
  CHECK_FALSE(open.holds("useOfSamiLanguage"));
  CHECK(service.post_form(nin_legal + parts, nin).holds(R"("familyRelation":[)"));
}

TEST_CASE("a confidential address leaves for nobody without legal basis, by no way") {
  RegistryFixture service;
  service.import_sample("06-fortrolig.json");
  const std::string number = "19887949932";
  const std::string parts = "ResidentialAddress,AddressProtection,PresentAddress";
  CHECK(service.post_form(nin_legal + parts, "nin=" + number).holds("Syltetestvegen"));
  const std::string id = service.id_of(number);
  const std::string history = "&includeHistory=true";
  for (const Answer& answer :
       {service.post_form(nin_open + parts, "nin=" + number),
        service.post_form(nin_open + parts + history, "nin=" + number),
        service.get_v2("/api/no-legal-basis/person/" + id + "?informationParts=" + parts),
        service.post_form("/api/no-legal-basis/person/bulk-by-nin?informationParts=" + parts,
                          "nins=" + number),
        service.post_form("/api/no-legal-basis/person/bulk-by-id?informationParts=" + parts,
                          "personIds=" + id)}) {
    CHECK(answer.status == 200);
    CHECK_FALSE(answer.holds("Syltetestvegen"));
    CHECK_FALSE(answer.holds("1511"));
    CHECK_FALSE(answer.holds("Confidential"));
  }
}

TEST_CASE("v1 sees what its configured access class may see") {
  RegistryFixture service(
      ApiOptions{.v1_access = grunndata::registry::Access::no_legal_basis});
  service.import_sample("06-fortrolig.json");
  const std::string id = service.id_of("19887949932");
  const Answer answer = service.get("/v1/person/" + id + "?parts=ResidentialAddress&history=true");
  CHECK(answer.status == 200);
  CHECK_FALSE(answer.holds("Syltetestvegen"));
}
