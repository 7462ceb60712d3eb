// A node that its source took away for legal reasons leaves no byte of what was said in the files.
#include "registry/purge/purger.h"
#include "tests/registry/files_searched.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using grunndata::registry::stories::files_with;
using grunndata::registry::stories::ScratchDirectory;

TEST_CASE("no file holds what was said of a node removed by law, once the purger has run") {
  constexpr auto er = NodeSource::enhetsregisteret;
  const std::string planted = "Plantestubben 66";
  const std::string hf = "ENH:310000140";
  const std::string site = "ENH:310000426";
  const ScratchDirectory scratch;
  const auto data = scratch.path() / "data";
  Town town(data, scratch.path() / "data.purges");
  const auto at_home = [&](std::string_view name) {
    return underenhet(site, name, hf).says(NodePart::business_address,
                                           R"({"lines":[")" + planted + R"("]})");
  };
  load(town, er, "2024-01-01", {juridisk(hf, "HF"), at_home("ET NAVN")});
  load(town, er, "2024-02-01", {at_home("ET ANNET NAVN")});
  // Refused, and so kept in quarantine as it came.
  const auto parentless = NodeBuilder(NodeType::underenhet, site)
                              .named("310000426 " + planted);
  CHECK(load(town, er, "2024-02-02", {parentless}).quarantined == 1);
  REQUIRE(town.registry().store().flush().has_value());
  REQUIRE_FALSE(files_with(data, planted).empty());
  load(town, er, "2024-03-01", {NodeBuilder(NodeType::underenhet, site).removed()});
  CHECK(quarantine(town).empty());
  const auto report = purge::run_purger(town.registry(), {1'000}, *day("2024-03-01"));
  REQUIRE(report.has_value());
  CHECK(files_with(data, planted).empty());
  CHECK(files_with(data, "ET NAVN").empty());
  CHECK(files_with(data, "ET ANNET NAVN").empty());
  town.reopen();
  CHECK(name_of(town, site, {}).empty());
  CHECK(name_of(town, hf, {}) == "HF");
  grunndata::registry::stories::check_whole(town.registry());
}
