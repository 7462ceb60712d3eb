#include "registry/hjelpenummer/help_number_rules.h"

#include "identifiers/organisation_identifier.h"
#include "identifiers/person_identifier.h"
#include "registry/clients/plain_text.h"

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::size_t reason_characters_max = 500;
constexpr std::size_t local_bytes_max = 64;
constexpr std::uint8_t order_max = 12; ///< children at one birth

tl::unexpected<Error> invalid(std::string_view field, std::string_view rule) {
  return fail(ErrorCode::invalid, std::string(field) + ' ' + std::string(rule));
}

} // namespace

bool is_fhn(std::string_view number) {
  return identifiers::FellesHjelpenummer::parse(number, {}).has_value();
}

Result<void> check_reason(std::string_view reason) {
  if (reason.empty() || !is_plain_text(reason) || characters_of(reason) > reason_characters_max ||
      holds_number_form(reason)) {
    return invalid("reason",
                   "is 1 to 500 characters on one line, without a number like a person's");
  }
  return {};
}

Result<void> check_organisation(std::string_view organisation) {
  return identifiers::Organisasjonsnummer::parse(organisation).has_value()
             ? Result<void>{}
             : invalid("organisation", "is a valid organisasjonsnummer of nine digits");
}

Result<void> check_facts(const Facts& facts, Instant when) {
  const auto fault = fault_of(facts, when);
  return fault ? invalid(fault->field, fault->rule) : Result<void>{};
}

Result<void> check_newborn(const Newborn& newborn, Instant when) {
  return newborn.order == 0 || newborn.order > order_max || newborn.born > when
             ? Result<void>(invalid("newborn", "has an order of 1 to 12 and is born already"))
             : Result<void>{};
}

Result<void> check_issue(const IssueRequest& request, Instant when) {
  if (auto sound = check_organisation(request.organisation); !sound) {
    return sound;
  }
  if (auto sound = check_reason(request.reason); !sound) {
    return sound;
  }
  if (request.facts.empty() || request.facts.size() > issue_count_max) {
    return invalid("count", "is 1 to 500");
  }
  if (!request.newborns.empty() && request.newborns.size() != request.facts.size()) {
    return invalid("newborns", "are as many as numbers");
  }
  for (const Newborn& newborn : request.newborns) {
    if (auto sound = check_newborn(newborn, when); !sound) {
      return sound;
    }
  }
  for (const Facts& facts : request.facts) {
    if (auto sound = check_facts(facts, when); !sound) {
      return sound;
    }
  }
  return {};
}

Result<void> check_local(const HelpNumber& number, Instant when) {
  if (auto sound = check_organisation(number.organisation); !sound) {
    return sound;
  }
  if (auto sound = check_reason(number.reason); !sound) {
    return sound;
  }
  if (!identifiers::LokaltHjelpenummer::is_assigner(number.assigner)) {
    return invalid("assigner", "is an OID, an organisasjonsnummer or a URI");
  }
  if (number.number.empty() || number.number.size() > local_bytes_max ||
      !is_plain_text(number.number)) {
    return invalid("number", "is 1 to 64 bytes of text without blanks around it");
  }
  for (const FactItem& item : number.items) {
    if (auto sound = check_facts(item.facts, when); !sound) {
      return sound;
    }
  }
  return {};
}

} // namespace grunndata::registry::hjelpenummer
