#include "registry/virksomhet/search/query.h"

#include "registry/candidates/name_key.h"

#include <algorithm>

namespace grunndata::registry::virksomhet::search {

namespace {

constexpr std::size_t person_number_digits = 11;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool looks_like_person_number(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    const bool parts = c == ' ' || c == '.' || c == '-';
    if (is_digit(c)) {
      ++digits;
    } else if (!parts) {
      if (digits == person_number_digits) return true;
      digits = 0;
    }
  }
  return digits == person_number_digits;
}

bool has_facet(const Query& query, const NodeFacts& facts, std::string_view wanted,
               bool is_beginning) {
  return std::ranges::any_of(facts.facts, [&](const Fact& fact) {
    const std::string_view text = facts.view(fact.text);
    return fact.field == Field::facet && query.may_know(fact.is_personal) &&
           (is_beginning ? text.starts_with(wanted) : text == wanted);
  });
}

/// The best of all words of the node.
std::optional<WordFit> best_fit(const Query& query, const QueryWord& word, const NodeFacts& facts,
                                bool misspelt_too) {
  std::optional<WordFit> best;
  for (const Fact& fact : facts.facts) {
    if (fact.field >= Field::facet || !query.may_know(fact.is_personal)) {
      continue;
    }
    const std::string strict(facts.view(fact.text));
    const Word there{strict, plain_of(strict)};
    auto kind = word.fit(there.strict, there.plain, misspelt_too);
    const auto of_head = word.fit(head_of(there), {}, misspelt_too);
    if (of_head && (!kind || *of_head < *kind)) {
      kind = of_head;
    }
    const bool is_better = kind && (!best || WordFit{*kind, fact.field} < *best);
    if (is_better) {
      best = WordFit{*kind, fact.field};
    }
  }
  return best;
}

} // namespace

std::optional<Life> find_life(std::string_view name) noexcept {
  if (name == "open") return Life::open;
  if (name == "closed") return Life::closed;
  return name == "any" ? std::optional(Life::any) : std::nullopt;
}

std::string_view name_of(MatchKind kind) noexcept {
  switch (kind) {
  case MatchKind::exact: return "exact";
  case MatchKind::prefix: return "prefix";
  case MatchKind::misspelt: return "misspelt";
  }
  return {};
}

void Fit::add(const WordFit& word) noexcept {
  kind = std::max(kind, word.kind);
  by_former_name = by_former_name || word.field == Field::former_name;
  places = static_cast<std::uint8_t>(places + (word.field == Field::place ? 1 : 0));
}

std::uint32_t place_of(const Fit& fit, bool is_open, std::uint8_t size, NodeType type) noexcept {
  constexpr std::uint32_t size_max = 31;
  constexpr std::uint32_t places_max = 15;
  std::uint32_t place = 0;
  const auto put = [&place](std::uint32_t value, unsigned bits) {
    place = (place << bits) | value;
  };
  put(static_cast<std::uint32_t>(fit.kind), 2);
  put(fit.is_whole ? 0 : 1, 1);
  put(fit.by_former_name ? 1 : 0, 1);
  put(is_open ? 0 : 1, 1);
  put(std::min<std::uint32_t>(fit.places, places_max), 4);
  put(size_max - std::min<std::uint32_t>(size, size_max), 5);
  put(static_cast<std::uint32_t>(type), 4);
  return place;
}

std::optional<MatchKind> QueryWord::fit(std::string_view strict, std::string_view plain,
                                        bool misspelt_too) const {
  std::optional<MatchKind> best;
  for (const std::string_view theirs : {strict, plain}) {
    if (theirs.empty()) continue;
    for (const std::string_view ours : {std::string_view(word.strict),
                                        std::string_view(word.plain)}) {
      if (ours.empty()) continue;
      if (theirs == ours) return MatchKind::exact;
      if (theirs.starts_with(ours)) best = MatchKind::prefix;
    }
  }
  if (best || !misspelt_too || edits == 0) {
    return best;
  }
  const std::string& ours = word.plainest();
  const bool is_near = candidates::is_within_edits(ours, strict, edits) ||
                       (!plain.empty() && candidates::is_within_edits(ours, plain, edits));
  return is_near ? std::optional(MatchKind::misspelt) : std::nullopt;
}

bool Query::wants(NodeType type, std::uint16_t said_by, bool is_open,
                  bool name_is_withheld) const noexcept {
  return (types.none() || types.test(static_cast<std::size_t>(type))) &&
         (sources == 0 || (sources & said_by) != 0) &&
         (life == Life::any || (life == Life::open) == is_open) &&
         (!name_is_withheld || sight.withheld);
}

Result<std::vector<QueryWord>> query_words(std::string_view text) {
  if (text.size() > query_bytes_max) {
    return fail(ErrorCode::invalid, "the text is longer than 200 bytes");
  }
  if (looks_like_person_number(text)) {
    return fail(ErrorCode::invalid, "the text holds a number that could be a person's");
  }
  std::vector<QueryWord> words;
  std::size_t letters = 0;
  for (Word& word : words_of(text)) {
    letters = std::max(letters, word.strict.size());
    const bool is_known = std::ranges::any_of(
        words, [&word](const QueryWord& other) { return other.word.strict == word.strict; });
    if (is_known) continue;
    const std::size_t edits = edits_allowed(word.plainest());
    words.push_back({std::move(word), edits});
  }
  if (words.size() > query_words_max) {
    return fail(ErrorCode::invalid, "the text has more than 12 words");
  }
  if (!words.empty() && letters < 2) {
    return fail(ErrorCode::invalid, "one letter is too little to search for");
  }
  return words;
}

Result<void> set_code(Query& query, std::string_view code) {
  if (code.empty() || code.size() > code_bytes_max ||
      std::ranges::any_of(code, [](char c) { return static_cast<unsigned char>(c) <= ' '; })) {
    return fail(ErrorCode::invalid, "a code is 1 to 64 bytes without blanks");
  }
  const std::size_t colon = code.find(':');
  if (colon != std::string_view::npos) {
    query.code = class_facet(code.substr(0, colon), code.substr(colon + 1));
  } else if (is_digit(code.front())) {
    query.code = industry_facet(code);
    query.code_is_beginning = true;
  } else {
    query.code = form_facet(code);
  }
  return {};
}

std::optional<Fit> fit(const Query& query, const NodeFacts& facts, bool misspelt_too) {
  const bool wanted =
      facts.can_be_found() &&
      query.wants(facts.type, facts.sources, facts.is_open(), facts.name_is_withheld) &&
      (query.municipality.empty() || has_facet(query, facts, query.municipality, false)) &&
      (query.code.empty() || has_facet(query, facts, query.code, query.code_is_beginning));
  if (!wanted) {
    return std::nullopt;
  }
  Fit fit;
  for (const QueryWord& word : query.words) {
    const auto best = best_fit(query, word, facts, misspelt_too);
    if (!best) {
      return std::nullopt;
    }
    fit.add(*best);
  }
  fit.is_whole = std::ranges::any_of(facts.names, [&](const NodeFacts::Name& name) {
    std::vector<Word> words;
    for (std::uint32_t at = name.begin; at < name.end; ++at) {
      const std::string_view strict = facts.view(facts.facts[at].text);
      words.push_back({std::string(strict), plain_of(strict)});
    }
    return query.may_know(name.is_personal) && whole_name_of(words) == query.whole_name;
  });
  return fit;
}

} // namespace grunndata::registry::virksomhet::search
