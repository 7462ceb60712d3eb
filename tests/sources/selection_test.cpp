#include "importers/enhetsregisteret/selection.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

using namespace grunndata;
using importers::enhetsregisteret::Selection;
using importers::enhetsregisteret::SelectionRules;

namespace {

const std::vector<std::string> files{"tests/data/virksomhet/brreg/enheter_alle.json.gz",
                                     "tests/data/virksomhet/brreg/underenheter_alle.json.gz"};

SelectionRules health() {
  SelectionRules rules;
  rules.industries = {"86"};
  return rules;
}

Selection read(const SelectionRules& rules) {
  auto selection = Selection::read(files, rules, {});
  REQUIRE(selection);
  return std::move(*selection);
}

} // namespace

TEST_CASE("units of a trade are picked out with everybody above them") {
  SelectionRules rules;
  rules.industries = {"87."};
  const Selection selection = read(rules);
  CHECK(selection.contains("310000914"));       // the nursing home
  CHECK(selection.contains("310000841"));       // the department above it
  CHECK(selection.contains("310000639"));       // the municipality at the top
  CHECK_FALSE(selection.contains("310000140")); // a hospital trust
  CHECK_FALSE(selection.contains("310001546")); // a pharmacy
}

TEST_CASE("units are picked out by form, by list and by who is above them") {
  SelectionRules forms;
  forms.forms = {"KOMM"};
  CHECK(read(forms).size() == 1);
  SelectionRules listed;
  listed.units = {"310001546"};
  const Selection selection = read(listed);
  CHECK(selection.contains("310001546"));
  CHECK(selection.contains("310001473")); // owns it
  CHECK(selection.size() == 2);
  SelectionRules below;
  below.parents = {"310000639"};
  const Selection municipality = read(below);
  CHECK(municipality.contains("310000639"));
  CHECK(municipality.contains("310000914"));
  CHECK_FALSE(municipality.contains("310000280"));
}

TEST_CASE("a selection cannot be made of what is read only once") {
  const auto selection = Selection::read({"-"}, health(), {});
  REQUIRE_FALSE(selection);
  CHECK(selection.error().code == registry::ErrorCode::invalid);
}

TEST_CASE("a selection that is stopped is none") {
  const auto selection = Selection::read(files, health(), [] { return true; });
  REQUIRE_FALSE(selection);
  CHECK(selection.error().code == registry::ErrorCode::cancelled);
}
