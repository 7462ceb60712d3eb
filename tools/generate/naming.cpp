#include "tools/generate/steps.h"

#include <algorithm>

namespace grunndata::generate {
namespace {

// Half of all draws fall in the first third of a list.
std::string_view pick(Names names, Draw& draw) {
  const auto size = static_cast<std::uint32_t>(names.size());
  return names[std::min(draw.below(size), draw.below(size + size / 2)) % size];
}

class Naming {
public:
  explicit Naming(Family& family) : family_(family), draw_(key_for(family.key, Subject::names)) {}

  void run() {
    const Member& anchor = family_.members[0];
    const Tongue tongue = anchor.origin != nullptr ? anchor.origin->tongue
                          : is_sami(family_)       ? Tongue::sami
                                                   : Tongue::norwegian;
    families_ = names_in(tongue).families;
    anchor_name_ = pick(families_, draw_);
    partner_name_ = pick(families_, draw_);
    mother_name_ = pick(families_, draw_);
    joined_ = draw_.percent(9);
    takes_partners_ = draw_.percent(50);
    for (std::size_t index = 0; index < family_.count; ++index) {
      Member& member = family_.members[index];
      const bool other_tongue = tongue != Tongue::norwegian && member.immigrated == no_day &&
                                !member.d_person && (draw_.next() & 3) == 0;
      name(member, other_tongue ? Tongue::norwegian : tongue);
    }
  }

private:
  void name(Member& member, Tongue tongue) {
    Draw draw(key_for(member.key, Subject::names));
    const NameLists& lists = names_in(tongue);
    const Names given = member.gender == Gender::woman ? lists.women : lists.men;
    PersonName name;
    name.from = member.d_day != no_day        ? member.d_day
                : member.immigrated != no_day ? member.immigrated
                                              : member.birth;
    name.first = pick(given, draw);
    if (draw.percent(16)) name.second = pick(given, draw);
    if (name.second == name.first) name.second = {};
    name.last = family_name(member, draw);
    if (draw.percent(26)) name.middle = pick(families_, draw);
    if (member.role == Role::child) name_child(member, name);
    if (name.middle == name.last) name.middle = {};
    begin(member, name, draw);
    if (member.immigrated != no_day && member.has_d_number) {
      name.from = member.immigrated;
      name.last = pick(families_, draw);
      if (draw.percent(14)) add(member, name, NameReason::change);
    }
    marry(member, name);
    change(member, name, draw);
  }

  std::string_view family_name(const Member& member, Draw& draw) {
    switch (member.role) {
      case Role::anchor: return anchor_name_;
      case Role::partner: return partner_name_;
      case Role::father: return anchor_name_;
      case Role::mother: return mother_name_;
      default: return pick(families_, draw);
    }
  }

  void name_child(const Member& member, PersonName& name) {
    const bool two = member.father != nobody && member.mother != nobody;
    name.last = two ? partner_name_ : anchor_name_;
    if (two && joined_) name.joined_last = anchor_name_;
    if (!name.middle.empty()) name.middle = two ? anchor_name_ : mother_name_;
    if (name.joined_last == name.last) name.joined_last = {};
    if (!name.joined_last.empty()) name.middle = {};
  }

  // The newborn first bear the mother's name; the rest the name they were given.
  void begin(Member& member, PersonName& name, Draw& draw) {
    if (member.features.has(Feature::provisional_name)) {
      const Member& mother = family_.members[static_cast<std::size_t>(member.mother)];
      name.first = mother.names[0].first;
      name.second = {};
      name.middle = {};
      add(member, name, NameReason::provisional);
      return;
    }
    const bool recent = member.role == Role::child && member.birth > freg_began &&
                        member.immigrated == no_day && member.mother != nobody;
    if (recent && draw.percent(12)) {
      const Member& mother = family_.members[static_cast<std::size_t>(member.mother)];
      PersonName provisional;
      provisional.from = member.birth;
      provisional.first = mother.names[0].first;
      provisional.last = mother.names[0].last;
      add(member, provisional, NameReason::provisional);
      name.from = member.birth + draw.between(20, 170);
      if (name.from > family_.as_of - 5) return; // not chosen yet
    }
    add(member, name, recent ? NameReason::first_choice : NameReason::birth);
  }

  void marry(Member& member, PersonName& name) {
    const bool parents = member.role == Role::mother;
    const Marriage& marriage = parents ? family_.parents_marriage : family_.marriage;
    const bool takes = parents || (member.role == Role::anchor && takes_partners_);
    if (member.spouse == nobody || !takes || marriage.married <= name.from) return;
    if (marriage.married < register_began + 5 * days_a_year) { // older names were not kept
      member.names_count = 0;
    }
    const std::string_view own = name.last;
    name.from = marriage.married;
    name.middle = own;
    name.last = parents ? anchor_name_ : partner_name_;
    if (name.middle == name.last) name.middle = {};
    add(member, name, NameReason::marriage);
  }

  void change(Member& member, PersonName& name, Draw& draw) {
    const Day latest = member.died != no_day ? member.died : family_.as_of - 10;
    const Day from = std::max(
        {name.from + 400, member.birth + 16 * days_a_year, register_began + 5 * days_a_year});
    for (Day day = from; member.names_count < names_max;) {
      if (!draw.percent(20) || day >= latest) return;
      name.from = draw.between(day, std::min(latest, day + 20 * days_a_year));
      if (draw.percent(50)) {
        name.last = pick(families_, draw);
        name.joined_last = {};
      } else {
        name.middle = name.middle.empty() ? pick(families_, draw) : std::string_view{};
      }
      if (name.middle == name.last) name.middle = {};
      add(member, name, NameReason::change);
      day = name.from + 300;
    }
  }

  static void add(Member& member, const PersonName& name, NameReason reason) {
    if (member.names_count == names_max) return;
    PersonName& added = member.names[member.names_count++];
    added = name;
    added.reason = reason;
  }

  Family& family_;
  Draw draw_;
  Names families_;
  std::string_view anchor_name_;
  std::string_view partner_name_;
  std::string_view mother_name_;
  bool joined_ = false;
  bool takes_partners_ = false;
};

} // namespace

void give_names(Family& family) { Naming(family).run(); }

} // namespace grunndata::generate
