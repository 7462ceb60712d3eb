// Signed checkpoints: C2SP tlog-checkpoint inside a C2SP signed note, Ed25519.
#pragma once

#include "registry/audit/tree/hash.h"
#include "registry/error.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace grunndata::registry::audit {

inline constexpr std::size_t note_bytes_max = 64 * 1024;
inline constexpr std::size_t note_signatures_max = 64;

/// What a log commits to: its name, how many entries, and the root over them.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  bool operator==(const Checkpoint&) const = default;
};

/// "origin\nsize\nroot\n": what is signed.
[[nodiscard]] std::string note_text(const Checkpoint& checkpoint);

/// A public key with the name it goes by: "name+hash+base64(type || key)".
struct VerifierKey {
  std::string name;
  std::array<std::uint8_t, 32> key{};

  /// SHA-256(name || 0x0A || 0x01 || key), the first four bytes.
  [[nodiscard]] std::array<std::uint8_t, 4> id() const;
  [[nodiscard]] std::string text() const;
  /// `invalid` unless it is an Ed25519 verifier key whose hash fits; blanks at the ends are
  /// ignored.
  [[nodiscard]] static Result<VerifierKey> parse(std::string_view text);
};

/// Whether a name may stand in a note: not empty, no blanks, no plus, no control characters.
[[nodiscard]] bool is_key_name(std::string_view name) noexcept;

/// The line made of `signature` by the key `key` names, its end included. A note is its text, a
/// blank line and such lines.
[[nodiscard]] std::string signature_line(const VerifierKey& key, Bytes signature);

/// The text of a note that `key` signed. Signatures of other keys are ignored; `invalid` when the
/// note is malformed, `key` did not sign it or its signature does not fit.
[[nodiscard]] Result<std::string> open_note(std::string_view note, const VerifierKey& key);

/// The checkpoint in a note signed by `key`, whose name must be its origin. `invalid` otherwise.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& key);

} // namespace grunndata::registry::audit
