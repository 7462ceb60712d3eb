// What makes a client worth registering, checked where one comes in.
#pragma once

#include "registry/clients/client.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace grunndata::registry {

inline constexpr std::size_t client_id_bytes_max = 128;
inline constexpr std::size_t client_issuer_bytes_max = 64;
inline constexpr std::size_t client_name_characters_max = 200;
inline constexpr std::size_t client_purpose_characters_max = 500;
inline constexpr std::uint32_t requests_per_minute_max = 10'000'000;
inline constexpr std::uint64_t persons_per_day_max = 100'000'000'000;
inline constexpr std::uint32_t numbers_per_day_max = 65'535;

/// The settings of a client. Each surface spells them its own way (`--legal-basis`, `legalBasis`,
/// `legal_basis`); `words_of` gives the last.
enum class ClientField : std::uint8_t {
  id,
  issuer,
  name,
  organisation,
  purpose,
  parts,
  legal_basis,
  expires,
  requests_per_minute,
  persons_per_day,
  numbers_per_day,
  break_glass_parts,
};

/// "id", "legal_basis" …
[[nodiscard]] std::string_view words_of(ClientField field) noexcept;

struct ClientFault {
  ClientField field{};
  std::string_view rule; ///< what holds of the field, to follow its name: "is …"; static text
};

/// The first rule that `client` breaks at `when`; nothing when it may be registered. Id: 1 to 128
/// visible ASCII characters. Issuer: empty, or letters, digits, `.`, `_`, `-`. Name and purpose:
/// not empty, one line, no number like a person's. Organisation: a valid organisasjonsnummer.
/// Parts: at least one. Expiry: unset or later than `when`.
[[nodiscard]] std::optional<ClientFault> fault_of(const Client& client, Instant when) noexcept;

} // namespace grunndata::registry
