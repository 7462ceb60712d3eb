#include "tests/leak/people.h"

#include "tests/api/registry_fixture.h"

#include <array>
#include <utility>

namespace grunndata::leak {

namespace {

struct Identity {
  std::string_view given, family, born;
};

/// Searches for one of a story find nobody else as well: who comes first of equals is chance.
Identity identity_of(const std::string& number) {
  if (number == api::fnr(1)) return {"Kari", "Nordmann", "1980-03-14"};
  if (number == api::fnr(2)) return {"Berit", "Nordmann", "1955-05-17"};
  return {"Sissel", "Fremmed", "1930-01-02"};
}

std::string graded(Level level) {
  return R"("adressegradering":")" + std::string(word_of(level)) + R"(",)";
}

} // namespace

Document somebody(const std::string& number, Fields fields) {
  const bool places = fields == Fields::with_places;
  const Identity who = identity_of(number);
  Document person(number);
  person.add("navn", row("2000-01-01", true,
                         R"("fornavn":")" + std::string(who.given) + R"(","etternavn":")" +
                             std::string(who.family) + '"'));
  person.add("kjoenn", row("2000-01-01", true, R"("kjoenn":"kvinne")"));
  person.add("status", row("2000-01-01", true, R"("status":"bosatt")"));
  person.add("statsborgerskap", row("2000-01-01", true, R"("statsborgerskap":"NOR")"));
  person.add(
      "foedsel",
      row("2000-01-01", true,
          R"("foedselsdato":")" + std::string(who.born) + R"(","foedselsaar":")" +
              std::string(who.born.substr(0, 4)) + R"(",)" +
              (places ? R"("foedested":"Kanarifoedested","foedekommuneINorge":"1804",)" : "") +
              R"("foedeland":"NOR")"));
  person.add("sivilstand",
             row("2005-06-07", true,
                 std::string(R"("sivilstand":"gift","sivilstandsdato":"2005-06-07")") +
                     (places ? R"(,"kommune":"1506","sted":"Kanarivigselssted")" : "")));
  person.add("vergemaalEllerFremtidsfullmakt",
             row("2010-01-01", true,
                 std::string(R"("vergemaaltype":"voksen",)") +
                     (places ? R"("embete":"statsforvalterenIKanarifylke",)" : "") +
                     R"("verge":{"navn":{"fornavn":"Ola","etternavn":"Verge"}})"));
  return person;
}

void grade(Document& person, Level level) {
  if (level == Level::none) return;
  person.add("adressebeskyttelse",
             row("2016-05-04", true, R"("graderingsnivaa":")" + std::string(word_of(level)) + '"'));
}

void add_home(Document& person, Level level) {
  person.add("bostedsadresse",
             row("2021-01-11", true,
                 graded(level) +
                     R"("vegadresse":{"kommunenummer":"4601","bruksenhetsnummer":"H0771",
                     "adressenavn":"Kanarihjemgata","adressekode":"77101",
                     "adressenummer":{"husnummer":"7710","husbokstav":"K"},
                     "adressetilleggsnavn":"Kanarihjemtunet","coAdressenavn":"c/o Kanarihjem",
                     "poststed":{"poststedsnavn":"KANARIHJEMSTAD","postnummer":"7711"}},
                     "adresseIdentifikatorFraMatrikkelen":"771000001",
                     "naerAdresseIdentifikatorFraMatrikkelen":"771000002",
                     "flyttedato":"2021-01-12","grunnkrets":7712,"stemmekrets":77113,
                     "skolekrets":77114,"kirkekrets":77115)"));
}

void add_former_home(Document& person, Level level) {
  person.add("bostedsadresse",
             row("2011-02-11", false,
                 graded(level) +
                     R"("matrikkeladresse":{"matrikkelnummer":{"kommunenummer":"1103",
                     "gaardsnummer":77201,"bruksnummer":77202,"festenummer":77203},
                     "undernummer":77204,"bruksenhetsnummer":"H0772",
                     "adressetilleggsnavn":"Kanarigamlegarden","coAdressenavn":"v/ Kanarigamle",
                     "poststed":{"poststedsnavn":"KANARIGAMLESTAD","postnummer":"7721"}},
                     "grunnkrets":7722,"flyttedato":"2011-02-12")"));
}

void add_second_home(Document& person, Level level) {
  person.add("bostedsadresse",
             row("2023-03-13", true, graded(level) + R"("vegadresse":{"kommunenummer":"3407",
                     "adressenavn":"Kanarinygata","adressenummer":{"husnummer":"7730"},
                     "poststed":{"poststedsnavn":"KANARINYSTAD","postnummer":"7731"}},
                     "adresseIdentifikatorFraMatrikkelen":"773000001","grunnkrets":7732)"));
}

void add_shared_home(Document& person, Level level) {
  person.add("deltBosted",
             row("2018-04-14", true, graded(level) + R"("vegadresse":{"kommunenummer":"5001",
                     "adressenavn":"Kanaridelgata","adressenummer":{"husnummer":"7740"},
                     "poststed":{"poststedsnavn":"KANARIDELSTAD","postnummer":"7741"}},
                     "adresseIdentifikatorFraMatrikkelen":"774000001","grunnkrets":7742,
                     "startdatoForKontrakt":"2018-04-15","sluttdatoForKontrakt":"2038-04-15")"));
}

void add_stay(Document& person, Level level) {
  person.add("oppholdsadresse",
             row("2024-05-15", true, graded(level) + R"("vegadresse":{"kommunenummer":"5501",
                     "adressenavn":"Kanarioppholdsgata","adressenummer":{"husnummer":"7750"},
                     "poststed":{"poststedsnavn":"KANARIOPPHOLDSTAD","postnummer":"7751"}},
                     "adresseIdentifikatorFraMatrikkelen":"775000001",
                     "oppholdsadressedato":"2024-05-16","oppholdAnnetSted":"pendler")"));
}

void add_post_address(Document& person, Level level) {
  person.add("postadresse",
             row("2019-06-16", true, graded(level) + R"("postboksadresse":{"postboks":"77600",
                     "postbokseier":"Kanaripostkontoret",
                     "poststed":{"poststedsnavn":"KANARIPOSTSTAD","postnummer":"7761"}},
                     "postadresseIFrittFormat":{"adresselinje":["Kanarilinje 1"]})"));
}

void add_former_post_address(Document& person, Level level) {
  person.add(
      "postadresse",
      row("2009-06-17", false, graded(level) + R"("vegadresse":{"adressenavn":"Kanarigamlepostgata",
                     "adressenummer":{"husnummer":"7765"},"coAdressenavn":"c/o Kanaripostvert",
                     "poststed":{"poststedsnavn":"KANARIGAMLEPOSTSTAD","postnummer":"7766"}})"));
}

void add_post_address_abroad(Document& person, Level level) {
  person.add(
      "postadresseIUtlandet",
      row("2017-07-17", true, graded(level) + R"("utenlandskAdresse":{"adressenavn":"Calle Kanari",
                     "bygning":"Kanaribygg","boenhet":"7770","postkode":"77701",
                     "byEllerStedsnavn":"KANARIBY","distriktsnavn":"Kanaridistrikt",
                     "region":"Kanariregion","landkode":"ES"},
                     "utenlandskAdresseIFrittFormat":{"adresselinje":["Kanarilinje utenlands"],
                     "postkode":"77702","byEllerStedsnavn":"KANARIBYEN","landkode":"ES"})"));
}

void add_preferred_address(Document& person, Level level) {
  person.add("preferertKontaktadresse",
             row("2018-08-18", true, graded(level) + R"("valg":"postadresse",
                     "kontaktadresseIFrittFormat":{"adresselinje":["Kanarivalgt 7780"],
                     "landkode":"NO"})"));
}

void add_moves(Document& person) {
  person.add("innflytting", row("2012-09-19", true,
                                R"("fraflyttingsland":"SYR",
                                "fraflyttingsstedIUtlandet":"Kanariabad")"));
  person.add("utflytting", row("2013-09-20", true,
                               R"("tilflyttingsland":"ESP","utflyttingsdato":"2013-09-21",
                               "tilflyttingsstedIUtlandet":"Kanaripueblo")"));
  person.add("oppholdPaaSvalbard", row("2014-10-20", true,
                                       R"("startdato":"2014-10-21","sluttdato":"2014-10-22",
                 "antattOppholdsvarighet":"overSeksMaaneder",
                 "fraflyttingskommunenummer":"4204","fraflyttingsland":"SWE")"));
}

void add_birth_and_estate(Document& person) {
  person.add("foedselINorge", row("1980-03-15", true,
                                  R"("foedselsinstitusjonsnavn":"Kanarisykehuset",
                                  "rekkefoelgenummer":11)"));
  person.add("kontaktinformasjonForDoedsbo",
             row("2020-11-21", true,
                 R"("skifteform":"annet","attestutstedelsesdato":"2020-11-22",
                 "advokat":{"personnavn":{"fornavn":"Ada","etternavn":"Kanariadvokat"}},
                 "adresse":{"adresselinje":["Kanariboveien 7790"],"postnummer":"7791",
                 "poststedsnavn":"KANARIBOSTAD","landkode":"NO"})"));
}

void add_addresses(Document& person, Level level) {
  add_home(person, level);
  add_former_home(person, level);
  add_shared_home(person, level);
  add_stay(person, level);
  add_post_address(person, level);
  add_former_post_address(person, level);
  add_post_address_abroad(person, level);
  add_preferred_address(person, level);
}

void add_parents_home(Document& person, Level level) {
  person.add("bostedsadresse",
             row("2018-04-16", true, graded(level) + R"("vegadresse":{"kommunenummer":"5001",
                     "adressenavn":"Kanaridelgata","adressenummer":{"husnummer":"7740"},
                     "poststed":{"poststedsnavn":"KANARIDELSTAD","postnummer":"7741"}},
                     "adresseIdentifikatorFraMatrikkelen":"774000001","grunnkrets":7742)"));
}

void add_hidden(Document& person, int version) {
  if (version == 0) return;
  person.add("forholdTilSametingetsValgmanntall",
             row("200" + std::to_string(version) + "-01-02", true,
                 R"("forhold":"innmeldt","vedtaksdato":"2004-04-04")"));
}

Document stranger(const std::string& number, const Moves& versions) {
  constexpr std::array<std::string_view, stranger_addresses> elements{
      "bostedsadresse", "deltBosted",           "oppholdsadresse",
      "postadresse",    "postadresseIUtlandet", "preferertKontaktadresse"};
  Document person = somebody(number, Fields::without_places);
  grade(person, Level::confidential);
  for (std::size_t i = 0; i < stranger_addresses; ++i) {
    person.add(elements[i], row("200" + std::to_string(versions[i]) + "-01-02", true,
                                graded(Level::confidential) + R"("bruksenhetsnummer":"H1")"));
  }
  return person;
}

} // namespace grunndata::leak
