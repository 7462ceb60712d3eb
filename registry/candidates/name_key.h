// Names as they are compared: what different spellings of one name have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::candidates {

/// Raised when a name comes to fold otherwise: search keys of another version must be built anew.
inline constexpr char folding_version = '1';

/// `name` without what spelling, keyboard or machine may change: small letters, no diacritics,
/// å = aa, æ = ä = ae, ø = ö = œ = oe, Sámi and other Latin letters as their plain ones (đ d, ŋ n,
/// ŧ t …), other scripts as ICU writes them in Latin. Apostrophes are left out; hyphens, full stops
/// and all else that is no letter or digit part tokens. One blank between tokens, none around.
/// Bytes that are no UTF-8 part tokens too. Composed and decomposed characters give the same.
[[nodiscard]] std::string name_key(std::string_view name);
/// The same, into `out`, which is cleared and keeps its capacity.
void name_key(std::string_view name, std::string& out);

/// The tokens of a `name_key`. Views of `key`.
[[nodiscard]] std::vector<std::string_view> tokens_of(std::string_view key);

/// What tokens of a `name_key` that sound alike share: Christian and Kristian, Olsson and Olsen,
/// Ase and Aase, Bjorn and Bjoern. Coarse on purpose: it finds, and the comparison decides.
[[nodiscard]] std::string sound_of(std::string_view token);
void sound_of(std::string_view token, std::string& out);

/// Whether one becomes the other by at most `edits_max` insertions, removals, replacements or swaps
/// of neighbours. Texts longer than `edit_bytes_max` are alike only when equal.
[[nodiscard]] bool is_within_edits(std::string_view a, std::string_view b, std::size_t edits_max);
inline constexpr std::size_t edit_bytes_max = 128;

} // namespace grunndata::registry::candidates
