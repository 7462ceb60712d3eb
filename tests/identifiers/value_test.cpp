#include <doctest/doctest.h>

#include <string>
#include <type_traits>

#include "identifiers/generate.h"
#include "identifiers/organisation_identifier.h"
#include "identifiers/person_identifier.h"

namespace ids = grunndata::identifiers;

static_assert(!std::is_default_constructible_v<ids::Foedselsnummer>);
static_assert(!std::is_default_constructible_v<ids::LokaltHjelpenummer>);
static_assert(!std::is_default_constructible_v<ids::PersonIdentifier>);
static_assert(!std::is_constructible_v<ids::Foedselsnummer, std::string_view>);
static_assert(!std::is_convertible_v<ids::DNummer, ids::Foedselsnummer>);
static_assert(std::is_trivially_copyable_v<ids::PersonIdentifier>);
static_assert(std::is_trivially_copyable_v<ids::LokaltHjelpenummer>);
static_assert(sizeof(ids::PersonIdentifier) <= 16);

namespace {

constexpr ids::Date birth{1984, 2, 29};

constexpr ids::PersonText number_of(ids::Kind kind) {
  const auto synthetic =
      kind == ids::Kind::hnr ? ids::Synthetic::none : ids::Synthetic::skatteetaten;
  return ids::NumberSequence(birth, {kind, synthetic, ids::CheckRule::pre2032}).next().value();
}

static_assert(ids::Foedselsnummer::parse(number_of(ids::Kind::fnr), ids::Rules{}).has_value());

}  // namespace

TEST_CASE("a value holds the text it was parsed from") {
  const ids::Rules rules;
  const ids::PersonText text = number_of(ids::Kind::fnr);
  const auto number = ids::Foedselsnummer::parse(text, rules);
  REQUIRE(number);
  CHECK(number->text() == text.text());
  CHECK(number.reason() == ids::Reason::none);
  const ids::PersonIdentifier person(*number);
  CHECK(person.kind() == ids::Kind::fnr);
  CHECK(person.text() == text.text());
  CHECK(person.synthetic() == ids::Synthetic::skatteetaten);
  CHECK(person == *ids::PersonIdentifier::parse(text, rules));
}

TEST_CASE("a number of another kind is no value of this one") {
  const ids::Rules rules;
  CHECK(ids::Foedselsnummer::parse(number_of(ids::Kind::dnr), rules).reason() ==
        ids::Reason::declared_kind);
  CHECK(ids::DNummer::parse(number_of(ids::Kind::fnr), rules).reason() ==
        ids::Reason::declared_kind);
  CHECK(ids::FellesHjelpenummer::parse(number_of(ids::Kind::fnr), rules).reason() ==
        ids::Reason::declared_kind);
  CHECK(ids::DufNummer::parse(number_of(ids::Kind::fnr)).reason() == ids::Reason::length);
}

TEST_CASE("a lokalt hjelpenummer is one only together with its assigner") {
  const ids::PersonText text = number_of(ids::Kind::hnr);
  const auto production = ids::rules_for(ids::Environment::production);
  const auto ours = ids::LokaltHjelpenummer::parse(text, "2.16.578.1.99.1", production);
  const auto theirs = ids::LokaltHjelpenummer::parse(text, "2.16.578.1.99.2", production);
  REQUIRE(ours);
  REQUIRE(theirs);
  CHECK(ours->text() == theirs->text());
  CHECK_FALSE(*ours == *theirs);
  CHECK(ours->assigner() == "2.16.578.1.99.1");
  // The type is the declaration: it is no NAV number here, in test either.
  CHECK(ids::LokaltHjelpenummer::parse(text, "a", ids::rules_for(ids::Environment::test)));
  for (const std::string& assigner : {std::string(), std::string("two words"), std::string("\n"),
                                      std::string(65, '1'), std::string("\"")}) {
    CHECK(ids::LokaltHjelpenummer::parse(text, assigner, production).reason() ==
          ids::Reason::assigner);
  }
  CHECK(ids::LokaltHjelpenummer::parse(text, std::string(64, '1'), production));
}

TEST_CASE("running numbers drop leading zeros and compare as integers") {
  const auto padded = ids::HprNummer::parse("000004567");
  const auto plain = ids::HprNummer::parse("4567");
  REQUIRE(padded);
  REQUIRE(plain);
  CHECK(*padded == *plain);
  CHECK(padded->text() == "4567");
  CHECK(padded->value() == 4567);
  CHECK(*ids::HerId::parse("9") < *ids::HerId::parse("10"));
  CHECK(ids::ReshId::parse("999999999")->value() == 999'999'999);
  CHECK(ids::ReshId::parse("0000000001").reason() == ids::Reason::length);
  CHECK(ids::HerId::parse("").reason() == ids::Reason::length);
  CHECK(ids::HerId::parse("000").reason() == ids::Reason::zero);
  CHECK(ids::HprNummer::parse("+12").reason() == ids::Reason::character);
}

TEST_CASE("organisations and places are parsed by their own types") {
  const auto text = ids::make_orgnr(31'234'567);
  REQUIRE(text);
  CHECK(ids::Organisasjonsnummer::parse(*text)->text() == text->text());
  const auto gln = ids::make_gln(708'000'000'001);
  REQUIRE(gln);
  CHECK(ids::Gln::parse(*gln)->text() == gln->text());
  CHECK(ids::Gln::parse(*text).reason() == ids::Reason::length);
}
