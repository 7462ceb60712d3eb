// A node that its source took away for legal reasons leaves no byte of what was said in the files.
#include "registry/purge/purger.h"
#include "tests/registry/files_searched.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using grunndata::registry::stories::files_with;
using grunndata::registry::stories::ScratchDirectory;

namespace {

namespace fs = std::filesystem;

constexpr auto er = NodeSource::enhetsregisteret;
const std::string hf = "ENH:310000140";
const std::string site = "ENH:310000426";

/// A data directory with its register, and a copy of it to be put back.
struct Vault {
  ScratchDirectory scratch;
  fs::path data = scratch.path() / "data";
  fs::path copy = scratch.path() / "copy";

  Town town() const { return Town(data, scratch.path() / "data.purges"); }
  void back_up(Town& town) const {
    town.close();
    fs::copy(data, copy, fs::copy_options::recursive);
    town.reopen();
  }
  void restore() const {
    fs::remove_all(data);
    fs::copy(copy, data, fs::copy_options::recursive);
  }
};

NodeBuilder shop(std::string_view name) {
  return underenhet(site, name, hf).says(NodePart::business_address,
                                         R"({"lines":["Plantestubben 66"]})");
}
NodeBuilder removed_shop() { return NodeBuilder(NodeType::underenhet, site).removed(); }

NodeStatus status_of(Town& town, std::string_view key) {
  const Structure structure(town.registry(), {});
  const auto summary = structure.summary(find(structure, key));
  return summary ? summary->status : NodeStatus::unknown;
}

} // namespace

TEST_CASE("a restored copy from before a removal by law is purged again when it is opened") {
  const Vault vault;
  {
    Town town = vault.town();
    load(town, er, "2024-01-01", {juridisk(hf, "HF"), shop("ET NAVN")});
    load(town, NodeSource::htk, "2024-01-02",
         {NodeBuilder::about(site).says(NodePart::display_name, R"({"name":"Visningsnavnet"})")});
    const auto parentless = NodeBuilder(NodeType::underenhet, site).named("310000426 ET NAVN");
    CHECK(load(town, er, "2024-01-03", {parentless}).quarantined == 1);
    REQUIRE(town.registry().store().flush().has_value());
    vault.back_up(town);
    load(town, er, "2024-03-01", {removed_shop()});
  }
  vault.restore();
  REQUIRE_FALSE(files_with(vault.data, "Visningsnavnet").empty());
  Town town = vault.town();
  CHECK(status_of(town, site) == NodeStatus::fjernet);
  CHECK(name_of(town, site, {}).empty());
  CHECK(name_of(town, hf, {}) == "HF");
  CHECK(quarantine(town).empty());
  CHECK(subtree(town, hf, legal, {}).empty());
  CHECK(town.events(1).back() == "VirksomhetIsRemoved");
  // What is older than the removal changes nothing; the same removal, read again, neither.
  CHECK(load(town, er, "2024-02-01", {shop("ET NAVN")}).superseded == 1);
  const auto newest = town.newest();
  CHECK(load(town, er, "2024-03-01", {removed_shop()}).unchanged == 1);
  CHECK(town.newest() == newest);
  const auto report = purge::run_purger(town.registry(), {1'000}, *day("2024-03-01"));
  REQUIRE(report.has_value());
  CHECK(report->waiting == 0);
  CHECK(files_with(vault.data, "ET NAVN").empty());
  CHECK(files_with(vault.data, "Visningsnavnet").empty());
  CHECK(files_with(vault.data, "Plantestubben 66").empty());
  town.reopen(); // carried out once and for all
  CHECK(town.newest() == newest);
  grunndata::registry::stories::check_whole(town.registry());
}

TEST_CASE("of a removed node that a restored copy never had, older records are void") {
  const Vault vault;
  {
    Town town = vault.town();
    load(town, er, "2024-01-01", {juridisk(hf, "HF")});
    vault.back_up(town);
    load(town, er, "2024-02-01", {shop("ET NAVN")});
    load(town, er, "2024-03-01", {removed_shop()});
  }
  vault.restore();
  Town town = vault.town();
  CHECK(load(town, er, "2024-02-01", {shop("ET NAVN")}).superseded == 1);
  CHECK(town.holds_no("ET NAVN"));
  CHECK(load(town, er, "2024-04-01", {shop("ET NYTT NAVN")}).written == 1); // it is back since
  CHECK(name_of(town, site, {}) == "ET NYTT NAVN");
}

TEST_CASE("a removed node that came back into a restored copy under another id is found") {
  const Vault vault;
  {
    Town town = vault.town();
    load(town, er, "2024-01-01", {juridisk(hf, "HF")});
    vault.back_up(town);
    load(town, er, "2024-02-01", {shop("ET NAVN")});
    load(town, er, "2024-03-01", {removed_shop()});
  }
  vault.restore();
  fs::rename(vault.scratch.path() / "data.purges", vault.scratch.path() / "aside");
  {
    Town town = vault.town(); // whoever runs it had lost the register
    load(town, er, "2024-02-01", {shop("ET NAVN")});
  }
  fs::rename(vault.scratch.path() / "aside", vault.scratch.path() / "data.purges");
  Town town = vault.town();
  CHECK(status_of(town, site) == NodeStatus::fjernet);
  CHECK(town.holds_no("ET NAVN"));
}

TEST_CASE("no file holds what was said of a node removed by law, once the purger has run") {
  const std::string planted = "Plantestubben 66";
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

TEST_CASE("what was only ever refused of a node goes when the node is removed by law") {
  constexpr auto er = NodeSource::enhetsregisteret;
  const std::string planted = "Plantestubben 77";
  const std::string site = "ENH:310000426";
  const ScratchDirectory scratch;
  const auto data = scratch.path() / "data";
  Town town(data, scratch.path() / "data.purges");
  const auto parentless = NodeBuilder(NodeType::underenhet, site).named("310000426 " + planted);
  CHECK(load(town, er, "2024-02-02", {parentless}).quarantined == 1);
  REQUIRE(town.registry().store().flush().has_value());
  REQUIRE_FALSE(files_with(data, planted).empty());
  // As it is mapped: the document says nothing but the number and a day.
  load(town, er, "2024-03-01",
       {NodeBuilder(NodeType::unknown, site).removed().status(NodeStatus::fjernet)});
  CHECK(quarantine(town).empty());
  const auto report = purge::run_purger(town.registry(), {1'000}, *day("2024-03-01"));
  REQUIRE(report.has_value());
  CHECK(files_with(data, planted).empty());
  grunndata::registry::stories::check_whole(town.registry());
}
