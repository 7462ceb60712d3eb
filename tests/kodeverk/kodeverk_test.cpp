// Lists and their versions in the registry: what holds when, what was known when, and what nobody
// can break.
#include "registry/check.h"
#include "registry/keys.h"
#include "registry/kodeverk/stored.h"
#include "registry/registry_impl.h"
#include "tests/kodeverk/lists.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

/// The code lists of a town, with a clock of their own: each load comes a day after the one before.
class Shelf {
public:
  explicit Shelf(Town& town) : town_(town) { open(); }

  Kodeverk& kodeverk() { return *kodeverk_; }
  /// Loads a list; whether it made a version.
  bool load(CodeList list) {
    now_.microseconds += day_us;
    const auto loaded = kodeverk_->load({std::move(list)});
    REQUIRE_MESSAGE(loaded.has_value(), loaded.error().message);
    CHECK(loaded->added + loaded->unchanged == 1);
    return loaded->added == 1;
  }
  bool ship(CodeList list) {
    const auto loaded = kodeverk_->ship({std::move(list)});
    REQUIRE(loaded.has_value());
    return loaded->added == 1;
  }
  /// The text of a code at a day.
  std::string text(std::string_view number, std::string_view code, std::string_view when,
                   std::optional<Instant> known = {}) {
    const auto lists = kodeverk_->lists();
    return std::string(lists->judge(number, code, {day(when), known}).text());
  }
  void reopen() {
    kodeverk_.reset();
    town_.reopen();
    open();
  }
  [[nodiscard]] Instant now() const { return now_; }

private:
  void open() {
    auto opened = Kodeverk::open(town_.registry(), [this] { return now_; });
    REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    kodeverk_ = std::move(*opened);
  }

  static constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
  Town& town_;
  Instant now_ = day("2025-06-01");
  std::unique_ptr<Kodeverk> kodeverk_;
};

} // namespace

TEST_CASE("a list is kept with its codes, in the publisher's order, also after a restart") {
  on_every_engine([](Town& town) {
    Shelf shelf(town);
    CodeList list = code_list("9060", {"SP Sykepleier", "LE Lege", "01 Med ledende null"});
    list.oid = "2.16.578.1.12.4.1.1.9060";
    list.version = "7";
    list.note = "Merknad med æøå";
    list.codes[1].valid_from = day("2001-01-01");
    list.codes[1].valid_to = day("2030-01-01");
    list.codes[2].active = false;
    CHECK(shelf.load(list));
    shelf.reopen();
    const auto lists = shelf.kodeverk().lists();
    const ListVersion* version = lists->find("9060", {day("2026-01-01"), {}});
    REQUIRE(version != nullptr);
    CHECK(version->list() == list);
    CHECK(version->place() == 1);
    CHECK(version->loaded() == shelf.now());
    CHECK_FALSE(version->shipped());
    CHECK(lists->find("9061", {day("2026-01-01"), {}}) == nullptr);
    CHECK_FALSE(shelf.load(list)); // it says what is known
  });
}

TEST_CASE("a code is valid, ended or unknown, and an unknown list stops nobody") {
  Town town;
  Shelf shelf(town);
  CodeList list = code_list("1", {"A Alfa", "B Beta", "C Gamma"});
  list.codes[1].active = false;
  list.codes[2].valid_to = day("2024-01-01");
  list.complete = false;
  shelf.load(list);
  const auto lists = shelf.kodeverk().lists();
  const auto standing = [&lists](std::string_view number, std::string_view code,
                                 std::string_view when) {
    return lists->judge(number, code, {day(when), {}}).standing;
  };
  CHECK(standing("1", "A", "2026-01-01") == CodeStanding::valid);
  CHECK(standing("1", "B", "2026-01-01") == CodeStanding::ended);
  CHECK(standing("1", "C", "2023-12-31") == CodeStanding::valid);
  CHECK(standing("1", "C", "2024-01-01") == CodeStanding::ended);
  CHECK(standing("1", "a", "2026-01-01") == CodeStanding::unknown_code);
  CHECK(standing("1", "", "2026-01-01") == CodeStanding::unknown_code);
  CHECK(standing("2", "A", "2026-01-01") == CodeStanding::unknown_list);
  const CodeAnswer unknown = lists->judge("1", "Z", {day("2026-01-01"), {}});
  CHECK_FALSE(unknown.list_complete);
  CHECK(unknown.version != nullptr);
  CHECK(unknown.text().empty());
  CHECK(lists->judge("1", "B", {day("2026-01-01"), {}}).text() == "Beta"); // still shown
}

TEST_CASE("a version holds from its day on, whatever order they were loaded in") {
  on_every_engine([](Town& town) {
    Shelf shelf(town);
    CHECK(shelf.load(dated(code_list("1305", {"86.102 Psykiatri"}), "2025-01-01")));
    CHECK(shelf.text("1305", "86.102", "2024-12-31").empty());
    CHECK(shelf.load(dated(code_list("1305", {"86.102 Somatikk"}), "2007-01-01")));
    CHECK(shelf.load(dated(code_list("1305", {"86.102 Fremtid"}), "2031-01-01")));
    CHECK(shelf.text("1305", "86.102", "2006-12-31").empty());
    CHECK(shelf.text("1305", "86.102", "2024-12-31") == "Somatikk");
    CHECK(shelf.text("1305", "86.102", "2025-01-01") == "Psykiatri");
    CHECK(shelf.text("1305", "86.102", "2031-01-01") == "Fremtid");
    const auto lists = shelf.kodeverk().lists();
    const CodeLists::Versions& versions = *lists->versions("1305");
    REQUIRE(versions.size() == 3);
    CHECK(end_of(versions, 0) == day("2025-01-01"));
    CHECK(end_of(versions, 1) == day("2031-01-01"));
    CHECK_FALSE(end_of(versions, 2).has_value());
    CHECK_FALSE(is_replaced(versions, 0));
  });
}

TEST_CASE("a list without a day corrects the version before it, and what was known stays known") {
  on_every_engine([](Town& town) {
    Shelf shelf(town);
    shelf.load(code_list("1", {"A Alfa"}));
    shelf.load(dated(code_list("1", {"A Beta"}), "2025-01-01"));
    const Instant before = shelf.now();
    CHECK(shelf.load(code_list("1", {"A Bedre"})));
    CHECK(shelf.text("1", "A", "2024-01-01") == "Alfa");
    CHECK(shelf.text("1", "A", "2026-01-01") == "Bedre");
    CHECK(shelf.text("1", "A", "2026-01-01", before) == "Beta");
    CHECK(shelf.text("1", "A", "2026-01-01", day("2025-01-01")).empty());
    const auto lists = shelf.kodeverk().lists();
    const CodeLists::Versions& versions = *lists->versions("1");
    REQUIRE(versions.size() == 3);
    CHECK(is_replaced(versions, 1));
    CHECK_FALSE(is_replaced(versions, 2));
    CHECK_FALSE(shelf.load(code_list("1", {"A Bedre"})));
    CHECK(shelf.load(dated(code_list("1", {"A Beta"}), "2025-01-01"))); // taken back
    CHECK(shelf.text("1", "A", "2026-01-01") == "Beta");
  });
}

TEST_CASE("a code may mean something else at another time, in one version") {
  Town town;
  Shelf shelf(town);
  CodeList list = code_list("1", {"A Før", "A Etter"});
  list.codes[0].valid_to = day("2020-01-01");
  list.codes[1].valid_from = day("2020-01-01");
  shelf.load(list);
  CHECK(shelf.text("1", "A", "2019-12-31") == "Før");
  CHECK(shelf.text("1", "A", "2020-01-01") == "Etter");
  list.codes[1].valid_from = day("2022-01-01");
  shelf.load(list);
  CHECK(shelf.text("1", "A", "2021-01-01") == "Etter"); // the newest, where none holds
}

TEST_CASE("lists of the program give way to those of an operator, and are renewed until then") {
  on_every_engine([](Town& town) {
    Shelf shelf(town);
    CHECK(shelf.ship(code_list("1", {"A Alfa"})));
    CHECK_FALSE(shelf.ship(code_list("1", {"A Alfa"})));
    CHECK(shelf.ship(code_list("1", {"A Alfa", "B Beta"}))); // a newer program
    CHECK(shelf.text("1", "B", "2026-01-01") == "Beta");
    CHECK(shelf.load(code_list("1", {"A Eget"})));
    CHECK_FALSE(shelf.ship(code_list("1", {"A Alfa", "B Beta"})));
    shelf.reopen();
    CHECK_FALSE(shelf.ship(code_list("1", {"A Alfa", "C Gamma"})));
    CHECK(shelf.text("1", "A", "2026-01-01") == "Eget");
    CHECK(shelf.text("1", "B", "2026-01-01").empty());
  });
}

TEST_CASE("lists are kept all or none, and a fault is told") {
  Town town;
  Shelf shelf(town);
  const auto refusal = [&shelf](CodeList list) {
    const auto loaded = shelf.kodeverk().load({code_list("good", {"A Alfa"}), std::move(list)});
    REQUIRE_FALSE(loaded.has_value());
    CHECK(loaded.error().code == ErrorCode::invalid);
    CHECK(shelf.kodeverk().lists()->all().empty());
    return loaded.error().message;
  };
  CHECK(refusal(code_list("", {})) ==
        "code list : its number is 1 to 64 letters, digits, dots, hyphens and underscores");
  CHECK(refusal(code_list("a b", {})).find("its number is") != std::string::npos);
  CHECK(refusal(code_list(std::string(65, '1'), {})).find("its number is") != std::string::npos);
  CHECK(refusal(code_list("1", {"A Alfa", "A Alfa"})) ==
        "code list 1: code A stands there twice for one time");
  CHECK(refusal(code_list("1", {" Alfa"})).find("a code is empty") != std::string::npos);
  CHECK(refusal(code_list("1", {"A "})).find("code A has no text") != std::string::npos);
  CHECK(refusal(code_list("1", {"A a\nb"})).find("code A has no text") != std::string::npos);
  CHECK(refusal(code_list("good", {"A Andre"})) ==
        "code list good stands there twice for one time");
  CodeList list = code_list("1", {"A Alfa"});
  list.codes[0].valid_from = list.codes[0].valid_to = day("2020-01-01");
  CHECK(refusal(list).find("code A ends before it begins") != std::string::npos);
  list = code_list("1", {});
  list.source.clear();
  CHECK(refusal(list).find("says no source") != std::string::npos);
  list = code_list("1", {});
  list.oid = "urn:oid:1";
  CHECK(refusal(list).find("its OID") != std::string::npos);
}

TEST_CASE("a version lies as FORMAT.md says, and nothing else is taken for one") {
  CodeList list = code_list("90", {"A B"});
  list.title = "T";
  list.source = "S";
  list.oid = "1.2";
  list.version = "V";
  list.note = "N";
  list.valid_from = Instant{1};
  list.codes[0].valid_to = Instant{2};
  const ListVersion version(list, 258, Instant{3}, true);
  const std::string key = list_version_key("90", 258);
  CHECK(key == std::string("kodeverk/90\0\0\0\0\0\0\0\1\2", 20));
  const std::string written = write_list_version(version);
  const std::string none("\0\0\0\0\0\0\0\x80", 8);
  std::string expected("\1\1\1\1\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 19);
  expected += std::string("\3\0\0\0", 4) + "1.2";
  for (const char* text : {"T", "S", "V", "N"}) expected += std::string("\1\0\0\0", 4) + text;
  expected += std::string("\1\0\0\0\1", 5) + none + std::string("\2\0\0\0\0\0\0\0", 8);
  for (const char* text : {"A", "B"}) expected += std::string("\1\0\0\0", 4) + text;
  CHECK(written == expected);
  const auto read = read_list_version(key, written);
  REQUIRE(read.has_value());
  CHECK(read->list() == list);
  CHECK(read->place() == 258);
  CHECK(read->shipped());
  CHECK(write_list_version(*read) == written);
  for (std::size_t bytes = 0; bytes < written.size(); ++bytes) {
    CHECK_FALSE(read_list_version(key, written.substr(0, bytes)).has_value());
  }
  CHECK_FALSE(read_list_version(key, written + "x").has_value());
  CHECK_FALSE(read_list_version(list_version_key("90", 0), written).has_value());
  CHECK_FALSE(read_list_version("short", written).has_value());
}

TEST_CASE("a list that cannot be read is found by a check, and opens no registry of lists") {
  Town town;
  const store::Change change{store::Family::meta, list_version_key("1", 1), "damaged"};
  REQUIRE(town.registry().store().commit({&change, 1}, store::Durability::synced));
  const auto opened = Kodeverk::open(town.registry());
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().code == ErrorCode::corrupt);
  const auto report = check(town.registry(), {});
  REQUIRE(report.has_value());
  REQUIRE(report->findings.size() == 1);
  CHECK(report->findings.front().family == "kodeverk");
}

TEST_CASE("what was loaded through another object meanwhile is not overwritten") {
  Town town;
  Shelf shelf(town);
  const auto other = Kodeverk::open(town.registry());
  REQUIRE(other.has_value());
  REQUIRE((*other)->load({code_list("1", {"A Alfa"})}));
  const auto late = shelf.kodeverk().load({code_list("1", {"A Beta"})});
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == ErrorCode::conflict);
  CHECK(shelf.kodeverk().lists()->all().empty());
  shelf.reopen();
  CHECK(shelf.text("1", "A", "2026-01-01") == "Alfa");
}

TEST_CASE("readers see whole versions while lists are loaded") {
  Town town;
  Shelf shelf(town);
  shelf.load(code_list("1", {"A 0", "B 0"}));
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      const auto lists = shelf.kodeverk().lists();
      const ListTime when{day("2026-01-01"), {}};
      CHECK(lists->judge("1", "A", when).text() == lists->judge("1", "B", when).text());
    }
  });
  for (int round = 1; round <= 50; ++round) {
    const std::string text = std::to_string(round);
    shelf.load(code_list("1", {"A " + text, "B " + text}));
  }
  stop = true;
  reader.join();
  CHECK(shelf.text("1", "A", "2026-01-01") == "50");
}
