// Lines about hjelpenumre: a number each, or a JSON object with what is told of one.
#pragma once

#include "identifiers/kinds.h"
#include "registry/error.h"
#include "registry/hjelpenummer/record.h"
#include "tools/commands/hjelpenummer_flags.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace grunndata::tools {

/// What stands in a line. `number`: the number alone, or an object with `number` and `assigner`;
/// `number_and_facts`: also the facts in the object; `facts`: an object with facts and what a
/// newborn has (born, order, mother, motherType), no number.
enum class LineForm : std::uint8_t { number, number_and_facts, facts };

struct HelpNumberLine {
  std::uint64_t line = 0; ///< from 1
  std::string number;
  std::string assigner; ///< of a local number
  registry::hjelpenummer::Facts facts;
  std::optional<registry::hjelpenummer::Newborn> newborn;
};

/// The facts given as flags. `invalid`: a gender that is none.
[[nodiscard]] registry::Result<registry::hjelpenummer::Facts>
facts_of(const HelpNumberFlags& flags);

/// Reads lines from where the flags say. What a line does not tell is as the flags tell it.
class HelpNumberLines {
public:
  /// `not_found`: the file cannot be read; `invalid`: a flag.
  [[nodiscard]] registry::Result<void> open(const HelpNumberFlags& flags, LineForm form,
                                            identifiers::Rules rules, Console& console);
  /// False at the end. `invalid`: the line is wrong, and the next one may be read; `storage`: the
  /// file cannot be read on. No message repeats what stands in the line.
  [[nodiscard]] registry::Result<bool> next(HelpNumberLine& line);

private:
  registry::Result<void> read_object(const std::string& text, HelpNumberLine& line) const;

  HelpNumberLine like_;
  LineForm form_{};
  identifiers::Rules rules_;
  std::string name_;
  std::ifstream file_;
  std::istream* in_ = nullptr;
};

/// How the line's number is looked up: views into the line. `invalid`: no felles hjelpenummer, and
/// no assigner that would make it a local one.
[[nodiscard]] registry::Result<registry::IdentifierKey> key_of(const HelpNumberLine& line,
                                                               const identifiers::Rules& rules);

} // namespace grunndata::tools
