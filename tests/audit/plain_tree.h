// RFC 6962 section 2.1 word for word, on a list of leaves: slow, and sharing nothing with the
// module but the types it answers in.
#pragma once

#include "registry/audit/tree/merkle.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::audit::tests {

using Leaves = std::vector<std::string>;

/// MTH(D[begin:end]).
[[nodiscard]] Hash plain_root(const Leaves& leaves, std::size_t begin, std::size_t end);
/// PATH(index, D[begin:end]).
[[nodiscard]] Proof plain_path(const Leaves& leaves, std::size_t index, std::size_t begin,
                               std::size_t end);
/// PROOF(old, D[0:size]).
[[nodiscard]] Proof plain_consistency(const Leaves& leaves, std::size_t old, std::size_t size);

[[nodiscard]] std::string hex(Bytes bytes);
[[nodiscard]] std::string unhex(std::string_view digits);
[[nodiscard]] Hash hash_of_hex(std::string_view digits);

/// `count` texts, all different.
[[nodiscard]] Leaves some_leaves(std::size_t count);

/// Hashes of subtrees, from a list of leaves.
class ListedHashes : public SubtreeHashes {
public:
  explicit ListedHashes(Leaves leaves) : leaves_(std::move(leaves)) {}
  Result<Hash> subtree(unsigned height, std::uint64_t index) override {
    const auto begin = static_cast<std::size_t>(index << height);
    return plain_root(leaves_, begin, begin + (std::size_t{1} << height));
  }

private:
  Leaves leaves_;
};

} // namespace grunndata::registry::audit::tests
