// Files built into the program, by the name they have in the source tree. Generated at build time.
#pragma once

#include <span>
#include <string_view>

namespace grunndata::api::docs {

struct EmbeddedFile {
  std::string_view name; ///< file name without folder
  std::string_view text; ///< static storage
};

[[nodiscard]] std::span<const EmbeddedFile> embedded_files() noexcept;

/// Empty when there is no such file.
[[nodiscard]] std::string_view embedded_file(std::string_view name) noexcept;

} // namespace grunndata::api::docs
