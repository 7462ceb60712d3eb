#include "tools/generate/steps.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

// Groups that a feature asks for; somebody can be in several.
enum Group : std::uint16_t {
  adult = 1,          // resident, of age
  adult_by_birth = 2, // and born in Norway
  adult_foreign = 4,  // and born abroad
  adult_alone = 8,    // and the only member of a family
  minor = 16,         // resident, below sixteen
  minor_foreign = 32,
  minor_with_both = 64, // responsibility could be shared
  minor_of_women = 128,
  minor_parted = 256, // the parents have parted
  newborn = 512,
  d_holder = 1024,
  discontinued = 2048,
  parent = 4096,  // resident parent
  sami = 8192,    // adult of a Sámi family
  infant = 16384, // below two, born in Norway
};

struct Rule {
  Feature feature;
  std::uint16_t groups; ///< any of them
  std::uint32_t per_million;
};

constexpr std::array rules{
    Rule{Feature::strictly_protected, adult_alone, 60},
    Rule{Feature::protected_address, adult_alone, 400},
    Rule{Feature::client_address, adult | minor, 900},
    Rule{Feature::graded_openly, adult_alone, 0},
    Rule{Feature::missing, adult_alone, 500},
    Rule{Feature::not_resident, adult_foreign, 9000},
    Rule{Feature::birth_registered, infant, 40000},
    Rule{Feature::active, d_holder, 0},
    Rule{Feature::stillborn, parent, 4000},
    Rule{Feature::provisional_name, newborn, 300000},
    Rule{Feature::no_birth_date, d_holder | adult_foreign, 3000},
    Rule{Feature::preferred_address, adult, 300},
    Rule{Feature::other_relation, adult_foreign | adult_alone, 60000},
    Rule{Feature::responsibility_outsider, minor, 8000},
    Rule{Feature::responsibility_organisation, minor, 1500},
    Rule{Feature::responsibility_unknown, minor, 8000},
    Rule{Feature::responsibility_father, minor_with_both, 20000},
    Rule{Feature::responsibility_co_mother, minor_of_women, 30000},
    Rule{Feature::responsible_for_outsider, adult_foreign, 6000},
    Rule{Feature::split_home, minor_parted, 150000},
    Rule{Feature::split_home_unknown, minor_parted, 8000},
    Rule{Feature::keeps_citizenship, adult_foreign, 3000},
    Rule{Feature::lost_citizenship, adult_foreign, 1000},
    Rule{Feature::needs_no_keeping, adult_foreign, 3000},
    Rule{Feature::svalbard_short, adult_alone, 500},
    Rule{Feature::svalbard_half_year, adult_alone, 1000},
    Rule{Feature::svalbard_year, adult_alone, 2000},
    Rule{Feature::svalbard_unknown, adult_alone, 500},
    Rule{Feature::false_known, discontinued, 0},
    Rule{Feature::false_unknown, discontinued | d_holder, 0},
    Rule{Feature::false_described, discontinued | d_holder, 0},
    Rule{Feature::guardian_asylum, minor_foreign, 4000},
    Rule{Feature::guardian_refugee, minor_foreign, 4000},
    Rule{Feature::guardian_adult, adult, 5000},
    Rule{Feature::guardian_adult_interim, adult, 300},
    Rule{Feature::guardian_minor, minor, 1500},
    Rule{Feature::guardian_minor_interim, minor, 300},
    Rule{Feature::guardian_assets, adult | minor, 150},
    Rule{Feature::guardian_proxy, adult, 400},
    Rule{Feature::limited_capacity, adult, 30},
    Rule{Feature::deprived_capacity, adult, 0},
    Rule{Feature::sami_north, sami, 400000},
    Rule{Feature::sami_south, adult_by_birth, 60},
    Rule{Feature::sami_lule, adult_by_birth, 60},
    Rule{Feature::sameting_in, adult_by_birth, 400},
    Rule{Feature::sameting_out, adult_by_birth, 100},
    Rule{Feature::sameting_never, adult_by_birth, 100},
};

// Of these a person has one at most.
constexpr Features exclusive[] = {
    {Feature::strictly_protected, Feature::protected_address, Feature::client_address,
     Feature::graded_openly, Feature::missing, Feature::not_resident, Feature::birth_registered,
     Feature::svalbard_short, Feature::svalbard_half_year, Feature::svalbard_year,
     Feature::svalbard_unknown, Feature::active, Feature::false_known, Feature::false_unknown,
     Feature::false_described},
    {Feature::responsibility_outsider, Feature::responsibility_organisation,
     Feature::responsibility_unknown, Feature::responsibility_father,
     Feature::responsibility_co_mother},
    {Feature::split_home, Feature::split_home_unknown},
    {Feature::keeps_citizenship, Feature::lost_citizenship, Feature::needs_no_keeping},
    {Feature::guardian_asylum, Feature::guardian_refugee, Feature::guardian_adult,
     Feature::guardian_adult_interim, Feature::guardian_minor, Feature::guardian_minor_interim,
     Feature::guardian_assets, Feature::guardian_proxy},
    {Feature::sami_north, Feature::sami_south, Feature::sami_lule},
    {Feature::sameting_in, Feature::sameting_out, Feature::sameting_never},
};

bool allowed(const Features& has, Feature feature) {
  for (const Features& group : exclusive) {
    if (group.has(feature) && has.has_any(group)) return false;
  }
  return !has.has(feature);
}

unsigned minor_groups(const Family& family, const Member& member) {
  unsigned groups = minor;
  const Day age = family.as_of - member.birth;
  const bool other_parent = member.father != nobody || member.co_mother != nobody;
  if (member.immigrated != no_day) groups |= minor_foreign;
  if (member.mother != nobody && member.father != nobody) groups |= minor_with_both;
  if (member.co_mother != nobody) groups |= minor_of_women;
  if (other_parent && family.marriage.parted != no_day) groups |= minor_parted;
  if (member.immigrated == no_day && age < 2 * days_a_year) groups |= infant;
  if (member.immigrated == no_day && age < 200 && member.mother != nobody) groups |= newborn;
  return groups;
}

unsigned groups_of(const Family& family, const Member& member) {
  if (member.state == State::ceased) return discontinued;
  if (member.d_person) return d_holder;
  if (member.state != State::resident) return 0;
  const Day age = family.as_of - member.birth;
  if (age < 16 * days_a_year) {
    return member.role == Role::child ? minor_groups(family, member) : 0;
  }
  if (age < adult_days) return 0;
  unsigned groups = adult | (member.immigrated == no_day ? adult_by_birth : adult_foreign);
  if (family.count == 1) groups |= adult_alone;
  const bool has_child = family.count > 2 && family.members[2].role == Role::child;
  if (member.role == Role::anchor && has_child && member.gender == Gender::woman) groups |= parent;
  if (is_sami(family)) groups |= sami;
  return groups;
}

void apply(Family& family, Member& member) {
  const Features& features = member.features;
  const Day as_of = family.as_of;
  Draw draw(key_for(member.key, Subject::protection));
  if (features.has(Feature::strictly_protected)) member.protection = Protection::strict;
  if (features.has(Feature::protected_address)) member.protection = Protection::confidential;
  if (features.has(Feature::client_address)) member.protection = Protection::client;
  if (member.protection != Protection::none) {
    member.protected_from = as_of - draw.between(20, 4 * days_a_year);
  }
  if (features.has(Feature::missing)) member.state = State::missing;
  if (features.has(Feature::not_resident)) member.state = State::not_resident;
  if (features.has(Feature::birth_registered)) member.state = State::birth_registered;
  if (features.has(Feature::active)) member.state = State::active;
}

// A mother alone who hides with her young children.
void hide_together(Family& family) {
  Draw draw(key_for(family.key, Subject::protection));
  if (family.members[0].lane != LaneKind::mother_alone || !draw.percent(1)) return;
  const Protection protection = draw.percent(40) ? Protection::strict : Protection::confidential;
  if (family.members[0].state != State::resident) return;
  const Day from = family.as_of - draw.between(20, 2 * days_a_year);
  for (std::size_t index = 0; index < family.count; ++index) {
    Member& member = family.members[index];
    const bool at_home = member.role == Role::anchor || member.birth > from - adult_days;
    if (member.state != State::resident || !at_home) continue;
    member.protection = protection;
    member.protected_from = std::max(from, member.birth + 5);
  }
}

} // namespace

bool is_sami(const Family& family) noexcept {
  if (family.members[0].immigrated != no_day || family.members[0].d_person) return false;
  Draw draw(key_for(family.key, Subject::family_names));
  return draw.per_million(12000);
}

void give_features(Family& family, Features& pending) {
  for (std::size_t index = 0; index < family.count; ++index) {
    Member& member = family.members[index];
    const unsigned groups = groups_of(family, member);
    if (groups == 0) continue;
    Draw draw(key_for(member.key, Subject::features));
    bool given = false; // one of the pending ones each, so that they spread
    for (const Rule& rule : rules) {
      if ((rule.groups & groups) == 0) continue;
      const bool drawn = rule.per_million > 0 && draw.per_million(rule.per_million);
      const bool wanted = !given && pending.has(rule.feature);
      if ((!drawn && !wanted) || !allowed(member.features, rule.feature)) continue;
      member.features.set(rule.feature);
      given = given || wanted;
      pending.clear(rule.feature);
    }
    apply(family, member);
  }
  hide_together(family);
}

} // namespace grunndata::generate
