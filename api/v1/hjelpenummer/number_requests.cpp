#include "api/v1/hjelpenummer/number_requests.h"

#include "api/person_key.h"
#include "api/v1/parameters.h"

#include <algorithm>
#include <array>

namespace grunndata::api::v1 {

namespace {

namespace hn = registry::hjelpenummer;
using registry::IdentifierType;

constexpr std::array<MemberRule, fact_members> facts_told{{
    {"givenName", MemberKind::text, false},
    {"middleName", MemberKind::text, false},
    {"familyName", MemberKind::text, false},
    {"birthDate", MemberKind::text, false},
    {"gender", MemberKind::text, false},
    {"address", MemberKind::text, false},
    {"placeFound", MemberKind::text, false},
    {"description", MemberKind::text, false},
    {"note", MemberKind::text, false},
}};
constexpr std::uint64_t order_max = 12; ///< children at one birth

} // namespace

std::span<const MemberRule, fact_members> fact_rules() noexcept { return facts_told; }

Refusal NumberBody::read(const http::Request& request, std::span<const MemberRule> rules) {
  rules_ = rules;
  values_.resize(rules.size());
  const Refusal refusal = refuse_parameters(request.query);
  return refusal ? refusal : read_members(request, rules, values_, pointer_);
}

const MemberValue& NumberBody::member(std::string_view name) const {
  const auto found = std::ranges::find(rules_, name, &MemberRule::name);
  return values_[static_cast<std::size_t>(found - rules_.begin())];
}

Refusal NumberBody::facts(hn::Facts& facts) const {
  facts.given_name = text("givenName");
  facts.middle_name = text("middleName");
  facts.family_name = text("familyName");
  facts.birth_date = text("birthDate");
  facts.address = text("address");
  facts.place_found = text("placeFound");
  facts.description = text("description");
  facts.note = text("note");
  if (!member("gender").given) return {};
  const auto gender = hn::gender_of(text("gender"));
  if (!gender) {
    return {&api::problem::body_invalid, "gender is female, male or unknown", "/gender"};
  }
  facts.gender = *gender;
  return {};
}

Refusal NumberBody::newborn(const identifiers::Rules& rules,
                            std::optional<hn::Newborn>& newborn) const {
  if (!member("born").given) {
    const bool half = member("order").given || member("mother").given || member("motherType").given;
    return half
               ? Refusal{&api::problem::body_invalid, "a newborn has the time it was born", "/born"}
               : Refusal{};
  }
  newborn.emplace();
  const auto born = registry::parse_date_time(text("born"));
  if (!born) {
    return {&api::problem::body_invalid, "born is a date-time with its offset", "/born"};
  }
  newborn->born = *born;
  const MemberValue& order = member("order");
  if (order.given && (order.number == 0 || order.number > order_max)) {
    return {&api::problem::body_invalid, "order is 1 to 12", "/order"};
  }
  newborn->order = order.given ? static_cast<std::uint8_t>(order.number) : std::uint8_t{1};
  if (!member("mother").given) return {};
  std::optional<registry::IdentifierType> declared;
  if (member("motherType").given) {
    declared = registry::identifier_type_of(text("motherType"));
    if (!declared) return {&api::problem::body_invalid, "no such type", "/motherType"};
  }
  const PersonKey mother = person_key(text("mother"), rules, declared, {});
  if (!mother.key) {
    return {&api::problem::identifier_malformed, "mother is no identifier of a person", "/mother"};
  }
  newborn->mother_type = mother.key->type;
  newborn->mother = mother.key->text;
  return {};
}

Refusal NumberBody::identifier(const Context& context, registry::IdentifierKey& key) const {
  const std::string& assigner = text("assigner");
  if (!assigner.empty()) { // a local number has whatever form its assigner gives it
    key = {IdentifierType::hnr, text("number"), assigner};
    return {};
  }
  const PersonKey found =
      person_key(text("number"), *context.options.rules, IdentifierType::fhn, {});
  if (!found.key) {
    return {&api::problem::identifier_malformed, "number is no felles hjelpenummer", "/number"};
  }
  key = *found.key;
  return {};
}

} // namespace grunndata::api::v1
