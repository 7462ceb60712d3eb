#include "tools/simulate/parts.h"

#include "api/http/form.h"
#include "tools/simulate/document.h"

#include <algorithm>
#include <array>

namespace grunndata::simulate {

namespace {

constexpr std::array<std::string_view, 16> basis{"identifikasjonsnummer",
                                                 "identitetsgrunnlag",
                                                 "status",
                                                 "doedsfall",
                                                 "sivilstand",
                                                 "foedsel",
                                                 "statsborgerskap",
                                                 "kjoenn",
                                                 "navn",
                                                 "bostedsadresse",
                                                 "oppholdsadresse",
                                                 "deltBosted",
                                                 "postadresse",
                                                 "postadresseIUtlandet",
                                                 "adressebeskyttelse",
                                                 "kontaktinformasjonForDoedsbo"};
constexpr std::array<std::string_view, 3> extended_grounds{
    "falskIdentitet", "legitimasjonsdokument", "utenlandskPersonidentifikasjon"};
constexpr std::array<std::string_view, 3> extended_relations{"familierelasjon", "foreldreansvar",
                                                             "vergemaalEllerFremtidsfullmakt"};
/// Named one by one only.
constexpr std::array<std::string_view, 11> others{"foedselINorge",
                                                  "innflytting",
                                                  "utflytting",
                                                  "opphold",
                                                  "oppholdPaaSvalbard",
                                                  "bibehold",
                                                  "utlendingsmyndighetenesIdentifikasjonsnummer",
                                                  "rettsligHandleevne",
                                                  "brukAvSamiskSpraak",
                                                  "fratattRettsligHandleevne",
                                                  "preferertKontaktadresse"};
constexpr std::array<std::string_view, 3> never_given{
    "forholdTilSametingetsValgmanntall", "fratattRettsligHandleevne", "preferertKontaktadresse"};

std::vector<std::string_view> all_parts() {
  std::vector<std::string_view> all(basis.begin(), basis.end());
  all.insert(all.end(), extended_grounds.begin(), extended_grounds.end());
  all.insert(all.end(), extended_relations.begin(), extended_relations.end());
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

} // namespace

bool is_never_given(std::string_view property) noexcept {
  return std::ranges::find(never_given, property) != never_given.end();
}

std::optional<PartChoice> PartChoice::read(std::string_view query) {
  static const std::vector<std::string_view> all = all_parts();
  PartChoice choice;
  choice.left_out_ = all;
  const auto take = [&choice](std::string_view name) {
    return std::erase(choice.left_out_, name) != 0;
  };
  const auto take_all = [&take](const auto& names) { std::ranges::for_each(names, take); };
  bool any = false;
  api::http::FormReader reader(query);
  while (reader.next()) {
    if (reader.name() != "part") continue;
    any = true;
    const std::string_view name = reader.value();
    if (name == "person-basis") {
      take_all(basis);
    } else if (name == "historikk") {
      choice.history_ = true;
    } else if (name == "identitetsgrunnlag-utvidet") {
      take_all(extended_grounds);
    } else if (name == "relasjon-utvidet") {
      take_all(extended_relations);
    } else if (!take(name) && std::ranges::find(all, name) == all.end()) {
      // Since 2023-04 also forholdTilSametingetsValgmanntall: consumers lacked consent.
      return std::nullopt;
    }
  }
  if (reader.error()) return std::nullopt;
  if (!any) take_all(basis);
  return choice;
}

std::string PartChoice::of(const std::string& json) const {
  const auto holds = [&json](std::string_view name) {
    return json.find('"' + std::string(name) + "\":") != std::string::npos;
  };
  if (history_ && std::ranges::none_of(left_out_, holds)) return json;
  Document document(json);
  for (const std::string_view name : left_out_) document.remove(name);
  if (!history_) document.leave_out_history();
  return document.json();
}

} // namespace grunndata::simulate
