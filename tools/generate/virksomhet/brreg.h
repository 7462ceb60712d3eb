// Units in the form of Enhetsregisteret's open data, as it looked in 2026.
#pragma once

#include "tools/generate/virksomhet/unit.h"

#include <string>
#include <string_view>

namespace grunndata::generate::virksomhet {

/// Where an answer's links lead; of a bulk file: nowhere, `"links": []` stands in place of them.
struct Links {
  std::string_view base{}; ///< http://HOST/enhetsregisteret/api; empty: bulk
};

/// The unit as a JSON object: an Enhet or an Underenhet.
void append_unit(std::string& out, const Unit& unit, const Links& links);

/// YYYY-MM-DD
[[nodiscard]] std::string date_text(Day day);
/// A JSON string with its quotes.
void append_quoted(std::string& out, std::string_view text);

} // namespace grunndata::generate::virksomhet
