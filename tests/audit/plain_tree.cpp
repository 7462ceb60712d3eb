#include "tests/audit/plain_tree.h"

#include <algorithm>

#include <openssl/sha.h>

namespace grunndata::registry::audit::tests {

namespace {

Hash plain_sha256(const std::string& bytes) {
  Hash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return hash;
}

std::size_t split(std::size_t n) {
  std::size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

Proof subproof(const Leaves& leaves, std::size_t m, std::size_t begin, std::size_t end, bool b) {
  const std::size_t n = end - begin;
  if (m == n) return b ? Proof{} : Proof{plain_root(leaves, begin, end)};
  const std::size_t k = split(n);
  Proof proof;
  if (m <= k) {
    proof = subproof(leaves, m, begin, begin + k, b);
    proof.push_back(plain_root(leaves, begin + k, end));
  } else {
    proof = subproof(leaves, m - k, begin + k, end, false);
    proof.push_back(plain_root(leaves, begin, begin + k));
  }
  return proof;
}

} // namespace

Hash plain_root(const Leaves& leaves, std::size_t begin, std::size_t end) {
  const std::size_t n = end - begin;
  if (n == 0) return plain_sha256("");
  if (n == 1) return plain_sha256(std::string(1, '\x00') + leaves[begin]);
  const Hash left = plain_root(leaves, begin, begin + split(n));
  const Hash right = plain_root(leaves, begin + split(n), end);
  return plain_sha256(std::string(1, '\x01') + std::string(left.begin(), left.end()) +
                      std::string(right.begin(), right.end()));
}

Proof plain_path(const Leaves& leaves, std::size_t index, std::size_t begin, std::size_t end) {
  const std::size_t n = end - begin;
  if (n == 1) return {};
  const std::size_t k = split(n);
  Proof path;
  if (index < k) {
    path = plain_path(leaves, index, begin, begin + k);
    path.push_back(plain_root(leaves, begin + k, end));
  } else {
    path = plain_path(leaves, index - k, begin + k, end);
    path.push_back(plain_root(leaves, begin, begin + k));
  }
  return path;
}

Proof plain_consistency(const Leaves& leaves, std::size_t old, std::size_t size) {
  return old == 0 ? Proof{} : subproof(leaves, old, 0, size, true);
}

std::string hex(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::string unhex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

Hash hash_of_hex(std::string_view digits) {
  const std::string bytes = unhex(digits);
  Hash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

Leaves some_leaves(std::size_t count) {
  Leaves leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

} // namespace grunndata::registry::audit::tests
