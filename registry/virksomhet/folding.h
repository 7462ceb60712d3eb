// Names and addresses of units as they are held against each other: what registers write
// differently and mean the same.
#pragma once

#include "registry/virksomhet/joined_field.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// The words of a unit's name, folded as `candidates::name_key` does, with abbreviations and
/// nynorsk as bokmaal in full ("sjukehus", "avd", "univ"). In the order they stand.
[[nodiscard]] std::vector<std::string> words_of_name(std::string_view name);
/// They with blanks between: equal for names that mean the same.
[[nodiscard]] std::string folded_name(std::string_view name);

/// Of an address as it stands in a row: street with number, and postcode; "vegen", "vn" and "v" as
/// "veien", "gt" and "gata" as "gate". Empty without a street or box.
[[nodiscard]] std::string folded_address(std::string_view row);
/// The municipality's number in an address; empty when it names none.
[[nodiscard]] std::string municipality_of(std::string_view row);

/// A row's body as its field compares; empty when there is nothing to compare.
[[nodiscard]] std::string folded(Likeness likeness, std::string_view row);

/// How alike two names are, 0 to 1: the words they share by weight, where a slip counts little less
/// and words that say what kind of unit it is ("sykehus", "avdeling", "hf") count little.
[[nodiscard]] double likeness_of(const std::vector<std::string>& a,
                                 const std::vector<std::string>& b);
/// Whether the word says what kind of unit it is, rather than which.
[[nodiscard]] bool is_common(std::string_view word) noexcept;

} // namespace grunndata::registry::virksomhet
