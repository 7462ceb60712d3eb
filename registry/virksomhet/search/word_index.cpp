#include "registry/virksomhet/search/word_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <queue>
#include <span>
#include <utility>

namespace grunndata::registry::virksomhet::search {

namespace {

constexpr unsigned field_bits = 3;
constexpr unsigned personal_bit = 1U << field_bits;
constexpr unsigned doc_shift = field_bits + 1;
constexpr std::uint32_t field_mask = (1U << field_bits) - 1;
constexpr unsigned code_bits = field_bits + 2; ///< a `Field` and a `MatchKind`
constexpr std::uint32_t code_mask = (1U << code_bits) - 1;
constexpr std::uint8_t no_fit = 0xFF; ///< worse than any
/// Memory is asked for so many steps before it is used: words with a common beginning are many and
/// mostly rare, and their lists, as nodes, lie anywhere.
constexpr std::size_t ahead = 12;

constexpr std::uint32_t doc_in(std::uint32_t posting) noexcept { return posting >> doc_shift; }
constexpr Field field_in(std::uint32_t posting) noexcept {
  return static_cast<Field>(posting & field_mask);
}
constexpr bool is_personal(std::uint32_t posting) noexcept {
  return (posting & personal_bit) != 0;
}

constexpr std::uint8_t code_of(MatchKind kind, Field field) noexcept {
  return static_cast<std::uint8_t>((static_cast<unsigned>(kind) << field_bits) |
                                   static_cast<unsigned>(field));
}
constexpr WordFit fit_in(std::uint32_t code) noexcept {
  return {static_cast<MatchKind>(code >> field_bits), static_cast<Field>(code & field_mask)};
}

/// How the word that is looked for just now fits each node, `no_fit` between two words. One for
/// each thread: it is as long as there are nodes.
std::vector<std::uint8_t>& fits_of(std::size_t nodes) {
  thread_local std::vector<std::uint8_t> fits;
  if (fits.size() < nodes) {
    fits.resize(nodes, no_fit);
  }
  return fits;
}

/// Of which nodes something is still to be known: an eighth of the memory that fits take, so that
/// most lists can be read past it without waiting for memory. One for each thread, empty between
/// two questions.
class NodeSet {
public:
  static NodeSet& of(std::size_t nodes) {
    thread_local NodeSet set;
    set.words_.resize(std::max(set.words_.size(), nodes / 64 + 1));
    return set;
  }
  void put(std::uint32_t node) noexcept { words_[node / 64] |= std::uint64_t{1} << (node % 64); }
  void erase(std::uint32_t node) noexcept {
    words_[node / 64] &= ~(std::uint64_t{1} << (node % 64));
  }
  [[nodiscard]] bool has(std::uint32_t node) const noexcept {
    return (words_[node / 64] >> (node % 64) & 1U) != 0;
  }

private:
  std::vector<std::uint64_t> words_;
};

/// Calls `take` with postings of the list that belong to one of `docs`, which are sorted.
template <typename Docs, typename Take>
void for_each_of(const std::vector<std::uint32_t>& postings, const Docs& docs, const Take& take) {
  auto from = postings.begin();
  for (const auto& one : docs) {
    from = std::lower_bound(from, postings.end(), one.doc << doc_shift);
    for (; from != postings.end() && doc_in(*from) == one.doc; ++from) {
      take(*from);
    }
  }
}

/// Ascending. Much is sorted digit by digit, which takes a small part of what comparing takes.
void sort_numbers(std::vector<std::uint32_t>& numbers) {
  constexpr std::size_t few = 2'000;
  constexpr unsigned digit_bits = 11;
  constexpr std::size_t digits = std::size_t{1} << digit_bits;
  if (numbers.size() < few) {
    std::ranges::sort(numbers);
    return;
  }
  std::vector<std::uint32_t> sorted(numbers.size());
  for (unsigned shift = 0; shift < 32; shift += digit_bits) {
    std::array<std::uint32_t, digits> places{};
    for (const std::uint32_t number : numbers) {
      ++places[number >> shift & (digits - 1)];
    }
    std::exclusive_scan(places.begin(), places.end(), places.begin(), 0U);
    for (const std::uint32_t number : numbers) {
      sorted[places[number >> shift & (digits - 1)]++] = number;
    }
    numbers.swap(sorted);
  }
}

/// Looking each of `wanted` up in a list takes less than reading the list.
constexpr bool is_far_shorter(std::size_t wanted, std::size_t list) noexcept {
  constexpr std::size_t steps = 64;
  return wanted * steps < list;
}

} // namespace

std::size_t WordIndex::Hash::operator()(const EntityId& node) const noexcept {
  std::size_t low = 0;
  std::memcpy(&low, node.bytes.data() + sizeof low, sizeof low); // the random half
  return low;
}

void WordIndex::post(WordId word, Doc doc, Field field, bool personal) {
  if (word >= postings_.size()) {
    postings_.resize(vocabulary_.size());
  }
  Postings& list = postings_[word];
  const Posting posting = (doc << doc_shift) | (personal ? personal_bit : 0U) |
                          static_cast<Posting>(field);
  for (auto at = list.rbegin(); at != list.rend() && doc_in(*at) == doc; ++at) {
    if (is_personal(*at) == personal) {
      *at = std::min(*at, posting);
      return;
    }
  }
  list.push_back(posting);
}

WordIndex::Doc WordIndex::doc_of(const EntityId& node) const {
  const auto recent = recent_.find(node);
  if (recent != recent_.end()) {
    return recent->second;
  }
  const auto end = docs_.begin() + static_cast<std::ptrdiff_t>(settled_);
  const auto at = std::lower_bound(
      docs_.begin(), end, node,
      [](const Entry& entry, const EntityId& wanted) { return entry.node < wanted; });
  return at != end && at->node == node ? static_cast<Doc>(at - docs_.begin())
                                       : static_cast<Doc>(docs_.size());
}

void WordIndex::erase(const EntityId& node) {
  const Doc doc = doc_of(node);
  if (doc < docs_.size() && !docs_[doc].is_gone) {
    docs_[doc].is_gone = true;
    ++gone_;
  }
  recent_.erase(node);
}

void WordIndex::put(const EntityId& node, const NodeFacts& facts) {
  if (doc_of(node) < docs_.size()) {
    erase(node);
  }
  const auto doc = static_cast<Doc>(docs_.size());
  Entry entry;
  entry.node = node;
  entry.sources = facts.sources;
  entry.size = facts.size;
  entry.type = facts.type;
  entry.status = facts.status;
  entry.name_is_withheld = facts.name_is_withheld;
  put_names(facts, entry);
  docs_.push_back(entry);
  recent_[node] = doc;
  for (const Fact& fact : facts.facts) {
    const WordId word = vocabulary_.add(facts.view(fact.text));
    post(word, doc, fact.field, fact.is_personal);
    for (const WordId other : {vocabulary_.plain(word), vocabulary_.head(word)}) {
      if (other != no_word) post(other, doc, fact.field, fact.is_personal);
    }
  }
}

/// `whole_name_of` each name that holds, plus 1 if it is a natural person's.
void WordIndex::put_names(const NodeFacts& facts, Entry& entry) {
  entry.whole_names = static_cast<std::uint32_t>(whole_names_.size());
  std::vector<NameWord> words;
  for (const NodeFacts::Name& name : facts.names) {
    if (entry.whole_name_count == std::numeric_limits<std::uint8_t>::max()) {
      return;
    }
    words.clear();
    for (std::uint32_t at = name.begin; at < name.end; ++at) {
      const WordId strict = vocabulary_.add(facts.view(facts.facts[at].text));
      const WordId plain = vocabulary_.plain(strict);
      words.push_back({vocabulary_.text(strict),
                       vocabulary_.text(plain == no_word ? strict : plain)});
    }
    whole_names_.push_back(whole_name_of(words) | (name.is_personal ? 1U : 0U));
    ++entry.whole_name_count;
  }
}

void WordIndex::settle() {
  vocabulary_.settle();
  postings_.resize(vocabulary_.size());
  for (Postings& list : postings_) {
    list.shrink_to_fit();
  }
  docs_.shrink_to_fit();
  const bool is_sorted = std::ranges::is_sorted(docs_, {}, &Entry::node) && gone_ == 0;
  if (is_sorted) {
    settled_ = docs_.size();
    recent_ = {};
  }
}

WordIndex::Asked WordIndex::asked_word(const QueryWord& word, bool misspelt_too) const {
  Asked asked;
  const auto put = [&asked](WordId id, MatchKind kind) { asked.matches.push_back({id, kind}); };
  for (const std::string& form : {word.word.strict, word.word.plain}) {
    if (form.empty()) continue;
    const WordId exact = vocabulary_.find(form);
    if (exact != no_word) put(exact, MatchKind::exact);
    vocabulary_.for_each_beginning(form, [&put](WordId id) { put(id, MatchKind::prefix); });
  }
  if (misspelt_too && word.edits != 0) {
    vocabulary_.for_each_near(word.word.plainest(), word.edits,
                              [&put](WordId id) { put(id, MatchKind::misspelt); });
  }
  std::ranges::sort(asked.matches, [](const Asked::Match& a, const Asked::Match& b) {
    return a.word != b.word ? a.word < b.word : a.kind < b.kind;
  });
  const auto rest = std::ranges::unique(asked.matches, {}, &Asked::Match::word);
  asked.matches.erase(rest.begin(), rest.end());
  for (std::size_t i = 0; i < asked.matches.size(); ++i) {
    if (i + ahead < asked.matches.size()) {
      __builtin_prefetch(&postings_[asked.matches[i + ahead].word]);
    }
    asked.postings += postings_[asked.matches[i].word].size();
  }
  return asked;
}

WordIndex::Asked WordIndex::asked_facet(std::string_view facet, bool is_beginning) const {
  Asked asked;
  asked.is_facet = true;
  const auto put = [this, &asked](WordId id) {
    asked.matches.push_back({id, MatchKind::exact});
    asked.postings += postings_[id].size();
  };
  if (is_beginning) {
    vocabulary_.for_each_beginning(facet, put);
  } else if (const WordId word = vocabulary_.find(facet); word != no_word) {
    put(word);
  }
  return asked;
}

std::vector<WordIndex::Asked> WordIndex::asked_of(const Query& query, bool misspelt_too) const {
  std::vector<Asked> all;
  for (const QueryWord& word : query.words) {
    all.push_back(asked_word(word, misspelt_too));
  }
  if (!query.municipality.empty()) {
    all.push_back(asked_facet(query.municipality, false));
  }
  if (!query.code.empty()) {
    all.push_back(asked_facet(query.code, query.code_is_beginning));
  }
  std::ranges::sort(all, {}, &Asked::postings);
  return all;
}

template <typename Take>
void WordIndex::for_each_posting(const Asked& asked, const std::vector<Candidate>* among,
                                 const Take& take) const {
  for (std::size_t i = 0; i < asked.matches.size(); ++i) {
    const Asked::Match& match = asked.matches[i];
    const Postings& list = postings_[match.word];
    if (i + ahead < asked.matches.size()) {
      __builtin_prefetch(postings_[asked.matches[i + ahead].word].data());
    }
    const auto take_one = [&](Posting posting) { take(posting, match.kind); };
    if (among != nullptr && is_far_shorter(among->size(), list.size())) {
      for_each_of(list, *among, take_one);
    } else {
      std::ranges::for_each(list, take_one);
    }
  }
}

/// Who has the rarest word or code is collected; for the others only those count.
std::vector<WordIndex::Candidate> WordIndex::candidates(const Query& query, bool misspelt_too,
                                                        bool ever) const {
  const std::vector<Asked> all = asked_of(query, misspelt_too);
  std::vector<Candidate> left;
  if (all.empty()) {
    return left;
  }
  const auto counts = [&](const Asked& asked, Posting posting) {
    const Field field = field_in(posting);
    return (ever || (asked.is_facet ? field == Field::facet : field < Field::facet)) &&
           query.may_know(is_personal(posting));
  };
  std::vector<std::uint32_t> first; // node by node, the best fit of each first
  first.reserve(all.front().postings);
  for_each_posting(all.front(), nullptr, [&](Posting posting, MatchKind kind) {
    if (counts(all.front(), posting)) {
      first.push_back(doc_in(posting) << code_bits | code_of(kind, field_in(posting)));
    }
  });
  sort_numbers(first);
  // Behind `reserve` no memory is asked for: what failed half way would leave marks behind.
  std::vector<std::uint8_t>& fits = fits_of(docs_.size());
  NodeSet& wanted = NodeSet::of(docs_.size());
  left.reserve(first.size());
  for (const std::uint32_t one : first) {
    const Doc doc = one >> code_bits;
    if (left.empty() || left.back().doc != doc) {
      Candidate& candidate = left.emplace_back(Candidate{doc, {}});
      if (!all.front().is_facet) candidate.fit.add(fit_in(one & code_mask));
      wanted.put(doc);
    }
  }
  for (const Asked& asked : std::span(all).subspan(1)) {
    for_each_posting(asked, &left, [&](Posting posting, MatchKind kind) {
      if (wanted.has(doc_in(posting)) && counts(asked, posting)) {
        std::uint8_t& fit = fits[doc_in(posting)];
        fit = std::min(fit, code_of(kind, field_in(posting)));
      }
    });
    std::erase_if(left, [&](Candidate& candidate) {
      const std::uint8_t fit = std::exchange(fits[candidate.doc], no_fit);
      if (fit != no_fit && !asked.is_facet) candidate.fit.add(fit_in(fit));
      if (fit == no_fit) wanted.erase(candidate.doc);
      return fit == no_fit;
    });
  }
  for (const Candidate& candidate : left) {
    wanted.erase(candidate.doc);
  }
  return left;
}

bool WordIndex::is_wanted(const Query& query, const Entry& entry) const noexcept {
  const bool is_open =
      entry.status == NodeStatus::aktiv || entry.status == NodeStatus::under_arbeid;
  return !entry.is_gone && (is_open || entry.status == NodeStatus::opphort) &&
         query.wants(entry.type, entry.sources, is_open, entry.name_is_withheld);
}

bool WordIndex::is_whole(const Query& query, const Entry& entry) const noexcept {
  for (std::size_t i = 0; i < entry.whole_name_count; ++i) {
    const std::uint32_t whole = whole_names_[entry.whole_names + i];
    if ((whole & ~1U) == query.whole_name && query.may_know((whole & 1U) != 0)) {
      return true;
    }
  }
  return false;
}

FoundPage WordIndex::find(const Query& query, bool misspelt_too, const Place* after,
                          std::size_t limit) const {
  FoundPage page;
  const auto is_later = [](const Found& a, const Found& b) { return a.place < b.place; };
  std::priority_queue<Found, std::vector<Found>, decltype(is_later)> best(is_later);
  std::vector<Candidate> all = candidates(query, misspelt_too, false);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Candidate& candidate = all[i];
    const Entry& entry = docs_[candidate.doc];
    if (i + ahead < all.size()) {
      __builtin_prefetch(&docs_[all[i + ahead].doc]);
    }
    if (!is_wanted(query, entry)) {
      continue;
    }
    ++page.fitting;
    candidate.fit.is_whole = is_whole(query, entry);
    const bool is_open = entry.status != NodeStatus::opphort;
    const Place place{place_of(candidate.fit, is_open, entry.size, entry.type), entry.node};
    if (after != nullptr && place <= *after) {
      continue;
    }
    if (best.size() <= limit) {
      best.push({place, candidate.fit});
    } else if (place < best.top().place) {
      best.pop();
      best.push({place, candidate.fit});
    }
  }
  page.more = best.size() > limit;
  if (page.more) {
    best.pop();
  }
  page.found.resize(best.size());
  for (auto at = page.found.rbegin(); at != page.found.rend(); ++at) {
    *at = best.top();
    best.pop();
  }
  return page;
}

WordIndex::Ever WordIndex::find_ever(const Query& query, bool misspelt_too,
                                     std::size_t limit) const {
  Ever ever;
  for (const Candidate& candidate : candidates(query, misspelt_too, true)) {
    const Entry& entry = docs_[candidate.doc];
    if (entry.is_gone) {
      continue;
    }
    if (ever.nodes.size() == limit) {
      ever.more = true;
      break;
    }
    ever.nodes.push_back(entry.node);
  }
  return ever;
}

std::size_t WordIndex::bytes() const noexcept {
  constexpr std::size_t map_node_bytes = 48;
  std::size_t bytes = vocabulary_.bytes() + postings_.capacity() * sizeof(Postings) +
                      docs_.capacity() * sizeof(Entry) +
                      whole_names_.capacity() * sizeof(std::uint32_t) +
                      recent_.size() * map_node_bytes;
  for (const Postings& list : postings_) {
    bytes += list.capacity() * sizeof(Posting);
  }
  return bytes;
}

} // namespace grunndata::registry::virksomhet::search
