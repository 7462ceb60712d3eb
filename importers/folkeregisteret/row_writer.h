// Writes one row of one part: an element of Folkeregisteret, rendered as the contract spells it.
#pragma once

#include "importers/folkeregisteret/contract_schema.h"
#include "importers/folkeregisteret/municipalities.h"
#include "importers/reading/json_text.h"
#include "importers/reading/mapping_report.h"
#include "registry/access.h"
#include "registry/source_record.h"
#include "registry/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::importers::folkeregisteret {

using reading::MappingReport;
using reading::Oddity;

/// Longest text value that is shown; a longer one stays in the source record only.
inline constexpr std::size_t value_bytes_max = 4096;

/// Which of the three renderings of a row.
enum class Rendering : std::uint8_t {
  contract,   ///< for callers with legal basis; the only one that is reported on
  open,       ///< for callers without: no confidential property, a closed status shown as Active
  open_protected, ///< the same of a protected person: nothing that tells a place either
  raw_values, ///< values that the contract lacks, as they were delivered
};

/// One element to be rendered.
struct RowRequest {
  std::string_view name; ///< the element's, for reports
  const Schema* schema = nullptr;
  bool needs_grading = false;
  const char* at = nullptr; ///< its `{`
  Rendering rendering = Rendering::contract;
};

/// What a row says beyond its text.
struct RowFacts {
  std::optional<registry::Instant> registered_at;
  std::optional<registry::Instant> valid_from;
  std::optional<registry::Instant> valid_to;
  registry::Validity validity = registry::Validity::unsaid;
  registry::Grading grading = registry::Grading::unclassified;
  bool grading_is_assumed = false; ///< not said, or in a word we do not know
  std::uint16_t metadata_bytes = 0;
  bool has_unknown_value = false; ///< a `raw_values` rendering differs
  bool has_closed_value = false;  ///< an `open` rendering differs
  /// Values by role, where they were given as strings; pointing into the walked text.
  std::array<JsonSlot, field_roles_count> values{};
  /// Municipality number of the address, for its statistical unit; empty when none.
  std::string_view municipality;

  [[nodiscard]] JsonSlot value(FieldRole role) const noexcept {
    return values[static_cast<std::size_t>(role)];
  }
  /// Said to be current, or not said and not ended.
  [[nodiscard]] bool is_current() const noexcept {
    return validity == registry::Validity::valid ||
           (validity == registry::Validity::unsaid && !valid_to);
  }
};

/// Not thread-safe; cheap to make, keeps no state between rows.
class RowWriter {
 public:
  RowWriter(JsonWriter& out, const PlaceLists& places, MappingReport& report) noexcept
      : out_(out), places_(places), report_(report) {}

  /// Renders an element. Returns what follows it in the text. `facts` must be newly made.
  const char* write(const RowRequest& request, RowFacts& facts);

 private:
  using Slots = std::array<JsonSlot, schema_fields_max>;

  const char* collect(const Schema& schema, const char* at, Slots& slots);
  void put_object(const Schema& schema, const Slots& slots);
  void put_field(const Field& field, JsonSlot slot);
  void put_absent(const Field& field);
  [[nodiscard]] bool is_withheld(const Field& field) noexcept;
  void put_name(const Field& field) {
    const std::size_t skipped = out_.last() == '{' ? 1 : 0;
    out_.put_short(field.prefix.data() + skipped, field.prefix_size - skipped);
  }
  void put_extra(std::string_view property, std::string_view value);

  void put_text(const Field& field, JsonSlot slot);
  void put_integer(const Field& field, JsonSlot slot);
  void put_boolean(const Field& field, JsonSlot slot);
  void put_date(const Field& field, JsonSlot slot);
  void put_date_time(const Field& field, JsonSlot slot);
  void put_enumeration(const Field& field, JsonSlot slot);
  void put_grading(const Field& field, JsonSlot slot);
  void put_nested(const Field& field, JsonSlot slot);
  void put_list(const Field& field, JsonSlot slot);
  void put_list_item(const Field& field, JsonSlot item);
  void put_municipality(const Field& field, JsonSlot slot);
  void put_basic_unit(const Field& field, JsonSlot slot);
  void put_urban_district(JsonSlot slot);
  void put_district(std::string_view code, std::string_view code_property,
                    std::string_view name_property);

  /// The full number of the statistical unit, when both halves are known.
  [[nodiscard]] std::string_view full_unit_number(JsonSlot slot);
  void keep_instant(const Field& field, std::optional<registry::Instant> instant);
  /// The characters of a string value; valid until the next call.
  [[nodiscard]] std::string_view characters(JsonSlot string);
  void note(Oddity oddity, std::string_view field);

  static constexpr std::size_t depth_max = 8;

  JsonWriter& out_;
  const PlaceLists& places_;
  MappingReport& report_;
  RowFacts* facts_ = nullptr;
  Rendering rendering_ = Rendering::contract;
  bool needs_grading_ = false;
  std::array<std::string_view, depth_max> path_{};
  std::size_t path_size_ = 0;
  std::array<char, 8> unit_number_{};
  std::string decoded_;
};

} // namespace grunndata::importers::folkeregisteret
