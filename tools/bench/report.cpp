#include "tools/bench/report.h"

#include <cmath>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace grunndata::tools::bench {

namespace {

constexpr int label_columns = 50;
constexpr int value_columns = 16;

/// Thousands apart.
std::string readable(double value, int decimals, const std::string& unit) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(decimals) << std::abs(value);
  std::string digits = text.str();
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  for (std::size_t at = whole; at > 3; at -= 3) digits.insert(at - 3, ",");
  return (value < 0 ? "-" : "") + digits + (unit.empty() ? "" : " " + unit);
}

} // namespace

void print_table(std::ostream& out, const std::string& heading,
                 const std::vector<Figure>& figures) {
  out << heading << '\n';
  for (const Figure& figure : figures) {
    out << "  " << std::left << std::setw(label_columns) << figure.label << std::right
        << std::setw(value_columns) << readable(figure.value, figure.decimals, figure.unit);
    if (figure.target) {
      out << std::setw(value_columns + 4)
          << (figure.at_most ? "under " : "at least ") +
                 readable(*figure.target, figure.decimals, figure.unit)
          << (figure.met() ? "   met" : "   NOT MET");
    }
    out << '\n';
  }
}

void print_json(std::ostream& out, const std::vector<Figure>& figures) {
  out << '{';
  const char* between = "";
  for (const Figure& figure : figures) {
    out << between << '"' << figure.key << "\":";
    between = ",";
    out << std::fixed << std::setprecision(std::max(figure.decimals, 3));
    if (figure.target) {
      out << R"({"value":)" << figure.value << R"(,"target":)" << *figure.target << R"(,"met":)"
          << (figure.met() ? "true" : "false") << '}';
    } else {
      out << figure.value;
    }
  }
  out << "}\n";
}

void print_report(std::ostream& out, bool as_json, const std::string& heading,
                  const std::vector<Figure>& figures) {
  as_json ? print_json(out, figures) : print_table(out, heading, figures);
}

} // namespace grunndata::tools::bench
