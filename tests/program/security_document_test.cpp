// api/SECURITY.md names tests: each must exist where it says.
#include "tests/program/running_program.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <map>
#include <regex>
#include <string>
#include <vector>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t named_tests_min = 50;

/// A name in the sources may stand on a line of its own, and be cut into several literals.
std::string in_one_piece(const std::string& text) {
  static const std::regex seam(R"("\s*\n\s*")");
  static const std::regex begin(R"(TEST_CASE\(\s+")");
  return std::regex_replace(std::regex_replace(text, seam, ""), begin, "TEST_CASE(\"");
}

/// All sources of tests in a folder, put behind each other.
std::string sources_of(const std::string& folder) {
  std::string text;
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::end(entry); ++entry) {
    const fs::path& path = entry->path();
    if (path.filename() == "node_modules") entry.disable_recursion_pending();
    const bool is_source = path.extension() == ".cpp" || path.extension() == ".mjs";
    if (entry->is_regular_file() && is_source) text += read_file(path);
  }
  return in_one_piece(text);
}

struct NamedTest {
  std::string folder;
  std::string name;
};

std::vector<NamedTest> named_tests() {
  static const std::regex line(R"re(^\* (tests/[a-z_]+): "(.*)"$)re", std::regex::multiline);
  const std::string document = read_file("api/SECURITY.md");
  std::vector<NamedTest> tests;
  for (auto at = std::sregex_iterator(document.begin(), document.end(), line);
       at != std::sregex_iterator(); ++at) {
    tests.push_back({(*at)[1], (*at)[2]});
  }
  return tests;
}

TEST_CASE("every test that the security document names exists where it says") {
  std::map<std::string, std::string> sources;
  const std::vector<NamedTest> tests = named_tests();
  CHECK(tests.size() >= named_tests_min);
  for (const NamedTest& test : tests) {
    CAPTURE(test.folder);
    CAPTURE(test.name);
    const auto [folder, is_new] = sources.try_emplace(test.folder);
    if (is_new) folder->second = sources_of(test.folder);
    const bool is_doctest =
        folder->second.find("TEST_CASE(\"" + test.name + "\")") != std::string::npos;
    const bool is_node_test = folder->second.find("test('" + test.name + "'") != std::string::npos;
    const bool exists = is_doctest || is_node_test;
    CHECK(exists);
  }
}

TEST_CASE("every list item of the security document is a test") {
  const std::string document = read_file("api/SECURITY.md");
  std::size_t items = 0;
  for (auto at = document.find("\n* "); at != std::string::npos;
       at = document.find("\n* ", at + 1)) {
    ++items;
  }
  CHECK(items == named_tests().size());
}

} // namespace
