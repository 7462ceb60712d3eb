#include "registry/virksomhet/folding.h"

#include "registry/candidates/name_key.h"
#include "registry/candidates/row_fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body
constexpr double common_weight = 0.3;
constexpr double slip_share = 0.8;
constexpr std::size_t slip_letters_min = 5;
constexpr double hundredth = 100.0;

using Spelling = std::pair<std::string_view, std::string_view>;

/// As `name_key` writes them: å is aa, æ ae, ø oe.
constexpr std::array name_spellings{
    Spelling{"avd", "avdeling"},         Spelling{"avdeleng", "avdeling"},
    Spelling{"barneheim", "barnehjem"},  Spelling{"heimeteneste", "hjemmetjeneste"},
    Spelling{"heimetenesta", "hjemmetjeneste"},
    Spelling{"hjemmetjenesten", "hjemmetjeneste"},
    Spelling{"kommunen", "kommune"},     Spelling{"legekontoret", "legekontor"},
    Spelling{"legevakta", "legevakt"},   Spelling{"legevakten", "legevakt"},
    Spelling{"omsorgssentret", "omsorgssenter"},
    Spelling{"pol", "poliklinikk"},      Spelling{"poliklinikken", "poliklinikk"},
    Spelling{"psyk", "psykiatrisk"},     Spelling{"sjh", "sykehus"},
    Spelling{"sjukehus", "sykehus"},     Spelling{"sjukehuset", "sykehus"},
    Spelling{"sjukeheim", "sykehjem"},   Spelling{"sjukeheimen", "sykehjem"},
    Spelling{"sykehjemmet", "sykehjem"}, Spelling{"sykehuset", "sykehus"},
    Spelling{"teneste", "tjeneste"},     Spelling{"univ", "universitets"},
    Spelling{"universitetssjukehus", "universitetssykehus"},
    Spelling{"universitetssjukehuset", "universitetssykehus"},
    Spelling{"universitetssykehuset", "universitetssykehus"},
};

constexpr std::array<std::string_view, 39> common_words{
    "administrasjon", "allmennlegetjeneste", "as", "avdeling", "bydel", "da", "dagkirurgi",
    "distrikt", "dps", "enhet", "for", "helse", "hf", "hjemmetjeneste", "iks", "institusjon", "kf",
    "kirurgisk", "klinikk", "kommune", "legekontor", "legesenter", "legevakt", "medisinsk", "nav",
    "og", "omsorg", "poliklinikk", "post", "psykisk", "rhf", "seksjon", "senter", "somatikk",
    "sykehjem", "sykehus", "tjeneste", "universitetssykehus", "voksne",
};
static_assert(std::ranges::is_sorted(common_words));

/// Endings of streets, the longest first.
constexpr std::array street_endings{
    Spelling{"veien", "veien"}, Spelling{"vegen", "veien"}, Spelling{"gata", "gate"},
    Spelling{"gaten", "gate"},  Spelling{"gate", "gate"},   Spelling{"vei", "veien"},
    Spelling{"veg", "veien"},   Spelling{"vn", "veien"},    Spelling{"gt", "gate"},
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out.append(out.empty() ? "" : " ").append(word);
  }
  return out;
}

std::string street_word(std::string_view word) {
  if (word == "v") {
    return "veien";
  }
  for (const auto& [ending, spelled] : street_endings) {
    if (word.ends_with(ending)) {
      return std::string(word.substr(0, word.size() - ending.size())).append(spelled);
    }
  }
  return std::string(word);
}

std::string text_of(std::string_view row, std::string_view property) {
  std::string room;
  return std::string(
      candidates::text_of(row, body_begin, property, room).value_or(std::string_view{}));
}

/// A number of a row, to two decimals.
std::string number_of(std::string_view row, std::string_view property) {
  const std::string name = std::string(1, '"').append(property).append("\":");
  const std::size_t at = row.find(name);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = row.substr(at + name.size());
  double value = 0;
  if (std::from_chars(rest.data(), rest.data() + rest.size(), value).ec != std::errc{}) {
    return {};
  }
  return std::to_string(std::lround(value * hundredth));
}

double weight_of(const std::string& word) noexcept {
  return is_common(word) ? common_weight : 1.0;
}

bool is_a_slip_away(const std::string& a, const std::string& b) {
  return a.size() >= slip_letters_min && b.size() >= slip_letters_min &&
         candidates::is_within_edits(a, b, 1);
}

} // namespace

bool is_common(std::string_view word) noexcept {
  return std::ranges::binary_search(common_words, word);
}

std::vector<std::string> words_of_name(std::string_view name) {
  const std::string key = candidates::name_key(name);
  std::vector<std::string> words;
  for (const std::string_view token : candidates::tokens_of(key)) {
    const auto spelling = std::ranges::find(name_spellings, token, &Spelling::first);
    words.emplace_back(spelling == name_spellings.end() ? token : spelling->second);
  }
  return words;
}

std::string folded_name(std::string_view name) { return joined(words_of_name(name)); }

std::string folded_address(std::string_view row) {
  std::vector<std::string> words;
  candidates::for_each_text(row, [&words](std::string_view property, std::string_view text) {
    if (property != "lines") {
      return;
    }
    const std::string key = candidates::name_key(text);
    for (const std::string_view token : candidates::tokens_of(key)) {
      words.push_back(street_word(token));
    }
  });
  if (words.empty()) {
    return {};
  }
  const std::string code = text_of(row, "postalCode");
  return joined(words).append(code.empty() ? "" : " / ").append(code);
}

std::string municipality_of(std::string_view row) { return text_of(row, "municipalityNumber"); }

std::string folded(Likeness likeness, std::string_view row) {
  switch (likeness) {
  case Likeness::name: return folded_name(text_of(row, "name"));
  case Likeness::address: return folded_address(row);
  case Likeness::near: {
    const std::string latitude = number_of(row, "latitude");
    const std::string longitude = number_of(row, "longitude");
    return latitude.empty() || longitude.empty() ? std::string{} : latitude + " " + longitude;
  }
  case Likeness::text: return std::string(row);
  case Likeness::never: return {};
  }
  return {};
}

double likeness_of(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  double all = 0;
  for (const auto* words : {&a, &b}) {
    for (const std::string& word : *words) {
      all += weight_of(word);
    }
  }
  if (all == 0) {
    return 0;
  }
  std::vector<bool> taken(b.size(), false);
  double shared = 0;
  const auto take = [&](const std::string& word, const auto& is_like, double share) {
    for (std::size_t i = 0; i < b.size(); ++i) {
      if (!taken[i] && is_like(word, b[i])) {
        taken[i] = true;
        shared += share * (weight_of(word) + weight_of(b[i]));
        return true;
      }
    }
    return false;
  };
  for (const std::string& word : a) {
    if (!take(word, std::equal_to<>{}, 1.0)) {
      static_cast<void>(take(word, is_a_slip_away, slip_share));
    }
  }
  return shared / all;
}

} // namespace grunndata::registry::virksomhet
