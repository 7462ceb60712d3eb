// Every word that names, places and codes of nodes are made of, each once, by number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet::search {

using WordId = std::uint32_t;
inline constexpr WordId no_word = 0xFFFF'FFFF;

/// Grows and never shrinks. Any number of threads may read while none adds.
class Vocabulary {
public:
  /// The word's number, given now if it is new. Numbers count from 0.
  WordId add(std::string_view word);
  /// `no_word` when it is not there.
  [[nodiscard]] WordId find(std::string_view word) const;
  [[nodiscard]] std::string_view text(WordId word) const noexcept { return words_[word]; }
  /// The word's other form (`plain_of`), and what it ends in (`head_of`); `no_word`: none.
  [[nodiscard]] WordId plain(WordId word) const noexcept { return plain_[word]; }
  [[nodiscard]] WordId head(WordId word) const noexcept { return head_[word]; }
  [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }

  using Take = std::function<void(WordId)>;
  /// All that begin so, in any order.
  void for_each_beginning(std::string_view beginning, const Take& take) const;
  /// All that are at most so many slips away (`candidates::is_within_edits`), codes excepted.
  void for_each_near(std::string_view word, std::size_t edits, const Take& take) const;

  /// After many words were added: puts them in order, so that beginnings are found quickly.
  void settle();
  [[nodiscard]] std::size_t bytes() const noexcept;

private:
  WordId put(std::string_view word);
  WordId find_or_put(std::string_view word);
  std::string_view keep(std::string_view word);

  struct Hash {
    std::size_t operator()(std::string_view text) const noexcept;
  };
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_left_ = 0;
  char* block_at_ = nullptr;
  std::unordered_map<std::string_view, WordId, Hash> numbers_;
  std::vector<std::string_view> words_;
  std::vector<std::uint64_t> letters_; ///< which occur, and how long the word is: see `letters_of`
  std::vector<WordId> plain_;
  std::vector<WordId> head_;
  std::vector<WordId> sorted_; ///< by text, of those that were there at the last `settle`
  std::set<std::pair<std::string_view, WordId>> recent_; ///< the others
};

} // namespace grunndata::registry::virksomhet::search
