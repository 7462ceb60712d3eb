// Who may see what, spelled out and held against the code. Sources: privacy rules for protected
// persons, and Folkeregisteret's list of what is confidential.
#include "registry/access.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

using namespace grunndata::registry;

namespace {

using enum PersonPart;

// One line a part. In each column four letters, one for each protection of the person
// (unclassified, client address, confidential, strictly confidential), that say what rows are
// shown:
//   A all     current and historic rows
//   C current only current rows
//   - nothing
// `legal`: with legal basis, rows that are not graded, or graded as client address or confidential;
// `legal_strict`: with legal basis, rows graded strictly confidential;
// `open`: without legal basis, rows that are not graded. Graded rows are never shown without.
struct Line {
  PersonPart part;
  std::string_view legal;
  std::string_view legal_strict;
  std::string_view open;
};

constexpr std::array<Line, person_part_count> table{{
    {norwegian_identification_number, "AAAA", "AAAA", "CCCC"},
    {name, "AAAA", "AAAA", "AAAA"},
    {birth, "AAAA", "----", "CCCC"},
    {gender, "AAAA", "AAAA", "CCCC"},
    {status, "AAAA", "AAAA", "CCCC"},
    {death, "AAAA", "AAAA", "CCCC"},
    {address_protection, "AAAA", "AAAA", "----"},
    {residential_address, "AAA-", "----", "AA--"},
    {shared_residence, "AAA-", "----", "CC--"},
    {present_address, "AAA-", "----", "CC--"},
    {postal_address, "AAAC", "----", "CC--"},
    {foreign_postal_address, "AAA-", "----", "CC--"},
    {preferred_contact_address, "AAA-", "----", "CC--"},
    {marital_status, "AAAA", "----", "CCCC"},
    {family_relation, "AAAA", "AAAA", "----"},
    {parental_responsibility, "AAAA", "----", "----"},
    {guardianship_or_future_power_of_attorney, "AAAA", "----", "CCCC"},
    {legal_authority, "AAAA", "AAAA", "CCCC"},
    {deprived_legal_authority, "AAAA", "AAAA", "CCCC"},
    {citizenship, "AAAA", "AAAA", "CCCC"},
    {citizenship_retention, "AAAA", "AAAA", "----"},
    {residence_permit, "AAAA", "AAAA", "----"},
    {immigration_to_norway, "AAA-", "----", "CC--"},
    {emigration_from_norway, "AAA-", "----", "CC--"},
    {stay_on_svalbard, "AAA-", "----", "CC--"},
    {birth_in_norway, "AAA-", "----", "CC--"},
    {identity_verification, "AAAA", "AAAA", "CCCC"},
    {identification_document, "AAAA", "AAAA", "----"},
    {foreign_person_identification_number, "AAAA", "AAAA", "----"},
    {immigration_authorities_identification_number, "AAAA", "AAAA", "----"},
    {false_identity, "AAAA", "AAAA", "----"},
    {residuary_estate_contact_information, "AAA-", "----", "CC--"},
    {use_of_sami_language, "AAAA", "AAAA", "----"},
    {sami_parliament_electoral_registry_status, "AAAA", "AAAA", "----"},
    {common_contact_register_information, "AAA-", "----", "----"},
}};

constexpr std::array<Grading, 4> gradings{Grading::unclassified, Grading::client_address,
                                          Grading::confidential, Grading::strictly_confidential};

std::string shown(PersonPart part, Grading row, Access access) {
  std::string letters;
  for (const Grading person : gradings) {
    const bool current = may_see(part, row, person, false, access);
    const bool historic = may_see(part, row, person, true, access);
    letters += current && historic ? 'A' : current ? 'C' : historic ? '?' : '-';
  }
  return letters;
}

} // namespace

TEST_CASE("the access table says what it says here: part, gradings, access and history") {
  for (const Line& line : table) {
    CAPTURE(std::string(facts_of(line.part).property));
    for (const Grading row : gradings) {
      const bool strict = row == Grading::strictly_confidential;
      CHECK(shown(line.part, row, Access::legal_basis) ==
            (strict ? line.legal_strict : line.legal));
      CHECK(shown(line.part, row, Access::no_legal_basis) ==
            (row == Grading::unclassified ? line.open : "----"));
    }
  }
}

TEST_CASE("what tells a place is what a strictly graded row hides from everybody") {
  for (const Line& line : table) {
    CAPTURE(std::string(facts_of(line.part).property));
    CHECK((locates(line.part) || locates_in_fields(line.part)) == (line.legal_strict == "----"));
    // Some fields tell: the row stays, without them. The part as such tells: it goes.
    CHECK(locates(line.part) == (line.legal.back() != 'A'));
  }
}

TEST_CASE("the table here names every part once, in order") {
  for (std::size_t i = 0; i < table.size(); ++i) {
    CHECK(static_cast<std::size_t>(table[i].part) == i);
  }
}

TEST_CASE("more protection never shows more, and legal basis never shows less") {
  for (const Line& line : table) {
    CAPTURE(std::string(facts_of(line.part).property));
    for (const bool historic : {false, true}) {
      for (const Grading row : gradings) {
        for (std::size_t p = 0; p < gradings.size(); ++p) {
          const bool legal = may_see(line.part, row, gradings[p], historic, Access::legal_basis);
          const bool open = may_see(line.part, row, gradings[p], historic, Access::no_legal_basis);
          CHECK((legal || !open));
          for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
            if (p == 0) continue;
            const bool before = may_see(line.part, row, gradings[p - 1], historic, access);
            CHECK((before || !may_see(line.part, row, gradings[p], historic, access)));
          }
        }
      }
    }
  }
}

TEST_CASE("a confidential part is one that nobody sees without legal basis") {
  for (const Line& line : table) {
    CAPTURE(std::string(facts_of(line.part).property));
    CHECK(is_confidential_part(line.part) == (line.open == "----"));
  }
}
