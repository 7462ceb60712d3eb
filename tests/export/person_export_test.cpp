// Whole copies: order, ranges, who stands in them, and that hiding holds at once.
#include "api/v1/export/person_export.h"
#include "registry/reading.h"
#include "tests/export/lines.h"
#include "tests/registry/town.h"

#include <algorithm>
#include <atomic>
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <thread>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using grunndata::api::stories::all_pieces;
using grunndata::api::stories::Lines;
using grunndata::api::stories::member_of;
using grunndata::api::v1::PersonExport;
using grunndata::api::v1::PersonExportOrder;
using grunndata::api::v1::read_cursor;

namespace {

const std::string street = "Plantestubben 66";

PersonExportOrder everything(Access access = Access::legal_basis) {
  PersonExportOrder order;
  order.parts.set();
  order.access = access;
  return order;
}

PersonBuilder somebody(unsigned n) {
  PersonBuilder person(fnr(n));
  return person.named("Hansen" + std::to_string(n)).lives_at(street + std::to_string(n));
}

PersonBuilder hidden(unsigned n) {
  PersonBuilder person(fnr(n));
  return person.named("Hansen" + std::to_string(n))
      .protection(Grading::strictly_confidential)
      .has(PersonPart::address_protection, R"("level":"strict")");
}

void settle(Town& town, unsigned count) {
  for (unsigned n = 1; n <= count; ++n) town.import(somebody(n), "2024-01-01");
}

Ask ask_of(const PersonExportOrder& order) {
  Ask ask = on_v1(order.access == Access::legal_basis ? Ask{} : openly());
  ask.parts = order.parts;
  return ask;
}

EntityId entity_of(Town& town, const std::string& id) {
  return town.registry().ids().open(id).value();
}

/// Where the registry stays open while an export runs.
void on_every_open_engine(const std::function<void(Town&)>& story) {
  for (const Engine engine : {Engine::memory, Engine::disk, Engine::disk_flushed}) {
    CAPTURE(static_cast<int>(engine));
    Town town(engine);
    story(town);
    check_whole(town.registry());
  }
}

/// A reader that keeps what it was given and asks for whoever the feed names.
struct Follower {
  std::map<std::string, std::string> persons;
  std::uint64_t next = 0;

  void load(const std::string& text) {
    const Lines lines(text);
    for (const auto& [id, line] : lines.persons) persons[id] = line;
    if (next == 0) next = read_cursor(lines.begin).value().from;
  }
  void follow(Town& town, const PersonExportOrder& order) {
    for (bool more = true; more;) {
      const auto page = town.registry().events(next, 2, order.access);
      REQUIRE(page.has_value());
      for (const Event& event : page->events) {
        fetch(town, order, std::string(view_of(event.person)));
      }
      next = page->next;
      more = page->more;
    }
  }
  void fetch(Town& town, const PersonExportOrder& order, const std::string& id) {
    Reading reading;
    if (!town.registry().get(id, reading)) {
      persons.erase(id);
      return;
    }
    if (reading.external_id() != id) persons.erase(id); // merged away
    persons[std::string(reading.external_id())] = town.view_by_id(id, ask_of(order));
  }
};

} // namespace

TEST_CASE("an export is everybody as a look-up shows them, oldest first, with a cursor") {
  on_every_engine([](Town& town) {
    settle(town, 5);
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      const PersonExportOrder order = everything(access);
      const Lines lines(all_pieces(town.registry(), order));
      CHECK(lines.persons.size() == 5);
      CHECK(lines.moved.empty());
      for (unsigned n = 1; n <= 5; ++n) {
        const std::string id = town.id_of(fnr(n));
        CHECK(lines.ids[n - 1] == id);
        CHECK(lines.persons.at(id) == town.view_by_id(id, ask_of(order)));
      }
      CHECK(read_cursor(lines.begin)->from == town.registry().newest_told(access).value() + 1);
      CHECK(read_cursor(lines.begin)->epoch == town.registry().epoch());
    }
  });
}

TEST_CASE("an export of nobody has its two lines") {
  Town town;
  const Lines lines(all_pieces(town.registry(), everything()));
  CHECK(lines.persons.empty());
  CHECK(read_cursor(lines.begin)->from == 1);
}

TEST_CASE("only the parts asked for stand in an export") {
  Town town;
  settle(town, 2);
  PersonExportOrder order;
  order.access = Access::legal_basis;
  order.parts.set(static_cast<std::size_t>(PersonPart::name));
  const std::string text = all_pieces(town.registry(), order);
  CHECK(text.find("Hansen1") != text.npos);
  CHECK(text.find(street) == text.npos);
  CHECK(text.find("residentialAddress") == text.npos);
}

TEST_CASE("pieces of any size make the same lines") {
  on_every_engine([](Town& town) {
    settle(town, 7);
    PersonExportOrder order = everything();
    const std::string whole = all_pieces(town.registry(), order);
    for (const std::size_t bytes : {1, 300, 1'000, 100'000}) {
      order.piece_bytes = bytes;
      CHECK(all_pieces(town.registry(), order) == whole);
    }
  });
}

TEST_CASE("a range begins with its first id and ends before its last, and ranges join") {
  on_every_engine([](Town& town) {
    settle(town, 6);
    const PersonExportOrder whole = everything();
    const Lines all(all_pieces(town.registry(), whole));
    for (std::size_t cut = 0; cut < all.ids.size(); ++cut) {
      PersonExportOrder first = whole;
      PersonExportOrder second = whole;
      first.to = entity_of(town, all.ids[cut]);
      second.from = *first.to;
      const Lines before(all_pieces(town.registry(), first));
      const Lines behind(all_pieces(town.registry(), second));
      CHECK(before.ids.size() == cut);
      CHECK(behind.ids.front() == all.ids[cut]);
      std::vector<std::string> joined = before.ids;
      joined.insert(joined.end(), behind.ids.begin(), behind.ids.end());
      CHECK(joined == all.ids);
    }
    PersonExportOrder empty = whole;
    empty.from = entity_of(town, all.ids[3]);
    empty.to = entity_of(town, all.ids[1]);
    CHECK(Lines(all_pieces(town.registry(), empty)).ids.empty());
  });
}

TEST_CASE("who hides while an export runs leaves no address in what comes after") {
  on_every_open_engine([](Town& town) {
    settle(town, 4);
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      const unsigned who = access == Access::legal_basis ? 3 : 4;
      PersonExportOrder order = everything(access);
      order.piece_bytes = 1; // a piece for each
      auto persons = PersonExport::begin(town.registry(), order);
      REQUIRE(persons.has_value());
      std::string before;
      REQUIRE(persons->next(before).value());
      CHECK(before.find(street + '1') != before.npos);
      town.import(hidden(who), "2024-02-0" + std::to_string(who));
      std::string after;
      while (persons->next(after).value()) {
      }
      CHECK(after.find("Hansen" + std::to_string(who)) != after.npos);
      CHECK(after.find(street + std::to_string(who)) == after.npos);
      CHECK(after.find(street + '2') != after.npos);
    }
  });
}

TEST_CASE("exports beside somebody who hides and comes back never show what is hidden by then") {
  Town town;
  settle(town, 20);
  std::atomic<bool> is_hidden{false};
  std::atomic<bool> stopping{false};
  std::atomic<int> looked{0};
  std::thread reader([&] {
    PersonExportOrder order = everything();
    order.piece_bytes = 200;
    while (!stopping) {
      auto persons = PersonExport::begin(town.registry(), order);
      bool more = true;
      while (more) {
        std::string piece;
        const bool was_hidden = is_hidden.load();
        more = persons->next(piece).value();
        if (was_hidden) looked += piece.find("Hansen10\"") != piece.npos ? 1 : 0;
        const bool shows = piece.find(street + "10\"") != piece.npos;
        CHECK_FALSE((was_hidden && shows));
      }
    }
  });
  town.import(hidden(10), "2024-02-01");
  is_hidden = true;
  while (looked < 5) std::this_thread::yield();
  for (unsigned n = 30; n < 60; ++n) town.import(somebody(n), "2024-02-01");
  stopping = true;
  reader.join();
}

TEST_CASE("with legal basis the order tells no more than the feed, and without it the same") {
  Town town;
  settle(town, 3);
  town.import(hidden(2), "2024-02-01");
  town.import(hidden(4), "2024-02-01");
  settle(town, 5);
  const Lines with(all_pieces(town.registry(), everything()));
  const Lines without(all_pieces(town.registry(), everything(Access::no_legal_basis)));
  CHECK(with.ids == without.ids);
  std::vector<std::string> told;
  const auto page = town.registry().events(0, 1'000, Access::no_legal_basis);
  REQUIRE(page.has_value());
  for (const Event& event : page->events) {
    const std::string id(view_of(event.person));
    if (std::ranges::find(told, id) == told.end()) told.push_back(id);
  }
  CHECK(without.ids == told);
}

TEST_CASE("an id that was merged away has a line that says where it leads") {
  on_every_engine([](Town& town) {
    settle(town, 3);
    const std::string loser = town.id_of(fnr(1));
    const std::string survivor = town.id_of(fnr(2));
    PersonBuilder both = somebody(2);
    both.formerly(fnr(1));
    town.import(both, "2024-02-01");
    const Lines lines(all_pieces(town.registry(), everything()));
    CHECK(lines.persons.size() == 2);
    CHECK(lines.moved == std::map<std::string, std::string>{{loser, survivor}});
  });
}

TEST_CASE("whoever loads an export and follows the feed is complete, whatever happened meanwhile") {
  on_every_open_engine([](Town& town) {
    settle(town, 6);
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      const bool is_first = access == Access::legal_basis;
      PersonExportOrder order = everything(access);
      order.piece_bytes = 1;
      auto persons = PersonExport::begin(town.registry(), order);
      REQUIRE(persons.has_value());
      std::string text;
      REQUIRE(persons->next(text).value());
      REQUIRE(persons->next(text).value());
      // Behind the place where it stands, before it, somebody new, somebody who hides.
      const std::string day = is_first ? "2024-02-01" : "2024-03-01";
      const std::string name = is_first ? "Moe" : "Lie";
      town.import(somebody(1).named(name, {.registered = day}), day);
      town.import(somebody(5).named(name, {.registered = day}), day);
      town.import(hidden(is_first ? 2 : 3), day);
      town.import(somebody(is_first ? 7 : 8), day);
      PersonBuilder merged = somebody(6);
      merged.named(name, {.registered = day});
      if (is_first) town.import(merged.formerly(fnr(4)), day);
      while (persons->next(text).value()) {
      }
      Follower follower;
      follower.load(text);
      follower.follow(town, order);
      Follower fresh;
      fresh.load(all_pieces(town.registry(), order));
      CHECK(follower.persons == fresh.persons);
    }
  });
}

TEST_CASE("an export that was cut goes on from its last id with the first cursor") {
  on_every_open_engine([](Town& town) {
    settle(town, 6);
    PersonExportOrder order = everything();
    order.piece_bytes = 1;
    auto cut = PersonExport::begin(town.registry(), order);
    std::string first;
    for (int i = 0; i < 3; ++i) REQUIRE(cut->next(first).value());
    const std::string last(view_of(cut->last()));
    CHECK(member_of(first.substr(first.rfind("{\"id\"")), "id") == last);
    town.import(somebody(1).named("Moe", {.registered = "2024-02-01"}), "2024-02-01");
    order.from = entity_of(town, last);
    const std::string second = all_pieces(town.registry(), order);
    Follower follower;
    follower.next = cut->cursor().from;
    follower.load(second);
    for (std::size_t at = first.find("{\"id\""); at != first.npos; at = first.find("{\"id\"", at)) {
      const std::size_t end = first.find('\n', at);
      const std::string line = first.substr(at, end - at);
      follower.persons.emplace(member_of(line, "id"), line);
      at = end;
    }
    follower.follow(town, order);
    order.from = {};
    Follower fresh;
    fresh.load(all_pieces(town.registry(), order));
    CHECK(follower.persons == fresh.persons);
  });
}

TEST_CASE("an export commits to whom it covered as the log of events tells it") {
  on_every_engine([](Town& town) {
    settle(town, 5);
    town.import(hidden(2), "2024-02-01");
    PersonBuilder both = somebody(3);
    town.import(both.formerly(fnr(1)), "2024-02-01");
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      auto persons = PersonExport::begin(town.registry(), everything(access));
      const audit::SubjectSet before = persons->covered_at_most();
      CHECK(before.to == persons->cursor().from);
      std::string text;
      while (persons->next(text).value()) {
      }
      const auto covered = persons->covered();
      REQUIRE(covered.has_value());
      CHECK(covered->persons == 5);
      CHECK(covered->to >= before.to);
      CHECK(audit::holds(town.registry(), *covered, access).value());
    }
  });
}

TEST_CASE("a value that cannot be read ends an export in an error, not in a last line") {
  Town town;
  settle(town, 3);
  const EntityId broken = entity_of(town, town.id_of(fnr(2)));
  const store::Change change{store::Family::current, std::string(broken.view()), "no document"};
  REQUIRE(town.registry().store().commit({&change, 1}, store::Durability::synced));
  auto persons = PersonExport::begin(town.registry(), everything());
  std::string text;
  const auto made = persons->next(text);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == ErrorCode::corrupt);
  CHECK(text.find(R"("export":"end")") == text.npos);
}
