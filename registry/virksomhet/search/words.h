// Words of names and places as search compares them: what spelling, keyboard, bokmål and nynorsk
// may change is folded away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet::search {

/// A word is found by both of its forms.
struct Word {
  std::string strict; ///< a token of `candidates::name_key`: å = aa, æ = ae, ø = oe
  /// As somebody writes it who has no Norwegian letters (å = a, æ = a, ø = o), and in bokmål:
  /// sjukehus and sykehus are one. Empty when it is the same as `strict`, or too short to tell
  /// anything: Ås is not AS.
  std::string plain;

  [[nodiscard]] const std::string& plainest() const noexcept {
    return plain.empty() ? strict : plain;
  }
};
inline constexpr std::size_t plain_bytes_min = 3;

[[nodiscard]] std::vector<Word> words_of(std::string_view text);
/// Of a token of `name_key`; see `Word::plain`.
[[nodiscard]] std::string plain_of(std::string_view strict);

/// The last part of a compound that a word of the sector begins: "sykehuset" of
/// "universitetssjukehuset"; empty when there is none. Names are found by it as by a word.
[[nodiscard]] std::string head_of(const Word& word);

/// How many slips of the pen a word may have: none below 4 letters or with a digit in it, 1 below
/// 8, else 2.
[[nodiscard]] std::size_t edits_allowed(std::string_view word) noexcept;

/// A word of a name: its strict form, and `Word::plainest`.
struct NameWord {
  std::string_view strict, plainest;
};
/// What names of the same words have in common, in whatever order, with or without AS, HF and other
/// forms of organisation behind them. The lowest bit is 0.
[[nodiscard]] std::uint32_t whole_name_of(const std::vector<NameWord>& words);
[[nodiscard]] std::uint32_t whole_name_of(const std::vector<Word>& words);

} // namespace grunndata::registry::virksomhet::search
