// The form of the tree and of its files.
#include "tests/structure/tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

using namespace grunndata::structure;

namespace {

constexpr std::size_t lines_max = 500;
constexpr std::size_t columns_max = 100;
constexpr std::size_t readme_lines_before_commands_max = 25;

constexpr std::array<std::string_view, 8> top_level{
    "CMakeLists.txt", "registry", "api", "importers", "identifiers", "tests", "tools", "README.md"};
constexpr std::array<std::string_view, 8> empty_names{"common", "util", "utils",  "helpers",
                                                      "helper", "misc", "shared", "lib"};

// Columns as a reader counts them: one for each code point.
std::size_t columns_of(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(line, [](char character) {
    return (static_cast<unsigned char>(character) & 0xc0U) != 0x80U;
  }));
}

std::string joined(const std::vector<std::string>& faults) {
  std::string text;
  for (const std::string& fault : faults) text += "\n" + fault;
  return text;
}

const File* find(std::string_view path) {
  const auto row = std::ranges::find(files(), path, &File::path);
  return row == files().end() ? nullptr : &*row;
}

} // namespace

TEST_CASE("the top level holds the modules, the build and the README, besides dot-files") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    const std::string_view first =
        std::string_view(file.path).substr(0, std::min(file.path.find('/'), file.path.size()));
    if (first.starts_with('.') || std::ranges::count(top_level, first) > 0) continue;
    faults.push_back(file.path);
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
  for (const std::string_view entry : top_level) {
    CAPTURE(std::string(entry));
    CHECK(std::filesystem::exists(entry));
  }
}

TEST_CASE("no folder is named after nothing") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    for (const auto& part : std::filesystem::path(file.path).parent_path()) {
      if (std::ranges::count(empty_names, part.string()) > 0) faults.push_back(file.path);
    }
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("no source file is longer than 500 lines or wider than 100 columns") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (!is_cpp(file)) continue;
    const auto lines = lines_of(file.text);
    if (lines.size() > lines_max) faults.push_back(at(file, lines.size(), "too long"));
    for (std::size_t index = 0; index < lines.size(); ++index) {
      if (columns_of(lines[index]) > columns_max) faults.push_back(at(file, index + 1, "too wide"));
    }
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("every header guards itself, and every source file ends with a newline") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (is_header(file) && file.text.find("#pragma once\n") == std::string::npos) {
      faults.push_back(at(file, 1, "no #pragma once"));
    }
    if (is_cpp(file) && !file.text.ends_with('\n')) faults.push_back(at(file, 1, "no newline"));
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("source files and folders are named in snake_case") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (!is_cpp(file)) continue;
    const bool snake = std::ranges::all_of(file.path, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.';
    });
    if (!snake) faults.push_back(file.path);
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("every entry of the test data is named by a test") {
  std::string tests;
  for (const File& file : files()) {
    if (file.path.starts_with("tests/data/")) continue;
    if (is_cpp(file) || file.path.ends_with("CMakeLists.txt")) tests += file.text;
  }
  std::vector<std::string> faults;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data")) {
    const std::string name = entry.path().filename().string();
    if (tests.find("tests/data/" + name) == std::string::npos) faults.push_back(name);
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

namespace {

/// Whether a path in the text begins so: what goes on a word before it is a path of another kind.
bool begins_with(const std::string& text, const std::string& place) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const bool goes_on = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                         (before >= '0' && before <= '9');
    if (!goes_on) return true;
  }
  return false;
}

} // namespace

TEST_CASE("no source file speaks of a place on somebody's machine") {
  // Split, so that this file does not find itself.
  const std::array<std::string, 2> places{std::string("/wo") + "rk/", std::string("/ho") + "me/"};
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (file.path.starts_with("tests/data/")) continue;
    for (const std::string& place : places) {
      if (begins_with(file.text, place)) faults.push_back(file.path + ": " + place);
    }
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("scripts stop at the first error and can be run") {
  for (const std::string_view path :
       {"tools/run", "tools/test", "tools/install_packages", ".ci/run"}) {
    CAPTURE(std::string(path));
    const File* script = find(path);
    REQUIRE(script != nullptr);
    CHECK(script->text.find("set -euo pipefail") != std::string::npos);
    const auto permissions = std::filesystem::status(path).permissions();
    CHECK((permissions & std::filesystem::perms::owner_exec) != std::filesystem::perms::none);
  }
}

TEST_CASE("the README opens with the two commands") {
  const File* readme = find("README.md");
  REQUIRE(readme != nullptr);
  const auto lines = lines_of(readme->text);
  std::string opening;
  for (std::size_t index = 0; index < std::min(lines.size(), readme_lines_before_commands_max);
       ++index) {
    opening.append(lines[index]).append("\n");
  }
  CHECK(opening.find("tools/run") != std::string::npos);
  CHECK(opening.find("tools/test") != std::string::npos);
}

TEST_CASE("every folder of the README's map is there") {
  const File* readme = find("README.md");
  REQUIRE(readme != nullptr);
  std::size_t rows = 0;
  for (std::string_view line : lines_of(readme->text)) {
    if (!line.starts_with("| `") || line.find("/` |") == std::string_view::npos) continue;
    const std::string folder(line.substr(3, line.find("/` |") - 3));
    CAPTURE(folder);
    CHECK(std::filesystem::is_directory(folder));
    ++rows;
  }
  CHECK(rows > 0);
}
