#include "tools/generate/steps.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

// How often people move: half stay put, a few never settle.
std::uint32_t mobility(std::uint64_t key) {
  static constexpr std::array<std::uint16_t, 5> weights{22, 30, 28, 15, 5};
  static constexpr std::array<std::uint32_t, 5> percent{15, 60, 120, 230, 420};
  return percent[weighted(below(key, 100), weights)];
}

class Homes {
public:
  explicit Homes(Family& family) : family_(family), as_of_(family.as_of) {}

  void run() {
    const Member& anchor = family_.members[0];
    origin_ = choose_place(key_for(family_.key, Subject::home));
    if (is_sami(family_)) origin_ = choose_sami_place(key_for(family_.key, Subject::home));
    found_parents_home();
    found_home(anchor);
    for (std::size_t index = 0; index < family_.count; ++index) {
      Member& member = family_.members[index];
      if (member.d_person || member.state == State::ceased) continue;
      settle(member);
      finish(member);
    }
  }

private:
  // Moves at a rate (per thousand years) from the day after `from` until `until`.
  void wander(Stays& stays, Day until, std::uint32_t rate, std::uint32_t near_percent,
              std::uint64_t key) {
    Draw draw(key);
    const std::uint32_t scaled = rate * mobility(draw.next()) / 100 + 1;
    const auto mean = static_cast<Day>(1000 * days_a_year / static_cast<Day>(scaled));
    Day day = stays.last().from;
    for (;;) {
      day += draw.between(mean / 8, mean * 2);
      if (day >= until || stays.count >= stays_max - 2) return;
      stays.add(day, choose_place(draw.next(), stays.last().place, near_percent));
    }
  }

  void found_parents_home() {
    const Day together = family_.parents_marriage.together;
    if (together == no_day) return;
    parents_home_.add(together,
                      choose_place(key_for(family_.key, Subject::parents_home), origin_, 60));
    wander(parents_home_, as_of_, 62, 75, key_of(family_.key, 71));
  }

  void found_home(const Member& anchor) {
    Day from = anchor.birth + adult_days + 200;
    if (family_.marriage.together != no_day) from = family_.marriage.together;
    for (std::size_t index = 1; index < family_.count; ++index) {
      if (family_.members[index].role != Role::child) continue;
      from = std::min(from, family_.members[index].birth - 60);
      break;
    }
    from = std::max(from, anchor.immigrated);
    home_.add(std::min(from, as_of_ - 30), origin_);
    wander(home_, as_of_, 82, 72, key_of(family_.key, 72));
  }

  // Lives with others from `from` until `until`.
  static void follow(Stays& stays, const Stays& home, Day from, Day until) {
    std::size_t index = 0;
    while (index + 1 < home.count && home.rows[index + 1].from <= from) ++index;
    stays.add(from, home.rows[index].place);
    while (++index < home.count && home.rows[index].from < until) {
      stays.add(home.rows[index].from, home.rows[index].place);
    }
  }

  void settle(Member& member) {
    Draw draw(key_for(member.key, Subject::home));
    const Day arrived = member.immigrated != no_day ? member.immigrated : member.birth;
    const Day leaves = member.birth + adult_days + draw.between(0, 7 * days_a_year);
    Stays& stays = member.stays;
    if (member.role == Role::child) {
      follow(stays, home_, arrived, leaves);
      if (leaves < as_of_) leave(member, leaves, as_of_, draw);
      return;
    }
    if (member.role == Role::mother || member.role == Role::father) {
      const Day together = family_.parents_marriage.together;
      grow_up(member, arrived, together == no_day ? as_of_ : together, leaves, draw);
      if (together == no_day) return;
      follow(stays, parents_home_, std::max(together, arrived), as_of_);
      return;
    }
    const bool with_partner = family_.marriage.together != no_day;
    const bool at_home = member.role == Role::anchor || with_partner;
    const Day from = std::max(home_.rows[0].from, arrived);
    if (member.role == Role::anchor && family_.parents_marriage.together != no_day &&
        member.immigrated == no_day) {
      follow(stays, parents_home_, member.birth, std::min(leaves, from));
      if (leaves < from) leave(member, leaves, from, draw);
    } else if (arrived < from) {
      grow_up(member, arrived, at_home ? from : as_of_, leaves, draw);
    }
    if (!at_home) {
      if (stays.count == 0) grow_up(member, arrived, as_of_, leaves, draw);
      return;
    }
    const Day parted = family_.marriage.parted;
    const bool moves_out = member.role == Role::partner && parted != no_day;
    follow(stays, home_, from, moves_out ? parted : as_of_);
    if (moves_out) leave(member, parted, as_of_, draw);
  }

  // A childhood whose home is not known otherwise, and the years until `until`.
  void grow_up(Member& member, Day from, Day until, Day leaves, Draw& draw) {
    if (from >= until) return;
    member.stays.add(from, choose_place(draw.next(), origin_, 55));
    if (from < leaves) wander(member.stays, std::min(leaves, until), 55, 80, draw.next());
    if (leaves < until && leaves > from) leave(member, leaves, until, draw);
    if (leaves <= from) wander(member.stays, until, 110, 65, draw.next());
  }

  void leave(Member& member, Day from, Day until, Draw& draw) {
    if (from >= until) return;
    const PlaceKey near = member.stays.count > 0 ? member.stays.last().place : origin_;
    member.stays.add(from, choose_place(draw.next(), near, 45));
    wander(member.stays, until, 125, 62, draw.next());
  }

  // Drops what lies after the end and what no register kept.
  void finish(Member& member) const {
    Stays& stays = member.stays;
    Day end = as_of_;
    if (member.emigrated != no_day) end = std::min(end, member.emigrated);
    if (member.died != no_day) end = std::min(end, member.died);
    if (member.state == State::not_resident || member.state == State::birth_registered) end = 0;
    while (stays.count > 0 && stays.last().from >= end) --stays.count;
    std::size_t forgotten = 0;
    while (forgotten + 1 < stays.count && stays.rows[forgotten + 1].from <= register_began) {
      ++forgotten;
    }
    std::move(stays.rows.begin() + static_cast<std::ptrdiff_t>(forgotten),
              stays.rows.begin() + static_cast<std::ptrdiff_t>(stays.count), stays.rows.begin());
    stays.count -= forgotten;
  }

  Family& family_;
  Day as_of_;
  PlaceKey origin_{};
  Stays home_;
  Stays parents_home_;
};

} // namespace

void give_homes(Family& family) { Homes(family).run(); }

} // namespace grunndata::generate
