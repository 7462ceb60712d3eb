#include "tools/generate/virksomhet/words.h"

#include "tools/generate/places.h"
#include "tools/generate/random.h"

#include <algorithm>
#include <array>
#include <vector>

namespace grunndata::generate::virksomhet {

namespace {

using namespace std::string_view_literals;

// importers/folkeregisteret/data/municipalities.csv, made part of the program by the build.
constexpr std::string_view municipalities_csv =
#include "kommuner.inc"
    ;

constexpr std::array nynorsk_counties{"46"sv}; // and those of the west coast by chance

constexpr std::array regions{"HELSE FJELL OG FJORD RHF"sv, "HELSE KYSTLAND RHF"sv,
                             "HELSE INNDAL RHF"sv, "HELSE NORDLYS RHF"sv};
constexpr std::array trusts{
    "STORFJELL UNIVERSITETSSYKEHUS HF"sv, "SYKEHUSET ØSTMARKA HF"sv,
    "SYKEHUSET I GRANSKOGEN HF"sv,        "ELVERHØY SYKEHUS HF"sv,
    "SJØBYEN SYKEHUS HF"sv,               "LANGVANN REHABILITERINGSSYKEHUS HF"sv,
    "VESTRE ÅSDALEN HF"sv,                "FJELLSJUKEHUSET HF"sv,
    "KYSTSYKEHUSET HF"sv,                 "HELSE SUNNFJELL HF"sv,
    "HELSE STORDAL HF"sv,                 "HELSE HAVBRIS HF"sv,
    "SJUKEHUSET I LANGFJORDEN HF"sv,      "ØYGARDSLAND SJUKEHUS HF"sv,
    "ST. SUNNIVAS HOSPITAL HF"sv,         "HELSE MYRLAND OG ÅSMARK HF"sv,
    "HELSE NORDRE INNDAL HF"sv,           "INNDAL SYKEHUSAPOTEK HF"sv,
    "SYKEHUSET SØRE ÅKER HF"sv,           "UNIVERSITETSSYKEHUSET NORDLYS HF"sv,
    "MIDNATTSOLSYKEHUSET HF"sv,           "VIDDESYKEHUSET HF"sv,
    "HÅLØYSYKEHUSET HF"sv,                "POLARSYKEHUSET HF"sv,
    "HELSE NORDLYS IKT HF"sv,             "LUFTBÅREN HJELP HF"sv};
static_assert(regions.size() == regions_max && trusts.size() == trusts_max);

constexpr CodeText somatic{"86.101", "Somatiske sykehustjenester"};
constexpr CodeText family_doctors{"86.210", "Allmennlegetjenester"};
constexpr CodeText dentists{"86.230", "Tannlegetjenester"};
constexpr CodeText administration{"70.100", "Hovedkontortjenester"};

constexpr std::array functions{
    SiteFunction{"SOMATIKK", somatic},
    SiteFunction{"PSYKISK HELSEVERN VOKSNE",
                 {"86.102", "Psykiatriske sykehustjenester for voksne"}},
    SiteFunction{"BUP", {"86.104", "Psykiatriske sykehustjenester for barn og ungdom"}},
    SiteFunction{"TSB", {"86.103", "Spesialisert rusbehandling"}},
    SiteFunction{"LABORATORIUM OG BILDEDIAGNOSTIKK",
                 {"86.910", "Medisinske laboratorietjenester og bildediagnostikk"}},
    SiteFunction{"AMBULANSE", {"86.921", "Ambulansetjenester"}},
    SiteFunction{"HABILITERING", {"86.993", "Andre helsetjenester"}},
    SiteFunction{"ADMINISTRASJON", administration, true},
};

constexpr std::array specialty_list{
    Specialty{"Hjertemedisinsk", "Hjartemedisinsk"},
    Specialty{"Lungemedisinsk", "Lungemedisinsk"},
    Specialty{"Nyremedisinsk", "Nyremedisinsk"},
    Specialty{"Ortopedisk", "Ortopedisk"},
    Specialty{"Gastrokirurgisk", "Gastrokirurgisk"},
    Specialty{"Karkirurgisk", "Karkirurgisk"},
    Specialty{"Nevrologisk", "Nevrologisk"},
    Specialty{"Nevrokirurgisk", "Nevrokirurgisk"},
    Specialty{"Øre-nese-hals", "Øyre-nase-hals"},
    Specialty{"Øye", "Auge"},
    Specialty{"Hud", "Hud"},
    Specialty{"Kreft", "Kreft"},
    Specialty{"Blodsykdommer", "Blodsjukdomar"},
    Specialty{"Barne- og ungdomsmedisinsk", "Barne- og ungdomsmedisinsk"},
    Specialty{"Kvinneklinisk", "Kvinneklinisk"},
    Specialty{"Føde- og barsel", "Føde- og barsel"},
    Specialty{"Infeksjonsmedisinsk", "Infeksjonsmedisinsk"},
    Specialty{"Revmatologisk", "Revmatologisk"},
    Specialty{"Geriatrisk", "Geriatrisk"},
    Specialty{"Akuttmedisinsk", "Akuttmedisinsk"},
    Specialty{"Anestesi- og intensiv", "Anestesi- og intensiv"},
    Specialty{"Alderspsykiatrisk", "Alderspsykiatrisk"},
    Specialty{"Akuttpsykiatrisk", "Akuttpsykiatrisk"},
    Specialty{"Rus- og avhengighets", "Rus- og avhengigheits"},
    Specialty{"Fysikalsk medisin og rehabilitering", "Fysikalsk medisin og rehabilitering"},
    Specialty{"Urologisk", "Urologisk"},
    Specialty{"Plastikkirurgisk", "Plastikkirurgisk"},
    Specialty{"Endokrinologisk", "Endokrinologisk"},
    Specialty{"Dialyse", "Dialyse"},
    Specialty{"Smerte", "Smerte"},
};

constexpr std::array services{
    MunicipalService{"sykehjem", "sjukeheim", {"87.102", "Sykehjem"}, "KP01"},
    MunicipalService{"hjemmetjeneste", "heimeteneste", {"86.941", "Sykepleie mv. i hjemmet"},
                     "KP02"},
    MunicipalService{"bo- og omsorgssenter", "bu- og omsorgssenter", {"87.102", "Sykehjem"},
                     "KP02"},
    MunicipalService{"helsestasjon", "helsestasjon",
                     {"86.942", "Helsestasjons- og skolehelsetjenester"}, "KF01"},
    MunicipalService{"legevakt", "legevakt", family_doctors, "KA02"},
    MunicipalService{"kommunale legekontor", "kommunale legekontor", family_doctors, "KA03"},
    MunicipalService{"fysio- og ergoterapi", "fysio- og ergoterapi",
                     {"86.950", "Fysio- og ergoterapi"}, ""},
    MunicipalService{"rus og psykisk helse", "rus og psykisk helse",
                     {"86.993", "Andre helsetjenester"}, "KX04"},
    MunicipalService{"øyeblikkelig hjelp døgn", "augeblikkeleg hjelp døgn",
                     {"87.103", "Øyeblikkelig hjelp døgnopphold"}, "KX05"},
    MunicipalService{"skole", "skule", {"85.201", "Ordinær grunnskoleundervisning"}, "", false},
    MunicipalService{"barnehage", "barnehage", {"88.911", "Barnehager"}, "", false},
    MunicipalService{"SFO", "SFO", {"88.913", "Skolefritidsordninger"}, "", false},
    MunicipalService{"renhold", "reinhald", {"81.210", "Rengjøring av bygninger"}, "", false},
};

constexpr std::array private_health{
    Trade{"legesenter", family_doctors, "103"},
    Trade{"legekontor", family_doctors, "103"},
    Trade{"tannklinikk", dentists, "110"},
    Trade{"tannlegesenter", dentists, "110"},
    Trade{"apotek", {"47.730", "Butikkhandel med apotekvarer"}, "108"},
    Trade{"fysioterapi", {"86.950", "Fysio- og ergoterapi"}, "103"},
    Trade{"psykologpraksis", {"86.930", "Psykologtjenester"}, "116"},
    Trade{"spesialistpraksis",
          {"86.221", "Spesialiserte legetjenester, unntatt psykiatriske legetjenester"}, "103"},
    Trade{"røntgen", {"86.910", "Medisinske laboratorietjenester og bildediagnostikk"}, "104"},
    Trade{"laboratorium", {"86.910", "Medisinske laboratorietjenester og bildediagnostikk"}, "105"},
    Trade{"kiropraktorklinikk", {"86.993", "Andre helsetjenester"}, "103"},
    Trade{"bedriftshelsetjeneste", {"86.992", "Forebyggende helsetjenester"}, "116"},
    Trade{"omsorg", {"86.941", "Sykepleie mv. i hjemmet"}, "116"},
    Trade{"bandasjist", {"86.991", "Ortopedi- og fotterapitjenester"}, "108"},
};

constexpr std::array ordinary_trades{
    Trade{"bygg", {"41.000", "Oppføring av bygninger"}, ""},
    Trade{"rør", {"43.221", "Rørleggerarbeid"}, ""},
    Trade{"elektro", {"43.210", "Elektrisk installasjonsarbeid"}, ""},
    Trade{"transport", {"49.410", "Godstransport på vei"}, ""},
    Trade{"eiendom", {"68.200", "Utleie og drift av egen eller leid fast eiendom"}, ""},
    Trade{"invest", {"64.210", "Holdingselskapers virksomhet"}, ""},
    Trade{"regnskap", {"69.201", "Regnskap og bokføring"}, ""},
    Trade{"konsulent", {"70.200", "Bedriftsrådgivning"}, ""},
    Trade{"data", {"62.100", "Programmeringstjenester"}, ""},
    Trade{"fisk", {"03.111", "Hav- og kystfiske"}, ""},
    Trade{"gård", {"01.500", "Kombinert husdyrhold og planteproduksjon"}, ""},
    Trade{"frisør", {"96.210", "Frisering"}, ""},
    Trade{"bakeri", {"10.710", "Produksjon av brød og ferske konditorvarer"}, ""},
    Trade{"kafé", {"56.110", "Restaurantvirksomhet"}, ""},
    Trade{"handel", {"47.110", "Butikkhandel med bredt vareutvalg"}, ""},
    Trade{"hotell", {"55.100", "Hotellvirksomhet"}, ""},
    Trade{"idrettslag", {"93.120", "Idrettslag og -klubber"}, ""},
    Trade{"korps", {"94.991", "Fritidsforeninger"}, ""},
    Trade{"sameie", {"68.320", "Eiendomsforvaltning"}, ""},
    Trade{"maler", {"43.341", "Malerarbeid"}, ""},
};

constexpr std::array word_begins{
    "Bjørke"sv, "Gran"sv,  "Furu"sv,   "Sol"sv,   "Måne"sv, "Fjell"sv, "Fjord"sv, "Elve"sv,
    "Hav"sv,    "Skog"sv,  "Ås"sv,     "Øy"sv,    "Bæk"sv,  "Nord"sv,  "Sør"sv,   "Vest"sv,
    "Øst"sv,    "Stein"sv, "Rogn"sv,   "Hassel"sv, "Lyng"sv, "Rev"sv,  "Ørn"sv,   "Gauk"sv,
    "Trane"sv,  "Kveld"sv, "Morgen"sv, "Vår"sv,   "Sommer"sv, "Høst"sv, "Myr"sv,  "Tjern"sv};
constexpr std::array word_ends{"lund"sv, "haug"sv, "vik"sv,  "nes"sv,  "dal"sv,   "bakken"sv,
                               "tun"sv,  "mo"sv,   "sund"sv, "heim"sv, "stad"sv,  "gård"sv,
                               "lia"sv,  "berg"sv, "foss"sv, "eng"sv,  "strand"sv, "ly"sv};
constexpr std::array streets{"Storgata"sv,   "Kirkeveien"sv, "Sjøgata"sv,   "Skolevegen"sv,
                             "Havnegata"sv,  "Åsveien"sv,    "Bjørkeveien"sv, "Strandgata"sv,
                             "Torget"sv,     "Rådhusplassen"sv, "Industrivegen"sv, "Øvregata"sv,
                             "Nedregata"sv,  "Fjellvegen"sv, "Møllebakken"sv, "Stasjonsgata"sv};
constexpr std::array abbreviations{"HF"sv,  "RHF"sv, "AS"sv,  "IKS"sv, "DA"sv,  "ANS"sv, "ENK"sv,
                                   "BUP"sv, "DPS"sv, "TSB"sv, "SFO"sv, "IKT"sv, "KF"sv,  "NUF"sv};

/// æ, ø, å and é: two bytes, of which the second says the case.
constexpr unsigned char latin_lead = 0xC3;
constexpr unsigned char latin_small = 0x20;

std::string in_case(std::string_view text, bool upper) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte == latin_lead && i + 1 < out.size()) {
      const auto next = static_cast<unsigned char>(out[++i]);
      out[i] = static_cast<char>(upper ? next & ~latin_small : next | latin_small);
    } else if (upper && byte >= 'a' && byte <= 'z') {
      out[i] = static_cast<char>(byte - 'a' + 'A');
    } else if (!upper && byte >= 'A' && byte <= 'Z') {
      out[i] = static_cast<char>(byte - 'A' + 'a');
    }
  }
  return out;
}

std::uint32_t weight_of(std::string_view number) {
  for (const Kommune& kommune : kommuner()) {
    if (kommune.numbers[2] == number) return kommune.weight;
  }
  std::uint64_t key = 0;
  for (const char digit : number) key = key * 10 + static_cast<std::uint64_t>(digit - '0');
  return 1 + below(mix(key), 12);
}

std::vector<Municipality> read_municipalities() {
  std::vector<Municipality> all;
  std::string_view rest = municipalities_csv;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty() || !line.ends_with(',') || line.starts_with("number")) continue; // has ended
    const std::string_view number = line.substr(0, line.find(','));
    const std::string_view behind = line.substr(number.size() + 1);
    if (number.size() != 4 || number.starts_with("21") || number == "9999") continue;
    const bool nynorsk = std::ranges::count(nynorsk_counties, number.substr(0, 2)) != 0 ||
                         number.starts_with("15");
    all.push_back({number, behind.substr(0, behind.find(',')), weight_of(number), nynorsk});
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &Municipality::weight);
  return all;
}

} // namespace

std::span<const Municipality> municipalities() {
  static const std::vector<Municipality> all = read_municipalities();
  return all;
}

PostalPlace place_in(const Municipality& municipality, std::uint64_t key) {
  Draw draw(key);
  PostalPlace place;
  place.street = streets[draw.below(streets.size())];
  place.street.append(1, ' ').append(std::to_string(1 + draw.below(140)));
  place.kommune = capitals(municipality.name.substr(0, municipality.name.find(" - ")));
  place.kommune_number = municipality.number;
  for (const Kommune& kommune : kommuner()) {
    if (kommune.numbers[2] != municipality.number) continue;
    const auto codes = static_cast<std::uint32_t>(kommune.postal_codes.size() / 4);
    place.postal_code = kommune.postal_codes.substr(4 * draw.below(codes), 4);
    place.postal_name = kommune.postal_name;
    return place;
  }
  std::uint64_t number = 0;
  for (const char digit : municipality.number) number = number * 10 + std::uint64_t(digit - '0');
  const std::string code = std::to_string(10'000 + 1000 + below(mix(number), 8'800));
  place.postal_code = code.substr(1);
  place.postal_name = place.kommune;
  return place;
}

std::string capitals(std::string_view text) { return in_case(text, true); }

std::string title(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    const bool is_first = out.empty();
    if (!is_first) out += ' ';
    if (!is_first && (word == "OG" || word == "I")) {
      out += in_case(word, false);
    } else if (std::ranges::count(abbreviations, word) != 0) {
      out += word;
    } else {
      const std::size_t first =
          !word.empty() && static_cast<unsigned char>(word[0]) == latin_lead ? 2 : 1;
      out += word.substr(0, first);
      out += in_case(word.substr(std::min(first, word.size())), false);
    }
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out;
}

std::string_view region_name(std::size_t region) { return regions[region]; }
std::string_view trust_name(std::size_t trust) { return trusts[trust]; }
std::span<const SiteFunction> site_functions() { return functions; }
std::span<const Specialty> specialties() { return specialty_list; }
std::span<const MunicipalService> municipal_services() { return services; }
std::span<const Trade> health_trades() { return private_health; }
std::span<const Trade> trades() { return ordinary_trades; }

std::string fancy_word(std::uint64_t key) {
  Draw draw(key);
  std::string word(word_begins[draw.below(word_begins.size())]);
  return word.append(word_ends[draw.below(word_ends.size())]);
}

} // namespace grunndata::generate::virksomhet
