// The half of RowWriter that writes single values.
#include "importers/folkeregisteret/row_writer.h"

#include <charconv>

namespace grunndata::importers::folkeregisteret {

using registry::Grading;

namespace {

constexpr std::size_t date_bytes = 10;
constexpr std::string_view no_time = "T00:00:00Z\"";

std::optional<std::int64_t> integer_of(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

const EnumValue* find_value(EnumValues values, std::string_view text) noexcept {
  for (const EnumValue& value : values) {
    if (value.source == text) return &value;
  }
  return nullptr;
}

/// Statuses that folkeregisterloven lets everybody with access see; others are confidential.
bool is_open_status(std::string_view status) noexcept {
  return status == "bosatt" || status == "utflyttet" || status == "doed" || status == "opphoert" ||
         status == "inaktiv" || status == "aktiv";
}

/// The calendar date that a date, or a date with a time or zone after it, starts with.
std::optional<std::string_view> date_in(std::string_view text) {
  const std::string_view date = text.substr(0, date_bytes);
  if (!registry::is_date(date)) return std::nullopt;
  const char next = text.size() > date_bytes ? text[date_bytes] : 'T';
  return next == 'T' || next == 'Z' || next == '+' || next == '-' ? std::optional(date)
                                                                  : std::nullopt;
}

} // namespace

void RowWriter::put_text(const Field& field, JsonSlot slot) {
  if (slot.is_array() && slot.begin[1] == '"') {
    note(Oddity::wrong_type, field.source);
    slot = value_at(slot.begin + 1);
  }
  if (slot.size > value_bytes_max) return note(Oddity::too_long, field.source);
  if (slot.is_string()) {
    put_name(field);
    out_.put_string(slot);
  } else if (slot.is_number()) {
    note(Oddity::wrong_type, field.source);
    put_name(field);
    out_.put('"');
    out_.put(slot.text());
    out_.put('"');
  } else {
    note(Oddity::wrong_type, field.source);
  }
}

void RowWriter::put_integer(const Field& field, JsonSlot slot) {
  if (slot.is_number() && slot.size <= 18 && integer_of(slot.text())) {
    put_name(field);
    out_.put(slot.text());
    return;
  }
  note(Oddity::wrong_type, field.source);
  const auto value = slot.is_string()   ? integer_of(slot.inside())
                     : slot.is_number() ? integer_of(slot.text())
                                        : std::nullopt;
  if (!value) return;
  put_name(field);
  out_.put(std::to_string(*value));
}

void RowWriter::put_boolean(const Field& field, JsonSlot slot) {
  const bool is_true = *slot.begin == 't';
  if (!is_true && *slot.begin != 'f') return note(Oddity::wrong_type, field.source);
  if (field.role == FieldRole::is_valid) {
    facts_->validity = is_true ? registry::Validity::valid : registry::Validity::not_valid;
  }
  put_name(field);
  out_.put(slot.text());
}

void RowWriter::put_date(const Field& field, JsonSlot slot) {
  const std::string_view text = slot.is_string() ? characters(slot) : std::string_view();
  const auto date = date_in(text);
  if (!date) {
    note(slot.is_string() ? Oddity::bad_time : Oddity::wrong_type, field.source);
    return put_absent(field);
  }
  if (text.size() != date_bytes) note(Oddity::wrong_type, field.source);
  put_name(field);
  out_.put('"');
  out_.put(*date);
  out_.put(no_time);
}

void RowWriter::put_date_time(const Field& field, JsonSlot slot) {
  if (!slot.is_string()) return note(Oddity::wrong_type, field.source);
  const std::string_view text = characters(slot);
  const auto instant = registry::parse_date_time(text);
  if (instant) {
    keep_instant(field, instant);
    put_name(field);
    out_.put_string(slot);
  } else if (registry::is_date(text)) {
    note(Oddity::wrong_type, field.source);
    keep_instant(field, registry::oslo_midnight(text));
    put_name(field);
    out_.put('"');
    out_.put(text);
    out_.put(no_time);
  } else {
    note(Oddity::bad_time, field.source);
  }
}

void RowWriter::keep_instant(const Field& field, std::optional<registry::Instant> instant) {
  if (field.role == FieldRole::registered_at) facts_->registered_at = instant;
  if (field.role == FieldRole::valid_from) facts_->valid_from = instant;
  if (field.role == FieldRole::valid_to) facts_->valid_to = instant;
}

void RowWriter::put_enumeration(const Field& field, JsonSlot slot) {
  if (!slot.is_string()) return note(Oddity::wrong_type, field.source);
  const std::string_view text = characters(slot);
  const EnumValue* const value = find_value(field.values, text);
  if (value == nullptr) {
    note(Oddity::unknown_value, field.source);
    facts_->has_unknown_value = true;
  }
  if (field.role == FieldRole::person_status && !is_open_status(text)) {
    facts_->has_closed_value = true;
    if (rendering_ == Rendering::open || rendering_ == Rendering::open_protected) {
      put_name(field);
      out_.put("\"Active\"");
      return;
    }
  }
  if (value != nullptr) {
    put_name(field);
    out_.put(value->written);
  } else if (rendering_ == Rendering::raw_values && slot.size <= value_bytes_max) {
    put_name(field);
    out_.put_string(slot);
  }
}

void RowWriter::put_grading(const Field& field, JsonSlot slot) {
  const std::string_view text = slot.is_string() ? characters(slot) : std::string_view();
  const EnumValue* const value = find_value(field.values, text);
  // The values stand in the order of `Grading`, the strictest last.
  facts_->grading = value == nullptr
                        ? Grading::strictly_confidential
                        : static_cast<Grading>(value - field.values.data());
  facts_->grading_is_assumed = value == nullptr;
  put_name(field);
  if (value != nullptr) {
    out_.put(value->written);
    return;
  }
  note(slot.is_string() ? Oddity::unknown_value : Oddity::wrong_type, field.source);
  const bool can_be_shown = slot.is_string() && slot.size <= value_bytes_max;
  facts_->has_unknown_value |= can_be_shown;
  if (rendering_ == Rendering::raw_values && can_be_shown) {
    out_.put_string(slot);
  } else {
    out_.put(field.values.back().written);
  }
}

void RowWriter::put_municipality(const Field& field, JsonSlot slot) {
  put_text(field, slot);
  if (!slot.is_string() || slot.escaped) return;
  facts_->municipality = slot.inside();
  const Place* const place = places_.municipalities.find(slot.inside(), facts_->valid_from);
  if (place == nullptr) return;
  const bool of_birth = field.property != "municipalityNumber";
  put_extra(of_birth ? "birthMunicipalityName" : "municipalityName", place->facts[0]);
  put_extra(of_birth ? "birthCountyNumber" : "countyNumber", place->facts[1]);
  put_extra(of_birth ? "birthCountyName" : "countyName", place->facts[2]);
}

std::string_view RowWriter::full_unit_number(JsonSlot slot) {
  constexpr std::size_t municipality_digits = 4;
  constexpr std::int64_t unit_max = 9999;
  const auto unit = integer_of(slot.is_string() ? slot.inside() : slot.text());
  if (!unit || *unit < 0 || *unit > unit_max ||
      facts_->municipality.size() != municipality_digits) {
    return {};
  }
  std::copy_n(facts_->municipality.begin(), municipality_digits, unit_number_.begin());
  std::int64_t rest = *unit;
  for (std::size_t at = unit_number_.size(); at > municipality_digits; --at) {
    unit_number_[at - 1] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  return {unit_number_.data(), unit_number_.size()};
}

void RowWriter::put_basic_unit(const Field& field, JsonSlot slot) {
  put_integer(field, slot);
  const std::string_view number = full_unit_number(slot);
  if (number.empty()) return;
  put_extra("fullBasicStatisticalUnitNumber", number);
  const Place* const unit = places_.basic_statistical_units.find(number, facts_->valid_from);
  if (unit != nullptr) put_extra("basicStatisticalUnitName", unit->facts[0]);
}

void RowWriter::put_urban_district(JsonSlot slot) {
  if (places_.basic_statistical_units.size() == 0) return;
  const std::string_view number = full_unit_number(slot);
  const Place* const unit = places_.basic_statistical_units.find(number, facts_->valid_from);
  if (unit == nullptr) return;
  const std::string& geographical = unit->facts[1];
  const std::string& serving = unit->facts[2].empty() ? geographical : unit->facts[2];
  put_district(serving, "urbanDistrictCode", "urbanDistrictName");
  put_district(geographical, "geographicalUrbanDistrictCode", "geographicalUrbanDistrictName");
}

void RowWriter::put_district(std::string_view code, std::string_view code_property,
                             std::string_view name_property) {
  put_extra(code_property, code);
  const Place* const district = places_.urban_districts.find(code, facts_->valid_from);
  if (district != nullptr) put_extra(name_property, district->facts[0]);
}

} // namespace grunndata::importers::folkeregisteret
