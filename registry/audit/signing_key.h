// The keys of a log: what signs its checkpoints, and what hides its users' numbers.
#pragma once

#include "registry/audit/tree/checkpoint.h"

#include <filesystem>
#include <memory>
#include <string>

namespace grunndata::registry::audit {

/// An Ed25519 private key and the name it signs under. Thread-safe.
class SigningKey {
public:
  /// Reads the PEM file, mode 0600 or stricter; `create`: makes one where there is none.
  /// Errors: `invalid` (others may read it, or it is no Ed25519 key), `not_found`, `storage`.
  [[nodiscard]] static Result<std::unique_ptr<SigningKey>>
  load(const std::filesystem::path& path, const std::string& name, bool create);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  [[nodiscard]] const VerifierKey& verifier() const noexcept { return verifier_; }
  /// The checkpoint as a signed note.
  [[nodiscard]] Result<std::string> sign(const Checkpoint& checkpoint) const;
  /// The signature line of a note with this text.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;

private:
  struct Secret;
  SigningKey();
  std::unique_ptr<Secret> secret_;
  VerifierKey verifier_;
};

/// Keyed hashes of person numbers, so that a user can be found again without keeping the number.
class UserKeys {
public:
  /// "key.pem" -> "key.users" beside it: 32 random bytes, mode 0600, made when `create` and absent.
  /// Errors as for SigningKey.
  [[nodiscard]] static Result<UserKeys> load(const std::filesystem::path& signing_key, bool create);
  /// The first 16 bytes of HMAC-SHA-256, as 32 hexadecimal digits. Thread-safe.
  [[nodiscard]] std::string hash(std::string_view person_number) const;

private:
  std::array<std::uint8_t, 32> key_{};
};

} // namespace grunndata::registry::audit
