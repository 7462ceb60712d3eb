#include "tests/audit/plain_tree.h"

#include <doctest/doctest.h>

#include <array>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

/// The vectors of the Certificate Transparency project: eight leaves and the roots over them.
const Leaves& published_leaves() {
  static const Leaves leaves{"",
                             unhex("00"),
                             unhex("10"),
                             unhex("2021"),
                             unhex("3031"),
                             unhex("40414243"),
                             unhex("5051525354555657"),
                             unhex("606162636465666768696a6b6c6d6e6f")};
  return leaves;
}

constexpr std::array<std::string_view, 9> published_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<std::string> hex_of(const Proof& proof) {
  std::vector<std::string> lines;
  for (const Hash& hash : proof) lines.push_back(hex(hash));
  return lines;
}

Hash root_of(ListedHashes& hashes, std::uint64_t size) { return *root_of_range(hashes, 0, size); }

} // namespace

TEST_CASE("roots are the published ones of Certificate Transparency") {
  ListedHashes hashes(published_leaves());
  for (std::size_t size = 0; size < published_roots.size(); ++size) {
    CAPTURE(size);
    CHECK(hex(root_of(hashes, size)) == published_roots[size]);
    CHECK(hex(plain_root(published_leaves(), 0, size)) == published_roots[size]);
  }
  CHECK(hex(empty_root()) == published_roots[0]);
  CHECK(hex(leaf_hash({})) == published_roots[1]);
}

TEST_CASE("proofs are the published ones of Certificate Transparency") {
  ListedHashes hashes(published_leaves());
  CHECK(
      hex_of(*inclusion_proof(hashes, 0, 8)) ==
      std::vector<std::string>{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                               "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                               "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"});
  CHECK(hex_of(*inclusion_proof(hashes, 0, 1)).empty());
  CHECK(
      hex_of(*consistency_proof(hashes, 6, 8)) ==
      std::vector<std::string>{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                               "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"});
  CHECK(
      hex_of(*consistency_proof(hashes, 2, 5)) ==
      std::vector<std::string>{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                               "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"});
}

TEST_CASE("roots and inclusion proofs of every size agree with the definition, and verify") {
  constexpr std::size_t largest = 70;
  const Leaves leaves = some_leaves(largest);
  ListedHashes hashes(leaves);
  for (std::size_t size = 1; size <= largest; ++size) {
    const Hash root = root_of(hashes, size);
    REQUIRE(root == plain_root(leaves, 0, size));
    for (std::size_t index = 0; index < size; ++index) {
      const Proof proof = *inclusion_proof(hashes, index, size);
      const Hash leaf = leaf_hash(bytes_of(leaves[index]));
      REQUIRE(proof == plain_path(leaves, index, 0, size));
      REQUIRE(verify_inclusion(index, size, leaf, proof, root));
    }
  }
}

TEST_CASE("an inclusion proof proves nothing else") {
  const Leaves leaves = some_leaves(13);
  ListedHashes hashes(leaves);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const Hash root = root_of(hashes, size);
    for (std::size_t index = 0; index < size; ++index) {
      Proof proof = *inclusion_proof(hashes, index, size);
      const Hash leaf = leaf_hash(bytes_of(leaves[index]));
      const Hash other = leaf_hash(bytes_of("another"));
      CHECK_FALSE(verify_inclusion(index, size, other, proof, root));
      CHECK_FALSE(verify_inclusion(index, size, leaf, proof, other));
      CHECK_FALSE(verify_inclusion(size, size, leaf, proof, root));
      for (std::size_t elsewhere = 0; elsewhere < size; ++elsewhere) {
        CHECK(verify_inclusion(elsewhere, size, leaf, proof, root) == (elsewhere == index));
      }
      for (Hash& hash : proof) {
        hash[7] ^= 0x10U;
        CHECK_FALSE(verify_inclusion(index, size, leaf, proof, root));
        hash[7] ^= 0x10U;
      }
      proof.push_back(other);
      CHECK_FALSE(verify_inclusion(index, size, leaf, proof, root));
      proof.pop_back();
      if (!proof.empty()) {
        proof.pop_back();
        CHECK_FALSE(verify_inclusion(index, size, leaf, proof, root));
      }
    }
  }
}

TEST_CASE("consistency proofs of every pair of sizes agree with the definition, and verify") {
  constexpr std::size_t largest = 40;
  const Leaves leaves = some_leaves(largest);
  ListedHashes hashes(leaves);
  for (std::size_t size = 0; size <= largest; ++size) {
    const Hash root = root_of(hashes, size);
    for (std::size_t old = 0; old <= size; ++old) {
      const Hash old_root = root_of(hashes, old);
      const Proof proof = *consistency_proof(hashes, old, size);
      REQUIRE(proof == plain_consistency(leaves, old, size));
      REQUIRE(verify_consistency(old, size, proof, old_root, root));
    }
  }
}

TEST_CASE("a tree in which something old was changed is not consistent with what it was") {
  const Leaves leaves = some_leaves(21);
  ListedHashes hashes(leaves);
  for (std::size_t size = 2; size <= leaves.size(); ++size) {
    for (std::size_t old = 1; old < size; ++old) {
      Leaves forged = leaves;
      forged[old - 1] += " changed";
      ListedHashes forged_hashes(forged);
      const Proof honest = *consistency_proof(hashes, old, size);
      const Proof dishonest = *consistency_proof(forged_hashes, old, size);
      const Hash old_root = root_of(hashes, old);
      const Hash forged_root = root_of(forged_hashes, size);
      CHECK_FALSE(verify_consistency(old, size, honest, old_root, forged_root));
      CHECK_FALSE(verify_consistency(old, size, dishonest, old_root, forged_root));
      CHECK_FALSE(verify_consistency(size, old, honest, old_root, forged_root));
      Proof longer = honest;
      longer.push_back(old_root);
      CHECK_FALSE(verify_consistency(old, size, longer, old_root, root_of(hashes, size)));
      CHECK_FALSE(verify_consistency(old, size, {}, old_root, forged_root));
    }
  }
}
