// The fields of Enhetsregisteret's documents of enheter and underenheter (open API, version 2, the
// older copies' among them).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::importers::enhetsregisteret {

/// Named as in the source.
enum class UnitField : std::uint8_t {
  organisasjonsnummer, navn, organisasjonsform, respons_klasse, slettedato, overordnet_enhet,
  historiske_navn, hjemmeside, epostadresse, telefon, mobil,
  postadresse, forretningsadresse, beliggenhetsadresse,
  naeringskode1, naeringskode2, naeringskode3, hjelpeenhetskode,
  aktivitet, vedtektsfestet_formaal, vedtektsdato, stiftelsesdato, oppstartsdato,
  dato_eierskifte, nedleggelsesdato,
  antall_ansatte, har_registrert_antall_ansatte, ansatte_enhetsregisteret_dato, ansatte_nav_dato,
  institusjonell_sektorkode, er_i_konsern, maalform,
  registreringsdato, i_mva, i_foretak, i_stiftelse, i_frivillighet, i_parti,
  foretak_dato, mva_dato, mva_enhetsregisteret_dato, frivillig_mva_dato,
  frivillig_mva_beskrivelser, frivillighet_dato, stiftelse_dato, parti_dato,
  siste_aarsregnskap, kapital, fravalg_revisjon_dato, fravalg_revisjon_beslutning,
  konkurs, konkursdato, under_avvikling, under_avvikling_dato, under_tvang,
  tvang_sletting_dato, tvang_daglig_leder_dato, tvang_styre_dato, tvang_regnskap_dato,
  tvang_revisor_dato, rekonstruksjon_dato, utenlandsk_insolvens_dato,
  paategninger,
  utenlandsk_register_navn, utenlandsk_register_adresse, registreringsnummer_hjemland,
  foretaksform_hjemland, lovgivning_land, lovgivning_landkode,
  links,
};
inline constexpr std::size_t unit_field_count = static_cast<std::size_t>(UnitField::links) + 1;

/// Indexed by value: as the source writes it.
extern const std::array<std::string_view, unit_field_count> unit_field_names;

[[nodiscard]] inline std::string_view name_of(UnitField field) noexcept {
  return unit_field_names[static_cast<std::size_t>(field)];
}
/// By the source's name, other spellings of it included.
[[nodiscard]] std::optional<UnitField> find_unit_field(std::string_view name);

} // namespace grunndata::importers::enhetsregisteret
