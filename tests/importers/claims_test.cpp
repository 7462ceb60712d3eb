#include "tests/importers/mapping_probe.h"

#include "identifiers/check.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;
using registry::IdentifierType;
using registry::RelationType;

namespace {

std::string own(std::string_view number, std::string_view more) {
  return R"({"foedselsEllerDNummer":")" + std::string(number) + "\"," + std::string(more) + "}";
}

std::string document(const std::string& rows) {
  return R"({"identifikasjonsnummer":[)" + rows + "]}";
}

/// The synthetic number with a wrong last digit.
std::string wrong_checksum() {
  std::string number(synthetic_fnr);
  number.back() = number.back() == '0' ? '1' : '0';
  return number;
}

/// A valid number of the ordinary format, made here so that none stands in the text.
std::string ordinary_number() {
  const std::string start = std::string("010190") + "500";
  for (int control = 0; control < 100; ++control) {
    std::string number = start + std::to_string(control / 10) + std::to_string(control % 10);
    const identifiers::Rules rules = identifiers::rules_for(identifiers::Environment::production);
    if (identifiers::check_person(number, rules).valid) return number;
  }
  return {};
}

MappingOptions production() {
  MappingOptions options;
  options.rules = identifiers::rules_for(identifiers::Environment::production);
  return options;
}

} // namespace

TEST_CASE("the number in use and current is the primary one, types follow the number") {
  Probe probe;
  probe.map(document(own(synthetic_dnr, R"("status":"opphoert","erGjeldende":false,
      "identifikatortype":"dNummer","gyldighetstidspunkt":"2020-01-01T00:00:00Z",
      "opphoerstidspunkt":"2021-01-01T00:00:00Z")") +
                     "," + own(synthetic_fnr, R"("status":"iBruk","erGjeldende":true,
      "identifikatortype":"foedselsnummer")")));
  REQUIRE(!probe.fault);
  REQUIRE(probe.record.identifiers.size() == 2);
  const auto& dnr = probe.record.identifiers[0];
  CHECK(dnr.type == IdentifierType::dnr);
  CHECK(probe.text(dnr.text) == synthetic_dnr);
  CHECK(!dnr.in_use);
  CHECK(!dnr.is_primary);
  CHECK(dnr.is_own);
  CHECK(dnr.valid_from == registry::parse_date_time("2020-01-01T00:00:00Z"));
  CHECK(dnr.valid_to == registry::parse_date_time("2021-01-01T00:00:00Z"));
  const auto& fnr = probe.record.identifiers[1];
  CHECK(fnr.type == IdentifierType::fnr);
  CHECK(fnr.in_use);
  CHECK(fnr.is_primary);
}

TEST_CASE("when no number is in use the first row is the primary one") {
  Probe probe;
  probe.map(document(own(synthetic_fnr, R"("status":"opphoert","erGjeldende":true)") + "," +
                     own(synthetic_dnr, R"("status":"opphoert")")));
  REQUIRE(!probe.fault);
  CHECK(probe.record.identifiers[0].is_primary);
  CHECK(!probe.record.identifiers[1].is_primary);
}

TEST_CASE("an own number that fails its check is a fault that never tells the number") {
  Probe probe;
  probe.map(document(own(wrong_checksum(), R"("status":"iBruk")")));
  REQUIRE(probe.fault);
  CHECK(probe.fault->reason == "control_digit");
  CHECK(probe.fault->json_path == "identifikasjonsnummer[0].foedselsEllerDNummer");
  CHECK(probe.fault->message.find(wrong_checksum()) == std::string::npos);
  probe.map(document(own(synthetic_fnr, R"("status":"iBruk","identifikatortype":"dNummer")")));
  REQUIRE(probe.fault);
  CHECK(probe.fault->reason == "declared_kind");
  probe.map(document(R"({"status":"iBruk"})"));
  REQUIRE(probe.fault);
  CHECK(probe.fault->reason == "length");
}

TEST_CASE("a ceased number that fails its check is kept, unverified, and counted") {
  Probe probe;
  probe.map(document(own(synthetic_fnr, R"("status":"iBruk")") + "," +
                     own(wrong_checksum(), R"("status":"opphoert")")));
  REQUIRE(!probe.fault);
  REQUIRE(probe.record.identifiers.size() == 2);
  CHECK(probe.record.identifiers[1].type == IdentifierType::unverified);
  CHECK(!probe.record.identifiers[1].is_own);
  CHECK(probe.report.count(Oddity::bad_identifier,
                           "identifikasjonsnummer.foedselsEllerDNummer") == 1);
}

TEST_CASE("a document without a number is a fault unless numbers are not required") {
  Probe probe;
  for (const char* json : {"{}", R"({"identifikasjonsnummer":[]})", R"({"navn":[{}]})"}) {
    probe.map(json);
    REQUIRE(probe.fault);
    CHECK(probe.fault->reason == "missing_identifier");
  }
  MappingOptions options;
  options.require_identifier = false;
  Probe lenient(options);
  lenient.map(R"({"navn":[{"fornavn":"A"}]})");
  REQUIRE(!lenient.fault);
  CHECK(lenient.row(registry::PersonPart::name) == R"({"givenName":"A"})");
  CHECK(lenient.record.identifiers.empty());
}

TEST_CASE("test takes synthetic numbers only, unless told otherwise; production none") {
  Probe probe;
  REQUIRE(!ordinary_number().empty());
  const std::string ordinary = document(own(ordinary_number(), R"("status":"iBruk")"));
  probe.map(ordinary);
  REQUIRE(probe.fault);
  CHECK(probe.fault->reason == "wrong_environment");
  MappingOptions accepting;
  accepting.accept_real = true;
  CHECK(!Probe(accepting).map(ordinary).fault);
  CHECK(!Probe(production()).map(ordinary).fault);
  const auto refused = Probe(production()).map(person_with("")).fault;
  REQUIRE(refused);
  CHECK(refused->reason == "wrong_environment");
  // One ceased number of the wrong kind is enough.
  probe.map(document(own(synthetic_fnr, R"("status":"iBruk")") + "," +
                     own(ordinary_number(), R"("status":"opphoert")")));
  REQUIRE(probe.fault);
  CHECK(probe.fault->reason == "wrong_environment");
}

TEST_CASE("DUF and foreign numbers are claimed, not owned, and their checks do not refuse them") {
  Probe probe;
  probe.with(R"("utlendingsmyndighetenesIdentifikasjonsnummer":[{"identifikasjonsnummer":
      "202200000042","utstederland":"NOR"}],
    "utenlandskPersonidentifikasjon":[{"identifikasjonsnummer":"PL-1","identifikasjonsnummertype":
      "taxIdentificationNumber","utstederland":"POL"},{"identifikasjonsnummer":"\u00c6 2",
      "erGjeldende":false},{"utstederland":"SWE"}])");
  REQUIRE(!probe.fault);
  REQUIRE(probe.record.identifiers.size() == 4);
  const auto& duf = probe.record.identifiers[1];
  CHECK(duf.type == IdentifierType::duf);
  CHECK(!duf.is_own);
  CHECK(duf.in_use);
  CHECK(probe.report.count(Oddity::bad_identifier) == 1);
  const auto& foreign = probe.record.identifiers[2];
  CHECK(foreign.type == IdentifierType::foreign);
  CHECK(probe.text(foreign.text) == "PL-1");
  CHECK(probe.text(foreign.assigner) == "POL/taxIdentificationNumber");
  const auto& bare = probe.record.identifiers[3];
  CHECK(probe.text(bare.text) == "Æ 2");
  CHECK(probe.text(bare.assigner) == "/");
  CHECK(!bare.in_use);
}

TEST_CASE("an identifier beyond its limit is not claimed") {
  Probe probe;
  const std::string longest(registry::identifier_text_bytes_max + 1, '7');
  probe.with(R"("utenlandskPersonidentifikasjon":[{"identifikasjonsnummer":")" + longest +
             R"(","utstederland":"POL"}])");
  REQUIRE(!probe.fault);
  CHECK(probe.record.identifiers.size() == 1);
  CHECK(probe.report.count(Oddity::too_long) == 1);
}

TEST_CASE("relations are claimed with their type, number, currency and time") {
  Probe probe;
  const std::string other(synthetic_dnr);
  probe.with(R"("familierelasjon":[{"relatertPerson":")" + other + R"(","relatertPersonsRolle":
      "medmor","gyldighetstidspunkt":"2020-01-01T00:00:00Z"},{"relatertPerson":")" + other +
             R"(","relatertPersonsRolle":"nyRolle"},{"relatertPersonsRolle":"barn",
      "relatertPersonUtenFolkeregisteridentifikator":{"navn":{"fornavn":"X"}}}],
    "sivilstand":[{"relatertVedSivilstand":")" + other + R"(","erGjeldende":false}],
    "vergemaalEllerFremtidsfullmakt":[{"verge":{"foedselsEllerDNummer":")" + other + R"("}}],
    "kontaktinformasjonForDoedsbo":[{"person":{"foedselsEllerDNummer":")" + other + R"("}}],
    "falskIdentitet":{"erFalsk":true,"rettIdentitetVedIdentifikasjonsnummer":")" + other + R"("})");
  REQUIRE(!probe.fault);
  std::vector<RelationType> types;
  for (const auto& relation : probe.record.relations) {
    types.push_back(relation.type);
    CHECK(probe.text(relation.identifier) == other);
    CHECK(relation.identifier_type == IdentifierType::dnr);
    CHECK(relation.current == (relation.type != RelationType::marital));
  }
  CHECK(types == std::vector<RelationType>{RelationType::co_mother, RelationType::marital,
                                           RelationType::guardian, RelationType::estate_contact,
                                           RelationType::correct_identity});
  CHECK(probe.record.relations[0].valid_from ==
        registry::parse_date_time("2020-01-01T00:00:00Z"));
  CHECK(probe.report.count(Oddity::unknown_value, "familierelasjon.relatertPersonsRolle") == 1);
}

TEST_CASE("responsibility points away from the person of the document, on child and parent") {
  Probe probe;
  const std::string self(synthetic_fnr);
  const std::string other(synthetic_dnr);
  const auto rows = [](const std::string& responsible, const std::string& subject) {
    return R"("foreldreansvar":[{"ansvar":"felles","ansvarlig":")" + responsible +
           R"(","ansvarssubjekt":")" + subject + R"("}])";
  };
  probe.with(rows(self, other));
  REQUIRE(probe.record.relations.size() == 1);
  CHECK(probe.record.relations[0].type == RelationType::responsible_for);
  CHECK(probe.text(probe.record.relations[0].identifier) == other);
  probe.with(rows(other, self));
  REQUIRE(probe.record.relations.size() == 1);
  CHECK(probe.record.relations[0].type == RelationType::in_responsibility_of);
  CHECK(probe.text(probe.record.relations[0].identifier) == other);
}

TEST_CASE("a relation to a number that is none is kept as unverified") {
  Probe probe;
  probe.with(R"("familierelasjon":[{"relatertPerson":"ukjent","relatertPersonsRolle":"mor"}])");
  REQUIRE(probe.record.relations.size() == 1);
  CHECK(probe.record.relations[0].identifier_type == IdentifierType::unverified);
}
