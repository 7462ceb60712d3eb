// What is asked for, made ready to be held against nodes; and how well a node fits.
#pragma once

#include "registry/error.h"
#include "registry/virksomhet/node_type.h"
#include "registry/virksomhet/search/node_facts.h"
#include "registry/virksomhet/search/words.h"
#include "registry/virksomhet/structure.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet::search {

enum class Life : std::uint8_t { open, closed, any };
/// Of "open", "closed", "any".
[[nodiscard]] std::optional<Life> find_life(std::string_view name) noexcept;

/// How a word was found, best first.
enum class MatchKind : std::uint8_t { exact, prefix, misspelt };
[[nodiscard]] std::string_view name_of(MatchKind kind) noexcept;

/// How one word of a query fits a node: less is better.
struct WordFit {
  MatchKind kind{};
  Field field{};
  auto operator<=>(const WordFit&) const = default;
};

/// How a node fits all words.
struct Fit {
  MatchKind kind = MatchKind::exact; ///< of the word that fits worst
  bool by_former_name = false;       ///< some word is of no name or place of now
  bool is_whole = false;             ///< the words are all of a name that holds
  std::uint8_t places = 0;           ///< words that are no part of a name but of where it is

  void add(const WordFit& word) noexcept;
};

/// Where a node stands among all that fit: exact before prefix before misspelt, whole names first,
/// names of now before former ones, open before closed, names before places, larger before smaller,
/// legal persons before what is below them. Less is earlier; of equals the older node.
[[nodiscard]] std::uint32_t place_of(const Fit& fit, bool is_open, std::uint8_t size,
                                     NodeType type) noexcept;

struct QueryWord {
  Word word;
  std::size_t edits = 0; ///< of a misspelling

  /// How a word with these forms fits; nothing: not.
  [[nodiscard]] std::optional<MatchKind> fit(std::string_view strict, std::string_view plain,
                                             bool misspelt_too) const;
};

struct Query {
  std::vector<QueryWord> words;
  std::uint32_t whole_name = 0;
  std::bitset<node_type_count> types; ///< none: all
  std::uint16_t sources = 0;          ///< of `source_bit`; 0: all
  std::string municipality;           ///< a facet, or empty
  std::string code;                   ///< a facet, or empty
  bool code_is_beginning = false;
  Life life = Life::open;
  NodeSight sight;

  /// Whether the asker may know of what tells of a natural person.
  [[nodiscard]] bool may_know(bool is_personal) const noexcept {
    return !is_personal || sight.personal;
  }
  [[nodiscard]] bool wants(NodeType type, std::uint16_t said_by, bool is_open,
                           bool name_is_withheld) const noexcept;
};

inline constexpr std::size_t query_bytes_max = 200;
inline constexpr std::size_t query_words_max = 12;
inline constexpr std::size_t code_bytes_max = 64;

/// What stands in `text`, the words alone. Errors: `invalid` (too long, too many words, less than
/// two letters, a number of eleven digits, which could be a person's).
[[nodiscard]] Result<std::vector<QueryWord>> query_words(std::string_view text);
/// Makes `code` a facet: digits begin an industry's (naeringskode), what has a colon is of a code
/// list ("8624:05"), anything else is an organisasjonsform. Errors: `invalid`.
[[nodiscard]] Result<void> set_code(Query& query, std::string_view code);

/// How the node fits; nothing: not. `can_be_found` holds.
[[nodiscard]] std::optional<Fit> fit(const Query& query, const NodeFacts& facts,
                                     bool misspelt_too);

} // namespace grunndata::registry::virksomhet::search
