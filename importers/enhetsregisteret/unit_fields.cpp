#include "importers/enhetsregisteret/unit_fields.h"

#include <unordered_map>

namespace grunndata::importers::enhetsregisteret {

const std::array<std::string_view, unit_field_count> unit_field_names{
    "organisasjonsnummer", "navn", "organisasjonsform", "respons_klasse", "slettedato",
    "overordnetEnhet",
    "historiskeNavn", "hjemmeside", "epostadresse", "telefon", "mobil",
    "postadresse", "forretningsadresse", "beliggenhetsadresse",
    "naeringskode1", "naeringskode2", "naeringskode3", "hjelpeenhetskode",
    "aktivitet", "vedtektsfestetFormaal", "vedtektsdato", "stiftelsesdato", "oppstartsdato",
    "datoEierskifte", "nedleggelsesdato",
    "antallAnsatte", "harRegistrertAntallAnsatte",
    "registreringsdatoAntallAnsatteEnhetsregisteret",
    "registreringsdatoAntallAnsatteNAVAaregisteret",
    "institusjonellSektorkode", "erIKonsern", "maalform",
    "registreringsdatoEnhetsregisteret", "registrertIMvaregisteret",
    "registrertIForetaksregisteret", "registrertIStiftelsesregisteret",
    "registrertIFrivillighetsregisteret", "registrertIPartiregisteret",
    "registreringsdatoForetaksregisteret", "registreringsdatoMerverdiavgiftsregisteret",
    "registreringsdatoMerverdiavgiftsregisteretEnhetsregisteret",
    "registreringsdatoFrivilligMerverdiavgiftsregisteret",
    "frivilligMvaRegistrertBeskrivelser", "registreringsdatoFrivillighetsregisteret",
    "registreringsdatoStiftelsesregisteret", "registreringsdatoPartiregisteret",
    "sisteInnsendteAarsregnskap", "kapital", "fravalgRevisjonDato",
    "fravalgRevisjonBeslutningsDato",
    "konkurs", "konkursdato", "underAvvikling", "underAvviklingDato",
    "underTvangsavviklingEllerTvangsopplosning",
    "tvangsavvikletPgaManglendeSlettingDato", "tvangsopplostPgaManglendeDagligLederDato",
    "tvangsopplostPgaMangelfulltStyreDato", "tvangsopplostPgaManglendeRegnskapDato",
    "tvangsopplostPgaManglendeRevisorDato", "underRekonstruksjonsforhandlingDato",
    "underUtenlandskInsolvensbehandlingDato",
    "paategninger",
    "utenlandskRegisterNavn", "utenlandskRegisterAdresse", "registreringsnummerIHjemlandet",
    "foretaksformIHjemlandet", "underlagtLovgivningLand", "underlagtLovgivningLandKode",
    "_links",
};

std::optional<UnitField> find_unit_field(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, UnitField> fields;
    for (std::size_t i = 0; i < unit_field_count; ++i) {
      fields.emplace(unit_field_names[i], static_cast<UnitField>(i));
    }
    fields.emplace("links", UnitField::links); // bulk files
    fields.emplace("registreringsdatoAntallAnsatteNavAaregisteret", UnitField::ansatte_nav_dato);
    return fields;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? std::nullopt : std::optional(found->second);
}

} // namespace grunndata::importers::enhetsregisteret
