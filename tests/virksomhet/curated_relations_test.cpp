// Relations that a human states one by one, ends, corrects and takes back.
#include "registry/virksomhet/curated_relations.h"
#include "tests/virksomhet/steward.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Told = CuratedRelations::Told;
using Texts = std::vector<std::string>;
constexpr std::string_view owner = "ENH:310000639";
constexpr std::string_view owned = "ENH:310001473";

RelationWanted ownership(Town& town, std::string_view from, std::string_view to,
                         std::string_view since = "2020-01-01") {
  RelationWanted wanted;
  wanted.type = NodeRelation::eierskap;
  wanted.from = node(town, from);
  wanted.to = node(town, to);
  wanted.valid_from = day(since);
  return wanted;
}

std::vector<std::string> owners(Town& town, std::string_view key, const AsOf& as_of) {
  return ancestors(town, key, set_of({NodeRelation::eierskap}), as_of);
}

Error error_of(const CuratedRelations::Done& done) {
  REQUIRE_FALSE(done.has_value());
  return done.error();
}

void load_two(Town& town) {
  load(town, NodeSource::enhetsregisteret, "2026-01-01",
       {juridisk(owner, "NORDVIK KOMMUNE"), juridisk(owned, "NORDVIK APOTEK AS"),
        juridisk("ENH:310000078", "HELSE FJORDLAND RHF")});
}

} // namespace

TEST_CASE("what a human states holds at once, and on both axes of time") {
  on_every_engine([](Town& town) {
    load_two(town);
    CuratedRelations relations(town.registry());
    const std::uint64_t before = town.registry().newest_sequence();
    const auto stated = relations.state(ownership(town, owner, owned), told<CuratedRelation>());
    REQUIRE(stated.has_value());
    CHECK(stated->what.lower == node(town, owned));
    CHECK(stated->what.details ==
          R"({"reason":"seen on the spot","approvedBy":"kari"})");
    town.after_import();
    CHECK(owners(town, owned, at("2026-01-01")) == Texts{std::string(owner)});
    CHECK(owners(town, owned, at("2019-12-31")).empty());
    CHECK(owners(town, owned, at("2026-01-01", before)).empty());

    CuratedRelations again(town.registry());
    const std::uint64_t then = town.registry().newest_sequence();
    const auto ended = again.end(node(town, owned), stated->what.number, *day("2024-01-01"),
                                 told<CuratedRelation>("sold"));
    REQUIRE(ended.has_value());
    CHECK(ended->what.number == stated->what.number);
    CHECK(ended->what.details == R"({"reason":"seen on the spot","approvedBy":"kari",)"
                                 R"("endedBy":"kari","endedReason":"sold"})");
    town.after_import();
    CHECK(owners(town, owned, at("2026-01-01")).empty());
    CHECK(owners(town, owned, at("2023-12-31")) == Texts{std::string(owner)});
    CHECK(owners(town, owned, at("2026-01-01", then)) == Texts{std::string(owner)});
    CHECK(findings(town).empty());
  });
}

TEST_CASE("a correction replaces what was stated, and a withdrawal takes it back") {
  on_every_engine([](Town& town) {
    load_two(town);
    CuratedRelations relations(town.registry());
    const auto stated = relations.state(ownership(town, owner, owned), told<CuratedRelation>());
    REQUIRE(stated.has_value());
    const EntityId lower = node(town, owned);
    RelationCorrection correction;
    correction.valid_from.emplace(day("2015-01-01"));
    for (const char* reason : {"the deed says so", "read again"}) {
      const auto corrected = relations.correct(lower, stated->what.number, correction,
                                               told<CuratedRelation>(reason));
      REQUIRE(corrected.has_value());
      CHECK(corrected->what.valid_from == day("2015-01-01"));
    }
    const auto all = relations.of(lower);
    REQUIRE(all.has_value());
    REQUIRE(all->size() == 1);
    CHECK(all->front().details == R"({"reason":"seen on the spot","approvedBy":"kari",)"
                                  R"("correctedBy":"kari","correctedReason":"read again"})");
    CHECK(owners(town, owned, at("2016-01-01")) == Texts{std::string(owner)});
    const std::uint64_t before = town.registry().newest_sequence();
    REQUIRE(relations.withdraw(lower, stated->what.number, told<CuratedRelation>("a mistake")));
    CHECK(owners(town, owned, at("2016-01-01")).empty());
    CHECK(owners(town, owned, at("2016-01-01", before)) == Texts{std::string(owner)});
    CHECK(relations.of(lower)->empty());
    CHECK(error_of(relations.withdraw(lower, stated->what.number, told<CuratedRelation>())).code ==
          ErrorCode::not_found);
    CHECK(findings(town).empty());
  });
}

TEST_CASE("a reviewed file neither repeats nor withdraws what was stated by itself") {
  on_every_engine([](Town& town) {
    load_two(town);
    CuratedRelations relations(town.registry());
    REQUIRE(relations.state(ownership(town, owner, owned), told<CuratedRelation>()));
    NodeBatch reviewed = batch(NodeSource::kuratert, "2026-02-01",
                               {NodeBuilder::about(owned).under(NodeRelation::eierskap,
                                                                "ENH:310000078",
                                                                during("2021-01-01", ""))});
    reviewed.complete = true;
    load(town, reviewed);
    NodeBatch nothing = batch(NodeSource::kuratert, "2026-03-01", {});
    nothing.complete = true;
    CHECK(owners(town, owned, at("2026-01-01")).size() == 2);
    load(town, nothing);
    CHECK(owners(town, owned, at("2026-01-01")) == Texts{std::string(owner)});
    CHECK(findings(town).empty());
  });
}

TEST_CASE("what breaks a rule of the structure is refused with the rule, and changes nothing") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CuratedRelations relations(town.registry());
    const std::uint64_t before = town.registry().newest_sequence();
    const auto refused = [&](const RelationWanted& wanted) {
      return error_of(relations.state(wanted, told<CuratedRelation>()));
    };
    // the RHF owns the HF already, so the HF cannot own the RHF
    const Error circle = refused(ownership(town, "ENH:310000140", "ENH:310000078"));
    CHECK(circle.code == ErrorCode::invalid);
    CHECK(circle.message.starts_with("rule 2:"));
    CHECK(refused(ownership(town, owner, owner)).message.starts_with("rule 2:"));
    RelationWanted backwards = ownership(town, owner, "ENH:310001333", "2020-01-01");
    backwards.valid_to = day("2019-01-01");
    CHECK(refused(backwards).message.starts_with("rule 4:"));
    RelationWanted legal = ownership(town, "ENH:310000914", "ENH:310000280");
    legal.type = NodeRelation::juridisk;
    CHECK(refused(legal).message.starts_with("rule 5:"));
    RelationWanted equal = ownership(town, "RSH:4990020", "ENH:310000280");
    equal.type = NodeRelation::tilsvarer;
    CHECK(refused(equal).code == ErrorCode::invalid); // without a kind
    RelationWanted work = ownership(town, "HPR:999000002", "ENH:310000280");
    work.type = NodeRelation::tilknytning;
    CHECK(refused(work).code == ErrorCode::invalid);
    const Error stated = refused(ownership(town, "ENH:310000078", "ENH:310000140"));
    CHECK(stated.code == ErrorCode::conflict);
    CHECK(stated.message.starts_with("already_stated:"));
    RelationWanted nobody = ownership(town, owner, "ENH:310001333");
    nobody.to = EntityId{};
    CHECK(refused(nobody).code == ErrorCode::not_found);
    CHECK(error_of(relations.state(ownership(town, owner, "ENH:310001333"),
                                   told<CuratedRelation>("")))
              .code == ErrorCode::invalid);
    CHECK(town.registry().newest_sequence() == before);
    CHECK(findings(town).empty());
  });
}

TEST_CASE("a node that was removed by law is given no relation") {
  on_every_engine([](Town& town) {
    load_two(town);
    load(town, NodeSource::enhetsregisteret, "2026-02-01",
         {NodeBuilder(NodeType::juridisk_enhet, owned).removed()});
    CuratedRelations relations(town.registry());
    const Error error = error_of(
        relations.state(ownership(town, owner, owned), told<CuratedRelation>()));
    CHECK(error.code == ErrorCode::invalid);
    CHECK(error.message.starts_with("rule 9:"));
  });
}

TEST_CASE("a request with a key that was used gets the first answer, and another one is refused") {
  on_every_engine([](Town& town) {
    load_two(town);
    CuratedRelations relations(town.registry());
    Told first = told<CuratedRelation>("once", "key-1");
    first.request_hash[0] = 1;
    first.answer = [](const CuratedRelation& made) {
      KeptAnswer kept{{}, now(), 201, std::to_string(made.number), {}};
      kept.request_hash[0] = 1;
      return kept;
    };
    const auto made = relations.state(ownership(town, owner, owned), first);
    REQUIRE(made.has_value());
    CHECK_FALSE(made->replayed);
    town.after_import();
    CuratedRelations later(town.registry());
    const auto again = later.state(ownership(town, owner, owned), first);
    REQUIRE(again.has_value());
    REQUIRE(again->replayed);
    CHECK(again->replayed->body == std::to_string(made->what.number));
    CHECK(again->replayed->status == 201);
    Told other = first;
    other.request_hash[0] = 2;
    CHECK(error_of(later.state(ownership(town, owner, owned), other)).code == ErrorCode::conflict);
    CHECK(later.of(node(town, owned))->size() == 1);
  });
}
