#include "api/webhooks/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <vector>

namespace grunndata::api::webhooks {

namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t new_secret_bytes = 32;

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64(std::string_view bytes) {
  std::vector<unsigned char> text((bytes.size() + 2) / 3 * 4 + 1); // a zero stands behind
  const int size =
      EVP_EncodeBlock(text.data(), bytes_of(bytes), static_cast<int>(bytes.size()));
  return {text.begin(), text.begin() + size};
}

} // namespace

std::string signature_of(std::string_view secret, std::string_view id, std::int64_t timestamp_s,
                         std::string_view body) {
  std::string text(id);
  text.append(".").append(std::to_string(timestamp_s)).append(".").append(body);
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(),
       digest.data(), &size);
  return std::string("v1,").append(
      base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

std::string text_of_secret(std::string_view secret) {
  return std::string(prefix).append(base64(secret));
}

std::optional<std::string> secret_of_text(std::string_view text) {
  if (!text.starts_with(prefix)) return std::nullopt;
  const std::string_view encoded = text.substr(prefix.size());
  if (encoded.empty() || encoded.size() % 4 != 0) return std::nullopt;
  std::vector<unsigned char> bytes(encoded.size() / 4 * 3);
  if (EVP_DecodeBlock(bytes.data(), bytes_of(encoded), static_cast<int>(encoded.size())) < 0) {
    return std::nullopt;
  }
  const auto padding = std::min<std::ptrdiff_t>(2, std::ranges::count(encoded, '='));
  std::string secret(bytes.begin(), bytes.end() - padding);
  return text_of_secret(secret) == text ? std::optional(std::move(secret)) : std::nullopt;
}

std::optional<std::string> new_secret() {
  std::string secret(new_secret_bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), new_secret_bytes) != 1) {
    return std::nullopt;
  }
  return secret;
}

} // namespace grunndata::api::webhooks
