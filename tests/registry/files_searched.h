// Looking for text in the very files of a data directory.
#pragma once

#include "tests/registry/town.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace grunndata::registry::stories {

/// Names of the files below `directory`, of every kind, whose bytes hold `text`.
[[nodiscard]] inline Texts files_with(const std::filesystem::path& directory,
                                      std::string_view text) {
  Texts found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename().string());
  }
  std::ranges::sort(found);
  return found;
}

} // namespace grunndata::registry::stories
