// What importing node records does to what is known, now and then.
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

constexpr auto er = NodeSource::enhetsregisteret;
constexpr auto resh = NodeSource::resh;
const std::string hf = "ENH:310000140";
const std::string other_hf = "ENH:310000213";
const std::string site = "ENH:310000426";

NodeStatus status_at(Town& town, std::string_view key, const AsOf& as_of) {
  const Structure structure(town.registry(), as_of);
  const auto summary = structure.summary(find(structure, key));
  return summary ? summary->status : NodeStatus::unknown;
}

std::vector<std::string> rows_at(Town& town, std::string_view key, NodePart part,
                                 const AsOf& as_of) {
  const Structure structure(town.registry(), as_of);
  Structure::NodeRoom room;
  const auto node = structure.node(find(structure, key), room);
  REQUIRE(node.has_value());
  std::vector<std::string> texts;
  for (const NodeRow& row : node->rows) {
    if (row.entry.part == part) texts.emplace_back(row.text);
  }
  return texts;
}

} // namespace

TEST_CASE("the same record again changes nothing, not even the log") {
  on_every_engine([](Town& town) {
    const auto records = std::vector{juridisk(hf, "HF"), underenhet(site, "Sykehus", hf)};
    const auto first = load(town, er, "2024-01-01", records);
    CHECK(first.written == 2);
    const auto newest = town.newest();
    CHECK(newest == 2);
    const auto again = load(town, er, "2024-02-01", records);
    CHECK(again.written == 0);
    CHECK(again.unchanged == 2);
    CHECK(town.newest() == newest);
  });
}

TEST_CASE("of a source that says only how it is now, what is replaced stays as history") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01", {juridisk(hf, "GAMMELT NAVN")});
    const auto before = town.newest();
    load(town, er, "2024-05-01", {juridisk(hf, "NYTT NAVN")});
    CHECK(name_of(town, hf, {}) == "NYTT NAVN");
    CHECK(name_of(town, hf, at("2024-05-01")) == "NYTT NAVN");
    CHECK(name_of(town, hf, at("2024-04-30")) == "GAMMELT NAVN");
    CHECK(name_of(town, hf, at("1999-01-01")) == "GAMMELT NAVN");
    CHECK(name_of(town, hf, at("2024-06-01", before)) == "GAMMELT NAVN");
    const Structure nothing_yet(town.registry(), at("2024-06-01", before - 1));
    const auto unknown = nothing_yet.find(number(hf).view());
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == ErrorCode::not_known_then);
  });
}

TEST_CASE("a feed's own time of a change counts before the time it was fetched") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01", {juridisk(hf, "A")});
    load(town, er, "2024-05-09", {juridisk(hf, "B").observed("2024-05-01")});
    CHECK(name_of(town, hf, at("2024-05-02")) == "B");
    CHECK(name_of(town, hf, at("2024-04-30")) == "A");
  });
}

TEST_CASE("what a source said with its interval and says no more never was so") {
  on_every_engine([](Town& town) {
    const auto was = juridisk(hf, "NU").named("FOER", during("2001-12-20", "2009-01-01"));
    load(town, er, "2020-01-01", {was});
    const auto before = town.newest();
    CHECK(rows_at(town, hf, NodePart::name, at("2005-01-01")).size() == 2);
    load(town, er, "2021-01-01", {juridisk(hf, "NU")});
    CHECK(rows_at(town, hf, NodePart::name, at("2005-01-01")) ==
          std::vector<std::string>{R"({"name":"NU"})"});
    CHECK(rows_at(town, hf, NodePart::name, at("2005-01-01", before)).size() == 2);
  });
}

TEST_CASE("a source that tells by now since when something held leaves it once in history") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01", {juridisk(hf, "A")});
    load(town, er, "2024-05-09",
         {NodeBuilder(NodeType::juridisk_enhet, hf)
              .named("A", during("2001-12-20", "2024-05-01"))
              .named("B", from("2024-05-01"))});
    CHECK(rows_at(town, hf, NodePart::name, at("2010-01-01")).size() == 1);
    CHECK(rows_at(town, hf, NodePart::name, at("2000-01-01")).empty());
    CHECK(name_of(town, hf, at("2024-05-02")) == "B");
  });
}

TEST_CASE("a unit that changes owner keeps its number and both parents, each in its time") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01",
         {juridisk(hf, "HF"), juridisk(other_hf, "HF2"), underenhet(site, "S", other_hf)});
    const auto before = town.newest();
    load(town, er, "2023-02-01", {underenhet(site, "S", hf, from("2023-01-01"))});
    CHECK(ancestors(town, site, legal, at("2022-12-31")) == std::vector{other_hf});
    CHECK(ancestors(town, site, legal, at("2023-01-01")) == std::vector{hf});
    CHECK(ancestors(town, site, legal, at("2023-06-01", before)) == std::vector{other_hf});
    CHECK(subtree(town, hf, legal, at("2023-01-01")) == std::vector{site});
    CHECK(subtree(town, hf, legal, at("2022-12-31")).empty());
    CHECK(subtree(town, other_hf, legal, at("2022-12-31")) == std::vector{site});
  });
}

TEST_CASE("the day of an earlier change of owner is not that of a new parent's") {
  const std::string third = "ENH:310000639";
  on_every_engine([&third](Town& town) {
    load(town, er, "2020-01-01",
         {juridisk(hf, "HF"), juridisk(other_hf, "HF2"), juridisk(third, "HF3"),
          underenhet(site, "S", other_hf, from("2015-01-01"))});
    const auto moved = underenhet(site, "S", hf, from("2015-01-01")).observed("2023-02-01");
    load(town, er, "2023-02-02", {moved});
    CHECK(ancestors(town, site, legal, at("2023-01-31")) == std::vector{other_hf});
    CHECK(ancestors(town, site, legal, at("2023-02-01")) == std::vector{hf});
    // The same, told again with something else that changed.
    load(town, er, "2023-03-01", {underenhet(site, "T", hf, from("2015-01-01"))});
    CHECK(ancestors(town, site, legal, at("2023-02-01")) == std::vector{hf});
    CHECK(quarantine(town).empty());
    load(town, er, "2024-02-02",
         {underenhet(site, "T", third, from("2015-01-01")).observed("2024-02-01")});
    CHECK(ancestors(town, site, legal, at("2022-12-31")) == std::vector{other_hf});
    CHECK(ancestors(town, site, legal, at("2023-12-31")) == std::vector{hf});
    CHECK(ancestors(town, site, legal, at("2024-02-01")) == std::vector{third});
    CHECK(quarantine(town).empty());
    // A change of owner with a day of its own holds from that day.
    load(town, er, "2025-06-01", {underenhet(site, "T", hf, from("2025-01-01"))});
    CHECK(ancestors(town, site, legal, at("2024-12-31")) == std::vector{third});
    CHECK(ancestors(town, site, legal, at("2025-01-01")) == std::vector{hf});
    CHECK(quarantine(town).empty());
  });
}

TEST_CASE("a deleted unit comes without its parent, which is remembered until it closed") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01",
         {juridisk(hf, "HF"), underenhet(site, "S", hf).opened("2002-01-01")});
    load(town, er, "2023-07-04",
         {NodeBuilder(NodeType::underenhet, site).named("S").closed("2023-06-30").remainder()});
    CHECK(status_at(town, site, {}) == NodeStatus::opphort);
    CHECK(status_at(town, site, at("2023-06-29")) == NodeStatus::aktiv);
    CHECK(status_at(town, site, at("2001-12-31")) == NodeStatus::unknown);
    CHECK(ancestors(town, site, legal, at("2023-06-29")) == std::vector{hf});
    CHECK(ancestors(town, site, legal, at("2023-06-30")).empty());
    CHECK(subtree(town, hf, legal, {}).empty());
    CHECK(subtree(town, hf, legal, at("2023-06-29")) == std::vector{site});
    CHECK(town.events(1).back() == "VirksomhetIsDiscontinued");
  });
}

TEST_CASE("children of a parent that closed have none, and do not vanish") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01", {juridisk(hf, "HF"), underenhet(site, "S", hf)});
    load(town, er, "2023-01-03",
         {NodeBuilder(NodeType::juridisk_enhet, hf).named("HF").closed("2023-01-02").remainder()});
    CHECK(ancestors(town, site, legal, at("2023-01-01")) == std::vector{hf});
    CHECK(ancestors(town, site, legal, at("2023-01-02")).empty());
    CHECK(subtree(town, hf, legal, at("2023-01-02")).empty());
    CHECK(name_of(town, site, {}) == "S");
    load(town, er, "2023-02-01", {juridisk(hf, "HF")}); // it was a mistake
    CHECK(ancestors(town, site, legal, at("2023-01-15")) == std::vector{hf});
  });
}

TEST_CASE("a parent may come after its children, or never") {
  on_every_engine([](Town& town) {
    load(town, er, "2020-01-01", {underenhet(site, "S", hf)});
    CHECK(ancestors(town, site, legal, {}) == std::vector{hf});
    CHECK(status_at(town, hf, {}) == NodeStatus::unknown);
    CHECK(town.events(1) == std::vector<std::string>{"VirksomhetIsCreated"});
    load(town, er, "2020-01-02", {juridisk(hf, "HF")});
    CHECK(legal_root(town, site, {}) == hf);
    CHECK(status_at(town, hf, {}) == NodeStatus::aktiv);
    CHECK(subtree(town, hf, legal, {}) == std::vector{site});
    CHECK(town.newest() == 2);
  });
}

TEST_CASE("an extract that was made earlier changes nothing, also after a newer equal one") {
  on_every_engine([](Town& town) {
    load(town, er, "2024-01-01", {juridisk(hf, "A")});
    load(town, er, "2024-03-01", {juridisk(hf, "A")});
    const auto late = load(town, er, "2024-02-01", {juridisk(hf, "B")});
    CHECK(late.superseded == 1);
    CHECK(name_of(town, hf, {}) == "A");
  });
}

TEST_CASE("a number whose check fails is kept as such; the record stays good") {
  on_every_engine([](Town& town) {
    const auto counts = load(town, NodeSource::gln, "2024-01-01",
                             {NodeBuilder::about(hf)
                                  .goes_by("GLN:7099999000019")
                                  .goes_by(IdentifierSystem::gln, "7099999000018")});
    CHECK(counts.identifiers_refused == 1);
    CHECK(counts.quarantined == 0);
    const Structure structure(town.registry(), {});
    CHECK(structure.find(number("GLN:7099999000019").view()) == find(structure, hf));
    CHECK(structure.find(number("XXX:GLN:7099999000018").view()) == find(structure, hf));
    const auto wrong = structure.find({IdentifierSystem::gln, "7099999000018", {}});
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().code == ErrorCode::not_found);
  });
}

TEST_CASE("sources do not touch what others said of the same node") {
  on_every_engine([](Town& town) {
    load(town, er, "2024-01-01", {juridisk(hf, "NAVN I ER")});
    load(town, NodeSource::htk, "2024-01-02",
         {NodeBuilder::about(hf).says(NodePart::display_name, R"({"name":"Sykehuset"})")});
    CHECK(name_of(town, hf, {}) == "Sykehuset");
    load(town, er, "2024-02-01", {juridisk(hf, "NYTT NAVN I ER")});
    CHECK(name_of(town, hf, {}) == "Sykehuset");
    auto nothing = batch(NodeSource::htk, "2024-03-01", {});
    nothing.complete = true;
    CHECK(load(town, nothing).withdrawn == 1);
    CHECK(name_of(town, hf, {}) == "NYTT NAVN I ER");
  });
}

TEST_CASE("a complete batch withdraws what it no longer says, and nothing else") {
  on_every_engine([](Town& town) {
    auto all = batch(resh, "2024-01-01", {ward("RSH:1", "En"), ward("RSH:2", "To", "RSH:1")});
    load(town, all);
    const auto before = town.newest();
    auto fewer = batch(resh, "2024-02-01", {ward("RSH:1", "En")});
    fewer.complete = true;
    const auto counts = load(town, fewer);
    CHECK(counts.withdrawn == 1);
    CHECK(counts.unchanged == 1);
    CHECK(status_at(town, "RSH:2", {}) == NodeStatus::unknown);
    CHECK(ancestors(town, "RSH:2", organised, {}).empty());
    CHECK(ancestors(town, "RSH:2", organised, {{}, before}) == std::vector<std::string>{"RSH:1"});
    CHECK(load(town, fewer).withdrawn == 0);
  });
}

TEST_CASE("nothing follows from who is not in Enhetsregisteret's file") {
  Town town;
  auto complete = batch(er, "2024-01-01", {});
  complete.complete = true;
  const auto refused = import_nodes(town.registry(), complete);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::invalid);
}

TEST_CASE("a node removed by law leaves its number and nothing that was said of it") {
  on_every_engine([](Town& town) {
    load(town, er, "2024-01-01",
         {juridisk(hf, "HF"),
          underenhet(site, "HEMMELIG NAVN", hf)
              .says(NodePart::business_address, R"({"street":"Hemmelig gate 1"})")});
    const auto before = town.newest();
    load(town, er, "2024-02-01", {underenhet(site, "HEMMELIG NAVN TO", hf)});
    load(town, er, "2024-03-01", {NodeBuilder(NodeType::underenhet, site).removed()});
    CHECK(status_at(town, site, {}) == NodeStatus::fjernet);
    CHECK(name_of(town, site, at("2024-01-15", before)).empty());
    CHECK(subtree(town, hf, legal, {}).empty());
    CHECK(town.holds_no("HEMMELIG NAVN"));
    CHECK(town.holds_no("Hemmelig gate"));
    CHECK(town.events(1).back() == "VirksomhetIsRemoved");
    CHECK(load(town, er, "2024-01-01", {underenhet(site, "HEMMELIG NAVN", hf)}).superseded == 1);
  });
}

TEST_CASE("persons' own feed and lookups know nothing of nodes") {
  Town town;
  load(town, er, "2024-01-01", {juridisk(hf, "HF")});
  CHECK(town.refusal(IdentifierKey{IdentifierType::orgnr, "310000140", {}}) ==
        ErrorCode::not_found);
  const auto page = town.registry().events(0, 10, Access::no_legal_basis,
                                           {.types = {}, .kind = EntityKind::person});
  REQUIRE(page.has_value());
  CHECK(page->events.empty());
  const auto all = town.registry().events(0, 10, Access::no_legal_basis);
  REQUIRE(all.has_value());
  REQUIRE(all->events.size() == 1);
  CHECK(all->events.front().kind == EntityKind::virksomhet);
}

TEST_CASE("a large load past the log gives the same as a small one") {
  on_every_engine([](Town& town) {
    auto large = batch(er, "2024-01-01", {juridisk(hf, "HF"), underenhet(site, "S", hf)});
    large.bulk = true;
    large.refusal = Refusal::record;
    large.cursor_key = "cursor/er";
    large.cursor_value = "7";
    CHECK(load(town, large).written == 2);
    CHECK(subtree(town, hf, legal, {}) == std::vector{site});
    CHECK(read_mark(town.registry(), "cursor/er").value() == std::optional<std::string>("7"));
    CHECK(settle_after_node_bulk(town.registry()).has_value());
    CHECK(legal_root(town, site, {}) == hf);
  });
}
