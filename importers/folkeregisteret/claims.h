// What a row says about identifiers and about other persons.
#pragma once

#include "importers/folkeregisteret/person_mapping.h"
#include "importers/folkeregisteret/row_writer.h"
#include "importers/reading/mapping_report.h"
#include "registry/source_record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret {

/// Collects the claims of one document. `begin` starts a document, `finish` ends it.
class ClaimCollector {
 public:
  explicit ClaimCollector(const MappingOptions& options) : options_(options) {}

  void begin(MappingReport& report, JsonWriter& text);
  /// One row of `part`, number `index` of its element, as the writer found it.
  void add(registry::PersonPart part, std::string_view element, std::size_t index,
           const RowFacts& facts);
  /// Writes the claims to `out`; a fault when the person's own number cannot be used.
  [[nodiscard]] std::optional<MappingFault> finish(registry::SourceRecord& out);

 private:
  /// A number of the person's own, judged when all are known.
  struct OwnNumber {
    std::size_t index = 0;
    identifiers::Kind declared{};
    bool is_current = false;
    registry::IdentifierClaim claim;
  };
  struct Responsibility {
    registry::RelationClaim claim; ///< without identifier
    registry::TextSlice subject, responsible;
  };

  void add_own(std::size_t index, const RowFacts& facts);
  void add_local(registry::PersonPart part, std::string_view element, const RowFacts& facts);
  void add_relation(std::string_view element, registry::RelationType type, FieldRole role,
                    const RowFacts& facts);
  void add_family(std::string_view element, const RowFacts& facts);
  void add_responsibility(std::string_view element, const RowFacts& facts);

  [[nodiscard]] std::optional<MappingFault> judge_own(OwnNumber& number, bool is_primary);
  void finish_responsibilities(registry::SourceRecord& out);
  [[nodiscard]] bool is_own(registry::TextSlice number) const;
  [[nodiscard]] registry::IdentifierType type_of(std::string_view number) const;
  /// The characters of the string, kept in the record's text; empty when absent or too long.
  [[nodiscard]] registry::TextSlice keep(JsonSlot string, std::string_view element);
  [[nodiscard]] std::string_view view(registry::TextSlice slice) const;
  void note(Oddity oddity, std::string_view element, std::string_view field);

  MappingOptions options_;
  MappingReport* report_ = nullptr;
  JsonWriter* text_ = nullptr;
  std::vector<OwnNumber> own_;
  std::vector<registry::IdentifierClaim> local_;
  std::vector<registry::RelationClaim> relations_;
  std::vector<Responsibility> responsibilities_;
  std::string scratch_;
};

} // namespace grunndata::importers::folkeregisteret
