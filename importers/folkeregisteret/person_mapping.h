// Turns one person document of Folkeregisteret (offentlig med hjemmel, with history) into what the
// registry takes: rows rendered as Persontjenesten v2 spells them, identifiers and relations.
#pragma once

#include "identifiers/kinds.h"
#include "importers/folkeregisteret/municipalities.h"
#include "importers/reading/json_document.h"
#include "importers/reading/mapping_report.h"
#include "registry/source_record.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace grunndata::importers::folkeregisteret {

using reading::document_bytes_max;
using reading::MappingFault;
using reading::MappingReport;
using reading::Oddity;

/// A document with more rows is refused.
inline constexpr std::size_t rows_max = 20'000;

struct MappingOptions {
  identifiers::Rules rules = identifiers::rules_for(identifiers::Environment::test);
  /// In the test environment: take numbers that are not synthetic too.
  bool accept_real = false;
  /// False: a document without identifikasjonsnummer is mapped, with no identifiers. For documents
  /// made of single elements, as a rebuild does.
  bool require_identifier = true;
  /// Must outlive the mapper. Null: the lists built into the program.
  const PlaceLists* places = nullptr;
};

/// Reusable, one a thread: keeps its buffers between documents. Maps every document alike, whatever
/// came before it.
class PersonMapper {
 public:
  explicit PersonMapper(const MappingOptions& options);
  PersonMapper(PersonMapper&&) noexcept;
  PersonMapper& operator=(PersonMapper&&) noexcept;
  ~PersonMapper();

  /// Fills `out` anew; it may be reused and keeps its capacity. `json` is one document in UTF-8, of
  /// any white space; no padding is needed.
  ///
  /// Refused with a fault: what is not exactly one valid JSON object (json, not_an_object), exceeds
  /// a limit (too_large, too_many_rows), has no number of its own (missing_identifier, or the
  /// reason it was refused for, as `identifiers::reason_name` spells it), or whose numbers do not
  /// belong in the environment (wrong_environment). `out` is then unspecified. Everything else is
  /// mapped as far as it goes: what is unknown or malformed is left out of the rows, kept in
  /// `out.raw` and counted in `report`, which is only added to.
  ///
  /// An address without a usable grading counts as strictly confidential. `out.protection` is the
  /// greatest grading among the current rows of adressebeskyttelse; a row counts as current when it
  /// says so, or says nothing and has no end. Rows of callers without legal basis (`open_row`) are
  /// given where a status is confidential, where a spouse's number is left out, and, of a protected
  /// person, for each row of a part that tells a place in some of its fields. Of a person who is
  /// strictly protected (said, not assumed) those fields are taken out of `out.raw` and every row.
  [[nodiscard]] tl::expected<void, MappingFault> map(std::string_view json,
                                                     registry::SourceRecord& out,
                                                     MappingReport& report);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

} // namespace grunndata::importers::folkeregisteret
