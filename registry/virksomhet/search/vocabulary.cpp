#include "registry/virksomhet/search/vocabulary.h"

#include "registry/candidates/name_key.h"
#include "registry/virksomhet/search/words.h"

#include <algorithm>
#include <bit>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet::search {

namespace {

constexpr std::size_t block_bytes = 1U << 18U;
constexpr unsigned length_shift = 56;
constexpr std::uint64_t letters_mask = (std::uint64_t{1} << length_shift) - 1;
constexpr std::uint64_t code_length = 0xFF; ///< of codes, and of what is too long to be misspelt

/// Bit n for the n-th letter or digit, in the top byte the length: what is some slips away differs
/// in at most twice as many bits, and in as many of length.
std::uint64_t letters_of(std::string_view word) noexcept {
  constexpr unsigned digits_begin = 26;
  constexpr unsigned others_begin = 36;
  std::uint64_t letters = 0;
  for (const char c : word) {
    unsigned bit = 0;
    if (c >= 'a' && c <= 'z') {
      bit = static_cast<unsigned>(c - 'a');
    } else if (c >= '0' && c <= '9') {
      bit = digits_begin + static_cast<unsigned>(c - '0');
    } else {
      bit = others_begin + static_cast<unsigned char>(c) % (length_shift - others_begin);
    }
    letters |= std::uint64_t{1} << bit;
  }
  const bool is_code = word.empty() || static_cast<unsigned char>(word.front()) < ' ';
  const std::uint64_t length = is_code || word.size() >= code_length ? code_length : word.size();
  return letters | (length << length_shift);
}

} // namespace

std::size_t Vocabulary::Hash::operator()(std::string_view text) const noexcept {
  return XXH3_64bits(text.data(), text.size());
}

std::string_view Vocabulary::keep(std::string_view word) {
  if (block_left_ < word.size()) {
    const std::size_t bytes = std::max(block_bytes, word.size());
    blocks_.push_back(std::make_unique<char[]>(bytes));
    block_at_ = blocks_.back().get();
    block_left_ = bytes;
  }
  std::memcpy(block_at_, word.data(), word.size());
  const std::string_view kept(block_at_, word.size());
  block_at_ += word.size();
  block_left_ -= word.size();
  return kept;
}

WordId Vocabulary::put(std::string_view word) {
  const auto id = static_cast<WordId>(words_.size());
  const std::string_view kept = keep(word);
  numbers_.emplace(kept, id);
  words_.push_back(kept);
  letters_.push_back(letters_of(kept));
  plain_.push_back(no_word);
  head_.push_back(no_word);
  recent_.emplace(kept, id);
  const bool is_code = !word.empty() && static_cast<unsigned char>(word.front()) < ' ';
  if (!is_code) {
    const Word forms{std::string(kept), plain_of(kept)};
    const WordId plain = find_or_put(forms.plain);
    const WordId head = find_or_put(head_of(forms));
    plain_[id] = plain; // only now: what was put meanwhile moved them
    head_[id] = head;
  }
  return id;
}

WordId Vocabulary::add(std::string_view word) {
  if (const WordId known = find(word); known != no_word) {
    return known;
  }
  return put(word);
}

WordId Vocabulary::find_or_put(std::string_view word) {
  if (word.empty()) {
    return no_word;
  }
  const WordId known = find(word);
  return known != no_word ? known : put(word);
}

WordId Vocabulary::find(std::string_view word) const {
  const auto there = numbers_.find(word);
  return there == numbers_.end() ? no_word : there->second;
}

void Vocabulary::for_each_beginning(std::string_view beginning, const Take& take) const {
  auto at = std::ranges::lower_bound(sorted_, beginning, {},
                                     [this](WordId word) { return words_[word]; });
  for (; at != sorted_.end() && words_[*at].starts_with(beginning); ++at) {
    take(*at);
  }
  for (auto recent = recent_.lower_bound({beginning, 0});
       recent != recent_.end() && recent->first.starts_with(beginning); ++recent) {
    take(recent->second);
  }
}

void Vocabulary::for_each_near(std::string_view word, std::size_t edits, const Take& take) const {
  const std::uint64_t ours = letters_of(word);
  const auto bits_max = static_cast<int>(2 * edits);
  const auto length = static_cast<std::int64_t>(word.size());
  for (WordId id = 0; id < letters_.size(); ++id) {
    const std::uint64_t theirs = letters_[id];
    const auto other_length = static_cast<std::int64_t>(theirs >> length_shift);
    const std::int64_t longer = length > other_length ? length - other_length
                                                      : other_length - length;
    if (longer <= static_cast<std::int64_t>(edits) &&
        std::popcount((ours ^ theirs) & letters_mask) <= bits_max &&
        candidates::is_within_edits(word, words_[id], edits)) {
      take(id);
    }
  }
}

void Vocabulary::settle() {
  sorted_.resize(words_.size());
  for (WordId id = 0; id < sorted_.size(); ++id) {
    sorted_[id] = id;
  }
  std::ranges::sort(sorted_, {}, [this](WordId word) { return words_[word]; });
  recent_.clear();
}

std::size_t Vocabulary::bytes() const noexcept {
  constexpr std::size_t map_node_bytes = 48;
  return blocks_.size() * block_bytes + words_.capacity() * sizeof(std::string_view) +
         letters_.capacity() * sizeof(std::uint64_t) +
         (plain_.capacity() + head_.capacity() + sorted_.capacity()) * sizeof(WordId) +
         numbers_.size() * map_node_bytes + numbers_.bucket_count() * sizeof(void*) +
         recent_.size() * 2 * map_node_bytes;
}

} // namespace grunndata::registry::virksomhet::search
