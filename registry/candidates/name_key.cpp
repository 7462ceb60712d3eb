#include "registry/candidates/name_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace grunndata::registry::candidates {

namespace {

/// Latin letters, with what Latin-1 and Extended-A and -B have, are looked up.
constexpr UChar32 table_begin = 0x80;
constexpr UChar32 table_end = 0x250;

/// What ICU's rules do not give as Norwegians mean it.
std::string_view norwegian(UChar32 character) noexcept {
  switch (character) {
    case 0xC5:
    case 0xE5:
    case 0x1FA:
    case 0x1FB: return "aa"; // å, with acute
    case 0xC4:
    case 0xE4:
    case 0xC6:
    case 0xE6:
    case 0x1FC:
    case 0x1FD: return "ae"; // ä æ ǽ
    case 0xD6:
    case 0xF6:
    case 0xD8:
    case 0xF8:
    case 0x1FE:
    case 0x1FF: return "oe"; // ö ø ǿ
    case 0x152:
    case 0x153: return "oe";
    case 0xD0:
    case 0xF0: return "d"; // ð
    case 0xDE:
    case 0xFE: return "th";
    case 0x14A:
    case 0x14B: return "n"; // ŋ
    default: return {};
  }
}

constexpr bool is_apostrophe(UChar32 character) noexcept {
  return character == '\'' || character == '`' || character == 0xB4 || character == 0x2018 ||
         character == 0x2019 || character == 0x2BC || character == 0x2B9 || character == 0x2032;
}

constexpr bool is_ascii_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Null only when ICU lacks its data; what is left then stays in its own script.
const icu::Transliterator* latin() {
  static const std::unique_ptr<const icu::Transliterator> made = [] {
    UErrorCode status = U_ZERO_ERROR;
    auto* transliterator = icu::Transliterator::createInstance(
        "Any-Latin; NFD; [:M:] Remove; Latin-ASCII; Lower", UTRANS_FORWARD, status);
    return std::unique_ptr<const icu::Transliterator>(U_SUCCESS(status) ? transliterator : nullptr);
  }();
  return made.get();
}

/// Any text in small plain letters; what parts tokens still in it.
std::string plain_letters(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString composed = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  if (const auto* nfkc = icu::Normalizer2::getNFKCInstance(status); U_SUCCESS(status)) {
    composed = nfkc->normalize(composed, status);
  }
  icu::UnicodeString spelled;
  for (std::int32_t at = 0; at < composed.length(); at = composed.moveIndex32(at, 1)) {
    const UChar32 character = composed.char32At(at);
    const std::string_view known = norwegian(character);
    if (!known.empty()) {
      spelled += icu::UnicodeString(known.data(), static_cast<std::int32_t>(known.size()), US_INV);
    } else if (!is_apostrophe(character)) {
      spelled += character;
    }
  }
  if (latin() != nullptr) {
    latin()->transliterate(spelled);
  }
  std::string plain;
  spelled.foldCase().toUTF8String(plain);
  return plain;
}

struct Folded {
  std::array<char, 4> text{};
  std::uint8_t size = 0;
};
using FoldTable = std::array<Folded, static_cast<std::size_t>(table_end - table_begin)>;

const FoldTable& fold_table() {
  static const FoldTable table = [] {
    FoldTable made;
    for (UChar32 character = table_begin; character < table_end; ++character) {
      std::string utf8;
      icu::UnicodeString(character).toUTF8String(utf8);
      const std::string plain = u_isalnum(character) != 0 ? plain_letters(utf8) : " ";
      Folded& folded = made[static_cast<std::size_t>(character - table_begin)];
      folded.size = static_cast<std::uint8_t>(std::min(plain.size(), folded.text.size()));
      std::copy_n(plain.begin(), folded.size, folded.text.begin());
      if (is_apostrophe(character)) {
        folded.size = 0;
      }
    }
    return made;
  }();
  return table;
}

void part(std::string& out) {
  if (!out.empty() && out.back() != ' ') {
    out += ' ';
  }
}

/// Letters that `plain_letters` left in another script stay as they are.
void append_plain(std::string_view plain, std::string& out) {
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t begin = at;
    UChar32 character = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(plain.data()), at, plain.size(), character);
    if (character >= 0 && u_isalnum(character) != 0) {
      out.append(plain.substr(begin, at - begin));
    } else if (character < 0 ||
               (!is_apostrophe(character) && u_getCombiningClass(character) == 0)) {
      part(out);
    }
  }
}

/// False when a character needs more than the table.
bool fold_quickly(std::string_view name, std::string& out) {
  for (std::size_t at = 0; at < name.size();) {
    const auto byte = static_cast<unsigned char>(name[at]);
    if (byte < 0x80) {
      const char c = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20U) : name[at];
      ++at;
      if (is_ascii_letter_or_digit(c)) {
        out += c;
      } else if (!is_apostrophe(byte)) {
        part(out);
      }
      continue;
    }
    UChar32 character = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(name.data()), at, name.size(), character);
    if (character < table_begin || character >= table_end) {
      return false;
    }
    const Folded& folded = fold_table()[static_cast<std::size_t>(character - table_begin)];
    if (folded.size == 1 && folded.text[0] == ' ') {
      part(out);
    } else {
      out.append(folded.text.data(), folded.size);
    }
  }
  return true;
}

constexpr bool is_front_vowel(char c) noexcept { return c == 'e' || c == 'i' || c == 'y'; }
constexpr bool is_vowel(char c) noexcept {
  return is_front_vowel(c) || c == 'a' || c == 'o' || c == 'u';
}

/// One sound of `token` from `at` on: what it is written as and how many letters it takes.
struct Sound {
  std::string_view text;
  std::size_t letters = 1;
};

Sound sound_at(std::string_view token, std::size_t at) noexcept {
  const char c = token[at];
  const char next = at + 1 < token.size() ? token[at + 1] : '\0';
  switch (c) {
    case 'a': return {"a", next == 'a' || next == 'e' ? 2U : 1U};
    case 'o': return {"o", next == 'e' ? 2U : 1U};
    case 'u': return {"u", next == 'e' ? 2U : 1U};
    case 'c':
      if (next == 'h' || next == 'k') return {"k", 2};
      return {is_front_vowel(next) ? "s" : "k", 1};
    case 'q': return next == 'u' ? Sound{"kv", 2} : Sound{"k", 1};
    case 'k': return {"k", next == 'h' ? 2U : 1U};
    case 'p': return next == 'h' ? Sound{"f", 2} : Sound{"p", 1};
    case 't': return {"t", next == 'h' ? 2U : 1U};
    case 'd': return next == 't' ? Sound{"t", 2} : Sound{"d", next == 'h' ? 2U : 1U};
    case 'g': return {"g", next == 'h' ? 2U : 1U};
    case 'h':
      if (next == 'j') return {"i", 2};
      if (next == 'v') return {"v", 2};
      return {next == '\0' || !is_vowel(next) ? "" : "h", 1};
    case 'w': return {"v", 1};
    case 'x': return {"ks", 1};
    case 'y':
    case 'j': return {"i", 1};
    case 'z': return {"s", 1};
    default: return {token.substr(at, 1), 1};
  }
}

} // namespace

void name_key(std::string_view name, std::string& out) {
  out.clear();
  if (!fold_quickly(name, out)) {
    out.clear();
    append_plain(plain_letters(name), out);
  }
  while (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
}

std::string name_key(std::string_view name) {
  std::string out;
  name_key(name, out);
  return out;
}

std::vector<std::string_view> tokens_of(std::string_view key) {
  std::vector<std::string_view> tokens;
  while (!key.empty()) {
    const std::size_t end = std::min(key.find(' '), key.size());
    tokens.push_back(key.substr(0, end));
    key.remove_prefix(std::min(end + 1, key.size()));
  }
  return tokens;
}

void sound_of(std::string_view token, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < token.size();) {
    const Sound sound = sound_at(token, at);
    at += sound.letters;
    for (const char c : sound.text) {
      if (out.empty() || out.back() != c) {
        out += c;
      }
    }
  }
  constexpr std::string_view son = "son";
  if (out.size() > son.size() && out.ends_with(son)) {
    out[out.size() - 2] = 'e';
  }
  if (out.empty()) {
    out = token;
  }
}

std::string sound_of(std::string_view token) {
  std::string out;
  sound_of(token, out);
  return out;
}

bool is_within_edits(std::string_view a, std::string_view b, std::size_t edits_max) {
  if (a == b) {
    return true;
  }
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer > edit_bytes_max || longer - std::min(a.size(), b.size()) > edits_max) {
    return false;
  }
  using Line = std::array<std::uint8_t, edit_bytes_max + 1>;
  Line before_last{};
  Line last{};
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = static_cast<std::uint8_t>(j);
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Line line{};
    line[0] = static_cast<std::uint8_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      int least = std::min({replaced, last[j] + 1, line[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        least = std::min(least, before_last[j - 2] + 1);
      }
      line[j] = static_cast<std::uint8_t>(least);
    }
    before_last = last;
    last = line;
  }
  return last[b.size()] <= edits_max;
}

} // namespace grunndata::registry::candidates
