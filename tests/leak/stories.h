// What happens to protected persons, and to the twins nobody should be able to tell them from.
#pragma once

#include "tests/leak/document.h"

#include <cstddef>
#include <string>
#include <vector>

namespace grunndata::leak {

/// What is read in one commit after the other. The same numbers in the same order in each life.
using Import = std::vector<Document>;
using Life = std::vector<Import>;

/// A protected person and the two reference twins of privacy.md.
struct Story {
  std::string name;
  Life real;
  /// For callers without legal basis: no such address was ever registered.
  Life twin_without_basis;
  /// For callers with legal basis: what folkeregisteret.md 2.3 and privacy.md let them see, of
  /// somebody who is not protected.
  Life twin_with_basis;
  /// Questions are asked after this import and each later one: before it nobody was protected.
  std::size_t protected_from = 0;
  /// Callers without legal basis saw something that is withheld since.
  bool was_seen = false;
  /// What was known of somebody is forgotten, for callers with legal basis too.
  bool forgets_past = false;
  /// Why the comparison fails as yet, for callers of either class: it is then made only with
  /// LEAK_ALL in the environment. Empty: it holds.
  std::string finding_without_basis{};
  std::string finding_with_basis{};
};

[[nodiscard]] std::vector<Story> stories();

} // namespace grunndata::leak
