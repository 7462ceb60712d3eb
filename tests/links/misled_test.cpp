// Who was shown another person than they asked for: told when a link is undone, and of both for
// good.
#include "registry/audit/log.h"
#include "registry/links/misled.h"
#include "tests/links/desk.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

const std::string one = fnr(1);
const std::string two = fnr(2);
const IdentifierKey first{IdentifierType::fnr, one, {}};
const IdentifierKey second{IdentifierType::fnr, two, {}};

/// Look-ups that are written down as the service does it.
struct Ward {
  Town town;
  Desk desk{town};
  ScratchDirectory folder;
  std::unique_ptr<audit::Log> log = open();

  std::unique_ptr<audit::Log> open() {
    audit::LogOptions options;
    options.directory = folder.path();
    auto opened = audit::Log::open(std::move(options));
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
  void look(const std::string& user, const IdentifierKey& key,
            const std::string& organisation = "974760673") {
    Reading reading;
    REQUIRE(town.registry().lookup(key, reading).has_value());
    audit::Record record;
    record.subject = reading.entity();
    if (reading.asked() != reading.entity()) record.asked = reading.asked();
    record.actor.client_id = "journal";
    record.actor.organisation = organisation;
    record.actor.user_key = user;
    record.actor.user_name = user;
    REQUIRE(log->append({&record, 1}).has_value());
  }
  std::vector<links::Misled> misled(const Link& link, bool names = true, std::size_t limit = 100) {
    bool more = false;
    const auto all = links::misled_by(
        town.registry(), desk.links(), *log, *desk.links().link(link.number),
        [names](const audit::Actor&) { return names; }, limit, more);
    REQUIRE(all.has_value());
    CHECK(more == (limit == 1));
    return *all;
  }
  std::size_t about(const EntityId& person) {
    audit::Query query;
    query.subject = person;
    return log->find(query)->size();
  }
};

PersonBuilder person(unsigned n, std::string_view last) {
  PersonBuilder builder(fnr(n));
  builder.named(last, {.registered = "2020-01-01"});
  return builder;
}

} // namespace

TEST_CASE("those who asked by the linked number are told of, and nobody else") {
  Ward ward;
  ward.town.import({person(1, "Hansen").record(), person(2, "Olsen").record()}, "2024-01-01");
  const std::string number = ward.desk.issue("Ukjent");
  ward.look("Tidlig", fhn(number));
  const Link link = ward.desk.link(fhn(number), first);
  ward.look("Anna", fhn(number));
  ward.look("Bent", first); // was shown whom they asked for
  ward.look("Anna", fhn(number));
  ward.look("Cato", fhn(number), "991825827");
  ward.desk.undo(link);
  ward.look("Sen", fhn(number));
  const auto told = ward.misled(link);
  REQUIRE(told.size() == 2);
  CHECK(told[0].actor.user_name == "Anna");
  CHECK(told[0].times == 2);
  CHECK(told[0].first <= told[0].last);
  CHECK(told[1].actor.user_name == "Cato");
  const auto nameless = ward.misled(link, false);
  REQUIRE(nameless.size() == 2);
  CHECK(nameless[0].actor.user_name.empty());
  CHECK(nameless[0].actor.user_key.empty());
  CHECK(nameless[1].actor.organisation == "991825827");
  CHECK(ward.misled(link, true, 1).size() == 1);
}

TEST_CASE("a look-up by a linked number is a record of both, also after they are parted") {
  Ward ward;
  ward.town.import(person(1, "Hansen"), "2024-01-01");
  const std::string number = ward.desk.issue("Ukjent");
  const EntityId unknown = ward.town.match(fhn(number))->entity;
  const EntityId hansen = ward.town.match(first)->entity;
  const Link link = ward.desk.link(fhn(number), first);
  ward.look("Anna", fhn(number));
  ward.look("Bent", first);
  CHECK(linked_now(ward.town.registry(), hansen) == std::vector{unknown});
  CHECK(linked_now(ward.town.registry(), unknown)->empty());
  ward.desk.undo(link);
  CHECK(linked_now(ward.town.registry(), hansen)->empty());
  CHECK(ward.about(unknown) == 1);
  CHECK(ward.about(hansen) == 2);
  ward.log.reset();
  ward.log = ward.open(); // the index is read back
  CHECK(ward.about(unknown) == 1);
}

TEST_CASE("along a chain those are told of whom the undone link led on") {
  Ward ward;
  ward.town.import({person(1, "Hansen").record(), person(2, "Olsen").record()}, "2024-01-01");
  const std::string a = ward.desk.issue("A");
  const std::string b = ward.desk.issue("B");
  const std::string c = ward.desk.issue("C");
  ward.desk.link(fhn(a), fhn(b));
  ward.desk.link(fhn(c), first);
  const Link onward = ward.desk.link(fhn(b), first);
  ward.look("Ved a", fhn(a));
  ward.look("Ved b", fhn(b));
  ward.look("Ved c", fhn(c)); // led to the same person, but by another way
  ward.desk.undo(onward);
  const auto told = ward.misled(onward);
  REQUIRE(told.size() == 2);
  CHECK(told[0].actor.user_name == "Ved a");
  CHECK(told[1].actor.user_name == "Ved b");
}

TEST_CASE("a proposal misleads nobody") {
  Ward ward;
  ward.town.import({person(1, "Hansen").record(), person(2, "Olsen").record()}, "2024-01-01");
  const Link proposed = ward.desk.propose(first, second);
  ward.look("Anna", first);
  CHECK(ward.misled(proposed).empty());
}
