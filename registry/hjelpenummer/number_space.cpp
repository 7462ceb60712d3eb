#include "registry/hjelpenummer/number_space.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::size_t block_bytes = 16;
constexpr std::array<std::uint8_t, 4> block_tag{'F', 'H', 'N', 1};
// Of Norsk helsenett's numbers nothing but the control digits is checked, whatever the rules.
constexpr identifiers::Rules any_rules{};

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

void put_big_endian(std::uint8_t* out, std::uint32_t number) noexcept {
  for (unsigned byte = 0; byte < 4; ++byte) {
    out[byte] = static_cast<std::uint8_t>(number >> (24U - 8U * byte));
  }
}

/// What is encrypted for each half of each round, round after round.
std::vector<std::uint8_t> blocks_of(const PrefixRange& range, unsigned half_bits) {
  const std::uint32_t halves = 1U << half_bits;
  std::vector<std::uint8_t> blocks(std::size_t{NumberSpace::rounds} * halves * block_bytes);
  std::uint8_t* block = blocks.data();
  for (std::uint32_t round = 0; round < NumberSpace::rounds; ++round) {
    for (std::uint32_t half = 0; half < halves; ++half, block += block_bytes) {
      std::copy(block_tag.begin(), block_tag.end(), block);
      put_big_endian(block + 4, range.first);
      put_big_endian(block + 8, range.last);
      put_big_endian(block + 12, round << 16U | half);
    }
  }
  return blocks;
}

/// Each block by itself, in place.
bool encrypt(const IssuingKey& key, std::vector<std::uint8_t>& blocks) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  const int size = static_cast<int>(blocks.size());
  int done = 0;
  return context &&
         EVP_EncryptInit_ex(context.get(), EVP_aes_256_ecb(), nullptr, key.bytes().data(),
                            nullptr) == 1 &&
         EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
         EVP_EncryptUpdate(context.get(), blocks.data(), &done, blocks.data(), size) == 1 &&
         done == size;
}

} // namespace

IssuingKey::IssuingKey(std::span<const std::uint8_t, bytes_count> bytes) noexcept {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

IssuingKey::~IssuingKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

Result<IssuingKey> IssuingKey::random() {
  std::array<std::uint8_t, bytes_count> bytes{};
  if (RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorCode::unavailable, "the system gives no randomness for a key");
  }
  IssuingKey key(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

Result<NumberSpace> NumberSpace::make(const IssuingKey& key, PrefixRange range) {
  if (!range.is_valid()) {
    return fail(ErrorCode::invalid,
                "a range of hjelpenumre begins and ends within 800000000 to 999999999");
  }
  const auto bits = static_cast<unsigned>(std::bit_width(range.size() - 1));
  const unsigned half_bits = std::max(1U, (bits + 1) / 2);
  std::vector<std::uint8_t> blocks = blocks_of(range, half_bits);
  if (!encrypt(key, blocks)) {
    return fail(ErrorCode::unavailable, "the cryptographic library refuses AES-256");
  }
  const std::uint32_t mask = (1U << half_bits) - 1;
  std::vector<std::uint16_t> table(blocks.size() / block_bytes);
  for (std::size_t entry = 0; entry < table.size(); ++entry) {
    const std::uint8_t* block = blocks.data() + entry * block_bytes;
    table[entry] = static_cast<std::uint16_t>((std::uint32_t{block[0]} << 8U | block[1]) & mask);
  }
  OPENSSL_cleanse(blocks.data(), blocks.size());
  return NumberSpace(range, half_bits, std::move(table));
}

NumberSpace::~NumberSpace() { wipe(); }

NumberSpace& NumberSpace::operator=(NumberSpace&& other) noexcept {
  if (this != &other) {
    wipe();
    range_ = other.range_;
    half_bits_ = other.half_bits_;
    table_ = std::move(other.table_);
  }
  return *this;
}

void NumberSpace::wipe() noexcept {
  OPENSSL_cleanse(table_.data(), table_.size() * sizeof(std::uint16_t));
}

std::uint32_t NumberSpace::forward(std::uint32_t value) const noexcept {
  std::uint32_t left = value >> half_bits_;
  std::uint32_t right = value & ((1U << half_bits_) - 1);
  const std::uint16_t* outputs = table_.data();
  for (unsigned round = 0; round < rounds; ++round, outputs += std::size_t{1} << half_bits_) {
    left = std::exchange(right, left ^ outputs[right]);
  }
  return left << half_bits_ | right;
}

std::uint32_t NumberSpace::backward(std::uint32_t value) const noexcept {
  std::uint32_t left = value >> half_bits_;
  std::uint32_t right = value & ((1U << half_bits_) - 1);
  const std::uint16_t* outputs = table_.data() + table_.size();
  for (unsigned round = 0; round < rounds; ++round) {
    outputs -= std::size_t{1} << half_bits_;
    right = std::exchange(left, right ^ outputs[left]);
  }
  return left << half_bits_ | right;
}

std::uint32_t NumberSpace::prefix_at(std::uint32_t counter) const noexcept {
  assert(counter < size());
  // A cycle of the permutation that leaves the range comes back: this ends, after 4 steps at most
  // on average.
  std::uint32_t value = forward(counter);
  while (value >= size()) {
    value = forward(value);
  }
  return range_.first + value;
}

std::uint32_t NumberSpace::counter_of_prefix(std::uint32_t prefix) const noexcept {
  assert(prefix >= range_.first && prefix <= range_.last);
  std::uint32_t value = backward(prefix - range_.first);
  while (value >= size()) {
    value = backward(value);
  }
  return value;
}

std::optional<identifiers::FellesHjelpenummer>
NumberSpace::number_at(std::uint32_t counter) const noexcept {
  const auto text = identifiers::make_felles_hjelpenummer(prefix_at(counter));
  if (!text) {
    return std::nullopt;
  }
  const auto number = identifiers::FellesHjelpenummer::parse(text->text(), any_rules);
  assert(number);
  return *number;
}

std::optional<std::uint32_t>
NumberSpace::counter_of(const identifiers::FellesHjelpenummer& number) const noexcept {
  constexpr std::size_t prefix_digits = 9;
  std::uint32_t prefix = 0;
  for (const char digit : number.text().substr(0, prefix_digits)) {
    prefix = prefix * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  if (prefix < range_.first || prefix > range_.last) {
    return std::nullopt;
  }
  return counter_of_prefix(prefix);
}

} // namespace grunndata::registry::hjelpenummer
