// Relations in memory say what the store says, after every commit and while one is written.
#include "registry/registry_impl.h"
#include "registry/virksomhet/live_relations.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <thread>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace {

bool never() { return false; }

const std::array<std::string, 8> units{"ENH:310000078", "ENH:310000140", "ENH:310000213",
                                       "ENH:310000280", "ENH:310000353", "ENH:310000426",
                                       "ENH:310000493", "ENH:310000639"};
const std::array<std::string, 4> wards{"RSH:4990001", "RSH:4990002", "RSH:4990003",
                                       "RSH:4990004"};
const RelationSet every_type = RelationSet().set();

class Chance {
public:
  explicit Chance(unsigned seed) : random_(seed) {}
  int below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }
  template <typename List>
  const std::string& of(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }
  std::string year() { return std::to_string(2000 + below(20)) + "-01-01"; }
  Period period() {
    switch (below(3)) {
    case 0: return {};
    case 1: return from(year());
    default: return during(year(), year());
    }
  }

private:
  std::mt19937 random_;
};

NodeBatch any_batch(Chance& chance, int day_of_month) {
  const std::string when = "2024-01-" + std::to_string(10 + day_of_month);
  std::vector<NodeBuilder> records;
  const bool is_resh = chance.below(3) == 0;
  for (int n = chance.below(3) + 1; n > 0; --n) {
    if (is_resh) {
      NodeBuilder builder(NodeType::resh_enhet, chance.of(wards));
      builder.named("Post");
      builder.under(NodeRelation::tilhorer, chance.of(units), chance.period());
      builder.under(NodeRelation::organisatorisk, chance.of(wards), chance.period());
      records.push_back(std::move(builder));
      continue;
    }
    NodeBuilder builder(NodeType::juridisk_enhet, chance.of(units));
    builder.named("Enhet");
    for (int i = chance.below(4); i > 0; --i) {
      builder.under(chance.below(2) == 0 ? NodeRelation::eierskap : NodeRelation::juridisk,
                    chance.of(units), chance.period(), RelationKind::none,
                    chance.below(2) == 0 ? R"({"andel":"50"})" : "");
    }
    if (chance.below(6) == 0) builder.closed(chance.year());
    if (chance.below(12) == 0) builder.removed();
    records.push_back(std::move(builder));
  }
  NodeBatch made = batch(is_resh              ? NodeSource::resh
                         : chance.below(3) == 0 ? NodeSource::kuratert
                                                : NodeSource::enhetsregisteret,
                         when, records);
  made.refusal = Refusal::record;
  return made;
}

bool is_same(const NodeUpper& a, const NodeUpper& b) {
  return a.lower == b.lower && a.upper == b.upper && a.id == b.id && a.type == b.type &&
         a.kind == b.kind && a.source == b.source && a.marks == b.marks &&
         a.confidence == b.confidence && a.valid_from == b.valid_from &&
         a.valid_to == b.valid_to && a.event == b.event && a.details == b.details;
}

bool is_same(const Ancestor& a, const Ancestor& b) {
  return a.id == b.id && a.depth == b.depth && is_same(a.via, b.via);
}

bool is_same(const Descendant& a, const Descendant& b) {
  return a.id == b.id && a.parent == b.parent && a.depth == b.depth && a.type == b.type &&
         a.node_type == b.node_type && a.kind == b.kind && a.opened == b.opened &&
         a.closed == b.closed;
}

template <typename T>
void check_same(const Result<std::vector<T>>& memory, const Result<std::vector<T>>& store) {
  REQUIRE(memory.has_value());
  REQUIRE(store.has_value());
  CHECK(std::ranges::equal(*memory, *store,
                           [](const T& a, const T& b) { return is_same(a, b); }));
}

/// What is asked as of a number of the log is answered by the store; how many relations there were.
std::size_t check_same_answers(Town& town, std::string_view date) {
  CAPTURE(date);
  const Structure memory(town.registry(), at(date));
  const Structure store(town.registry(), at(date, town.newest()));
  std::size_t relations = 0;
  const auto check = [&](const std::string& text) {
    CAPTURE(text);
    const auto id = store.find(number(text).view());
    if (!id) return;
    check_same(memory.uppers(*id), store.uppers(*id));
    check_same(memory.ancestors(*id, every_type), store.ancestors(*id, every_type));
    SubtreeOrder order;
    order.types = every_type;
    check_same(memory.subtree(*id, order), store.subtree(*id, order));
    for (std::size_t type = 1; type < node_relation_count; ++type) {
      const auto lowers = store.lowers(*id, static_cast<NodeRelation>(type));
      check_same(memory.lowers(*id, static_cast<NodeRelation>(type)), lowers);
      relations += lowers->size();
    }
  };
  std::ranges::for_each(units, check);
  std::ranges::for_each(wards, check);
  return relations;
}

} // namespace

TEST_CASE("memory answers as the store does, whatever is committed") {
  std::size_t relations = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Chance chance(seed);
    Town town;
    const int loaded_at = chance.below(8);
    for (int i = 0; i < 15; ++i) {
      if (i == loaded_at) REQUIRE(load_relations(town.registry(), never).has_value());
      static_cast<void>(load(town, any_batch(chance, i)));
      CHECK(live_figures(town.registry()).is_loaded == (i >= loaded_at));
      for (const char* date : {"1999-06-01", "2005-01-01", "2012-06-01", "2024-06-01"}) {
        relations += check_same_answers(town, date);
      }
    }
    CHECK(live_figures(town.registry()).relations > 0);
  }
  CHECK(relations > 1000);
}

TEST_CASE("memory says what the store said when the question began, while others write") {
  Town town(grunndata::registry::stories::Engine::disk);
  const std::string high = "ENH:310000078", other = "ENH:310000140";
  const std::string first = "ENH:310000213", second = "ENH:310000280";
  const auto move_to = [&](const std::string& parent, int round) {
    const std::string when = "2024-01-" + std::to_string(10 + round % 20);
    const std::string since = std::to_string(1900 + round % 100) + "-01-01";
    const char* name = parent == high ? "A" : "B";
    static_cast<void>(load(town, NodeSource::enhetsregisteret, when,
                           {juridisk(high, "A"), juridisk(other, "B"),
                            underenhet(first, name, parent, during(since, "")),
                            underenhet(second, name, parent, during(since, ""))}));
  };
  move_to(high, 0);
  std::atomic<bool> is_over{false};
  std::atomic<int> asked{0};
  std::thread reader([&] {
    while (!is_over.load()) {
      const Structure now(town.registry(), at("2024-06-01"));
      std::vector<EntityId> parents;
      for (const std::string* lower : {&first, &second}) {
        const auto id = now.find(number(*lower).view());
        const auto above = id ? now.ancestors(*id, legal)
                              : Result<std::vector<Ancestor>>(tl::unexpected(id.error()));
        const auto stored = id ? now.uppers_with_history(*id) : Result<std::vector<NodeUpper>>();
        if (!above || above->size() != 1 || !stored) {
          parents.clear();
          break;
        }
        parents.push_back(above->front().id);
        const auto holds = std::ranges::find(*stored, above->front().via.id, &NodeUpper::id);
        if (holds == stored->end() || holds->upper != above->front().id) parents.clear();
        const auto low = now.summary(*id), top = now.summary(above->front().id);
        if (!low || !top || low->name.empty() || low->name != top->name) parents.clear();
      }
      if (parents.size() != 2 || parents[0] != parents[1]) {
        asked = -1;
        return;
      }
      ++asked;
    }
  });
  std::thread loader([&] {
    REQUIRE(load_relations(town.registry(), never).has_value());
  });
  for (int round = 1; round < 60; ++round) {
    move_to(round % 2 == 0 ? high : other, round);
  }
  loader.join();
  for (int round = 60; round < 120 || (asked >= 0 && asked < 100); ++round) {
    move_to(round % 2 == 0 ? high : other, round);
  }
  is_over = true;
  reader.join();
  CHECK(asked >= 100);
  CHECK(live_figures(town.registry()).is_loaded);
  CHECK(check_same_answers(town, "2024-06-01") > 0);
}

TEST_CASE("a number leads to whoever goes by it, also where it was asked for before") {
  on_every_engine([](Town& town) {
    const std::string gln = "GLN:7099999000057";
    const auto owner = [&](std::optional<std::uint64_t> recorded = {}) -> std::string {
      const Structure structure(town.registry(), at("2024-06-01", recorded));
      const auto found = structure.find(number(gln).view());
      if (found) return shown_key(structure, *found);
      return found.error().code == ErrorCode::ambiguous   ? "several"
             : found.error().code == ErrorCode::not_found ? "nobody"
                                                          : "not then";
    };
    const auto said = [&](const char* day, const std::vector<NodeBuilder>& records) {
      static_cast<void>(load(town, NodeSource::gln, day, records));
      return town.newest();
    };
    static_cast<void>(load(town, NodeSource::enhetsregisteret, "2024-01-10",
                           {juridisk(units[0], "A"), underenhet(units[1], "B", units[0])}));
    CHECK(owner() == "nobody");
    CHECK(owner() == "nobody");
    const auto before = town.newest();
    const auto alone = said("2024-01-11", {NodeBuilder::about(units[0]).goes_by(gln)});
    for (int again = 0; again < 3; ++again) CHECK(owner() == units[0]);
    CHECK(owner(before) == "not then");
    const auto both = said("2024-01-12", {NodeBuilder::about(units[0]).goes_by(gln),
                                          NodeBuilder::about(units[1]).goes_by(gln)});
    for (int again = 0; again < 3; ++again) CHECK(owner() == "several");
    for (int again = 0; again < 3; ++again) CHECK(owner(alone) == units[0]);
    CHECK(owner(both) == "several");
    CHECK(owner() == "several");
  });
}

TEST_CASE("a state goes on saying who went by a number, whatever was found out since") {
  Town town(grunndata::registry::stories::Engine::disk);
  const std::string gln = "GLN:7099999000057";
  static_cast<void>(load(town, NodeSource::enhetsregisteret, "2024-01-10",
                         {juridisk(units[0], "A"), underenhet(units[1], "B", units[0])}));
  const Structure nobody(town.registry(), at("2024-06-01"));
  static_cast<void>(load(town, NodeSource::gln, "2024-01-11",
                         {NodeBuilder::about(units[0]).goes_by(gln)}));
  const Structure one(town.registry(), at("2024-06-01"));
  for (int again = 0; again < 3; ++again) {
    const auto found = one.find(number(gln).view());
    REQUIRE(found.has_value());
    CHECK(shown_key(one, *found) == units[0]);
    CHECK_FALSE(nobody.find(number(gln).view()).has_value());
  }
  static_cast<void>(load(town, NodeSource::gln, "2024-01-12",
                         {NodeBuilder::about(units[0]).goes_by(gln),
                          NodeBuilder::about(units[1]).goes_by(gln)}));
  const Structure several(town.registry(), at("2024-06-01"));
  for (int again = 0; again < 3; ++again) {
    CHECK(one.find(number(gln).view()).has_value());
    CHECK_FALSE(nobody.find(number(gln).view()).has_value());
    const auto found = several.find(number(gln).view());
    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().code == ErrorCode::ambiguous);
  }
}

TEST_CASE("memory answers for the state that it is of, and for no other") {
  Town town;
  static_cast<void>(load(town, NodeSource::enhetsregisteret, "2024-01-10",
                         {juridisk(units[0], "A"), underenhet(units[1], "B", units[0])}));
  LiveRelations live(*town.registry().impl().store);
  CHECK_FALSE(live.read(live.state().number).has_value());
  REQUIRE(live.load(never).has_value());
  REQUIRE(live.figures().nodes == 2);
  const auto number = live.state().number;
  REQUIRE(live.read(number).has_value());

  SUBCASE("a commit of other things leaves it as it is") {
    const std::vector<store::Change> changes{{store::Family::log, "x", "y"}};
    live.begin_commit(changes);
    live.end_commit(true);
    CHECK(live.read(number).has_value());
  }
  SUBCASE("a question asked after a commit of other things sees what that wrote") {
    store::Store& store = *town.registry().impl().store;
    const auto sees_it = [&] {
      store::Pinned pin;
      const auto found = store.get(store::Family::log, "x", pin, live.state().snapshot.get());
      return found.has_value() && *found;
    };
    CHECK_FALSE(sees_it());
    const std::vector<store::Change> changes{{store::Family::log, "x", "y"}};
    live.begin_commit(changes);
    REQUIRE(store.commit(changes, store::Durability::synced).has_value());
    live.end_commit(true);
    CHECK(sees_it());
    CHECK(live.state().number == number);
    CHECK(live.state().snapshot == live.state().snapshot);
  }
  SUBCASE("a commit makes another state of it") {
    const std::vector<store::Change> changes{
        {store::Family::structure, up_key(EntityId{}), write_relations({})}};
    live.begin_commit(changes);
    CHECK(live.state().number == number);
    CHECK(live.read(number).has_value());
    live.end_commit(true);
    CHECK_FALSE(live.read(number).has_value());
    CHECK(live.read(live.state().number).has_value());
  }
  SUBCASE("after a commit that failed, or cannot be read, it is empty until it is read again") {
    for (const bool is_written : {false, true}) {
      const std::vector<store::Change> changes{
          {store::Family::structure, up_key(EntityId{}), is_written ? "?" : std::string{}}};
      live.begin_commit(changes);
      live.end_commit(is_written);
      CHECK_FALSE(live.figures().is_loaded);
      CHECK(live.state().number == 0);
      REQUIRE(live.load(never).has_value());
      CHECK(live.figures().nodes == 2);
    }
  }
}
