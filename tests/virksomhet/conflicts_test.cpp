// One unit out of several nodes, and where those who describe it disagree.
#include "registry/virksomhet/conflicts.h"
#include "registry/virksomhet/curated_relations.h"
#include "registry/virksomhet/folding.h"
#include "tests/virksomhet/steward.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Texts = std::vector<std::string>;
constexpr std::string_view hospital = "ENH:310000280";
constexpr std::string_view unit = "RSH:4990020";

void load_hospital(Town& town) {
  load(town, NodeSource::enhetsregisteret, "2026-01-01",
       {juridisk("ENH:310000140", "FJORDLAND UNIVERSITETSSYKEHUS HF"),
        underenhet(hospital, "NORDVIK SJUKEHUS", "ENH:310000140")
            .says(NodePart::visiting_address,
                  R"({"lines":["Sjøgata 1"],"postalCode":"9910","municipalityNumber":"9901"})")});
  load(town, NodeSource::resh, "2026-01-01",
       {ward(unit, "Nordvik sykehus", {}, hospital)});
}

void name_unit(Town& town, std::string_view name, std::string_view when) {
  load(town, NodeSource::resh, when, {ward(unit, name, {}, hospital)});
}

std::uint64_t say_equal(Town& town) {
  RelationWanted wanted;
  wanted.type = NodeRelation::tilsvarer;
  wanted.kind = RelationKind::equal;
  wanted.from = node(town, unit);
  wanted.to = node(town, hospital);
  const auto stated =
      CuratedRelations(town.registry()).state(wanted, told<CuratedRelation>("the same house"));
  REQUIRE(stated.has_value());
  town.after_import();
  return stated->what.number;
}

ConflictSweep sweep(Town& town, bool all = false) {
  const auto swept = Conflicts(town.registry(), {}).sweep(all);
  REQUIRE(swept.has_value());
  town.after_import();
  return *swept;
}

/// "displayName OPEN" …, in order of the fields.
Texts conflicts(Town& town, const ConflictFilter& filter = {}) {
  const auto all = Conflicts(town.registry(), {}).list(filter, 100);
  REQUIRE(all.has_value());
  Texts texts;
  for (const Conflict& conflict : *all) {
    texts.push_back(std::string(facts_of(conflict.field).name) + ' ' +
                    std::string(name_of(conflict.state)));
  }
  std::ranges::sort(texts);
  return texts;
}

Conflict only_one(Town& town) {
  auto all = Conflicts(town.registry(), {}).list({}, 100);
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 1);
  return all->front();
}

std::string shown(Town& town, const Conflict& conflict) {
  std::string out;
  const Structure structure(town.registry(), {});
  REQUIRE(append_json(out, structure, conflict, {}));
  return out;
}

} // namespace

TEST_CASE("names and addresses that mean the same are the same") {
  CHECK(folded_name("NORDVIK SJUKEHUS") == folded_name("Nordvik  sykehus"));
  CHECK(folded_name("Hjertemedisinsk avd.") == folded_name("HJERTEMEDISINSK AVDELING"));
  CHECK(folded_name("Nordvik sykehus") != folded_name("Sørvik sykehus"));
  CHECK(folded_address(R"({"lines":["Sjøgt 1"],"postalCode":"9910"})") ==
        folded_address(R"({"lines":["SJØGATA 1"],"postalCode":"9910"})"));
  CHECK(folded_address(R"({"lines":["Legevaktveien 3"],"postalCode":"9910"})") ==
        folded_address(R"({"lines":["Legevaktvegen 3"],"postalCode":"9910"})"));
  CHECK(folded_address(R"({"lines":["Sjøgata 1"],"postalCode":"9910"})") !=
        folded_address(R"({"lines":["Sjøgata 11"],"postalCode":"9910"})"));
  CHECK(folded_address(R"({"postalCode":"9910"})").empty());
  CHECK(folded(Likeness::near, R"({"latitude":67.2804,"longitude":14.4049})") ==
        folded(Likeness::near, R"({"latitude":67.28,"longitude":14.40})"));
  CHECK(likeness_of(words_of_name("Nordvik sykehus"), words_of_name("NORDVIK - SOMATIKK")) > 0.7);
  CHECK(likeness_of(words_of_name("Nordvik sykehus"), words_of_name("SØRVIK SYKEHUS")) < 0.3);
  CHECK(likeness_of({}, {}) == 0);
}

TEST_CASE("the authority says who speaks of a field, and who counts first") {
  Authority authority;
  CHECK(authority.rank(JoinedField::legal_name, NodeSource::enhetsregisteret) == 0);
  CHECK_FALSE(authority.rank(JoinedField::legal_name, NodeSource::resh));
  CHECK(authority.rank(JoinedField::display_name, NodeSource::resh) <
        authority.rank(JoinedField::display_name, NodeSource::enhetsregisteret));
  REQUIRE(authority.set(JoinedField::display_name, "enhetsregisteret, resh"));
  CHECK(authority.rank(JoinedField::display_name, NodeSource::enhetsregisteret) == 0);
  CHECK_FALSE(authority.rank(JoinedField::display_name, NodeSource::locoreg));
  for (const char* wrong : {"", "resh,", "resh,resh", "folkeregisteret", "resh;htk"}) {
    CAPTURE(wrong);
    CHECK_FALSE(authority.set(JoinedField::display_name, wrong));
  }
  CHECK(authority.sources(JoinedField::display_name).size() == 2);
}

TEST_CASE("a unit is put together from the nodes that are equal, each value with who says it") {
  on_every_engine([](Town& town) {
    load_hospital(town);
    load(town, NodeSource::locoreg, "2026-01-01",
         {NodeBuilder(NodeType::lokasjon, "LOC:loc-1")
              .says(NodePart::visiting_address,
                    R"({"lines":["Kaia 9"],"postalCode":"9910"})"),
          NodeBuilder::about(hospital).under(NodeRelation::geografisk, "LOC:loc-1", {},
                                             RelationKind::primary)});
    name_unit(town, "Nordvik sykehus, sentrum", "2026-02-01");
    say_equal(town);
    const Structure structure(town.registry(), {});
    for (const std::string_view asked : {hospital, unit}) {
      const auto view = joined_view(structure, find(structure, asked), {});
      REQUIRE(view.has_value());
      CHECK(view->nodes.size() == 2);
      const auto& names = view->values[static_cast<std::size_t>(JoinedField::display_name) - 1];
      REQUIRE(names.size() == 2);
      CHECK(names[0].source == NodeSource::resh);
      CHECK(names[0].body == R"([{"name":"Nordvik sykehus, sentrum"}])");
      CHECK(names[1].source == NodeSource::enhetsregisteret);
      CHECK(differ(JoinedField::display_name, names[0], names[1]));
      const auto& legal = view->values[static_cast<std::size_t>(JoinedField::legal_name) - 1];
      REQUIRE(legal.size() == 1);
      CHECK(legal[0].source == NodeSource::enhetsregisteret);
      const auto& places =
          view->values[static_cast<std::size_t>(JoinedField::visiting_address) - 1];
      REQUIRE(places.size() == 2);
      CHECK(places[0].source == NodeSource::locoreg); // who knows best where it is
      const auto& numbers = view->values[static_cast<std::size_t>(JoinedField::orgnr) - 1];
      REQUIRE(numbers.size() == 2);
      CHECK_FALSE(differ(JoinedField::orgnr, numbers[0], numbers[1]));
    }
    std::string out;
    REQUIRE(append_json(out, structure, *joined_view(structure, find(structure, unit), {})));
    CHECK(out.find(R"("field":"displayName","counts":{"source":"resh")") != std::string::npos);
    CHECK(out.find(R"("differs":true)") != std::string::npos);
  });
}

TEST_CASE("names of natural persons and withheld ones stand in no joined unit and no conflict") {
  on_every_engine([](Town& town) {
    load_hospital(town);
    load(town, NodeSource::resh, "2026-02-01",
         {ward(unit, "Hemmelig avdeling", {}, hospital).withheld()});
    say_equal(town);
    sweep(town);
    CHECK(conflicts(town).empty());
    const Structure structure(town.registry(), {});
    std::string out;
    REQUIRE(append_json(out, structure, *joined_view(structure, find(structure, hospital), {})));
    CHECK(out.find("Hemmelig") == std::string::npos);
  });
}

TEST_CASE("a conflict is opened where equal nodes disagree, and is over when they agree again") {
  on_every_engine([](Town& town) {
    load_hospital(town);
    name_unit(town, "Sentralsykehuset", "2026-02-01");
    CHECK(sweep(town).opened == 0); // nobody says yet that they are the same
    say_equal(town);
    const ConflictSweep found = sweep(town);
    CHECK(found.opened == 1);
    CHECK(conflicts(town) == Texts{"displayName OPEN"});
    CHECK(sweep(town).nodes == 0);
    const std::string json = shown(town, only_one(town));
    CHECK(json.find("Sentralsykehuset") != std::string::npos);
    CHECK(json.find("NORDVIK SJUKEHUS") != std::string::npos);
    CHECK(json.find("Sentralsykehuset") < json.rfind("NORDVIK SJUKEHUS")); // RESH counts first

    name_unit(town, "Nordvik sykehus", "2026-03-01");
    CHECK(sweep(town).resolved == 1);
    CHECK(conflicts(town) == Texts{"displayName LOST"});
    CHECK(only_one(town).fingerprint == 0);
    name_unit(town, "Sentralsykehuset", "2026-04-01");
    CHECK(sweep(town).opened == 1);
    CHECK(only_one(town).steps.size() == 3);
    CHECK(findings(town).empty());
  });
}

TEST_CASE("an accepted conflict stays so until something else is said") {
  on_every_engine([](Town& town) {
    load_hospital(town);
    name_unit(town, "Sentralsykehuset", "2026-02-01");
    say_equal(town);
    sweep(town);
    const EntityId id = only_one(town).id;
    Conflicts conflicts_of(town.registry(), {});
    const auto accepted =
        conflicts_of.decide(id, ConflictState::accepted, told<Conflict>("both are in use"));
    REQUIRE(accepted.has_value());
    CHECK(accepted->what.steps.back().by.os_user == "kari");
    CHECK(accepted->what.steps.back().reason == "both are in use");
    const auto twice = conflicts_of.decide(id, ConflictState::accepted, told<Conflict>());
    REQUIRE_FALSE(twice.has_value());
    CHECK(twice.error().code == ErrorCode::conflict);
    CHECK(twice.error().message.starts_with("settled:"));
    town.after_import();
    CHECK(sweep(town, true).opened == 0);
    CHECK(conflicts(town) == Texts{"displayName AKSEPTERT"});
    CHECK(conflicts(town, {ConflictState::open, {}, {}}).empty());
    CHECK(conflicts(town, {{}, JoinedField::form, {}}).empty());
    CHECK(conflicts(town, {{}, {}, node(town, unit)}).size() == 1);
    CHECK(conflicts(town, {{}, {}, node(town, "ENH:310000140")}).empty());

    name_unit(town, "Storsykehuset", "2026-03-01");
    CHECK(sweep(town).opened == 1);
    CHECK(conflicts(town) == Texts{"displayName OPEN"});
    const auto unknown =
        Conflicts(town.registry(), {}).decide(EntityId{}, ConflictState::open, told<Conflict>());
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == ErrorCode::not_found);
  });
}

TEST_CASE("a conflict is over when the equality ends, and gone when a node is removed by law") {
  on_every_engine([](Town& town) {
    load_hospital(town);
    name_unit(town, "Sentralsykehuset", "2026-02-01");
    const std::uint64_t relation = say_equal(town);
    sweep(town);
    REQUIRE(CuratedRelations(town.registry())
                .withdraw(node(town, unit), relation, told<CuratedRelation>("two houses")));
    CHECK(sweep(town).resolved == 1);
    CHECK(conflicts(town) == Texts{"displayName LOST"});
    load(town, NodeSource::enhetsregisteret, "2026-05-01",
         {NodeBuilder(NodeType::underenhet, hospital).removed()});
    CHECK(sweep(town).erased == 1);
    CHECK(conflicts(town).empty());
    CHECK(findings(town).empty());
  });
}

TEST_CASE("sources that speak of the same node disagree without any equality") {
  on_every_engine([](Town& town) {
    load_hospital(town);
    load(town, NodeSource::htk, "2026-01-01",
         {NodeBuilder::about(hospital).says(
             NodePart::visiting_address, R"({"lines":["Storgata 2"],"postalCode":"9910"})")});
    CHECK(sweep(town).opened == 1);
    CHECK(conflicts(town) == Texts{"visitingAddress OPEN"});
    Authority authority;
    REQUIRE(authority.set(JoinedField::visiting_address, "enhetsregisteret"));
    const auto swept = Conflicts(town.registry(), authority).sweep(true);
    REQUIRE(swept.has_value());
    CHECK(swept->resolved == 1); // the other does not speak of it any more
  });
}

TEST_CASE("conflicts come in pages, and a sweep that is stopped goes on where it stood") {
  Town town;
  load_hospital(town);
  name_unit(town, "Sentralsykehuset", "2026-02-01");
  say_equal(town);
  load(town, NodeSource::htk, "2026-01-01",
       {NodeBuilder::about(hospital).says(NodePart::visiting_address,
                                          R"({"lines":["Storgata 2"],"postalCode":"9910"})")});
  const auto stopped = Conflicts(town.registry(), {}).sweep(false, [] { return false; });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::cancelled);
  CHECK(sweep(town).opened == 2);
  const Conflicts known(town.registry(), {});
  const auto first = known.list({}, 1);
  REQUIRE(first.has_value());
  REQUIRE(first->size() == 1);
  const auto second = known.list({}, 1, first->front().id);
  REQUIRE(second.has_value());
  REQUIRE(second->size() == 1);
  CHECK(second->front().id != first->front().id);
  CHECK(known.list({}, 1, second->front().id)->empty());
  CHECK(known.get(first->front().id)->id == first->front().id);
  CHECK(id_of_hex(hex_of(first->front().id)) == first->front().id);
  CHECK_FALSE(id_of_hex("0g"));
}
