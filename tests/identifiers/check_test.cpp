#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "identifiers/check.h"
#include "identifiers/check_json.h"
#include "identifiers/generate.h"

namespace ids = grunndata::identifiers;
using ids::CheckRule;
using ids::Kind;
using ids::Reason;
using ids::Synthetic;

namespace {

const ids::Rules test_rules = ids::rules_for(ids::Environment::test);
const ids::Rules production_rules = ids::rules_for(ids::Environment::production);

ids::Rules with_rule(ids::Rules rules, CheckRule check_rule) {
  rules.check_rule = check_rule;
  return rules;
}

// Numbers that begin with these six digits and have right control digits, whatever the date says.
std::vector<ids::PersonText> sealed(std::uint32_t six_digits, std::uint32_t remainder1 = 0) {
  std::vector<ids::PersonText> numbers;
  for (std::uint32_t individnummer = 100; individnummer < 150; ++individnummer) {
    const auto number = ids::frame::seal(six_digits * 1000 + individnummer, remainder1);
    if (number) numbers.push_back(*number);
  }
  return numbers;
}

}  // namespace

TEST_CASE("the defaults of the environments are those that the command line promises") {
  CHECK(test_rules.check_rule == CheckRule::from2032);
  CHECK(test_rules.month40 == ids::Month40::nav);
  CHECK(test_rules.accepted_synthetic == ids::SyntheticSet::all());
  CHECK(production_rules.check_rule == CheckRule::from2032);
  CHECK(production_rules.month40 == ids::Month40::h_number);
  CHECK(production_rules.accepted_synthetic == ids::SyntheticSet{});
}

TEST_CASE("the declared kind decides what month plus 40 means") {
  const auto plus40 = ids::NumberSequence({1971, 6, 3}, {Kind::hnr, Synthetic::none}).next();
  REQUIRE(plus40);
  CHECK(check_person(*plus40, production_rules).kind == Kind::hnr);
  CHECK(check_person(*plus40, test_rules).kind == Kind::fnr);
  CHECK(check_person(*plus40, test_rules).synthetic == Synthetic::nav);
  CHECK(check_person(*plus40, test_rules, Kind::hnr).kind == Kind::hnr);
  CHECK(check_person(*plus40, test_rules, Kind::hnr).synthetic == Synthetic::none);
  CHECK(check_person(*plus40, production_rules, Kind::fnr).reason ==
        Reason::synthetic_not_allowed);
  ids::Rules production_with_nav = production_rules;
  production_with_nav.accepted_synthetic = ids::SyntheticSet{}.with(Synthetic::nav);
  CHECK(check_person(*plus40, production_with_nav).kind == Kind::hnr);
  CHECK(check_person(*plus40, production_with_nav, Kind::fnr).synthetic == Synthetic::nav);
}

TEST_CASE("day and month plus 40 is NAV's D-number, and never a lokalt hjelpenummer") {
  const auto both = ids::NumberSequence({1971, 6, 3}, {Kind::dnr, Synthetic::nav}).next();
  REQUIRE(both);
  CHECK(check_person(*both, test_rules).kind == Kind::dnr);
  CHECK(check_person(*both, test_rules).synthetic == Synthetic::nav);
  CHECK(check_person(*both, production_rules).reason == Reason::month);
  CHECK(check_person(*both, test_rules, Kind::hnr).reason == Reason::month);
}

TEST_CASE("a felles hjelpenummer is decided before its digits are taken for a date") {
  for (const std::uint32_t six_digits : {800'000U, 899'999U, 910'199U, 951'399U}) {
    for (const ids::PersonText& number : sealed(six_digits)) {
      for (const ids::Rules& rules : {test_rules, production_rules}) {
        const ids::Check check = check_person(number, with_rule(rules, CheckRule::pre2032));
        CHECK(check.kind == Kind::fhn);
        CHECK_FALSE(check.birth_date);
        CHECK(check.gender_hint == ids::GenderHint::none);
      }
      CHECK(check_person(number, test_rules, Kind::fnr).reason == Reason::declared_kind);
    }
  }
}

TEST_CASE("both kinds of hjelpenummer keep the strict first control digit under the new rule") {
  for (std::uint32_t remainder = 1; remainder < 4; ++remainder) {
    for (const ids::PersonText& number : sealed(800'000, remainder)) {
      CHECK(check_person(number, test_rules).reason == Reason::control_digit);
    }
    for (const ids::PersonText& number : sealed(104'671, remainder)) {
      CHECK(check_person(number, production_rules).reason == Reason::control_digit);
      CHECK(check_person(number, test_rules).synthetic == Synthetic::nav);
    }
  }
}

TEST_CASE("a NAV person id is refused, synthetic or not") {
  for (const std::uint32_t six_digits : {12'285U, 13'285U, 16'585U, 16'185U}) {
    for (const ids::PersonText& number : sealed(six_digits)) {
      CHECK(check_person(number, production_rules).reason == Reason::month);
      CHECK(check_person(number, test_rules).reason == Reason::month);
    }
  }
}

TEST_CASE("days that the official validator rolls over to the next month are refused") {
  for (const std::uint32_t day_and_month : {3184U, 3186U, 3189U, 3191U, 3082U, 3182U, 81U}) {
    const auto numbers = sealed(day_and_month * 100 + 72);
    CHECK(numbers.size() > 20);
    for (const ids::PersonText& number : numbers) {
      CHECK(check_person(number, test_rules).reason == Reason::date);
      CHECK(check_person(number, with_rule(test_rules, CheckRule::pre2032)).reason ==
            Reason::date);
    }
  }
}

TEST_CASE("nothing is derived under the new rule, and only marked hints before it") {
  const auto number = ids::NumberSequence({1935, 4, 30}, {Kind::fnr}).next();
  REQUIRE(number);
  const ids::Check now = check_person(*number, test_rules);
  CHECK(now.valid);
  CHECK_FALSE(now.birth_date);
  CHECK_FALSE(now.birth_date_derived);
  CHECK(now.gender_hint == ids::GenderHint::none);
  const ids::Check before = check_person(*number, with_rule(test_rules, CheckRule::pre2032));
  CHECK(before.birth_date == ids::Date{1935, 4, 30});
  CHECK(before.birth_date_derived);
  CHECK(before.gender_hint == ids::GenderHint::man);  // 499
}

TEST_CASE("a D-number is dated by its own table of centuries") {
  const ids::NumberSeries series{Kind::dnr};
  for (const int year : {1860, 1920, 1950, 2010}) {
    ids::NumberSequence numbers({static_cast<std::int16_t>(year), 1, 2}, series);
    const auto number = numbers.next();
    REQUIRE(number);
    const ids::Check check = check_person(*number, with_rule(test_rules, CheckRule::pre2032));
    REQUIRE(check.birth_date);
    CHECK(check.birth_date->year == year);
  }
}

TEST_CASE("the first fault in the order of the reasons is the one that is told") {
  CHECK(check_person("", test_rules).reason == Reason::length);
  CHECK(check_person("123", test_rules).reason == Reason::length);
  CHECK(check_person("1234567890123", test_rules).reason == Reason::length);
  CHECK(check_person("12a", test_rules).reason == Reason::character);
  CHECK(check_person("1234567890x", test_rules).reason == Reason::character);
  CHECK(check_person("1234567890\n", test_rules).reason == Reason::character);
  CHECK(check_person(std::string(11, '\0'), test_rules).reason == Reason::character);
  CHECK(check_person(std::string(11, '\xff'), test_rules).reason == Reason::character);
  CHECK(check_person(std::string(1000, 'x'), test_rules).reason == Reason::length);
  CHECK(check_person("01138512345", test_rules).reason == Reason::month);
  CHECK(check_person("01818512345", production_rules).reason == Reason::synthetic_not_allowed);
  CHECK(check_person("01818512345", test_rules).reason == Reason::control_digit);
}

TEST_CASE("every byte that is not an ASCII digit is refused at every place") {
  const auto number = ids::NumberSequence({1980, 5, 17}, {}).next();
  REQUIRE(number);
  for (std::size_t place = 0; place < ids::person_number_digits; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      if (byte >= '0' && byte <= '9') continue;
      ids::PersonText spoiled = *number;
      spoiled.digits[place] = static_cast<char>(byte);
      CHECK(check_person(spoiled, test_rules).reason == Reason::character);
    }
  }
}

TEST_CASE("twelve digits are tried as a DUF-nummer") {
  const auto duf = ids::make_duf(2015, 123'456);
  REQUIRE(duf);
  CHECK(check_person(*duf, production_rules).kind == Kind::duf);
  CHECK(check_person(*duf, production_rules, Kind::duf).kind == Kind::duf);
  CHECK(check_person(*duf, production_rules, Kind::fnr).reason == Reason::length);
  auto wrong = *duf;
  wrong.digits[11] = wrong.digits[11] == '0' ? '1' : '0';
  CHECK(check_person(wrong, production_rules).reason == Reason::control_digit);
  CHECK(check_person("12345678901", production_rules, Kind::duf).reason == Reason::length);
  CHECK(check_person("12345678901", production_rules, Kind::orgnr).reason ==
        Reason::declared_kind);
}

TEST_CASE("a check is rendered with its fields in the promised order") {
  std::string out;
  ids::append_check_json(out, 1, ids::refused(Reason::synthetic_not_allowed));
  CHECK(out ==
        R"({"line":1,"valid":false,"kind":"none","birthDate":null,"birthDateDerived":false,)"
        R"("synthetic":null,"reason":"synthetic_not_allowed"})");
  const auto number = ids::NumberSequence({2004, 2, 29}, {}).next();
  REQUIRE(number);
  out.clear();
  out.reserve(ids::check_json_bytes_max);
  const char* place = out.data();
  ids::append_check_json(
      out, 18'446'744'073'709'551'615U,
      check_person(*number, with_rule(test_rules, CheckRule::pre2032)));
  CHECK(out == R"({"line":18446744073709551615,"valid":true,"kind":"fnr",)"
               R"("birthDate":"2004-02-29","birthDateDerived":true,)"
               R"("synthetic":"skatteetaten","reason":null})");
  CHECK(out.data() == place);
}
