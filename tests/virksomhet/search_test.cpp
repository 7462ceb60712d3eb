// Search for nodes as people use it.
#include "registry/virksomhet/search/node_search.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using grunndata::registry::stories::Engine;
using grunndata::registry::stories::Texts;
using search::Life;
using search::NodeSearch;
using search::SearchOrder;

namespace {

constexpr auto er = NodeSource::enhetsregisteret;
constexpr auto resh = NodeSource::resh;
bool go_on() { return false; }

void refresh(NodeSearch& search) {
  const auto refreshed = search.refresh(go_on);
  if (!refreshed) FAIL(refreshed.error().message);
}

SearchOrder words(std::string_view text) {
  SearchOrder order;
  order.text = text;
  return order;
}
SearchOrder with_basis(SearchOrder order) {
  order.sight = {.withheld = true, .personal = true};
  return order;
}

search::SearchPage page(NodeSearch& search, const SearchOrder& order) {
  auto found = search.search(order);
  CAPTURE(order.text);
  if (!found) FAIL(found.error().message);
  return std::move(*found);
}

/// Keys, best first.
Texts found(NodeSearch& search, const SearchOrder& order) {
  Texts keys;
  for (const auto& hit : page(search, order).hits) keys.push_back(to_text(hit.node.key.view()));
  return keys;
}
Texts found(NodeSearch& search, std::string_view text) { return found(search, words(text)); }
Texts found(Town& town, const SearchOrder& order) {
  NodeSearch search(town.registry());
  refresh(search);
  return found(search, order);
}
Texts found(Town& town, std::string_view text) { return found(town, words(text)); }

ErrorCode refusal(NodeSearch& search, const SearchOrder& order) {
  const auto answer = search.search(order);
  REQUIRE_FALSE(answer.has_value());
  return answer.error().code;
}

NodeBuilder unit(std::string_view key, std::string_view name) { return ward(key, name); }

NodeBuilder& with_staff(NodeBuilder& builder, int count) {
  return builder.says(NodePart::employees, R"({"count":)" + std::to_string(count) + "}");
}

std::string in_place(std::string_view number, std::string_view place) {
  std::string body = R"({"postalPlace":")";
  return body.append(place).append(R"(","municipalityNumber":")").append(number).append("\"}");
}

} // namespace

TEST_CASE("a unit is found by its words in any order, by their beginnings, and however they are "
          "folded") {
  on_every_engine([](Town& town) {
    load(town, resh, "2024-01-01",
         {unit("RSH:4990001", "TØNSBERG SJUKEHUS - Avd. for øyesykdommer"),
          unit("RSH:4990002", "Ås sykehjem"), unit("RSH:4990003", "Heimetenesta i Bærum"),
          unit("RSH:4990004", "Fjell AS")});
    NodeSearch search(town.registry());
    refresh(search);
    for (const char* const text :
         {"tønsberg sykehus", "SYKEHUS TONSBERG", "toensberg sjukehus", "tøns sjukeh", "tons øye",
          "avdeling tønsberg", "avd oyesykd", "T\xc3\xb8nsberg", "to\xcc\x88nsberg"}) {
      CAPTURE(text);
      CHECK(found(search, text) == Texts{"RSH:4990001"});
    }
    CHECK(found(search, "ås") == Texts{"RSH:4990002"});
    CHECK(found(search, "aas sjukeheim") == Texts{"RSH:4990002"});
    CHECK(found(search, "as") == Texts{"RSH:4990004"});
    CHECK(found(search, "hjemmetjeneste baerum") == Texts{"RSH:4990003"});
    CHECK(found(search, "heimeteneste barum") == Texts{"RSH:4990003"});
    CHECK(found(search, "sykehus bergen").empty());
  });
  Town town;
  load(town, resh, "2024-01-01", {unit("RSH:4990005", "Nordnes Universitetssjukehuset")});
  CHECK(found(town, "sykehus nordnes") == Texts{"RSH:4990005"});
  CHECK(found(town, "universitetssykehus") == Texts{"RSH:4990005"});
}

TEST_CASE("whole names come before beginnings, names of now before former ones, open before "
          "closed, large before small") {
  on_every_engine([](Town& town) {
    auto small = unit("RSH:4990001", "Fjord klinikk nord");
    auto large = unit("RSH:4990002", "Fjord klinikk sør");
    auto closed = unit("RSH:4990003", "Fjord klinikk vest");
    auto whole = unit("RSH:4990004", "Klinikk Fjord HF");
    auto longer = unit("RSH:4990005", "Fjordane klinikker");
    auto former = unit("RSH:4990006", "Dal senter");
    former.named("Fjord klinikk", during("", "2019-01-01"));
    load(town, resh, "2024-01-01",
         {with_staff(small, 3), with_staff(large, 4'000),
          with_staff(closed.closed("2020-01-01"), 90), whole, with_staff(longer, 9'000), former});
    SearchOrder order = words("fjord klinikk");
    CHECK(found(town, order) ==
          Texts{"RSH:4990004", "RSH:4990002", "RSH:4990001", "RSH:4990006", "RSH:4990005"});
    order.life = Life::any;
    CHECK(found(town, order) == Texts{"RSH:4990004", "RSH:4990002", "RSH:4990001", "RSH:4990003",
                                      "RSH:4990006", "RSH:4990005"});
    order.life = Life::closed;
    CHECK(found(town, order) == Texts{"RSH:4990003"});
  });
}

TEST_CASE("a slip of the pen is forgiven where little else is found, and comes behind it") {
  Town town;
  std::vector<NodeBuilder> units{unit("RSH:4990001", "Ullevål poliklinikk"),
                                 unit("RSH:4990002", "Ullevåll senter")};
  load(town, resh, "2024-01-01", units);
  NodeSearch search(town.registry());
  refresh(search);
  CHECK(found(search, "ulleval").size() == 2);
  CHECK(found(search, "ullevåll") == Texts{"RSH:4990002", "RSH:4990001"});
  CHECK(page(search, words("ullevåll")).hits.back().match == search::MatchKind::misspelt);
  CHECK(found(search, "ulelvål poliklinkk") == Texts{"RSH:4990001"});
  CHECK(found(search, "ulle-vol").empty());
  units.clear();
  for (int i = 0; i < 10; ++i) {
    const std::string number = std::to_string(10 + i);
    units.push_back(unit("RSH:49901" + number, "Ullevåll post " + number));
  }
  load(town, resh, "2024-02-01", units);
  CHECK(found(search, "ullevåll").size() == 11);
}

TEST_CASE("who asks of another day finds what was called so then, and as it was known then") {
  on_every_engine([](Town& town) {
    const auto named = [](std::string_view name) {
      return NodeBuilder(NodeType::resh_enhet, "RSH:4990001")
          .named(name, Period{"2015-01-01", "", Says::interval});
    };
    const auto renamed = named("Nye Vang")
                             .named("Gamle Vang", during("2000-01-01", "2015-01-01"))
                             .opened("2000-01-01");
    load(town, resh, "2024-01-01", {renamed});
    const std::uint64_t then = town.newest();
    load(town, resh, "2024-02-01",
         {named("Nye Vang").named("Eldste Vang", during("2000-01-01", "2015-01-01"))
              .opened("2000-01-01")});
    NodeSearch search(town.registry());
    refresh(search);
    const auto is_former = [&](const SearchOrder& order) {
      const auto hits = page(search, order).hits;
      REQUIRE(hits.size() == 1);
      return hits.front().by_former_name;
    };
    CHECK(is_former(words("eldste vang")));
    CHECK_FALSE(is_former(words("nye vang")));
    CHECK(found(search, "gamle vang").empty());
    SearchOrder order = words("eldste vang");
    order.as_of = at("2010-01-01");
    CHECK_FALSE(is_former(order));
    CHECK(page(search, order).hits.front().node.name == "Eldste Vang");
    order.as_of = at("1999-01-01");
    CHECK(found(search, order).empty());
    order = words("gamle vang");
    order.as_of = at("2010-01-01", then);
    CHECK_FALSE(is_former(order));
    order.as_of.recorded = then - 1;
    CHECK(found(search, order).empty());
  });
}

TEST_CASE("type, source, kommune, place and codes narrow a search, alone or with words") {
  Town town;
  load(town, er, "2024-01-01",
       {juridisk("ENH:310000140", "Dal kommune")
            .says(NodePart::form, R"({"code":"KOMM"})")
            .says(NodePart::industry, R"({"rank":1,"code":"84.110","version":"SN2025"})")
            .says(NodePart::business_address, in_place("3003", "SARPSBORG")),
        underenhet("ENH:310000426", "Dal legevakt", "ENH:310000140")
            .says(NodePart::industry, R"({"rank":1,"code":"86.211","version":"SN2025"})")
            .says(NodePart::visiting_address, in_place("0301", "OSLO"))});
  load(town, resh, "2024-01-02",
       {unit("RSH:4990001", "Dal post")
            .says(NodePart::classification, R"({"system":"8624","code":"05"})")});
  NodeSearch search(town.registry());
  refresh(search);
  CHECK(found(search, "dal").size() == 3);
  CHECK(found(search, "dal oslo") == Texts{"ENH:310000426"});
  const auto narrowed = [&](std::string_view text, const auto& narrow) {
    SearchOrder order = words(text);
    narrow(order);
    return found(search, order);
  };
  CHECK(narrowed("dal", [](SearchOrder& o) {
          o.types.set(static_cast<std::size_t>(NodeType::underenhet));
        }) == Texts{"ENH:310000426"});
  CHECK(narrowed("dal", [](SearchOrder& o) { o.sources = {resh}; }) == Texts{"RSH:4990001"});
  CHECK(narrowed("", [](SearchOrder& o) { o.municipality = "3003"; }) == Texts{"ENH:310000140"});
  CHECK(narrowed("dal", [](SearchOrder& o) { o.municipality = "0301"; }) ==
        Texts{"ENH:310000426"});
  CHECK(narrowed("", [](SearchOrder& o) { o.code = "86"; }) == Texts{"ENH:310000426"});
  CHECK(narrowed("", [](SearchOrder& o) { o.code = "86.2"; }) == Texts{"ENH:310000426"});
  CHECK(narrowed("dal", [](SearchOrder& o) { o.code = "KOMM"; }) == Texts{"ENH:310000140"});
  CHECK(narrowed("", [](SearchOrder& o) { o.code = "8624:05"; }) == Texts{"RSH:4990001"});
  CHECK(narrowed("", [](SearchOrder& o) { o.code = "8624:0"; }).empty());
}

TEST_CASE("names of natural persons and withheld names are found with legal basis alone") {
  on_every_engine([](Town& town) {
    NodeBuilder owner(NodeType::juridisk_enhet, "ENH:310000140");
    owner.named("LEGE KARI FJELL").personal();
    owner.says(NodePart::business_address, in_place("0301", "OSLO")).personal();
    auto hidden = unit("RSH:4990001", "Klinikk for Fjell");
    auto curated = unit("RSH:4990002", "Post for Fjell");
    NodeBuilder worker(NodeType::personell, "HPR:999000001");
    worker.named("Kari Fjell");
    load(town, er, "2024-01-01", {owner});
    load(town, resh, "2024-01-01", {hidden.withheld(), curated});
    load(town, NodeSource::hpr, "2024-01-01", {worker});
    CHECK(found(town, "fjell") == Texts{"RSH:4990002"});
    load(town, NodeSource::kuratert, "2024-01-02", {NodeBuilder::about("RSH:4990002").withheld()});
    CHECK(found(town, "fjell").empty());
    CHECK(found(town, "fjel").empty()); // nor by a slip
    CHECK(found(town, "oslo").empty());
    SearchOrder placed;
    placed.municipality = "0301";
    CHECK(found(town, placed).empty());
    CHECK(found(town, with_basis(placed)) == Texts{"ENH:310000140"});
    CHECK(found(town, with_basis(words("fjell"))).size() == 3);
    CHECK(found(town, "RSH:4990001").empty());
    SearchOrder before = words("fjell");
    before.as_of = at("2024-01-01");
    CHECK(found(town, before).empty());
  });
}

TEST_CASE("a number typed as text finds who goes by it") {
  Town town;
  load(town, er, "2024-01-01", {juridisk("ENH:310000140", "Dal HF").goes_by("GLN:7080000000005")});
  load(town, resh, "2024-01-01", {unit("RSH:4990001", "Post 310000140")});
  NodeSearch search(town.registry());
  refresh(search);
  for (const char* const text :
       {"310000140", "310 000 140", "ENH:310000140", "7080000000005", "GLN:7080000000005"}) {
    CAPTURE(text);
    CHECK(found(search, text) == Texts{"ENH:310000140"});
  }
  CHECK(found(search, "4990001") == Texts{"RSH:4990001"});
  CHECK(found(search, "4990002").empty());
}

TEST_CASE("pages hold every unit once, in one order, and a place belongs to its search") {
  Town town;
  std::vector<NodeBuilder> units;
  for (int i = 0; i < 57; ++i) {
    auto one = unit("RSH:" + std::to_string(4990000 + i), i % 3 == 0 ? "Post dag" : "Postdag");
    units.push_back(with_staff(one, i % 5));
  }
  load(town, resh, "2024-01-01", units);
  NodeSearch search(town.registry());
  refresh(search);
  SearchOrder order = words("post");
  order.limit = 100;
  const Texts all = found(search, order);
  CHECK(all.size() == 57);
  for (const bool then : {false, true}) {
    Texts paged;
    order.limit = 10;
    order.after.clear();
    if (then) order.as_of = at("2024-06-01");
    do {
      const auto one = page(search, order);
      for (const auto& hit : one.hits) paged.push_back(to_text(hit.node.key.view()));
      order.after = one.next;
    } while (!order.after.empty());
    CHECK(paged == all);
  }
  order.after = page(search, order).next;
  SearchOrder other = words("dag");
  other.after = order.after;
  CHECK(refusal(search, other) == ErrorCode::out_of_range);
  order.after.pop_back();
  CHECK(refusal(search, order) == ErrorCode::out_of_range);
}

TEST_CASE("what cannot be searched for is refused") {
  Town town;
  NodeSearch search(town.registry());
  CHECK(refusal(search, words("dal")) == ErrorCode::unavailable);
  refresh(search);
  CHECK(found(search, "dal").empty());
  CHECK(refusal(search, words("")) == ErrorCode::invalid);
  CHECK(refusal(search, words("  - ")) == ErrorCode::invalid);
  CHECK(refusal(search, words("d")) == ErrorCode::invalid);
  CHECK(refusal(search, words(std::string(201, 'd'))) == ErrorCode::invalid);
  CHECK(refusal(search, words("a b c d e f g h i j k l mm")) == ErrorCode::invalid);
  CHECK(refusal(search, words("Lege " + std::string(11, '1'))) == ErrorCode::invalid);
  CHECK(refusal(search, words("Lege " + std::string(6, '1') + " 11111")) == ErrorCode::invalid);
  SearchOrder order = words("dal");
  order.limit = 101;
  CHECK(refusal(search, order) == ErrorCode::invalid);
  order = words("dal");
  order.code = "8 6";
  CHECK(refusal(search, order) == ErrorCode::invalid);
}

TEST_CASE("every commit counts at once, and what is removed by law is gone") {
  Town town(Engine::disk);
  NodeSearch search(town.registry());
  CHECK_FALSE(search.figures().is_ready);
  refresh(search);
  CHECK(search.figures().is_ready);
  CHECK(search.figures().nodes == 0);
  load(town, resh, "2024-01-01", {unit("RSH:4990001", "Dal post"), unit("RSH:4990002", "Li post")});
  CHECK(found(search, "dal") == Texts{"RSH:4990001"});
  CHECK(search.figures().nodes == 2);
  CHECK(search.figures().words >= 3);
  CHECK(search.figures().bytes > 0);
  load(town, resh, "2024-01-02", {unit("RSH:4990001", "Berg post")});
  CHECK(found(search, "berg") == Texts{"RSH:4990001"});
  CHECK(page(search, words("dal")).hits.front().by_former_name);
  CHECK(found(search, "post").size() == 2);
  load(town, resh, "2024-01-03", {NodeBuilder(NodeType::resh_enhet, "RSH:4990001").removed()});
  for (const char* const text : {"berg", "dal", "RSH:4990001"}) {
    CHECK(found(search, text).empty());
    SearchOrder before = words(text);
    before.as_of = at("2024-01-02");
    CHECK(found(search, with_basis(before)).empty());
  }
  NodeBatch rest = batch(resh, "2024-01-04", {});
  rest.complete = true;
  load(town, std::move(rest));
  CHECK(found(search, "post").empty());
  CHECK(search.figures().sequence == town.newest());
}

TEST_CASE("a name that begins later is found from then on, without anybody telling") {
  Town town;
  NodeBatch soon = batch(resh, "2024-01-01", {unit("RSH:4990001", "Dal post").named("Snart post")});
  NodeItem& item = soon.items.front().record.items.back();
  item.says = Says::interval;
  item.valid_from = Instant{now().microseconds + 1'500'000};
  load(town, std::move(soon));
  NodeSearch search(town.registry());
  refresh(search);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  while (found(search, "snart").empty() && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  CHECK(found(search, "snart") == Texts{"RSH:4990001"});
}

TEST_CASE("searches go on while others write and the index is read anew") {
  Town town;
  load(town, resh, "2024-01-01", {unit("RSH:4990000", "Fast post")});
  NodeSearch search(town.registry());
  refresh(search);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done.load()) {
      const auto answer = search.search(words("fast post"));
      if (!answer || answer->hits.empty()) {
        done.store(true);
        FAIL_CHECK("a unit that was there all the time was not found");
      }
    }
  });
  for (int i = 1; i <= 40; ++i) {
    load(town, resh, "2024-02-01",
         {unit("RSH:" + std::to_string(4990000 + i), "Post " + std::to_string(i))});
    refresh(search);
  }
  done.store(true);
  reader.join();
  SearchOrder order = words("post");
  order.limit = search::hits_max;
  CHECK(found(search, order).size() == 41);
}
