// `grunndata demo`: the first thing anybody starts.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <chrono>
#include <doctest/doctest.h>
#include <filesystem>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr auto listening_time_max = std::chrono::seconds(10); ///< 3 s on a machine that is not busy

Start demo(const ScratchFolder& scratch, std::vector<std::string> words,
           const std::string& listen = "127.0.0.1:0") {
  Start start;
  start.words = {"demo", "--listen", listen};
  start.words.insert(start.words.end(), words.begin(), words.end());
  start.environment["TMPDIR"] = scratch.path().string();
  return start;
}

bool is_told(const RunningProgram& program) {
  return program.out().find("Ctrl-C ends it") != std::string::npos;
}

std::vector<std::string> printed_commands(const std::string& out) {
  std::vector<std::string> commands;
  for (const std::string_view line : lines_of(out)) {
    if (line.starts_with("curl ")) commands.emplace_back(line);
  }
  return commands;
}

/// The words that draw a tree of enterprises, behind the program's name.
std::string tree_command(const std::string& out) {
  for (const std::string_view line : lines_of(out)) {
    constexpr std::string_view program = "grunndata ";
    if (line.starts_with("grunndata virksomhet tree")) {
      return std::string(line.substr(program.size()));
    }
  }
  return {};
}

} // namespace

TEST_CASE("a demo of 1,000 persons listens soon, and what it prints can be copied and works") {
  const ScratchFolder scratch;
  const auto begin = std::chrono::steady_clock::now();
  RunningProgram first(demo(scratch, {"--persons", "1000"}));
  REQUIRE_MESSAGE(first.wait_until([&] { return listening_port(first.err()) != 0; }), first.err());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  MESSAGE("listens after " << took.count() << " ms");
  CHECK(took < listening_time_max);

  RunningProgram second(demo(scratch, {"--persons", "50", "--seed", "9"}));
  for (RunningProgram* program : {&first, &second}) {
    REQUIRE_MESSAGE(program->wait_until([&] { return is_told(*program); }), program->err());
    const auto commands = printed_commands(program->out());
    REQUIRE(commands.size() == 3);
    for (const std::string& command : commands) {
      const Outcome outcome = shell(command + " --fail --noproxy '*'");
      CHECK_MESSAGE(outcome.status == 0, outcome.err);
      CHECK_MESSAGE(outcome.out.starts_with("{"), outcome.out);
    }
    CHECK(shell(commands[0]).out.find("familyName") != std::string::npos);
    CHECK(shell(commands[1]).out.find(R"("status":"found")") != std::string::npos);
    CHECK(shell(commands[2]).out.find("PersonPopulated") != std::string::npos);
    const std::string tree = tree_command(program->out());
    REQUIRE_FALSE(tree.empty());
    const Outcome shown = shell("$TEST_PROGRAM " + tree);
    CHECK_MESSAGE(shown.status == 0, shown.err);
    CHECK(shown.out.find(" HF\n│  ├─ ENH:") != std::string::npos);
  }
  first.signal(SIGTERM);
  second.signal(SIGINT);
  CHECK(first.wait().status == 0);
  CHECK(second.wait().status == 0);
  CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("Ctrl-C ends a demo that is still making its persons") {
  const ScratchFolder scratch;
  RunningProgram program(demo(scratch, {"--persons", "1000000"}));
  REQUIRE(program.wait_until([&] { return !fs::is_empty(scratch.path()); }));
  program.signal(SIGINT);
  const Outcome outcome = program.wait();
  CHECK(outcome.status == 0);
  CHECK(outcome.out.empty());
  CHECK(fs::is_empty(scratch.path()));
}

TEST_CASE("a demo is refused off loopback, on a taken port and for production") {
  const ScratchFolder scratch;
  const Outcome open = run(demo(scratch, {}, "0.0.0.0:0"));
  CHECK(open.status == 2);
  CHECK(open.err.find("loopback") != std::string::npos);

  Start production = demo(scratch, {});
  production.environment["GRUNNDATA_DATA__ENVIRONMENT"] = "production";
  const Outcome refused = run(production);
  CHECK(refused.status == 4);
  CHECK(refused.err.find("production") != std::string::npos);

  RunningProgram first(demo(scratch, {"--persons", "1"}));
  REQUIRE(first.wait_until([&] { return is_told(first); }));
  const std::string taken = "127.0.0.1:" + std::to_string(listening_port(first.err()));
  const Outcome second = run(demo(scratch, {"--persons", "1"}, taken));
  CHECK_MESSAGE(second.status == 6, second.err);
  CHECK_MESSAGE(second.err.find(taken.substr(taken.find(':') + 1)) != std::string::npos,
                second.err);
  first.signal(SIGTERM);
  CHECK(first.wait().status == 0);
  CHECK(fs::is_empty(scratch.path()));
}
