// Turns a unit of RESH, from JSON or a table, into a node record.
#pragma once

#include "importers/reading/json_document.h"
#include "importers/virksomhet/node_mapper.h"
#include "registry/error.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grunndata::importers::resh {

/// What is read of a unit.
enum class UnitField : std::uint8_t {
  resh_id,
  name,
  short_name,
  level,       ///< organisatorisk nivaa, 8628
  designation, ///< organisatorisk betegnelse, 8624
  parent,      ///< RESH-id
  orgnr,
  valid_from,
  valid_to, ///< the last day
  status,
  name_is_withheld, ///< skjermetNavn
  updated,          ///< when the source changed the unit; not kept, since it says no what
  parents,          ///< earlier and present ones with dates: a list of `parent`, `fra`, `til`
};
inline constexpr std::size_t unit_field_count = 13;

/// RESH publishes no schema: which of an export's fields is which is configured.
struct FieldNames {
  std::array<std::string, unit_field_count> names; ///< indexed by `UnitField`
  std::string parents_from = "fra";
  std::string parents_to = "til";

  /// The names of our own neutral form.
  FieldNames();
  [[nodiscard]] const std::string& of(UnitField field) const noexcept {
    return names[static_cast<std::size_t>(field)];
  }
  /// Changes some: "reshId=EnhetsId,navn=Navn", our own names at the left. Error `invalid`: a name
  /// that is none of ours, with those there are.
  [[nodiscard]] static registry::Result<FieldNames> parse(std::string_view text);
};

/// Numbers may be integers or strings, ends are inclusive. Status: Aktiv, Deaktivert, UnderArbeid
/// in any case, or 2, 3, 1. Other fields become properties. Refused: missing_identifier, or why the
/// RESH-id is none.
class UnitMapper final : public virksomhet::NodeMapper {
 public:
  explicit UnitMapper(FieldNames names) : names_(std::move(names)) {}

  [[nodiscard]] tl::expected<virksomhet::Mapped, reading::MappingFault>
  map(std::string_view json, registry::virksomhet::NodeRecord& out,
      reading::MappingReport& report) override;

 private:
  class Work;
  reading::JsonDocument document_;
  FieldNames names_;
};

} // namespace grunndata::importers::resh
