// Every element and value of the register's model is there, in about the register's proportions.
#include "tests/generate/documents.h"
#include "tools/generate/names.h"
#include "tools/generate/places.h"

#include <doctest/doctest.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace grunndata::generate {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Each element of a document, with the properties without which it is not valid.
const std::map<std::string, std::vector<std::string>>& required_properties() {
  static const std::map<std::string, std::vector<std::string>> table{
      {"identifikasjonsnummer", {"foedselsEllerDNummer", "identifikatortype", "status"}},
      {"identitetsgrunnlag", {"identitetsgrunnlagstatus"}},
      {"status", {"status"}},
      {"navn", {"fornavn", "etternavn"}},
      {"kjoenn", {"kjoenn"}},
      {"foedsel", {"foedselsaar"}},
      {"foedselINorge", {}},
      {"doedsfall", {}},
      {"adressebeskyttelse", {"graderingsnivaa"}},
      {"bostedsadresse", {"adressegradering"}},
      {"deltBosted", {"adressegradering", "startdatoForKontrakt"}},
      {"oppholdsadresse", {"adressegradering"}},
      {"postadresse", {"adressegradering"}},
      {"postadresseIUtlandet", {"adressegradering"}},
      {"preferertKontaktadresse", {"valg"}},
      {"sivilstand", {"sivilstand"}},
      {"familierelasjon", {"relatertPersonsRolle"}},
      {"foreldreansvar", {"ansvar"}},
      {"statsborgerskap", {"statsborgerskap"}},
      {"bibehold", {"bibeholdstatus"}},
      {"opphold", {"oppholdstillatelse"}},
      {"oppholdPaaSvalbard", {"startdato", "antattOppholdsvarighet"}},
      {"innflytting", {}},
      {"utflytting", {}},
      {"kontaktinformasjonForDoedsbo", {"skifteform", "attestutstedelsesdato", "adresse"}},
      {"legitimasjonsdokument", {"identifikasjonsdokumenttype", "utstederland"}},
      {"utenlandskPersonidentifikasjon",
       {"identifikasjonsnummer", "identifikasjonsnummertype", "utstederland"}},
      {"utlendingsmyndighetenesIdentifikasjonsnummer",
       {"identifikasjonsnummer", "identifikasjonsnummertype", "utstederland"}},
      {"falskIdentitet", {"erFalsk"}},
      {"vergemaalEllerFremtidsfullmakt", {"vergemaaltype", "verge"}},
      {"rettsligHandleevne", {"rettsligHandleevneomfang"}},
      {"fratattRettsligHandleevne", {}},
      {"brukAvSamiskSpraak", {"spraak"}},
      {"forholdTilSametingetsValgmanntall", {"forhold", "vedtaksdato"}},
      // objects inside elements
      {"vegadresse", {"adressenavn"}},
      {"adressenummer", {"husnummer"}},
      {"matrikkeladresse", {"matrikkelnummer"}},
      {"matrikkelnummer", {"kommunenummer"}},
      {"ukjentBosted", {"bostedskommune"}},
      {"utenlandskAdresse", {"landkode"}},
      {"utenlandskAdresseIFrittFormat", {"landkode"}},
      {"postboksadresse", {"postboks"}},
      {"postadresseIFrittFormat", {"adresselinje"}},
      {"originaltNavn", {"fornavn", "etternavn"}},
      {"personnavn", {"fornavn", "etternavn"}},
      {"relatertPersonUtenFolkeregisteridentifikator", {"navn"}},
      {"ansvarligUtenIdentifikator", {"navn"}},
      {"ansvarssubjektUtenIdentifikator", {"navn"}},
      {"dokumentkontroll", {"dokumentkontrollstatus"}},
      {"advokat", {"personnavn"}},
      {"organisasjon", {"organisasjonsnavn"}},
      {"person", {}},
      {"adresse", {"adresselinje", "postnummer", "poststedsnavn"}},
      {"rettIdentitetVedOpplysninger", {"personnavn", "statsborgerskap"}},
      {"navnFoedselsdato", {"personnavn"}},
      {"verge", {}},
      {"tjenesteomraade", {"vergeTjenestevirksomhet", "vergeTjenesteoppgave"}},
  };
  return table;
}

// Each value that a list of values of the model has ("unik" begins in 2027).
const std::map<std::string, std::vector<std::string>>& values() {
  static const std::map<std::string, std::vector<std::string>> table{
      {"identifikasjonsnummer.status", {"iBruk", "opphoert"}},
      {"identifikatortype", {"foedselsnummer", "dNummer"}},
      {"identitetsgrunnlagstatus", {"ingenStatus", "ikkeKontrollert", "kontrollert"}},
      {"status.status",
       {"bosatt", "utflyttet", "forsvunnet", "doed", "opphoert", "foedselsregistrert",
        "midlertidig", "inaktiv", "ikkeBosatt", "aktiv"}},
      {"kjoenn", {"kvinne", "mann"}},
      {"graderingsnivaa", {"ugradert", "klientadresse", "fortrolig", "strengtFortrolig"}},
      {"adressegradering", {"ugradert", "klientadresse", "fortrolig", "strengtFortrolig"}},
      {"bruksenhetstype",
       {"bolig", "annetEnnBolig", "fritidsbolig", "ikkeGodkjentBolig", "unummerertBruksenhet"}},
      {"oppholdAnnetSted", {"militaer", "utenriks", "paaSvalbard", "pendler"}},
      {"sivilstand",
       {"uoppgitt", "ugift", "gift", "enkeEllerEnkemann", "skilt", "separert", "registrertPartner",
        "separertPartner", "skiltPartner", "gjenlevendePartner"}},
      {"relatertPersonsRolle",
       {"mor", "far", "medmor", "barn", "soesken", "ektefelleEllerPartner", "doedfoedtBarn"}},
      {"minRolleForPerson", {"mor", "far", "medmor", "barn", "soesken", "ektefelleEllerPartner"}},
      {"ansvar", {"felles", "mor", "far", "medmor", "andre", "ukjent"}},
      {"bibeholdstatus",
       {"harBibehold", "harIkkeLengerBibehold", "norskStatsborgerTrengerIkkeBibehold"}},
      {"oppholdstillatelse", {"midlertidig", "permanent", "opplysningMangler"}},
      {"antattOppholdsvarighet",
       {"underSeksMaaneder", "overSeksMaaneder", "overTolvMaaneder", "ukjent"}},
      {"skifteform", {"offentlig", "annet"}},
      {"identifikasjonsdokumenttype",
       {"pass", "diplomatpass", "utlendingspass", "noedpass", "nasjonaltIdentitetskort",
        "reisebevisForFlyktninger", "schengenStandardisertOppholdskort", "foererkort"}},
      {"dokumentkontrollstatus",
       {"kontrollertIdentifikasjonsdokument", "ikkeKontrollertIdentifikasjonsdokument"}},
      {"identifikasjonsnummertype",
       {"utenlandskIdentifikasjonsnummer", "taxIdentificationNumber", "socialSecurityNumber",
        "utlendingsmyndighetenesIdentifikasjonsnummer"}},
      {"vergemaaltype",
       {"ensligMindreaarigAsylsoeker", "ensligMindreaarigFlyktning", "voksen",
        "midlertidigForVoksen", "mindreaarig", "midlertidigForMindreaarig",
        "forvaltningUtenforVergemaal", "stadfestetFremtidsfullmakt"}},
      {"rettsligHandleevneomfang", {"begrenset"}},
      {"spraak", {"nordsamisk", "soersamisk", "lulesamisk"}},
      {"forhold", {"innmeldt", "utmeldt", "aldriInnmeldt"}},
      {"rekkefoelgenummer", {"11", "21", "22"}},
  };
  return table;
}

// Properties that only some rows have, one of each kind of an element.
const std::vector<std::string>& variants() {
  static const std::vector<std::string> all{
      "bostedsadresse.vegadresse",
      "bostedsadresse.matrikkeladresse",
      "bostedsadresse.ukjentBosted",
      "bostedsadresse.opphoerstidspunkt",
      "bostedsadresse.naerAdresseIdentifikatorFraMatrikkelen",
      "deltBosted.vegadresse",
      "deltBosted.ukjentBosted",
      "deltBosted.sluttdatoForKontrakt",
      "oppholdsadresse.vegadresse",
      "oppholdsadresse.matrikkeladresse",
      "oppholdsadresse.utenlandskAdresse",
      "oppholdsadresse.adressenErUkjent",
      "postadresse.postboksadresse",
      "postadresse.vegadresse",
      "postadresse.postadresseIFrittFormat",
      "postadresseIUtlandet.utenlandskAdresse",
      "postadresseIUtlandet.utenlandskAdresseIFrittFormat",
      "familierelasjon.relatertPersonUtenFolkeregisteridentifikator",
      "foreldreansvar.ansvarligUtenIdentifikator",
      "foreldreansvar.ansvarligOrganisasjon",
      "foreldreansvar.ansvarssubjektUtenIdentifikator",
      "kontaktinformasjonForDoedsbo.person",
      "kontaktinformasjonForDoedsbo.advokat",
      "kontaktinformasjonForDoedsbo.organisasjon",
      "falskIdentitet.rettIdentitetVedIdentifikasjonsnummer",
      "falskIdentitet.rettIdentitetErUkjent",
      "falskIdentitet.rettIdentitetVedOpplysninger",
      "verge.foedselsEllerDNummer",
      "verge.navnFoedselsdato",
      "verge.navn",
      "verge.omfang",
      "verge.tjenesteomraade",
      "verge.omfangetErInnenPersonligOmraade",
      "sivilstand.utland",
      "sivilstand.myndighet",
      "navn.forkortetNavn",
      "navn.mellomnavn",
      "navn.originaltNavn",
      "foedsel.foedekommuneINorge",
      "innflytting.fraflyttingsstedIUtlandet",
      "utflytting.tilflyttingsstedIUtlandet",
      "vegadresse.coAdressenavn",
      "vegadresse.adressetilleggsnavn",
      "matrikkeladresse.undernummer",
      "oppholdPaaSvalbard.sluttdato",
      "oppholdPaaSvalbard.fraflyttingskommunenummer"};
  return all;
}

struct Seen {
  std::map<std::string, std::size_t> elements; // documents with it
  std::set<std::string> values;                // "key=value"
  std::set<std::string> variants;              // "parent.key"
  std::vector<std::string> faults;

  void require(const std::string& name, object inside) {
    const auto found = required_properties().find(name);
    if (found == required_properties().end()) return;
    for (const std::string& property : found->second) {
      if (inside.at_key(property).error() != simdjson::SUCCESS)
        faults.push_back(name + " lacks " + property);
    }
  }

  void value(const std::string& parent, const std::string& key, const std::string& text) {
    values.insert(key + "=" + text);
    values.insert(parent + "." + key + "=" + text);
  }

  void look(const std::string& name, element at, const std::string& parent) {
    if (at.is_object()) {
      const object inside = at;
      require(name, inside);
      for (const auto field : inside) {
        const std::string key(field.key);
        variants.insert(name + "." + key);
        look(key, field.value, name);
      }
    } else if (at.is_array()) {
      for (const element row : array(at)) look(name, row, parent);
    } else if (at.is_string()) {
      value(parent, name, std::string(std::string_view(at)));
    } else if (at.is_int64()) {
      value(parent, name, std::to_string(std::int64_t(at)));
    }
  }

  void document(object whole) {
    for (const auto field : whole) {
      ++elements[std::string(field.key)];
      look(std::string(field.key), field.value, "");
    }
  }
};

std::vector<std::string> missing(const Seen& seen) {
  std::vector<std::string> lacking;
  for (const auto& [name, properties] : required_properties()) {
    const bool inner = name == "vegadresse"; // from here on objects inside elements, checked below
    if (inner || seen.elements.contains(name)) continue;
    const bool inside = std::any_of(seen.variants.begin(), seen.variants.end(),
                                    [&](const auto& path) { return path.ends_with("." + name); });
    if (!inside) lacking.push_back(name);
  }
  for (const auto& [key, texts] : values()) {
    for (const std::string& text : texts) {
      if (!seen.values.contains(key + "=" + text)) lacking.push_back(key + "=" + text);
    }
  }
  for (const std::string& path : variants()) {
    if (!seen.variants.contains(path)) lacking.push_back(path);
  }
  return lacking;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "; ";
  return all;
}

} // namespace

TEST_CASE("every element, value and variant of the model stands in each 10,000 persons") {
  for (const std::uint64_t seed : {1U, 7U, 42U}) {
    std::vector<Seen> windows(3);
    std::size_t count = 0;
    for_each_document({.persons = 30'000, .seed = seed},
                      [&](object document) { windows[count++ / 10'000].document(document); });
    for (const Seen& seen : windows) {
      CHECK_MESSAGE(missing(seen).empty(), "seed ", seed, ": ", joined(missing(seen)));
      CHECK_MESSAGE(seen.faults.empty(), joined(seen.faults));
    }
  }
}

TEST_CASE("a thousand persons show most of it") {
  Seen seen;
  for_each_document({.persons = 1000, .seed = 7},
                    [&](object document) { seen.document(document); });
  CHECK_MESSAGE(missing(seen).size() < 20, joined(missing(seen)));
  CHECK(seen.faults.empty());
}

namespace {

struct Shares {
  std::map<std::string, double> status;
  double bytes_mean = 0;
  std::size_t bytes_max = 0;
  double rows_mean = 0;   // of bostedsadresse, reforms of kommuner left out
  double moved_once = 0;  // share with one row
  double reform_2024 = 0; // share with such a row
  double one_name = 0;
  double relations_mean = 0; // of people with a foedselsnummer
  double without_start = 0;  // of rows migrated from DSF
  double had_d_number = 0;
  double second_number = 0;
};

struct Counter {
  std::map<std::string, double> status;
  double documents = 0, with_fnr = 0, rows = 0, one_row = 0, reformed = 0, one_name = 0;
  double relations = 0, migrated = 0, without_start = 0, d_history = 0, spare = 0, bytes = 0;
  std::size_t bytes_max = 0;

  void migrated_rows(element at) {
    if (at.is_array()) {
      for (const element row : array(at)) migrated_rows(row);
    } else if (at.is_object()) {
      const object row = at;
      if (text_at(row, "kilde") == "KILDE_DSF") {
        migrated += 1;
        without_start += text_at(row, "gyldighetstidspunkt").empty() ? 1 : 0;
      }
    }
  }

  void residence(object document) {
    double own = 0;
    bool reform = false;
    for (const object row : rows_at(document, "bostedsadresse")) {
      const bool regulated = text_at(row, "aarsak") == "Kommuneregulering";
      own += regulated ? 0 : 1;
      reform = reform || (regulated && text_at(row, "ajourholdstidspunkt") >= "2024");
    }
    rows += own;
    one_row += own == 1 ? 1 : 0;
    reformed += reform ? 1 : 0;
  }

  void document(object whole) {
    documents += 1;
    const object first = *rows_at(whole, "status").begin();
    const std::string now = text_at(first, "status");
    status[now] += 1;
    for (const auto field : whole) migrated_rows(field.value);
    const array numbers = rows_at(whole, "identifikasjonsnummer");
    const object number = *numbers.begin();
    for (const object row : numbers) {
      if (is_current(row)) continue;
      (text_at(row, "identifikatortype") == "dNummer" ? d_history : spare) += 1;
    }
    if (text_at(number, "identifikatortype") == "dNummer" || now == "opphoert") return;
    with_fnr += 1;
    residence(whole);
    one_name += rows_at(whole, "navn").size() == 1 ? 1 : 0;
    relations += static_cast<double>(rows_at(whole, "familierelasjon").size());
  }
};

} // namespace

TEST_CASE("shares and sizes are about those of the register") {
  Counter counter;
  Population population({.persons = 100'000, .seed = 9});
  simdjson::dom::parser parser;
  std::string family;
  for (; population.next(family); family.clear()) {
    for_each_line(family, [&](std::string_view line) {
      counter.document(parser.parse(line.data(), line.size()));
      counter.bytes += static_cast<double>(line.size());
      counter.bytes_max = std::max(counter.bytes_max, line.size());
    });
  }
  const auto within = [](double value, double low, double high) {
    CHECK_MESSAGE((value >= low && value <= high), value, " lies outside ", low, " to ", high);
  };
  const auto share = [&](const char* status) { return counter.status[status] / counter.documents; };
  within(share("bosatt"), 0.505, 0.565);
  within(share("doed"), 0.22, 0.275);
  within(share("utflyttet"), 0.07, 0.10);
  within(share("inaktiv"), 0.07, 0.10);
  within(share("midlertidig"), 0.03, 0.05);
  within(share("opphoert"), 0.002, 0.006);
  within(share("ikkeBosatt"), 0.0003, 0.003);
  within(share("foedselsregistrert"), 0.0003, 0.002);
  within(share("forsvunnet"), 0.00005, 0.0006);
  within(counter.bytes / counter.documents, 4300, 5300);
  CHECK(counter.bytes_max < document_bytes_max / 2);
  within(counter.rows / counter.with_fnr, 4.5, 5.5);
  within(counter.one_row / counter.with_fnr, 0.11, 0.20);
  within(counter.reformed / counter.with_fnr, 0.25, 0.42);
  within(counter.one_name / counter.with_fnr, 0.68, 0.80);
  within(counter.relations / counter.with_fnr, 2.4, 3.8);
  within(counter.without_start / counter.migrated, 0.30, 0.60);
  within(counter.d_history / counter.documents, 0.03, 0.09);
  within(counter.spare / counter.documents, 0.001, 0.006);
}

TEST_CASE("whoever is strictly protected has no address but a post box") {
  std::size_t count = 0;
  for_each_document({.persons = 20'000, .seed = 6}, [&](object document) {
    const array rows = rows_at(document, "adressebeskyttelse");
    if (rows.size() == 0) return;
    const object now = *rows.begin();
    if (text_at(now, "graderingsnivaa") != "strengtFortrolig" || !is_current(now)) return;
    ++count;
    for (const char* element : {"bostedsadresse", "deltBosted", "oppholdsadresse", "innflytting",
                                "utflytting", "postadresseIUtlandet", "preferertKontaktadresse"}) {
      CHECK(document.at_key(element).error() != simdjson::SUCCESS);
    }
    CHECK(rows_at(document, "postadresse").size() == 2);
    CHECK(simdjson::minify(document).find("kommunenummer") == std::string::npos);
  });
  CHECK(count >= 2);
}

TEST_CASE("rows stand with the current one first, then from newest to oldest") {
  static constexpr std::array single_valued{"status", "navn", "sivilstand", "bostedsadresse",
                                            "identitetsgrunnlag"};
  for_each_document({.persons = 20'000, .seed = 6}, [&](object document) {
    for (const char* element : single_valued) {
      std::string before = "9999";
      bool first = true;
      for (const object row : rows_at(document, element)) {
        REQUIRE((first || !is_current(row)));
        first = false;
        const std::string from = text_at(row, "gyldighetstidspunkt").substr(0, 10);
        if (from.empty()) continue;
        REQUIRE(from <= before);
        before = from;
      }
    }
  });
}

TEST_CASE("nothing is recorded or true after the day of the population") {
  const std::string limit = "2026-01-01";
  for_each_document({.persons = 20'000, .seed = 6}, [&](object document) {
    for (const auto field : document) {
      if (!field.value.is_array()) continue;
      for (const object row : array(field.value)) {
        REQUIRE(text_at(row, "ajourholdstidspunkt") < limit);
        REQUIRE(text_at(row, "gyldighetstidspunkt") < limit);
        REQUIRE(text_at(row, "opphoerstidspunkt") < limit);
      }
    }
  });
}

TEST_CASE("names and places come in every spelling") {
  const std::string text = documents({.persons = 20'000, .seed = 6});
  for (const char* letter : {"Ł", "Ą", "č", "Č", "đ", "Đ", "ŋ", "Ŋ", "š",     "Š",
                             "ŧ", "ž", "Ž", "Ø", "å", "ễ", "ß", "Þ", "*PIKE", "*GUTT"}) {
    CHECK_MESSAGE(text.find(letter) != std::string::npos, letter);
  }
  std::set<std::string_view> numbers;
  for (const Kommune& kommune : kommuner()) {
    CHECK(numbers.insert(kommune.numbers[2]).second);
    CHECK(kommune.postal_codes.size() % 4 == 0);
    for (const std::string_view number : kommune.numbers) CHECK(number.size() == 4);
  }
}

} // namespace grunndata::generate
