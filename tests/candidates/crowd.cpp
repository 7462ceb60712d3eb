#include "tests/candidates/crowd.h"

namespace grunndata::registry::stories {

namespace {

std::string member(std::string_view name, std::string_view value) {
  return value.empty() ? std::string()
                       : "\"" + std::string(name) + "\":\"" + std::string(value) + "\",";
}

std::string without_comma(std::string body) {
  if (!body.empty()) body.pop_back();
  return body;
}

std::string name_body(const Somebody& who, const std::string& family) {
  return without_comma(member("givenName", who.given) + member("middleName", who.middle) +
                       member("familyName", family));
}

} // namespace

PersonBuilder person_of(unsigned n, const Somebody& who) {
  PersonBuilder person(fnr(n));
  person.protection(who.protection);
  person.has(PersonPart::name, name_body(who, who.family));
  for (const std::string& former : who.former_families) {
    person.has(PersonPart::name, name_body(who, former), superseded("1990-01-01"));
  }
  if (who.born.size() == 4) {
    person.has(PersonPart::birth, R"("birthDate":null,"birthYear":")" + who.born + '"');
  } else if (!who.born.empty()) {
    person.has(PersonPart::birth, R"("birthDate":")" + who.born + R"(T00:00:00Z","birthYear":")" +
                                      who.born.substr(0, 4) + '"');
  }
  if (who.gender != hjelpenummer::Gender::unsaid) {
    person.has(PersonPart::gender, who.gender == hjelpenummer::Gender::female
                                       ? R"("gender":"Female")"
                                       : R"("gender":"Male")");
  }
  if (!who.street.empty()) {
    RowFacts facts;
    facts.grading = who.address;
    person.has(PersonPart::residential_address,
               R"("streetAddress":{"addressName":")" + who.street +
                   R"(","addressNumber":{"houseNumber":")" + who.house +
                   R"("},"city":{"cityName":")" + who.city + R"(","postalCode":")" + who.postcode +
                   R"("}})",
               facts);
  }
  return person;
}

candidates::Candidates find(Town& town, const candidates::Description& wanted,
                            const candidates::Seeker& seeker, std::size_t limit) {
  auto found = candidates::find_candidates(town.registry(), wanted, seeker, limit);
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  return std::move(*found);
}

Texts told_of(const candidates::Candidates& found) {
  Texts told;
  for (const candidates::Candidate& candidate : found.candidates) {
    std::string text(name_of(candidate.grade));
    for (const candidates::Reason& reason : candidate.reasons) {
      text.append(" ").append(name_of(reason.fact)).append(":").append(name_of(reason.agreement));
      text.append(reason.is_former ? "(former)" : "");
    }
    told.push_back(std::move(text));
  }
  return told;
}

Texts ids_of(const candidates::Candidates& found) {
  Texts ids;
  for (const candidates::Candidate& candidate : found.candidates) {
    ids.emplace_back(view_of(candidate.id));
  }
  return ids;
}

} // namespace grunndata::registry::stories
