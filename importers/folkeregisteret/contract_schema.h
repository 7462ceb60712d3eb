// How one object of Folkeregisteret becomes one object of the contract: a table of fields in the
// contract's order, each naming the register's property it comes from.
#pragma once

#include "importers/reading/json_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace grunndata::importers::folkeregisteret {

using reading::after_container;
using reading::append_decoded;
using reading::closing_quote;
using reading::json_padding_bytes;
using reading::JsonSlot;
using reading::JsonWriter;
using reading::value_at;

/// What a property holds and so how it is written.
enum class FieldKind : std::uint8_t {
  text,          ///< a string, as it is; a number is written as a string
  integer,       ///< an integer; digits in a string are accepted
  boolean,
  date,          ///< `YYYY-MM-DD`, written as `YYYY-MM-DDT00:00:00Z`
  date_time,     ///< an RFC 3339 date-time, as it is
  enumeration,   ///< translated by `values`; an unknown one is left out
  grading,       ///< as enumeration, but an unknown or missing one is StrictlyConfidential
  object,        ///< by `nested`
  text_list,     ///< a list of strings
  enumeration_list,
  object_list,   ///< a list of `nested`
  municipality,  ///< a number, followed by the municipality's and county's names
  basic_unit,    ///< grunnkrets: its number, full number and name
  urban_district ///< the districts that a grunnkrets lies in; written from the same property
};

/// What a value is good for beyond being shown.
enum class FieldRole : std::uint8_t {
  none,
  registered_at, is_valid, valid_from, valid_to, ///< of the row
  level,                 ///< its grading
  number, number_type, number_status, country,   ///< of an identifier
  related_person, related_role, spouse, responsible, subject, guardian, estate_person,
  correct_identity,
  person_status,         ///< shown as Active to some
};
inline constexpr std::size_t field_roles_count = 19;

/// Whom a property is withheld from although its row is shown.
enum class Withheld : std::uint8_t {
  never,
  without_legal_basis, ///< confidential by itself
  when_protected,      ///< from the same callers, when the person is protected: it tells a place
};

struct EnumValue {
  std::string_view source;
  std::string_view written; ///< with its quotes
};
using EnumValues = std::span<const EnumValue>;

struct Schema;

struct Field {
  static constexpr std::size_t prefix_bytes = JsonWriter::short_bytes_max + 1;

  std::string_view source;   ///< the register's property
  std::string_view property; ///< the contract's
  FieldKind kind = FieldKind::text;
  FieldRole role = FieldRole::none;
  Withheld withheld = Withheld::never;
  bool null_when_absent = false; ///< written as null, not left out
  std::uint8_t slot = 0;         ///< index of the first field with this source
  std::uint8_t prefix_size = 0;
  std::array<char, prefix_bytes> prefix{}; ///< `,"property":`
  EnumValues values{};
  const Schema* nested = nullptr;

  constexpr Field() = default;
  constexpr Field(std::string_view source_name, std::string_view property_name,
                  FieldKind field_kind = FieldKind::text, FieldRole field_role = FieldRole::none)
      : source(source_name), property(property_name), kind(field_kind), role(field_role) {
    spell_prefix();
  }
  constexpr Field(std::string_view source_name, std::string_view property_name,
                  EnumValues enum_values, FieldRole field_role = FieldRole::none,
                  FieldKind field_kind = FieldKind::enumeration)
      : source(source_name), property(property_name), kind(field_kind), role(field_role),
        values(enum_values) {
    spell_prefix();
  }
  constexpr Field(std::string_view source_name, std::string_view property_name,
                  const Schema& schema, FieldKind field_kind = FieldKind::object)
      : source(source_name), property(property_name), kind(field_kind), nested(&schema) {
    spell_prefix();
  }
  [[nodiscard]] constexpr Field or_null() const {
    Field field = *this;
    field.null_when_absent = true;
    return field;
  }
  [[nodiscard]] constexpr Field withheld_from(Withheld rule) const {
    Field field = *this;
    field.withheld = rule;
    return field;
  }

 private:
  constexpr void spell_prefix() {
    std::size_t at = 0;
    prefix[at++] = ',';
    prefix[at++] = '"';
    for (const char c : property) prefix[at++] = c;
    prefix[at++] = '"';
    prefix[at++] = ':';
    prefix_size = static_cast<std::uint8_t>(at);
  }
};

inline constexpr std::size_t schema_fields_max = 32;
/// Rows of elements start with these, in this order.
inline constexpr std::size_t metadata_fields_count = 6;

/// A finished table, with a collision-free index from the register's property name.
struct Schema {
  static constexpr std::size_t buckets_count = 128;
  static constexpr unsigned bucket_shift = 64 - 7; ///< 2^7 buckets
  static constexpr std::uint8_t no_field = 0xFF;

  std::array<Field, schema_fields_max> fields{};
  std::uint8_t fields_count = 0;
  bool has_metadata = false;
  std::uint64_t salt = 0;
  std::array<std::uint8_t, buckets_count> buckets{};

  /// Index of the first field that comes from `source`; `no_field` for an unknown one.
  [[nodiscard]] constexpr std::uint8_t find(std::string_view source) const noexcept {
    if (source.empty()) return no_field;
    const std::uint8_t index = buckets[bucket_of(source, salt)];
    return index != no_field && same_text(fields[index].source, source) ? index : no_field;
  }
  [[nodiscard]] constexpr std::span<const Field> all() const noexcept {
    return {fields.data(), fields_count};
  }

  /// As `==`, without a call for these short names.
  [[nodiscard]] static constexpr bool same_text(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    std::size_t at = 0;
    if (!std::is_constant_evaluated()) {
      for (; at + 8 <= a.size(); at += 8) {
        if (std::memcmp(a.data() + at, b.data() + at, 8) != 0) return false;
      }
    }
    for (; at < a.size(); ++at) {
      if (a[at] != b[at]) return false;
    }
    return true;
  }

  [[nodiscard]] static constexpr std::size_t bucket_of(std::string_view name,
                                                       std::uint64_t salt) noexcept {
    const std::size_t size = name.size();
    const auto byte = [&](std::size_t at) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(name[at]));
    };
    const std::uint64_t mixed = byte(0) | byte(size > 2 ? 2 : 0) << 8 | byte(size / 2) << 16 |
                                byte(size * 2 / 3) << 24 | byte(size - 1) << 32 |
                                static_cast<std::uint64_t>(size) << 40;
    return static_cast<std::size_t>((mixed * salt) >> bucket_shift);
  }
};

/// The six properties that every element starts with.
[[nodiscard]] constexpr std::array<Field, metadata_fields_count> metadata_fields() {
  return {Field{"ajourholdstidspunkt", "registeredAt", FieldKind::date_time,
                FieldRole::registered_at},
          Field{"erGjeldende", "isValid", FieldKind::boolean, FieldRole::is_valid},
          Field{"kilde", "source"},
          Field{"aarsak", "reason"},
          Field{"gyldighetstidspunkt", "validFrom", FieldKind::date_time, FieldRole::valid_from},
          Field{"opphoerstidspunkt", "validTo", FieldKind::date_time, FieldRole::valid_to}};
}

namespace schema_making {

/// True when no two properties share a bucket.
constexpr bool fill_buckets(Schema& schema) {
  schema.buckets.fill(Schema::no_field);
  for (std::uint8_t index = 0; index < schema.fields_count; ++index) {
    if (schema.fields[index].slot != index) continue;
    std::uint8_t& bucket =
        schema.buckets[Schema::bucket_of(schema.fields[index].source, schema.salt)];
    if (bucket != Schema::no_field) return false;
    bucket = index;
  }
  return true;
}

constexpr std::uint8_t first_with_source(const Schema& schema, std::string_view source) {
  std::uint8_t index = 0;
  while (schema.fields[index].source != source) ++index;
  return index;
}

/// Does not compile when no salt separates the names.
constexpr Schema finished(Schema schema) {
  for (std::uint8_t index = 0; index < schema.fields_count; ++index) {
    schema.fields[index].slot = first_with_source(schema, schema.fields[index].source);
  }
  constexpr std::uint32_t tries_max = 2000;
  std::uint64_t candidate = 0x9E3779B97F4A7C15ULL;
  for (std::uint32_t tries = 0; tries < tries_max; ++tries) {
    schema.salt = candidate | 1U;
    if (fill_buckets(schema)) return schema;
    candidate = candidate * 6364136223846793005ULL + 1442695040888963407ULL;
  }
  throw "no salt separates the property names";
}

} // namespace schema_making

/// An object that is part of an element.
template <std::size_t N>
[[nodiscard]] consteval Schema object_schema(const std::array<Field, N>& own) {
  static_assert(N <= schema_fields_max);
  Schema schema;
  schema.fields_count = static_cast<std::uint8_t>(N);
  std::copy(own.begin(), own.end(), schema.fields.begin());
  return schema_making::finished(schema);
}

/// An element: metadata, then its own properties.
template <std::size_t N>
[[nodiscard]] consteval Schema element_schema(const std::array<Field, N>& own) {
  static_assert(N + metadata_fields_count <= schema_fields_max);
  Schema schema;
  const auto metadata = metadata_fields();
  std::copy(metadata.begin(), metadata.end(), schema.fields.begin());
  std::copy(own.begin(), own.end(), schema.fields.begin() + metadata_fields_count);
  schema.fields_count = static_cast<std::uint8_t>(N + metadata_fields_count);
  schema.has_metadata = true;
  return schema_making::finished(schema);
}

} // namespace grunndata::importers::folkeregisteret
