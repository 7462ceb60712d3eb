// Which nodes have which words, in memory. Built from nodes, kept up by putting them again.
#pragma once

#include "registry/entity_id.h"
#include "registry/virksomhet/search/query.h"
#include "registry/virksomhet/search/vocabulary.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace grunndata::registry::virksomhet::search {

/// A place among all that fit a query: `place_of`, then the node.
struct Place {
  std::uint32_t rank = 0;
  EntityId node;
  auto operator<=>(const Place&) const = default;
};

struct Found {
  Place place;
  Fit fit;
};

struct FoundPage {
  std::vector<Found> found; ///< best first
  bool more = false;
  std::size_t fitting = 0; ///< how many fit at all
};

/// Reading is thread-safe while nobody writes.
class WordIndex {
public:
  /// What is known of the node from now on; it may have been there before.
  void put(const EntityId& node, const NodeFacts& facts);
  void erase(const EntityId& node);
  /// After many nodes were put in the order of their ids: sorts and saves memory.
  void settle();

  /// The best `limit` that stand behind `after`.
  [[nodiscard]] FoundPage find(const Query& query, bool misspelt_too, const Place* after,
                               std::size_t limit) const;
  /// All nodes that had the words and codes at any time, at most `limit`; `more` then.
  struct Ever {
    std::vector<EntityId> nodes;
    bool more = false;
  };
  [[nodiscard]] Ever find_ever(const Query& query, bool misspelt_too, std::size_t limit) const;

  [[nodiscard]] std::size_t nodes() const noexcept { return docs_.size() - gone_; }
  [[nodiscard]] std::size_t words() const noexcept { return vocabulary_.size(); }
  /// Nodes that were put again or erased since: what is kept of them is of no use.
  [[nodiscard]] std::size_t gone() const noexcept { return gone_; }
  [[nodiscard]] std::size_t bytes() const noexcept;

private:
  using Doc = std::uint32_t;
  struct Entry {
    EntityId node;
    std::uint32_t whole_names = 0; ///< where they begin
    std::uint16_t sources = 0;
    std::uint8_t whole_name_count = 0;
    std::uint8_t size = 0;
    NodeType type{};
    NodeStatus status{};
    bool name_is_withheld = false;
    bool is_gone = false;
  };
  /// Doc, then in the lowest bits whether it is personal and its `Field`.
  using Posting = std::uint32_t;
  using Postings = std::vector<Posting>;

  struct Candidate {
    Doc doc = 0;
    Fit fit;
  };
  /// What to look for: words with how they fit, or a code.
  struct Asked {
    struct Match {
      WordId word = 0;
      MatchKind kind{};
    };
    std::vector<Match> matches;
    std::size_t postings = 0; ///< of all of them
    bool is_facet = false;
  };

  void put_names(const NodeFacts& facts, Entry& entry);
  void post(WordId word, Doc doc, Field field, bool is_personal);
  [[nodiscard]] Doc doc_of(const EntityId& node) const;
  [[nodiscard]] Asked asked_word(const QueryWord& word, bool misspelt_too) const;
  [[nodiscard]] Asked asked_facet(std::string_view facet, bool is_beginning) const;
  [[nodiscard]] std::vector<Asked> asked_of(const Query& query, bool misspelt_too) const;
  /// Calls `take` with all postings of the words, or, where that is less work, only with those of
  /// nodes `among`, and with how the word fits.
  template <typename Take>
  void for_each_posting(const Asked& asked, const std::vector<Candidate>* among,
                        const Take& take) const;
  /// All nodes that have everything; whatever else the query wants of them.
  [[nodiscard]] std::vector<Candidate> candidates(const Query& query, bool misspelt_too,
                                                  bool ever) const;
  [[nodiscard]] bool is_wanted(const Query& query, const Entry& entry) const noexcept;
  [[nodiscard]] bool is_whole(const Query& query, const Entry& entry) const noexcept;

  Vocabulary vocabulary_;
  std::vector<Postings> postings_; ///< by word
  std::vector<Entry> docs_;
  std::vector<std::uint32_t> whole_names_;
  std::size_t settled_ = 0;        ///< so many are sorted by node
  struct Hash {
    std::size_t operator()(const EntityId& node) const noexcept;
  };
  std::unordered_map<EntityId, Doc, Hash> recent_; ///< of those behind
  std::size_t gone_ = 0;
};

} // namespace grunndata::registry::virksomhet::search
