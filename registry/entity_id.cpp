#include "registry/entity_id.h"

#include "registry/time.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace grunndata::registry {

namespace {

constexpr std::size_t block_bytes = 16;
using Block = std::array<std::uint8_t, block_bytes>;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

/// A thread's AES state for one key and direction.
struct AesState {
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context{EVP_CIPHER_CTX_new()};
  IdCipher::Key key{};
  bool ready = false;

  Block run(const IdCipher::Key& wanted, const Block& in, int encrypt) {
    Block out{};
    int size = 0;
    if (!ready || key != wanted) {
      if (EVP_CipherInit_ex(context.get(), EVP_aes_128_ecb(), nullptr, wanted.data(), nullptr,
                            encrypt) != 1) {
        throw std::runtime_error("AES is not available");
      }
      EVP_CIPHER_CTX_set_padding(context.get(), 0);
      key = wanted;
      ready = true;
    }
    if (EVP_CipherUpdate(context.get(), out.data(), &size, in.data(), block_bytes) != 1) {
      throw std::runtime_error("AES failed");
    }
    return out;
  }
};

constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

constexpr bool is_uuid_v7(const Block& b) noexcept {
  return (b[6] & 0xF0U) == 0x70U && (b[8] & 0xC0U) == 0x80U;
}

} // namespace

ExternalId IdCipher::seal(const EntityId& id) const {
  thread_local AesState state;
  const Block sealed = state.run(key_, id.bytes, 1);
  constexpr std::string_view digits = "0123456789abcdef";
  ExternalId text{};
  for (std::size_t i = 0; i < block_bytes; ++i) {
    text[2 * i] = digits[sealed[i] >> 4U];
    text[2 * i + 1] = digits[sealed[i] & 0xFU];
  }
  return text;
}

std::optional<EntityId> IdCipher::open(std::string_view text) const {
  if (text.size() != 2 * block_bytes) {
    return std::nullopt;
  }
  Block sealed{};
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    sealed[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  thread_local AesState state;
  const Block opened = state.run(key_, sealed, 0);
  if (!is_uuid_v7(opened)) {
    return std::nullopt;
  }
  return EntityId{opened};
}

namespace {

/// Asked for in one go: the question costs more than the bytes. Throws without randomness.
Block random_block() {
  thread_local std::array<Block, 256> blocks;
  thread_local std::size_t unused = 0;
  if (unused == 0) {
    if (RAND_bytes(blocks.front().data(), static_cast<int>(sizeof blocks)) != 1) {
      throw std::runtime_error("no randomness");
    }
    unused = blocks.size();
  }
  return blocks[--unused];
}

} // namespace

EntityId EntityIdSource::next() {
  Block fresh = random_block();
  const auto milliseconds = static_cast<std::uint64_t>(now().microseconds / 1000);
  for (std::size_t i = 0; i < 6; ++i) {
    fresh[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  }
  fresh[6] = static_cast<std::uint8_t>(0x70U | (fresh[6] & 0x0FU));
  fresh[8] = static_cast<std::uint8_t>(0x80U | (fresh[8] & 0x3FU));
  if (fresh <= newest_.bytes) {
    // Same millisecond or a clock that went back: the one after the newest, as RFC 9562 6.2 allows.
    fresh = newest_.bytes;
    for (std::size_t i = block_bytes; i-- > 0;) {
      if (++fresh[i] != 0) {
        break;
      }
    }
    fresh[6] = static_cast<std::uint8_t>(0x70U | (fresh[6] & 0x0FU));
    fresh[8] = static_cast<std::uint8_t>(0x80U | (fresh[8] & 0x3FU));
  }
  newest_ = EntityId{fresh};
  return newest_;
}

} // namespace grunndata::registry
