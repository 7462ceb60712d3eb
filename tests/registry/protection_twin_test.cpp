// Nobody without legal basis can tell: a protected person beside a twin with no such address.
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

using enum PersonPart;

/// What the two have in common, as it is at some time.
struct Life {
  std::string name = "Hansen";
  std::string role = "mother";
  std::string status = "Resident";
};

PersonBuilder twin(const Life& life) {
  PersonBuilder person(fnr(1));
  person.named(life.name).is(life.status);
  person.has(gender, R"("gender":"Female")")
      .has(birth, R"("birthYear":1980)", {.open = R"("birthYear":1980)"})
      .has(family_relation, R"("role":")" + life.role + '"');
  return person;
}

/// The same person, protected, living at `street`.
PersonBuilder hiding(const Life& life, Grading grading, const std::string& street) {
  PersonBuilder person(fnr(1));
  person.protection(grading).named(life.name).is(life.status);
  person.has(gender, R"("gender":"Female")")
      .has(birth, R"("birthYear":1980,"place":")" + street + '"', {.open = R"("birthYear":1980)"})
      .has(family_relation, R"("role":")" + life.role + '"')
      .has(address_protection, R"("level":"protected")", {.grading = grading})
      .has(residential_address, R"("street":")" + street + '"', {.grading = grading})
      .has(present_address, R"("street":")" + street + '"')
      .has(postal_address, R"("street":"Postboks )" + street + '"')
      .has(emigration_from_norway, R"("to":")" + street + '"')
      .has(common_contact_register_information, R"("phone":")" + street + '"');
  return person;
}

/// Everything of a person that may not move: all answers, which an ETag is made of, without the
/// place in the log, which is the registry's as a whole.
std::string sight(Town& town) {
  std::string all;
  for (const bool history : {false, true}) {
    for (const Dialect dialect : {Dialect::persontjenesten_v2, Dialect::v1}) {
      Ask ask = openly();
      ask.history = history;
      ask.dialect = dialect;
      const std::string view = town.view(fnr(1), ask);
      all += view.substr(view.find(',', view.find("\"sequenceNumber\":"))) + '\n';
    }
  }
  return all;
}

/// What a reader without legal basis has of the feed: which events, and which of them is the newest
/// that the person's own answer names.
struct Feed {
  Texts names;
  std::ptrdiff_t newest_of_person = -1;
};

Feed feed(Town& town) {
  const auto page = town.registry().events(0, 1'000, Access::no_legal_basis);
  REQUIRE(page.has_value());
  Feed feed;
  const auto own = town.sequence_of(fnr(1), Access::no_legal_basis);
  for (const Event& event : page->events) {
    if (event.sequence == own) {
      feed.newest_of_person = static_cast<std::ptrdiff_t>(feed.names.size());
    }
    feed.names.push_back(std::string(name_of(event.type)).append(" ").append(name_of(event.cause)));
  }
  return feed;
}

} // namespace

TEST_CASE("through moves, other changes and more protection the two look the same") {
  for (const Grading first : {Grading::confidential, Grading::strictly_confidential}) {
    on_every_engine([first](Town& town) {
      Town twins;
      Life life;
      const auto both_look_the_same = [&] {
        CHECK(sight(town) == sight(twins));
        const Feed of_hiding = feed(town);
        const Feed of_twin = feed(twins);
        CHECK(of_hiding.names == of_twin.names);
        CHECK(of_hiding.newest_of_person == of_twin.newest_of_person);
        CHECK(of_hiding.newest_of_person >= 0);
      };
      auto day = [n = 0]() mutable { return "2024-01-0" + std::to_string(++n); };
      std::string now = day();
      town.import(hiding(life, first, "A"), now);
      twins.import(twin(life), now);
      both_look_the_same();
      // Only what is hidden moves.
      const auto before = town.sequence_of(fnr(1), Access::no_legal_basis);
      now = day();
      CHECK(town.import(hiding(life, first, "B"), now) == WriteOutcome::written);
      CHECK(twins.import(twin(life), now) == WriteOutcome::unchanged);
      CHECK(town.sequence_of(fnr(1), Access::no_legal_basis) == before);
      CHECK(town.sequence_of(fnr(1), Access::legal_basis) > before);
      both_look_the_same();
      // Something that everybody sees, together with something that is hidden.
      life.name = "Olsen";
      now = day();
      town.import(hiding(life, first, "C"), now);
      twins.import(twin(life), now);
      both_look_the_same();
      // Something confidential of everybody: told in general, of both alike.
      life.role = "father";
      now = day();
      town.import(hiding(life, first, "C"), now);
      twins.import(twin(life), now);
      both_look_the_same();
      CHECK(feed(town).names.back() == "ChangeInPerson ");
      // More protection, and everything at once.
      life.status = "Emigrated";
      now = day();
      town.import(hiding(life, Grading::strictly_confidential, "D"), now);
      twins.import(twin(life), now);
      both_look_the_same();
    });
  }
}

TEST_CASE("latest event and filters tell no more than the feed") {
  on_every_engine([](Town& town) {
    Life life;
    town.import(hiding(life, Grading::confidential, "A"), "2024-01-01");
    const auto latest = town.registry().latest_event(Access::no_legal_basis);
    REQUIRE(latest.has_value());
    town.import(hiding(life, Grading::confidential, "B"), "2024-01-02");
    const auto after = town.registry().latest_event(Access::no_legal_basis);
    REQUIRE(after.has_value());
    CHECK((*after)->sequence == (*latest)->sequence);
    EventTypeSet addresses;
    for (std::size_t type = 0; type < event_type_count; ++type) addresses.set(type);
    const auto page =
        town.registry().events((*latest)->sequence + 1, 100, Access::no_legal_basis, {addresses});
    REQUIRE(page.has_value());
    CHECK(page->events.empty());
  });
}

TEST_CASE("when hiding begins, open readers hear of it in general, and when it ends, by name") {
  on_every_engine([](Town& town) {
    const Life life;
    PersonBuilder shown = twin(life);
    shown.has(residential_address, R"("street":"A")").has(present_address, R"("street":"A")");
    town.import(shown, "2024-01-01");
    auto newest = town.newest();
    PersonBuilder hidden = shown;
    hidden.protection(Grading::confidential).has(address_protection, R"("level":"protected")");
    town.import(hidden, "2024-01-02");
    CHECK(town.events(newest + 1, Access::no_legal_basis) == Texts{"ChangeInPerson"});
    CHECK(town.sequence_of(fnr(1), Access::no_legal_basis) == newest);
    newest = town.newest();
    town.import(shown, "2024-01-03");
    CHECK(town.events(newest + 1, Access::no_legal_basis) ==
          Texts{"ChangeInResidentialAddress", "ChangeInPresentAddress"});
    CHECK(town.told(fnr(1), "street", openly()) == Texts{"A", "A"});
  });
}
