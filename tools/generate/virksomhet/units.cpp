// What the units of each kind of concern are: names, forms, places, days.
#include "tools/generate/names.h"
#include "tools/generate/virksomhet/nation.h"
#include "tools/generate/virksomhet/words.h"

#include <algorithm>
#include <array>

namespace grunndata::generate::virksomhet {

namespace {

constexpr CodeText aksjeselskap{"AS", "Aksjeselskap"};
constexpr CodeText enkeltperson{"ENK", "Enkeltpersonforetak"};
constexpr CodeText forening{"FLI", "Forening/lag/innretning"};
constexpr CodeText eierseksjon{"ESEK", "Eierseksjonssameie"};
constexpr CodeText saerskilt{"SÆR", "Annet foretak iflg. særskilt lov"};
constexpr CodeText kommune_form{"KOMM", "Kommune"};
constexpr CodeText organisasjonsledd{"ORGL", "Organisasjonsledd"};
constexpr CodeText interkommunalt{"IKS", "Interkommunalt selskap"};
constexpr CodeText bedrift{"BEDR", "Underenhet til næringsdrivende og offentlig forvaltning"};
constexpr CodeText ikke_naering{"AAFY", "Underenhet til ikke-næringsdrivende"};
constexpr std::array rare_forms{
    CodeText{"NUF", "Norskregistrert utenlandsk foretak"},
    CodeText{"ANS", "Ansvarlig selskap med solidarisk ansvar"},
    CodeText{"DA", "Ansvarlig selskap med delt ansvar"},
    CodeText{"SA", "Samvirkeforetak"},
    CodeText{"STI", "Stiftelse"},
};

constexpr CodeText state{"6100", "Statsforvaltningen"};
constexpr CodeText local_government{"6500", "Kommuneforvaltningen"};
constexpr CodeText private_companies{"2100", "Private aksjeselskaper mv."};
constexpr CodeText persons{"8200", "Personlig næringsdrivende"};
constexpr CodeText associations{"7000", "Ideelle organisasjoner"};

constexpr CodeText administering{
    "84.120", "Offentlig administrasjon tilknyttet helsestell, sosial virksomhet, undervisning, "
              "kirke, kultur og miljøvern"};
constexpr CodeText governing{"84.110", "Generell offentlig administrasjon"};
constexpr CodeText hospital{"86.101", "Somatiske sykehustjenester"};
constexpr CodeText doctors{"86.210", "Allmennlegetjenester"};

constexpr Day first_registered = day_of(1995, 2, 19); ///< the register's own beginning

const Municipality& municipality_of(Draw& draw) {
  const auto all = municipalities();
  // Half of everybody lives in the forty largest.
  const auto largest = static_cast<std::uint32_t>(std::min<std::size_t>(40, all.size()));
  const auto bound = draw.percent(50) ? largest : static_cast<std::uint32_t>(all.size());
  return all[draw.below(bound)];
}

std::string person_name(Draw& draw) {
  const NameLists& names = names_in(Tongue::norwegian);
  const Names given = draw.percent(50) ? names.women : names.men;
  std::string name(given[draw.below(static_cast<std::uint32_t>(given.size()))]);
  name += ' ';
  return name.append(names.families[draw.below(static_cast<std::uint32_t>(names.families.size()))]);
}

std::string family_name(Draw& draw) {
  const Names names = names_in(Tongue::norwegian).families;
  return std::string(names[draw.below(static_cast<std::uint32_t>(names.size()))]);
}

void set_days(Unit& unit, Draw& draw, Day as_of) {
  unit.registered = draw.between(first_registered, as_of - 1);
  unit.begun = unit.registered - static_cast<Day>(draw.below(90));
}

/// One in twelve was called something else before.
void rename_some(Unit& unit, Draw& draw, Day as_of, const std::string& former) {
  if (!draw.percent(8) || former == unit.name || unit.registered + 400 >= as_of) return;
  const Day until = draw.between(unit.registered + 200, as_of - 1);
  unit.former.push_back({former, unit.registered, until});
}

/// What most companies are called, without their form.
std::string company_word(const Trade& trade, const Municipality& home, Draw& draw) {
  const std::uint32_t drawn = draw.below(100);
  std::string word = drawn < 40   ? fancy_word(draw.next())
                     : drawn < 70 ? family_name(draw)
                                  : std::string(home.name.substr(0, home.name.find(" - ")));
  return word.append(1, ' ').append(trade.word);
}

void set_form(Unit& unit, CodeText form, CodeText sector) {
  unit.form = form;
  unit.sector = sector;
}

std::string named(std::string name, CodeText form) {
  const bool says_form = form.code != "ENK" && form.code != "FLI" && form.code != "ESEK";
  return capitals(says_form ? name.append(1, ' ').append(form.code) : name);
}

void choose_form(Unit& unit, Draw& draw, std::uint32_t sole_percent) {
  const std::uint32_t drawn = draw.below(100);
  if (drawn < sole_percent) return set_form(unit, enkeltperson, persons);
  if (drawn < 93) return set_form(unit, aksjeselskap, private_companies);
  set_form(unit, rare_forms[draw.below(rare_forms.size())], private_companies);
}

void make_private(Unit& unit, const Trade& trade, Draw& draw, Day as_of,
                  std::uint32_t sole_percent) {
  const Municipality& home = municipality_of(draw);
  unit.place = place_in(home, draw.next());
  unit.nynorsk = home.nynorsk;
  unit.industry = trade.industry;
  if (trade.word == "idrettslag" || trade.word == "korps") {
    set_form(unit, forening, associations);
  } else if (trade.word == "sameie") {
    set_form(unit, eierseksjon, private_companies);
  } else {
    choose_form(unit, draw, sole_percent);
  }
  set_days(unit, draw, as_of);
  const std::string person = person_name(draw);
  const bool is_person = unit.form.code == "ENK" && draw.percent(75);
  unit.name = is_person ? capitals(person) : named(company_word(trade, home, draw), unit.form);
  rename_some(unit, draw, as_of, named(company_word(trade, home, draw), unit.form));
  unit.employees = draw.percent(60) ? 0 : 5 + draw.below(draw.percent(90) ? 40 : 900);
  unit.vat = draw.percent(55);
  if (draw.per_million(4'000)) {
    unit.bankrupt_since = draw.between(unit.registered, as_of - 1);
  } else {
    unit.winding_up = draw.per_million(3'000);
  }
}

} // namespace

Unit Nation::municipal(const Concern& concern, std::uint64_t which) const {
  const Municipality& home = municipalities()[concern.place];
  Draw draw(key_of(concern.key, which));
  Unit unit;
  const std::string town = capitals(home.name.substr(0, home.name.find(" - "))) + " KOMMUNE";
  unit.place = place_in(home, draw.next());
  unit.nynorsk = home.nynorsk;
  unit.registered = first_registered;
  unit.employees = 20 + draw.below(400);
  if (which == 0) {
    set_form(unit, kommune_form, local_government);
    unit.industry = governing;
    unit.name = town;
    return unit;
  }
  set_form(unit, organisasjonsledd, local_government);
  unit.industry = which == 2 ? CodeText{"84.120", administering.text} : administering;
  unit.registered = draw.between(day_of(1996, 1, 1), day_of(2020, 1, 1));
  constexpr std::uint64_t health = 1;
  constexpr std::uint64_t first_of_health = 4;
  std::uint64_t parent = 0;
  const std::string word = capitals(fancy_word(draw.next()));
  if (which == health) {
    unit.name = town + (home.nynorsk ? " HELSE OG OMSORG" : " HELSE OG VELFERD");
  } else if (which == 2) {
    unit.name = town + " OPPVEKST";
  } else if (which == 3) {
    unit.name = town + (home.nynorsk ? " SAMFUNNSUTVIKLING" : " BYUTVIKLING OG TEKNISK");
  } else {
    const bool is_deep = which >= 12 && which % 3 == 0;
    parent = is_deep ? first_of_health + which % 8 : health;
    unit.name = town;
    if (is_deep) {
      unit.name.append(home.nynorsk ? " SONE " : " DISTRIKT ").append(word);
    } else if (home.weight > 100) {
      unit.name.append(" BYDEL ").append(word);
    } else {
      unit.name.append(home.nynorsk ? " HEIMETENESTER " : " HJEMMETJENESTER ").append(word);
    }
  }
  unit.parent = unit_number(concern.first_unit + parent);
  rename_some(unit, draw, options_.as_of, town + " PLEIE OG OMSORG");
  return unit;
}

Unit Nation::unit(const Concern& concern, std::uint64_t which) const {
  Draw draw(key_of(concern.key, which));
  Unit unit;
  switch (concern.kind) {
    case ConcernKind::region:
    case ConcernKind::trust: {
      const bool is_region = concern.kind == ConcernKind::region;
      unit.name = is_region ? region_name(concern.place) : trust_name(concern.place);
      set_form(unit, saerskilt, state);
      unit.industry = is_region ? administering : hospital;
      unit.place = place_in(municipality_of(draw), draw.next());
      unit.registered = day_of(2001, 12, 1) + static_cast<Day>(draw.below(30));
      unit.begun = unit.registered - 100;
      unit.employees = is_region ? 120 : 600 + draw.below(12'000);
      unit.nynorsk = unit.name.find("SJUKEHUS") != std::string::npos;
      if (!is_region && has_predecessor(concern.place)) {
        unit.former.push_back({capitals(fancy_word(concern.key)) + " SYKEHUS HF", unit.registered,
                               merged_on});
      }
      break;
    }
    case ConcernKind::municipality: unit = municipal(concern, which); break;
    case ConcernKind::intermunicipal:
      unit.name = capitals(fancy_word(concern.key)) + " LEGEVAKT IKS";
      set_form(unit, interkommunalt, local_government);
      unit.industry = doctors;
      unit.place = place_in(municipalities()[concern.place], draw.next());
      unit.registered = day_of(2023, 9, 1);
      unit.begun = unit.registered - 15;
      unit.employees = 20 + draw.below(80);
      break;
    case ConcernKind::practice:
      make_private(unit, health_trades()[concern.place % health_trades().size()], draw,
                   options_.as_of, 30);
      break;
    case ConcernKind::company:
      make_private(unit, trades()[draw.below(static_cast<std::uint32_t>(trades().size()))], draw,
                   options_.as_of, 45);
      break;
  }
  unit.index = concern.first_unit + which;
  unit.number = unit_number(unit.index);
  return unit;
}

Unit Nation::sub_unit(const Concern& concern, std::uint64_t which) const {
  Draw draw(key_of(mix(concern.key), which));
  const Unit owner = unit(concern, 0);
  Unit sub = owner;
  sub.former.clear();
  sub.sector = {};
  sub.bankrupt_since = no_day;
  sub.winding_up = false;
  sub.form = owner.form.code == "FLI" || owner.form.code == "ESEK" ? ikke_naering : bedrift;
  sub.parent = owner.number;
  sub.registered = draw.between(owner.registered, options_.as_of - 1);
  sub.begun = sub.registered - static_cast<Day>(draw.below(60));
  switch (concern.kind) {
    case ConcernKind::region:
      sub.name = owner.name + " ADMINISTRASJON";
      sub.administrative = true;
      break;
    case ConcernKind::trust: {
      const std::uint64_t functions = functions_of_site();
      const SiteFunction& function = site_functions()[which % functions];
      Draw site(key_of(concern.key, 0x517E + which / functions));
      const Municipality& home = municipality_of(site);
      sub.place = place_in(home, site.next());
      sub.name = owner.name + ' ' + sub.place.kommune + " - " + std::string(function.suffix);
      sub.industry = function.industry;
      sub.administrative = function.administrative;
      sub.employees = 20 + draw.below(2'000);
      sub.registered = day_of(2002, 1, 10);
      sub.begun = day_of(2002, 1, 1);
      if (has_predecessor(concern.place) && which / functions == 0) { // came with the merger
        sub.owner_changed = merged_on;
        sub.former.push_back({owner.former.front().name + ' ' + std::string(function.suffix),
                              sub.registered, merged_on});
      }
      break;
    }
    case ConcernKind::municipality: {
      const auto services = municipal_services();
      const MunicipalService& service = services[which % services.size()];
      const Municipality& home = municipalities()[concern.place];
      const std::string_view word = home.nynorsk ? service.nynorsk : service.bokmaal;
      const std::string name = fancy_word(draw.next());
      sub.name = draw.percent(50)
                     ? capitals(name + ' ' + std::string(word))
                     : owner.name + ' ' + capitals(std::string(word) + ' ' + name);
      sub.industry = service.industry;
      sub.place = place_in(home, draw.next());
      sub.employees = 5 + draw.below(120);
      std::uint64_t under = service.is_health ? 1 : 2;
      if (service.is_health && concern.units > 4 && draw.percent(70)) {
        under = 4 + draw.below(static_cast<std::uint32_t>(concern.units - 4));
      }
      sub.parent = unit_number(concern.first_unit + under);
      rename_some(sub, draw, options_.as_of, capitals(fancy_word(draw.next()) + ' ' +
                                                      std::string(word)));
      break;
    }
    case ConcernKind::intermunicipal:
      sub.registered = day_of(2012, 3, 1);
      sub.begun = day_of(2012, 1, 1);
      sub.owner_changed = handed_over_on;
      break;
    case ConcernKind::practice:
    case ConcernKind::company:
      if (concern.subs > 1 && which > 0) {
        sub.place = place_in(municipality_of(draw), draw.next());
        sub.name += " AVD " + sub.place.kommune;
      }
      if (draw.percent(3) && sub.registered + 60 < options_.as_of) {
        sub.owner_changed = draw.between(sub.registered + 30, options_.as_of - 1);
      }
      break;
  }
  sub.sub = true;
  sub.index = options_.enheter + concern.first_sub + which;
  sub.number = sub_number(concern.first_sub + which);
  return sub;
}

} // namespace grunndata::generate::virksomhet
