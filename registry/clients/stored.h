// The stored forms of clients and of emergency grants, byte by byte as FORMAT.md lists them.
#pragma once

#include "registry/clients/client.h"
#include "registry/clients/grant.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry {

inline constexpr std::uint8_t client_format = 1;
inline constexpr std::uint8_t grant_format = 1;

/// Before the name, organisation and purpose of a client.
struct ClientHead {
  std::uint8_t format = client_format;
  std::uint8_t legal_basis = 0;
  std::uint16_t numbers_per_day = 0;
  std::uint32_t requests_per_minute = 0;
  std::uint64_t persons_per_day = 0;
  std::uint64_t parts = 0; ///< bit n: the part with number n
  std::uint64_t break_glass_parts = 0;
  std::int64_t expires = 0; ///< the smallest number: never
  std::int64_t revoked = 0; ///< the smallest number: not
  std::int64_t registered = 0;
};
static_assert(sizeof(ClientHead) == 56);

/// Before the texts of a grant.
struct GrantHead {
  std::uint8_t format = grant_format;
  std::uint8_t purpose = 0;
  std::uint8_t outcome = 0; ///< 0: not reviewed
  std::uint8_t reserved[5] = {};
  EntityId entity;
  std::uint64_t parts = 0;
  std::int64_t opened = 0;
  std::int64_t expires = 0;
  std::int64_t review_by = 0;
  std::int64_t reviewed_at = 0;
};
static_assert(sizeof(GrantHead) == 64);

/// size of issuer · issuer · client id
[[nodiscard]] std::string client_key(std::string_view id, std::string_view issuer);
[[nodiscard]] std::string write_client(const Client& client);
/// Nothing when key or value are not what was written.
[[nodiscard]] std::optional<Client> read_client(std::string_view key, std::string_view value);

[[nodiscard]] std::string write_grant(const Grant& grant);
[[nodiscard]] std::optional<Grant> read_grant(std::string_view key, std::string_view value);

} // namespace grunndata::registry
