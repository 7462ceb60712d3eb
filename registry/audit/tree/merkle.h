// Merkle trees as RFC 6962 (section 2.1) and RFC 9162 (2.1.3, 2.1.4) define them: roots and proofs.
#pragma once

#include "registry/audit/tree/hash.h"
#include "registry/error.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grunndata::registry::audit {

using Proof = std::vector<Hash>;

/// Root over `nodes`, which are hashes already; the last may stand for fewer leaves than the
/// others. At least one.
[[nodiscard]] Hash root_over(std::span<const Hash> nodes);

/// Where hashes of perfect subtrees come from.
class SubtreeHashes {
public:
  SubtreeHashes() = default;
  SubtreeHashes(const SubtreeHashes&) = delete;
  SubtreeHashes& operator=(const SubtreeHashes&) = delete;
  virtual ~SubtreeHashes() = default;
  /// The root over the leaves [index << height, (index + 1) << height), all of which exist.
  [[nodiscard]] virtual Result<Hash> subtree(unsigned height, std::uint64_t index) = 0;
};

/// Root over the leaves [begin, end) of a tree whose left edge `begin` is aligned as RFC 6962
/// splits trees; `begin` 0 gives the root of the first `end` leaves. Errors are those of `hashes`.
[[nodiscard]] Result<Hash> root_of_range(SubtreeHashes& hashes, std::uint64_t begin,
                                         std::uint64_t end);

/// RFC 6962 2.1.1. Needs index < size.
[[nodiscard]] Result<Proof> inclusion_proof(SubtreeHashes& hashes, std::uint64_t index,
                                            std::uint64_t size);
/// RFC 6962 2.1.2. Needs old_size <= size; empty when they are equal or `old_size` is 0.
[[nodiscard]] Result<Proof> consistency_proof(SubtreeHashes& hashes, std::uint64_t old_size,
                                              std::uint64_t size);

/// RFC 9162 2.1.3.2.
[[nodiscard]] bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                    const Proof& proof, const Hash& root);
/// RFC 9162 2.1.4.2; an empty old tree is consistent with every tree, with an empty proof.
[[nodiscard]] bool verify_consistency(std::uint64_t old_size, std::uint64_t size,
                                      const Proof& proof, const Hash& old_root, const Hash& root);

} // namespace grunndata::registry::audit
