// Nodes and trees as callers are shown them.
#include "registry/virksomhet/node_json.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

Tree tree_at(Town& town, std::string_view key, RelationSet types, std::string_view date,
             const NodeSight& sight = {}) {
  const Structure structure(town.registry(), at(date), sight);
  SubtreeOrder order;
  order.types = types;
  auto tree = tree_of(structure, find(structure, key), order);
  REQUIRE(tree.has_value());
  return std::move(*tree);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace

TEST_CASE("a tree is drawn with its branches, and a unit that may not be told is not in it") {
  Town town;
  load_universe(town);
  const Tree tree = tree_at(town, "RSH:4990010", organised, "2026-03-01");
  CHECK(tree_text(tree) == "RSH:4990010 Fjordland universitetssykehus HF\n"
                           "├─ RSH:4990020 Nordvik sykehus\n"
                           "│  └─ RSH:4990030 Medisinsk klinikk\n"
                           "│     ├─ RSH:4990040 Hjertemedisinsk avdeling\n"
                           "│     │  └─ RSH:4990050 Hjerteovervåkingen\n"
                           "│     └─ RSH:4990041 Nyremedisinsk seksjon\n"
                           "├─ RSH:4990060 Klinikk for psykisk helsevern\n"
                           "│  └─ RSH:4990061 DPS Nordvik\n"
                           "└─ RSH:4990070 Sørvik sykehus\n"
                           "   └─ RSH:4990071 Medisinsk avdeling Sørvik\n");
  for (const std::string& drawn : {tree_json(tree), tree_dot(tree), tree_svg(tree)}) {
    CHECK_FALSE(contains(drawn, "Ruspoliklinikken"));
    CHECK_FALSE(contains(drawn, "4990062"));
    CHECK(contains(drawn, "RSH"));
    CHECK(contains(drawn, "Hjerteovervåkingen"));
  }
  CHECK(contains(tree_dot(tree), "n0 -> n1;"));
  const std::string svg = tree_svg(tree);
  CHECK(std::ranges::count(svg, '\n') == 4 + 9 + 10);
}

TEST_CASE("with legal basis a unit that may not be told is in the tree, with its name") {
  Town town;
  load_universe(town);
  NodeSight sight;
  sight.withheld = true;
  const Tree tree = tree_at(town, "RSH:4990060", organised, "2026-03-01", sight);
  CHECK(tree_text(tree) == "RSH:4990060 Klinikk for psykisk helsevern\n"
                           "└─ RSH:4990061 DPS Nordvik\n"
                           "   └─ RSH:4990062 Ruspoliklinikken DPS Nordvik\n");
  CHECK(contains(tree_json(tree), R"("nameIsWithheld":true)"));
}

TEST_CASE("what hangs under a unit that may not be told hangs under who is above it") {
  Town town;
  load(town, NodeSource::resh, "2024-01-01",
       {ward("RSH:1", "Sykehus"), ward("RSH:2", "Skjermet", "RSH:1").withheld(),
        ward("RSH:3", "Skjermet seksjon", "RSH:2").withheld(),
        ward("RSH:4", "Post", "RSH:3"), ward("RSH:5", "Annen post", "RSH:1")});
  CHECK(tree_text(tree_at(town, "RSH:1", organised, "2024-06-01")) == "RSH:1 Sykehus\n"
                                                                     "├─ RSH:4 Post\n"
                                                                     "└─ RSH:5 Annen post\n");
  // Who asks for the very unit knows of it, and learns no name.
  CHECK(tree_text(tree_at(town, "RSH:2", organised, "2024-06-01")) == "RSH:2\n"
                                                                     "└─ RSH:4 Post\n");
}

TEST_CASE("what stands in a name breaks no picture") {
  Town town;
  load(town, NodeSource::resh, "2024-01-01", {ward("RSH:1", R"(A & B <\"C\"> \\)")});
  const Tree tree = tree_at(town, "RSH:1", organised, "2024-06-01");
  CHECK(contains(tree_svg(tree), R"(A &amp; B &lt;"C"&gt; \)"));
  CHECK(contains(tree_json(tree), R"("name":"A & B <\"C\"> \\")"));
  CHECK(contains(tree_dot(tree), R"([label="RSH:1 A & B <\"C\"> \\"])"));
}

TEST_CASE("a node is shown with its numbers, parts and relations, but nothing of natural persons") {
  Town town;
  load_universe(town);
  const Structure structure(town.registry(), at("2026-03-01"));
  const auto shown = [&](std::string_view key) {
    std::string out;
    REQUIRE(append_node(out, structure, find(structure, key)).has_value());
    return out;
  };
  const std::string hf = shown("ENH:310000140");
  CHECK(contains(hf, R"("system":"ENH","number":"310000140","type":"JURIDISK_ENHET",)"
                     R"("status":"AKTIV","name":"FJORDLAND UNIVERSITETSSYKEHUS HF")"));
  CHECK(contains(hf, R"({"system":"GLN","number":"7099999000019","source":"gln"})"));
  CHECK(contains(hf, R"("parts":{"name":[{"source":"enhetsregisteret","validFrom":)"));
  CHECK(contains(hf, R"({"type":"EIERSKAP","source":"kuratert","validFrom":)"));
  CHECK_FALSE(contains(hf, "NORDVIK SYKEHUS HF"));
  const std::string practice = shown("ENH:310001333"); // a sole proprietor
  CHECK_FALSE(contains(practice, "HAVGLIMT"));
  CHECK(contains(practice, R"("nameIsWithheld":true)"));
  const std::string clinic = shown("RSH:4990062");
  CHECK_FALSE(contains(clinic, "Ruspoliklinikken"));
  CHECK(std::ranges::count(hf, '{') == std::ranges::count(hf, '}'));
}

TEST_CASE("numbers in other systems are shown with the way to them") {
  Town town;
  load_universe(town);
  const Structure structure(town.registry(), at("2026-03-01"));
  const auto answers =
      crosswalk(structure, find(structure, "RSH:4990050"), IdentifierSystem::orgnr);
  REQUIRE(answers.has_value());
  std::string out;
  REQUIRE(append_json(out, structure, *answers).has_value());
  CHECK(out.starts_with(R"([{"system":"ENH","number":"310000280","way":"TILHORER",)"
                        R"("inheritedFrom":3,"node":{"id":")"));
}
