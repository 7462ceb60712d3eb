#include "tools/administration/token_file.h"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

namespace grunndata::tools {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

namespace {
constexpr const char* file_name = "administration.token";
constexpr std::size_t token_bytes = 32;
} // namespace

Result<std::string> make_token() {
  std::array<unsigned char, token_bytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return fail(ErrorCode::unavailable, "the system gives no randomness");
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string token;
  for (const unsigned char byte : bytes) {
    token += digits[byte >> 4U];
    token += digits[byte & 0xFU];
  }
  return token;
}

Result<TokenFile> TokenFile::write(const std::filesystem::path& directory,
                                   const AdministrationAddress& address) {
  const std::filesystem::path path = directory / file_name;
  const std::filesystem::path fresh = path.string() + ".new";
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const std::string text = std::to_string(address.port) + ' ' + address.token + '\n';
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) {
    ::close(file);
  }
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) {
    return fail(ErrorCode::storage, "cannot write " + path.string());
  }
  return TokenFile(path);
}

TokenFile::~TokenFile() {
  if (!path_.empty()) {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
}

std::optional<AdministrationAddress> read_token_file(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / file_name;
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 0077U) != 0) {
    return std::nullopt;
  }
  std::ifstream file(path);
  AdministrationAddress address;
  std::string port;
  if (!(file >> port >> address.token) || address.token.size() != 2 * token_bytes) {
    return std::nullopt;
  }
  const auto read = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (read.ec != std::errc{} || address.port == 0) {
    return std::nullopt;
  }
  return address;
}

} // namespace grunndata::tools
