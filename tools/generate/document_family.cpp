#include "tools/generate/page.h"

#include <algorithm>
#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

inline constexpr std::size_t relations_max = 24;

struct Relation {
  Occurrence occurrence;
  RowState state;
  int other = nobody; ///< nobody: without identifier, described by `tongue` and `draw`
  std::string_view role;
  std::string_view my_role;
  const Country* country = nullptr; ///< of somebody without identifier; null: a stillborn child
  std::uint64_t key = 0;
};

class Relations {
public:
  explicit Relations(Page& page) : page_(page), draw_(page.draw(40)) {}

  void write() {
    children();
    siblings();
    spouse();
    parents();
    outsiders();
    if (count_ == 0) return;
    std::stable_sort(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(count_),
                     [](const Relation& left, const Relation& right) {
                       if (left.state.current != right.state.current) return left.state.current;
                       return left.occurrence.day > right.occurrence.day;
                     });
    page_.rows.begin_list("\"familierelasjon\":[");
    for (std::size_t row = 0; row < count_; ++row) write_row(rows_[row]);
    page_.rows.end_list();
  }

private:
  void add(const Relation& relation) {
    if (count_ < relations_max) rows_[count_++] = relation;
  }

  static std::string_view parent_role(const Member& child, std::size_t parent) {
    const int index = static_cast<int>(parent);
    return child.mother == index ? "mor" : child.father == index ? "far" : "medmor";
  }

  void children() {
    for (std::size_t index = 0; index < page_.family.count; ++index) {
      const Member& child = page_.family.members[index];
      const int me = static_cast<int>(page_.index);
      if (child.mother != me && child.father != me && child.co_mother != me) continue;
      add({born(index), {}, static_cast<int>(index), "barn", parent_role(child, page_.index)});
    }
  }

  void siblings() {
    const Member& me = page_.member;
    if (me.role != Role::child) return;
    for (std::size_t index = 0; index < page_.family.count; ++index) {
      const Member& sibling = page_.family.members[index];
      if (sibling.role != Role::child || index == page_.index) continue;
      const std::size_t younger = std::max(index, page_.index);
      if (page_.family.members[younger].birth < day_of(1960, 1, 1)) continue;
      add({born(younger), {}, static_cast<int>(index), "soesken", "soesken"});
    }
  }

  void spouse() {
    const Member& me = page_.member;
    if (me.spouse == nobody) return;
    const Marriage& marriage = page_.family.marriage_of(me);
    const bool parents = me.role == Role::mother || me.role == Role::father;
    const Event event = parents ? Event::parents_marriage : Event::marriage;
    Relation relation{{marriage.married, page_.event(event), "folkeregistermyndigheten", "Vigsel"},
                      {},
                      me.spouse,
                      "ektefelleEllerPartner",
                      "ektefelleEllerPartner"};
    const Day ended = marriage.dissolved != no_day ? marriage.dissolved : marriage.widowed;
    if (ended != no_day) {
      relation.state = {.current = false, .ended = ended};
      relation.occurrence.reason = marriage.dissolved != no_day ? "Skilsmisse"sv : "Dødsfall"sv;
    }
    add(relation);
  }

  void parents() {
    const Member& me = page_.member;
    const Occurrence birth = born(page_.index);
    if (me.mother != nobody) add({birth, {}, me.mother, "mor", "barn"});
    if (me.father != nobody) add({birth, {}, me.father, "far", "barn"});
    if (me.co_mother != nobody) add({birth, {}, me.co_mother, "medmor", "barn"});
  }

  void outsider(const Occurrence& occurrence, std::string_view role, std::string_view my_role,
                const Country* country) {
    add({occurrence, {}, nobody, role, my_role, country, draw_.next()});
  }

  void outsiders() {
    const Member& me = page_.member;
    const Occurrence entry = page_.entry();
    const Country& country = me.origin != nullptr ? *me.origin : countries()[0];
    if (me.role == Role::child && me.father == nobody && me.co_mother == nobody &&
        me.mother != nobody && draw_.percent(30)) {
      outsider(born(page_.index), "far", "barn", &countries()[draw_.below(20)]);
    }
    if (me.role == Role::child && me.mother == nobody) {
      outsider(born(page_.index), "mor", "barn", &countries()[12]);
    }
    if (me.immigrated != no_day && me.role != Role::child && me.birth > day_of(1945, 1, 1)) {
      if (draw_.percent(14)) outsider(entry, "mor", "barn", &country);
      if (draw_.percent(12)) outsider(entry, "far", "barn", &country);
      if (draw_.percent(6))
        outsider(entry, "barn", me.gender == Gender::woman ? "mor" : "far", &country);
    }
    if (me.spouse != nobody) return stillborn();
    if (page_.has(Feature::other_relation)) {
      const Occurrence married{page_.latest() - draw_.between(10, 2000), draw_.next(),
                               "folkeregistermyndigheten", "Vigsel"};
      outsider(married, "ektefelleEllerPartner", "ektefelleEllerPartner", &country);
    }
    stillborn();
  }

  void stillborn() {
    if (!page_.has(Feature::stillborn)) return;
    const Day day = page_.family.members[2].birth - 400;
    outsider({day, draw_.next(), "FREG automatisk", "Patch"}, "doedfoedtBarn", "mor", nullptr);
  }

  [[nodiscard]] Occurrence born(std::size_t who) const {
    Occurrence birth = page_.birth_of(who);
    const Member& member = page_.family.members[who];
    if (member.immigrated == no_day) return birth;
    return {member.immigrated, page_.event(Event::arrival), "folkeregistermyndigheten",
            "Innvandring"};
  }

  void write_row(const Relation& relation) {
    Text& text = page_.text;
    page_.rows.begin_row(relation.occurrence, relation.state);
    if (relation.other != nobody) {
      page_.property("\"relatertPerson\":", page_.other(relation.other).number.text());
    } else {
      Draw draw(relation.key);
      text.lit(",\"relatertPersonUtenFolkeregisteridentifikator\":{\"navn\":{");
      const bool stillborn = relation.country == nullptr;
      write_person_name(text, stillborn ? Tongue::norwegian : relation.country->tongue, draw);
      text.lit("},\"foedselsdato\":\"");
      text.date(stillborn ? relation.occurrence.day
                          : page_.member.birth + years_apart(relation.role) * 366);
      text.put('"');
      if (!stillborn) {
        page_.property("\"kjoenn\":", is_woman(relation) ? "kvinne" : "mann");
        page_.property("\"statsborgerskap\":", relation.country->alpha3);
      }
      text.put('}');
    }
    page_.property("\"relatertPersonsRolle\":", relation.role);
    page_.property("\"minRolleForPerson\":", relation.my_role);
    page_.rows.end_row();
  }

  static int years_apart(std::string_view role) {
    return role == "mor" || role == "far" ? -27 : role == "barn" ? 24 : 2;
  }
  [[nodiscard]] bool is_woman(const Relation& relation) const {
    if (relation.role == "mor" || relation.role == "far") return relation.role == "mor";
    return page_.member.gender == Gender::man;
  }

  Page& page_;
  Draw draw_;
  std::array<Relation, relations_max> rows_;
  std::size_t count_ = 0;
};

struct CivilRow {
  Occurrence occurrence;
  std::string_view status;
  bool related = false;
  bool ceremony = false;
  const Country* abroad = nullptr;
};

struct CivilRows {
  std::array<CivilRow, 6> rows;
  std::size_t count = 0;
  void add(const CivilRow& row) { rows[count++] = row; }
};

void collect_marriage(const Page& page, const Marriage& marriage, CivilRows& civil) {
  const Member& me = page.member;
  const bool parents = me.role == Role::mother || me.role == Role::father;
  const auto event = [&page, parents](Event own, Event theirs) {
    return page.event(parents ? theirs : own);
  };
  const auto name = [&marriage](std::string_view married, std::string_view partner) {
    return marriage.partnership ? partner : married;
  };
  const std::string_view office = "folkeregistermyndigheten";
  civil.add({{marriage.married, event(Event::marriage, Event::parents_marriage), office, "Vigsel"},
             name("gift", "registrertPartner"),
             true,
             true});
  if (marriage.separated != no_day && me.alive_on(marriage.separated)) {
    civil.add({{marriage.separated, event(Event::separation, Event::parents_separation), office,
                "Separasjon"},
               name("separert", "separertPartner"),
               true});
  }
  if (marriage.dissolved != no_day && me.alive_on(marriage.dissolved)) {
    civil.add({{marriage.dissolved, event(Event::dissolution, Event::parents_dissolution), office,
                "Skilsmisse"},
               name("skilt", "skiltPartner"),
               true});
  }
  if (marriage.widowed != no_day && me.alive_on(marriage.widowed)) {
    Occurrence death = page.death_of(static_cast<std::size_t>(me.spouse));
    death.day = marriage.widowed;
    civil.add({death, name("enkeEllerEnkemann", "gjenlevendePartner"), true});
  }
}

void write_ceremony(Page& page, const CivilRow& row) {
  static constexpr std::array authorities{"DEN_NORSKE_KIRKE"sv, "ANSATT_I_KOMMUNE"sv, "ORDFOERER"sv,
                                          "TINGRETTEN"sv, "UTENRIKSSTASJON"sv};
  static constexpr std::array places{"Stille Testkirke"sv, "Lyst Testrådhus"sv, "Prøve kirke"sv,
                                     "Øvre Test kapell"sv};
  Draw draw(mix(row.occurrence.key));
  if (row.abroad != nullptr) {
    page.property("\"utland\":", row.abroad->alpha3);
    return;
  }
  if (is_migrated(row.occurrence.day) && draw.percent(65)) return;
  page.property("\"myndighet\":", authorities[std::min(draw.below(5), draw.below(5))]);
  const Kommune& kommune = kommune_of(choose_place(page.family.key));
  page.property("\"kommune\":", kommune.numbers[era_of(row.occurrence.day)]);
  page.property("\"sted\":", places[draw.below(places.size())]);
}

} // namespace

void write_relations(Page& page) { Relations(page).write(); }

void write_civil_status(Page& page) {
  const Member& me = page.member;
  CivilRows civil;
  const Occurrence entry = page.entry();
  const Marriage& marriage = page.family.marriage_of(me);
  const bool married = me.spouse != nobody;
  Draw draw = page.draw(41);
  const bool unknown = me.origin != nullptr && (me.d_person || draw.percent(35));
  // Before the register kept history a marriage replaced what was there.
  const bool keeps_first = !married || marriage.married > day_of(1975, 1, 1);
  if (keeps_first && (!married || marriage.married > entry.day)) {
    civil.add({entry, unknown ? "uoppgitt" : "ugift"});
  }
  if (married) collect_marriage(page, marriage, civil);
  if (!married && page.has(Feature::other_relation) && me.origin != nullptr) {
    civil.add({{page.latest() - 1, key_of(me.key, 42), "folkeregistermyndigheten", "Vigsel"},
               "gift",
               false,
               true,
               me.origin});
  }
  page.rows.begin_list("\"sivilstand\":[");
  for (std::size_t index = civil.count; index-- > 0;) {
    const CivilRow& row = civil.rows[index];
    page.rows.begin_row(row.occurrence, {.current = index + 1 == civil.count});
    page.property("\"sivilstand\":", row.status);
    const bool from_birth = row.status == "ugift";
    if (!from_birth || draw.percent(60)) page.property("\"sivilstandsdato\":", row.occurrence.day);
    if (row.ceremony) write_ceremony(page, row);
    if (row.related)
      page.property("\"relatertVedSivilstand\":", page.other(me.spouse).number.text());
    page.rows.end_row();
  }
  page.rows.end_list();
}

} // namespace grunndata::generate
