#include "registry/hjelpenummer/person_record.h"

#include <array>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::string_view source_name = "Hjelpenummer";

void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    if (static_cast<unsigned char>(c) < ' ') {
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4U];
      out += digits[static_cast<unsigned char>(c) & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_property(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    out.append(",\"").append(name).append("\":");
    append_json(out, value);
  }
}

/// Writes rows one after the other, grouped by part in the order of the parts.
class Rows {
public:
  explicit Rows(SourceRecord& record) : record_(record) {}

  void begin_part(std::string_view element) {
    record_.raw.append(record_.raw.empty() ? "{\"" : ",\"").append(element).append("\":[");
    is_first_ = true;
  }
  void end_part() { record_.raw += ']'; }

  /// `body`: properties, each with a comma before it.
  void add(PersonPart part, Instant told, bool valid, Grading grading, std::string_view body,
           std::optional<Instant> valid_from = {}) {
    AssertionDraft draft;
    draft.part = part;
    draft.validity = valid ? Validity::valid : Validity::not_valid;
    draft.grading = grading;
    draft.registered_at = told;
    draft.valid_from = valid_from;
    const auto begin = static_cast<std::uint32_t>(record_.text.size());
    std::string& text = record_.text;
    text.append("{\"registeredAt\":\"").append(format_instant(told));
    text.append("\",\"isValid\":").append(valid ? "true" : "false");
    text.append(",\"source\":\"").append(source_name).append("\"");
    if (valid_from) {
      text.append(",\"validFrom\":\"").append(format_instant(*valid_from)).append("\"");
    }
    draft.metadata_bytes = static_cast<std::uint16_t>(text.size() - begin);
    text.append(body).append("}");
    draft.row = {begin, static_cast<std::uint32_t>(text.size() - begin)};
    if (!is_first_) {
      record_.raw += ',';
    }
    is_first_ = false;
    draft.element = {static_cast<std::uint32_t>(record_.raw.size()), draft.row.size};
    record_.raw += record_.view(draft.row);
    record_.assertions.push_back(draft);
  }

private:
  SourceRecord& record_;
  bool is_first_ = true;
};

std::string body_of_name(const Facts& facts) {
  std::string body;
  append_property(body, "givenName", facts.given_name);
  append_property(body, "middleName", facts.middle_name);
  append_property(body, "familyName", facts.family_name);
  return body;
}

std::string body_of_birth(const Facts& facts) {
  constexpr std::size_t year_digits = 4;
  std::string body;
  if (facts.birth_date.size() > year_digits) {
    append_property(body, "birthDate", facts.birth_date + "T00:00:00Z");
  }
  append_property(body, "birthYear", std::string_view(facts.birth_date).substr(0, year_digits));
  return body;
}

std::string body_of_gender(const Facts& facts) {
  std::string body;
  append_property(body, "gender",
                  facts.gender == Gender::female ? "Female"
                  : facts.gender == Gender::male ? "Male"
                                                 : "");
  return body;
}

struct FactPart {
  PersonPart part;
  std::string_view element;
  std::string (*body)(const Facts&);
};
constexpr std::array<FactPart, 3> fact_parts{{
    {PersonPart::name, "navn", body_of_name},
    {PersonPart::birth, "foedsel", body_of_birth},
    {PersonPart::gender, "kjoenn", body_of_gender},
}};

void describe_facts(const HelpNumber& number, const FactPart& part, Rows& rows) {
  struct Told {
    Instant when;
    std::string body;
  };
  std::vector<Told> told;
  Facts known;
  for (const FactItem& item : number.items) {
    HelpNumber so_far;
    so_far.items = {{{}, {}, {}, known}, item};
    known = so_far.facts();
    std::string body = part.body(known);
    if (!body.empty() && (told.empty() || told.back().body != body)) {
      told.push_back({item.told, std::move(body)});
    }
  }
  rows.begin_part(part.element);
  for (std::size_t i = told.size(); i-- > 0;) {
    rows.add(part.part, told[i].when, i + 1 == told.size(), Grading::confidential, told[i].body);
  }
  rows.end_part();
}

} // namespace

void describe(const HelpNumber& number, SourceRecord& record) {
  record.clear();
  record.source = Source::hjelpenummer;
  record.registered_at = number.changed;
  const bool in_use = number.state == State::issued || number.state == State::linked;
  IdentifierClaim claim;
  claim.type = number.identifier().type;
  claim.in_use = in_use;
  claim.is_primary = true;
  claim.text = {0, static_cast<std::uint32_t>(number.number.size())};
  claim.assigner = {claim.text.size, static_cast<std::uint32_t>(number.assigner.size())};
  claim.valid_from = number.issued;
  record.text = number.number + number.assigner;
  record.identifiers.push_back(claim);

  Rows rows(record);
  rows.begin_part("identifikasjonsnummer");
  std::string body;
  append_property(body, "status", in_use ? "InUse" : "Discontinued");
  append_property(body, "identificationNumber", number.number);
  append_property(body, "identificationNumberType", "AlternateIdentificationNumber");
  if (!number.is_local()) { // the contract has no word for these
    rows.add(PersonPart::norwegian_identification_number, number.issued, in_use,
             Grading::unclassified, body, number.issued);
  }
  rows.end_part();
  for (const FactPart& part : fact_parts) {
    describe_facts(number, part, rows);
  }
  record.raw += '}';
}

} // namespace grunndata::registry::hjelpenummer
