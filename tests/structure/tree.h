// The project's own files, as the rules about them see them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::structure {

struct File {
  std::string path; ///< from the root, with '/'
  std::string text;
};

/// Every file of the project: those git knows or would add; without git, those in the tree except
/// build trees and downloaded packages. Read once. The test runs in the root.
[[nodiscard]] const std::vector<File>& files();

[[nodiscard]] bool is_cpp(const File& file);
[[nodiscard]] bool is_header(const File& file);

/// The lines without their newline; views of `text`.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// A fault as it is shown: "path:line: what".
[[nodiscard]] std::string at(const File& file, std::size_t line, std::string_view what);

/// What each #include of a file names, with its line.
struct Include {
  std::string_view name;
  std::size_t line = 0;
  bool ours = false; ///< in quotes
};
[[nodiscard]] std::vector<Include> includes_of(const File& file);

} // namespace grunndata::structure
