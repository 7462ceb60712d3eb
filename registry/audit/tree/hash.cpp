#include "registry/audit/tree/hash.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

namespace grunndata::registry::audit {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
struct FreeDigest {
  void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};

/// A thread's SHA-256 state; fetching the algorithm anew would cost more than hashing.
struct Sha256 {
  std::unique_ptr<EVP_MD, FreeDigest> digest{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
};

constexpr std::array<std::uint8_t, 1> leaf_prefix{0x00};
constexpr std::array<std::uint8_t, 1> node_prefix{0x01};

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

Hash sha256(Bytes first, Bytes second, Bytes third) {
  thread_local Sha256 state;
  Hash hash{};
  bool good = state.digest && state.context &&
              EVP_DigestInit_ex2(state.context.get(), state.digest.get(), nullptr) == 1;
  for (const Bytes part : {first, second, third}) {
    good = good &&
           (part.empty() || EVP_DigestUpdate(state.context.get(), part.data(), part.size()) == 1);
  }
  if (!good || EVP_DigestFinal_ex(state.context.get(), hash.data(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return hash;
}

void Sha256Stream::Close::operator()(void* context) const noexcept {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  if (!context_ ||
      EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
}

void Sha256Stream::add(Bytes bytes) {
  auto* const context = static_cast<EVP_MD_CTX*>(context_.get());
  if (EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
}

Hash Sha256Stream::hash() const {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> copy(EVP_MD_CTX_new());
  Hash hash{};
  if (!copy || EVP_MD_CTX_copy_ex(copy.get(), static_cast<EVP_MD_CTX*>(context_.get())) != 1 ||
      EVP_DigestFinal_ex(copy.get(), hash.data(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  return hash;
}

Hash leaf_hash(Bytes entry) { return sha256(leaf_prefix, entry); }

Hash node_hash(const Hash& left, const Hash& right) { return sha256(node_prefix, left, right); }

Hash empty_root() { return sha256({}); }

std::string base64(Bytes bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    const std::uint32_t group = (std::uint32_t{bytes[at]} << 16U) |
                                (left > 1 ? std::uint32_t{bytes[at + 1]} << 8U : 0U) |
                                (left > 2 ? std::uint32_t{bytes[at + 2]} : 0U);
    text += base64_digits[(group >> 18U) & 63U];
    text += base64_digits[(group >> 12U) & 63U];
    text += left > 1 ? base64_digits[(group >> 6U) & 63U] : '=';
    text += left > 2 ? base64_digits[group & 63U] : '=';
  }
  return text;
}

std::optional<std::string> read_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned bits = 0;
  std::string_view digits = text;
  while (digits.ends_with('=') && text.size() - digits.size() < 2) {
    digits.remove_suffix(1);
  }
  for (const char c : digits) {
    const auto value = base64_digits.find(c);
    if (value == std::string_view::npos) {
      return std::nullopt;
    }
    group = (group << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>((group >> bits) & 0xFFU);
    }
  }
  // Padding and spare bits have one right form: writing it again must give the same text.
  return base64(bytes_of(bytes)) == text ? std::optional(std::move(bytes)) : std::nullopt;
}

} // namespace grunndata::registry::audit
