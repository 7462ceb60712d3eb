#include "api/v1/hjelpenummer/candidate_json.h"

#include "api/v1/admin/client_json.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/hjelpenummer/number_json.h"
#include "api/v1/hjelpenummer/problems.h"

#include <algorithm>
#include <array>

namespace grunndata::api::v1 {

namespace {

namespace hn = registry::hjelpenummer;
namespace candidates = registry::candidates;
using registry::PersonPart;

enum Member : std::size_t {
  given_name,
  middle_name,
  family_name,
  birth_date,
  gender,
  address,
  place_found,
  organisation,
  limit,
  parts,
  member_count,
};
constexpr std::array<MemberRule, member_count> rules{{
    {"givenName", MemberKind::text, false},
    {"middleName", MemberKind::text, false},
    {"familyName", MemberKind::text, false},
    {"birthDate", MemberKind::text, false},
    {"gender", MemberKind::text, false},
    {"address", MemberKind::text, false},
    {"placeFound", MemberKind::text, false},
    {"organisation", MemberKind::text, false},
    {"limit", MemberKind::number, false},
    {"parts", MemberKind::texts, false},
}};

void append_flag(std::string& out, std::string_view name, bool value) {
  out.append(",\"").append(name).append(value ? "\":true" : "\":false");
}

} // namespace

registry::PersonPartSet CandidateQuestion::compared() const noexcept {
  registry::PersonPartSet told;
  const auto add = [&told](PersonPart part, bool is_asked) {
    told.set(static_cast<std::size_t>(part), is_asked);
  };
  add(PersonPart::name,
      !wanted.given_name.empty() || !wanted.middle_name.empty() || !wanted.family_name.empty());
  add(PersonPart::birth, !wanted.birth_date.empty());
  add(PersonPart::gender, wanted.gender != hn::Gender::unsaid);
  return told;
}

Refusal read_question(const http::Request& request, CandidateQuestion& question,
                      std::string& pointer) {
  std::array<MemberValue, member_count> values;
  if (const Refusal refusal = read_members(request, rules, values, pointer)) return refusal;
  candidates::Description& wanted = question.wanted;
  wanted.given_name = std::move(values[given_name].text);
  wanted.middle_name = std::move(values[middle_name].text);
  wanted.family_name = std::move(values[family_name].text);
  wanted.birth_date = std::move(values[birth_date].text);
  wanted.address = std::move(values[address].text);
  wanted.place_found = std::move(values[place_found].text);
  wanted.organisation = std::move(values[organisation].text);
  if (values[gender].given) {
    const auto said = hn::gender_of(values[gender].text);
    if (!said) {
      return {&api::problem::body_invalid, "gender is female, male or unknown", "/gender"};
    }
    wanted.gender = *said;
  }
  if (values[limit].given) {
    if (values[limit].number < 1 || values[limit].number > candidates::candidates_max) {
      return {&api::problem::body_invalid, "limit is 1 to 10", "/limit"};
    }
    question.limit = values[limit].number;
  }
  for (const std::string& name : values[parts].texts) {
    const auto part = registry::find_information_part(name);
    if (!part) return {&api::problem::part_unknown, {}, "/parts"};
    question.parts.set(static_cast<std::size_t>(*part));
  }
  return {};
}

Refusal check_enough(const CandidateQuestion& question) {
  if (candidates::tells_enough(question.wanted)) return {};
  return {&problem::facts_too_few,
          "Give a name with a birth date or year, a birth date with an address, or given and "
          "family name with an address"};
}

void append_candidate(std::string& out, const candidates::Candidate& candidate,
                      const registry::IdCipher& ids, std::string_view person) {
  out += R"({"id":")";
  out += registry::view_of(candidate.id);
  out += '"';
  append_text_member(out, "grade", name_of(candidate.grade));
  append_flag(out, "throughPredecessor", candidate.through_predecessor);
  out += R"(,"reasons":[)";
  for (const candidates::Reason& reason : candidate.reasons) {
    out += out.back() == '[' ? R"({"fact":")" : R"(,{"fact":")";
    out += name_of(reason.fact);
    out += '"';
    append_text_member(out, "agreement", name_of(reason.agreement));
    append_flag(out, "former", reason.is_former);
    out += '}';
  }
  out += ']';
  if (candidate.number) {
    out += R"(,"hjelpenummer":)";
    append_help_number(out, *candidate.number, ids, NumberSight::status);
  }
  if (!person.empty()) out.append(R"(,"person":)").append(person);
  out += '}';
}

} // namespace grunndata::api::v1
