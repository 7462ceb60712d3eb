// No room on the disk: clear words, nothing broken, look-ups last.
#include "tests/program/population.h"
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

using namespace grunndata::tests;

namespace {
constexpr std::uint64_t little_bytes = 256U << 10U;
constexpr std::size_t persons = 1'000;
} // namespace

TEST_CASE("an import that finds no room says so, and goes on once there is") {
  const std::string& text = population(persons);
  const std::string numbers = numbers_in(text);
  for (const bool filled : {false, true}) {
    const ScratchFolder scratch;
    write_file(scratch / "file", text);
    REQUIRE(import(scratch / "expected", {scratch / "file"}).status == 0);
    const std::string directory = scratch / "data";
    if (filled) REQUIRE(import(directory, {"-"}, first_lines(text, 100)).status == 0);
    Start start;
    start.words = {"import", "folkeregisteret",         "--data",        directory, "--json",
                   "--set",  "import.batch_records=50", scratch / "file"};
    start.file_bytes_max = little_bytes;
    const Outcome failed = run(start);
    CHECK_MESSAGE(failed.status == 1, failed.err);
    CHECK(failed.err.find("grunndata: ") != std::string::npos);
    CHECK_MESSAGE(failed.err.find("--resume") != std::string::npos, failed.err);
    const bool there = run({"check", "--data", directory}).status == 0;
    if (filled) CHECK(there);

    const Outcome rest = import(directory, {"--resume", scratch / "file"});
    CHECK_MESSAGE(rest.status == 0, rest.err);
    require_sound(directory);
    CHECK((picture(directory, numbers) == picture(scratch / "expected", numbers)));
  }
}

TEST_CASE("a server without room for writes goes on answering look-ups and says it is not ready") {
  const std::string& text = population(persons);
  const ScratchFolder scratch;
  REQUIRE(import(scratch / "data", {"-"}, first_lines(text, 100)).status == 0);
  ServedRegistry served(scratch / "data");
  CHECK(served.get("/readyz").status == 200);
  served.program().limit_files(little_bytes);
  write_file(scratch / "file", text);
  const Outcome failed = import(scratch / "data", {scratch / "file"});
  CHECK_MESSAGE(failed.status == 1, failed.err);
  CHECK(served.get("/livez").status == 200);
  const auto ready = served.get("/readyz");
  CHECK_MESSAGE(ready.status == 503, ready.body);
  CHECK(served.found(first_lines(numbers_in(first_lines(text, 100)), 1)));
  served.program().limit_files(std::nullopt);
  const Outcome again = import(scratch / "data", {"--resume", scratch / "file"});
  CHECK(again.status == 6);
  CHECK_MESSAGE(again.err.find("restart after mending the disk") != std::string::npos, again.err);
  CHECK(served.stop(SIGTERM).status == 0);

  require_sound(scratch / "data");
  CHECK(import(scratch / "data", {"--resume", scratch / "file"}).status == 0);
  CHECK(require_sound(scratch / "data").starts_with("1000 persons"));
}
