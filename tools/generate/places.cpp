#include "tools/generate/places.h"

#include "tools/generate/random.h"

#include <algorithm>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array stems{
    "Bjørke"sv,      "Gran"sv,    "Furu"sv,        "Lerke"sv,        "Kirke"sv,    "Skole"sv,
    "Strand"sv,      "Fjell"sv,   "Elve"sv,        "Mølle"sv,        "Stasjons"sv, "Solbakk"sv,
    "Rogne"sv,       "Hassel"sv,  "Øvre Prøve"sv,  "Nedre Prøve"sv,  "Ekorn"sv,    "Rev"sv,
    "Gjøk"sv,        "Trost"sv,   "Svale"sv,       "Sjø"sv,          "Havne"sv,    "Brygge"sv,
    "Torg"sv,        "Kvern"sv,   "Myr"sv,         "Eng"sv,          "Åker"sv,     "Seter"sv,
    "Hytte"sv,       "Tjern"sv,   "Ås"sv,          "Berg"sv,         "Lyng"sv,     "Blåbær"sv,
    "Tyttebær"sv,    "Multe"sv,   "Konvall"sv,     "Liljekonvall"sv, "Syrin"sv,    "Nype"sv,
    "Hegge"sv,       "Selje"sv,   "Lønne"sv,       "Eike"sv,         "Aske"sv,     "Pile"sv,
    "Bekke"sv,       "Foss"sv,    "Steinhogger"sv, "Smed"sv,         "Fisker"sv,   "Lods"sv,
    "Fyr"sv,         "Naust"sv,   "Sagbruks"sv,    "Teglverks"sv,    "Gruve"sv,    "Østre Test"sv,
    "Vestre Test"sv, "Nordlys"sv, "Sommer"sv,      "Vinter"sv};
constexpr std::array suffixes{"veien"sv,  "vegen"sv,   "gata"sv,   "stien"sv,
                              "bakken"sv, "svingen"sv, "tunet"sv,  "lia"sv,
                              "kroken"sv, "faret"sv,   "ringen"sv, "plassen"sv,
                              "gate"sv,   "løkka"sv,   "haugen"sv, "terrasse"sv};
constexpr std::array sami_streets{
    "Máttaluodda"sv,   "Davveluodda"sv,   "Čuovžageaidnu"sv, "Ruoŧŧageaidnu"sv, "Hánnoluohkká"sv,
    "Guovdageaidnu"sv, "Máŋggaluodda"sv,  "Šelggesluodda"sv, "Deanugeaidnu"sv,  "Boaresgeaidnu"sv,
    "Rivttágeaidnu"sv, "Đeaŋŋágeaidnu"sv, "Žuokkaluodda"sv};
constexpr std::array farms{"Testvika"sv,  "Prøvegården"sv, "Nordre Prøve"sv, "Øvre Testrud"sv,
                           "Stølen"sv,    "Åsen"sv,        "Sørneset"sv,     "Bjørkeli"sv,
                           "Lillevatn"sv, "Gáŋgaviika"sv};
constexpr std::array<std::string_view, 5> unit_types{"bolig"sv, "annetEnnBolig"sv, "fritidsbolig"sv,
                                                     "ikkeGodkjentBolig"sv,
                                                     "unummerertBruksenhet"sv};
constexpr std::array<std::uint16_t, 5> unit_type_weights{940, 15, 15, 10, 20};

// Numbers before 2020, 2020 to 2023, now; inhabitants in thousands; Sámi administration.
constexpr std::array kommune_list{
    Kommune{{"0301", "0301", "0301"},
            717,
            false,
            "Oslo",
            "OSLO",
            "01700256035404570484056005800655066707520852097510841164"},
    Kommune{{"0101", "3001", "3101"}, 32, false, "Halden", "HALDEN", "17671771"},
    Kommune{{"0104", "3002", "3103"}, 52, false, "Moss", "MOSS", "15301532"},
    Kommune{{"0105", "3003", "3105"}, 60, false, "Sarpsborg", "SARPSBORG", "17211723"},
    Kommune{{"0106", "3004", "3107"}, 85, false, "Fredrikstad", "FREDRIKSTAD", "16061607"},
    Kommune{{"0124", "3014", "3118"}, 47, false, "Askim", "ASKIM", "1830"},
    Kommune{{"0219", "3024", "3201"}, 130, false, "Bærum", "SANDVIKA", "1337"},
    Kommune{{"0220", "3025", "3203"}, 98, false, "Asker", "ASKER", "13831384"},
    Kommune{{"0231", "3030", "3205"}, 91, false, "Lillestrøm", "LILLESTRØM", "20002003"},
    Kommune{{"0213", "3020", "3207"}, 63, false, "Ski", "SKI", "1400"},
    Kommune{{"0235", "3033", "3209"}, 43, false, "Ullensaker", "JESSHEIM", "2050"},
    Kommune{{"0216", "3023", "3212"}, 20, false, "Nesodden", "NESODDTANGEN", "1450"},
    Kommune{{"0211", "3019", "3216"}, 19, false, "Vestby", "VESTBY", "1540"},
    Kommune{{"0214", "3021", "3218"}, 21, false, "Ås", "ÅS", "1430"},
    Kommune{{"0230", "3029", "3222"}, 50, false, "Lørenskog", "LØRENSKOG", "1470"},
    Kommune{{"0228", "3027", "3224"}, 20, false, "Rælingen", "RÆLINGEN", "2005"},
    Kommune{{"0236", "3034", "3228"}, 25, false, "Nes", "ÅRNES", "2150"},
    Kommune{{"0237", "3035", "3240"}, 28, false, "Eidsvoll", "EIDSVOLL", "2080"},
    Kommune{{"0602", "3005", "3301"}, 104, false, "Drammen", "DRAMMEN", "30443048"},
    Kommune{{"0604", "3006", "3303"}, 29, false, "Kongsberg", "KONGSBERG", "3611"},
    Kommune{{"0605", "3007", "3305"}, 32, false, "Ringerike", "HØNEFOSS", "35103515"},
    Kommune{{"0626", "3049", "3312"}, 29, false, "Lier", "LIER", "3400"},
    Kommune{{"0402", "3401", "3401"}, 18, false, "Kongsvinger", "KONGSVINGER", "2211"},
    Kommune{{"0403", "3403", "3403"}, 33, false, "Hamar", "HAMAR", "2317"},
    Kommune{{"0501", "3405", "3405"}, 29, false, "Lillehammer", "LILLEHAMMER", "2609"},
    Kommune{{"0502", "3407", "3407"}, 31, false, "Gjøvik", "GJØVIK", "2821"},
    Kommune{{"0412", "3411", "3411"}, 35, false, "Ringsaker", "MOELV", "2390"},
    Kommune{{"0427", "3420", "3420"}, 22, false, "Elverum", "ELVERUM", "2406"},
    Kommune{{"0701", "3801", "3901"}, 28, false, "Horten", "HORTEN", "3187"},
    Kommune{{"0715", "3802", "3903"}, 26, false, "Holmestrand", "HOLMESTRAND", "3080"},
    Kommune{{"0704", "3803", "3905"}, 59, false, "Tønsberg", "TØNSBERG", "3110"},
    Kommune{{"0710", "3804", "3907"}, 66, false, "Sandefjord", "SANDEFJORD", "3210"},
    Kommune{{"0712", "3805", "3909"}, 49, false, "Larvik", "LARVIK", "3256"},
    Kommune{{"0805", "3806", "4001"}, 38, false, "Porsgrunn", "PORSGRUNN", "3915"},
    Kommune{{"0806", "3807", "4003"}, 56, false, "Skien", "SKIEN", "3717"},
    Kommune{{"0807", "3808", "4005"}, 13, false, "Notodden", "NOTODDEN", "3674"},
    Kommune{{"0814", "3813", "4012"}, 14, false, "Bamble", "STATHELLE", "3960"},
    Kommune{{"0904", "4202", "4202"}, 25, false, "Grimstad", "GRIMSTAD", "4876"},
    Kommune{{"0906", "4203", "4203"}, 46, false, "Arendal", "ARENDAL", "4836"},
    Kommune{{"1001", "4204", "4204"}, 116, false, "Kristiansand", "KRISTIANSAND S", "4630"},
    Kommune{{"1002", "4205", "4205"}, 23, false, "Mandal", "MANDAL", "4514"},
    Kommune{{"1101", "1101", "1101"}, 15, false, "Egersund", "EGERSUND", "4370"},
    Kommune{{"1103", "1103", "1103"}, 149, false, "Stavanger", "STAVANGER", "40064016"},
    Kommune{{"1102", "1108", "1108"}, 83, false, "Sandnes", "SANDNES", "4306"},
    Kommune{{"1106", "1106", "1106"}, 38, false, "Haugesund", "HAUGESUND", "5527"},
    Kommune{{"1121", "1121", "1121"}, 19, false, "Time", "BRYNE", "4340"},
    Kommune{{"1149", "1149", "1149"}, 43, false, "Karmøy", "KOPERVIK", "4250"},
    Kommune{{"1201", "4601", "4601"}, 291, false, "Bergen", "BERGEN", "50035018503550525063"},
    Kommune{{"1401", "4602", "4602"}, 17, false, "Kinn", "FLORØ", "6900"},
    Kommune{{"1221", "4614", "4614"}, 19, false, "Stord", "STORD", "5411"},
    Kommune{{"1235", "4621", "4621"}, 16, false, "Voss", "VOSS", "5700"},
    Kommune{{"1243", "4624", "4624"}, 26, false, "Bjørnafjorden", "OS", "5200"},
    Kommune{{"1246", "4626", "4626"}, 39, false, "Øygarden", "STRAUME", "5353"},
    Kommune{{"1247", "4627", "4627"}, 30, false, "Askøy", "KLEPPESTØ", "5300"},
    Kommune{{"1420", "4640", "4640"}, 12, false, "Sogndal", "SOGNDAL", "6856"},
    Kommune{{"1505", "1505", "1505"}, 24, false, "Kristiansund", "KRISTIANSUND N", "6509"},
    Kommune{{"1502", "1506", "1506"}, 32, false, "Molde", "MOLDE", "6413"},
    Kommune{{"1511", "1511", "1511"}, 3, false, "Vanylven", "SYLTE", "6144"},
    Kommune{{"1504", "1507", "1508"}, 58, false, "Ålesund", "ÅLESUND", "6003"},
    Kommune{{"1534", "1507", "1580"}, 9, false, "Haram", "BRATTVÅG", "6270"},
    Kommune{{"5001", "5001", "5001"}, 214, false, "Trondheim", "TRONDHEIM", "70107030704270497012"},
    Kommune{{"5004", "5006", "5006"}, 24, false, "Steinkjer", "STEINKJER", "7713"},
    Kommune{{"5005", "5007", "5007"}, 15, false, "Namsos", "NAMSOS", "7800"},
    Kommune{{"5035", "5035", "5035"}, 25, false, "Stjørdal", "STJØRDAL", "7500"},
    Kommune{{"5037", "5037", "5037"}, 20, false, "Levanger", "LEVANGER", "7600"},
    Kommune{{"5024", "5059", "5059"}, 19, false, "Orkanger", "ORKANGER", "7300"},
    Kommune{{"5041", "5041", "5041"}, 2, true, "Snåsa", "SNÅSA", "7760"},
    Kommune{{"1804", "1804", "1804"}, 54, false, "Bodø", "BODØ", "8003"},
    Kommune{{"1805", "1806", "1806"}, 21, false, "Narvik", "NARVIK", "8514"},
    Kommune{{"1824", "1824", "1824"}, 13, false, "Mosjøen", "MOSJØEN", "8656"},
    Kommune{{"1833", "1833", "1833"}, 26, false, "Rana", "MO I RANA", "8622"},
    Kommune{{"1865", "1865", "1865"}, 10, false, "Vågan", "SVOLVÆR", "8300"},
    Kommune{{"1870", "1870", "1870"}, 11, false, "Sortland", "SORTLAND", "8400"},
    Kommune{{"1871", "1871", "1871"}, 5, false, "Andøy", "ANDENES", "8480"},
    Kommune{{"1849", "1875", "1875"}, 3, true, "Hamarøy", "HAMARØY", "8294"},
    Kommune{{"1902", "5401", "5501"}, 78, false, "Tromsø", "TROMSØ", "90089010"},
    Kommune{{"1903", "5402", "5503"}, 25, false, "Harstad", "HARSTAD", "9405"},
    Kommune{{"1931", "5421", "5530"}, 15, false, "Senja", "FINNSNES", "9300"},
    Kommune{{"1940", "5426", "5540"}, 2, true, "Kåfjord", "OLDERDALEN", "9146"},
    Kommune{{"2012", "5403", "5601"}, 21, false, "Alta", "ALTA", "9510"},
    Kommune{{"2004", "5406", "5603"}, 11, false, "Hammerfest", "HAMMERFEST", "9600"},
    Kommune{{"2030", "5444", "5605"}, 10, false, "Sør-Varanger", "KIRKENES", "9900"},
    Kommune{{"2003", "5405", "5607"}, 6, false, "Vadsø", "VADSØ", "9800"},
    Kommune{{"2021", "5437", "5610"}, 3, true, "Karasjok", "KARASJOK", "9730"},
    Kommune{{"2011", "5430", "5612"}, 3, true, "Kautokeino", "KAUTOKEINO", "9520"},
    Kommune{{"2020", "5436", "5622"}, 4, true, "Porsanger", "LAKSELV", "9700"},
    Kommune{{"2025", "5441", "5628"}, 3, true, "Tana", "TANA", "9845"},
    Kommune{{"2027", "5442", "5636"}, 1, true, "Nesseby", "VARANGERBOTN", "9840"},
};
static_assert(kommune_list.size() < 256);

constexpr auto weights = [] {
  std::array<std::uint16_t, kommune_list.size()> all{};
  for (std::size_t index = 0; index < all.size(); ++index) all[index] = kommune_list[index].weight;
  return all;
}();
constexpr std::uint32_t weight_sum = [] {
  std::uint32_t sum = 0;
  for (const std::uint16_t weight : weights) sum += weight;
  return sum;
}();

// One entry for every 4,000 inhabitants or so, so that a weighted choice is one look-up.
constexpr std::size_t by_weight_count = 1024;
constexpr auto by_weight = [] {
  std::array<std::uint8_t, by_weight_count> all{};
  for (std::size_t index = 0; index < by_weight_count; ++index) {
    const auto drawn = static_cast<std::uint32_t>(index * weight_sum / by_weight_count);
    all[index] = static_cast<std::uint8_t>(weighted(drawn, weights));
  }
  return all;
}();

constexpr std::uint64_t draw_mask = (std::uint64_t{1} << 56) - 1;

constexpr PlaceKey packed(std::uint64_t kommune, std::uint64_t draw) {
  return PlaceKey{kommune << 56 | (draw & draw_mask)};
}

constexpr std::size_t kommune_index(PlaceKey key) {
  return static_cast<std::size_t>(static_cast<std::uint64_t>(key) >> 56);
}

} // namespace

std::span<const Kommune> kommuner() noexcept { return kommune_list; }

PlaceKey choose_place(std::uint64_t key) {
  Draw draw(key);
  const std::uint32_t drawn = draw.below(by_weight_count);
  return packed(by_weight[drawn], draw.next());
}

PlaceKey choose_place(std::uint64_t key, PlaceKey near, std::uint32_t near_percent) {
  Draw draw(key);
  if (!draw.percent(near_percent)) return choose_place(draw.next());
  return packed(kommune_index(near), draw.next());
}

PlaceKey choose_sami_place(std::uint64_t key) {
  Draw draw(key);
  std::size_t index = draw.below(static_cast<std::uint32_t>(kommune_list.size()));
  while (!kommune_list[index].sami_area) index = (index + 1) % kommune_list.size();
  PlaceKey place = packed(index, draw.next());
  while (kind_of(place) != PlaceKind::vegadresse) place = packed(index, draw.next());
  return place;
}

const Kommune& kommune_of(PlaceKey key) noexcept { return kommune_list[kommune_index(key)]; }

PlaceKind kind_of(PlaceKey key) noexcept {
  const auto drawn = static_cast<std::uint32_t>(static_cast<std::uint64_t>(key) & 0xffff);
  if (drawn < 655) return PlaceKind::unknown;                                // 1 %
  return drawn < 3277 ? PlaceKind::matrikkeladresse : PlaceKind::vegadresse; // 4 %
}

Place place_of(PlaceKey key) noexcept {
  Draw draw(static_cast<std::uint64_t>(key));
  Place place;
  place.kind = kind_of(key);
  place.kommune = &kommune_list[kommune_index(key)];
  const std::string_view codes = place.kommune->postal_codes;
  place.postal_code = codes.substr(4 * draw.below(static_cast<std::uint32_t>(codes.size() / 4)), 4);
  const std::uint64_t street = draw.next();
  std::uint32_t street_id = below(street, stems.size() * suffixes.size());
  if (place.kommune->sami_area && draw.percent(60)) {
    street_id = below(street, sami_streets.size());
    place.street_stem = sami_streets[street_id];
  } else {
    place.street_stem = stems[street_id % stems.size()];
    place.street_suffix = suffixes[street_id / stems.size()];
  }
  place.street_code = 1000 + (street_id * 37 + static_cast<std::uint32_t>(street_id) % 11) % 29000;
  const std::uint64_t house = draw.next();
  place.house_number = 1 + below(house, below(mix(house), 10) < 8 ? 60 : 240);
  if ((house & 3) == 0) place.house_letter = static_cast<char>('A' + below(mix(house + 1), 6));
  place.unit = (1 + std::min(below(mix(house + 2), 9), below(mix(house + 3), 9))) * 100 + 1 +
               below(mix(house + 4), 6);
  place.unit_type = unit_types[weighted(draw.below(1000), unit_type_weights)];
  if (draw.percent(place.kind == PlaceKind::vegadresse ? 5 : 50)) {
    place.extra_name = farms[draw.below(farms.size())];
  }
  place.matrikkel_key = 100'000'000 + draw.below(899'999'999);
  place.grunnkrets = 101 + draw.below(1900);
  place.small_areas = 111 + draw.below(9) * 100 + draw.below(5) * 10 + draw.below(4);
  return place;
}

} // namespace grunndata::generate
