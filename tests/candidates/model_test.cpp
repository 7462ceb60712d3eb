// find_candidates beside a plain model: everybody is held against the question, one by one.
#include "registry/candidates/name_key.h"
#include "tests/candidates/crowd.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <tuple>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using candidates::Agreement;
using candidates::Description;
using candidates::Grade;
using hjelpenummer::Gender;

namespace {

constexpr std::array<std::string_view, 10> given_names{
    "Kari", "Ola", "Anne", "Anne Marie", "Christian", "Kristian", "Åse", "Bjørn", "Per", "Máret"};
constexpr std::array<std::string_view, 9> family_names{
    "Hansen", "Hanssen", "Olsen", "Olsson", "Bjørnstad", "Sæther", "Vik", "Aas", "Å"};
constexpr std::array<std::string_view, 4> streets{"Lia", "Storgata", "Øvre Vei", "Åsveien"};
constexpr unsigned people_count = 400;
constexpr unsigned questions_count = 600;

class Model {
public:
  explicit Model(std::uint32_t seed) : random_(seed) {}
  void run();

private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }
  bool chance(unsigned percent) { return pick(100) < percent; }
  template <typename Names>
  std::string one_of(const Names& names) {
    return std::string(names[pick(names.size())]);
  }
  std::string date() {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "198%zu-0%zu-0%zu", pick(3), 1 + pick(4), 1 + pick(4));
    return text.data();
  }
  Somebody somebody();
  Description question();
  Texts expected(const Description& wanted, Access access);

  std::mt19937 random_;
  Town town_;
  std::vector<Somebody> people_;
};

Somebody Model::somebody() {
  Somebody who;
  who.given = one_of(given_names);
  who.family = one_of(family_names);
  if (chance(30)) who.middle = one_of(family_names);
  if (chance(25)) who.former_families.push_back(one_of(family_names));
  who.born = chance(5) ? "" : chance(5) ? date().substr(0, 4) : date();
  who.gender = chance(50) ? Gender::female : Gender::male;
  if (chance(80)) {
    who.street = one_of(streets);
    who.house = std::to_string(1 + pick(3));
    who.postcode = "015" + std::to_string(pick(3));
    who.city = "OSLO";
    who.address = chance(20) ? Grading::confidential : Grading::unclassified;
  }
  if (chance(10)) who.protection = Grading::confidential;
  return who;
}

Description Model::question() {
  const Somebody& who = people_[pick(people_.size())];
  Description wanted;
  wanted.given_name = chance(70) ? who.given : chance(70) ? one_of(given_names) : "";
  wanted.family_name = chance(70) ? who.family : chance(70) ? one_of(family_names) : "";
  if (chance(20)) wanted.middle_name = one_of(family_names);
  wanted.birth_date = chance(60) ? who.born : chance(70) ? date() : "";
  if (chance(20)) wanted.birth_date = wanted.birth_date.substr(0, 4);
  if (chance(40)) wanted.gender = who.gender;
  if (chance(50)) wanted.address = one_of(streets) + " 2, 0151 Oslo";
  return wanted;
}

std::set<std::string> sounds_of(const std::vector<std::string>& texts) {
  std::set<std::string> sounds;
  for (const std::string& text : texts) {
    const std::string key = candidates::name_key(text);
    for (const auto token : candidates::tokens_of(key)) sounds.insert(candidates::sound_of(token));
  }
  return sounds;
}

std::size_t shared(const std::set<std::string>& a, const std::set<std::string>& b) {
  return static_cast<std::size_t>(
      std::ranges::count_if(a, [&b](const std::string& one) { return b.contains(one); }));
}

/// As find_candidates.h says whom it looks at.
bool is_looked_at(const Somebody& who, const Description& wanted) {
  const auto asked = sounds_of({wanted.given_name, wanted.middle_name, wanted.family_name});
  std::vector<std::string> names{who.given, who.middle, who.family};
  names.insert(names.end(), who.former_families.begin(), who.former_families.end());
  const std::size_t common = shared(asked, sounds_of(names));
  const std::string& born = wanted.birth_date;
  const bool enough = common != 0 && common >= std::min<std::size_t>(asked.size(), 2);
  if (born.empty()) return enough;
  if (born.size() == 10 && who.born == born) return true;
  if (who.born.empty() || who.born.substr(0, 4) == born.substr(0, 4)) return enough;
  const bool beside = born.size() == 10 && who.born.size() == 10 &&
                      who.born.substr(4) == born.substr(4) &&
                      std::abs(std::stoi(who.born) - std::stoi(born)) == 1;
  return beside && common != 0;
}

candidates::KnownPerson known_of(const Somebody& who, const Description& wanted, Access access) {
  candidates::KnownPerson known;
  known.names.push_back({who.given, who.middle, who.family, false});
  const auto asked = sounds_of({wanted.given_name, wanted.middle_name, wanted.family_name});
  const auto current = sounds_of({who.given, who.middle, who.family});
  const bool needs_former = std::ranges::any_of(sounds_of(who.former_families), [&](const auto& s) {
    return asked.contains(s) && !current.contains(s);
  });
  if (needs_former) {
    for (const std::string& former : who.former_families) {
      known.names.push_back({who.given, who.middle, former, true});
    }
  }
  if (!who.born.empty()) known.births.push_back(candidates::birth_day_of(who.born));
  known.gender = who.gender;
  const bool open = who.address == Grading::unclassified && who.protection < Grading::confidential;
  if (!who.street.empty() && (access == Access::legal_basis || open)) {
    known.addresses.push_back({who.street, who.house, who.postcode, who.city, {}});
  }
  return known;
}

Texts Model::expected(const Description& wanted, Access access) {
  const candidates::Comparison comparison(wanted);
  std::vector<std::tuple<Grade, int, std::string>> fits;
  for (unsigned n = 0; n < people_.size(); ++n) {
    if (!is_looked_at(people_[n], wanted)) continue;
    const auto fit = comparison.with(known_of(people_[n], wanted, access));
    if (fit.grade) fits.emplace_back(*fit.grade, -fit.points, town_.id_of(fnr(n)));
  }
  std::ranges::sort(fits);
  Texts ids;
  for (const auto& [grade, points, id] : fits) {
    if (ids.size() < candidates::candidates_max) ids.push_back(id);
  }
  return ids;
}

void Model::run() {
  std::vector<SourceRecord> records;
  for (unsigned n = 0; n < people_count; ++n) {
    people_.push_back(somebody());
    records.push_back(person_of(n, people_.back()).record());
  }
  town_.import(std::move(records), "2024-01-01");
  std::size_t found_any = 0;
  for (unsigned i = 0; i < questions_count; ++i) {
    const Description wanted = question();
    const Access access = chance(50) ? Access::legal_basis : Access::no_legal_basis;
    CAPTURE(wanted.given_name);
    CAPTURE(wanted.middle_name);
    CAPTURE(wanted.family_name);
    CAPTURE(wanted.birth_date);
    CAPTURE(wanted.address);
    const auto found = candidates::find_candidates(town_.registry(), wanted, {access});
    if (!found) {
      REQUIRE(found.error().code == ErrorCode::invalid);
      continue;
    }
    REQUIRE(!found->is_cut_short);
    CHECK(ids_of(*found) == expected(wanted, access));
    found_any += found->candidates.empty() ? 0 : 1;
    if (chance(10)) { // somebody changes
      const auto n = static_cast<unsigned>(pick(people_.size()));
      people_[n] = somebody();
      town_.import(person_of(n, people_[n]), "2024-01-02");
    }
  }
  CHECK(found_any > questions_count / 4);
  check_whole(town_.registry());
}

} // namespace

TEST_CASE("candidates are those that a plain search through everybody gives") {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    Model(seed).run();
  }
}
