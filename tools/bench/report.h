// What a benchmark found, beside what it had to find.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::tools::bench {

/// One figure. With a target it is met or not met.
struct Figure {
  std::string key;   ///< its name in JSON, camelCase
  std::string label; ///< its name in the table
  double value = 0;
  int decimals = 0;
  std::string unit; ///< "/s", "x", "MB"
  std::optional<double> target{};
  bool at_most = false; ///< the target is a ceiling, not a floor

  [[nodiscard]] bool met() const noexcept {
    return !target || (at_most ? value < *target : value >= *target);
  }
};

/// Rows of label, value, target and verdict; the heading first.
void print_table(std::ostream& out, const std::string& heading, const std::vector<Figure>& figures);
/// One object: a member for each figure, those with a target as {"value","target","met"}.
void print_json(std::ostream& out, const std::vector<Figure>& figures);
/// One or the other.
void print_report(std::ostream& out, bool as_json, const std::string& heading,
                  const std::vector<Figure>& figures);

} // namespace grunndata::tools::bench
