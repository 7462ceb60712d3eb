#include "registry/candidates/comparison.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::candidates;
using hjelpenummer::Gender;

namespace {

Description kari() {
  Description wanted;
  wanted.given_name = "Kari";
  wanted.family_name = "Bjørnstad";
  wanted.birth_date = "1980-03-09";
  wanted.gender = Gender::female;
  return wanted;
}

KnownPerson known_kari() {
  KnownPerson known;
  known.names = {{"Kari", "", "Bjørnstad", false}};
  known.births = {{1980, 3, 9}};
  known.gender = Gender::female;
  return known;
}

std::optional<Agreement> agreement(const Assessment& assessment, FactName fact) {
  const auto found = std::ranges::find(assessment.reasons, fact, &Reason::fact);
  return found == assessment.reasons.end() ? std::nullopt : std::optional(found->agreement);
}

Assessment compare(const Description& wanted, const KnownPerson& known) {
  return Comparison(wanted).with(known);
}

std::optional<Agreement> name_agreement(std::string given, std::string family,
                                        std::string known_given, std::string known_family,
                                        FactName fact, std::string known_middle = {}) {
  Description wanted;
  wanted.given_name = std::move(given);
  wanted.family_name = std::move(family);
  KnownPerson known;
  known.names = {{std::move(known_given), std::move(known_middle), std::move(known_family), false}};
  return agreement(compare(wanted, known), fact);
}

std::optional<Agreement> birth_agreement(std::string wanted_date, BirthDay born) {
  Description wanted;
  wanted.birth_date = std::move(wanted_date);
  KnownPerson known;
  known.births = {born};
  return agreement(compare(wanted, known), FactName::birth_date);
}

std::optional<Agreement> address_agreement(std::string text, KnownAddress address) {
  Description wanted;
  wanted.address = std::move(text);
  KnownPerson known;
  known.addresses = {std::move(address)};
  return agreement(compare(wanted, known), FactName::address);
}

} // namespace

TEST_CASE("everything as told is certain, and each fact says so") {
  const Assessment fit = compare(kari(), known_kari());
  CHECK(fit.grade == Grade::certain);
  CHECK(fit.reasons == std::vector<Reason>{{FactName::given_name, Agreement::exact, false},
                                           {FactName::family_name, Agreement::exact, false},
                                           {FactName::birth_date, Agreement::exact, false},
                                           {FactName::gender, Agreement::exact, false}});
}

TEST_CASE("names agree by how close their spellings are") {
  using enum FactName;
  CHECK(name_agreement("KARI", "x", "Kari", "y", given_name) == Agreement::normalised);
  CHECK(name_agreement("Anne Marie", "x", "Marie-Anne", "y", given_name) == Agreement::normalised);
  CHECK(name_agreement("Annemarie", "x", "Anne Marie", "y", given_name) == Agreement::normalised);
  CHECK(name_agreement("x", "Bjoernstad", "y", "Bjørnstad", family_name) == Agreement::normalised);
  CHECK(name_agreement("x", "Bjornstad", "y", "Bjørnstad", family_name) == Agreement::similar);
  CHECK(name_agreement("x", "Olsson", "y", "Olsen", family_name) == Agreement::similar);
  CHECK(name_agreement("Kristin", "x", "Kirstin", "y", given_name) == Agreement::similar);
  CHECK(name_agreement("Ola", "x", "Ole", "y", given_name) == Agreement::differs);
  CHECK(name_agreement("Ola", "x", "Ola Johan", "y", given_name) == Agreement::partly);
  CHECK(name_agreement("x", "Vik Hansen", "y", "Hansen", family_name) == Agreement::partly);
  CHECK(name_agreement("x", "Vik", "y", "Hansen", family_name, "Vik") == Agreement::partly);
  CHECK(name_agreement("Kari", "Hansen", "Hansen", "Kari", given_name) == Agreement::similar);
  CHECK(!name_agreement("", "Hansen", "Kari", "Hansen", given_name));
}

TEST_CASE("birth dates agree by how a slip would change them") {
  CHECK(birth_agreement("1980-03-09", {1980, 3, 9}) == Agreement::exact);
  CHECK(birth_agreement("1980-03-09", {1980, 9, 3}) == Agreement::similar);
  CHECK(birth_agreement("1980-03-09", {1980, 3, 19}) == Agreement::similar);
  CHECK(birth_agreement("1980-03-09", {1981, 3, 9}) == Agreement::similar);
  CHECK(birth_agreement("1980-03-09", {1982, 3, 9}) == Agreement::differs);
  CHECK(birth_agreement("1980-03-09", {1980, 4, 10}) == Agreement::differs);
  CHECK(birth_agreement("1980-03-09", {1980, 0, 0}) == Agreement::partly);
  CHECK(birth_agreement("1980", {1980, 3, 9}) == Agreement::exact);
  CHECK(birth_agreement("1980", {1979, 3, 9}) == Agreement::similar);
  CHECK(birth_agreement("1980", {1970, 3, 9}) == Agreement::differs);
  CHECK(!birth_agreement("", {1980, 3, 9}));
  CHECK(!birth_agreement("1980", {}));
}

TEST_CASE("addresses agree by street, number and place") {
  const KnownAddress home{"Øvre Storgate", "5B", "0155", "OSLO", {}};
  CHECK(address_agreement("Øvre Storgate 5 B, 0155 Oslo", home) == Agreement::exact);
  CHECK(address_agreement("oevre storgate 5b", home) == Agreement::normalised);
  CHECK(address_agreement("Øvre Storgate 7, 0155 Oslo", home) == Agreement::partly);
  CHECK(address_agreement("Lia 3, 0155 Oslo", home) == Agreement::partly);
  CHECK(address_agreement("Lia 3, 5003 Bergen", home) == Agreement::differs);
  CHECK(address_agreement("12 High Street, London", {{}, {}, {}, {}, "High Street 12 LONDON"}) ==
        Agreement::exact);
  CHECK(!address_agreement("Lia 3", {}));
}

TEST_CASE("twins share all but the given name, and are possible at most") {
  KnownPerson twin = known_kari();
  twin.names = {{"Ida", "", "Bjørnstad", false}};
  CHECK(compare(kari(), twin).grade == Grade::possible);
  CHECK(agreement(compare(kari(), twin), FactName::given_name) == Agreement::differs);
}

TEST_CASE("a name and a year are never more than possible") {
  Description wanted = kari();
  wanted.birth_date = "1980";
  CHECK(compare(wanted, known_kari()).grade == Grade::possible);
  KnownPerson without = known_kari();
  without.births.clear();
  CHECK(compare(kari(), without).grade == Grade::possible);
}

TEST_CASE("another sex makes a certain one probable, a slip in the date too") {
  KnownPerson other = known_kari();
  other.gender = Gender::male;
  CHECK(compare(kari(), other).grade == Grade::probable);
  other = known_kari();
  other.births = {{1980, 9, 3}};
  CHECK(compare(kari(), other).grade == Grade::probable);
}

TEST_CASE("a former name counts, and is told to be one") {
  KnownPerson married = known_kari();
  married.names = {{"Kari", "", "Vik", false}, {"Kari", "", "Bjørnstad", true}};
  const Assessment fit = compare(kari(), married);
  CHECK(fit.grade == Grade::certain);
  REQUIRE(!fit.reasons.empty());
  CHECK(fit.reasons.front().is_former);
}

TEST_CASE("somebody else altogether is no candidate") {
  KnownPerson other;
  other.names = {{"Per", "", "Hansen", false}};
  other.births = {{1950, 1, 1}};
  CHECK(!compare(kari(), other).grade);
  CHECK(!compare(kari(), {}).grade);
}

TEST_CASE("where somebody was found is compared word by word, and never told from nothing") {
  const auto place_agreement = [](std::string wanted_place, std::string known_place) {
    Description wanted = kari();
    wanted.place_found = std::move(wanted_place);
    KnownPerson known = known_kari();
    known.place_found = std::move(known_place);
    return agreement(compare(wanted, known), FactName::place_found);
  };
  CHECK(place_agreement("Oslo S, spor 19", "OSLO S SPOR 19") == Agreement::exact);
  CHECK(place_agreement("elva", "Elva") == Agreement::exact);
  CHECK(place_agreement("Oslo S", "Spor 19, Oslo S") == Agreement::normalised);
  CHECK(place_agreement("Oslo S", "Oslo lufthavn") == Agreement::partly);
  CHECK(place_agreement("Oslo S", "Bergen") == Agreement::differs);
  CHECK(!place_agreement("Oslo S", "").has_value());
  CHECK(!place_agreement("", "Oslo S").has_value());
}
