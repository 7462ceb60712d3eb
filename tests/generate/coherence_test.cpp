// Members of a family must tell the same story in their documents.
#include "tests/generate/documents.h"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace grunndata::generate {
namespace {

struct Relation {
  std::string other;
  std::string role;
  std::string my_role;
  std::string from;
  std::string ended;
  bool current = false;
};

struct CustodyRow {
  std::string kind;
  std::string responsible;
  std::string subject;
  std::string from;
  std::string ended;
  auto operator<=>(const CustodyRow&) const = default;
};

struct Marital {
  std::string status;
  std::string date;
  std::string other;
};

struct Person {
  std::string status;
  std::string gender;
  std::string born;
  std::string died;
  std::string protection;
  std::vector<Relation> relations;
  std::vector<CustodyRow> custody;
  std::vector<Marital> marital; // newest first
  std::string address;          // the current residence without metadata
};

using People = std::unordered_map<std::string, Person>;

Person read_person(simdjson::dom::object document) {
  Person person;
  person.status = text_at(*rows_at(document, "status").begin(), "status");
  for (simdjson::dom::object row : rows_at(document, "kjoenn")) {
    if (is_current(row)) person.gender = text_at(row, "kjoenn");
  }
  for (simdjson::dom::object row : rows_at(document, "foedsel")) {
    person.born = text_at(row, "foedselsdato");
  }
  simdjson::dom::object death;
  if (document["doedsfall"].get(death) == simdjson::SUCCESS)
    person.died = text_at(death, "doedsdato");
  for (simdjson::dom::object row : rows_at(document, "adressebeskyttelse")) {
    if (is_current(row)) person.protection = text_at(row, "graderingsnivaa");
  }
  for (simdjson::dom::object row : rows_at(document, "familierelasjon")) {
    person.relations.push_back(
        {text_at(row, "relatertPerson"), text_at(row, "relatertPersonsRolle"),
         text_at(row, "minRolleForPerson"), text_at(row, "gyldighetstidspunkt"),
         text_at(row, "opphoerstidspunkt"), is_current(row)});
  }
  for (simdjson::dom::object row : rows_at(document, "foreldreansvar")) {
    person.custody.push_back({text_at(row, "ansvar"), text_at(row, "ansvarlig"),
                              text_at(row, "ansvarssubjekt"), text_at(row, "gyldighetstidspunkt"),
                              text_at(row, "opphoerstidspunkt")});
  }
  for (simdjson::dom::object row : rows_at(document, "sivilstand")) {
    person.marital.push_back({text_at(row, "sivilstand"), text_at(row, "sivilstandsdato"),
                              text_at(row, "relatertVedSivilstand")});
  }
  for (simdjson::dom::object row : rows_at(document, "bostedsadresse")) {
    simdjson::dom::object street;
    if (is_current(row) && row["vegadresse"].get(street) == simdjson::SUCCESS) {
      person.address =
          simdjson::minify(street) + text_at(row, "adresseIdentifikatorFraMatrikkelen");
    }
  }
  return person;
}

const People& people() {
  static const People all = [] {
    People read;
    for_each_document({.persons = 20'000, .seed = 11}, [&](simdjson::dom::object document) {
      const simdjson::dom::object number = *rows_at(document, "identifikasjonsnummer").begin();
      read.emplace(text_at(number, "foedselsEllerDNummer"), read_person(document));
    });
    return read;
  }();
  return all;
}

const Relation* answer_to(const Relation& relation, const std::string& number,
                          const Person& other) {
  for (const Relation& answer : other.relations) {
    if (answer.other == number && answer.role == relation.my_role &&
        answer.my_role == relation.role) {
      return &answer;
    }
  }
  return nullptr;
}

} // namespace

TEST_CASE("every relation to a number is answered by the other side, with the same dates") {
  std::size_t relations = 0;
  for (const auto& [number, person] : people()) {
    for (const Relation& relation : person.relations) {
      if (relation.other.empty()) continue;
      ++relations;
      const auto other = people().find(relation.other);
      REQUIRE(other != people().end());
      const Relation* answer = answer_to(relation, number, other->second);
      REQUIRE(answer != nullptr);
      REQUIRE(answer->current == relation.current);
      REQUIRE(answer->from == relation.from);
      REQUIRE(answer->ended == relation.ended);
    }
  }
  CHECK(relations > 40'000);
}

TEST_CASE("mothers are women, fathers men, and both are older than their children") {
  for (const auto& [number, person] : people()) {
    for (const Relation& relation : person.relations) {
      if (relation.other.empty()) continue;
      const Person& other = people().at(relation.other);
      if (relation.role == "mor" || relation.role == "medmor") REQUIRE(other.gender == "kvinne");
      if (relation.role == "far") REQUIRE(other.gender == "mann");
      const bool parent =
          relation.role == "mor" || relation.role == "far" || relation.role == "medmor";
      if (!parent || other.born.empty() || person.born.empty()) continue;
      REQUIRE(std::stoi(other.born) + 17 <= std::stoi(person.born));
      if (relation.role == "mor" && !other.died.empty()) REQUIRE(other.died >= person.born);
    }
  }
}

TEST_CASE("nobody has two mothers, two fathers or two current spouses") {
  for (const auto& [number, person] : people()) {
    std::map<std::string, int> count;
    for (const Relation& relation : person.relations)
      count[relation.role] += relation.current ? 1 : 0;
    REQUIRE(count["mor"] <= 1);
    REQUIRE(count["far"] + count["medmor"] <= 1);
    REQUIRE(count["ektefelleEllerPartner"] <= 1);
  }
}

TEST_CASE("spouses agree on their marriage, and a dead spouse makes a widow or widower") {
  std::size_t widowed = 0;
  std::size_t married = 0;
  for (const auto& [number, person] : people()) {
    REQUIRE_FALSE(person.marital.empty());
    const Marital& now = person.marital.front();
    if (now.other.empty()) continue;
    const Person& other = people().at(now.other);
    const bool together = now.status == "gift" || now.status == "registrertPartner";
    if (together && person.died.empty()) {
      ++married;
      REQUIRE(other.died.empty());
      REQUIRE(other.marital.front().status == now.status);
      REQUIRE(other.marital.front().date == now.date);
      REQUIRE(other.marital.front().other == number);
    }
    if (now.status == "enkeEllerEnkemann" || now.status == "gjenlevendePartner") {
      ++widowed;
      REQUIRE_FALSE(other.died.empty());
      REQUIRE(now.date == other.died);
      REQUIRE((person.died.empty() || person.died >= other.died));
    }
    const bool apart =
        now.status == "skilt" || now.status == "separert" || now.status == "skiltPartner";
    if (apart && person.died.empty() && other.died.empty()) {
      REQUIRE(other.marital.front().status == now.status);
      REQUIRE(other.marital.front().date == now.date);
    }
  }
  CHECK(married > 2000);
  CHECK(widowed > 300);
}

TEST_CASE("parental responsibility stands alike on the child and on the parent") {
  std::size_t rows = 0;
  for (const auto& [number, person] : people()) {
    for (const CustodyRow& row : person.custody) {
      if (row.responsible.empty() || row.subject.empty()) continue;
      ++rows;
      const bool on_child = row.subject == number;
      REQUIRE((on_child || row.responsible == number));
      const Person& other = people().at(on_child ? row.responsible : row.subject);
      REQUIRE(std::find(other.custody.begin(), other.custody.end(), row) != other.custody.end());
    }
  }
  CHECK(rows > 5000);
}

TEST_CASE("young children live with a parent") {
  std::size_t at_home = 0;
  std::size_t elsewhere = 0;
  for (const auto& [number, person] : people()) {
    if (person.status != "bosatt" || person.born < "2012" || person.address.empty()) continue;
    bool with_parent = false;
    bool has_parent = false;
    for (const Relation& relation : person.relations) {
      const bool parent = relation.my_role == "barn";
      if (!parent || relation.other.empty()) continue;
      const Person& other = people().at(relation.other);
      if (other.status != "bosatt" || other.address.empty()) continue;
      has_parent = true;
      with_parent = with_parent || other.address == person.address;
    }
    (has_parent && !with_parent ? elsewhere : at_home) += 1;
  }
  CHECK(at_home > 700);
  CHECK(elsewhere * 50 < at_home);
}

TEST_CASE("an event of two people is recorded at the same moment for both") {
  PopulationOptions options{.persons = 4000, .seed = 12};
  std::map<std::pair<std::string, std::string>, std::string> moments;
  std::size_t pairs = 0;
  for_each_document(options, [&](simdjson::dom::object document) {
    const simdjson::dom::object id = *rows_at(document, "identifikasjonsnummer").begin();
    const std::string number = text_at(id, "foedselsEllerDNummer");
    for (simdjson::dom::object row : rows_at(document, "familierelasjon")) {
      const std::string other = text_at(row, "relatertPerson");
      if (other.empty() || text_at(row, "kilde") == "KILDE_DSF") continue;
      const auto key = std::minmax(number, other);
      const auto [place, added] = moments.emplace(key, text_at(row, "ajourholdstidspunkt"));
      pairs += added ? 0 : 1;
      REQUIRE((added || place->second == text_at(row, "ajourholdstidspunkt")));
    }
  });
  CHECK(pairs > 100);
}

} // namespace grunndata::generate
