#include "importers/enhetsregisteret/unit_mapping.h"

#include "identifiers/check.h"
#include "importers/enhetsregisteret/sole_proprietors.h"
#include "importers/enhetsregisteret/unit_fields.h"
#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_builder.h"

#include <array>
#include <optional>
#include <utility>

namespace grunndata::importers::enhetsregisteret {

using reading::ElementWalk;
using reading::JsonSlot;
using reading::MappingReport;
using reading::MemberWalk;
using reading::Oddity;
using registry::Instant;
using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeRelation;
using registry::virksomhet::NodeStatus;
using registry::virksomhet::NodeType;
using registry::virksomhet::Says;
using virksomhet::Body;
using virksomhet::is_given;
using virksomhet::Mapped;
using virksomhet::NodeBuilder;
using virksomhet::refuse;
using enum UnitField;

namespace {

using Outcome = tl::expected<Mapped, reading::MappingFault>;

/// Known in documents of today, and in none of the older ones, whose codes are of SN2007.
constexpr UnitField newer_field = i_parti;

NodeType type_of(std::string_view form) noexcept {
  if (form == "BEDR" || form == "AAFY") return NodeType::underenhet;
  if (form == "ORGL" || form == "ADOS" || form == "KTRF" || form == "OPMV") {
    return NodeType::organisasjonsledd;
  }
  return NodeType::juridisk_enhet;
}

bool is_true(JsonSlot value) noexcept { return value.begin != nullptr && *value.begin == 't'; }

struct DatedCondition {
  UnitField date;
  std::string_view condition;
};
constexpr std::array dated_conditions{
    DatedCondition{tvang_sletting_dato, "TVANGSAVVIKLET_MANGLENDE_SLETTING"},
    DatedCondition{tvang_daglig_leder_dato, "TVANGSOPPLOST_MANGLENDE_DAGLIG_LEDER"},
    DatedCondition{tvang_styre_dato, "TVANGSOPPLOST_MANGELFULLT_STYRE"},
    DatedCondition{tvang_regnskap_dato, "TVANGSOPPLOST_MANGLENDE_REGNSKAP"},
    DatedCondition{tvang_revisor_dato, "TVANGSOPPLOST_MANGLENDE_REVISOR"},
    DatedCondition{rekonstruksjon_dato, "REKONSTRUKSJONSFORHANDLING"},
    DatedCondition{utenlandsk_insolvens_dato, "UTENLANDSK_INSOLVENSBEHANDLING"},
};

struct AddressField {
  std::string_view name; ///< as the source writes it
  std::string_view property;
};
constexpr AddressField address_lines{"adresse", "lines"};
constexpr std::array address_fields{
    AddressField{"postnummer", "postalCode"},
    AddressField{"poststed", "postalPlace"},
    AddressField{"kommunenummer", "municipalityNumber"},
    AddressField{"kommune", "municipality"},
    AddressField{"landkode", "countryCode"},
    AddressField{"land", "country"},
};

struct RegisterFields {
  std::string_view name;
  UnitField is_in;
  UnitField since;
};
constexpr std::array registers{
    RegisterFields{"FORETAKSREGISTERET", i_foretak, foretak_dato},
    RegisterFields{"MERVERDIAVGIFTSREGISTERET", i_mva, mva_dato},
    RegisterFields{"STIFTELSESREGISTERET", i_stiftelse, stiftelse_dato},
    RegisterFields{"FRIVILLIGHETSREGISTERET", i_frivillighet, frivillighet_dato},
    RegisterFields{"PARTIREGISTERET", i_parti, parti_dato},
};

} // namespace

class UnitMapper::Work {
 public:
  explicit Work(const UnitMappingOptions& options) : options_(options) {}

  Outcome map(std::string_view json, NodeRecord& out, MappingReport& report);

 private:
  void collect(NodeBuilder& node);
  std::optional<UnitField> field_named(std::string_view name, std::size_t following);
  Outcome map_unit(NodeBuilder& node);
  void put_life(NodeBuilder& node);
  void put_names(NodeBuilder& node);
  void put_codes(NodeBuilder& node);
  void put_industry(NodeBuilder& node);
  void put_conditions(NodeBuilder& node);
  void put_addresses(NodeBuilder& node);
  void put_address(NodeBuilder& node, NodePart part, UnitField field);
  void put_contact(NodeBuilder& node);
  void put_registration(NodeBuilder& node);
  void put_dates(NodeBuilder& node);
  void put_economy(NodeBuilder& node);
  void put_foreign(NodeBuilder& node);
  void put_annotations(NodeBuilder& node);
  void put_parent(NodeBuilder& node);
  void put_condition(NodeBuilder& node, std::string_view condition, UnitField date);

  [[nodiscard]] JsonSlot at(UnitField field) const noexcept {
    return slots_[static_cast<std::size_t>(field)];
  }
  [[nodiscard]] bool has(UnitField field) const noexcept { return is_given(at(field)); }
  [[nodiscard]] std::optional<Instant> time(NodeBuilder& node, UnitField field) {
    return node.time(name_of(field), at(field));
  }
  [[nodiscard]] bool is_removed() const noexcept;

  const UnitMappingOptions& options_;
  reading::JsonDocument document_;
  std::array<JsonSlot, unit_field_count> slots_{};
  std::size_t fields_ = 0; ///< known ones in the document
  /// Which field came last at the beginning, and behind each field.
  std::array<UnitField, unit_field_count + 1> followers_{};
};

Outcome UnitMapper::Work::map(std::string_view json, NodeRecord& out, MappingReport& report) {
  if (auto fault = document_.load(json)) return tl::unexpected(std::move(*fault));
  NodeBuilder node(document_, out, report);
  collect(node);
  const std::string number(node.text_of(at(organisasjonsnummer)));
  if (number.empty()) {
    return refuse("organisasjonsnummer", "missing_identifier",
                  "the document has no organisasjonsnummer");
  }
  const identifiers::Check check = identifiers::check_orgnr(number);
  if (!check.valid) {
    return refuse("organisasjonsnummer", std::string(identifiers::reason_name(check.reason)),
                  "the organisasjonsnummer is none");
  }
  if (options_.is_selected && !options_.is_selected(number)) return Mapped::nothing;
  node.key(IdentifierSystem::orgnr, number);
  Outcome outcome = map_unit(node);
  if (outcome) node.finish();
  return outcome;
}

/// Documents of a source have their fields in one order: tried first is what stood there last time.
std::optional<UnitField> UnitMapper::Work::field_named(std::string_view name,
                                                       std::size_t following) {
  UnitField& guess = followers_[following];
  if (name_of(guess) == name) return guess;
  const auto found = find_unit_field(name);
  if (found) guess = *found;
  return found;
}

void UnitMapper::Work::collect(NodeBuilder& node) {
  slots_ = {};
  fields_ = 0;
  std::size_t following = 0;
  MemberWalk walk(document_.root());
  while (walk.next()) {
    const auto field = field_named(walk.key(), following);
    if (!field) {
      node.note(Oddity::unknown_field, walk.key());
      continue;
    }
    JsonSlot& slot = slots_[static_cast<std::size_t>(*field)];
    if (slot.begin != nullptr) {
      node.note(Oddity::duplicate_field, walk.key());
      continue;
    }
    slot = walk.value();
    following = static_cast<std::size_t>(*field) + 1;
    ++fields_;
  }
}

/// Nothing but the number, when it was taken out, and links.
bool UnitMapper::Work::is_removed() const noexcept {
  return has(slettedato) && fields_ == 2U + (at(links).begin != nullptr ? 1U : 0U);
}

Outcome UnitMapper::Work::map_unit(NodeBuilder& node) {
  NodeRecord& out = node.record();
  if (is_removed()) {
    out.removed_by_law = true;
    out.status = NodeStatus::fjernet;
    out.closed = time(node, slettedato);
    return Mapped::node;
  }
  const std::string form(node.text_of(reading::member(at(organisasjonsform), "kode")));
  if (form.empty()) {
    return refuse("organisasjonsform", "missing_form", "the unit has no organisasjonsform");
  }
  out.type = type_of(form);
  put_life(node);
  put_names(node);
  put_codes(node);
  put_industry(node);
  put_conditions(node);
  put_addresses(node);
  put_contact(node);
  put_registration(node);
  put_dates(node);
  put_economy(node);
  put_foreign(node);
  put_annotations(node);
  put_parent(node);
  if (form == "ENK") mark_personal(out);
  return Mapped::node;
}

void UnitMapper::Work::put_life(NodeBuilder& node) {
  NodeRecord& out = node.record();
  const bool is_underenhet = out.type == NodeType::underenhet;
  const auto founded = time(node, is_underenhet ? oppstartsdato : stiftelsesdato);
  const auto registered = time(node, registreringsdato);
  out.opened = founded ? founded : registered;
  const auto deleted = time(node, slettedato);
  const auto shut = time(node, nedleggelsesdato);
  const bool is_over = deleted || (shut && *shut <= options_.extracted_at);
  if (is_over || has(slettedato)) {
    out.status = NodeStatus::opphort;
    out.closed = shut ? shut : deleted;
  }
  const std::string_view answer = node.text_of(at(respons_klasse));
  out.is_remainder = answer == "SlettetEnhet" || answer == "SlettetUnderEnhet" ||
                     (has(slettedato) && !has(registreringsdato));
  out.administrative = has(hjelpeenhetskode);
}

/// An older name's last day is the first of the next: tilDato is when the name was replaced.
void UnitMapper::Work::put_names(NodeBuilder& node) {
  std::optional<Instant> replaced;
  ElementWalk walk(at(historiske_navn));
  while (walk.next()) {
    const JsonSlot name = walk.value();
    const auto from = node.time("historiskeNavn.fraDato", reading::member(name, "fraDato"));
    const auto to = node.time("historiskeNavn.tilDato", reading::member(name, "tilDato"));
    if (to && (!replaced || *replaced < *to)) replaced = to;
    if (!to || (from && *from >= *to)) {
      node.note(Oddity::bad_time, "historiskeNavn"); // held on no day that can be told
      continue;
    }
    NodeItem* const item = node.add(
        NodePart::name, node.body().put("name", reading::member(name, "navn")), name);
    if (item == nullptr) continue;
    item->says = Says::interval;
    item->valid_from = from;
    item->valid_to = to;
  }
  NodeItem* const item = node.add(NodePart::name, node.body().put("name", at(navn)), at(navn));
  if (item != nullptr) item->valid_from = replaced;
  if (item == nullptr && at(navn).begin != nullptr) node.note(Oddity::wrong_type, name_of(navn));
}

void UnitMapper::Work::put_codes(NodeBuilder& node) {
  node.add(NodePart::form, node.body().put("code", reading::member(at(organisasjonsform), "kode")),
           at(organisasjonsform));
  node.add(NodePart::sector,
           node.body().put("code", reading::member(at(institusjonell_sektorkode), "kode")),
           at(institusjonell_sektorkode));
  node.add(NodePart::language_form, node.body().put("languageForm", at(maalform)), at(maalform));
  node.add(NodePart::activity, node.body()
                                   .put_joined("activity", at(aktivitet))
                                   .put_joined("statutoryPurpose", at(vedtektsfestet_formaal)));
  Body employees = node.body();
  employees.put("count", at(antall_ansatte));
  employees.put("isRegistered", at(har_registrert_antall_ansatte));
  node.add(NodePart::employees, employees, at(antall_ansatte));
}

/// The same code means different things in the two editions, and the document does not say which:
/// copies older than the register's present form are of SN2007.
void UnitMapper::Work::put_industry(NodeBuilder& node) {
  const bool is_old = at(respons_klasse).begin == nullptr && at(newer_field).begin == nullptr;
  const std::string_view version = is_old ? "SN2007" : "SN2025";
  std::uint64_t rank = 0;
  for (const UnitField field : {naeringskode1, naeringskode2, naeringskode3}) {
    ++rank;
    const JsonSlot code = reading::member(at(field), "kode");
    if (!is_given(code)) continue;
    node.add(NodePart::industry,
             node.body().put_number("rank", rank).put("code", code).put_text("version", version),
             at(field));
  }
  const JsonSlot code = reading::member(at(hjelpeenhetskode), "kode");
  if (!is_given(code)) return;
  node.add(NodePart::auxiliary_industry,
           node.body().put("code", code).put_text("version", version), at(hjelpeenhetskode));
}

void UnitMapper::Work::put_condition(NodeBuilder& node, std::string_view condition,
                                     UnitField date) {
  NodeItem* const item =
      node.add(NodePart::condition, node.body().put_text("condition", condition), at(date));
  if (item != nullptr && at(date).is_string()) item->valid_from = time(node, date);
}

void UnitMapper::Work::put_conditions(NodeBuilder& node) {
  if (is_true(at(konkurs)) || has(konkursdato)) put_condition(node, "KONKURS", konkursdato);
  if (is_true(at(under_avvikling)) || has(under_avvikling_dato)) {
    put_condition(node, "UNDER_AVVIKLING", under_avvikling_dato);
  }
  bool is_told = false;
  for (const DatedCondition& row : dated_conditions) {
    if (!has(row.date)) continue;
    is_told = true;
    put_condition(node, row.condition, row.date);
  }
  if (is_true(at(under_tvang)) && !is_told) {
    put_condition(node, "UNDER_TVANGSAVVIKLING_ELLER_TVANGSOPPLOSNING", under_tvang);
  }
}

void UnitMapper::Work::put_address(NodeBuilder& node, NodePart part, UnitField field) {
  const JsonSlot address = at(field);
  if (address.begin != nullptr && !address.is_object() && !address.is_null()) {
    node.note(Oddity::wrong_type, name_of(field));
  }
  JsonSlot lines{};
  std::array<JsonSlot, address_fields.size()> values{};
  MemberWalk walk(address);
  while (walk.next()) {
    JsonSlot* slot = walk.key() == address_lines.name ? &lines : nullptr;
    for (std::size_t i = 0; slot == nullptr && i < values.size(); ++i) {
      if (walk.key() == address_fields[i].name) slot = &values[i];
    }
    if (slot != nullptr && slot->begin == nullptr) *slot = walk.value();
  }
  Body body = node.body();
  body.put_lines(address_lines.property, lines);
  for (std::size_t i = 0; i < values.size(); ++i) body.put(address_fields[i].property, values[i]);
  node.add(part, body, address);
}

void UnitMapper::Work::put_addresses(NodeBuilder& node) {
  put_address(node, NodePart::business_address, forretningsadresse);
  put_address(node, NodePart::postal_address, postadresse);
  put_address(node, NodePart::visiting_address, beliggenhetsadresse);
}

void UnitMapper::Work::put_contact(NodeBuilder& node) {
  node.add(NodePart::contact, node.body()
                                  .put("telephone", at(telefon))
                                  .put("mobile", at(mobil))
                                  .put("email", at(epostadresse))
                                  .put("homePage", at(hjemmeside)));
}

void UnitMapper::Work::put_registration(NodeBuilder& node) {
  const auto put = [&](Body body, UnitField since) {
    NodeItem* const item = node.add(NodePart::registration, body, at(since));
    if (item != nullptr) item->valid_from = time(node, since);
  };
  if (has(registreringsdato)) {
    put(node.body().put_text("register", "ENHETSREGISTERET"), registreringsdato);
  }
  for (const RegisterFields& row : registers) {
    if (!is_true(at(row.is_in)) && !has(row.since)) continue;
    Body body = node.body().put_text("register", row.name);
    if (row.since == mva_dato) {
      body.put("registeredInEnhetsregisteretAt", at(mva_enhetsregisteret_dato));
    }
    put(body, row.since);
  }
  if (has(frivillig_mva_dato) || at(frivillig_mva_beskrivelser).is_array()) {
    Body body = node.body().put_lines("descriptions", at(frivillig_mva_beskrivelser));
    if (body.empty() && !has(frivillig_mva_dato)) return body.drop();
    put(body.put_text("register", "FRIVILLIG_MERVERDIAVGIFT"), frivillig_mva_dato);
  }
}

void UnitMapper::Work::put_dates(NodeBuilder& node) {
  node.add(NodePart::foundation, node.body()
                                     .put("foundedAt", at(stiftelsesdato))
                                     .put("startedAt", at(oppstartsdato))
                                     .put("ownerChangedAt", at(dato_eierskifte))
                                     .put("closedAt", at(nedleggelsesdato))
                                     .put("statutesAt", at(vedtektsdato)));
}

void UnitMapper::Work::put_economy(NodeBuilder& node) {
  const JsonSlot capital = at(kapital);
  std::string text;
  Body inner(text);
  inner.put("amount", reading::member(capital, "belop"));
  inner.put("shares", reading::member(capital, "antallAksjer"));
  inner.put("type", reading::member(capital, "type"));
  inner.put("currency", reading::member(capital, "valuta"));
  inner.put("enteredAt", reading::member(capital, "innfortDato"));
  inner.put("fullyPaid", reading::member(capital, "fulltInnbetalt"));
  inner.put("paid", reading::member(capital, "innbetalt"));
  inner.put("bound", reading::member(capital, "bundet"));
  const bool has_capital = !inner.empty();
  static_cast<void>(inner.end());
  Body body = node.body();
  body.put("lastAnnualAccounts", at(siste_aarsregnskap));
  body.put("auditWaivedAt", at(fravalg_revisjon_dato));
  body.put("auditWaiverDecidedAt", at(fravalg_revisjon_beslutning));
  if (is_true(at(er_i_konsern))) body.put_true("isInGroup");
  if (has_capital) body.put_json("capital", text);
  node.add(NodePart::economy, body);
}

void UnitMapper::Work::put_foreign(NodeBuilder& node) {
  const JsonSlot form = at(foretaksform_hjemland);
  const JsonSlot address = at(utenlandsk_register_adresse);
  Body body = node.body();
  body.put("name", at(utenlandsk_register_navn));
  body.put("registrationNumber", at(registreringsnummer_hjemland));
  body.put("formCode", reading::member(form, "kode"));
  body.put("form", reading::member(form, "beskrivelse"));
  body.put("formInNorwegian", reading::member(form, "beskrivelseBokmaal"));
  body.put_lines("addressLines", reading::member(address, "adresse"));
  body.put("postalPlace", reading::member(address, "poststed"));
  body.put("country", reading::member(address, "land"));
  body.put("lawOfCountry", at(lovgivning_land));
  body.put("lawOfCountryCode", at(lovgivning_landkode));
  node.add(NodePart::foreign_register, body);
}

void UnitMapper::Work::put_annotations(NodeBuilder& node) {
  ElementWalk walk(at(paategninger));
  while (walk.next()) {
    const JsonSlot row = walk.value();
    NodeItem* const item = node.add(NodePart::annotation,
                                    node.body()
                                        .put("type", reading::member(row, "infotype"))
                                        .put("text", reading::member(row, "tekst")),
                                    row);
    if (item == nullptr) continue;
    item->valid_from = node.time("paategninger.innfoertDato", reading::member(row, "innfoertDato"));
  }
}

/// Since the last change of owner, when it is told and has come; else since it was seen.
void UnitMapper::Work::put_parent(NodeBuilder& node) {
  if (!has(overordnet_enhet)) return;
  auto& claim = node.relation(NodeRelation::juridisk, IdentifierSystem::orgnr,
                              node.text_of(at(overordnet_enhet)));
  const auto changed = time(node, dato_eierskifte);
  if (changed && *changed <= options_.extracted_at) claim.valid_from = changed;
}

/// For another thread; knows of its own document alone.
class UnitMapper::Beside final : public virksomhet::NodeMapper {
 public:
  explicit Beside(const UnitMappingOptions& options) : work_(options) {}

  Outcome map(std::string_view json, NodeRecord& out, MappingReport& report) override {
    return work_.map(json, out, report);
  }

 private:
  Work work_;
};

UnitMapper::UnitMapper(UnitMappingOptions options)
    : options_(std::move(options)), work_(std::make_unique<Work>(options_)),
      persons_(std::make_unique<SoleProprietors>(options_.is_sole_proprietor)) {}
UnitMapper::~UnitMapper() = default;

Outcome UnitMapper::map(std::string_view json, NodeRecord& out, MappingReport& report) {
  Outcome outcome = work_->map(json, out, report);
  if (outcome && *outcome == Mapped::node) relate(out);
  return outcome;
}

std::unique_ptr<virksomhet::NodeMapper> UnitMapper::beside() const {
  return std::make_unique<Beside>(options_);
}

void UnitMapper::relate(NodeRecord& record) { persons_->relate(record); }

} // namespace grunndata::importers::enhetsregisteret
