// Whom a subscription is about: a patient list, kept as keyed hashes that nobody reads back.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/identifier_key.h"

#include <array>
#include <cstdint>
#include <map>
#include <string_view>

namespace grunndata::registry {

class Registry;
class Reading;

/// The first 16 bytes of HMAC-SHA-256 over the identifier's key, under a secret made from the
/// directory's own: it tells nobody without the directory whose it is.
using MemberHash = std::array<char, 16>;

[[nodiscard]] inline std::string_view view_of(const MemberHash& hash) noexcept {
  return {hash.data(), hash.size()};
}

/// Thread-safe.
class CohortKey {
public:
  /// Errors: `corrupt`, `storage`.
  [[nodiscard]] static Result<CohortKey> of(const Registry& registry);
  /// `index_key` as `key_of(IdentifierKey)` writes it.
  [[nodiscard]] MemberHash hash_of(std::string_view index_key) const;

private:
  std::array<unsigned char, 32> secret_{};
};

/// Whether persons are members of one subscription's cohort: by any identifier that they or whoever
/// carries them on go or went by. So a member is followed when a number changes, when two are
/// merged or linked and when they are parted, and counts from the moment a person with the
/// identifier appears. One thread at a time; what was found is remembered, so keep it for a page of
/// the log and no longer.
class CohortReader {
public:
  CohortReader(const Registry& registry, const CohortKey& key, std::uint64_t subscription) noexcept
      : registry_(registry), key_(key), subscription_(subscription) {}

  /// False for who is not there any more. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<bool> holds(const EntityId& person);

private:
  Result<bool> find(const EntityId& person);
  Result<bool> holds_any_of(std::string_view current_value);

  const Registry& registry_;
  const CohortKey& key_;
  std::uint64_t subscription_;
  std::map<EntityId, bool> known_;
};

} // namespace grunndata::registry
