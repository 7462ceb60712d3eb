#include "tools/generate/family.h"

#include "tools/generate/steps.h"

#include <algorithm>

namespace grunndata::generate {
namespace {

void place(const Plan& plan, const Setting& setting, const Slot& slot, Day birth, Number number,
           Family& family) {
  Member& member = family.members[family.count];
  member = Member{};
  member.role = slot.role;
  member.gender = slot.gender;
  member.birth = birth;
  member.number = number;
  member.key = key_of(family.key, 100 + family.count);
  member.d_person = slot.rank == no_rank;
  const auto d_number = member.d_person ? std::nullopt : plan.d_number(slot, birth);
  if (d_number) member.d_number = *d_number;
  member.has_d_number = d_number.has_value();
  Draw draw(key_for(member.key, Subject::member));
  if (setting.share_2032_ppm > 0 && draw.per_million(setting.share_2032_ppm)) {
    if (const auto later = NumberRanks::after_2032(number, birth)) member.number = *later;
  }
  ++family.count;
}

void give_spare(const Slot& slot, Number number, Family& family) {
  Member& anchor = family.members[0];
  Draw draw(key_for(anchor.key, Subject::member));
  if (draw.percent(30)) return;
  anchor.spare = number;
  anchor.has_spare = true;
  anchor.was_other_gender = slot.gender != anchor.gender;
}

void link(Family& family) {
  const auto find = [&family](Role role) {
    for (std::size_t index = 0; index < family.count; ++index) {
      if (family.members[index].role == role) return static_cast<int>(index);
    }
    return nobody;
  };
  const int partner = find(Role::partner);
  for (std::size_t index = 0; index < family.count; ++index) {
    Member& member = family.members[index];
    if (member.role == Role::anchor) {
      member.mother = find(Role::mother);
      member.father = find(Role::father);
    }
    if (member.role != Role::child) continue;
    if (family.members[0].gender == Gender::woman) {
      member.mother = 0;
      const bool two_women = partner != nobody && family.members[1].gender == Gender::woman;
      if (two_women && member.birth >= partnerships_ended) member.co_mother = partner;
      if (!two_women) member.father = partner;
    } else {
      member.father = 0; // of two men only one is registered
    }
    const Member& before = family.members[index - 1];
    if (before.role == Role::child && before.birth == member.birth) {
      member.twin = static_cast<int>(index) - 1;
      family.members[index - 1].twin = static_cast<int>(index);
    }
  }
}

} // namespace

Custody Family::custody_of(std::size_t child) const noexcept {
  const Member& member = members[child];
  const int other = member.co_mother != nobody ? member.co_mother : member.father;
  const Day of_age = member.birth + adult_days;
  Custody custody;
  if (member.role != Role::child || member.died != no_day) return custody;
  if (of_age <= as_of - 6 * days_a_year) return custody; // ended before it was registered
  custody.any = true;
  custody.from = member.birth;
  if (of_age <= as_of) custody.ended = of_age;
  if (member.features.has(Feature::responsibility_outsider)) {
    custody.kind = Responsibility::others;
    return custody;
  }
  if (member.features.has(Feature::responsibility_unknown) ||
      member.features.has(Feature::responsibility_organisation)) {
    custody.kind = Responsibility::unknown;
    return custody;
  }
  Draw draw(key_for(member.key, Subject::custody));
  const bool mother = member.mother != nobody;
  const bool father = other != nobody;
  const std::uint32_t drawn = draw.below(100);
  const bool only_father = member.features.has(Feature::responsibility_father) ||
                           member.features.has(Feature::responsibility_co_mother) || drawn < 3;
  custody.by_father = father && (!mother || only_father || drawn >= 13);
  custody.by_mother = mother && !(custody.by_father && only_father);
  custody.kind = custody.by_mother && custody.by_father ? Responsibility::shared
                 : custody.by_mother                    ? Responsibility::mother
                 : member.co_mother != nobody           ? Responsibility::co_mother
                                                        : Responsibility::father;
  custody.any = custody.by_mother || custody.by_father;
  return custody;
}

bool make_family(const Plan& plan, const Setting& setting, std::uint64_t index, std::size_t members,
                 Pending& pending, Family& family) {
  const Plan::Point point = plan.point(index);
  family.key = key_of(setting.seed, index);
  family.as_of = setting.as_of;
  family.count = 0;
  family.marriage = {};
  family.parents_marriage = {};
  for (const Slot& slot : point.lane->slots) {
    const Day birth = point.day + slot.shift;
    const auto number = plan.number(slot, birth);
    if (slot.role == Role::anchor && !number) return false;
    if (!number) continue;
    if (slot.role == Role::spare) {
      give_spare(slot, *number, family);
    } else if (family.count < std::min(members, members_max)) {
      place(plan, setting, slot, birth, *number, family);
      family.members[family.count - 1].lane = point.lane->kind;
    }
  }
  link(family);
  live(family, point.lane->kind, pending.partnerships);
  give_features(family, pending.features);
  give_names(family);
  give_homes(family);
  return true;
}

} // namespace grunndata::generate
