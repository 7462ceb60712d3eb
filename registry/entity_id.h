// The registry's own name for an entity: time-ordered inside, opaque outside.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry {

/// 16 bytes, UUIDv7 (RFC 9562): later ones sort later, so that a bulk load writes in order.
/// Never shown: it tells when the entity was first seen. See `IdCipher`.
struct EntityId {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const EntityId&) const = default;
  [[nodiscard]] std::string_view view() const noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

/// The outside form: 32 lower-case hexadecimal digits, one AES-128 block of the inside form under
/// the data directory's key. Stable over rebuild and restore; tells nothing about time or order.
using ExternalId = std::array<char, 32>;

[[nodiscard]] inline std::string_view view_of(const ExternalId& id) noexcept {
  return {id.data(), id.size()};
}

/// Turns inside ids into outside ids and back. Thread-safe; each thread keeps its own AES state.
class IdCipher {
public:
  using Key = std::array<std::uint8_t, 16>;
  explicit IdCipher(const Key& key) noexcept : key_(key) {}
  [[nodiscard]] ExternalId seal(const EntityId& id) const;
  /// Nothing unless `text` is 32 hexadecimal digits that open to a UUIDv7.
  [[nodiscard]] std::optional<EntityId> open(std::string_view text) const;

private:
  Key key_;
};

/// Makes increasing ids. Not thread-safe: the writer owns the only one.
class EntityIdSource {
public:
  /// Ids sort after `newest`, whatever the clock says.
  explicit EntityIdSource(EntityId newest) noexcept : newest_(newest) {}
  [[nodiscard]] EntityId next();

private:
  EntityId newest_;
};

} // namespace grunndata::registry
