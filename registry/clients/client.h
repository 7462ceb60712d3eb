// A client system that may ask: who runs it, what for, and what was agreed.
#pragma once

#include "registry/person_part.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry {

/// Registered by an administrator before its tokens are worth anything (privacy.md, "Clients").
struct Client {
  std::string id;     ///< client_id, as its tokens say it
  std::string issuer; ///< name of the issuer in the configuration; empty: any
  std::string name;
  std::string organisation; ///< organisasjonsnummer of who is responsible
  std::string purpose;      ///< one sentence, for people
  PersonPartSet parts;      ///< agreed information parts; asking for others is refused
  bool legal_basis = false; ///< may act with legal basis (lovhjemmel), if the token says so too
  std::optional<Instant> expires; ///< the agreement's end; unset: none
  std::optional<Instant> revoked;
  std::uint32_t requests_per_minute = 0; ///< 0: the server's default
  std::uint64_t persons_per_day = 0;     ///< 0: the server's default
  std::uint32_t numbers_per_day = 0;     ///< hjelpenumre issued or reserved; 0: the same
  /// What break-glass opens for its users beyond `parts`; none: the client has no break-glass.
  PersonPartSet break_glass_parts;
  Instant registered{};

  [[nodiscard]] bool holds_at(Instant when) const noexcept {
    return !revoked && (!expires || when < *expires);
  }
};

} // namespace grunndata::registry
