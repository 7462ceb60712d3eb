// Small documents for the tests of the mapping.
#pragma once

#include "importers/folkeregisteret/person_mapping.h"
#include "registry/source_record.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret {

/// A synthetic foedselsnummer and D-nummer (month + 80).
inline constexpr std::string_view synthetic_fnr = "12838449881";
inline constexpr std::string_view synthetic_dnr = "48879149935";

/// A document of a person with `synthetic_fnr` and the given further properties (without braces).
[[nodiscard]] std::string person_with(std::string_view properties);

/// One mapping and what came of it.
class Probe {
 public:
  Probe() = default;
  explicit Probe(MappingOptions options) : options_(options) {}

  /// Maps; a fault is kept in `fault`.
  Probe& map(std::string_view json);
  /// Maps `person_with(properties)`.
  Probe& with(std::string_view properties) { return map(person_with(properties)); }

  /// The rows of a part, as they stand.
  [[nodiscard]] std::vector<std::string> rows(registry::PersonPart part) const;
  /// The only row of a part; "" when there is not exactly one.
  [[nodiscard]] std::string row(registry::PersonPart part) const;
  /// The draft of the only row of a part.
  [[nodiscard]] const registry::AssertionDraft& draft(registry::PersonPart part) const;
  [[nodiscard]] std::string text(registry::TextSlice slice) const {
    return std::string(record.view(slice));
  }

  registry::SourceRecord record;
  MappingReport report;
  std::optional<MappingFault> fault;

 private:
  MappingOptions options_;
};

} // namespace grunndata::importers::folkeregisteret
