// Codes of a source held against the code lists while it is loaded.
#include "importers/resh/unit_mapping.h"
#include "importers/virksomhet/node_load.h"
#include "registry/kodeverk/kodeverk.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>

using namespace grunndata::importers::virksomhet;
using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace resh = grunndata::importers::resh;

namespace {

std::unique_ptr<NodeMapper> units() {
  return std::make_unique<resh::UnitMapper>(resh::FieldNames());
}

NodeLoadOptions options_of(const std::string& path) {
  NodeLoadOptions options;
  options.source = NodeSource::resh;
  options.paths = {path};
  options.extracted_at = *day("2026-03-01");
  return options;
}

NodeLoadResult good(Result<NodeLoadResult> result) {
  REQUIRE(result.has_value());
  return std::move(*result);
}

} // namespace

TEST_CASE("codes that their lists do not have are counted, and the load goes on") {
  on_every_engine([](Town& town) {
    auto kodeverk = Kodeverk::open(town.registry());
    REQUIRE(kodeverk.has_value());
    CodeList complete;
    complete.number = "8624";
    complete.title = "Betegnelse";
    complete.source = "made by hand";
    complete.complete = true;
    complete.codes = {{"01", "Sykehus", true, {}, {}},
                      {"02", "Klinikk", true, {}, day("2020-01-01")}};
    CodeList partial = complete;
    partial.number = "8628";
    partial.complete = false;
    partial.codes = {{"3", "Institusjon", true, {}, {}}};
    REQUIRE((*kodeverk)->load({complete, partial}));
    const grunndata::registry::stories::ScratchDirectory folder;
    std::filesystem::create_directories(folder.path());
    const std::string path = folder.path() / "resh.json";
    std::ofstream(path) << R"([
      {"reshId": 4990020, "navn": "A", "organisatoriskNivaa": "3",
       "organisatoriskBetegnelse": "01", "status": "Aktiv"},
      {"reshId": 4990030, "navn": "B", "organisatoriskNivaa": "9",
       "organisatoriskBetegnelse": "02", "status": "Aktiv"},
      {"reshId": 4990040, "navn": "C", "organisatoriskNivaa": "8",
       "organisatoriskBetegnelse": "77", "status": "Aktiv"},
      {"reshId": 4990050, "navn": "D", "organisatoriskBetegnelse": "77", "status": "Aktiv"}])";
    NodeLoadOptions options = options_of(path);
    options.code_lists = (*kodeverk)->lists();
    MappedList list(units());
    const NodeLoadResult result = good(load_list(town.registry(), options, list));
    CHECK(result.figures.counts.written == 4);
    using Counts = std::map<CodeCheck::Key, std::uint64_t>;
    CHECK(result.codes.counts() == Counts{{{"8624", "02", CodeStanding::ended}, 1},
                                          {{"8624", "77", CodeStanding::unknown_code}, 2},
                                          {{"8628", "…", CodeStanding::unknown_code}, 2}});
    MappedList again(units());
    const auto without = good(load_list(town.registry(), options_of(path), again));
    CHECK(without.codes.counts().empty());
    const auto mapper = units(); // read as a stream, part by part, the same is counted
    CHECK(good(load_stream(town.registry(), options, *mapper)).codes.counts() ==
          result.codes.counts());
  });
}
