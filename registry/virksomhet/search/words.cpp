#include "registry/virksomhet/search/words.h"

#include "registry/candidates/name_key.h"

#include <algorithm>
#include <array>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::virksomhet::search {

namespace {

enum class At : std::uint8_t { anywhere, end, whole };

struct Variant {
  std::string_view from, to;
  At at = At::anywhere;
};

/// Nynorsk to bokmål, of the words that names in the sector are made of, as Nynorskordboka and
/// Bokmålsordboka (Språkrådet and the University of Bergen) have them, and what Enhetsregisteret
/// shortens. Applied from above; letters folded as in `Word::strict`.
constexpr std::array variants{
    Variant{"sjuk", "syk"}, // sjukehus, sjukeheim, sjukepleiar
    Variant{"heimetenest", "hjemmetjenest"},
    Variant{"heimesyk", "hjemmesyk"},
    Variant{"heimehjelp", "hjemmehjelp"},
    Variant{"heimebasert", "hjemmebasert"},
    Variant{"heim", "hjem", At::end},
    Variant{"heimen", "hjemmet", At::end},
    Variant{"tenest", "tjenest"},
    Variant{"skule", "skole"},
    Variant{"bustad", "bolig"},
    Variant{"bueining", "boenhet"},
    Variant{"eining", "enhet", At::end},
    Variant{"augeblikkeleg", "oeyeblikkelig"},
    Variant{"augelege", "oeyelege"},
    Variant{"augeavdeling", "oeyeavdeling"},
    Variant{"laekjar", "lege"},
    Variant{"pleiar", "pleier"},
    Variant{"reinhald", "renhold"},
    Variant{"vidaregaaande", "videregaaende"},
    Variant{"rettleiing", "veiledning"},
    Variant{"raadgjeving", "raadgivning"},
    Variant{"avlasting", "avlastning", At::end},
    Variant{"foerebygg", "forebygg"},
    Variant{"kyrkje", "kirke"},
    Variant{"vassverk", "vannverk"},
    Variant{"avd", "avdeling", At::whole},
    Variant{"komm", "kommune", At::whole},
    Variant{"sjh", "sykehus", At::whole},
};

/// Forms of organisation as names carry them; who seeks a unit may leave them out.
constexpr std::array<std::string_view, 18> forms{"ans", "as",  "asa", "ba",  "da",  "enk",
                                                 "fkf", "hf",  "iks", "kf",  "nuf", "rhf",
                                                 "sa",  "sf",  "ks",  "sti", "org", "stiftelsen"};

/// What compounds of the sector end in, in the form of `Word::plain`.
constexpr std::array<std::string_view, 13> heads{
    "sykehus",     "sykehjem", "legevakt",  "legesenter", "legekontor", "helsestasjon", "klinikk",
    "omsorgsenter", "apotek",  "avdeling", "senter",     "tjeneste",   "institutt"};
constexpr std::size_t head_begins_min = 3;
constexpr std::size_t ending_bytes_max = 2; ///< -et, -en, -a

void replace(std::string& text, const Variant& variant) {
  switch (variant.at) {
  case At::whole:
    if (text == variant.from) text = variant.to;
    return;
  case At::end:
    if (text.ends_with(variant.from)) {
      text.replace(text.size() - variant.from.size(), variant.from.size(), variant.to);
    }
    return;
  case At::anywhere: break;
  }
  for (std::size_t at = text.find(variant.from); at != std::string::npos;
       at = text.find(variant.from, at + variant.to.size())) {
    text.replace(at, variant.from.size(), variant.to);
  }
}

/// aa, ae and oe as one letter.
void shorten(std::string& text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    text[out++] = c;
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if ((c == 'a' && (next == 'a' || next == 'e')) || (c == 'o' && next == 'e')) {
      ++at;
    }
  }
  text.resize(out);
}

} // namespace

std::string plain_of(std::string_view strict) {
  std::string plain(strict);
  for (const Variant& variant : variants) {
    replace(plain, variant);
  }
  shorten(plain);
  if (plain == strict || plain.size() < plain_bytes_min) {
    plain.clear();
  }
  return plain;
}

std::vector<Word> words_of(std::string_view text) {
  const std::string key = candidates::name_key(text);
  std::vector<Word> words;
  for (const std::string_view token : candidates::tokens_of(key)) {
    words.push_back({std::string(token), plain_of(token)});
  }
  return words;
}

std::string head_of(const Word& word) {
  const std::string& text = word.plainest();
  for (const std::string_view head : heads) {
    const std::size_t at = text.rfind(head);
    const bool ends_it = at != std::string::npos && at >= head_begins_min &&
                         text.size() - at - head.size() <= ending_bytes_max;
    if (ends_it) {
      return text.substr(at);
    }
  }
  return {};
}

std::size_t edits_allowed(std::string_view word) noexcept {
  constexpr std::size_t one_from = 4;
  constexpr std::size_t two_from = 8;
  const bool has_digit =
      std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (has_digit || word.size() < one_from) {
    return 0;
  }
  return word.size() < two_from ? 1 : 2;
}

std::uint32_t whole_name_of(const std::vector<Word>& words) {
  std::vector<NameWord> views;
  for (const Word& word : words) {
    views.push_back({word.strict, word.plainest()});
  }
  return whole_name_of(views);
}

std::uint32_t whole_name_of(const std::vector<NameWord>& words) {
  std::vector<std::string_view> counted;
  for (const NameWord& word : words) {
    if (std::ranges::find(forms, word.strict) == forms.end()) {
      counted.push_back(word.plainest);
    }
  }
  if (counted.empty()) {
    for (const NameWord& word : words) {
      counted.push_back(word.strict);
    }
  }
  std::ranges::sort(counted);
  const auto rest = std::ranges::unique(counted);
  counted.erase(rest.begin(), rest.end());
  std::string joined;
  for (const std::string_view word : counted) {
    joined.append(word).append(1, ' ');
  }
  return static_cast<std::uint32_t>(XXH3_64bits(joined.data(), joined.size())) & ~1U;
}

} // namespace grunndata::registry::virksomhet::search
