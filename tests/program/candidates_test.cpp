// `grunndata hjelpenummer candidates`, and newborns that Folkeregisteret delivers: from outside.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <csignal>
#include <doctest/doctest.h>

using namespace grunndata::tests;

namespace {

constexpr const char* unit = "974760673";

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

struct Person {
  std::string number, given, family, born;
  std::string elements{}; ///< more of the document
};

std::string document(const Person& person) {
  std::string text = small_document(person.number, person.family);
  const std::string_view somebody = "KARI";
  text.replace(text.find(somebody), somebody.size(), person.given);
  text.resize(text.size() - 2); // "}\n"
  return text + R"(,"foedsel":[{"erGjeldende":true,"foedselsdato":")" + person.born +
         R"(","foedselsaar":")" + person.born.substr(0, 4) + R"("}])" + person.elements + "}\n";
}

const Person kari{synthetic_number(1), "Kari", "Bjørnstad", "1980-03-09",
                  R"(,"bostedsadresse":[{"erGjeldende":true,"adressegradering":"ugradert",)"
                  R"("vegadresse":{"kommunenummer":"0301","adressenavn":"Øvre Storgate",)"
                  R"("adressenummer":{"husnummer":"5"},)"
                  R"("poststed":{"poststedsnavn":"OSLO","postnummer":"0155"}}}])"};

/// A data directory, and commands for it.
class Directory {
public:
  explicit Directory(const std::string& documents) {
    const Outcome made = import(data(), {"--extracted-at", "2024-01-01", "-"}, documents);
    REQUIRE_MESSAGE(made.status == 0, made.err);
    REQUIRE(ask({"delegate", "830000000-830999999"}).status == 0);
  }
  [[nodiscard]] std::string data() const { return scratch_ / "data"; }
  /// `grunndata hjelpenummer …`.
  Outcome ask(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.begin(), "hjelpenummer");
    words.insert(words.end(), {"--data", data()});
    Outcome outcome = run(words, input);
    CHECK(person_numbers_in(outcome.err).empty());
    return outcome;
  }
  /// The number issued.
  [[nodiscard]] std::string issue(std::vector<std::string> more,
                                  const std::string& input = {}) const {
    std::vector<std::string> words{"issue", "--organisation", unit, "--reason", "not known"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome issued = ask(words, input);
    REQUIRE_MESSAGE(issued.status == 0, issued.err);
    return issued.out.substr(0, issued.out.find(' '));
  }

private:
  ScratchFolder scratch_;
};

void check_candidates(const Directory& directory) {
  const Outcome found =
      directory.ask({"candidates", "--given-name", "KARI", "--family-name", "Bjoernstad",
                     "--birth-date", "1980-03-09", "--address", "Øvre Storgate 5, Oslo"});
  CHECK_MESSAGE(found.status == 0, found.err);
  CHECK(found.out.starts_with("certain  " + kari.number + "  Kari Bjørnstad  1980-03-09  "));
  CHECK(found.out.ends_with("  givenName normalised, familyName normalised, birthDate exact, "
                            "address exact\n"));

  const std::string number = directory.issue({"--given-name", "Kari", "--family-name", "Bjornstad",
                                              "--birth-date", "1980", "--place-found", "Oslo S"});
  const Outcome both =
      directory.ask({"candidates", "--from-file", "-", "--json"},
                    R"({"givenName":"Kari","familyName":"Bjornstad","birthDate":"1980-03-09",)"
                    R"("placeFound":"Oslo S","parts":["Name"]})"
                    "\n");
  CHECK_MESSAGE(both.status == 0, both.err);
  CHECK(lines_of(both.out).size() == 1);
  CHECK(contains(both.out, R"({"candidates":[{"id":")"));
  CHECK(contains(both.out, R"("grade":"probable")"));
  CHECK(contains(both.out, R"("hjelpenummer":{"type":"FHN","number":")" + number + '"'));
  CHECK(contains(both.out, R"({"fact":"placeFound","agreement":"exact","former":false})"));
  CHECK(contains(both.out, R"("person":{"id":")"));
  CHECK_FALSE(contains(both.out, kari.number)); // only the parts that were asked for
  CHECK(both.out.ends_with("],\"cutShort\":false}\n"));

  const Outcome nobody =
      directory.ask({"candidates", "--given-name", "Per", "--birth-date", "1950"});
  CHECK(nobody.status == 3);
  CHECK(nobody.out.empty());
  CHECK(contains(nobody.err, "grunndata: nobody fits\n"));
  const Outcome wrong =
      directory.ask({"candidates", "--from-file", "-"}, "{\"givenName\":\"Kari\"}\n"
                                                        "{\"number\":\"1\"}\n"
                                                        "{\"givenName\":\"Kari\",\"gender\":1}\n");
  CHECK(wrong.status == 2);
  CHECK(contains(wrong.err, "grunndata: line 1: too little to look for somebody"));
  CHECK(contains(wrong.err, "grunndata: line 2: The member is unknown: number\n"));
  CHECK(contains(wrong.err, "grunndata: line 3: The member is a string: gender\n"));
  CHECK(directory.ask({"candidates", "--given-name", "Kari"}).status == 2);
  CHECK(directory.ask({"candidates", "--given-name", "Kari", "--from-file", "-"}).status == 2);
  CHECK(directory.ask({"candidates", "--limit", "11"}).status == 2);
  CHECK(directory.ask({"candidates", "--from-file", "nowhere"}).status == 3);
}

Person girl(std::size_t n, const char* name, const std::string& mother) {
  return {synthetic_number(n), name, "Vik", "2024-05-05",
          R"(,"kjoenn":[{"erGjeldende":true,"kjoenn":"kvinne"}],"familierelasjon":[{)"
          R"("erGjeldende":true,"relatertPersonsRolle":"mor","minRolleForPerson":"barn",)"
          R"("relatertPerson":")" +
              mother + R"("}])"};
}

} // namespace

TEST_CASE("who is known already is told before a number is issued, on one's own directory") {
  const Directory directory(document(kari));
  check_candidates(directory);
  const Outcome log = run({"audit", "search", "--data", directory.data(), "--reason", "control",
                           "--act", "search_hit", "--json"});
  CHECK_MESSAGE(log.status == 0, log.err);
  CHECK(lines_of(log.out).size() == 3);
  CHECK(contains(log.out, "hjelpenummer candidates"));
  CHECK(person_numbers_in(log.out).empty());
  CHECK_FALSE(contains(log.out, "Storgate"));
  require_sound(directory.data());
}

TEST_CASE("beside a running server the same is told, and the service tells it too") {
  const Directory directory(document(kari));
  ServedRegistry server(directory.data());
  check_candidates(directory);
  const Answer answer =
      server.post("/v1/hjelpenummer/candidates",
                  R"({"givenName":"Kari","familyName":"Bjørnstad","birthDate":"1980-03-09"})");
  CHECK(answer.status == 200);
  CHECK(contains(answer.body, R"("grade":"certain")"));
  CHECK(server.stop(SIGTERM).status == 0);
  CHECK(person_numbers_in(server.program().err()).empty());
  require_sound(directory.data());
}

TEST_CASE("a child that Folkeregisteret delivers is queued with the number it was given at birth") {
  const Person mother{synthetic_number(10), "Mor", "Vik", "1990-01-02"};
  const Directory directory(document(mother));
  const std::string newborn = R"({"born":"2024-05-05T03:30:00+02:00","order":1,"gender":"female",)"
                              R"("mother":")" +
                              mother.number + "\"}\n";
  const std::string number = directory.issue({"--from-file", "-"}, newborn);
  const std::vector<std::string> queue{"queue", "--kind", "newborn-match", "--json"};
  CHECK(directory.ask(queue).out.empty());
  const auto deliver = [&](const Person& person, const char* day) {
    const Outcome read = import(directory.data(), {"--extracted-at", day, "-"}, document(person));
    REQUIRE_MESSAGE(read.status == 0, read.err);
  };
  deliver(girl(11, "Annen", synthetic_number(12)), "2024-05-06"); // another mother's
  CHECK(directory.ask(queue).out.empty());
  const auto check_queue = [&] {
    const Outcome waits = directory.ask(queue);
    CHECK_MESSAGE(waits.status == 0, waits.err);
    REQUIRE(lines_of(waits.out).size() == 1);
    CHECK(
        contains(waits.out, R"("kind":"newborn-match","urgent":false,"organisation":"974760673")"));
    const Outcome found =
        directory.ask({"candidates", "--given-name", "Liten", "--family-name", "Vik",
                       "--birth-date", "2024-05-05", "--gender", "female", "--json"});
    CHECK_MESSAGE(found.status == 0, found.err);
    const auto id = found.out.find(R"("id":")") + 6;
    CHECK(contains(waits.out, found.out.substr(id, 32)));
  };
  {
    ServedRegistry server(directory.data());
    deliver(girl(13, "Liten", mother.number), "2024-05-07");
    check_queue();
    CHECK(server.stop(SIGTERM).status == 0);
  }
  deliver(girl(13, "Liten", mother.number), "2024-05-08"); // again: nothing new to decide
  check_queue();
  require_sound(directory.data());
  CHECK(contains(directory.ask({"show"}, number + "\n").out, mother.number));
}
