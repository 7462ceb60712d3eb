// The rules of the structure: what breaks one goes to quarantine, and nothing of it stays.
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
const std::string other_site = "ENH:310000280";

/// All of the batch is refused for that reason, and nothing of it is there.
void check_refused(Town& town, const NodeBatch& wrong, std::string_view reason) {
  const auto newest = town.newest();
  const auto counts = load(town, wrong);
  CHECK(counts.written == 0);
  CHECK(counts.quarantined == std::max<std::size_t>(1, wrong.items.size()));
  CHECK(town.newest() == newest);
  const auto kept = quarantine(town);
  REQUIRE_FALSE(kept.empty());
  CAPTURE(kept.back());
  CHECK(kept.back().starts_with("structure: " + std::string(reason)));
}

} // namespace

TEST_CASE("rule 1: a source gives a unit one legal parent at a time") {
  on_every_engine([](Town& town) {
    check_refused(town,
                  batch(er, "2024-01-01",
                        {underenhet(site, "S", hf).under(NodeRelation::juridisk, other_hf)}),
                  "rule 1");
    const auto in_turn = underenhet(site, "S", hf, from("2023-01-01"))
                             .under(NodeRelation::juridisk, other_hf,
                                    during("2009-01-01", "2023-01-01"));
    CHECK(load(town, er, "2024-01-01", {in_turn}).written == 1);
    const auto overlapping =
        NodeBuilder::about(site)
            .under(NodeRelation::juridisk, hf, during("2001-01-01", "2005-01-01"))
            .under(NodeRelation::juridisk, other_hf, during("2004-12-31", "2009-01-01"));
    check_refused(town, batch(NodeSource::kuratert, "2024-01-01", {overlapping}), "rule 1");
  });
}

TEST_CASE("rule 2: nobody is above itself, at any instant") {
  on_every_engine([](Town& town) {
    load(town, resh, "2024-01-01",
         {ward("RSH:4990020", "Sykehus"), ward("RSH:4990030", "Klinikk", "RSH:4990020"),
          ward("RSH:4990040", "Avdeling", "RSH:4990030")});
    check_refused(town,
                  batch(resh, "2024-02-01",
                        {ward("RSH:4990030", "Klinikk", "RSH:4990040"),
                         ward("RSH:4990040", "Avdeling", "RSH:4990030")}),
                  "rule 2");
    CHECK(ancestors(town, "RSH:4990040", organised, {}) ==
          std::vector<std::string>{"RSH:4990030", "RSH:4990020"});
    check_refused(town, batch(resh, "2024-02-01", {ward("RSH:1", "Selv", "RSH:1")}), "rule 2");
  });
}

TEST_CASE("rule 2: two who swap places one after the other are no circle") {
  on_every_engine([](Town& town) {
    const auto lower = [](std::string_view key, std::string_view upper, const Period& period) {
      return NodeBuilder(NodeType::resh_enhet, key)
          .named("X")
          .under(NodeRelation::organisatorisk, upper, period);
    };
    CHECK(load(town, resh, "2024-01-01",
               {lower("RSH:1", "RSH:2", during("2010-01-01", "2020-01-01")),
                lower("RSH:2", "RSH:1", during("2020-01-01", ""))})
              .written == 2);
    CHECK(ancestors(town, "RSH:1", organised, at("2019-12-31")) ==
          std::vector<std::string>{"RSH:2"});
    CHECK(ancestors(town, "RSH:2", organised, at("2020-01-01")) ==
          std::vector<std::string>{"RSH:1"});
    check_refused(town,
                  batch(resh, "2024-02-01",
                        {lower("RSH:2", "RSH:1", during("2019-12-31", ""))}),
                  "rule 2");
  });
}

TEST_CASE("rule 2: circles across types are allowed") {
  on_every_engine([](Town& town) {
    load(town, er, "2024-01-01", {juridisk(hf, "HF"), juridisk(other_hf, "HF2")});
    load(town, NodeSource::kuratert, "2024-01-01",
         {NodeBuilder::about(hf).under(NodeRelation::eierskap, other_hf),
          NodeBuilder::about(other_hf).under(NodeRelation::avtale, hf)});
    CHECK(quarantine(town).empty());
    check_refused(town,
                  batch(NodeSource::kuratert, "2024-02-01",
                        {NodeBuilder::about(other_hf).under(NodeRelation::eierskap, hf)}),
                  "rule 2");
  });
}

TEST_CASE("rule 4: nothing ends before it begins") {
  on_every_engine([](Town& town) {
    check_refused(town,
                  batch(resh, "2024-01-01",
                        {ward("RSH:1", "X").named("Y", during("2020-01-01", "2020-01-01"))}),
                  "rule 4");
    check_refused(town,
                  batch(resh, "2024-01-01",
                        {ward("RSH:1", "X").under(NodeRelation::organisatorisk, "RSH:2",
                                                  during("2020-01-02", "2020-01-01"))}),
                  "rule 4");
    check_refused(town,
                  batch(resh, "2024-01-01",
                        {ward("RSH:1", "X").opened("2020-01-02").closed("2020-01-01")}),
                  "rule 4");
  });
}

TEST_CASE("rule 5: an underenhet in use has a legal parent, and is none") {
  on_every_engine([](Town& town) {
    check_refused(
        town, batch(er, "2024-01-01", {NodeBuilder(NodeType::underenhet, site).named("S")}),
        "rule 5");
    load(town, er, "2024-01-01", {juridisk(hf, "HF"), underenhet(site, "S", hf)});
    check_refused(town, batch(er, "2024-01-02", {underenhet(other_site, "S2", site)}), "rule 5");
    load(town, er, "2024-01-02", {underenhet(other_site, "S2", other_hf)});
    check_refused(town, batch(er, "2024-01-03", {underenhet(other_hf, "var forelder", hf)}),
                  "rule 5");
  });
}

TEST_CASE("rule 6: a number is never given to another node") {
  on_every_engine([](Town& town) {
    load(town, er, "2024-01-01",
         {juridisk(hf, "HF"), juridisk(other_hf, "HF2"), underenhet(site, "S", hf)});
    const auto gln = [](std::string_view node) {
      return NodeBuilder::about(node).goes_by("GLN:7099999000019");
    };
    CHECK(load(town, NodeSource::gln, "2024-01-01", {gln(hf)}).written == 1);
    check_refused(town, batch(NodeSource::gln, "2024-02-01", {gln(other_hf)}), "rule 6");
    auto gone = batch(NodeSource::gln, "2024-02-01", {});
    gone.complete = true;
    CHECK(load(town, gone).withdrawn == 1);
    check_refused(town, batch(NodeSource::gln, "2024-03-01", {gln(other_hf)}), "rule 6");
    // Of one legal entity a GLN may stand for several.
    CHECK(load(town, NodeSource::gln, "2024-04-01", {gln(site)}).written == 1);
    check_refused(town,
                  batch(NodeSource::locoreg, "2024-05-01",
                        {NodeBuilder(NodeType::lokasjon, "GLN:7099999000019").named("X")}),
                  "rule 6");
  });
}

TEST_CASE("rule 7: a record of a number that is none is refused; a relation to one is left out") {
  on_every_engine([](Town& town) {
    NodeBatch wrong = batch(er, "2024-01-01", {juridisk(hf, "HF")});
    NodeRecord& record = wrong.items.front().record;
    record.key = record.add("310000141");
    check_refused(town, wrong, "rule 7");
    NodeBatch upper = batch(resh, "2024-01-01", {ward("RSH:1", "X", {}, hf)});
    upper.items.front().record.relations.front().upper =
        upper.items.front().record.add("310000141");
    const auto counts = load(town, upper);
    CHECK(counts.written == 1);
    CHECK(counts.identifiers_refused == 1);
    CHECK(legal_root(town, "RSH:1", {}) == "RSH:1");
  });
}

TEST_CASE("rule 8: nobody is followed before it began, or follows itself") {
  on_every_engine([](Town& town) {
    load(town, er, "2024-01-01",
         {juridisk(hf, "HF"), juridisk(other_hf, "HF2").opened("2009-01-01")});
    const auto with = [](NodeEventClaim claim) {
      NodeBatch made = batch(NodeSource::kuratert, "2024-01-01", {});
      made.events.push_back(std::move(claim));
      return made;
    };
    check_refused(town, with(event(NodeEventType::fusjon, "2008-12-31", {other_hf}, {hf})),
                  "rule 8");
    check_refused(town, with(event(NodeEventType::fusjon, "2020-01-01", {hf}, {hf})), "rule 8");
    CHECK(load(town, with(event(NodeEventType::fusjon, "2023-01-01", {other_hf}, {hf}))).events ==
          1);
    check_refused(town, with(event(NodeEventType::fisjon, "2024-01-01", {hf}, {other_hf})),
                  "rule 2");
  });
}

TEST_CASE("a national register loses the record that breaks a rule, and no other") {
  on_every_engine([](Town& town) {
    NodeBatch many = batch(er, "2024-01-01",
                           {juridisk(hf, "HF"), NodeBuilder(NodeType::underenhet, site).named("S"),
                            underenhet(other_site, "S2", hf)});
    many.refusal = Refusal::record;
    const auto counts = load(town, many);
    CHECK(counts.written == 2);
    CHECK(counts.quarantined == 1);
    CHECK(subtree(town, hf, legal, {}) == std::vector{other_site});
    CHECK(load(town, many).unchanged == 2);
    CHECK(quarantine(town).size() == 1); // kept once
  });
}
