// A folder of its own for a test, gone at the end; and whole files.
#pragma once

#include "registry/hjelpenummer/issuing_mark.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace grunndata::registry::hjelpenummer::tests {

class ScratchFolder {
public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Where the test's mark lies.
  [[nodiscard]] std::filesystem::path mark() const { return path_ / "issuing-mark"; }

private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string bytes_in(const std::filesystem::path& file);
/// Mode 0600.
void put_bytes(const std::filesystem::path& file, std::string_view bytes);

inline constexpr InstallationId this_installation{1, 2, 3, 4, 5, 6, 7, 8};
inline constexpr InstallationId other_installation{8, 7, 6, 5, 4, 3, 2, 1};

} // namespace grunndata::registry::hjelpenummer::tests
