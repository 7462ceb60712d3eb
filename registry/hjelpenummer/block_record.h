// How blocks and what was reported of their numbers are stored; FORMAT.md names the fields.
#pragma once

#include "registry/hjelpenummer/blocks.h"

namespace grunndata::registry::hjelpenummer {

[[nodiscard]] std::string write_block(const Block& block);
/// Nothing when the value is not what was written.
[[nodiscard]] std::optional<Block> read_block(std::uint64_t number, std::string_view value);

/// One report about a number, told apart from others also when its facts are gone.
struct StoredReport {
  std::uint64_t block = 0; ///< that it named
  bool followed = false;   ///< the number's record holds what it said
  std::uint64_t work = 0;  ///< the item it led to; 0: none
  std::string organisation;
  Actor by;
  Instant told{};
  Instant used{};
  std::uint16_t trace = 0;        ///< of what it said: `trace_of`
  std::optional<UsedNumber> kept; ///< while a human still has to decide

  /// The same, sent again. `record`: of the number, if it has one.
  [[nodiscard]] bool is(const ReportRequest& request, const UsedNumber& again,
                        const std::optional<HelpNumber>& record) const;
};

/// Two bytes of a hash of all that is said: enough to know the same report again, too little to
/// find out what was erased.
[[nodiscard]] std::uint16_t trace_of(const UsedNumber& used);

/// Reports about one number stand under its digits; blocks stand under eight bytes.
[[nodiscard]] std::string write_reports(const std::vector<StoredReport>& reports);
[[nodiscard]] std::optional<std::vector<StoredReport>> read_reports(std::string_view value);

} // namespace grunndata::registry::hjelpenummer
