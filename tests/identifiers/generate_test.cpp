#include <doctest/doctest.h>

#include <set>
#include <string>

#include "identifiers/check.h"
#include "identifiers/generate.h"

namespace ids = grunndata::identifiers;
using ids::CheckRule;
using ids::Kind;
using ids::Synthetic;

namespace {

ids::Rules rules_accepting(const ids::NumberSeries& series) {
  ids::Rules rules;
  rules.check_rule = series.check_rule;
  rules.accepted_synthetic = ids::SyntheticSet{}.with(series.synthetic);
  rules.month40 =
      series.kind == Kind::hnr ? ids::Month40::h_number : ids::Month40::nav;
  return rules;
}

std::size_t count_numbers(const ids::Date& birth, const ids::NumberSeries& series) {
  std::set<std::string, std::less<>> seen;
  ids::NumberSequence numbers(birth, series);
  while (const auto number = numbers.next()) {
    const ids::Check check = check_person(*number, rules_accepting(series));
    REQUIRE(check.valid);
    REQUIRE(check.kind == series.kind);
    REQUIRE(check.synthetic == series.synthetic);
    if (series.check_rule == CheckRule::pre2032) REQUIRE(check.birth_date == birth);
    REQUIRE(seen.emplace(number->text()).second);
  }
  REQUIRE_FALSE(numbers.next());
  return seen.size();
}

}  // namespace

TEST_CASE("every number made of every series is valid, of its kind, and made once") {
  for (const auto kind : {Kind::fnr, Kind::dnr, Kind::hnr}) {
    for (const auto synthetic :
         {Synthetic::none, Synthetic::skatteetaten, Synthetic::nav, Synthetic::nhn}) {
      for (const auto rule : {CheckRule::pre2032, CheckRule::from2032}) {
        if (kind == Kind::hnr && synthetic != Synthetic::none) continue;
        const ids::NumberSeries series{kind, synthetic, rule};
        for (const int year : {1875, 1921, 1966, 2020}) {
          const ids::Date birth{static_cast<std::int16_t>(year), 12, 31};
          CHECK(count_numbers(birth, series) > 60);
        }
      }
    }
  }
}

TEST_CASE("a birth date under the new rule has nearly four times a thousand numbers") {
  const auto count = count_numbers({1966, 1, 1}, {Kind::fnr, Synthetic::skatteetaten,
                                                  CheckRule::from2032});
  CHECK(count > 3200);
  CHECK(count < 3400);
}

TEST_CASE("the ranges of individnummer are exactly the numbers that say the year") {
  for (const auto kind : {Kind::fnr, Kind::dnr}) {
    for (int year = 1840; year <= 2060; ++year) {
      const auto ranges = ids::individ_ranges(year, {kind});
      for (int ind = 0; ind <= ids::individnummer_max; ++ind) {
        const int yy = year % 100;
        const int century = kind == Kind::fnr ? ids::frame::century_of_foedselsnummer(yy, ind)
                                              : ids::frame::century_of_d_nummer(yy, ind);
        bool in_range = false;
        for (const auto& range : ranges) {
          in_range = in_range || (ind >= range.first && ind <= range.last);
        }
        REQUIRE(in_range == (century * 100 + yy == year));
      }
    }
  }
}

TEST_CASE("what cannot be made is not made") {
  const ids::NumberSeries fnr;
  CHECK_FALSE(ids::make_number({1999, 2, 29}, 100, fnr));
  CHECK_FALSE(ids::make_number({1900, 2, 29}, 100, fnr));
  CHECK_FALSE(ids::make_number({1999, 13, 1}, 100, fnr));
  CHECK_FALSE(ids::make_number({1999, 0, 1}, 100, fnr));
  CHECK_FALSE(ids::make_number({1999, 1, 0}, 100, fnr));
  CHECK_FALSE(ids::make_number({2040, 1, 1}, 900, fnr));
  CHECK_FALSE(ids::make_number({1999, 1, 1}, 700, fnr));
  CHECK_FALSE(ids::make_number({1999, 1, 1}, 1000, {Kind::fnr, Synthetic::nav,
                                                    CheckRule::from2032}));
  CHECK_FALSE(ids::make_number({1999, 1, 1}, -1, fnr));
  for (int ind = 0; ind < 500; ++ind) {
    CHECK_FALSE(ids::make_number({1999, 1, 1}, ind, fnr, 1));
    CHECK_FALSE(ids::make_number({1999, 1, 1}, ind, {Kind::hnr, Synthetic::none,
                                                     CheckRule::from2032}, 1));
    CHECK_FALSE(ids::make_number({1999, 1, 1}, ind, {Kind::hnr, Synthetic::nav}));
    CHECK_FALSE(ids::make_number({1999, 1, 1}, ind, {Kind::fhn}));
  }
  CHECK_FALSE(ids::make_felles_hjelpenummer(799'999'999));
  CHECK_FALSE(ids::make_felles_hjelpenummer(1'000'000'000));
  CHECK_FALSE(ids::make_duf(10'000, 1));
  CHECK_FALSE(ids::make_duf(2000, 1'000'000));
  CHECK_FALSE(ids::make_orgnr(100'000'000));
  CHECK_FALSE(ids::make_gln(1'000'000'000'000));
}

TEST_CASE("made DUF-numre, organisasjonsnumre and GLN are valid") {
  int organisations = 0;
  for (std::uint32_t number = 0; number < 20'000; ++number) {
    REQUIRE(check_duf(*ids::make_duf(1990 + static_cast<int>(number % 40), number * 49)).valid);
    REQUIRE(check_gln(*ids::make_gln(700'000'000'000 + number * 7919ULL)).valid);
    const auto orgnr = ids::make_orgnr(20'000'000 + number * 997);
    if (!orgnr) continue;
    REQUIRE(check_orgnr(*orgnr).valid);
    ++organisations;
  }
  CHECK(organisations > 18'000);
  CHECK(organisations < 18'400);
}

TEST_CASE("eight digits are spread as they are printed") {
  for (std::uint32_t number = 0; number < 100'000'000; number += number < 20'000 ? 1 : 9'973) {
    ids::DigitText<8> spread;
    ids::frame::store_eight(spread.digits.data(),
                            ids::frame::spread_eight(number) | ids::frame::ascii_zeros);
    ids::DigitText<8> printed;
    ids::frame::put_digits(printed.digits.data(), 8, number);
    REQUIRE(spread == printed);
  }
}
