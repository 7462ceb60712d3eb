#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Outcome {
  int status = -1;
  std::string out;
};

// Runs the program under test; reads at most `bytes` of what it writes.
Outcome run(const std::string& arguments, std::size_t bytes = std::size_t{1} << 30) {
  const char* program = std::getenv("TEST_PROGRAM");
  REQUIRE(program != nullptr);
  FILE* pipe =
      popen(("exec '" + std::string(program) + "' " + arguments + " 2>/dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  Outcome outcome;
  std::array<char, 65536> buffer;
  while (outcome.out.size() < bytes) {
    const std::size_t read = fread(buffer.data(), 1, buffer.size(), pipe);
    if (read == 0) break;
    outcome.out.append(buffer.data(), read);
  }
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

} // namespace

TEST_CASE("stdout and a file get the same population") {
  const auto path = std::filesystem::temp_directory_path() /
                    ("generate_command_test_" + std::to_string(::getpid()) + ".ndjson");
  const Outcome piped = run("generate folkeregisteret --persons 500 --seed 7");
  CHECK(piped.status == 0);
  const Outcome filed =
      run("generate folkeregisteret --persons 500 --seed 7 --output '" + path.string() + "'");
  CHECK(filed.status == 0);
  CHECK(filed.out.empty());
  std::stringstream written;
  written << std::ifstream(path).rdbuf();
  CHECK(written.str() == piped.out);
  CHECK(piped.out.size() > 1'000'000);
  std::filesystem::remove(path);
}

TEST_CASE("a reader that has had enough is no failure") {
  CHECK(run("generate folkeregisteret --persons 50000 --seed 7", 1000).status == 0);
}

TEST_CASE("options nobody can be made of are a usage error") {
  CHECK(run("generate folkeregisteret --persons 99000000 --seed 1").status == 2);
  CHECK(run("generate folkeregisteret --persons 1 --seed 1 --as-of 2026-02-30").status == 2);
  CHECK(run("generate folkeregisteret --persons 1 --seed 1 --as-of 1999-01-01").status == 2);
  CHECK(run("generate folkeregisteret --persons 1 --seed 1 --share-2032 2").status == 2);
  CHECK(run("generate folkeregisteret --persons -4 --seed 1").status == 2);
  CHECK(run("generate folkeregisteret --seed 1").status == 2);
}

TEST_CASE("an output that cannot be written is a failure") {
  CHECK(run("generate folkeregisteret --persons 1 --seed 1 --output /nonexistent/file").status ==
        1);
  CHECK(run("generate folkeregisteret --persons 2000 --seed 1 --output /dev/full").status == 1);
}
