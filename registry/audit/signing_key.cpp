#include "registry/audit/signing_key.h"

#include "registry/audit/tree/file.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::registry::audit {

namespace {

constexpr std::uint64_t key_file_bytes_max = 16 * 1024;
constexpr std::size_t user_hash_bytes = 16;
constexpr std::size_t signature_bytes = 64;
constexpr std::string_view hex_digits = "0123456789abcdef";

struct FreeBio {
  void operator()(BIO* bio) const noexcept { BIO_free_all(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

/// The whole file, which nobody but its owner may read.
Result<std::string> read_secret(const std::filesystem::path& path) {
  const auto file = open_to_read(path);
  if (!file) {
    return tl::unexpected(file.error());
  }
  struct stat facts {};
  if (::fstat(file->get(), &facts) != 0) {
    return file_fault("inspect", path);
  }
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::invalid,
                path.string() + " may be read by others; it is a secret: chmod 600");
  }
  return read_file(path, key_file_bytes_max);
}

/// Makes the file; one that appeared meanwhile is left alone.
Result<void> write_secret(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  const std::filesystem::path beside = path.string() + ".new";
  ::unlink(beside.c_str());
  const File file(
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!file.is_open()) {
    return file_fault("create", path);
  }
  auto written = write_at(file, 0, bytes_of(bytes));
  if (written && ::fsync(file.get()) != 0) {
    written = file_fault("sync", path);
  }
  if (written && ::link(beside.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    written = file_fault("create", path);
  }
  ::unlink(beside.c_str());
  return written ? sync_directory(path.parent_path()) : written;
}

/// The secret at `path`; `make` gives a new one.
template <typename Make>
Result<std::string> read_or_make(const std::filesystem::path& path, bool create, Make make) {
  auto secret = read_secret(path);
  if (secret || secret.error().code != ErrorCode::not_found || !create) {
    return secret;
  }
  std::string made = make();
  const auto written = write_secret(path, made);
  OPENSSL_cleanse(made.data(), made.size());
  return written ? read_secret(path) : tl::unexpected(written.error());
}

std::string make_private_key() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  const Bio bio(BIO_new(BIO_s_secmem()));
  char* text = nullptr;
  const bool made =
      key != nullptr && bio &&
      PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  EVP_PKEY_free(key);
  const long size = made ? BIO_get_mem_data(bio.get(), &text) : 0;
  if (size <= 0) {
    throw std::runtime_error("cannot make an Ed25519 key");
  }
  return {text, static_cast<std::size_t>(size)};
}

} // namespace

struct SigningKey::Secret {
  EVP_PKEY* key = nullptr;
  ~Secret() { EVP_PKEY_free(key); }
};

SigningKey::SigningKey() : secret_(std::make_unique<Secret>()) {}
SigningKey::~SigningKey() = default;

Result<std::unique_ptr<SigningKey>> SigningKey::load(const std::filesystem::path& path,
                                                     const std::string& name, bool create) {
  auto pem = read_or_make(path, create, make_private_key);
  if (!pem) {
    return tl::unexpected(pem.error());
  }
  std::unique_ptr<SigningKey> key(new SigningKey());
  const Bio bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  key->secret_->key = bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr;
  OPENSSL_cleanse(pem->data(), pem->size());
  std::size_t size = key->verifier_.key.size();
  key->verifier_.name = name;
  if (key->secret_->key == nullptr || EVP_PKEY_get_id(key->secret_->key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key->secret_->key, key->verifier_.key.data(), &size) != 1) {
    return fail(ErrorCode::invalid, path.string() + " is no Ed25519 private key (PEM)");
  }
  return key;
}

Result<std::string> SigningKey::sign(const Checkpoint& checkpoint) const {
  const std::string text = note_text(checkpoint);
  auto line = sign(text);
  return line ? Result<std::string>(text + "\n" + *line) : line;
}

Result<std::string> SigningKey::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, signature_bytes> signature{};
  std::size_t size = signature.size();
  const Bytes bytes = bytes_of(text);
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret_->key) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) != 1) {
    return fail(ErrorCode::storage, "the text cannot be signed");
  }
  return signature_line(verifier_, signature);
}

Result<UserKeys> UserKeys::load(const std::filesystem::path& signing_key, bool create) {
  std::filesystem::path path = signing_key;
  path.replace_extension(".users");
  UserKeys keys;
  const auto secret = read_or_make(path, create, [] {
    std::string made(sizeof(UserKeys::key_), '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(made.data()), static_cast<int>(made.size())) !=
        1) {
      throw std::runtime_error("no randomness");
    }
    return made;
  });
  if (!secret) {
    return tl::unexpected(secret.error());
  }
  if (secret->size() != keys.key_.size()) {
    return fail(ErrorCode::invalid, path.string() + " does not hold 32 bytes");
  }
  std::memcpy(keys.key_.data(), secret->data(), secret->size());
  return keys;
}

std::string UserKeys::hash(std::string_view person_number) const {
  const Bytes text = bytes_of(person_number);
  Hash hash{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), text.data(), text.size(),
           hash.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC is not available");
  }
  std::string out;
  for (std::size_t i = 0; i < user_hash_bytes; ++i) {
    out += hex_digits[hash[i] >> 4U];
    out += hex_digits[hash[i] & 0xFU];
  }
  return out;
}

} // namespace grunndata::registry::audit
