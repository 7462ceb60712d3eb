// The answers to questions, as everybody is told them.
#include "registry/virksomhet/answers.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

using Texts = std::vector<std::string>;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The keys of a page, a line each, with depth and the parent's key.
Texts lines_of(const Structure& structure, const SubtreePage& page) {
  Texts lines;
  for (const SubtreeLine& line : page.lines) {
    lines.push_back(to_text(line.node.key.view()) + ' ' + std::to_string(line.depth) + ' ' +
                    shown_key(structure, line.parent));
  }
  return lines;
}

std::string node_text(const Structure& structure, std::string_view key, bool with_history = false) {
  std::string out;
  const auto written = append_node(out, structure, find(structure, key), {with_history, {}});
  REQUIRE(written.has_value());
  return out;
}

} // namespace

TEST_CASE("pages of a subtree fit together, in whatever size, also when much is left out") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const Structure structure(town.registry(), at("2026-03-01"));
    const EntityId root = find(structure, "RSH:4990001");
    SubtreePageOrder whole;
    whole.order.types = organised;
    whole.limit = 1'000;
    const auto all = subtree_page(structure, root, whole);
    REQUIRE(all.has_value());
    CHECK_FALSE(all->has_more);
    const Texts expected = lines_of(structure, *all);
    CHECK(expected.size() == 10); // the one whose name may not be told is not among them
    CHECK(expected.front() == "RSH:4990010 1 RSH:4990001");
    for (std::size_t limit = 1; limit <= 11; ++limit) {
      SubtreePageOrder asked = whole;
      asked.limit = limit;
      Texts lines;
      bool has_more = true;
      while (has_more) {
        const auto page = subtree_page(structure, root, asked);
        REQUIRE(page.has_value());
        for (std::string& line : lines_of(structure, *page)) lines.push_back(std::move(line));
        REQUIRE(lines.size() <= expected.size());
        has_more = page->has_more;
        if (has_more) {
          CHECK(page->lines.size() == limit);
          asked.after = page->lines.back().node.id;
        }
      }
      CHECK(lines == expected);
    }
    SubtreePageOrder lost = whole;
    lost.after = find(structure, "ENH:310000639");
    const auto nowhere = subtree_page(structure, root, lost);
    REQUIRE_FALSE(nowhere.has_value());
    CHECK(nowhere.error().code == ErrorCode::out_of_range);
  });
}

TEST_CASE("a page has only the types asked for, and goes through the others") {
  Town town;
  load_universe(town);
  const Structure structure(town.registry(), at("2026-03-01"));
  SubtreePageOrder asked;
  asked.order.types = set_of({NodeRelation::eierskap, NodeRelation::juridisk});
  asked.node_types.set(static_cast<std::size_t>(NodeType::underenhet));
  const auto page = subtree_page(structure, find(structure, "ENH:310000078"), asked);
  REQUIRE(page.has_value());
  CHECK(lines_of(structure, *page) ==
        Texts{"ENH:310000280 2 ENH:310000140", "ENH:310000353 2 ENH:310000140",
              "ENH:310000426 2 ENH:310000140", "ENH:310000566 2 ENH:310000140"});
}

TEST_CASE("a page tells parents and depths without what may not be told") {
  Town town;
  load(town, NodeSource::resh, "2024-01-01",
       {ward("RSH:1", "Sykehus"), ward("RSH:2", "Skjermet", "RSH:1").withheld(),
        ward("RSH:3", "Skjermet seksjon", "RSH:2").withheld(),
        ward("RSH:4", "Post", "RSH:3"), ward("RSH:5", "Rom", "RSH:4")});
  SubtreePageOrder asked;
  asked.order.types = organised;
  const Structure structure(town.registry(), at("2024-06-01"));
  const auto page = subtree_page(structure, find(structure, "RSH:1"), asked);
  REQUIRE(page.has_value());
  CHECK(lines_of(structure, *page) == Texts{"RSH:4 1 RSH:1", "RSH:5 2 RSH:4"});
  NodeSight sight;
  sight.withheld = true;
  const Structure all(town.registry(), at("2024-06-01"), sight);
  const auto whole = subtree_page(all, find(all, "RSH:1"), asked);
  REQUIRE(whole.has_value());
  CHECK(whole->lines.size() == 4);
}

TEST_CASE("no answer tells of a unit whose name may not be told, but to who asks for it") {
  Town town;
  load(town, NodeSource::resh, "2024-01-01",
       {ward("RSH:1", "Sykehus"), ward("RSH:2", "Skjermet", "RSH:1", "ENH:310000140").withheld(),
        ward("RSH:4", "Post", "RSH:2")});
  const auto told = [&town](const NodeSight& sight) {
    const Structure structure(town.registry(), at("2024-06-01"), sight);
    const EntityId post = find(structure, "RSH:4");
    const EntityId hf = find(structure, "ENH:310000140");
    std::string out;
    REQUIRE(append_ancestors(out, structure, post, organised).has_value());
    REQUIRE(append_way(out, structure, post, find(structure, "RSH:1"), organised).has_value());
    REQUIRE(append_legal_root(out, structure, post).has_value());
    REQUIRE(append_crosswalk(out, structure, hf, {}).has_value());
    REQUIRE(append_crosswalk(out, structure, post, {}).has_value());
    REQUIRE(append_diff(out, Structure(town.registry(), at("2023-01-01"), sight), structure,
                        find(structure, "RSH:1"))
                .has_value());
    out += node_text(structure, "RSH:4");
    const auto hidden = structure.summary(find(structure, "RSH:2"));
    REQUIRE(hidden.has_value());
    return std::pair(out, std::string(view_of(hidden->external_id)));
  };
  const auto [plain, id] = told({});
  CHECK_FALSE(contains(plain, "Skjermet"));
  CHECK_FALSE(contains(plain, id));
  CHECK_FALSE(contains(plain, R"("number":"2")"));
  NodeSight sight;
  sight.withheld = true;
  const auto [with_basis, same] = told(sight);
  CHECK(contains(with_basis, "Skjermet"));
  CHECK(contains(with_basis, same));
  const Structure structure(town.registry(), at("2024-06-01"));
  const std::string asked = node_text(structure, "RSH:2");
  CHECK(contains(asked, R"("number":"2")"));
  CHECK_FALSE(contains(asked, "Skjermet"));
}

TEST_CASE("times are shown as the dates they were given as") {
  Town town;
  load_universe(town);
  const Structure structure(town.registry(), at("2026-03-01"));
  const std::string hf = node_text(structure, "ENH:310000140");
  CHECK(contains(hf, R"("validFrom":"2009-01-01","name":"FJORDLAND UNIVERSITETSSYKEHUS HF")"));
  CHECK(contains(hf, R"({"type":"EIERSKAP","source":"kuratert","validFrom":"2001-12-10","to":)"));
  CHECK_FALSE(contains(hf, "T23:00"));
  const Structure later(town.registry(), at("2026-03-01"));
  CHECK(contains(node_text(later, "ENH:310000213"), R"("closed":"2023-01-02")"));
}

TEST_CASE("with history a node is shown with what held at other times, and only then") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const Structure structure(town.registry(), at("2026-03-01"));
    const std::string now = node_text(structure, "ENH:310000426");
    const std::string ever = node_text(structure, "ENH:310000426", true);
    CHECK_FALSE(contains(now, "310000213"));
    CHECK(contains(ever, R"("validFrom":"2002-01-01","validTo":"2023-01-01","to":{"id":)"));
    CHECK(contains(ever, R"("number":"310000213")"));
    CHECK(contains(node_text(structure, "ENH:310000140", true), "NORDVIK SYKEHUS HF"));
    const Structure before(town.registry(), {day("2026-03-01"), std::uint64_t{0}});
    std::string out;
    CHECK_FALSE(append_node(out, before, find(structure, "ENH:310000426"), {true, {}}).has_value());
  });
}

TEST_CASE("what tells of a natural person is written for those who may see it, who are told so") {
  Town town;
  load_universe(town);
  NodeSight sight;
  sight.personal = true;
  const Structure open(town.registry(), at("2026-03-01"));
  const Structure seeing(town.registry(), at("2026-03-01"), sight);
  const EntityId practice = find(open, "ENH:310001333");
  std::string out;
  CHECK(append_node(out, open, practice) == false);
  CHECK_FALSE(contains(out, "HAVGLIMT"));
  out.clear();
  CHECK(append_node(out, seeing, practice) == true);
  CHECK(contains(out, R"("name":[{"source":"enhetsregisteret",)"
                      R"("name":"SPESIALISTPRAKSIS HAVGLIMT"}])"));
  out.clear();
  CHECK(append_node(out, seeing, find(open, "ENH:310000140")) == false);
}

TEST_CASE("answers are told in full") {
  Town town;
  load_universe(town);
  const Structure structure(town.registry(), at("2026-03-01"));
  const auto told = [&](const auto& append) {
    std::string out;
    REQUIRE(append(out).has_value());
    return out;
  };
  const EntityId ward_node = find(structure, "RSH:4990050");
  const std::string above = told([&](std::string& out) {
    return append_ancestors(out, structure, ward_node, organised);
  });
  CHECK(contains(above, R"("number":"4990040","type":"RESH_ENHET","status":"AKTIV",)"
                        R"("name":"Hjertemedisinsk avdeling","depth":1,)"
                        R"("relation":{"type":"ORGANISATORISK","source":"resh")"));
  CHECK(contains(above, R"("depth":5)"));
  const std::string way = told([&](std::string& out) {
    return append_way(out, structure, ward_node, find(structure, "RSH:4990041"), organised);
  });
  CHECK(way.starts_with(R"({"steps":[{"direction":"START","node":{"id":")"));
  CHECK(contains(way, R"({"direction":"UP","relation":"ORGANISATORISK","node":)"));
  CHECK(contains(way, R"({"direction":"DOWN","relation":"ORGANISATORISK","node":)"));
  const std::string root = told([&](std::string& out) {
    return append_legal_root(out, structure, ward_node);
  });
  CHECK(contains(root, R"("isLegalEntity":true,"way":[{"id":)"));
  const std::string followers = told([&](std::string& out) {
    return append_successors(out, structure, find(structure, "ENH:310000213"), true);
  });
  CHECK(contains(followers, R"("successors":[{"id":)"));
  CHECK(contains(followers, R"("event":{"type":"FUSJON","source":"kuratert",)"
                            R"("effective":"2023-01-01","from":[)"));
  CHECK(contains(followers, R"("isComplete":true})"));
  const std::string events = told([&](std::string& out) {
    return append_events(out, structure, find(structure, "ENH:310000493"));
  });
  CHECK(contains(events, R"("events":[{"type":"NEDLAGT")"));
  const std::string changed = told([&](std::string& out) {
    return append_diff(out, Structure(town.registry(), at("2005-01-01")), structure,
                       find(structure, "ENH:310000140"));
  });
  CHECK(contains(changed, R"("parts":{"gone":[{"part":"name","source":"enhetsregisteret",)"
                          R"("name":"NORDVIK SYKEHUS HF"}],"come":[{)"));
  CHECK(contains(changed, R"("lowers":{"gone":[],"come":[{"id":)"));
}

TEST_CASE("personnel are told with where they work, page by page, but not at hidden units") {
  Town town;
  load_universe(town);
  load(town, NodeSource::flr, "2026-03-01",
       {NodeBuilder(NodeType::personell, "HPR:999000007")
            .says(NodePart::classification, R"({"system":"9060","code":"LE"})")
            .under(NodeRelation::tilknytning, "RSH:4990050", {}, RelationKind::none,
                   R"({"relationship":"VI"})")});
  NodeSight sight;
  sight.personnel = true;
  const Structure structure(town.registry(), at("2026-03-01"), sight);
  const auto told = [&](std::string_view unit, const PersonnelOrder& asked, std::string& out) {
    const auto shown = append_personnel(out, structure, find(structure, unit), asked);
    REQUIRE(shown.has_value());
    return *shown;
  };
  PersonnelOrder asked;
  asked.with_subtree = true;
  std::string out;
  CHECK(told("RSH:4990030", asked, out).persons.size() == 2);
  CHECK(contains(out, R"("number":"999000002","type":"PERSONELL")"));
  CHECK(contains(out, R"("affiliations":[{"type":"TILKNYTNING","source":"employer",)"
                      R"("validFrom":"2010-01-01","to":{"id":)"));
  asked.limit = 1;
  out.clear();
  const PersonnelShown first = told("RSH:4990030", asked, out);
  CHECK(first.has_more);
  asked.after = first.persons.back();
  const PersonnelShown second = told("RSH:4990030", asked, out);
  CHECK_FALSE(second.has_more);
  CHECK(second.persons.size() == 1);
  CHECK(second.persons != first.persons);
  PersonnelOrder filtered;
  filtered.with_subtree = true;
  filtered.role = "VI";
  out.clear();
  CHECK(told("RSH:4990030", filtered, out).persons.size() == 1);
  filtered.role = "FA";
  CHECK(told("RSH:4990030", filtered, out).persons.empty());
  filtered.role.clear();
  filtered.category = "LE";
  CHECK(told("RSH:4990030", filtered, out).persons.size() == 1);
  // She works at the unit that may not be told.
  out.clear();
  filtered = {};
  filtered.with_subtree = true;
  CHECK(told("RSH:4990061", filtered, out).persons.empty());
  out.clear();
  REQUIRE(append_affiliations(out, structure, find(structure, "HPR:999000005")).has_value());
  CHECK(contains(out, R"("affiliations":[])"));
  out.clear();
  REQUIRE(append_suitable_units(out, structure, find(structure, "HPR:999000005"), {}).has_value());
  CHECK(contains(out, R"("outcome":"ONE")"));
  CHECK(contains(out, R"("number":"4990061")"));
  CHECK_FALSE(contains(out, "4990062"));
  out.clear();
  REQUIRE(append_suitable_units(out, structure, find(structure, "HPR:999000002"), {}).has_value());
  CHECK(contains(out, R"("outcome":"AMBIGUOUS")"));
}
