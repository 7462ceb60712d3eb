#include "api/v1/hjelpenummer/block_requests.h"

#include "api/person_key.h"

namespace grunndata::api::v1 {

namespace {

const auto rules_of_used = with_facts<7>({{{"number", MemberKind::text, true},
                                           {"used", MemberKind::text, true},
                                           {"reason", MemberKind::text, false},
                                           {"born", MemberKind::text, false},
                                           {"order", MemberKind::number, false},
                                           {"mother", MemberKind::text, false},
                                           {"motherType", MemberKind::text, false}}});

} // namespace

std::span<const MemberRule> used_rules() noexcept { return rules_of_used; }

Refusal read_used(const NumberBody& body, const identifiers::Rules& rules,
                  registry::hjelpenummer::UsedNumber& used) {
  const PersonKey key = person_key(body.text("number"), rules, registry::IdentifierType::fhn, {});
  if (!key.key) {
    return {&api::problem::identifier_malformed, "number is no felles hjelpenummer", "/number"};
  }
  used.number = key.key->text;
  const auto when = registry::parse_date_time(body.text("used"));
  if (!when) {
    return {&api::problem::body_invalid, "used is a date-time with its offset", "/used"};
  }
  used.used = *when;
  used.reason = body.text("reason");
  const Refusal refusal = body.facts(used.facts);
  return refusal ? refusal : body.newborn(rules, used.newborn);
}

} // namespace grunndata::api::v1
