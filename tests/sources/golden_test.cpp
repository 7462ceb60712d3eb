// Each sample of each source, mapped, against a file that was read by a human.
#include "importers/adresseregisteret/party_mapping.h"
#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/flr/contract_list.h"
#include "importers/htk/business_mapping.h"
#include "importers/locoreg/resource_list.h"
#include "importers/resh/unit_mapping.h"
#include "tests/sources/golden.h"
#include "tests/sources/node_text.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <memory>
#include <sstream>

using namespace grunndata;
using namespace grunndata::tests;
using importers::reading::MappingReport;
using importers::reading::Oddity;
using importers::reading::RecordReaderOptions;

namespace {

/// Files of a folder whose names begin so, in their order.
std::vector<std::string> files(const std::string& folder, std::string_view beginning) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(samples + folder)) {
    if (entry.path().filename().string().starts_with(beginning)) {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

RecordReaderOptions units() {
  RecordReaderOptions options;
  options.envelopes = importers::enhetsregisteret::unit_envelopes();
  return options;
}

/// Elements hold links, which full files lack.
std::string without_elements(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("    of ")) out.append(line).append("\n");
  }
  return out;
}

std::unique_ptr<importers::enhetsregisteret::UnitMapper> unit_mapper() {
  importers::enhetsregisteret::UnitMappingOptions options;
  options.extracted_at = day("2026-03-01");
  return std::make_unique<importers::enhetsregisteret::UnitMapper>(std::move(options));
}

} // namespace

TEST_CASE("units of Enhetsregisteret as the interface gives them, deleted ones too") {
  MappingReport report;
  std::vector<std::string> paths = files("brreg", "enhet_");
  for (const char* const beginning : {"underenhet_", "slettet_"}) {
    const auto more = files("brreg", beginning);
    paths.insert(paths.end(), more.begin(), more.end());
  }
  REQUIRE(paths.size() == 24);
  check_golden("enhetsregisteret",
               mapped_text(documents_in(paths, units()), *unit_mapper(), report));
  CHECK(report.empty());
}

TEST_CASE("real units of Enhetsregisteret, of 2026 and of copies from 2019, leaving nothing out") {
  MappingReport report;
  check_golden("enhetsregisteret-real",
               mapped_text(documents_in(files("brreg_ekte", ""), units()), *unit_mapper(), report));
  CHECK(report.empty());
}

TEST_CASE("full files, gzip arrays, say the same as the interface") {
  const auto each = [](const std::vector<std::string>& paths) {
    std::vector<std::string> texts;
    MappingReport report;
    for (const std::string& document : documents_in(paths, units())) {
      texts.push_back(without_elements(mapped_text({document}, *unit_mapper(), report)));
    }
    CHECK(report.empty());
    std::ranges::sort(texts);
    return texts;
  };
  CHECK(each({samples + "brreg/enheter_alle.json.gz"}) == each(files("brreg", "enhet_")));
  CHECK(each({samples + "brreg/underenheter_alle.json.gz"}) == each(files("brreg", "underenhet_")));
}

TEST_CASE("a page of a search gives its units, an empty one none, a refusal is refused") {
  MappingReport report;
  const auto page = documents_in({samples + "brreg/sok_underenheter_overordnet_hf.json"}, units());
  CHECK(page.size() >= 3);
  CHECK(mapped_text(page, *unit_mapper(), report).find("refused") == std::string::npos);
  CHECK(documents_in({samples + "brreg/sok_tomt.json"}, units()).empty());
  CHECK(mapped_text(documents_in({samples + "brreg/sok_over_10000_400.json"}, units()),
                    *unit_mapper(), report) ==
        "refused missing_identifier at organisasjonsnummer\n");
}

TEST_CASE("roles give owners and contacts, no birth date, nobody dead") {
  MappingReport report;
  importers::enhetsregisteret::RolesMapper mapper({});
  const std::string text = mapped_text(documents_in(files("brreg", "roller_")), mapper, report);
  check_golden("enhetsregisteret-roller", text);
  CHECK(text.find("1970") == std::string::npos);
  CHECK(text.find("STILLE") == std::string::npos);
}

TEST_CASE("units of RESH, from JSON and from a table") {
  MappingReport report;
  RecordReaderOptions options;
  options.envelopes.lists = {"enheter"};
  options.tables = true;
  importers::resh::UnitMapper mapper{importers::resh::FieldNames()};
  const auto mapped = [&](const char* path) {
    return mapped_text(documents_in({samples + path}, options), mapper, report);
  };
  check_golden("resh", mapped("resh/resh_units.json"));
  check_golden("resh-table", mapped("resh/resh_units.csv"));
  CHECK(report.empty());
}

TEST_CASE("parties of Adresseregisteret, exported, one by one and in events") {
  MappingReport report;
  RecordReaderOptions options;
  options.envelopes.lists = {"CommunicationParties"};
  importers::adresseregisteret::PartyMapper mapper(day("2026-03-02"));
  const auto mapped = [&](const std::vector<std::string>& paths) {
    return mapped_text(documents_in(paths, options), mapper, report);
  };
  const std::string text = mapped({samples + "ar/communicationparty_eksport.ndjson"});
  check_golden("adresseregisteret", text);
  CHECK(mapped({samples + "ar/cpe_export.json"}) == text);
  check_golden("adresseregisteret-events", mapped({samples + "ar/cpe_events.json"}));
  check_golden("adresseregisteret-single", mapped(files("ar", "communicationparty_8")));
  CHECK(mapped({samples + "ar/cpapi_event_slim.json"}) ==
        "refused no_content at $\nrefused no_content at $\n");
  CHECK(report.empty());
}

TEST_CASE("places of LocoReg, offices of the catalogue, contracts of Fastlegeregisteret") {
  MappingReport report;
  importers::locoreg::ResourceList places;
  check_golden("locoreg", listed_text(documents_in(files("locoreg", "")), places, report));
  importers::htk::BusinessMapper businesses;
  const std::string text = mapped_text(documents_in(files("htk", "")), businesses, report);
  check_golden("htk", text);
  CHECK(text.find("GLITRENDE") == std::string::npos);
  importers::flr::ContractList contracts(day("2026-03-01"));
  check_golden("flr", listed_text(documents_in(files("flr", "")), contracts, report));
  CHECK(report.empty());
}
