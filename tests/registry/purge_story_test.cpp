// What goes with somebody who comes to hide: rows, kept elements, copies at relatives, quarantine.
#include "registry/keys.h"
#include "registry/purge/forgetting.h"
#include "registry/purge/ledger.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <iterator>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

constexpr std::string_view planted = "Plantestubben";
constexpr std::string_view elsewhere = "Annetstedstunet";

std::string street(std::string_view name) {
  return R"("streetAddress":{"addressName":")" + std::string(name) +
         R"(","addressNumber":{"houseNumber":"6"}})";
}

PersonBuilder plain(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen").is("Resident");
  return person;
}

PersonBuilder strictly(const std::string& number) {
  PersonBuilder person = plain(number);
  person.protection(Grading::strictly_confidential)
      .has(address_protection, R"("level":"strict")", {.grading = Grading::strictly_confidential});
  return person;
}

/// Lives at `home`; has a child.
PersonBuilder parent(const std::string& number, const std::string& child, std::string_view home) {
  PersonBuilder person = plain(number);
  person.has(residential_address, street(home), {.from = "2015-01-01"})
      .related(RelationType::child, child);
  return person;
}

/// Lives with one parent, and by agreement with the other.
PersonBuilder child_of(const std::string& number, const std::string& mother,
                       const std::string& father, std::string_view home, std::string_view other) {
  PersonBuilder person = plain(number);
  person.has(residential_address, street(home), {.from = "2015-01-01"})
      .has(shared_residence, street(other), {.from = "2016-01-01"})
      .related(RelationType::mother, mother)
      .related(RelationType::father, father);
  return person;
}

std::size_t waiting(Town& town) {
  const auto pending = purge::pending(town.registry().store());
  REQUIRE(pending.has_value());
  return pending->size();
}

std::uint64_t quarantine(Town& town, const std::string& raw, std::vector<SourceRecord> before = {},
                         std::vector<SourceRecord> after = {}) {
  ImportBatch batch;
  batch.origins = {"-"};
  batch.stamp.extracted_at = at("2024-05-01");
  for (SourceRecord& record : before) batch.items.push_back({std::move(record), 1, 0});
  batch.quarantine.push_back({1, 0, 0, "$", "json", "not valid JSON", raw});
  batch.next = [after = std::move(after)](ImportPart& part) mutable {
    part = {};
    for (SourceRecord& record : after) part.items.push_back({std::move(record), 2, 0});
    part.origins = {"-"};
    const bool more = !after.empty();
    after.clear();
    return more;
  };
  std::promise<Result<ImportCounts>> answer;
  submit_import(town.registry(), std::move(batch),
                [&answer](Result<ImportCounts> counts) { answer.set_value(std::move(counts)); });
  REQUIRE(answer.get_future().get().has_value());
  const auto entries = quarantined(town.registry(), 0, 100, true);
  REQUIRE(entries.has_value());
  REQUIRE_FALSE(entries->empty());
  return entries->back().number;
}

} // namespace

TEST_CASE("what nobody may be shown of somebody who hides is not stored, delivered or not") {
  on_every_engine([](Town& town) {
    PersonBuilder person = strictly(fnr(1));
    person.has(residential_address, street(planted), {.grading = Grading::strictly_confidential})
        .has(present_address, street(planted))
        .has(foreign_postal_address, street(planted))
        .has(immigration_to_norway, R"("from":"Plantestubben")")
        .has(postal_address, R"("street":"Postboks 1")")
        .has(postal_address, street(planted), superseded("2010-01-01"))
        .remark(R"("ukjent":"Plantestubben")");
    CHECK(town.import(person, "2024-01-01") == WriteOutcome::written);
    CHECK(town.holds_no(planted));
    CHECK(town.told(fnr(1), "street") == Texts{"Postboks 1"});
    CHECK(town.told(fnr(1), "lastName") == Texts{"Hansen"});
    // The same again is the same: nothing is written, nothing waits to be purged.
    const auto newest = town.newest();
    CHECK(town.import(person, "2024-01-02") == WriteOutcome::unchanged);
    CHECK(town.newest() == newest);
    CHECK(waiting(town) == 0);
  });
}

TEST_CASE("a post address that the authorities gave up is forgotten, not kept as past") {
  on_every_engine([](Town& town) {
    PersonBuilder first = strictly(fnr(1)), second = strictly(fnr(1));
    first.has(postal_address, street(planted));
    second.has(postal_address, R"("street":"Postboks 2")");
    town.import(first, "2024-01-01");
    CHECK_FALSE(town.holds_no(planted));
    town.import(second, "2024-02-01");
    CHECK(town.holds_no(planted));
    CHECK(waiting(town) == 1);
  });
}

TEST_CASE("one strictly graded address: the row goes, and what may repeat it; the rest stays") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1)), after = plain(fnr(1));
    before.has(residential_address, street(planted))
        .has(birth, R"("place":"Barnebyen")")
        .has(immigration_to_norway, R"("from":"Ystad")");
    after.has(residential_address, street(planted), {.grading = Grading::strictly_confidential})
        .has(postal_address, street(elsewhere))
        .has(birth, R"("place":"Barnebyen")")
        .remark(R"("ukjent":"blir")");
    town.import(before, "2024-01-01");
    town.import(after, "2024-02-01");
    CHECK(town.holds_no(planted));
    CHECK(town.holds_no("Ystad"));
    CHECK(town.told(fnr(1), "addressName", openly()) == Texts{std::string(elsewhere)});
    CHECK(town.told(fnr(1), "place", openly()) == Texts{"Barnebyen"});
    CHECK_FALSE(town.holds_no(R"("ukjent":"blir")"));
    CHECK(waiting(town) == 1);
    CHECK(town.import(after, "2024-03-01") == WriteOutcome::unchanged);
  });
}

TEST_CASE("a grading that nobody understood withholds and destroys nothing") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1));
    before.has(residential_address, street(planted));
    town.import(before, "2024-01-01");
    PersonBuilder unknown = strictly(fnr(1));
    unknown.has(residential_address, street(elsewhere),
                {.grading = Grading::strictly_confidential});
    SourceRecord record = unknown.record();
    record.protection_is_assumed = true;
    for (AssertionDraft& draft : record.assertions) draft.grading_is_assumed = true;
    town.import({record}, "2024-02-01");
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      Ask ask;
      ask.access = access;
      CHECK(town.told(fnr(1), "addressName", ask).empty());
      CHECK(town.told(fnr(1), "addressName", recorded_as_of(1, ask)).empty());
    }
    CHECK(waiting(town) == 0);
    // Once it is understood, all is as it was.
    PersonBuilder known = plain(fnr(1));
    known.has(residential_address, street(elsewhere));
    town.import(known, "2024-03-01");
    CHECK(town.told(fnr(1), "addressName") == Texts{std::string(elsewhere)});
    CHECK(town.told(fnr(1), "addressName", recorded_as_of(1)) == Texts{std::string(planted)});
  });
}

TEST_CASE("a lifted protection brings nothing back but what a newer record gives") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1)), after = plain(fnr(1));
    before.has(residential_address, street(planted));
    after.has(residential_address, street(elsewhere));
    town.import(before, "2024-01-01");
    town.import(strictly(fnr(1)), "2024-02-01");
    CHECK(town.import(before, "2024-01-15") == WriteOutcome::superseded);
    town.import(after, "2024-03-01");
    CHECK(town.told(fnr(1), "addressName", openly()) == Texts{std::string(elsewhere)});
    CHECK(town.told(fnr(1), "addressName", with_history()) == Texts{std::string(elsewhere)});
    for (std::uint64_t then = 1; then < town.newest(); ++then) {
      CHECK(town.view(fnr(1), recorded_as_of(then)).find(planted) == std::string::npos);
    }
    CHECK(town.holds_no(planted));
  });
}

TEST_CASE("removed from the source for legal reasons: purged as somebody who hides") {
  on_every_engine([](Town& town) {
    PersonBuilder before = plain(fnr(1));
    before.has(residential_address, street(planted));
    town.import(before, "2024-01-01");
    SourceRecord removed = plain(fnr(1)).record();
    removed.removed_by_law = true;
    town.import({removed}, "2024-02-01");
    CHECK(town.holds_no(planted));
    CHECK(waiting(town) == 1);
  });
}

TEST_CASE("a child's shared residence goes when it is the home of a parent who hides") {
  for (const bool told_by_parent : {true, false}) {
    CAPTURE(told_by_parent);
    on_every_engine([told_by_parent](Town& town) {
      const PersonBuilder child = child_of(fnr(3), fnr(1), fnr(2), elsewhere, planted);
      PersonBuilder mother = parent(fnr(1), fnr(3), planted);
      town.import({mother.record(), parent(fnr(2), fnr(3), elsewhere).record(), child.record()},
                  "2024-01-01");
      CHECK(town.told(fnr(3), "addressName", openly()) ==
            Texts{std::string(elsewhere), std::string(planted)});
      const auto newest = town.newest();
      PersonBuilder hides = strictly(fnr(1));
      if (told_by_parent) hides.related(RelationType::child, fnr(3));
      town.import(hides, "2024-02-01");
      CHECK(town.holds_no(planted));
      // The child's own address is nobody else's to take.
      CHECK(town.told(fnr(3), "addressName", openly()) == Texts{std::string(elsewhere)});
      CHECK(town.sequence_of(fnr(3), Access::no_legal_basis) == newest);
      const Texts told = town.events(newest + 1, Access::no_legal_basis);
      CHECK(std::ranges::count(told, "ChangeInPerson") == std::ssize(told));
      CHECK_FALSE(told.empty());
      CHECK(waiting(town) == 2);
      // The child's record as it was does not bring it back.
      CHECK(town.import(child, "2024-03-01") == WriteOutcome::unchanged);
      CHECK(town.holds_no(planted));
      PersonBuilder renamed = child;
      renamed.has(gender, R"("gender":"Female")");
      CHECK(town.import(renamed, "2024-04-01") == WriteOutcome::written);
      CHECK(town.holds_no(planted));
      CHECK(town.told(fnr(3), "gender") == Texts{"Female"});
    });
  }
}

TEST_CASE("a shared residence that is the other parent's home stays") {
  on_every_engine([](Town& town) {
    const PersonBuilder child = child_of(fnr(3), fnr(1), fnr(2), planted, elsewhere);
    town.import({parent(fnr(1), fnr(3), planted).record(),
                 parent(fnr(2), fnr(3), elsewhere).record(), child.record()},
                "2024-01-01");
    PersonBuilder hides = strictly(fnr(1));
    hides.related(RelationType::child, fnr(3));
    town.import(hides, "2024-02-01");
    CHECK(town.told(fnr(3), "addressName", only({shared_residence})) ==
          Texts{std::string(elsewhere)});
    CHECK(town.import(child, "2024-03-01") == WriteOutcome::unchanged);
    CHECK(town.told(fnr(3), "addressName", only({residential_address})) ==
          Texts{std::string(planted)}); // never another person's own address
  });
}

TEST_CASE("a shared residence read when a parent hides already is not kept, in either order") {
  for (const bool child_first : {true, false}) {
    CAPTURE(child_first);
    on_every_engine([child_first](Town& town) {
      const SourceRecord child = child_of(fnr(3), fnr(1), fnr(2), elsewhere, planted).record();
      const SourceRecord mother = strictly(fnr(1)).record();
      town.import(child_first ? std::vector{child, mother} : std::vector{mother, child},
                  "2024-01-01");
      CHECK(town.told(fnr(3), "addressName") == Texts{std::string(elsewhere)});
      if (!child_first) CHECK(town.holds_no(planted));
      // When nobody hides any more, the next reading of the same record has it again.
      town.import(plain(fnr(1)), "2024-02-01");
      CHECK(town.import({child}, "2024-03-01").written == 1);
      CHECK(town.told(fnr(3), "addressName") ==
            Texts{std::string(elsewhere), std::string(planted)});
    });
  }
}

TEST_CASE("quarantined records of somebody who hides lose their text") {
  const std::string broken = R"({"identifikasjonsnummer":[{"foedselsEllerDNummer":")" + fnr(1) +
                             R"("}],"bostedsadresse":[{"adressenavn":"Plantestubben")";
  on_every_engine([&broken](Town& town) {
    town.import(plain(fnr(1)), "2024-01-01");
    const auto number = quarantine(town, broken);
    CHECK_FALSE(town.holds_no(planted));
    town.import(strictly(fnr(1)), "2024-06-01");
    CHECK(town.holds_no(planted));
    const auto entry = quarantined(town.registry(), number);
    REQUIRE(entry.has_value());
    CHECK(entry->raw == R"({"purged":")" + town.id_of(fnr(1)) + R"("})");
    CHECK(entry->reason == "json");
    CHECK(waiting(town) == 1);
    // And one that is refused later never gets it.
    quarantine(town, broken + " ");
    CHECK(town.holds_no(planted));
    REQUIRE(release_quarantined(town.registry(), number).has_value());
  });
}

TEST_CASE("a record that is refused in the batch that tells of hiding loses its text too") {
  const std::string broken = R"({"x":")" + fnr(1) + R"(","adressenavn":"Plantestubben)";
  for (const bool hides_first : {true, false}) {
    CAPTURE(hides_first);
    on_every_engine([&](Town& town) {
      town.import(plain(fnr(1)), "2024-01-01");
      std::vector<SourceRecord> hides{strictly(fnr(1)).record()};
      if (hides_first) {
        quarantine(town, broken, std::move(hides));
      } else {
        quarantine(town, broken, {}, std::move(hides));
      }
      const auto entries = quarantined(town.registry(), 0, 10, true);
      REQUIRE(entries.has_value());
      CHECK(entries->front().raw.find(planted) == std::string::npos);
    });
  }
}

TEST_CASE("aliases of somebody who hides still lead to them") {
  Town town;
  town.import(plain(fnr(1)), "2024-01-01");
  const std::string id = town.id_of(fnr(1));
  town.import(strictly(fnr(1)), "2024-02-01");
  CHECK(values_of(town.view_by_id(id), "id") == Texts{id});
}
