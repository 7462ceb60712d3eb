#include "registry/audit/tree/merkle.h"

#include <bit>

namespace grunndata::registry::audit {

namespace {

/// The largest power of two smaller than `count`, which is at least 2.
std::uint64_t split_of(std::uint64_t count) noexcept { return std::bit_floor(count - 1); }

Result<void> append_root(SubtreeHashes& hashes, std::uint64_t begin, std::uint64_t end,
                         Proof& proof) {
  const auto root = root_of_range(hashes, begin, end);
  if (!root) {
    return tl::unexpected(root.error());
  }
  proof.push_back(*root);
  return {};
}

/// PATH of RFC 6962 2.1.1 over the leaves [begin, end).
Result<void> append_path(SubtreeHashes& hashes, std::uint64_t index, std::uint64_t begin,
                         std::uint64_t end, Proof& proof) {
  if (end - begin == 1) {
    return {};
  }
  const std::uint64_t middle = begin + split_of(end - begin);
  const bool left = index < middle;
  auto below = left ? append_path(hashes, index, begin, middle, proof)
                    : append_path(hashes, index, middle, end, proof);
  if (!below) {
    return below;
  }
  return left ? append_root(hashes, middle, end, proof) : append_root(hashes, begin, middle, proof);
}

/// SUBPROOF of RFC 6962 2.1.2; `known`: the verifier has the old root of exactly these leaves.
Result<void> append_subproof(SubtreeHashes& hashes, std::uint64_t old_end, std::uint64_t begin,
                             std::uint64_t end, bool known, Proof& proof) {
  if (old_end == end) {
    return known ? Result<void>{} : append_root(hashes, begin, end, proof);
  }
  const std::uint64_t middle = begin + split_of(end - begin);
  const bool left = old_end <= middle;
  auto below = left ? append_subproof(hashes, old_end, begin, middle, known, proof)
                    : append_subproof(hashes, old_end, middle, end, false, proof);
  if (!below) {
    return below;
  }
  return left ? append_root(hashes, middle, end, proof) : append_root(hashes, begin, middle, proof);
}

} // namespace

Hash root_over(std::span<const Hash> nodes) {
  if (nodes.size() == 1) {
    return nodes.front();
  }
  const auto middle = static_cast<std::size_t>(split_of(nodes.size()));
  return node_hash(root_over(nodes.first(middle)), root_over(nodes.subspan(middle)));
}

Result<Hash> root_of_range(SubtreeHashes& hashes, std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t count = end - begin;
  if (count == 0) {
    return empty_root();
  }
  if (std::has_single_bit(count)) {
    const auto height = static_cast<unsigned>(std::countr_zero(count));
    return hashes.subtree(height, begin >> height);
  }
  const std::uint64_t middle = begin + split_of(count);
  const auto left = root_of_range(hashes, begin, middle);
  const auto right = left ? root_of_range(hashes, middle, end) : left;
  return right ? Result<Hash>(node_hash(*left, *right)) : right;
}

Result<Proof> inclusion_proof(SubtreeHashes& hashes, std::uint64_t index, std::uint64_t size) {
  Proof proof;
  if (auto done = append_path(hashes, index, 0, size, proof); !done) {
    return tl::unexpected(done.error());
  }
  return proof;
}

Result<Proof> consistency_proof(SubtreeHashes& hashes, std::uint64_t old_size, std::uint64_t size) {
  Proof proof;
  if (old_size == 0) {
    return proof;
  }
  if (auto done = append_subproof(hashes, old_size, 0, size, true, proof); !done) {
    return tl::unexpected(done.error());
  }
  return proof;
}

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf, const Proof& proof,
                      const Hash& root) {
  if (index >= size) {
    return false;
  }
  std::uint64_t fn = index; // the names of RFC 9162
  std::uint64_t sn = size - 1;
  Hash r = leaf;
  for (const Hash& p : proof) {
    if (sn == 0) {
      return false;
    }
    if ((fn & 1U) != 0 || fn == sn) {
      r = node_hash(p, r);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  return sn == 0 && r == root;
}

bool verify_consistency(std::uint64_t old_size, std::uint64_t size, const Proof& proof,
                        const Hash& old_root, const Hash& root) {
  if (old_size > size) {
    return false;
  }
  if (old_size == 0) {
    return proof.empty() && old_root == empty_root();
  }
  if (old_size == size) {
    return proof.empty() && old_root == root;
  }
  Proof path = proof;
  if (std::has_single_bit(old_size)) {
    path.insert(path.begin(), old_root);
  }
  if (path.empty()) {
    return false;
  }
  std::uint64_t fn = old_size - 1; // the names of RFC 9162
  std::uint64_t sn = size - 1;
  while ((fn & 1U) != 0) {
    fn >>= 1U;
    sn >>= 1U;
  }
  Hash fr = path.front();
  Hash sr = path.front();
  for (const Hash& c : std::span(path).subspan(1)) {
    if (sn == 0) {
      return false;
    }
    if ((fn & 1U) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  return sn == 0 && fr == old_root && sr == root;
}

} // namespace grunndata::registry::audit
