// What the matcher suggests, and what becomes of it.
#include "registry/virksomhet/crosswalk.h"
#include "registry/virksomhet/matcher.h"
#include "tests/virksomhet/steward.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

#include <set>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Texts = std::vector<std::string>;

MatchFigures match(Town& town) {
  const auto figures = match_nodes(town.registry());
  REQUIRE(figures.has_value());
  town.after_import();
  return *figures;
}

std::vector<Suggestion> suggested(Town& town,
                                  std::optional<SuggestionState> state = SuggestionState::open) {
  auto all = Suggestions(town.registry()).list(state, 1'000);
  REQUIRE(all.has_value());
  return std::move(*all);
}

/// "RSH:4990020 ENH:310000280", sorted.
Texts pairs(Town& town, std::optional<SuggestionState> state = SuggestionState::open) {
  const Structure structure(town.registry(), {});
  Texts texts;
  for (const Suggestion& one : suggested(town, state)) {
    texts.push_back(shown_key(structure, one.lower) + ' ' + shown_key(structure, one.upper));
  }
  std::ranges::sort(texts);
  return texts;
}

Suggestion of(Town& town, std::string_view unit) {
  for (const Suggestion& one : suggested(town, std::nullopt)) {
    if (one.lower == node(town, unit)) return one;
  }
  FAIL("nothing is suggested of the unit");
  return {};
}

std::uint16_t agreement(const Suggestion& suggestion, MatchFact fact) {
  const auto found = std::ranges::find(suggestion.reasons, fact, &MatchReason::fact);
  REQUIRE(found != suggestion.reasons.end());
  return found->agreement;
}

/// What is the same in the universe, but for the DPS, which people have looked at already.
const Texts truth{"RSH:4990001 ENH:310000078", "RSH:4990010 ENH:310000140",
                  "RSH:4990020 ENH:310000280", "RSH:4990070 ENH:310000426"};

/// RESH without the organisasjonsnummer of its hospitals.
void forget_numbers(Town& town) {
  load(town, NodeSource::resh, "2026-04-01",
       {ward("RSH:4990020", "Nordvik sykehus", "RSH:4990010"),
        ward("RSH:4990070", "Sørvik sjukehus", "RSH:4990010")});
}

} // namespace

TEST_CASE("the matcher finds what is the same in the universe, and nothing else") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const std::uint64_t before = town.registry().newest_sequence();
    const MatchFigures figures = match(town);
    CHECK(figures.suggested == truth.size());
    CHECK(pairs(town) == truth); // precision and recall are both 1
    CHECK(town.registry().newest_sequence() == before); // a suggestion tells nobody anything
    CHECK(agreement(of(town, "RSH:4990020"), MatchFact::number) == 1000);
    CHECK(match(town).kept == truth.size());
    CHECK(findings(town).empty());
  });
}

TEST_CASE("by names and places in the tree alone it finds the same") {
  on_every_engine([](Town& town) {
    load_universe(town);
    forget_numbers(town);
    match(town);
    CHECK(pairs(town) == truth);
    const Suggestion found = of(town, "RSH:4990070"); // sjukehus and sykehus
    CHECK(agreement(found, MatchFact::name) > 700);
    CHECK(agreement(found, MatchFact::parent) == 1000);
    CHECK(found.score < of(town, "RSH:4990010").score);
  });
}

TEST_CASE("an approval states a dated relation, and a suggestion is decided on once") {
  on_every_engine([](Town& town) {
    load_universe(town);
    match(town);
    const Suggestion open = of(town, "RSH:4990020");
    Suggestions suggestions(town.registry());
    Approval approval;
    approval.valid_from = day("2008-01-01");
    approval.document = "sak 26/14";
    const auto approved = suggestions.approve(open.id, approval, told<Suggestion>("same house"));
    REQUIRE(approved.has_value());
    CHECK(approved->what.state == SuggestionState::approved);
    CHECK(approved->what.steps.back().by.os_user == "kari");
    CHECK(approved->what.relation != 0);
    town.after_import();
    {
      const Structure structure(town.registry(), at("2026-05-01"));
      const auto answers =
          crosswalk(structure, find(structure, "RSH:4990020"), IdentifierSystem::orgnr);
      REQUIRE(answers.has_value());
      CHECK(std::ranges::any_of(*answers, [&](const CrossAnswer& answer) {
        return answer.way == CrossWay::equivalent && answer.kind == RelationKind::equal &&
               answer.confidence == open.score;
      }));
    }
    Suggestions again(town.registry());
    for (const auto& done : {again.approve(open.id, approval, told<Suggestion>()),
                             again.reject(open.id, told<Suggestion>())}) {
      REQUIRE_FALSE(done.has_value());
      CHECK(done.error().code == ErrorCode::conflict);
      CHECK(done.error().message.starts_with("decided:"));
    }
    CHECK(match(town).kept == truth.size() - 1);
    CHECK(pairs(town, SuggestionState::approved) == Texts{truth[2]});
    CHECK(findings(town).empty());
  });
}

TEST_CASE("a rejection is remembered, whatever is imported and matched again") {
  on_every_engine([](Town& town) {
    load_universe(town);
    match(town);
    const auto rejected = Suggestions(town.registry())
                              .reject(of(town, "RSH:4990070").id, told<Suggestion>("two houses"));
    REQUIRE(rejected.has_value());
    town.after_import();
    forget_numbers(town);
    match(town);
    CHECK(pairs(town, SuggestionState::rejected) == Texts{truth[3]});
    CHECK(pairs(town).size() == truth.size() - 1);
    const auto unknown = Suggestions(town.registry()).reject(EntityId{}, told<Suggestion>());
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == ErrorCode::not_found);
  });
}

TEST_CASE("what does not look the same any more is withdrawn, and comes again when it does") {
  on_every_engine([](Town& town) {
    load_universe(town);
    match(town);
    load(town, NodeSource::resh, "2026-04-01",
         {ward("RSH:4990070", "Fysikalsk medisin", "RSH:4990010")});
    CHECK(match(town).withdrawn == 1);
    CHECK(pairs(town, SuggestionState::withdrawn) == Texts{truth[3]});
    load(town, NodeSource::resh, "2026-05-01",
         {ward("RSH:4990070", "Sørvik sykehus", "RSH:4990010", "ENH:310000426")});
    CHECK(match(town).suggested == 1);
    CHECK(of(town, "RSH:4990070").steps.size() == 3);
    CHECK(pairs(town) == truth);
  });
}

TEST_CASE("a unit that is called by its owner's name first is known by the rest as well") {
  Town town;
  load(town, NodeSource::enhetsregisteret, "2026-01-01",
       {juridisk("ENH:310000140", "FJORDLAND UNIVERSITETSSYKEHUS HF"),
        underenhet("ENH:310000280", "FJORDLAND UNIVERSITETSSYKEHUS HF NORDVIK - SOMATIKK",
                   "ENH:310000140"),
        underenhet("ENH:310000426", "FJORDLAND UNIVERSITETSSYKEHUS HF SØRVIK - SOMATIKK",
                   "ENH:310000140")});
  load(town, NodeSource::resh, "2026-01-01",
       {ward("RSH:4990010", "Fjordland universitetssykehus HF", {}, "ENH:310000140"),
        ward("RSH:4990020", "Nordvik sykehus", "RSH:4990010"),
        ward("RSH:4990070", "Sørvik sykehus", "RSH:4990010")});
  match(town);
  CHECK(pairs(town) == Texts{"RSH:4990010 ENH:310000140", "RSH:4990020 ENH:310000280",
                             "RSH:4990070 ENH:310000426"});
}

TEST_CASE("names that may not be told, and those of natural persons, are not matched by") {
  Town town;
  load(town, NodeSource::enhetsregisteret, "2026-01-01",
       {juridisk("ENH:310000140", "FJORDLAND HF"),
        underenhet("ENH:310000280", "LOFOTEN KLINIKK", "ENH:310000140")});
  load(town, NodeSource::resh, "2026-01-01",
       {ward("RSH:4990010", "Fjordland HF", {}, "ENH:310000140"),
        ward("RSH:4990020", "Lofoten klinikk", "RSH:4990010").withheld()});
  match(town);
  CHECK(pairs(town) == Texts{"RSH:4990010 ENH:310000140"});
}

TEST_CASE("suggestions come best first and in pages, and matching stops when it is told to") {
  Town town;
  load_universe(town);
  const auto stopped = match_nodes(town.registry(), [](const MatchFigures&) { return false; });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::cancelled);
  match(town);
  const Suggestions known(town.registry());
  std::optional<EntityId> after;
  std::set<EntityId> seen;
  std::uint16_t score = 1000;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto page = known.list(SuggestionState::open, 1, after);
    REQUIRE(page.has_value());
    REQUIRE(page->size() == 1);
    CHECK(page->front().score <= score);
    score = page->front().score;
    after = page->front().id;
    CHECK(seen.insert(*after).second);
  }
  CHECK(known.list(SuggestionState::open, 1, after)->empty());
  std::string out;
  REQUIRE(append_json(out, Structure(town.registry(), {}), *known.get(*after)));
  CHECK(out.find(R"("state":"open")") != std::string::npos);
  CHECK(out.find(R"({"fact":"number","agreement":1000})") != std::string::npos);
}
