#include "tools/generate/page.h"

#include <array>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

std::string_view name_of(Responsibility kind) {
  switch (kind) {
    case Responsibility::shared: return "felles";
    case Responsibility::mother: return "mor";
    case Responsibility::father: return "far";
    case Responsibility::co_mother: return "medmor";
    case Responsibility::others: return "andre";
    case Responsibility::unknown: return "ukjent";
  }
  return "ukjent";
}

void begin_custody(Page& page, bool& begun) {
  if (!begun) page.rows.begin_list("\"foreldreansvar\":[");
  begun = true;
}

void begin_custody_row(Page& page, std::size_t child, const Custody& custody) {
  const Member& member = page.family.members[child];
  Occurrence occurrence{custody.from, page.event(Event::custody, child), "folkeregistermyndigheten",
                        custody.kind == Responsibility::shared ? "Fødsel"sv : "Foreldreansvar"sv};
  if (member.immigrated != no_day) occurrence.day = member.immigrated;
  RowState state;
  if (custody.ended != no_day) state = {.current = false, .ended = custody.ended};
  page.rows.begin_row(occurrence, state);
  page.property("\"ansvar\":", name_of(custody.kind));
}

// The row of one responsible member, the same on the child and on the parent.
void write_custody_row(Page& page, std::size_t child, const Custody& custody, int responsible) {
  begin_custody_row(page, child, custody);
  page.property("\"ansvarlig\":", page.other(responsible).number.text());
  page.property("\"ansvarssubjekt\":", page.family.members[child].number.text());
  page.rows.end_row();
}

void write_outside_custody(Page& page, const Custody& custody) {
  begin_custody_row(page, page.index, custody);
  if (page.has(Feature::responsibility_organisation)) {
    page.text.lit(",\"ansvarligOrganisasjon\":\"Testvik barneverntjeneste\"");
  } else if (page.has(Feature::responsibility_outsider)) {
    page.text.lit(",\"ansvarligUtenIdentifikator\":{\"navn\":{");
    write_person_name(page.text, Tongue::norwegian, page.draw(50));
    page.text.lit("},\"foedselsdato\":\"");
    page.text.date(page.member.birth - 11000);
    page.text.lit("\",\"kjoenn\":\"kvinne\",\"statsborgerskap\":\"NOR\"}");
  }
  page.property("\"ansvarssubjekt\":", page.member.number.text());
  page.rows.end_row();
}

int second_parent(const Member& child) {
  return child.co_mother != nobody ? child.co_mother : child.father;
}

void write_own_custody(Page& page, bool& begun) {
  const Custody custody = page.family.custody_of(page.index);
  if (!custody.any) return;
  begin_custody(page, begun);
  if (custody.by_mother) write_custody_row(page, page.index, custody, page.member.mother);
  if (custody.by_father) write_custody_row(page, page.index, custody, second_parent(page.member));
  if (!custody.by_mother && !custody.by_father) write_outside_custody(page, custody);
}

void write_responsible_for_outsider(Page& page, bool& begun) {
  if (!page.has(Feature::responsible_for_outsider)) return;
  begin_custody(page, begun);
  Draw draw = page.draw(51);
  const Day day = page.latest() - draw.between(100, 2000);
  page.rows.begin_row({day, draw.next(), "folkeregistermyndigheten", "Foreldreansvar"});
  page.property("\"ansvar\":", "andre");
  page.property("\"ansvarlig\":", page.member.number.text());
  page.text.lit(",\"ansvarssubjektUtenIdentifikator\":{\"navn\":{");
  write_person_name(page.text, page.member.origin->tongue, draw);
  page.text.lit("},\"foedselsdato\":\"");
  page.text.date(page.family.as_of - 3000);
  page.text.lit("\"}");
  page.rows.end_row();
}

struct Guardianship {
  Feature feature;
  std::string_view type;
};

constexpr std::array guardianships{
    Guardianship{Feature::guardian_asylum, "ensligMindreaarigAsylsoeker"},
    Guardianship{Feature::guardian_refugee, "ensligMindreaarigFlyktning"},
    Guardianship{Feature::guardian_adult, "voksen"},
    Guardianship{Feature::guardian_adult_interim, "midlertidigForVoksen"},
    Guardianship{Feature::guardian_minor, "mindreaarig"},
    Guardianship{Feature::guardian_minor_interim, "midlertidigForMindreaarig"},
    Guardianship{Feature::guardian_assets, "forvaltningUtenforVergemaal"},
    Guardianship{Feature::guardian_proxy, "stadfestetFremtidsfullmakt"},
};

constexpr std::array offices{
    "statsforvalterenIOsloOgViken"sv,        "statsforvalterenIInnlandet"sv,
    "statsforvalterenIVestfoldOgTelemark"sv, "statsforvalterenIAgder"sv,
    "statsforvalterenIRogaland"sv,           "statsforvalterenIVestland"sv,
    "statsforvalterenIMoereOgRomsdal"sv,     "statsforvalterenITroendelag"sv,
    "statsforvalterenINordland"sv,           "statsforvalterenITromsOgFinnmark"sv};

struct Task {
  std::string_view agency;
  std::string_view task;
};

constexpr std::array tasks{
    Task{"helfo", "fastlege"},
    Task{"helfo", "refusjonForPrivatpersoner"},
    Task{"pasientreiser", "refusjonAvPasientreiser"},
    Task{"kommune", "helseOgOmsorg"},
    Task{"kommune", "sosialeTjenester"},
    Task{"kommune", "skoleOgUtdanning"},
    Task{"kommune", "byggOgEiendom"},
    Task{"kommune", "skattOgAvgift"},
    Task{"nav", "arbeid"},
    Task{"nav", "familie"},
    Task{"nav", "hjelpemidler"},
    Task{"nav", "pensjon"},
    Task{"nav", "sosialeTjenester"},
    Task{"bank", "representasjonDagligbank"},
    Task{"namsmannen", "tvangsfullbyrdelseOgForliksraadet"},
    Task{"skatteetaten", "innkrevingOgTvangsfullbyrdelse"},
};

constexpr std::array scopes{"utlendingssakerPersonligeOgOekonomiskeInteresser"sv,
                            "personligeOgOekonomiskeInteresser"sv, "oekonomiskeInteresser"sv,
                            "personligeInteresser"sv};

// Somebody grown up in the family who could be guardian.
int guardian_of(const Page& page) {
  for (std::size_t index = 0; index < page.family.count; ++index) {
    const Member& member = page.family.members[index];
    const bool grown_up = page.family.as_of - member.birth > adult_days + 2000;
    if (index != page.index && grown_up && member.state == State::resident) {
      return static_cast<int>(index);
    }
  }
  return nobody;
}

void write_guardian_name(Page& page, Draw& draw, std::string_view name_with_colon) {
  page.text.text(name_with_colon);
  page.text.lit("{\"personnavn\":{");
  write_person_name(page.text, Tongue::norwegian, Draw(draw.next()));
  page.text.lit("},\"foedselsdato\":\"");
  page.text.date(day_of(1955, 1, 1) + draw.between(0, 15000));
  page.text.lit("\"}");
}

void write_tasks(Page& page, Draw& draw) {
  page.text.lit(",\"tjenesteomraade\":[");
  const std::uint32_t first = draw.below(tasks.size());
  const std::uint32_t count = 1 + draw.below(5);
  for (std::uint32_t index = 0; index < count; ++index) {
    const Task& task = tasks[(first + index * 3) % tasks.size()];
    if (index > 0) page.text.put(',');
    page.text.lit("{\"vergeTjenestevirksomhet\":\"");
    page.text.text(task.agency);
    page.text.lit("\",\"vergeTjenesteoppgave\":\"");
    page.text.text(task.task);
    page.text.lit("\"}");
  }
  page.text.put(']');
}

void write_guardian_row(Page& page, Day day, std::string_view type, bool current, Draw& draw) {
  page.rows.begin_row({day, draw.next(), "Statens Sivilrettsforvaltning", "Vergemål"},
                      {.current = current});
  page.property("\"vergemaaltype\":", type);
  page.property("\"embete\":", offices[draw.below(offices.size())]);
  page.text.lit(",\"verge\":{");
  if (!current) { // as it was written before the areas of service came
    page.text.lit("\"navn\":{");
    write_person_name(page.text, Tongue::norwegian, Draw(draw.next()));
    page.text.put('}');
    page.property("\"omfang\":", scopes[draw.below(scopes.size())]);
    page.text.put('}');
    page.rows.end_row();
    return;
  }
  const int guardian = guardian_of(page);
  if (guardian != nobody) {
    page.text.lit("\"foedselsEllerDNummer\":\"");
    page.text.text(page.other(guardian).number);
    page.text.put('"');
  } else {
    write_guardian_name(page, draw, "\"navnFoedselsdato\":");
  }
  write_tasks(page, draw);
  if (draw.percent(30)) page.text.lit(",\"omfangetErInnenPersonligOmraade\":true");
  page.text.put('}');
  page.rows.end_row();
}

} // namespace

void write_custody(Page& page) {
  bool begun = false;
  write_own_custody(page, begun);
  const int me = static_cast<int>(page.index);
  for (std::size_t child = 0; child < page.family.count; ++child) {
    const Member& member = page.family.members[child];
    if (member.mother != me && second_parent(member) != me) continue;
    const Custody custody = page.family.custody_of(child);
    const bool mine = member.mother == me ? custody.by_mother : custody.by_father;
    if (!custody.any || !mine) continue;
    begin_custody(page, begun);
    write_custody_row(page, child, custody, me);
  }
  write_responsible_for_outsider(page, begun);
  if (begun) page.rows.end_list();
}

void write_guardianship(Page& page) {
  Draw draw = page.draw(52);
  for (const Guardianship& guardianship : guardianships) {
    if (!page.has(guardianship.feature)) continue;
    const Day day = page.latest() - draw.between(10, 900);
    page.rows.begin_list("\"vergemaalEllerFremtidsfullmakt\":[");
    write_guardian_row(page, day, guardianship.type, true, draw);
    const Day before = day - draw.between(300, 2000);
    if (before > page.entry().day && draw.percent(60)) {
      write_guardian_row(page, before, guardianship.type, false, draw);
    }
    page.rows.end_list();
    break;
  }
  if (page.has(Feature::limited_capacity)) {
    page.rows.begin_list("\"rettsligHandleevne\":[");
    page.rows.begin_row({page.latest() - draw.between(5, 700), draw.next(),
                         "Statens Sivilrettsforvaltning", "Rettslig handleevne"});
    page.text.lit(",\"rettsligHandleevneomfang\":\"begrenset\"");
    page.rows.end_row();
    page.rows.end_list();
  }
  if (page.has(Feature::deprived_capacity)) {
    page.rows.begin_list("\"fratattRettsligHandleevne\":[");
    page.rows.begin_row({page.latest() - draw.between(5, 700), draw.next(),
                         "Statens Sivilrettsforvaltning", "Rettslig handleevne"});
    page.rows.end_row();
    page.rows.end_list();
  }
}

} // namespace grunndata::generate
