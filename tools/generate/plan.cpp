#include "tools/generate/plan.h"

namespace grunndata::generate {
namespace {

// The families' days: anchors are grown up, and the oldest long dead.
inline constexpr int anchor_years_max = 118;
inline constexpr int anchor_years_min = 19;
inline constexpr int years_registered_max = 122;
inline constexpr int d_years_max = 92;

struct LaneCount {
  LaneKind kind;
  std::uint32_t copies;
  std::string_view roles;
};

// a anchor, p partner, c child, t twin of the child before, m and f parents of the anchor,
// s stray, x and y another number of the anchor (other gender, other birth date).
constexpr LaneCount lane_counts[] = {
    {LaneKind::family, 4, "ap"},         {LaneKind::family, 4, "apc"},
    {LaneKind::family, 13, "apcc"},      {LaneKind::family, 1, "apct"},
    {LaneKind::family, 14, "apccc"},     {LaneKind::family, 8, "apcccc"},
    {LaneKind::family, 10, "apccmf"},    {LaneKind::family, 3, "apcmf"},
    {LaneKind::alone, 8, "a"},           {LaneKind::alone, 2, "amf"},
    {LaneKind::alone, 1, "ax"},          {LaneKind::alone, 1, "ay"},
    {LaneKind::mother_alone, 2, "ac"},   {LaneKind::mother_alone, 2, "acc"},
    {LaneKind::two_women, 1, "apc"},     {LaneKind::two_women, 1, "ap"},
    {LaneKind::two_men, 1, "ap"},        {LaneKind::two_men, 1, "apc"},
    {LaneKind::immigrants, 5, "apcc"},   {LaneKind::immigrants, 3, "apc"},
    {LaneKind::immigrants, 2, "apccc"},  {LaneKind::immigrants, 2, "ap"},
    {LaneKind::immigrant_alone, 9, "a"}, {LaneKind::d_alone, 60, "a"},
    {LaneKind::d_couple, 3, "ap"},       {LaneKind::ceased, 1, "as"},
};

std::uint64_t lanes_total() {
  std::uint64_t total = 0;
  for (const LaneCount& count : lane_counts) total += count.copies;
  return total;
}

std::uint64_t days_total(Day as_of) {
  const CivilDate civil = civil_of(as_of);
  return static_cast<std::uint64_t>(day_of(civil.year - anchor_years_min, civil.month, 1) -
                                    day_of(civil.year - anchor_years_max, civil.month, 1));
}

Day years_before(Day day, int years) {
  const CivilDate civil = civil_of(day);
  return day_of(civil.year - years, civil.month, 1);
}

bool immigrant(LaneKind kind) {
  return kind == LaneKind::immigrants || kind == LaneKind::immigrant_alone;
}

} // namespace

Plan::Plan(std::uint64_t seed, Day as_of)
    : draw_(key_of(seed, 0x1a4e)), oldest_(years_before(as_of, years_registered_max)),
      youngest_(as_of), first_day_(years_before(as_of, anchor_years_max)),
      size_(lanes_total() * days_total(as_of)), order_(size_, key_of(seed, 0x04de4)) {
  lanes_.reserve(lanes_total());
  for (const LaneCount& count : lane_counts) add(count.kind, count.copies, count.roles);
}

void Plan::add(LaneKind kind, std::uint32_t copies, std::string_view roles) {
  for (std::uint32_t copy = 0; copy < copies; ++copy) {
    Lane lane{kind, {}};
    for (const char role : roles) lane.slots.push_back(make_slot(role, lane, draw_));
    rank(lane);
    lanes_.push_back(std::move(lane));
  }
}

Slot Plan::make_slot(char role, const Lane& lane, Draw& draw) {
  const Gender drawn = draw.percent(51) ? Gender::man : Gender::woman;
  const bool couple = lane.kind != LaneKind::alone && lane.kind != LaneKind::immigrant_alone &&
                      lane.kind != LaneKind::d_alone && lane.kind != LaneKind::ceased;
  switch (role) {
    case 'a':
      return {Role::anchor, lane.kind == LaneKind::two_men ? Gender::man
                            : couple || lane.kind == LaneKind::two_women
                                ? Gender::woman
                                : (lanes_.size() % 2 == 0 ? Gender::woman : Gender::man)};
    case 'p':
      return {Role::partner, lane.kind == LaneKind::two_women ? Gender::woman : Gender::man,
              -draw.between(-days_a_year, 5 * days_a_year) - draw.between(0, 3 * days_a_year)};
    case 'c': {
      const Slot& before = lane.slots.back();
      if (before.role == Role::child) {
        const Day gap = draw.between(450, 4 * days_a_year);
        return {Role::child, drawn, before.shift + gap};
      }
      return {Role::child, drawn, draw.between(7100, 9400) + draw.between(0, 2900)};
    }
    case 't': return {Role::child, drawn, lane.slots.back().shift};
    case 'm':
      return {Role::mother, Gender::woman, -draw.between(7300, 10500) - draw.between(0, 3000)};
    case 'f':
      return {Role::father, Gender::man, lane.slots.back().shift - draw.between(-200, 2400)};
    case 's': return {Role::stray, drawn, draw.between(-4000, 4000)};
    case 'x':
      return {Role::spare, lane.slots.front().gender == Gender::woman ? Gender::man : Gender::woman,
              0};
    default: return {Role::spare, lane.slots.front().gender, draw.between(1, 3) * 31};
  }
}

void Plan::rank(Lane& lane) {
  const bool only_d = lane.kind == LaneKind::d_alone || lane.kind == LaneKind::d_couple;
  for (Slot& slot : lane.slots) {
    const auto gender = static_cast<std::size_t>(slot.gender);
    const bool grown_up = slot.role == Role::anchor || slot.role == Role::partner;
    slot.d_rank = only_d || (immigrant(lane.kind) && grown_up) ? next_d_rank_[gender]++ : no_rank;
    slot.rank = only_d ? no_rank : next_rank_[gender]++;
  }
}

Plan::Point Plan::point(std::uint64_t index) const noexcept {
  const std::uint64_t place = order_(index);
  return {&lanes_[place % lanes_.size()], first_day_ + static_cast<Day>(place / lanes_.size())};
}

std::optional<Number> Plan::number(const Slot& slot, Day birth) const {
  if (slot.rank == no_rank) {
    if (birth < years_before(youngest_, d_years_max) || birth > years_before(youngest_, 18)) {
      return std::nullopt;
    }
    return d_number(slot, birth);
  }
  if (birth < oldest_ || birth > youngest_ - 2) return std::nullopt;
  return ranks_.number(birth, slot.gender, identifiers::Kind::fnr, slot.rank);
}

std::optional<Number> Plan::d_number(const Slot& slot, Day birth) const {
  if (slot.d_rank == no_rank) return std::nullopt;
  return ranks_.number(birth, slot.gender, identifiers::Kind::dnr, slot.d_rank);
}

} // namespace grunndata::generate
