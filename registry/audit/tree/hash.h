// SHA-256, and the two hashes of a Merkle tree as RFC 6962 (section 2.1) defines them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::registry::audit {

using Bytes = std::span<const std::uint8_t>;
using Hash = std::array<std::uint8_t, 32>;

[[nodiscard]] inline Bytes bytes_of(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// SHA-256 of the parts after each other. Thread-safe.
[[nodiscard]] Hash sha256(Bytes first, Bytes second = {}, Bytes third = {});

/// SHA-256 of what comes piece by piece. One thread at a time.
class Sha256Stream {
public:
  Sha256Stream();
  void add(Bytes bytes);
  /// Of all that was added so far; more may follow.
  [[nodiscard]] Hash hash() const;

private:
  struct Close {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Close> context_;
};

/// SHA-256(0x00 || entry)
[[nodiscard]] Hash leaf_hash(Bytes entry);
/// SHA-256(0x01 || left || right)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
/// The root of a tree without leaves: SHA-256 of nothing.
[[nodiscard]] Hash empty_root();

/// RFC 4648 section 4, padded.
[[nodiscard]] std::string base64(Bytes bytes);
/// Nothing unless `text` is exactly what `base64` writes: padded, no blanks, no stray bits.
[[nodiscard]] std::optional<std::string> read_base64(std::string_view text);

} // namespace grunndata::registry::audit
