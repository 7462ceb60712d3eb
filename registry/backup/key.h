// The key of backups: what seals their bytes and gives pieces their names.
#pragma once

#include "registry/error.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::registry::backup {

/// Name of a piece: HMAC-SHA-256 of its bytes under the key, so that equal bytes are stored once
/// and a name tells nobody without the key what they are.
using PieceName = std::array<std::uint8_t, 32>;

/// What sealed bytes are; stands in front of them and is authenticated with them.
enum class Sealed : std::uint8_t { piece, manifest };

inline constexpr std::size_t seal_head_bytes = 48; ///< kind, key id, salt
inline constexpr std::size_t seal_tail_bytes = 16; ///< GCM's tag
inline constexpr std::size_t key_id_digits = 16;

/// 256 bits out of a file. Thread-safe.
class Key {
public:
  /// A file of 64 hexadecimal digits that only its owner may read (a systemd credential is one).
  /// Errors: `not_found`, `invalid` (something else, or others may read it), `storage`.
  [[nodiscard]] static Result<Key> load(const std::filesystem::path& file);
  explicit Key(const std::array<std::uint8_t, 32>& secret);

  /// 16 hexadecimal digits that tell keys apart and nothing about them.
  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] PieceName name_of(std::string_view bytes) const;

  /// AES-256-GCM under a key of its own for each call, made from a random salt. `name` is
  /// authenticated: bytes put under another name do not open. `unavailable` without randomness.
  [[nodiscard]] Result<std::string> seal(Sealed kind, std::string_view name,
                                         std::string_view bytes) const;
  /// Errors: `conflict` (another key sealed them), `corrupt` (they are not what was sealed).
  [[nodiscard]] Result<std::string> open(Sealed kind, std::string_view name,
                                         std::string_view sealed) const;

private:
  std::array<std::uint8_t, 32> sealing_{};
  std::array<std::uint8_t, 32> naming_{};
  std::array<std::uint8_t, key_id_digits / 2> id_bytes_{};
  std::string id_;
};

/// Which key sealed these bytes; empty when they are too short to tell.
[[nodiscard]] std::string key_id_of(std::string_view sealed);

[[nodiscard]] std::string hex_of(std::span<const std::uint8_t> bytes);
/// False when `text` is not exactly so many hexadecimal digits (lower case).
[[nodiscard]] bool read_hex(std::string_view text, std::span<std::uint8_t> into) noexcept;

} // namespace grunndata::registry::backup
