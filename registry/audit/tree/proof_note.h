// A proof that fits in one file: C2SP tlog-proof, with the record it proves as extra data.
#pragma once

#include "registry/audit/tree/checkpoint.h"
#include "registry/audit/tree/merkle.h"

#include <optional>
#include <string>

namespace grunndata::registry::audit {

inline constexpr std::size_t salt_bytes = 16;

/// "c2sp.org/tlog-proof@v1", extra, index, hashes, checkpoint.
struct ProofNote {
  std::uint64_t position = 0;
  Proof path;
  std::string checkpoint; ///< the signed note
  /// salt (16 bytes) || record, whose SHA-256 is the entry at `position`; nothing when erased.
  std::optional<std::string> salted_record;

  [[nodiscard]] std::string text() const;
  /// `invalid` when it cannot be read. Verifies nothing.
  [[nodiscard]] static Result<ProofNote> parse(std::string_view text);
};

/// Proves that a tree checkpointed by `key` holds `commitment` at the note's position; with a
/// salted record the commitment is computed from that. The checkpoint that vouches for it, or
/// `invalid`.
[[nodiscard]] Result<Checkpoint> verify(const ProofNote& note, const VerifierKey& key,
                                        const std::optional<Hash>& commitment);

} // namespace grunndata::registry::audit
