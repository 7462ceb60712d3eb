#include "importers/folkeregisteret/row_writer.h"

#include <cassert>

namespace grunndata::importers::folkeregisteret {

const char* RowWriter::write(const RowRequest& request, RowFacts& facts) {
  facts_ = &facts;
  rendering_ = request.rendering;
  needs_grading_ = request.needs_grading;
  path_[0] = request.name;
  path_size_ = 1;
  Slots slots;
  const char* const after = collect(*request.schema, request.at, slots);
  put_object(*request.schema, slots);
  return after;
}

/// Finds the known properties of the object at `at`. Slots of absent ones are empty.
const char* RowWriter::collect(const Schema& schema, const char* at, Slots& slots) {
  for (std::size_t index = 0; index < schema.fields_count; ++index) slots[index].begin = nullptr;
  ++at;
  if (*at == '}') return at + 1;
  while (true) {
    bool escaped = false;
    const char* const key_end = closing_quote(at + 1, escaped);
    std::string_view key(at + 1, static_cast<std::size_t>(key_end - at - 1));
    if (escaped) key = characters({at, static_cast<std::uint32_t>(key.size() + 2), true});
    const JsonSlot value = value_at(key_end + 2);
    const std::uint8_t index = schema.find(key);
    if (index == Schema::no_field) {
      note(Oddity::unknown_field, key);
    } else if (slots[index].begin != nullptr) {
      note(Oddity::duplicate_field, key);
    } else {
      slots[index] = value;
    }
    at = value.begin + value.size + 1;
    if (at[-1] == '}') return at;
  }
}

void RowWriter::put_object(const Schema& schema, const Slots& slots) {
  const std::size_t begin = out_.size();
  out_.put('{');
  std::size_t index = 0;
  if (schema.has_metadata) {
    for (; index < metadata_fields_count; ++index) {
      if (!slots[index].is_null()) put_field(schema.fields[index], slots[index]);
    }
    facts_->metadata_bytes = static_cast<std::uint16_t>(out_.size() - begin);
  }
  for (; index < schema.fields_count; ++index) {
    const Field& field = schema.fields[index];
    const JsonSlot slot = slots[field.slot];
    if (slot.is_null()) {
      put_absent(field);
    } else if (field.withheld == Withheld::never || !is_withheld(field)) {
      put_field(field, slot);
    }
  }
  out_.put('}');
}

void RowWriter::put_field(const Field& field, JsonSlot slot) {
  if (field.role != FieldRole::none && slot.is_string()) {
    facts_->values[static_cast<std::size_t>(field.role)] = slot;
  }
  switch (field.kind) {
    case FieldKind::text: return put_text(field, slot);
    case FieldKind::integer: return put_integer(field, slot);
    case FieldKind::boolean: return put_boolean(field, slot);
    case FieldKind::date: return put_date(field, slot);
    case FieldKind::date_time: return put_date_time(field, slot);
    case FieldKind::enumeration: return put_enumeration(field, slot);
    case FieldKind::grading: return put_grading(field, slot);
    case FieldKind::object: return put_nested(field, slot);
    case FieldKind::text_list:
    case FieldKind::enumeration_list:
    case FieldKind::object_list: return put_list(field, slot);
    case FieldKind::municipality: return put_municipality(field, slot);
    case FieldKind::basic_unit: return put_basic_unit(field, slot);
    case FieldKind::urban_district: return put_urban_district(slot);
  }
}

bool RowWriter::is_withheld(const Field& field) noexcept {
  if (field.withheld == Withheld::without_legal_basis) {
    facts_->has_closed_value = true;
    return rendering_ == Rendering::open || rendering_ == Rendering::open_protected;
  }
  return rendering_ == Rendering::open_protected;
}

void RowWriter::put_absent(const Field& field) {
  if (field.null_when_absent) {
    put_name(field);
    out_.put("null");
  } else if (field.kind == FieldKind::grading && needs_grading_) {
    note(Oddity::missing_grading, field.source);
    facts_->grading = registry::Grading::strictly_confidential;
    facts_->grading_is_assumed = true;
    put_name(field);
    out_.put(field.values.back().written);
  }
}

void RowWriter::put_nested(const Field& field, JsonSlot slot) {
  if (slot.is_array() && slot.begin[1] == '{') {
    note(Oddity::wrong_shape, field.source);
    slot = value_at(slot.begin + 1);
  }
  if (!slot.is_object()) return note(Oddity::wrong_type, field.source);
  put_name(field);
  path_[path_size_++] = field.source;
  assert(path_size_ < depth_max);
  Slots slots;
  collect(*field.nested, slot.begin, slots);
  put_object(*field.nested, slots);
  --path_size_;
}

void RowWriter::put_list(const Field& field, JsonSlot slot) {
  put_name(field);
  out_.put('[');
  if (!slot.is_array()) {
    note(Oddity::wrong_shape, field.source);
    put_list_item(field, slot);
  } else if (slot.begin[1] != ']') {
    const char* at = slot.begin;
    while (*at != ']') {
      const JsonSlot item = value_at(at + 1);
      put_list_item(field, item);
      at = item.begin + item.size;
    }
  }
  out_.put(']');
}

void RowWriter::put_list_item(const Field& field, JsonSlot item) {
  const std::size_t before = out_.size();
  const bool is_first = out_.last() == '[';
  if (!is_first) out_.put(',');
  const std::size_t begin = out_.size();
  if (field.kind == FieldKind::object_list && item.is_object()) {
    path_[path_size_++] = field.source;
    Slots slots;
    collect(*field.nested, item.begin, slots);
    put_object(*field.nested, slots);
    --path_size_;
  } else if (field.kind == FieldKind::text_list && item.is_string() &&
             item.size <= value_bytes_max) {
    out_.put_string(item);
  } else if (field.kind == FieldKind::enumeration_list && item.is_string()) {
    const std::string_view value = characters(item);
    const auto found =
        std::find_if(field.values.begin(), field.values.end(),
                     [&](const EnumValue& known) { return known.source == value; });
    if (found != field.values.end()) {
      out_.put(found->written);
    } else {
      note(Oddity::unknown_value, field.source);
      facts_->has_unknown_value = true;
      if (rendering_ == Rendering::raw_values && item.size <= value_bytes_max) {
        out_.put_string(item);
      }
    }
  } else {
    note(item.is_string() ? Oddity::too_long : Oddity::wrong_type, field.source);
  }
  if (out_.size() == begin) out_.cut_back(before);
}

void RowWriter::put_extra(std::string_view property, std::string_view value) {
  if (value.empty()) return;
  out_.put(",\"");
  out_.put(property);
  out_.put("\":\"");
  out_.put(value);
  out_.put('"');
}

std::string_view RowWriter::characters(JsonSlot string) {
  if (!string.escaped) return string.inside();
  decoded_.clear();
  append_decoded(string, decoded_);
  return decoded_;
}

void RowWriter::note(Oddity oddity, std::string_view field) {
  if (rendering_ != Rendering::contract) return;
  std::array<std::string_view, depth_max + 1> path{};
  std::copy_n(path_.begin(), path_size_, path.begin());
  path[path_size_] = field;
  report_.note(oddity, {path.data(), path_size_ + 1});
}

} // namespace grunndata::importers::folkeregisteret
