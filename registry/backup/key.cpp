#include "registry/backup/key.h"

#include "registry/audit/tree/file.h"

#include <algorithm>
#include <memory>

#include <sys/stat.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace grunndata::registry::backup {

namespace {

constexpr std::size_t magic_bytes = 8;
constexpr std::size_t key_id_bytes = key_id_digits / 2;
constexpr std::size_t salt_bytes = 32;
static_assert(magic_bytes + key_id_bytes + salt_bytes == seal_head_bytes);
constexpr std::size_t key_file_bytes_max = 256;
/// A key seals once: the nonce may always be the same.
constexpr std::array<unsigned char, 12> nonce{};

using Digest = std::array<std::uint8_t, 32>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

std::string_view magic_of(Sealed kind) noexcept {
  return kind == Sealed::piece ? "gdbpiec1" : "gdblist1";
}

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Digest keyed(std::span<const std::uint8_t> key, std::string_view text) {
  Digest digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
       digest.data(), &size);
  return digest;
}

/// Begins with what is authenticated and stands in front of the bytes: head, then name.
bool begin(EVP_CIPHER_CTX* cipher, const Digest& key, std::string_view head, std::string_view name,
           int encrypt) {
  int done = 0;
  return EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), nullptr, key.data(), nonce.data(), encrypt) ==
             1 &&
         EVP_CipherUpdate(cipher, nullptr, &done, bytes_of(head), static_cast<int>(head.size())) ==
             1 &&
         EVP_CipherUpdate(cipher, nullptr, &done, bytes_of(name), static_cast<int>(name.size())) ==
             1;
}

/// In steps that the library's `int` can count.
bool run(EVP_CIPHER_CTX* cipher, std::string_view from, char* into) {
  constexpr std::size_t step_bytes_max = std::size_t{1} << 30U;
  while (!from.empty()) {
    const std::size_t step = std::min(from.size(), step_bytes_max);
    int done = 0;
    if (EVP_CipherUpdate(cipher, reinterpret_cast<unsigned char*>(into), &done, bytes_of(from),
                         static_cast<int>(step)) != 1) {
      return false;
    }
    into += done;
    from.remove_prefix(step);
  }
  return true;
}

} // namespace

std::string hex_of(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
  return text;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> into) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  if (text.size() != 2 * into.size()) {
    return false;
  }
  for (std::size_t i = 0; i < into.size(); ++i) {
    const auto high = digits.find(text[2 * i]);
    const auto low = digits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return false;
    }
    into[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return true;
}

Key::Key(const std::array<std::uint8_t, 32>& secret)
    : sealing_(keyed(secret, "grunndata backup seal")),
      naming_(keyed(secret, "grunndata backup names")) {
  const Digest digest = keyed(secret, "grunndata backup key id");
  std::copy_n(digest.begin(), key_id_bytes, id_bytes_.begin());
  id_ = hex_of(id_bytes_);
}

Result<Key> Key::load(const std::filesystem::path& file) {
  const auto opened = audit::open_to_read(file);
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  struct stat facts {};
  if (::fstat(opened->get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return fail(ErrorCode::invalid, "the backup key " + file.string() + " is not a file");
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::invalid,
                "the backup key " + file.string() + " may be read by others: give it mode 0600");
  }
  auto text = audit::read_file(file, key_file_bytes_max);
  if (!text && text.error().code != ErrorCode::unsupported) {
    return tl::unexpected(text.error());
  }
  std::array<std::uint8_t, 32> secret{};
  std::string_view digits = text ? std::string_view(*text) : std::string_view{};
  digits = digits.substr(0, digits.find_last_not_of(" \r\n") + 1);
  const bool read = read_hex(digits, secret);
  if (text) {
    OPENSSL_cleanse(text->data(), text->size());
  }
  if (!read) {
    return fail(ErrorCode::invalid, "the backup key " + file.string() +
                                        " is not 64 hexadecimal digits; make one with "
                                        "`openssl rand -hex 32`");
  }
  Key key(secret);
  OPENSSL_cleanse(secret.data(), secret.size());
  return key;
}

PieceName Key::name_of(std::string_view bytes) const { return keyed(naming_, bytes); }

Result<std::string> Key::seal(Sealed kind, std::string_view name, std::string_view bytes) const {
  std::string sealed(seal_head_bytes + bytes.size() + seal_tail_bytes, '\0');
  std::ranges::copy(magic_of(kind), sealed.begin());
  std::ranges::copy(id_bytes_, sealed.begin() + magic_bytes);
  auto* salt = reinterpret_cast<unsigned char*>(sealed.data() + magic_bytes + key_id_bytes);
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int done = 0;
  auto* tag = reinterpret_cast<unsigned char*>(sealed.data() + sealed.size() - seal_tail_bytes);
  const std::string_view head = std::string_view(sealed).substr(0, seal_head_bytes);
  const bool good =
      cipher && RAND_bytes(salt, salt_bytes) == 1 &&
      begin(cipher.get(), keyed(sealing_, head.substr(magic_bytes + key_id_bytes)), head, name,
            1) &&
      run(cipher.get(), bytes, sealed.data() + seal_head_bytes) &&
      EVP_CipherFinal_ex(cipher.get(), tag, &done) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, seal_tail_bytes, tag) == 1;
  if (!good) {
    return fail(ErrorCode::unavailable, "a backup cannot be encrypted: no memory or randomness");
  }
  return sealed;
}

Result<std::string> Key::open(Sealed kind, std::string_view name, std::string_view sealed) const {
  if (sealed.size() < seal_head_bytes + seal_tail_bytes || !sealed.starts_with(magic_of(kind))) {
    return fail(ErrorCode::corrupt, "damaged");
  }
  if (key_id_of(sealed) != id_) {
    return fail(ErrorCode::conflict, "sealed with another key");
  }
  const std::string_view head = sealed.substr(0, seal_head_bytes);
  const std::string_view body =
      sealed.substr(seal_head_bytes, sealed.size() - seal_head_bytes - seal_tail_bytes);
  std::string tag(sealed.substr(sealed.size() - seal_tail_bytes));
  std::string bytes(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  std::array<unsigned char, seal_tail_bytes> rest{};
  int done = 0;
  const bool good =
      cipher &&
      begin(cipher.get(), keyed(sealing_, head.substr(magic_bytes + key_id_bytes)), head, name,
            0) &&
      run(cipher.get(), body, bytes.data()) &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, seal_tail_bytes, tag.data()) == 1 &&
      EVP_CipherFinal_ex(cipher.get(), rest.data(), &done) == 1;
  return good ? Result<std::string>(std::move(bytes)) : fail(ErrorCode::corrupt, "damaged");
}

std::string key_id_of(std::string_view sealed) {
  if (sealed.size() < magic_bytes + key_id_bytes) {
    return {};
  }
  const std::string_view id = sealed.substr(magic_bytes, key_id_bytes);
  return hex_of({reinterpret_cast<const std::uint8_t*>(id.data()), id.size()});
}

} // namespace grunndata::registry::backup
