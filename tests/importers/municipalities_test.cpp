#include "importers/folkeregisteret/municipalities.h"
#include "tests/importers/mapping_probe.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;
using registry::oslo_midnight;
using registry::PersonPart;

TEST_CASE("the built-in list knows the municipalities of today and of before the reforms") {
  const DatedList& list = PlaceLists::built_in().municipalities;
  CHECK(list.size() > 800);
  const auto name = [&](std::string_view number, std::string_view date) {
    const Place* const place = list.find(number, oslo_midnight(date));
    return place == nullptr ? std::string() : place->facts[0] + "/" + place->facts[2];
  };
  CHECK(name("0301", "2024-06-01") == "Oslo/Oslo");
  CHECK(name("3005", "2021-02-01") == "Drammen/Viken");
  CHECK(name("3301", "2024-01-01") == "Drammen/Buskerud");
  CHECK(name("5401", "2022-09-06") == "Tromsø/Troms og Finnmark");
  CHECK(name("5501", "2024-06-01") == "Tromsø/Troms");
  CHECK(name("1902", "2015-06-01") == "Tromsø/Troms");
  CHECK(name("5622", "2024-06-01") == "Porsanger - Porsáŋgu - Porsanki/Finnmark");
  CHECK(name("0000", "2024-06-01").empty());
}

TEST_CASE("the entry valid at the time counts, otherwise the latest") {
  const auto list = DatedList::parse("number,name,valid_from,valid_to\n"
                                     "1,Old,2000-01-01,2010-01-01\r\n"
                                     "1,New,2010-01-01,2020-01-01\n"
                                     "\n"
                                     "2,Always,,",
                                     1);
  REQUIRE(list);
  const auto name = [&](std::string_view number, std::optional<registry::Instant> at) {
    const Place* const place = list->find(number, at);
    return place == nullptr ? std::string() : place->facts[0];
  };
  CHECK(name("1", oslo_midnight("2009-12-31")) == "Old");
  CHECK(name("1", oslo_midnight("2010-01-01")) == "New");
  CHECK(name("1", oslo_midnight("1990-01-01")) == "New");
  CHECK(name("1", oslo_midnight("2030-01-01")) == "New");
  CHECK(name("1", std::nullopt) == "New");
  CHECK(name("2", std::nullopt) == "Always");
  CHECK(name("3", std::nullopt).empty());
}

TEST_CASE("a malformed list names the line") {
  for (const char* line : {"1,Name", "1,Name,2000-13-01,", ",Name,,", "1,Na\"me,,", "1,A,B,,"}) {
    CAPTURE(line);
    const auto list = DatedList::parse("number,name,valid_from,valid_to\n" + std::string(line), 1);
    REQUIRE(!list);
    CHECK(list.error().code == registry::ErrorCode::invalid);
    CHECK(list.error().message.find("line 2") != std::string::npos);
  }
}

TEST_CASE("loaded lists give statistical units and urban districts their names") {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::temp_directory_path() / ("grunndata-places-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::ofstream(folder / "units.csv") << "number,name,geographical,serving,valid_from,valid_to\n"
                                         "03010401,Testkretsen,030102,,,\n"
                                         "03010402,Andre,030103,030104,,\n";
  std::ofstream(folder / "districts.csv") << "code,name,valid_from,valid_to\n"
                                             "030102,Vest,,\n030104,Nord,,\n";
  auto lists = PlaceLists::load(
      {"", (folder / "units.csv").string(), (folder / "districts.csv").string()});
  REQUIRE(lists);
  CHECK(!PlaceLists::load({(folder / "none.csv").string(), "", ""}));
  fs::remove_all(folder);

  MappingOptions options;
  options.places = &*lists;
  Probe probe(options);
  probe.with(R"("oppholdsadresse":[{"adressegradering":"ugradert","vegadresse":{"kommunenummer":
    "0301"},"grunnkrets":401}],"bostedsadresse":[{"adressegradering":"ugradert","ukjentBosted":
    {"bostedskommune":"0301"},"grunnkrets":402,"stemmekrets":1}])");
  REQUIRE(!probe.fault);
  CHECK(probe.row(PersonPart::present_address) ==
        R"({"streetAddress":{"municipalityNumber":"0301","municipalityName":"Oslo",)"
        R"("countyNumber":"03","countyName":"Oslo"},"addressConfidentiality":"Unclassified",)"
        R"("urbanDistrictCode":"030102","urbanDistrictName":"Vest",)"
        R"("geographicalUrbanDistrictCode":"030102","geographicalUrbanDistrictName":"Vest",)"
        R"("basicStatisticalUnit":401,"fullBasicStatisticalUnitNumber":"03010401",)"
        R"("basicStatisticalUnitName":"Testkretsen"})");
  CHECK(probe.row(PersonPart::residential_address).find(
            R"("basicStatisticalUnitName":"Andre","constituency":1,"urbanDistrictCode":"030104",)"
            R"("urbanDistrictName":"Nord","geographicalUrbanDistrictCode":"030103"})") !=
        std::string::npos);
}

TEST_CASE("a number without an entry has no name") {
  Probe probe;
  probe.with(R"("foedsel":[{"foedekommuneINorge":"9898"}],
    "bostedsadresse":[{"adressegradering":"ugradert","grunnkrets":7}])");
  CHECK(probe.row(PersonPart::birth) ==
        R"({"birthDate":null,"birthMunicipalityNumber":"9898"})");
  CHECK(probe.row(PersonPart::residential_address) ==
        R"({"addressConfidentiality":"Unclassified","basicStatisticalUnit":7})");
}
