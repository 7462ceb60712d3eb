#include "tests/registry/person_builder.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

namespace grunndata::registry::stories {

namespace {

std::string numbered(char day, unsigned n) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%c181%07u", day, n % 10'000'000U);
  return text.data();
}

std::optional<Instant> when(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<Instant>(at(text));
}

TextSlice append(std::string& text, std::string_view more) {
  const TextSlice slice{static_cast<std::uint32_t>(text.size()),
                        static_cast<std::uint32_t>(more.size())};
  text += more;
  return slice;
}

void add_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (out.size() > 1) out += ',';
  out += '"';
  out += name;
  out += R"(":")";
  out += value;
  out += '"';
}

std::string metadata_of(const RowFacts& facts) {
  std::string out = "{";
  add_member(out, "registeredAt", facts.registered);
  if (facts.validity != Validity::unsaid) {
    out += out.size() > 1 ? "," : "";
    out += facts.validity == Validity::valid ? R"("isValid":true)" : R"("isValid":false)";
  }
  add_member(out, "reason", facts.reason);
  add_member(out, "validFrom", facts.from);
  add_member(out, "validTo", facts.to);
  return out;
}

std::string with_body(const std::string& metadata, const std::string& body) {
  return metadata + (metadata.size() > 1 && !body.empty() ? "," : "") + body + "}";
}

} // namespace

std::string fnr(unsigned n) { return numbered('0', n); }
std::string dnr(unsigned n) { return numbered('4', n); }

Instant at(std::string_view text) {
  const auto instant = parse_instant(text);
  if (!instant) throw std::invalid_argument("no time: " + std::string(text));
  return *instant;
}

RowFacts superseded(std::string from, std::string registered) {
  RowFacts facts;
  facts.from = std::move(from);
  facts.registered = std::move(registered);
  facts.validity = Validity::not_valid;
  return facts;
}

PersonBuilder::PersonBuilder(std::string number, IdentifierType type) {
  numbers_.push_back({type, std::move(number), "", true, true, true});
}

PersonBuilder& PersonBuilder::opphoert() {
  numbers_.front().in_use = false;
  return *this;
}

PersonBuilder& PersonBuilder::formerly(std::string number, IdentifierType type) {
  numbers_.push_back({type, std::move(number), "", false, false, true});
  return *this;
}

PersonBuilder& PersonBuilder::also(IdentifierType type, std::string text, std::string assigner) {
  numbers_.push_back({type, std::move(text), std::move(assigner), true, false, false});
  return *this;
}

PersonBuilder& PersonBuilder::protection(Grading grading) {
  protection_ = grading;
  return *this;
}

PersonBuilder& PersonBuilder::registered(std::string_view moment) {
  registered_ = at(moment);
  return *this;
}

PersonBuilder& PersonBuilder::has(PersonPart part, std::string body, RowFacts facts) {
  rows_.push_back({part, std::move(body), std::move(facts)});
  return *this;
}

PersonBuilder& PersonBuilder::named(std::string_view last, RowFacts facts) {
  return has(PersonPart::name, R"("lastName":")" + std::string(last) + '"', std::move(facts));
}

PersonBuilder& PersonBuilder::lives_at(std::string_view street, RowFacts facts) {
  return has(PersonPart::residential_address, R"("street":")" + std::string(street) + '"',
             std::move(facts));
}

PersonBuilder& PersonBuilder::is(std::string_view status, RowFacts facts) {
  return has(PersonPart::status, R"("status":")" + std::string(status) + '"', std::move(facts));
}

PersonBuilder& PersonBuilder::died(std::string_view day, RowFacts facts) {
  return has(PersonPart::death, R"("dateOfDeath":")" + std::string(day) + '"', std::move(facts));
}

PersonBuilder& PersonBuilder::related(RelationType type, std::string number) {
  relations_.emplace_back(type, std::move(number));
  return *this;
}

PersonBuilder& PersonBuilder::remark(std::string member) {
  remarks_.push_back(std::move(member));
  return *this;
}

SourceRecord PersonBuilder::record() const {
  SourceRecord record;
  record.protection = protection_;
  record.registered_at = registered_;
  record.raw = R"({"identifikasjonsnummer":[)";
  for (const Held& held : numbers_) {
    IdentifierClaim claim;
    claim.type = held.type;
    claim.in_use = held.in_use;
    claim.is_primary = held.primary;
    claim.is_own = held.own;
    claim.text = append(record.text, held.text);
    claim.assigner = append(record.text, held.assigner);
    record.identifiers.push_back(claim);
    record.raw += '"' + held.text + (held.in_use ? "\",\"iBruk\"," : "\",\"opphoert\",");
  }
  record.raw += "null]";
  auto rows = rows_;
  std::ranges::stable_sort(rows, {}, &Said::part);
  for (const Said& said : rows) {
    const std::string metadata = metadata_of(said.facts);
    AssertionDraft draft;
    draft.part = said.part;
    draft.validity = said.facts.validity;
    draft.grading = said.facts.grading;
    draft.valid_from = when(said.facts.from);
    draft.valid_to = when(said.facts.to);
    draft.registered_at = when(said.facts.registered);
    draft.metadata_bytes = static_cast<std::uint16_t>(metadata.size());
    draft.row = append(record.text, with_body(metadata, said.body));
    if (!said.facts.open.empty()) {
      draft.open_row = append(record.text, with_body(metadata, said.facts.open));
    }
    if (!said.facts.v1.empty()) {
      draft.v1_row = append(record.text, with_body(metadata, said.facts.v1));
    }
    record.raw += ",\"" + std::string(facts_of(said.part).source_element) + "\":";
    draft.element = append(record.raw, with_body(metadata, said.body));
    if (!registered_ && draft.registered_at > record.registered_at) {
      record.registered_at = draft.registered_at;
    }
    record.assertions.push_back(draft);
  }
  for (const auto& [type, number] : relations_) {
    RelationClaim claim;
    claim.type = type;
    claim.identifier_type = IdentifierType::fnr;
    claim.identifier = append(record.text, number);
    record.relations.push_back(claim);
    record.raw += ",\"relasjon\":\"" + number + '"';
  }
  for (const std::string& member : remarks_) {
    record.raw += ',' + member;
  }
  record.raw += '}';
  return record;
}

} // namespace grunndata::registry::stories
