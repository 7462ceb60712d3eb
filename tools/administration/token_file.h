// How a command finds the server that has its data directory open.
#pragma once

#include "registry/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace grunndata::tools {

struct AdministrationAddress {
  std::uint16_t port = 0; ///< on 127.0.0.1
  std::string token;      ///< 64 hexadecimal digits
};

/// `administration.token` in a data directory: only its owner may read it. Removed when this ends.
class TokenFile {
public:
  /// Makes a new token and writes it with `port`. Errors: `storage`, `unavailable` (no randomness).
  [[nodiscard]] static registry::Result<TokenFile> write(const std::filesystem::path& directory,
                                                         const AdministrationAddress& address);
  TokenFile(TokenFile&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TokenFile& operator=(TokenFile&&) = delete;
  ~TokenFile();

private:
  explicit TokenFile(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

[[nodiscard]] registry::Result<std::string> make_token();
/// Nothing when there is no such file, it is malformed, or others may read it.
[[nodiscard]] std::optional<AdministrationAddress>
read_token_file(const std::filesystem::path& directory);

} // namespace grunndata::tools
