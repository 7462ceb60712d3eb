// By which numbers nodes go. Values are stored; never renumber. Those that `IdentifierType` has as
// well have its value.
#pragma once

#include "registry/error.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry::virksomhet {

enum class IdentifierSystem : std::uint8_t {
  hpr = 7,    ///< HPR-nummer
  her = 8,    ///< HER-id
  resh = 9,   ///< RESH-id
  orgnr = 10, ///< organisasjonsnummer
  gln = 11,   ///< Global Location Number
  local = 32, ///< an employer's own; assigner: its organisasjonsnummer
  location = 33, ///< LocoReg's Location; assigner: empty
  service = 34,  ///< LocoReg's HealthcareService, or HTK's
  ako = 35,      ///< apotek, konsesjonsnummer
  gp_contract = 36, ///< Fastlegeregisteret's contract
  npr = 37,         ///< ten digits: organisasjonsnummer and a suffix
  invalid = 63,     ///< a number whose check failed: kept raw, found only when asked for as such;
                    ///< assigner: the code of the system it was given as
};

/// "ENH", "RSH", "HER", "GLN", "HPR", "LOK" … as kodeverk 9051 spells those it has; empty for a
/// value that is none of ours.
[[nodiscard]] std::string_view code_of(IdentifierSystem system) noexcept;
[[nodiscard]] std::optional<IdentifierSystem>
find_identifier_system(std::string_view code) noexcept;

/// A number as it is looked up. Views only: the texts must outlive the key.
struct NodeKey {
  IdentifierSystem system{};
  std::string_view text;
  std::string_view assigner{};
  auto operator<=>(const NodeKey&) const = default;
};

/// The same, owning its texts.
struct OwnedNodeKey {
  IdentifierSystem system{};
  std::string text;
  std::string assigner;
  [[nodiscard]] NodeKey view() const noexcept { return {system, text, assigner}; }
  auto operator<=>(const OwnedNodeKey&) const = default;
};

/// Whether the text is what the system allows: check digits of organisasjonsnummer and GLN, running
/// numbers positive and without leading zeros, others 1 to 64 printable bytes without spaces;
/// `local` has an organisasjonsnummer as assigner, `invalid` a code, others none.
/// Error: `invalid`, with what is wrong; the text itself is not repeated.
[[nodiscard]] Result<void> check(const NodeKey& key);

/// "ENH:310000140", "LOK:310000140:team-7": code, assigner if there is one, text.
[[nodiscard]] std::string to_text(const NodeKey& key);
/// Reads the same; checked. Errors: `invalid`.
[[nodiscard]] Result<OwnedNodeKey> parse_node_key(std::string_view text);
/// As people ask: the same, or digits alone, of which nine are an organisasjonsnummer and thirteen
/// a GLN. Errors: `invalid`.
[[nodiscard]] Result<OwnedNodeKey> parse_asked_key(std::string_view text);

inline constexpr std::size_t node_key_text_bytes_max = 64;
inline constexpr std::size_t node_key_assigner_bytes_max = 9;

} // namespace grunndata::registry::virksomhet
