#include "tools/generate/names.h"

#include <array>
#include <cstddef>

namespace grunndata::generate {
namespace {

using namespace std::string_view_literals;

constexpr std::array norwegian_women{
    "Anne"sv,      "Inger"sv,    "Kari"sv,   "Marit"sv,    "Ingrid"sv,   "Liv"sv,
    "Eva"sv,       "Berit"sv,    "Astrid"sv, "Bjørg"sv,    "Hilde"sv,    "Anna"sv,
    "Solveig"sv,   "Marianne"sv, "Randi"sv,  "Ida"sv,      "Nina"sv,     "Maria"sv,
    "Elisabeth"sv, "Kristin"sv,  "Bente"sv,  "Heidi"sv,    "Silje"sv,    "Hanne"sv,
    "Linda"sv,     "Tone"sv,     "Tove"sv,   "Gerd"sv,     "Wenche"sv,   "Elin"sv,
    "Camilla"sv,   "Emma"sv,     "Nora"sv,   "Sara"sv,     "Ragnhild"sv, "Ellen"sv,
    "Karin"sv,     "Julie"sv,    "Thea"sv,   "Åse"sv,      "Aud"sv,      "Laila"sv,
    "Ann"sv,       "Mette"sv,    "Torill"sv, "Sissel"sv,   "Rita"sv,     "Irene"sv,
    "Sigrid"sv,    "Gunn"sv,     "Unni"sv,   "Kirsten"sv,  "Vigdis"sv,   "Hege"sv,
    "Stine"sv,     "Trine"sv,    "Guro"sv,   "Synnøve"sv,  "Åshild"sv,   "Øydis"sv,
    "Målfrid"sv,   "Jorunn"sv,   "Oddny"sv,  "Borghild"sv, "Ella"sv,     "Olivia"sv,
    "Sofie"sv,     "Frida"sv,    "Amalie"sv, "Tuva"sv,     "Maja"sv,     "Leah"sv,
    "Selma"sv,     "Ingeborg"sv, "Live"sv,   "Aurora"sv,   "Alma"sv,     "Iben"sv,
    "Mathea"sv,    "Tiril"sv,    "Vilde"sv,  "Eline"sv,    "Andrea"sv,   "Karoline"sv,
    "Martine"sv,   "Renate"sv,   "Gro"sv,    "Turid"sv,    "Grete"sv,    "Else"sv,
    "Margrethe"sv};
constexpr std::array norwegian_men{
    "Jan"sv,     "Per"sv,    "Bjørn"sv,     "Ole"sv,      "Lars"sv,    "Kjell"sv,    "Knut"sv,
    "Svein"sv,   "Arne"sv,   "Thomas"sv,    "Hans"sv,     "Geir"sv,    "Tor"sv,      "Morten"sv,
    "Terje"sv,   "Odd"sv,    "Erik"sv,      "Martin"sv,   "Andreas"sv, "John"sv,     "Anders"sv,
    "Rune"sv,    "Trond"sv,  "Tore"sv,      "Daniel"sv,   "Jon"sv,     "Kristian"sv, "Marius"sv,
    "Magnus"sv,  "Stian"sv,  "Tom"sv,       "Harald"sv,   "Olav"sv,    "Gunnar"sv,   "Øyvind"sv,
    "Rolf"sv,    "Leif"sv,   "Nils"sv,      "Einar"sv,    "Espen"sv,   "Helge"sv,    "Kåre"sv,
    "Frode"sv,   "Håkon"sv,  "Øystein"sv,   "Stein"sv,    "Kenneth"sv, "Henrik"sv,   "Jonas"sv,
    "Steinar"sv, "Arild"sv,  "Christian"sv, "Jakob"sv,    "Emil"sv,    "Lucas"sv,    "Oliver"sv,
    "William"sv, "Filip"sv,  "Oskar"sv,     "Aksel"sv,    "Elias"sv,   "Noah"sv,     "Sander"sv,
    "Mathias"sv, "Tobias"sv, "Sigurd"sv,    "Johannes"sv, "Theodor"sv, "Kasper"sv,   "Håvard"sv,
    "Ørjan"sv,   "Vegard"sv, "Eirik"sv,     "Sindre"sv,   "Pål"sv,     "Asbjørn"sv,  "Torbjørn"sv,
    "Sverre"sv,  "Egil"sv,   "Roar"sv,      "Ivar"sv,     "Jostein"sv, "Dag"sv,      "Petter"sv,
    "Reidar"sv,  "Ragnar"sv, "Torgeir"sv,   "Halvor"sv,   "Sondre"sv,  "Joakim"sv};
constexpr std::array norwegian_families{
    "Hansen"sv,    "Johansen"sv,    "Olsen"sv,         "Larsen"sv,    "Andersen"sv,
    "Pedersen"sv,  "Nilsen"sv,      "Kristiansen"sv,   "Jensen"sv,    "Karlsen"sv,
    "Johnsen"sv,   "Pettersen"sv,   "Eriksen"sv,       "Berg"sv,      "Haugen"sv,
    "Hagen"sv,     "Johannessen"sv, "Andreassen"sv,    "Jacobsen"sv,  "Dahl"sv,
    "Jørgensen"sv, "Henriksen"sv,   "Lund"sv,          "Halvorsen"sv, "Sørensen"sv,
    "Jakobsen"sv,  "Moen"sv,        "Gundersen"sv,     "Iversen"sv,   "Strand"sv,
    "Solberg"sv,   "Svendsen"sv,    "Eide"sv,          "Knutsen"sv,   "Martinsen"sv,
    "Paulsen"sv,   "Bakken"sv,      "Kristoffersen"sv, "Mathisen"sv,  "Lie"sv,
    "Amundsen"sv,  "Nguyen"sv,      "Rasmussen"sv,     "Lunde"sv,     "Solheim"sv,
    "Bakke"sv,     "Berge"sv,       "Moe"sv,           "Nygård"sv,    "Fredriksen"sv,
    "Holm"sv,      "Lien"sv,        "Hauge"sv,         "Andresen"sv,  "Nielsen"sv,
    "Knudsen"sv,   "Evensen"sv,     "Sæther"sv,        "Aas"sv,       "Myhre"sv,
    "Hanssen"sv,   "Haugland"sv,    "Thomassen"sv,     "Sivertsen"sv, "Simonsen"sv,
    "Danielsen"sv, "Ali"sv,         "Sandvik"sv,       "Rønning"sv,   "Arnesen"sv,
    "Næss"sv,      "Vik"sv,         "Antonsen"sv,      "Haug"sv,      "Ellingsen"sv,
    "Edvardsen"sv, "Thorsen"sv,     "Gulbrandsen"sv,   "Isaksen"sv,   "Ruud"sv,
    "Strøm"sv,     "Birkeland"sv,   "Aasen"sv,         "Ødegård"sv,   "Myklebust"sv,
    "Tangen"sv,    "Jenssen"sv,     "Eliassen"sv,      "Mikkelsen"sv, "Bøe"sv,
    "Helland"sv,   "Tveit"sv,       "Brekke"sv,        "Østby"sv,     "Ågotnes"sv,
    "Øverland"sv,  "Sørlie"sv,      "Bråten"sv,        "Kjærstad"sv,  "Engeseth"sv,
    "Fjellstad"sv, "Grønli"sv};
constexpr std::array sami_women{
    "Máret"sv,  "Elle"sv,   "Biret"sv, "Inga"sv,      "Sárá"sv,   "Ánne"sv,  "Káre"sv,  "Risten"sv,
    "Rávdná"sv, "Elen"sv,   "Berit"sv, "Ristiinná"sv, "Gáddjá"sv, "Márjá"sv, "Sunná"sv, "Láilá"sv,
    "Áile"sv,   "Maaret"sv, "Gïjre"sv, "Åelie"sv,     "Sárak"sv,  "Ráhkel"sv};
constexpr std::array sami_men{"Niillas"sv, "Ánte"sv,    "Máhtte"sv,  "Jovnna"sv,     "Mihkkal"sv,
                              "Áilu"sv,    "Issát"sv,   "Ándaras"sv, "Piera"sv,      "Hánsa"sv,
                              "Lásse"sv,   "Bierdna"sv, "Juhán"sv,   "Nils Áslat"sv, "Áslat"sv,
                              "Heaika"sv,  "Jïermie"sv, "Läjsa"sv,   "Duommá"sv,     "Sámmol"sv};
constexpr std::array sami_families{"Sara"sv,      "Gaup"sv,     "Hætta"sv,  "Utsi"sv,    "Buljo"sv,
                                   "Somby"sv,     "Guttorm"sv,  "Balto"sv,  "Eira"sv,    "Siri"sv,
                                   "Oskal"sv,     "Bongo"sv,    "Anti"sv,   "Länsman"sv, "Jåma"sv,
                                   "Kappfjell"sv, "Dunfjeld"sv, "Muoŋŋá"sv, "Suoŋŋar"sv, "Čáhppe"sv,
                                   "Ruoŧŧalaš"sv, "Šálkku"sv,   "Đikŋa"sv,  "Žuohke"sv};
constexpr std::array polish_women{"Agnieszka"sv, "Małgorzata"sv, "Katarzyna"sv,   "Joanna"sv,
                                  "Ewa"sv,       "Zofia"sv,      "Świętosława"sv, "Bożena"sv,
                                  "Łucja"sv,     "Magdalena"sv,  "Grażyna"sv,     "Żaneta"sv};
constexpr std::array polish_men{"Łukasz"sv,   "Piotr"sv,  "Krzysztof"sv, "Paweł"sv,
                                "Michał"sv,   "Tomasz"sv, "Wojciech"sv,  "Stanisław"sv,
                                "Zbigniew"sv, "Rafał"sv,  "Błażej"sv,    "Józef"sv};
constexpr std::array polish_families{
    "Nowak"sv,     "Kowalski"sv,  "Wiśniewski"sv, "Wójcik"sv, "Kamiński"sv, "Lewandowski"sv,
    "Dąbrowski"sv, "Kozłowski"sv, "Jabłoński"sv,  "Król"sv,   "Wróbel"sv,   "Zając"sv,
    "Źrebiec"sv,   "Gałązka"sv,   "Grzyb-Łąka"sv, "Ćwik"sv,   "Męczyński"sv};
constexpr std::array baltic_women{"Rūta"sv,   "Daiva"sv, "Živilė"sv, "Gintarė"sv,
                                  "Jūratė"sv, "Ieva"sv,  "Līga"sv,   "Kristīne"sv,
                                  "Kadri"sv,  "Eglė"sv,  "Mārīte"sv};
constexpr std::array baltic_men{"Žilvinas"sv, "Mindaugas"sv, "Jānis"sv,  "Kārlis"sv,
                                "Gintaras"sv, "Ķirts"sv,     "Tõnu"sv,   "Ģirts"sv,
                                "Vytautas"sv, "Šarūnas"sv,   "Artūras"sv};
constexpr std::array baltic_families{"Kazlauskas"sv,   "Žukauskas"sv,    "Bērziņš"sv, "Kalniņš"sv,
                                     "Petrauskaitė"sv, "Ozoliņš"sv,      "Tamm"sv,    "Põld"sv,
                                     "Čepaitis"sv,     "Jankauskienė"sv, "Vējiņš"sv,  "Ļaudams"sv};
constexpr std::array south_slavic_women{"Jasmina"sv, "Đurđica"sv,  "Željka"sv, "Snežana"sv,
                                        "Amra"sv,    "Ljiljana"sv, "Šejla"sv,  "Vesna"sv,
                                        "Arbnora"sv, "Blerta"sv};
constexpr std::array south_slavic_men{"Đorđe"sv,   "Čedomir"sv, "Željko"sv, "Mirsad"sv, "Senad"sv,
                                      "Božidar"sv, "Šefik"sv,   "Luka"sv,   "Arben"sv,  "Gëzim"sv};
constexpr std::array south_slavic_families{"Hodžić"sv,    "Živković"sv, "Đukić"sv,   "Petrović"sv,
                                           "Kovačević"sv, "Begić"sv,    "Šehović"sv, "Krasniqi"sv,
                                           "Hoxha"sv,     "Marković"sv, "Čaušević"sv};
constexpr std::array nordic_women{"Guðrún"sv,   "Åsa"sv,   "Þórdís"sv,   "Päivi"sv,
                                  "Karin"sv,    "Mette"sv, "Ástríður"sv, "Annika"sv,
                                  "Birgitta"sv, "Kirsi"sv, "Sóley"sv,    "Rannvá"sv};
constexpr std::array nordic_men{"Björn"sv,    "Jörgen"sv, "Guðmundur"sv, "Þorsteinn"sv,
                                "Mikael"sv,   "Søren"sv,  "Jukka"sv,     "Göran"sv,
                                "Lars-Åke"sv, "Óðinn"sv,  "Ævar"sv,      "Mikko"sv};
constexpr std::array nordic_families{"Andersson"sv,  "Johansson"sv, "Svensson"sv, "Jónsdóttir"sv,
                                     "Sigurðsson"sv, "Virtanen"sv,  "Mäkinen"sv,  "Sjöberg"sv,
                                     "Møller"sv,     "Rasmussen"sv, "Öberg"sv,    "Þórarinsson"sv,
                                     "Nygård"sv};
constexpr std::array german_women{"Jürgine"sv,   "Käthe"sv, "Ursula"sv, "Sabine"sv, "Anneliese"sv,
                                  "Françoise"sv, "Zoë"sv,   "Núria"sv,  "Inês"sv};
constexpr std::array german_men{"Jürgen"sv,   "Günther"sv, "Klaus"sv, "Wolfgang"sv, "François"sv,
                                "Matthias"sv, "José"sv,    "João"sv,  "Björn"sv};
constexpr std::array german_families{"Müller"sv, "Schäfer"sv,      "Schröder"sv, "Köhler"sv,
                                     "Jäger"sv,  "van der Berg"sv, "Lefèvre"sv,  "García"sv,
                                     "Muñoz"sv,  "Gonçalves"sv,    "D'Angelo"sv};
constexpr std::array arabic_women{"Fatima"sv, "Amina"sv, "Zahra"sv,  "Layla"sv,
                                  "Maryam"sv, "Noor"sv,  "Shirin"sv, "Hêlîn"sv};
constexpr std::array arabic_men{"Mohammed"sv, "Ahmad"sv,  "Omar"sv,   "Ali"sv,
                                "Yusuf"sv,    "Khalid"sv, "Hassan"sv, "Şivan"sv};
constexpr std::array arabic_families{"Al-Hassan"sv, "Hussein"sv,  "Khan"sv,  "Rahimi"sv,
                                     "Al-Masri"sv,  "Ahmadi"sv,   "Malik"sv, "Barzanî"sv,
                                     "Hosseini"sv,  "El Amrani"sv};
constexpr std::array somali_women{"Hodan"sv,  "Ayaan"sv,     "Fadumo"sv, "Sahra"sv,
                                  "Hibaaq"sv, "Selamawit"sv, "Tsega"sv};
constexpr std::array somali_men{"Abdi"sv,      "Mahad"sv,  "Warsame"sv, "Yonas"sv,
                                "Abdullahi"sv, "Tesfay"sv, "Liban"sv};
constexpr std::array somali_families{"Abdi Ali"sv,    "Warsame"sv,     "Farah"sv,   "Hersi"sv,
                                     "Tesfamariam"sv, "Gebremedhin"sv, "Mohamud"sv, "Jama"sv};
constexpr std::array tamil_women{"Priya"sv, "Lakshmi"sv, "Anjali"sv, "Sivagowri"sv, "Meera"sv};
constexpr std::array tamil_men{"Ravi"sv, "Suresh"sv, "Arun"sv, "Thayaparan"sv, "Vijay"sv};
constexpr std::array tamil_families{"Sivakumar"sv, "Kumar"sv, "Rajaratnam"sv,
                                    "Singh"sv,     "Patel"sv, "Thurairajah"sv};
constexpr std::array vietnamese_women{"Thị Hương"sv, "Lan"sv, "Ngọc"sv, "Thúy"sv, "Mỹ Linh"sv};
constexpr std::array vietnamese_men{"Văn Minh"sv, "Dũng"sv, "Hùng"sv, "Đức"sv, "Quốc Anh"sv};
constexpr std::array vietnamese_families{"Nguyễn"sv, "Trần"sv, "Lê"sv,
                                         "Phạm"sv,   "Đặng"sv, "Huỳnh"sv};
constexpr std::array turkish_women{"Ayşe"sv, "Gülşen"sv, "Şükran"sv, "Çiğdem"sv, "Özlem"sv};
constexpr std::array turkish_men{"Ömer"sv, "Şükrü"sv, "Mehmet"sv, "Çağlar"sv, "Uğur"sv};
constexpr std::array turkish_families{"Yılmaz"sv, "Öztürk"sv, "Şahin"sv,
                                      "Çelik"sv,  "Doğan"sv,  "Güneş"sv};
constexpr std::array english_women{"Emily"sv, "Siobhán"sv,   "Rachel"sv,
                                   "Zoë"sv,   "Charlotte"sv, "Niamh"sv};
constexpr std::array english_men{"James"sv, "Seán"sv, "Oliver"sv, "Conor"sv, "Matthew"sv, "Ryan"sv};
constexpr std::array english_families{"Smith"sv,          "O'Brien"sv, "Taylor"sv,
                                      "MacLeod"sv,        "Johnson"sv, "Ó Súilleabháin"sv,
                                      "Williams-Brontë"sv};
constexpr std::array ukrainian_women{"Oksana"sv,   "Olena"sv,    "Iryna"sv,
                                     "Nataliia"sv, "Kateryna"sv, "Solomiia"sv};
constexpr std::array ukrainian_men{"Oleksandr"sv, "Andrii"sv, "Dmytro"sv,
                                   "Serhii"sv,    "Mykola"sv, "Yurii"sv};
constexpr std::array ukrainian_families{"Shevchenko"sv, "Kovalenko"sv, "Bondarenko"sv, "Tkachuk"sv,
                                        "Melnyk"sv,     "Lysenko"sv,   "Zelenčuk"sv};
constexpr std::array filipino_women{"Maricel"sv, "Rosalie"sv, "Supaporn"sv, "Somchit"sv, "Niña"sv};
constexpr std::array filipino_men{"Jericho"sv, "Rodel"sv, "Somchai"sv, "Prasert"sv, "Ramón"sv};
constexpr std::array filipino_families{"Santos"sv,  "Dela Cruz"sv, "Reyes"sv,
                                       "Saetang"sv, "Peñaflor"sv,  "Buatong"sv};

constexpr std::array<NameLists, 15> lists{{
    {norwegian_women, norwegian_men, norwegian_families},
    {sami_women, sami_men, sami_families},
    {polish_women, polish_men, polish_families},
    {baltic_women, baltic_men, baltic_families},
    {south_slavic_women, south_slavic_men, south_slavic_families},
    {nordic_women, nordic_men, nordic_families},
    {german_women, german_men, german_families},
    {arabic_women, arabic_men, arabic_families},
    {somali_women, somali_men, somali_families},
    {tamil_women, tamil_men, tamil_families},
    {vietnamese_women, vietnamese_men, vietnamese_families},
    {turkish_women, turkish_men, turkish_families},
    {english_women, english_men, english_families},
    {ukrainian_women, ukrainian_men, ukrainian_families},
    {filipino_women, filipino_men, filipino_families},
}};

constexpr std::array country_list{
    Country{"POL", "PL", Tongue::polish, true, false, 110, "WARSZAWA", "", "00-950", "ul. Próbna"},
    Country{"LTU", "LT", Tongue::baltic, true, false, 45, "VILNIUS", "", "LT-01103", "Bandymo g."},
    Country{"SWE", "SE", Tongue::nordic, true, false, 50, "GÖTEBORG", "", "411 03", "Provgatan"},
    Country{"DNK", "DK", Tongue::nordic, true, false, 25, "AALBORG", "", "9000", "Prøvevej"},
    Country{"DEU", "DE", Tongue::german, true, false, 28, "HAMBURG", "", "20095", "Prüfstraße"},
    Country{"GBR", "GB", Tongue::english, true, false, 20, "ABERDEEN", "Scotland", "AB10 1AB",
            "Trial Road"},
    Country{"ROU", "RO", Tongue::german, true, false, 20, "BRAȘOV", "", "500001",
            "Str. Încercării"},
    Country{"LVA", "LV", Tongue::baltic, true, false, 14, "RĪGA", "", "LV-1010", "Pārbaudes iela"},
    Country{"ISL", "IS", Tongue::nordic, true, false, 8, "REYKJAVÍK", "", "101", "Prófgata"},
    Country{"FIN", "FI", Tongue::nordic, true, false, 7, "ROVANIEMI", "Lappi", "96100", "Koetie"},
    Country{"ESP", "ES", Tongue::german, true, false, 12, "ALICANTE", "Valencia", "03001",
            "Calle Prueba"},
    Country{"FRA", "FR", Tongue::german, true, false, 8, "LYON", "Rhône", "69001",
            "Rue de l'Épreuve"},
    Country{"USA", "US", Tongue::english, false, false, 14, "MINNEAPOLIS", "MN", "55401",
            "Sample Avenue"},
    Country{"UKR", "UA", Tongue::ukrainian, false, true, 70, "LVIV", "", "79000", "vul. Probna"},
    Country{"SYR", "SY", Tongue::arabic, false, true, 42, "TESTABAD", "Homs", "", "Test Street"},
    Country{"SOM", "SO", Tongue::somali, false, true, 34, "MUQDISHO", "", "", "Test Road"},
    Country{"ERI", "ER", Tongue::somali, false, true, 28, "ASMARA", "", "", "Test Street"},
    Country{"AFG", "AF", Tongue::arabic, false, true, 22, "HERAT", "", "", "Test Street"},
    Country{"IRQ", "IQ", Tongue::arabic, false, true, 26, "ARBÎL", "Kurdistan", "44001",
            "Test Street"},
    Country{"IRN", "IR", Tongue::arabic, false, true, 22, "SHIRAZ", "", "71348", "Test Street"},
    Country{"PAK", "PK", Tongue::arabic, false, false, 24, "KHARIAN", "Punjab", "50090",
            "Test Road"},
    Country{"BIH", "BA", Tongue::south_slavic, false, true, 16, "BANJA LUKA", "", "78000",
            "Probna ulica"},
    Country{"XXK", "XK", Tongue::south_slavic, false, true, 12, "PRIZREN", "", "20000",
            "Rruga Provë"},
    Country{"TUR", "TR", Tongue::turkish, false, false, 14, "KONYA", "", "42000", "Deneme Sokağı"},
    Country{"VNM", "VN", Tongue::vietnamese, false, true, 16, "ĐÀ NẴNG", "", "550000", "Đường Thử"},
    Country{"LKA", "LK", Tongue::tamil, false, true, 10, "JAFFNA", "", "40000", "Test Lane"},
    Country{"IND", "IN", Tongue::tamil, false, false, 18, "LUDHIANA", "Punjab", "141001",
            "Test Marg"},
    Country{"THA", "TH", Tongue::filipino, false, false, 22, "UDON THANI", "", "41000",
            "Thanon Test"},
    Country{"PHL", "PH", Tongue::filipino, false, false, 24, "CEBU", "Visayas", "6000",
            "Test Street"},
    Country{"XXX", "YY", Tongue::arabic, false, true, 4, "TESTLEIR", "", "", "Test Street"},
    Country{"XUK", "YY", Tongue::somali, false, true, 4, "UKJENT", "", "", "Test Street"},
};

} // namespace

const NameLists& names_in(Tongue tongue) noexcept {
  return lists[static_cast<std::size_t>(tongue)];
}

std::span<const Country> countries() noexcept { return country_list; }

} // namespace grunndata::generate
