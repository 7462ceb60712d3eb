// The same questions put to the registry and to PostgreSQL, in turns.
#pragma once

#include "registry/virksomhet/search/node_search.h"
#include "tools/bench/peer/structure_copy.h"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace grunndata::tools::bench {

/// One kind of question.
struct Kind {
  std::string key;   ///< in JSON
  std::string label; ///< in the table
  std::string statement; ///< of PostgreSQL, prepared under `key`
};

/// Seconds that each question took.
struct Times {
  std::vector<double> ours, theirs;
  std::size_t found_by_us = 0;   ///< of searches: how often the unit that was sought was shown
  std::size_t found_by_them = 0;
  std::size_t rows_of_ours = 0;
  std::size_t rows_of_theirs = 0;
};

class Questions {
public:
  /// All must outlive it.
  Questions(const registry::Registry& registry, registry::virksomhet::search::NodeSearch& search,
            const StructureCopy& copy, Postgres& postgres, std::uint64_t seed);

  /// Prepares the statements. Errors: as `Postgres`.
  [[nodiscard]] registry::Result<void> prepare();
  /// So many questions of a kind to one side, then the same to the other; which side comes first
  /// changes from call to call.
  [[nodiscard]] registry::Result<void> lookups(std::size_t count, Times& times);
  [[nodiscard]] registry::Result<void> subtrees(Times& times); ///< of each regional authority
  [[nodiscard]] registry::Result<void> ancestors(std::size_t count, Times& times);
  enum class Sought : std::uint8_t { whole, beginnings, misspelt };
  [[nodiscard]] registry::Result<void> searches(std::size_t count, Sought sought, Times& times);
  /// What PostgreSQL takes to answer nothing: the way there and back.
  [[nodiscard]] registry::Result<void> round_trips(std::size_t count, std::vector<double>& times);

private:
  struct Question {
    std::size_t node = 0;
    std::string text;
    std::vector<std::string> words;
  };
  template <typename Ours, typename Theirs>
  registry::Result<void> in_turns(const std::vector<Question>& questions, const Ours& ours,
                                  const Theirs& theirs, Times& times);
  [[nodiscard]] Question random_node();
  [[nodiscard]] Question random_words(Sought sought);

  const registry::Registry& registry_;
  registry::virksomhet::search::NodeSearch& search_;
  const StructureCopy& copy_;
  Postgres& postgres_;
  std::mt19937_64 random_;
  std::vector<std::size_t> named_;       ///< open nodes with a name of several words
  std::vector<std::size_t> authorities_; ///< RHF
  std::vector<std::size_t> below_;       ///< open ones that hang under something
  bool ours_first_ = false;
};

} // namespace grunndata::tools::bench
