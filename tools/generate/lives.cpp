#include "tools/generate/steps.h"

#include <algorithm>
#include <array>
#include <optional>

namespace grunndata::generate {
namespace {

inline constexpr Day years_100 = 36525;

struct Children {
  Day first = no_day;
  Day last = no_day;
};

Children children_of(const Family& family) {
  Children children;
  for (std::size_t index = 0; index < family.count; ++index) {
    const Member& member = family.members[index];
    if (member.role != Role::child) continue;
    if (children.first == no_day) children.first = member.birth;
    children.last = member.birth;
  }
  return children;
}

Member* find(Family& family, Role role) {
  for (std::size_t index = 0; index < family.count; ++index) {
    if (family.members[index].role == role) return &family.members[index];
  }
  return nullptr;
}

const Country& choose_country(Draw& draw, bool only_free_movement) {
  std::uint32_t sum = 0;
  for (const Country& country : countries()) {
    sum += only_free_movement && !country.free_movement ? 0 : country.weight;
  }
  std::uint32_t drawn = draw.below(sum);
  for (const Country& country : countries()) {
    if (only_free_movement && !country.free_movement) continue;
    if (drawn < country.weight) return country;
    drawn -= country.weight;
  }
  return countries().front();
}

// When and from where the people of an immigrant's or D-number lane came.
void arrive(Family& family, LaneKind lane) {
  Member& anchor = family.members[0];
  Draw draw(key_for(family.key, Subject::origin));
  const Day as_of = family.as_of;
  if (lane == LaneKind::d_alone || lane == LaneKind::d_couple) {
    const Country& country = choose_country(draw, draw.percent(70));
    const Day latest = as_of - 10;
    Day given =
        draw.percent(30) ? as_of - draw.between(10, 1800) : as_of - draw.between(1850, 12000);
    given = std::clamp(given, std::min(anchor.birth + adult_days, latest), latest);
    for (std::size_t index = 0; index < family.count; ++index) {
      family.members[index].origin = &country;
      family.members[index].d_day = given;
    }
    return;
  }
  if (lane != LaneKind::immigrants && lane != LaneKind::immigrant_alone) return;
  const Country& country = choose_country(draw, draw.percent(35));
  const Day earliest = std::max(day_of(1967, 3, 1), anchor.birth + adult_days);
  const Day latest = std::min(as_of - 60, std::max(earliest, anchor.birth + 60 * days_a_year));
  Day came = std::min(earliest + draw.between(0, 15 * days_a_year), latest);
  if (came < day_of(2005, 1, 1) && draw.percent(60)) {
    came = draw.between(std::min(day_of(2005, 1, 1), latest), latest);
  }
  for (std::size_t index = 0; index < family.count; ++index) {
    Member& member = family.members[index];
    if (member.birth > came) {
      member.has_d_number = false;
      continue;
    }
    member.origin = &country;
    member.immigrated = came;
    Draw own(key_for(member.key, Subject::origin));
    member.has_d_number = member.has_d_number && own.percent(62);
    if (member.has_d_number) {
      member.d_day = std::max(came - own.between(60, 1000), member.birth + 30);
    }
  }
}

// Chooses the fate of two people of the same gender who may have been registered partners.
std::optional<Partnership> take_partnership(const Member& one, const Member& other,
                                            std::uint8_t& pending) {
  if (one.gender != other.gender || pending == 0) return std::nullopt;
  const Day younger = std::max(one.birth, other.birth);
  const Day older = std::min(one.birth, other.birth);
  if (older < day_of(1932, 1, 1) || younger > day_of(1986, 1, 1)) return std::nullopt;
  for (unsigned bit = 0; bit < static_cast<unsigned>(Partnership::count); ++bit) {
    if ((pending >> bit & 1) == 0) continue;
    pending = static_cast<std::uint8_t>(pending & ~(1U << bit));
    return static_cast<Partnership>(bit);
  }
  return std::nullopt;
}

void part(Marriage& marriage, Day day, Day as_of, Draw& draw) {
  if (day > as_of - 20) return;
  marriage.parted = day;
  if (marriage.married == no_day) return;
  marriage.separated = day;
  const Day dissolved = day + draw.between(370, 640);
  if (dissolved <= as_of - 10) marriage.dissolved = dissolved;
}

void register_partnership(Marriage& marriage, Partnership fate, Day adult, Day as_of, Draw& draw) {
  marriage.partnership = true;
  marriage.married = draw.between(std::max(adult, partnerships_began), partnerships_ended - 30);
  marriage.together = std::min(marriage.together, marriage.married);
  if (fate == Partnership::separated) part(marriage, as_of - draw.between(30, 300), as_of, draw);
  if (fate == Partnership::dissolved) {
    part(marriage, draw.between(marriage.married + 300, as_of - 800), as_of, draw);
  }
}

// Whether and how two members lived together; deaths come later.
void meet(const Family& family, const Member& one, const Member& other, const Children& children,
          Subject subject, std::optional<Partnership> fate, Marriage& marriage) {
  Draw draw(key_for(family.key, subject));
  const Day as_of = family.as_of;
  const Day adult = std::max(one.birth, other.birth) + adult_days;
  Day together = adult + draw.between(0, 4500);
  if (children.first != no_day) {
    together = std::max(adult, std::min(together, children.first - 250));
  }
  if (together > as_of - 90) return;
  marriage.together = together;
  if (fate) {
    register_partnership(marriage, *fate, adult, as_of, draw);
    return;
  }
  const bool same_gender = one.gender == other.gender;
  Day married = std::max(adult, together + draw.between(-100, 2600));
  if (same_gender && married < partnerships_began) {
    married = partnerships_began + draw.between(0, 5000);
  }
  if (married <= as_of - 20 && draw.percent(together < day_of(1985, 1, 1) ? 93 : 74)) {
    marriage.married = married;
    marriage.partnership = same_gender && married < partnerships_ended;
  }
  if (!draw.percent(marriage.married == no_day ? 22 : 27)) return;
  Day parted = std::max(together, marriage.married) + draw.between(700, 8500);
  if (children.last != no_day) parted = std::max(parted, children.last + draw.between(60, 3000));
  part(marriage, parted, as_of, draw);
}

// The day somebody dies; never before `earliest`, and not before the register began.
Day draw_death(const Member& member, Day earliest, Day as_of) {
  static constexpr std::array<std::uint16_t, 6> weights{8, 25, 90, 200, 440, 237};
  static constexpr std::array<int, 7> ages{0, 18, 45, 65, 77, 90, 104};
  Draw draw(key_for(member.key, Subject::death));
  const std::size_t band = weighted(draw.below(1000), weights);
  Day died =
      member.birth + draw.between(ages[band] * days_a_year + 3, ages[band + 1] * days_a_year);
  const Day floor = std::max(earliest, register_began);
  if (died <= floor) died = floor + draw.between(30, 7000);
  const bool too_old = as_of - member.birth > 104 * days_a_year;
  if (died > as_of - 3)
    return too_old ? std::max(floor + 1, as_of - draw.between(10, 2500)) : no_day;
  return died;
}

void die(Family& family, const Children& children, std::optional<Partnership> fate) {
  for (std::size_t index = 0; index < family.count; ++index) {
    Member& member = family.members[index];
    if (member.role == Role::stray || member.d_person) continue;
    Day earliest = member.birth;
    if (member.immigrated != no_day) earliest = std::max(earliest, member.immigrated);
    const bool parent = member.role == Role::mother || member.role == Role::father;
    const Marriage& marriage = family.marriage_of(member);
    if (member.role == Role::anchor || member.role == Role::partner) {
      earliest = std::max({earliest, children.last, marriage.married, marriage.together});
    }
    if (parent) {
      earliest = std::max({earliest, family.members[0].birth, marriage.married, marriage.together});
    }
    member.died = draw_death(member, earliest, family.as_of);
    const bool couple = member.role == Role::anchor || member.role == Role::partner;
    if (fate && couple) member.died = no_day;
    if (fate == Partnership::surviving && member.role == Role::partner) {
      Draw draw(key_for(member.key, Subject::death));
      member.died = draw.between(std::max(marriage.married, children.last) + 30, family.as_of - 20);
    }
  }
}

void leave_country(Member& member, Day day, const Country& destination, Draw& draw) {
  if (member.died != no_day && member.died <= day) return;
  member.emigrated = day;
  member.destination = &destination;
  if (draw.percent(80) && day - member.birth < 70 * days_a_year && member.died != no_day &&
      member.died - member.birth < years_100) {
    member.died = no_day; // a death abroad often stays unknown
  }
}

void emigrate(Family& family, LaneKind lane, const Children& children) {
  Draw draw(key_for(family.key, Subject::emigration));
  Member& anchor = family.members[0];
  const Day as_of = family.as_of;
  const bool foreign = anchor.immigrated != no_day;
  const std::uint32_t share = foreign ? 45 : lane == LaneKind::alone ? 12 : 9;
  const Day latest = as_of - 25;
  const Day earliest =
      std::max({anchor.birth + adult_days, children.last + 30, family.marriage.together,
                anchor.immigrated + 200, register_began, as_of - 55 * days_a_year});
  if (draw.percent(share) && earliest < latest) {
    const Day day = draw.between(earliest, latest);
    const Country& destination =
        foreign && draw.percent(70) ? *anchor.origin : choose_country(draw, draw.percent(80));
    for (std::size_t index = 0; index < family.count; ++index) {
      Member& member = family.members[index];
      const bool with_partner = member.role == Role::partner &&
                                family.marriage.together != no_day &&
                                (family.marriage.parted == no_day || family.marriage.parted > day);
      const bool with_child = member.role == Role::child && member.birth + adult_days > day;
      if (member.role == Role::anchor || with_partner || with_child) {
        leave_country(member, day, destination, draw);
      }
    }
  }
  for (std::size_t index = 1; index < family.count; ++index) {
    Member& member = family.members[index];
    const Day adult = std::max({member.birth + adult_days + 300, register_began,
                                member.immigrated + 200, as_of - 50 * days_a_year});
    if (member.role != Role::child || member.emigrated != no_day || adult >= latest) continue;
    Draw own(key_for(member.key, Subject::emigration));
    if (own.percent(foreign ? 15 : 9)) {
      leave_country(member, own.between(adult, latest), choose_country(own, true), own);
    }
  }
}

// What a death does to a marriage, and what it leaves undone.
void settle(Marriage& marriage, const Member& one, const Member& other) {
  Day died = one.died;
  if (other.died != no_day && (died == no_day || other.died < died)) died = other.died;
  if (died == no_day) return;
  if (marriage.parted != no_day && marriage.parted >= died) {
    marriage.parted = marriage.separated = marriage.dissolved = no_day;
  }
  if (marriage.dissolved != no_day && marriage.dissolved >= died) marriage.dissolved = no_day;
  if (marriage.married != no_day && marriage.dissolved == no_day) marriage.widowed = died;
}

void name_states(Family& family) {
  for (std::size_t index = 0; index < family.count; ++index) {
    Member& member = family.members[index];
    if (member.role == Role::stray) {
      member.state = State::ceased;
    } else if (member.d_person) {
      member.state =
          family.as_of - member.d_day > 5 * days_a_year ? State::inactive : State::temporary;
    } else if (member.died != no_day) {
      member.state = State::dead;
    } else if (member.emigrated != no_day) {
      member.state = State::emigrated;
    }
    if (!member.has_spare) continue;
    Draw draw(key_for(member.key, Subject::state));
    const Day latest = member.died != no_day ? member.died : family.as_of;
    const Day earliest = std::max({member.birth + 400, register_began, member.immigrated});
    member.spare_ended = draw.between(earliest, latest - 5);
    member.has_spare = earliest < latest - 5;
  }
}

} // namespace

void live(Family& family, LaneKind lane, std::uint8_t& pending_partnerships) {
  const Children children = children_of(family);
  Member& anchor = family.members[0];
  Member* partner = find(family, Role::partner);
  arrive(family, lane);
  std::optional<Partnership> fate;
  if (partner != nullptr) {
    fate = take_partnership(anchor, *partner, pending_partnerships);
    meet(family, anchor, *partner, children, Subject::marriage, fate, family.marriage);
  }
  Member* mother = find(family, Role::mother);
  Member* father = find(family, Role::father);
  if (mother != nullptr && father != nullptr) {
    meet(family, *mother, *father, {anchor.birth, anchor.birth}, Subject::parents_marriage,
         std::nullopt, family.parents_marriage);
  }
  die(family, children, fate);
  if (anchor.role == Role::anchor && !anchor.d_person && !fate && lane != LaneKind::ceased) {
    emigrate(family, lane, children);
  }
  if (partner != nullptr) settle(family.marriage, anchor, *partner);
  if (mother != nullptr && father != nullptr) settle(family.parents_marriage, *mother, *father);
  if (family.marriage.married != no_day) {
    anchor.spouse = 1;
    partner->spouse = 0;
  }
  if (family.parents_marriage.married != no_day) {
    mother->spouse = static_cast<int>(father - family.members.data());
    father->spouse = static_cast<int>(mother - family.members.data());
  }
  name_states(family);
}

} // namespace grunndata::generate
