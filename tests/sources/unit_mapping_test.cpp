// The traps of Enhetsregisteret's documents.
#include "importers/enhetsregisteret/unit_mapping.h"
#include "tests/sources/node_text.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <string>

using namespace grunndata;
using namespace grunndata::tests;
using importers::enhetsregisteret::UnitMapper;
using importers::enhetsregisteret::UnitMappingOptions;
using importers::reading::MappingReport;
using importers::reading::Oddity;
using importers::virksomhet::Mapped;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using registry::virksomhet::Sensitivity;

namespace {

struct Probe {
  explicit Probe(UnitMappingOptions options = {}) : mapper(with_time(std::move(options))) {}

  static UnitMappingOptions with_time(UnitMappingOptions options) {
    options.extracted_at = day("2026-03-01");
    return options;
  }
  /// Of a unit with these members besides a number and a form.
  NodeRecord& map(std::string_view members, std::string_view form = "AS") {
    const auto mapped = mapper.map(document(members, form), record, report);
    REQUIRE(mapped);
    CHECK(*mapped == Mapped::node);
    return record;
  }
  std::string refusal(std::string_view json) {
    const auto mapped = mapper.map(json, record, report);
    return mapped ? "taken" : mapped.error().reason;
  }
  static std::string document(std::string_view members, std::string_view form = "AS",
                              std::string_view number = "310000140") {
    std::string json = "{\"organisasjonsnummer\":\"";
    json.append(number).append("\",\"organisasjonsform\":{\"kode\":\"").append(form);
    json.append("\"}");
    if (!members.empty()) json.append(",").append(members);
    return json + "}";
  }
  const NodeItem* item(NodePart part) const {
    const auto at = std::ranges::find(record.items, part, &NodeItem::part);
    return at == record.items.end() ? nullptr : &*at;
  }
  std::string body(NodePart part) const {
    const NodeItem* const found = item(part);
    return found == nullptr ? "" : std::string(record.view(found->body));
  }

  UnitMapper mapper;
  NodeRecord record;
  MappingReport report;
};

} // namespace

TEST_CASE("a unit's kind follows from its form, not from its answer's name") {
  Probe probe;
  for (const char* const form : {"BEDR", "AAFY"}) {
    CHECK(probe.map("", form).type == NodeType::underenhet);
  }
  for (const char* const form : {"ORGL", "ADOS", "KTRF", "OPMV"}) {
    CHECK(probe.map("", form).type == NodeType::organisasjonsledd);
  }
  for (const char* const form : {"SÆR", "KOMM", "AS", "ENK", "IKS"}) {
    CHECK(probe.map("", form).type == NodeType::juridisk_enhet);
  }
}

TEST_CASE("address lines that are null or empty are left out, foreign ones have no postal code") {
  Probe probe;
  probe.map(R"("postadresse":{"adresse":[null,"","Storgata 1",null],"postnummer":"0110"})");
  CHECK(probe.body(NodePart::postal_address) ==
        R"({"lines":["Storgata 1"],"postalCode":"0110"})");
  probe.map(R"("forretningsadresse":{"land":"Sverige","landkode":"SE","adresse":["X"],)"
            R"("poststed":"113 59 STOCKHOLM","kommune":null})");
  CHECK(probe.body(NodePart::business_address) ==
        R"({"lines":["X"],"postalPlace":"113 59 STOCKHOLM","countryCode":"SE",)"
        R"("country":"Sverige"})");
  probe.map(R"("postadresse":{"adresse":[null]})");
  CHECK(probe.item(NodePart::postal_address) == nullptr);
  CHECK(probe.report.empty());
}

TEST_CASE("a date that is empty is none; one that is no date is counted and left out") {
  Probe probe;
  probe.map(R"("konkurs":true,"konkursdato":"","stiftelsesdato":null)");
  CHECK(probe.body(NodePart::condition) == R"({"condition":"KONKURS"})");
  CHECK_FALSE(probe.item(NodePart::condition)->valid_from);
  CHECK_FALSE(probe.record.opened);
  CHECK(probe.report.empty());
  probe.map(R"("stiftelsesdato":"31.12.1999")");
  CHECK_FALSE(probe.record.opened);
  CHECK(probe.report.count(Oddity::bad_time, "stiftelsesdato") == 1);
}

TEST_CASE("numbers beyond 32 bits and decimals stay as they were written") {
  Probe probe;
  probe.map(R"("kapital":{"belop":6392018780.00,"antallAksjer":12556807512,"valuta":"NOK"},)"
            R"("sisteInnsendteAarsregnskap":"2024")");
  CHECK(probe.body(NodePart::economy) ==
        R"({"lastAnnualAccounts":"2024","capital":{"amount":6392018780.00,)"
        R"("shares":12556807512,"currency":"NOK"}})");
}

TEST_CASE("escaped and plain spellings of a name are the same fact") {
  Probe probe;
  probe.map("\"navn\":\"SJ\\u00d8GATA \\/ \\\"ABC\\\"\"");
  const std::string escaped = probe.body(NodePart::name);
  probe.map("\"navn\":\"SJØGATA / \\\"ABC\\\"\"");
  CHECK(probe.body(NodePart::name) == escaped);
}

TEST_CASE("a unit that is deleted is over, and says less than it did without meaning more") {
  Probe probe;
  probe.map(R"("navn":"X","slettedato":"2023-07-03","nedleggelsesdato":"2023-06-30",)"
            R"("respons_klasse":"SlettetUnderEnhet")",
            "BEDR");
  CHECK(probe.record.status == NodeStatus::opphort);
  CHECK(probe.record.closed == day("2023-06-30"));
  CHECK(probe.record.is_remainder);
  CHECK_FALSE(probe.record.removed_by_law);
  CHECK(probe.record.relations.empty());
  probe.map(R"("navn":"X","slettedato":"2020-01-15","respons_klasse":"SlettetEnhet")", "KOMM");
  CHECK(probe.record.is_remainder);
  CHECK(probe.record.closed == day("2020-01-15"));
  probe.map(R"("navn":"X","slettedato":"2020-01-15")");
  CHECK(probe.record.is_remainder);
  probe.map(R"("navn":"X","slettedato":"2020-01-15",)"
            R"("registreringsdatoEnhetsregisteret":"1999-01-01")");
  CHECK(probe.record.status == NodeStatus::opphort);
  CHECK_FALSE(probe.record.is_remainder);
}

TEST_CASE("a closing date to come does not close") {
  Probe probe;
  probe.map(R"("nedleggelsesdato":"2026-12-31")", "BEDR");
  CHECK(probe.record.status == NodeStatus::aktiv);
  CHECK_FALSE(probe.record.closed);
}

TEST_CASE("a number and a date of deletion alone stand in place of a unit that was taken out") {
  Probe probe;
  const std::string removed =
      R"({"organisasjonsnummer":"310001759","slettedato":"2026-03-01","_links":{"self":{}}})";
  CHECK(probe.refusal(removed) == "taken");
  CHECK(probe.record.removed_by_law);
  CHECK(probe.record.status == NodeStatus::fjernet);
  CHECK(probe.record.items.empty());
  // Cut documents are not that: nobody's record is purged by mistake.
  CHECK(probe.refusal(R"({"organisasjonsnummer":"310001759"})") == "missing_form");
  CHECK(probe.refusal(R"({"organisasjonsnummer":"310001759","slettedato":"2026-03-01",)"
                      R"("navn":"X"})") == "missing_form");
  CHECK(probe.refusal(R"({"organisasjonsnummer":"310001759","slettedato":"2026-03-01",)"
                      R"("konkurs":false})") == "missing_form");
}

TEST_CASE("a sole proprietor's name and home are personal, and those of the shop below") {
  Probe probe;
  const std::string address = R"("navn":"KARI","postadresse":{"postnummer":"0110"},"mobil":"1")";
  for (const char* const form : {"AS", "ENK"}) {
    probe.map(address, form);
    const auto expected =
        std::string_view(form) == "ENK" ? Sensitivity::personal : Sensitivity::open;
    for (const NodePart part : {NodePart::name, NodePart::postal_address, NodePart::contact}) {
      CHECK(probe.item(part)->sensitivity == expected);
    }
    CHECK(probe.item(NodePart::form)->sensitivity == Sensitivity::open);
  }
  const auto below = [&](std::string_view parent) {
    const std::string json = Probe::document(
        std::string("\"navn\":\"KARI\",\"overordnetEnhet\":\"").append(parent).append("\""), "BEDR",
        "310000280");
    REQUIRE(probe.mapper.map(json, probe.record, probe.report));
    return probe.item(NodePart::name)->sensitivity;
  };
  CHECK(below("310000140") == Sensitivity::personal);
  CHECK(below("310000078") == Sensitivity::open);
}

TEST_CASE("who owned the unit before the mapper came is asked of those who know") {
  UnitMappingOptions options;
  options.is_sole_proprietor = [](std::string_view number) { return number == "310000078"; };
  Probe probe(std::move(options));
  probe.map(R"("navn":"KARI","overordnetEnhet":"310000078")", "BEDR");
  CHECK(probe.item(NodePart::name)->sensitivity == Sensitivity::personal);
}

TEST_CASE("the parent holds since the last change of owner, when it is told and has come") {
  Probe probe;
  probe.map(R"("overordnetEnhet":"310000078","datoEierskifte":"2023-01-01")", "BEDR");
  REQUIRE(probe.record.relations.size() == 1);
  CHECK(probe.record.relations[0].valid_from == day("2023-01-01"));
  probe.map(R"("overordnetEnhet":"310000078","datoEierskifte":"2027-01-01")", "BEDR");
  CHECK_FALSE(probe.record.relations[0].valid_from);
  probe.map(R"("overordnetEnhet":"310000078")", "ORGL");
  CHECK_FALSE(probe.record.relations[0].valid_from);
}

TEST_CASE("former names hold until they were replaced; one that held on no day is left out") {
  Probe probe;
  probe.map(R"("navn":"C","historiskeNavn":[)"
            R"({"navn":"A","fraDato":"2001-01-01","tilDato":"2009-01-01"},)"
            R"({"navn":"B","fraDato":"2009-01-01","tilDato":"2012-05-05"},)"
            R"({"navn":"Ø","fraDato":"2012-05-05","tilDato":"2012-05-05"}])");
  std::string names;
  for (const NodeItem& item : probe.record.items) {
    if (item.part != NodePart::name) continue;
    names.append(probe.record.view(item.body));
    if (item.valid_from) names += registry::format_instant(*item.valid_from).substr(0, 10);
    if (item.valid_to) names += registry::format_instant(*item.valid_to).substr(0, 10);
  }
  CHECK(names == "{\"name\":\"A\"}2000-12-312008-12-31{\"name\":\"B\"}2008-12-312012-05-04"
                 "{\"name\":\"C\"}2012-05-04");
  CHECK(probe.report.count(Oddity::bad_time, "historiskeNavn") == 1);
}

TEST_CASE("codes of older copies are of the older edition") {
  Probe probe;
  probe.map(R"("naeringskode1":{"kode":"86.101"},"links":[])");
  CHECK(probe.body(NodePart::industry) == R"({"rank":1,"code":"86.101","version":"SN2007"})");
  probe.map(R"("naeringskode1":{"kode":"86.101"},"respons_klasse":"Enhet")");
  CHECK(probe.body(NodePart::industry) == R"({"rank":1,"code":"86.101","version":"SN2025"})");
}

TEST_CASE("auxiliary units are administrative") {
  Probe probe;
  CHECK(probe.map(R"("hjelpeenhetskode":{"kode":"70.100"},"respons_klasse":"Underenhet")", "BEDR")
            .administrative);
  CHECK_FALSE(probe.map("", "BEDR").administrative);
}

TEST_CASE("fields nobody knows are counted, and kept in the source's own words") {
  Probe probe;
  probe.map(R"("nyttFelt":{"a":1},"navn":"X")");
  CHECK(probe.report.count(Oddity::unknown_field, "nyttFelt") == 1);
  CHECK(probe.record.raw.find("nyttFelt") != std::string::npos);
}

TEST_CASE("documents that are none are refused for a reason") {
  Probe probe;
  CHECK(probe.refusal("") == "json");
  CHECK(probe.refusal("{") == "json");
  CHECK(probe.refusal("[]") == "not_an_object");
  CHECK(probe.refusal("\xff{}") == "json");
  CHECK(probe.refusal("{}") == "missing_identifier");
  CHECK(probe.refusal(R"({"organisasjonsnummer":null})") == "missing_identifier");
  CHECK(probe.refusal(R"({"organisasjonsnummer":"310000141"})") == "control_digit");
  CHECK(probe.refusal(R"({"organisasjonsnummer":"31000014"})") == "length");
  CHECK(probe.refusal(R"({"organisasjonsnummer":"310000140"})") == "missing_form");
  CHECK(probe.refusal(R"({"organisasjonsnummer":"310000140","organisasjonsform":"AS"})") ==
        "missing_form");
}

TEST_CASE("units that are not wanted are nothing") {
  UnitMappingOptions options;
  options.is_selected = [](std::string_view number) { return number == "310000078"; };
  Probe probe(std::move(options));
  const auto mapped = probe.mapper.map(Probe::document(""), probe.record, probe.report);
  REQUIRE(mapped);
  CHECK(*mapped == Mapped::nothing);
}
