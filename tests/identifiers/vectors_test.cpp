#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identifiers/batch.h"
#include "identifiers/check.h"
#include "identifiers/check_json.h"

namespace ids = grunndata::identifiers;

namespace {

struct Vector {
  std::string value;
  std::string kind;
  bool valid = false;
  std::string rule;
  std::string profile;
  std::string birth_date;  // empty: none
  std::string synthetic;   // empty: none
  std::string target;
  std::string category;
};

std::string text_or_nothing(simdjson::dom::element document, const char* key) {
  std::string_view text;
  return document[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::vector<Vector> read_vectors() {
  std::ifstream file("tests/data/identifier-vectors.jsonl");
  REQUIRE(file.is_open());
  std::vector<Vector> vectors;
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    simdjson::dom::element document;
    REQUIRE(parser.parse(line).get(document) == simdjson::SUCCESS);
    bool valid = false;
    REQUIRE(document["valid"].get(valid) == simdjson::SUCCESS);
    vectors.push_back({text_or_nothing(document, "value"), text_or_nothing(document, "kind"),
                       valid, text_or_nothing(document, "rule"),
                       text_or_nothing(document, "profile"),
                       text_or_nothing(document, "birthDate"),
                       text_or_nothing(document, "synthetic"), text_or_nothing(document, "target"),
                       text_or_nothing(document, "category")});
  }
  return vectors;
}

std::vector<ids::Rules> rules_of(const Vector& vector) {
  std::vector<ids::Rules> all;
  for (const auto environment : {ids::Environment::test, ids::Environment::production}) {
    const bool in_test = environment == ids::Environment::test;
    if (vector.profile == (in_test ? "prod" : "test")) continue;
    ids::Rules rules = ids::rules_for(environment);
    rules.check_rule =
        vector.rule == "pre2032" ? ids::CheckRule::pre2032 : ids::CheckRule::from2032;
    all.push_back(rules);
  }
  return all;
}

std::string text_of(const std::optional<ids::Date>& date) {
  if (!date) return {};
  std::string text(ids::date_bytes, ' ');
  ids::write_date(*date, text.data());
  return text;
}

}  // namespace

TEST_CASE("every public vector is judged as the official sources and libraries judge it") {
  const std::vector<Vector> vectors = read_vectors();
  CHECK(vectors.size() == 3107);
  for (std::size_t line = 0; line < vectors.size(); ++line) {
    const Vector& vector = vectors[line];
    const auto target = vector.target == "person" ? ids::Kind::none
                                                  : ids::kind_named(vector.target).value();
    for (const ids::Rules& rules : rules_of(vector)) {
      CAPTURE(line + 1);
      CAPTURE(vector.category);
      const ids::Check check = ids::check_declared(vector.value, rules, target);
      CHECK(check.valid == vector.valid);
      CHECK(ids::kind_name(check.kind) == vector.kind);
      CHECK(text_of(check.birth_date) == vector.birth_date);
      CHECK(check.birth_date_derived == check.birth_date.has_value());
      const std::string_view synthetic = ids::synthetic_name(check.synthetic);
      CHECK((synthetic == "none" ? "" : synthetic) == vector.synthetic);
      CHECK((check.reason == ids::Reason::none) == vector.valid);
    }
  }
}

TEST_CASE("the reason of a refused vector is the one its category provokes") {
  const std::map<std::string, std::vector<std::string_view>, std::less<>> expected{
      {"unicode-digits", {"character"}},
      {"edge-whitespace", {"character"}},
      {"inner-space", {"character"}},
      {"letters", {"character"}},
      {"wrong-length", {"length", "control_digit"}},  // twelve digits are tried as a DUF-nummer
      {"npid-month20", {"month"}},
      {"century-gap", {"individnummer"}},
      {"leap-day-1900", {"date"}},
      {"2032-only", {"control_digit"}},
      {"2032-only-dnr", {"control_digit"}},
      {"fhn-rest1-3", {"control_digit"}},
      {"duf-invalid", {"control_digit", "length", "character"}},
      {"orgnr-k-is-10", {"control_digit"}},
      {"month65", {"synthetic_not_allowed"}},
      {"month80", {"synthetic_not_allowed"}},
      {"month80-dnr", {"synthetic_not_allowed"}},
      {"month40-dnr", {"month"}}};
  for (const Vector& vector : read_vectors()) {
    const auto found = expected.find(vector.category);
    if (found == expected.end() || vector.valid) continue;
    const auto target = vector.target == "person" ? ids::Kind::none
                                                  : ids::kind_named(vector.target).value();
    for (const ids::Rules& rules : rules_of(vector)) {
      const auto reason =
          ids::reason_name(ids::check_declared(vector.value, rules, target).reason);
      CAPTURE(vector.category);
      CAPTURE(reason);
      CHECK(std::find(found->second.begin(), found->second.end(), reason) !=
            found->second.end());
    }
  }
}

TEST_CASE("a batch is judged as each of its numbers alone") {
  const std::vector<Vector> vectors = read_vectors();
  std::vector<std::array<char, ids::person_number_digits>> numbers;
  for (const Vector& vector : vectors) {
    if (vector.value.size() != ids::person_number_digits) continue;
    std::copy(vector.value.begin(), vector.value.end(), numbers.emplace_back().begin());
  }
  CHECK(numbers.size() > 2000);
  std::vector<ids::Verdict> verdicts(numbers.size());
  for (const auto environment : {ids::Environment::test, ids::Environment::production}) {
    for (const auto rule : {ids::CheckRule::pre2032, ids::CheckRule::from2032}) {
      ids::Rules rules = ids::rules_for(environment);
      rules.check_rule = rule;
      ids::check_batch(numbers, verdicts, rules);
      for (std::size_t index = 0; index < numbers.size(); ++index) {
        const ids::Check alone =
            ids::check_person({numbers[index].data(), numbers[index].size()}, rules);
        CHECK(verdicts[index].valid() == alone.valid);
        CHECK(verdicts[index].kind() == alone.kind);
        CHECK(verdicts[index].reason() == alone.reason);
        CHECK(verdicts[index].synthetic() == alone.synthetic);
      }
    }
  }
}
