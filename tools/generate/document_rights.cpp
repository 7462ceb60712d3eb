#include "tools/generate/page.h"

namespace grunndata::generate {
namespace {

void write_citizen(Page& page, const Occurrence& occurrence, const RowState& state,
                   std::string_view country, Day acquired) {
  page.rows.begin_row(occurrence, state);
  page.property("\"statsborgerskap\":", country);
  if (acquired != no_day) page.property("\"ervervsdato\":", acquired);
  page.rows.end_row();
}

void write_keeping(Page& page, Draw& draw) {
  const std::string_view status = page.has(Feature::keeps_citizenship)  ? "harBibehold"
                                  : page.has(Feature::lost_citizenship) ? "harIkkeLengerBibehold"
                                  : page.has(Feature::needs_no_keeping)
                                      ? "norskStatsborgerTrengerIkkeBibehold"
                                      : "";
  if (status.empty()) return;
  const Day day = page.family.as_of - draw.between(100, 3000);
  page.rows.begin_list("\"bibehold\":[");
  page.rows.begin_row({day, draw.next(), "udi", "Statsborgerskap"});
  page.property("\"bibeholdstatus\":", status);
  page.property("\"datoForBibehold\":", day);
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace

void write_citizenship(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(22);
  const Occurrence entry = page.entry();
  page.rows.begin_list("\"statsborgerskap\":[");
  if (member.origin == nullptr) {
    write_citizen(page, entry, {}, "NOR", draw.percent(70) ? member.birth : no_day);
    if (draw.percent(2)) {
      const Country& second = countries()[draw.below(13)];
      write_citizen(page, entry, {}, second.alpha3, no_day);
    }
  } else {
    const Day naturalised = entry.day + draw.between(7 * days_a_year, 15 * days_a_year);
    const bool norwegian = !member.d_person && naturalised < page.latest() && draw.percent(45) &&
                           (member.emigrated == no_day || naturalised < member.emigrated);
    const bool keeps_both = draw.percent(55);
    if (norwegian) {
      write_citizen(page, {naturalised, draw.next(), "udi", "Statsborgerskap"}, {}, "NOR",
                    naturalised);
    }
    RowState state;
    state.current = !norwegian || keeps_both;
    if (!state.current) state.ended = naturalised;
    write_citizen(page, entry, state, member.origin->alpha3, no_day);
  }
  page.rows.end_list();
  write_keeping(page, draw);
}

namespace {

void write_permit(Page& page, Day from, Day until, std::string_view permit, bool current,
                  Draw& draw) {
  page.rows.begin_row({from, draw.next(), "udi", "Oppholdstillatelse"}, {.current = current});
  page.property("\"oppholdstillatelse\":", permit);
  page.property("\"oppholdFra\":", from);
  if (until != no_day) page.property("\"oppholdTil\":", until);
  page.rows.end_row();
}

void write_svalbard(Page& page, Draw& draw) {
  const std::string_view length = page.has(Feature::svalbard_short)       ? "underSeksMaaneder"
                                  : page.has(Feature::svalbard_half_year) ? "overSeksMaaneder"
                                  : page.has(Feature::svalbard_year)      ? "overTolvMaaneder"
                                  : page.has(Feature::svalbard_unknown)   ? "ukjent"
                                                                          : "";
  if (length.empty()) return;
  const Day from = page.family.as_of - draw.between(60, 2500);
  const bool over = draw.percent(40);
  page.rows.begin_list("\"oppholdPaaSvalbard\":[");
  page.rows.begin_row({from, draw.next(), "person", "Opphold på Svalbard"}, {.current = !over});
  page.property("\"startdato\":", from);
  if (over) page.property("\"sluttdato\":", from + 59);
  page.property("\"antattOppholdsvarighet\":", length);
  page.text.lit(",\"antallTidligereOpphold\":");
  page.text.number(draw.below(4));
  if (page.member.origin != nullptr)
    page.property("\"fraflyttingsland\":", page.member.origin->alpha3);
  else
    page.text.lit(",\"fraflyttingskommunenummer\":\"5501\"");
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace

void write_stay(Page& page) {
  const Member& member = page.member;
  Draw draw = page.draw(23);
  const Day came = member.immigrated;
  if (member.origin != nullptr && !member.d_person && !member.origin->free_movement &&
      came > day_of(1992, 1, 1) && draw.percent(80)) {
    page.rows.begin_list("\"opphold\":[");
    const Day permanent = came + draw.between(3 * days_a_year, 6 * days_a_year);
    if (came < day_of(2011, 1, 1) && draw.percent(35)) {
      write_permit(page, came, no_day, "opplysningMangler", true, draw);
    } else if (permanent < page.latest()) {
      write_permit(page, permanent, no_day, "permanent", true, draw);
      if (draw.percent(50)) write_permit(page, came, permanent - 1, "midlertidig", false, draw);
    } else {
      write_permit(page, came, came + 1095, "midlertidig", true, draw);
    }
    page.rows.end_list();
  }
  write_svalbard(page, draw);
}

void write_sami(Page& page) {
  Draw draw = page.draw(24);
  const std::string_view language = page.has(Feature::sami_north)   ? "nordsamisk"
                                    : page.has(Feature::sami_south) ? "soersamisk"
                                    : page.has(Feature::sami_lule)  ? "lulesamisk"
                                                                    : "";
  if (!language.empty()) {
    const Day day = draw.between(day_of(2022, 11, 1), page.latest());
    page.rows.begin_list("\"brukAvSamiskSpraak\":[");
    page.rows.begin_row({day, draw.next(), "person", "Samisk språk"});
    page.text.lit(",\"spraak\":[\"");
    page.text.text(language);
    if (language != "nordsamisk" && draw.percent(20)) page.text.lit("\",\"nordsamisk");
    page.text.lit("\"]");
    page.rows.end_row();
    page.rows.end_list();
  }
  const std::string_view roll = page.has(Feature::sameting_in)      ? "innmeldt"
                                : page.has(Feature::sameting_out)   ? "utmeldt"
                                : page.has(Feature::sameting_never) ? "aldriInnmeldt"
                                                                    : "";
  if (roll.empty()) return;
  const Day day = page.latest() - draw.between(0, 1500);
  page.rows.begin_list("\"forholdTilSametingetsValgmanntall\":[");
  page.rows.begin_row({day, draw.next(), "Sametinget", "Valgmanntall"});
  page.property("\"forhold\":", roll);
  page.property("\"vedtaksdato\":", day);
  page.rows.end_row();
  page.rows.end_list();
}

} // namespace grunndata::generate
