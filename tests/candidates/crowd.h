// People by the facts that candidates are found by, in a registry that tells a story.
#pragma once

#include "registry/candidates/find_candidates.h"
#include "tests/registry/town.h"

#include <string>
#include <vector>

namespace grunndata::registry::stories {

/// One of Folkeregisteret's, as its rows are rendered.
struct Somebody {
  std::string given, middle, family;
  std::string born; ///< "YYYY-MM-DD", "YYYY" or empty
  hjelpenummer::Gender gender = hjelpenummer::Gender::unsaid;
  std::string street, house, postcode, city;
  Grading address = Grading::unclassified;
  Grading protection = Grading::unclassified;
  std::vector<std::string> former_families;
};
/// The record of the n-th number.
[[nodiscard]] PersonBuilder person_of(unsigned n, const Somebody& somebody);

[[nodiscard]] candidates::Candidates find(Town& town, const candidates::Description& wanted,
                                          const candidates::Seeker& seeker = {Access::legal_basis},
                                          std::size_t limit = candidates::candidates_max);
/// "certain given:exact family:normalised(former)", one for each candidate, without who.
[[nodiscard]] Texts told_of(const candidates::Candidates& found);
/// Their outside ids.
[[nodiscard]] Texts ids_of(const candidates::Candidates& found);

} // namespace grunndata::registry::stories
