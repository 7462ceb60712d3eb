// Reports of numbers used on paper: a JSON object a line, or CSV with a header.
#pragma once

#include "identifiers/kinds.h"
#include "registry/error.h"
#include "registry/hjelpenummer/blocks.h"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace grunndata::tools {

struct UsedLine {
  std::uint64_t line = 0; ///< from 1
  registry::hjelpenummer::UsedNumber used;
};

/// A first line that does not begin with `{` is the header of CSV: the names of the members that an
/// object would have, in any order, `number` and `used` among them, with `,` or `;` between as in
/// the lines below. A cell may be quoted ("…", with "" for a quote); an empty one tells nothing; a
/// record is one line. Lines without anything are passed over. Numbers may hold blanks, as the
/// printed ones do.
class UsedLines {
public:
  /// `in` must outlive it.
  UsedLines(std::istream& in, identifiers::Rules rules) : in_(in), rules_(rules) {}

  /// False at the end. `invalid`: the line is wrong, and the next one may be read unless it was the
  /// header (`is_lost`); `storage`: it cannot be read on. No message repeats what stands in the
  /// line.
  [[nodiscard]] registry::Result<bool> next(UsedLine& line);
  /// Nothing can be read: the header is wrong.
  [[nodiscard]] bool is_lost() const noexcept { return lost_; }

private:
  registry::Result<void> read_header(const std::string& text);
  registry::Result<void> read_cells(const std::string& text, UsedLine& line) const;
  registry::Result<void> read_object(const std::string& text, UsedLine& line) const;

  std::istream& in_;
  identifiers::Rules rules_;
  std::uint64_t lines_ = 0;
  bool begun_ = false;
  char separator_ = '\0';            ///< of CSV
  std::vector<std::size_t> columns_; ///< rules of `used_rules`, in the header's order
  bool lost_ = false;
};

} // namespace grunndata::tools
