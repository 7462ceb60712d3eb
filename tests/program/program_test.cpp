// The program as a user meets it: what it prints, where, and how it ends.
#include "tools/commands/exit_status.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/wait.h>

using namespace grunndata::tools;

namespace {

struct Outcome {
  int status = -1;
  std::string output;
};

// Runs the program through the shell, so that `arguments` may redirect.
Outcome run(const std::string& arguments) {
  const char* const program = std::getenv("TEST_PROGRAM");
  REQUIRE(program != nullptr);
  Outcome outcome;
  FILE* const pipe = ::popen(("'" + std::string(program) + "' " + arguments).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    outcome.output.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) outcome.status = WEXITSTATUS(status);
  return outcome;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an unknown command ends with a usage error and the nearest name, on stderr only") {
  const Outcome both = run("verson 2>&1");
  CHECK(both.status == exit_usage);
  CHECK(contains(both.output, "unknown command 'verson'; did you mean 'version'?"));
  CHECK(run("verson 2>/dev/null").output.empty());
  CHECK(contains(run("config shwo 2>&1").output, "did you mean 'show'?"));
}

TEST_CASE("an unknown flag and a missing command are usage errors") {
  CHECK(run("version --loud 2>/dev/null").status == exit_usage);
  CHECK(run("config 2>/dev/null").status == exit_usage);
  CHECK(run("2>/dev/null").status == exit_usage);
}

TEST_CASE("help shows examples before options") {
  const Outcome help = run("config show --help");
  CHECK(help.status == exit_ok);
  const auto examples = help.output.find("Examples:\n  grunndata config show");
  REQUIRE(examples != std::string::npos);
  CHECK(examples < help.output.find("Options:"));
}

TEST_CASE("the version is one JSON object when asked for") {
  const Outcome version = run("version --json");
  CHECK(version.status == exit_ok);
  CHECK(version.output.starts_with(R"({"version":")"));
  CHECK(version.output.ends_with("}\n"));
}

TEST_CASE("a wrong key stops the program before it starts") {
  const Outcome outcome = run("config show --set log.levl=info 2>&1");
  CHECK(outcome.status == exit_usage);
  CHECK(contains(outcome.output, "did you mean 'log.level'?"));
}

TEST_CASE("a configuration that was shown names the source of each value") {
  const Outcome outcome = run("config show --listen 127.0.0.1:9 --json");
  CHECK(outcome.status == exit_ok);
  CHECK(contains(outcome.output, R"({"key":"server.listen","value":"127.0.0.1:9",)"
                                 R"("source":"flag","where":"--listen"})"));
}

TEST_CASE("every exit status stands in the program's help and in the README") {
  const std::string help = run("help exit-codes").output;
  std::ifstream file("README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const ExitStatusRow& row : exit_status_table) {
    CHECK(contains(help, std::to_string(row.status) + "  " + std::string(row.meaning)));
    CHECK(contains(readme,
                   "| " + std::to_string(row.status) + " | " + std::string(row.meaning) + " |"));
  }
}

TEST_CASE("completion is a script that bash can read") {
  const Outcome outcome = run("completion bash | bash -n -");
  CHECK(outcome.status == exit_ok);
  CHECK(contains(run("completion bash").output, "'config') words='show validate init "));
}
