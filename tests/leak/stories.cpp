#include "tests/leak/stories.h"

#include "tests/api/registry_fixture.h"
#include "tests/leak/findings.h"
#include "tests/leak/people.h"

#include <utility>

namespace grunndata::leak {

namespace {

using api::dnr;
using api::fnr;
using enum Fields;
using enum Level;

const std::string& subject() {
  static const std::string number = fnr(1);
  return number;
}
const std::string& relative() {
  static const std::string number = fnr(2);
  return number;
}

/// Everybody once had a D-number.
Document person(Fields fields, const std::string& number = subject(), std::size_t d_number = 1) {
  return std::move(somebody(number, fields).formerly(dnr(d_number)));
}

template <typename Change>
Document with(Document document, Change&& change) {
  change(document);
  return document;
}

Story at_once(std::string name, Document real, Document twin, Document twin_with_basis) {
  return {
      std::move(name), {{std::move(real)}}, {{std::move(twin)}}, {{std::move(twin_with_basis)}}, 0};
}

std::string named(std::string_view what, Level level) {
  return std::string(what) + ": " + std::string(word_of(level));
}

/// A strictly protected person with legal basis: of all places the post address that the
/// authorities run.
Document strict_with_basis() {
  return with(person(without_places), [](Document& p) { add_post_address(p, none); });
}

Document everything(Level rows, Level grading) {
  return with(person(with_places), [rows, grading](Document& p) {
    grade(p, grading);
    add_addresses(p, rows);
    add_moves(p);
    add_birth_and_estate(p);
  });
}

void add_rows(std::vector<Story>& all) {
  for (const Level level : {client, confidential, strict}) {
    const bool is_shown_with_basis = level != strict;
    const auto rest = [](Document& p) {
      add_post_address(p, none);
      add_moves(p);
      add_birth_and_estate(p);
    };
    all.push_back(at_once(named("one address", level),
                          with(person(with_places),
                               [&](Document& p) {
                                 add_home(p, level);
                                 if (is_shown_with_basis) add_former_home(p, none);
                                 rest(p);
                               }),
                          with(person(with_places),
                               [&](Document& p) {
                                 if (is_shown_with_basis) add_former_home(p, none);
                                 rest(p);
                               }),
                          with(person(with_places), [&](Document& p) {
                            if (is_shown_with_basis) add_home(p, none);
                            if (is_shown_with_basis) add_former_home(p, none);
                            rest(p);
                          })));
    all.push_back(at_once(named("all addresses", level),
                          with(person(with_places),
                               [&](Document& p) {
                                 add_addresses(p, level);
                                 add_moves(p);
                               }),
                          with(person(with_places), [](Document& p) { add_moves(p); }),
                          with(person(with_places), [&](Document& p) {
                            if (is_shown_with_basis) add_addresses(p, none);
                            add_moves(p);
                          })));
    all.push_back(at_once(named("a contact address", level),
                          with(person(with_places),
                               [&](Document& p) {
                                 add_home(p, none);
                                 add_post_address(p, level);
                                 add_post_address_abroad(p, level);
                               }),
                          with(person(with_places), [](Document& p) { add_home(p, none); }),
                          with(person(with_places), [&](Document& p) {
                            add_home(p, none);
                            if (!is_shown_with_basis) return;
                            add_post_address(p, none);
                            add_post_address_abroad(p, none);
                          })));
    all.push_back(at_once(named("a former address", level),
                          with(person(with_places),
                               [&](Document& p) {
                                 add_second_home(p, none);
                                 add_former_home(p, level);
                               }),
                          with(person(with_places), [](Document& p) { add_second_home(p, none); }),
                          with(person(with_places), [&](Document& p) {
                            add_second_home(p, none);
                            if (is_shown_with_basis) add_former_home(p, none);
                          })));
  }
}

void add_persons(std::vector<Story>& all) {
  for (const Level rows : {none, client, confidential}) {
    all.push_back(at_once(named("a confidential person, rows", rows),
                          everything(rows, confidential), person(without_places),
                          everything(none, none)));
  }
  all.push_back(at_once("a strict person, addresses ungraded", everything(none, strict),
                        person(without_places), strict_with_basis()));
  all.push_back(at_once("a strict person, addresses strict", everything(strict, strict),
                        person(without_places), person(without_places)));
  all.push_back(at_once("a strict person as the source gives one",
                        with(strict_with_basis(),
                             [](Document& p) {
                               grade(p, strict);
                               add_birth_and_estate(p);
                             }),
                        person(without_places), strict_with_basis()));
  all.push_back(at_once("a person graded klientadresse", everything(none, client),
                        everything(none, none), everything(none, none)));
}

/// The child's number is the one that changes when a twin lacks records.
Document child(bool at_the_relatives) {
  return with(person(with_places), [at_the_relatives](Document& p) {
    add_second_home(p, none);
    if (at_the_relatives) add_shared_home(p, none);
    p.add("familierelasjon", row("2000-01-01", true,
                                 R"("relatertPersonsRolle":"mor","minRolleForPerson":"barn",
                                 "relatertPerson":")" +
                                     relative() + '"'));
  });
}

void add_relatives(std::vector<Story>& all) {
  for (const Level level : {confidential, strict}) {
    const bool is_shown_with_basis = level != strict;
    const Document hides = with(person(with_places, relative(), 2), [level](Document& p) {
      grade(p, level);
      if (level == confidential) add_parents_home(p, level);
    });
    const Document told =
        with(person(level == strict ? without_places : with_places, relative(), 2),
             [level](Document& p) {
               if (level == confidential) add_parents_home(p, none);
             });
    const Document open =
        with(person(with_places, relative(), 2), [](Document& p) { add_parents_home(p, none); });
    const Document nowhere = person(without_places, relative(), 2);
    all.push_back({named("a child with a protected mother, mother first", level),
                   {{hides}, {child(true)}},
                   {{nowhere}, {child(false)}},
                   {{told}, {child(is_shown_with_basis)}},
                   1});
    all.push_back({named("a child with a protected mother, child first", level),
                   {{child(true)}, {hides}},
                   {{child(false)}, {nowhere}},
                   {{child(is_shown_with_basis)}, {told}},
                   1,
                   true});
    all.push_back({named("a child whose mother hides later", level),
                   {{child(true), open}, {hides}},
                   {{child(false), nowhere}, {nowhere}},
                   {{child(is_shown_with_basis), level == strict ? nowhere : open}, {told}},
                   1,
                   true});
    const Document spouse = with(person(with_places), [](Document& p) {
      add_second_home(p, none);
      p.add("sivilstand",
            row("2001-02-03", false,
                R"("sivilstand":"gift","relatertVedSivilstand":")" + relative() + '"'));
    });
    all.push_back({named("a spouse of a protected person", level),
                   {{spouse, hides}},
                   {{spouse, nowhere}},
                   {{spouse, told}},
                   0});
  }
}

void add_merges(std::vector<Story>& all) {
  for (const Level level : {confidential, strict}) {
    const auto hides = [level](const std::string& number, std::size_t d_number) {
      return with(person(with_places, number, d_number), [level](Document& p) {
        grade(p, level);
        add_home(p, level);
      });
    };
    const auto lives = [](const std::string& number, std::size_t d_number) {
      return with(person(with_places, number, d_number), [](Document& p) {
        add_second_home(p, none);
        add_moves(p);
      });
    };
    const auto nowhere = [](const std::string& number, std::size_t d_number) {
      return person(without_places, number, d_number);
    };
    const auto told = [&](const std::string& number, std::size_t d_number) {
      return level == strict ? nowhere(number, d_number)
                             : with(person(with_places, number, d_number),
                                    [](Document& p) { add_home(p, none); });
    };
    const auto carries_on = [](Document document) {
      return std::move(document.formerly(relative()));
    };
    const auto spared = [&](const std::string& number, std::size_t d_number) {
      return level == strict ? nowhere(number, d_number) : lives(number, d_number);
    };
    all.push_back(
        {named("a protected person merged into an open one", level),
         {{hides(relative(), 2), lives(subject(), 1)}, {carries_on(lives(subject(), 1))}},
         {{nowhere(relative(), 2), nowhere(subject(), 1)}, {carries_on(nowhere(subject(), 1))}},
         {{told(relative(), 2), spared(subject(), 1)}, {carries_on(spared(subject(), 1))}},
         1,
         true});
    all.push_back(
        {named("an open person merged into a protected one", level),
         {{lives(relative(), 2), hides(subject(), 1)}, {carries_on(hides(subject(), 1))}},
         {{nowhere(relative(), 2), nowhere(subject(), 1)}, {carries_on(nowhere(subject(), 1))}},
         {{spared(relative(), 2), told(subject(), 1)}, {carries_on(told(subject(), 1))}},
         1,
         true});
    all.push_back({named("merged and parted again", level),
                   {{hides(relative(), 2), lives(subject(), 1)},
                    {carries_on(lives(subject(), 1))},
                    {lives(subject(), 1), hides(relative(), 2)}},
                   {{nowhere(relative(), 2), nowhere(subject(), 1)},
                    {carries_on(nowhere(subject(), 1))},
                    {nowhere(subject(), 1), nowhere(relative(), 2)}},
                   {{told(relative(), 2), spared(subject(), 1)},
                    {carries_on(spared(subject(), 1))},
                    {spared(subject(), 1), told(relative(), 2)}},
                   1,
                   true});
  }
}

void add_changes(std::vector<Story>& all) {
  const auto home = [](Level rows, Level grading, Fields fields = without_places) {
    return with(person(fields), [=](Document& p) {
      grade(p, grading);
      add_home(p, rows);
    });
  };
  const auto moved = [](Level rows, Level grading) {
    return with(person(without_places), [=](Document& p) {
      grade(p, grading);
      add_second_home(p, rows);
      add_former_home(p, rows);
    });
  };
  const Document nowhere = person(without_places);
  const Document strict_now = with(nowhere, [](Document& p) { grade(p, strict); });
  all.push_back({"an address becomes klientadresse",
                 {{home(none, none)}, {home(client, none)}},
                 {{nowhere}, {nowhere}},
                 {{home(none, none)}, {home(none, none)}},
                 1,
                 true});
  all.push_back({"somebody becomes confidential",
                 {{home(none, none)}, {home(confidential, confidential)}},
                 {{nowhere}, {nowhere}},
                 {{home(none, none)}, {home(none, none)}},
                 1,
                 true});
  all.push_back({"somebody who has moved becomes confidential",
                 {{home(none, none)}, {moved(none, none)}, {moved(confidential, confidential)}},
                 {{nowhere}, {nowhere}, {nowhere}},
                 {{home(none, none)}, {moved(none, none)}, {moved(none, none)}},
                 2,
                 true});
  all.push_back({"somebody whose birth place is known becomes confidential",
                 {{person(with_places)},
                  {with(person(with_places), [](Document& p) { grade(p, confidential); })}},
                 {{nowhere}, {nowhere}},
                 {{person(with_places)}, {person(with_places)}},
                 1,
                 true});
  all.push_back({"somebody who has moved becomes strict",
                 {{home(none, none)}, {moved(none, none)}, {strict_now}},
                 {{nowhere}, {nowhere}, {nowhere}},
                 {{nowhere}, {nowhere}, {nowhere}},
                 2,
                 true});
  all.push_back({"somebody whose birth place is known becomes strict",
                 {{home(none, none, with_places)},
                  {with(person(with_places), [](Document& p) { grade(p, strict); })}},
                 {{nowhere}, {nowhere}},
                 {{nowhere}, {nowhere}},
                 1,
                 true});
  all.push_back({"a confidential person moves",
                 {{home(confidential, confidential)}, {moved(confidential, confidential)}},
                 {{nowhere}, {nowhere}},
                 {{home(none, none)}, {moved(none, none)}},
                 0});
  all.push_back({"confidential becomes strict",
                 {{home(confidential, confidential)}, {strict_now}},
                 {{nowhere}, {nowhere}},
                 {{nowhere}, {nowhere}},
                 1});
  all.push_back({"a grading is lifted",
                 {{home(confidential, confidential)}, {home(none, none)}},
                 {{nowhere}, {home(none, none)}},
                 {{home(none, none)}, {home(none, none)}},
                 0,
                 true});
}

} // namespace

std::vector<Story> stories() {
  std::vector<Story> all;
  add_rows(all);
  add_persons(all);
  add_relatives(all);
  add_merges(all);
  add_changes(all);
  for (Story& story : all) {
    const bool becomes_strict = story.was_seen && (story.name.ends_with("strengtFortrolig") ||
                                                   story.name.ends_with("becomes strict"));
    story.forgets_past = becomes_strict;
    for (const Finding& finding : findings()) {
      if (finding.story != story.name) continue;
      (finding.access == registry::Access::legal_basis ? story.finding_with_basis
                                                       : story.finding_without_basis) = finding.why;
    }
  }
  return all;
}

} // namespace grunndata::leak
