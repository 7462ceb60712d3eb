// How an identifier is written in the index: its declared type, its assigner if it is local, and
// the text as the source gave it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

/// What a source or a caller says an identifier is. Values are stored; never renumber.
/// Names follow kodeverk 8116 and 9051 (Volven), see `code_of`.
enum class IdentifierType : std::uint8_t {
  fnr = 1,      ///< foedselsnummer, OID 2.16.578.1.12.4.1.4.1
  dnr = 2,      ///< D-nummer, .2
  fhn = 3,      ///< felles hjelpenummer, .3
  hnr = 4,      ///< local H-nummer; always with its assigner
  duf = 5,      ///< DUF-nummer, .5
  foreign = 6,  ///< foreign person identification; assigner = issuing country (alpha-3) and type
  hpr = 7,      ///< HPR-nummer
  her = 8,      ///< HER-id
  resh = 9,     ///< RESH-id
  orgnr = 10,   ///< organisasjonsnummer
  gln = 11,     ///< Global Location Number
  alias = 12,   ///< another system's opaque person id, imported so that its clients keep working
  unverified = 13, ///< a number whose check failed: stored raw, found only when asked for as such
};

/// "FNR", "DNR" … as kodeverk 8116 / 9051 spell them.
[[nodiscard]] std::string_view code_of(IdentifierType type) noexcept;
[[nodiscard]] std::optional<IdentifierType> identifier_type_of(std::string_view code) noexcept;

/// An identifier as it is looked up. Views only: the texts must outlive the key.
struct IdentifierKey {
  IdentifierType type{};
  std::string_view text;
  std::string_view assigner{}; ///< empty unless the type is local or foreign

  auto operator<=>(const IdentifierKey&) const = default;
};

inline constexpr std::size_t identifier_text_bytes_max = 128;
inline constexpr std::size_t identifier_assigner_bytes_max = 128;

} // namespace grunndata::registry
