#include "tools/commands/hjelpenummer_lines.h"

#include "api/person_key.h"
#include "api/v1/admin/json_members.h"
#include "api/v1/hjelpenummer/number_requests.h"

#include <algorithm>
#include <array>
#include <istream>
#include <limits>
#include <span>
#include <vector>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
namespace v1 = api::v1;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using v1::MemberKind;
using v1::MemberRule;
using v1::MemberValue;

constexpr std::array<MemberRule, 2> number_rules{
    {{"number", MemberKind::text, true}, {"assigner", MemberKind::text, false}}};
constexpr std::array<MemberRule, 4> newborn_rules{{{"born", MemberKind::text, false},
                                                   {"order", MemberKind::number, false},
                                                   {"mother", MemberKind::text, false},
                                                   {"motherType", MemberKind::text, false}}};

std::vector<MemberRule> rules_of(LineForm form) {
  std::vector<MemberRule> rules;
  if (form == LineForm::facts) {
    rules.assign(newborn_rules.begin(), newborn_rules.end());
  } else {
    rules.assign(number_rules.begin(), number_rules.end());
  }
  if (form != LineForm::number) {
    const auto facts = v1::fact_rules();
    rules.insert(rules.end(), facts.begin(), facts.end());
  }
  return rules;
}

/// Members of an object by name.
class Members {
public:
  explicit Members(LineForm form) : rules_(rules_of(form)), values_(rules_.size()) {}

  Result<void> read(const std::string& text) {
    const std::array<api::http::Header, 1> headers{{{"content-type", "application/json"}}};
    api::http::Request request;
    request.headers = headers;
    request.body = text;
    std::string pointer;
    const api::Refusal refusal = v1::read_members(request, rules_, values_, pointer);
    if (!refusal) {
      return {};
    }
    const std::string_view what = refusal.detail.empty() ? refusal.kind->title : refusal.detail;
    return fail(ErrorCode::invalid,
                std::string(what) + (pointer.empty() ? "" : ": " + pointer.substr(1)));
  }
  /// Nothing when the form has no such member, or the object did not give it.
  [[nodiscard]] const MemberValue* find(std::string_view name) const {
    const auto rule = std::ranges::find(rules_, name, &MemberRule::name);
    const MemberValue* const value =
        rule == rules_.end() ? nullptr : &values_[static_cast<std::size_t>(rule - rules_.begin())];
    return value != nullptr && value->given ? value : nullptr;
  }
  void text(std::string_view name, std::string& out) const {
    if (const MemberValue* const value = find(name)) {
      out = value->text;
    }
  }

private:
  std::vector<MemberRule> rules_;
  std::vector<MemberValue> values_;
};

Result<void> read_gender(const std::string& name, hn::Gender& gender) {
  const auto found = hn::gender_of(name);
  if (!found) {
    return fail(ErrorCode::invalid, "gender is female, male or unknown");
  }
  gender = *found;
  return {};
}

Result<void> read_facts(const Members& members, hn::Facts& facts) {
  members.text("givenName", facts.given_name);
  members.text("middleName", facts.middle_name);
  members.text("familyName", facts.family_name);
  members.text("birthDate", facts.birth_date);
  members.text("address", facts.address);
  members.text("placeFound", facts.place_found);
  members.text("description", facts.description);
  members.text("note", facts.note);
  const MemberValue* const gender = members.find("gender");
  return gender == nullptr ? Result<void>{} : read_gender(gender->text, facts.gender);
}

Result<void> read_mother(const Members& members, const identifiers::Rules& rules,
                         hn::Newborn& newborn) {
  const MemberValue* const mother = members.find("mother");
  const MemberValue* const named = members.find("motherType");
  const auto declared = named == nullptr ? std::nullopt : registry::identifier_type_of(named->text);
  if (named != nullptr && (mother == nullptr || !declared)) {
    return fail(ErrorCode::invalid, "motherType is FNR, DNR, FHN or DUF, of a mother");
  }
  if (mother == nullptr) {
    return {};
  }
  const api::PersonKey key = api::person_key(mother->text, rules, declared, {});
  if (!key.key) {
    return fail(ErrorCode::invalid, "mother is no identifier of a person");
  }
  newborn.mother_type = key.key->type;
  newborn.mother = key.key->text;
  return {};
}

Result<void> read_newborn(const Members& members, const identifiers::Rules& rules,
                          std::optional<hn::Newborn>& newborn) {
  const MemberValue* const born = members.find("born");
  if (born == nullptr) {
    const bool half = members.find("order") != nullptr || members.find("mother") != nullptr ||
                      members.find("motherType") != nullptr;
    return half ? fail(ErrorCode::invalid, "a newborn has the time it was born") : Result<void>{};
  }
  const auto when = registry::parse_date_time(born->text);
  if (!when) {
    return fail(ErrorCode::invalid, "born is a date-time with its offset");
  }
  newborn.emplace();
  newborn->born = *when;
  if (const MemberValue* const order = members.find("order")) {
    if (order->number == 0 || order->number > std::numeric_limits<std::uint8_t>::max()) {
      return fail(ErrorCode::invalid, "order is 1 to 12");
    }
    newborn->order = static_cast<std::uint8_t>(order->number);
  }
  return read_mother(members, rules, *newborn);
}

} // namespace

Result<hn::Facts> facts_of(const HelpNumberFlags& flags) {
  hn::Facts facts = flags.facts;
  if (!flags.gender.empty()) {
    if (auto read = read_gender(flags.gender, facts.gender); !read) {
      return tl::unexpected(read.error());
    }
  }
  return facts;
}

Result<void> HelpNumberLines::open(const HelpNumberFlags& flags, LineForm form,
                                   identifiers::Rules rules, Console& console) {
  auto facts = facts_of(flags);
  if (!facts) {
    return tl::unexpected(facts.error());
  }
  like_.facts = std::move(*facts);
  like_.assigner = flags.assigner;
  form_ = form;
  rules_ = rules;
  name_ = flags.file;
  in_ = &console.in;
  if (flags.file != "-") {
    file_.open(console.path_of(flags.file), std::ios::binary);
    in_ = &file_;
    if (!file_) {
      return fail(ErrorCode::not_found, "cannot read " + flags.file);
    }
  }
  return {};
}

Result<void> HelpNumberLines::read_object(const std::string& text, HelpNumberLine& line) const {
  Members members(form_);
  if (auto read = members.read(text); !read) {
    return read;
  }
  members.text("number", line.number);
  members.text("assigner", line.assigner);
  if (auto read = read_facts(members, line.facts); !read) {
    return read;
  }
  return read_newborn(members, rules_, line.newborn);
}

Result<bool> HelpNumberLines::next(HelpNumberLine& line) {
  std::string text;
  const bool more = static_cast<bool>(std::getline(*in_, text));
  if (in_->bad()) { // a directory, for one
    return fail(ErrorCode::storage, "cannot read " + name_);
  }
  if (!more) {
    return false;
  }
  ++like_.line;
  line = like_;
  if (text.ends_with('\r')) {
    text.pop_back();
  }
  if (text.starts_with('{')) {
    const auto read = read_object(text, line);
    return read ? Result<bool>(true) : tl::unexpected(read.error());
  }
  if (form_ == LineForm::facts) {
    return fail(ErrorCode::invalid, "a line is a JSON object with facts, {} when none are known");
  }
  line.number = std::move(text);
  return true;
}

Result<registry::IdentifierKey> key_of(const HelpNumberLine& line,
                                       const identifiers::Rules& rules) {
  if (!line.assigner.empty()) { // a local number has whatever form its assigner gives it
    return registry::IdentifierKey{registry::IdentifierType::hnr, line.number, line.assigner};
  }
  const api::PersonKey key = api::person_key(line.number, rules, registry::IdentifierType::fhn, {});
  return key.key ? Result<registry::IdentifierKey>(*key.key)
                 : fail(ErrorCode::invalid, "no felles hjelpenummer");
}

} // namespace grunndata::tools
