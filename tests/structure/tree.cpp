#include "tests/structure/tree.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/wait.h>

namespace grunndata::structure {

namespace {

constexpr std::array<std::string_view, 4> folders_not_ours{".git", "build", "node_modules",
                                                           ".cache"};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Paths as git lists them, each ended by a zero byte; nothing without git.
std::vector<std::string> paths_from_git() {
  FILE* const pipe = ::popen(
      "git ls-files -z --cached --others --exclude-standard --deduplicate 2>/dev/null", "r");
  if (pipe == nullptr) return {};
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return {};
  std::vector<std::string> paths;
  for (std::size_t start = 0; start < output.size();) {
    const auto end = output.find('\0', start);
    paths.push_back(output.substr(start, end - start));
    start = end + 1;
  }
  return paths;
}

std::vector<std::string> paths_from_tree() {
  std::vector<std::string> paths;
  auto entry = std::filesystem::recursive_directory_iterator(".");
  for (const auto end = std::filesystem::end(entry); entry != end; ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && std::ranges::count(folders_not_ours, name) > 0) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      paths.push_back(entry->path().lexically_relative(".").generic_string());
    }
  }
  return paths;
}

std::vector<File> read_all() {
  std::vector<std::string> paths = paths_from_git();
  if (paths.empty()) paths = paths_from_tree();
  std::ranges::sort(paths);
  std::vector<File> all;
  for (std::string& path : paths) {
    if (!std::filesystem::is_regular_file(path)) continue; // deleted, not yet committed
    std::string text = contents(path);
    all.push_back({std::move(path), std::move(text)});
  }
  return all;
}

} // namespace

const std::vector<File>& files() {
  static const std::vector<File> all = read_all();
  return all;
}

bool is_cpp(const File& file) { return file.path.ends_with(".cpp") || is_header(file); }

bool is_header(const File& file) { return file.path.ends_with(".h"); }

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string at(const File& file, std::size_t line, std::string_view what) {
  return file.path + ":" + std::to_string(line) + ": " + std::string(what);
}

std::vector<Include> includes_of(const File& file) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (std::string_view line : lines_of(file.text)) {
    ++number;
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with("#include")) continue;
    const auto open = line.find_first_of("<\"");
    if (open == std::string_view::npos) continue;
    const bool ours = line[open] == '"';
    const auto close = line.find(ours ? '"' : '>', open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back({line.substr(open + 1, close - open - 1), number, ours});
  }
  return includes;
}

} // namespace grunndata::structure
