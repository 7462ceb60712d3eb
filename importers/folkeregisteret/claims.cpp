#include "importers/folkeregisteret/claims.h"

#include "identifiers/check.h"

#include <algorithm>
#include <array>
#include <utility>

namespace grunndata::importers::folkeregisteret {

using registry::IdentifierClaim;
using registry::IdentifierType;
using registry::PersonPart;
using registry::RelationClaim;
using registry::RelationType;
using registry::TextSlice;

namespace {

constexpr std::string_view own_field = "foedselsEllerDNummer";

std::optional<RelationType> relation_of(std::string_view role) noexcept {
  constexpr std::array<std::pair<std::string_view, RelationType>, 7> roles{{
      {"mor", RelationType::mother},
      {"far", RelationType::father},
      {"medmor", RelationType::co_mother},
      {"barn", RelationType::child},
      {"soesken", RelationType::sibling},
      {"ektefelleEllerPartner", RelationType::spouse_or_partner},
      {"doedfoedtBarn", RelationType::stillborn_child},
  }};
  for (const auto& [name, type] : roles) {
    if (name == role) return type;
  }
  return std::nullopt;
}

RelationClaim relation_with(RelationType type, const RowFacts& facts) {
  RelationClaim claim;
  claim.type = type;
  claim.current = facts.is_current();
  claim.valid_from = facts.valid_from;
  claim.valid_to = facts.valid_to;
  return claim;
}

std::string_view inside(JsonSlot slot) noexcept {
  return slot.begin == nullptr ? std::string_view() : slot.inside();
}

MappingFault own_fault(std::size_t index, std::string_view reason, std::string message) {
  return {"identifikasjonsnummer[" + std::to_string(index) + "]." + std::string(own_field),
          std::string(reason), std::move(message)};
}

} // namespace

void ClaimCollector::begin(MappingReport& report, JsonWriter& text) {
  report_ = &report;
  text_ = &text;
  own_.clear();
  local_.clear();
  relations_.clear();
  responsibilities_.clear();
}

void ClaimCollector::add(PersonPart part, std::string_view element, std::size_t index,
                         const RowFacts& facts) {
  switch (part) {
    case PersonPart::norwegian_identification_number: return add_own(index, facts);
    case PersonPart::immigration_authorities_identification_number:
    case PersonPart::foreign_person_identification_number: return add_local(part, element, facts);
    case PersonPart::family_relation: return add_family(element, facts);
    case PersonPart::parental_responsibility: return add_responsibility(element, facts);
    case PersonPart::marital_status:
      return add_relation(element, RelationType::marital, FieldRole::spouse, facts);
    case PersonPart::guardianship_or_future_power_of_attorney:
      return add_relation(element, RelationType::guardian, FieldRole::guardian, facts);
    case PersonPart::residuary_estate_contact_information:
      return add_relation(element, RelationType::estate_contact, FieldRole::estate_person, facts);
    case PersonPart::false_identity:
      return add_relation(element, RelationType::correct_identity, FieldRole::correct_identity,
                          facts);
    default: return;
  }
}

void ClaimCollector::add_own(std::size_t index, const RowFacts& facts) {
  OwnNumber number;
  number.index = index;
  const std::string_view type = inside(facts.value(FieldRole::number_type));
  number.declared = type == "dNummer"          ? identifiers::Kind::dnr
                    : type == "foedselsnummer" ? identifiers::Kind::fnr
                                               : identifiers::Kind::none;
  number.claim.in_use = inside(facts.value(FieldRole::number_status)) == "iBruk";
  number.is_current = facts.is_current();
  number.claim.text = keep(facts.value(FieldRole::number), "identifikasjonsnummer");
  number.claim.valid_from = facts.valid_from;
  number.claim.valid_to = facts.valid_to;
  own_.push_back(number);
}

void ClaimCollector::add_local(PersonPart part, std::string_view element, const RowFacts& facts) {
  IdentifierClaim claim;
  claim.is_own = false;
  claim.in_use = facts.is_current();
  claim.valid_from = facts.valid_from;
  claim.valid_to = facts.valid_to;
  claim.text = keep(facts.value(FieldRole::number), element);
  if (claim.text.empty()) return;
  if (part == PersonPart::immigration_authorities_identification_number) {
    claim.type = IdentifierType::duf;
    if (!identifiers::check_duf(view(claim.text)).valid) {
      note(Oddity::bad_identifier, element, "identifikasjonsnummer");
    }
  } else {
    claim.type = IdentifierType::foreign;
    const TextSlice country = keep(facts.value(FieldRole::country), element);
    text_->put('/');
    const TextSlice type = keep(facts.value(FieldRole::number_type), element);
    const std::size_t begin = country.empty() ? text_->size() - type.size - 1U : country.begin;
    claim.assigner = {static_cast<std::uint32_t>(begin),
                      static_cast<std::uint32_t>(text_->size() - begin)};
    if (claim.assigner.size > registry::identifier_assigner_bytes_max) {
      return note(Oddity::too_long, element, "utstederland");
    }
  }
  local_.push_back(claim);
}

void ClaimCollector::add_relation(std::string_view element, RelationType type, FieldRole role,
                                  const RowFacts& facts) {
  RelationClaim claim = relation_with(type, facts);
  claim.identifier = keep(facts.value(role), element);
  if (claim.identifier.empty()) return;
  claim.identifier_type = type_of(view(claim.identifier));
  if (claim.identifier_type == IdentifierType::unverified) {
    note(Oddity::bad_identifier, element, "nummer");
  }
  relations_.push_back(claim);
}

void ClaimCollector::add_family(std::string_view element, const RowFacts& facts) {
  const auto type = relation_of(inside(facts.value(FieldRole::related_role)));
  if (type) add_relation(element, *type, FieldRole::related_person, facts);
}

void ClaimCollector::add_responsibility(std::string_view element, const RowFacts& facts) {
  Responsibility responsibility;
  responsibility.claim = relation_with(RelationType::responsible_for, facts);
  responsibility.subject = keep(facts.value(FieldRole::subject), element);
  responsibility.responsible = keep(facts.value(FieldRole::responsible), element);
  responsibilities_.push_back(responsibility);
}

std::optional<MappingFault> ClaimCollector::finish(registry::SourceRecord& out) {
  if (own_.empty() && options_.require_identifier) {
    return MappingFault{"identifikasjonsnummer", "missing_identifier",
                        "the document has no number of the person's own"};
  }
  auto primary = std::find_if(own_.begin(), own_.end(), [](const OwnNumber& number) {
    return number.claim.in_use && number.is_current;
  });
  if (primary == own_.end()) primary = own_.begin();
  for (auto number = own_.begin(); number != own_.end(); ++number) {
    if (auto fault = judge_own(*number, number == primary)) return fault;
    if (!number->claim.text.empty()) out.identifiers.push_back(number->claim);
  }
  out.identifiers.insert(out.identifiers.end(), local_.begin(), local_.end());
  out.relations.insert(out.relations.end(), relations_.begin(), relations_.end());
  finish_responsibilities(out);
  return std::nullopt;
}

std::optional<MappingFault> ClaimCollector::judge_own(OwnNumber& number, bool is_primary) {
  const std::string_view text = view(number.claim.text);
  const identifiers::Check check =
      identifiers::check_person(text, options_.rules, number.declared);
  const bool is_test = options_.rules.environment == identifiers::Environment::test;
  if (!check.valid && check.reason == identifiers::Reason::synthetic_not_allowed) {
    return own_fault(number.index, "wrong_environment",
                     "a synthetic number does not belong in this environment");
  }
  const bool is_real = check.valid && check.synthetic == identifiers::Synthetic::none;
  if (is_test && is_real && !options_.accept_real) {
    return own_fault(number.index, "wrong_environment",
                     "a number that is not synthetic does not belong in a test environment");
  }
  number.claim.is_primary = is_primary;
  const bool is_known = check.valid && (check.kind == identifiers::Kind::fnr ||
                                        check.kind == identifiers::Kind::dnr);
  if (is_known) {
    number.claim.type =
        check.kind == identifiers::Kind::dnr ? IdentifierType::dnr : IdentifierType::fnr;
    return std::nullopt;
  }
  if (is_primary) {
    const auto reason = check.valid ? identifiers::Reason::declared_kind : check.reason;
    return own_fault(number.index, identifiers::reason_name(reason),
                     "the person's own number is not a valid one");
  }
  note(Oddity::bad_identifier, "identifikasjonsnummer", own_field);
  number.claim.type = IdentifierType::unverified;
  number.claim.is_own = false;
  return std::nullopt;
}

/// Responsibility is told on the child and on the parent alike: whoever is not the person of the
/// document is the other one.
void ClaimCollector::finish_responsibilities(registry::SourceRecord& out) {
  const auto add = [&](RelationClaim claim, RelationType type, TextSlice number) {
    claim.type = type;
    claim.identifier = number;
    claim.identifier_type = type_of(view(number));
    out.relations.push_back(claim);
  };
  for (const Responsibility& each : responsibilities_) {
    if (!each.subject.empty() && !is_own(each.subject)) {
      add(each.claim, RelationType::responsible_for, each.subject);
    }
    if (!each.responsible.empty() && !is_own(each.responsible)) {
      add(each.claim, RelationType::in_responsibility_of, each.responsible);
    }
  }
}

bool ClaimCollector::is_own(TextSlice number) const {
  return std::any_of(own_.begin(), own_.end(), [&](const OwnNumber& own) {
    return view(own.claim.text) == view(number);
  });
}

IdentifierType ClaimCollector::type_of(std::string_view number) const {
  const identifiers::Check check = identifiers::check_person(number, options_.rules);
  if (!check.valid) return IdentifierType::unverified;
  switch (check.kind) {
    case identifiers::Kind::fnr: return IdentifierType::fnr;
    case identifiers::Kind::dnr: return IdentifierType::dnr;
    case identifiers::Kind::fhn: return IdentifierType::fhn;
    case identifiers::Kind::duf: return IdentifierType::duf;
    default: return IdentifierType::unverified;
  }
}

TextSlice ClaimCollector::keep(JsonSlot string, std::string_view element) {
  if (string.begin == nullptr) return {};
  if (string.size > registry::identifier_text_bytes_max + 2) {
    note(Oddity::too_long, element, "nummer");
    return {};
  }
  const auto begin = static_cast<std::uint32_t>(text_->size());
  if (string.escaped) {
    scratch_.clear();
    append_decoded(string, scratch_);
    text_->put(scratch_);
  } else {
    text_->put(string.inside());
  }
  return {begin, static_cast<std::uint32_t>(text_->size() - begin)};
}

std::string_view ClaimCollector::view(TextSlice slice) const {
  return text_->from(slice.begin).substr(0, slice.size);
}

void ClaimCollector::note(Oddity oddity, std::string_view element, std::string_view field) {
  const std::array<std::string_view, 2> path{element, field};
  report_->note(oddity, path);
}

} // namespace grunndata::importers::folkeregisteret
