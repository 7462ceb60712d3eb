#include "registry/hjelpenummer/record.h"

#include "registry/clients/plain_text.h"
#include "registry/fields.h"
#include "registry/keys.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::uint8_t record_format = 1;
constexpr std::size_t year_digits = 4;
constexpr char local_prefix = 'l';
constexpr char entity_prefix = 'e';

constexpr std::array<std::string_view, 8> state_names{"reserved", "issued", "linked",  "cancelled",
                                                      "burnt",    "dead",   "stopped", "elsewhere"};
constexpr std::array<std::string_view, 4> reason_names{"issued-by-mistake", "issued-twice",
                                                       "never-used", "other"};
constexpr std::array<std::string_view, 3> gender_names{"female", "male", "unknown"};

/// Stored values of these enumerations count from 1.
template <typename Value, std::size_t N>
std::optional<Value> value_of(const std::array<std::string_view, N>& names,
                              std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? std::nullopt
                              : std::optional(static_cast<Value>(found - names.begin() + 1));
}
template <typename Value, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, Value value) noexcept {
  const auto place = static_cast<std::size_t>(value) - 1;
  return place < N ? names[place] : std::string_view{};
}

/// Facts in their stored order, by the property's name; gender apart.
struct FactField {
  std::string_view name;
  std::string Facts::*text;
  std::size_t characters_max;
  bool is_name;
};
constexpr std::array<FactField, 7> text_fields{{
    {"givenName", &Facts::given_name, name_characters_max, true},
    {"middleName", &Facts::middle_name, name_characters_max, true},
    {"familyName", &Facts::family_name, name_characters_max, true},
    {"address", &Facts::address, fact_characters_max, false},
    {"placeFound", &Facts::place_found, fact_characters_max, false},
    {"description", &Facts::description, fact_characters_max, false},
    {"note", &Facts::note, fact_characters_max, false},
}};

bool is_year(std::string_view text) noexcept {
  return text.size() == year_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) && text >= "1800";
}

std::string_view fault_of_birth(std::string_view date, Instant when) noexcept {
  if (!is_year(date) && (!is_date(date) || date < "1800")) {
    return "is a date YYYY-MM-DD, or a year";
  }
  const std::string today = format_instant({when.microseconds + 24LL * 3600 * 1'000'000});
  return date > std::string_view(today).substr(0, date.size())
             ? std::string_view("does not lie in the future")
             : std::string_view{};
}

void write_facts(FieldWriter& out, const Facts& facts) {
  out.text(facts.given_name).text(facts.middle_name).text(facts.family_name);
  out.text(facts.birth_date).number(facts.gender).text(facts.address).text(facts.place_found);
  out.text(facts.description).text(facts.note);
}

void read_facts(FieldReader& in, Facts& facts) {
  in.text(facts.given_name);
  in.text(facts.middle_name);
  in.text(facts.family_name);
  in.text(facts.birth_date);
  in.number(facts.gender);
  in.text(facts.address);
  in.text(facts.place_found);
  in.text(facts.description);
  in.text(facts.note);
}

void read_newborn(FieldReader& in, HelpNumber& number) {
  std::uint8_t present = 0;
  in.number(present);
  if (present == 0) {
    return;
  }
  Newborn newborn;
  in.number(newborn.mother_type);
  in.text(newborn.mother);
  in.time(newborn.born);
  in.number(newborn.order);
  number.newborn = std::move(newborn);
}

} // namespace

std::string_view name_of(State state) noexcept { return name_in(state_names, state); }
std::optional<State> state_of(std::string_view name) noexcept {
  return value_of<State>(state_names, name);
}
std::string_view name_of(CancelReason reason) noexcept { return name_in(reason_names, reason); }
std::optional<CancelReason> cancel_reason_of(std::string_view name) noexcept {
  return value_of<CancelReason>(reason_names, name);
}
std::string_view name_of(Gender gender) noexcept { return name_in(gender_names, gender); }
std::optional<Gender> gender_of(std::string_view name) noexcept {
  return value_of<Gender>(gender_names, name);
}

std::optional<FactFault> fault_of(const Facts& facts, Instant when) noexcept {
  for (const FactField& field : text_fields) {
    const std::string& text = facts.*(field.text);
    if (!is_plain_text(text)) {
      return FactFault{field.name, "is text on one line, without blanks around it"};
    }
    if (characters_of(text) > field.characters_max) {
      return FactFault{field.name,
                       field.is_name ? "is at most 200 characters" : "is at most 2000 characters"};
    }
    if (holds_number_form(text)) {
      return FactFault{field.name, "holds no number like a person's"};
    }
  }
  if (!facts.birth_date.empty()) {
    if (const auto rule = fault_of_birth(facts.birth_date, when); !rule.empty()) {
      return FactFault{"birthDate", rule};
    }
  }
  return std::nullopt;
}

Facts HelpNumber::facts() const {
  Facts newest;
  for (const FactItem& item : items) {
    for (const FactField& field : text_fields) {
      if (const std::string& text = item.facts.*(field.text); !text.empty()) {
        newest.*(field.text) = text;
      }
    }
    if (!item.facts.birth_date.empty()) {
      newest.birth_date = item.facts.birth_date;
    }
    if (item.facts.gender != Gender::unsaid) {
      newest.gender = item.facts.gender;
    }
  }
  return newest;
}

std::string help_number_key(const IdentifierKey& identifier) {
  switch (identifier.type) {
    case IdentifierType::fhn: return std::string(identifier.text);
    case IdentifierType::hnr: return local_prefix + key_of(identifier);
    default: return {};
  }
}

std::string help_number_key(const EntityId& entity) { return entity_prefix + key_of(entity); }

bool is_help_number_key(std::string_view key) noexcept {
  return !key.empty() && key.front() != entity_prefix;
}

std::string write_help_number(const HelpNumber& number) {
  FieldWriter out;
  out.number(record_format).number(number.state);
  out.number(number.cancelled_for ? *number.cancelled_for : CancelReason{});
  out.number(static_cast<std::uint8_t>(number.erased));
  out.number(static_cast<std::uint8_t>(number.entity.has_value()));
  out.entity(number.entity.value_or(EntityId{}));
  out.number(number.issued.microseconds).number(number.changed.microseconds).number(number.block);
  out.text(number.number).text(number.assigner);
  out.text(number.organisation).text(number.reason);
  write(out, number.issued_by);
  out.number(static_cast<std::uint8_t>(number.newborn.has_value()));
  if (const auto& newborn = number.newborn) {
    out.number(newborn->mother_type).text(newborn->mother).number(newborn->born.microseconds);
    out.number(newborn->order);
  }
  out.number(static_cast<std::uint32_t>(number.items.size()));
  for (const FactItem& item : number.items) {
    out.number(item.told.microseconds);
    write(out, item.by);
    out.text(item.reason);
    write_facts(out, item.facts);
  }
  return std::move(out).take();
}

std::optional<HelpNumber> read_help_number(std::string_view value) {
  HelpNumber number;
  FieldReader in(value);
  std::uint8_t format = 0;
  std::uint8_t erased = 0;
  std::uint8_t has_entity = 0;
  CancelReason cancelled{};
  EntityId entity;
  in.number(format);
  in.number(number.state);
  in.number(cancelled);
  in.number(erased);
  in.number(has_entity);
  in.entity(entity);
  in.time(number.issued);
  in.time(number.changed);
  in.number(number.block);
  in.text(number.number);
  in.text(number.assigner);
  in.text(number.organisation);
  in.text(number.reason);
  read(in, number.issued_by);
  read_newborn(in, number);
  number.items.resize(in.count());
  for (FactItem& item : number.items) {
    in.time(item.told);
    read(in, item.by);
    in.text(item.reason);
    read_facts(in, item.facts);
  }
  const bool known_reason = cancelled == CancelReason{} || !name_of(cancelled).empty();
  if (!in.whole() || format != record_format || name_of(number.state).empty() || !known_reason) {
    return std::nullopt;
  }
  number.erased = erased != 0;
  if (has_entity != 0) {
    number.entity = entity;
  }
  if (cancelled != CancelReason{}) {
    number.cancelled_for = cancelled;
  }
  return number;
}

} // namespace grunndata::registry::hjelpenummer
