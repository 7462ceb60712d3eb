// What the command, the audit log and the figures say of following Enhetsregisteret.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"
#include "tests/unit_sync/simulator.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

namespace grunndata::tests {

namespace {

using std::chrono::milliseconds;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::uint64_t metric(const ServedRegistry& server, const std::string& name) {
  const std::string body = '\n' + server.get("/metrics").body;
  const std::size_t at = body.find('\n' + name + ' ');
  return at == std::string::npos ? 0 : std::stoull(body.substr(at + name.size() + 2));
}

} // namespace

TEST_CASE("the command follows until all is read, tells how far, and leaves a record") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const UnitSimulator source({"--enheter", "500", "--underenheter", "300", "--seed", "5"});
  const auto words = following(source, false);
  const std::vector<std::string> once{"sync", "enhetsregisteret", "--data", directory, "--once"};
  const Outcome first = run_with(once, words);
  CHECK_MESSAGE(first.status == 0, first.err);
  CHECK(contains(first.out, "phase       following"));
  CHECK_FALSE(std::filesystem::exists(directory + "/sync-enhetsregisteret"));
  source.happen("life", 100);
  source.happen("removed", 2);
  const Outcome second = run_with(once, words);
  CHECK_MESSAGE(second.status == 0, second.err);
  const Outcome same =
      run({"simulate", "enhetsregisteret", "--data", directory, "--verify", source.address()});
  CHECK_MESSAGE(same.status == 0, same.out);
  const Outcome status = run({"sync", "status", "--data", directory, "--json"});
  CHECK(contains(status.out, R"("enhetsregisteret":{"phase":"following","running":false)"));
  CHECK(contains(status.out, R"("pointerUnderenheter":214)"));
  CHECK(contains(run({"sync", "status", "--data", directory}).out, "Enhetsregisteret\n"));
  const Outcome log = run({"audit", "search", "--data", directory, "--act", "imported", "--reason",
                           "the test", "--json"});
  REQUIRE_MESSAGE(log.status == 0, log.err);
  CHECK(lines_of(log.out).size() == 2);
  CHECK(contains(log.out, R"("operation":"sync enhetsregisteret")"));
  CHECK(contains(log.out, "source=enhetsregisteret events="));
  const Outcome fault = run({"sync", "enhetsregisteret", "--data", directory, "--once", "--set",
                             "sync.enhetsregisteret.base_url=ftp://data.brreg.example"});
  CHECK(fault.status == 2);
  CHECK(contains(fault.err, "the address of Enhetsregisteret"));
}

TEST_CASE("a server follows both sources beside each other, and its figures tell of each") {
  const ScratchFolder scratch;
  const UnitSimulator source({"--enheter", "500", "--underenheter", "300", "--seed", "6"});
  ServedRegistry server(scratch / "data", following(source, true));
  const auto comes = [&server](const std::string& name, std::uint64_t at_least) {
    const auto until = std::chrono::steady_clock::now() + RunningProgram::patience;
    while (metric(server, name) < at_least) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return true;
  };
  const std::string prefix = "grunndata_sync_enhetsregisteret_";
  REQUIRE(comes(prefix + "units_written_total", 700));
  source.happen("renamed", 50);
  CHECK(comes(prefix + "events_total", 50));
  CHECK(comes(prefix + "pointer_enheter", 24'000'000));
  CHECK(comes(prefix + "pointer_underenheter", 21'000'000));
  CHECK(metric(server, prefix + "running") == 1);
  CHECK(metric(server, prefix + "owed") == 0);
  CHECK(contains(server.get("/metrics").body, prefix + "lag_seconds"));
  CHECK(metric(server, "grunndata_sync_running") == 0);
  const Outcome second = run_with(
      {"sync", "enhetsregisteret", "--data", scratch / "data", "--once"}, following(source, false));
  CHECK(second.status == 2);
  CHECK(contains(second.err, "follows Enhetsregisteret already"));
  CHECK(server.stop(SIGTERM).status == 0);
}

} // namespace grunndata::tests
