// What the audit log and the figures say of following, from the real program.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"
#include "tests/sync/simulator.h"

#include <doctest/doctest.h>

#include <thread>

namespace grunndata::tests {

namespace {

using std::chrono::milliseconds;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string_view> imported(const std::string& directory, std::string& room) {
  const Outcome found = run({"audit", "search", "--data", directory, "--act", "imported",
                             "--reason", "the test", "--json"});
  REQUIRE_MESSAGE(found.status == 0, found.err);
  CHECK(person_numbers_in(found.out).empty());
  room = found.out;
  return lines_of(room);
}

std::uint64_t metric(const ServedRegistry& server, const std::string& name) {
  const std::string body = '\n' + server.get("/metrics").body;
  const std::size_t at = body.find('\n' + name + ' ');
  return at == std::string::npos ? 0 : std::stoull(body.substr(at + name.size() + 2));
}

void wait_for(const ServedRegistry& server, const std::string& name, std::uint64_t at_least) {
  const auto until = std::chrono::steady_clock::now() + RunningProgram::patience;
  while (metric(server, name) < at_least && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(50));
  }
  CHECK(metric(server, name) >= at_least);
}

} // namespace

TEST_CASE("following leaves a record of whom it covered, a sweep one of its own") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Simulator source({"--persons", "60", "--seed", "5"});
  const auto words = following(source, false);
  CHECK(run_with({"sync", "folkeregisteret", "--data", directory, "--once"}, words).status == 0);
  source.happen("updated", 7);
  CHECK(run_with({"sync", "folkeregisteret", "--data", directory, "--once"}, words).status == 0);
  source.happen("silently-changed", 1);
  CHECK(run_with({"sync", "folkeregisteret", "--data", directory, "--sweep"}, words).status == 0);
  std::string room;
  const auto lines = imported(directory, room);
  REQUIRE(lines.size() == 3);
  const std::string first(lines[0]);
  CHECK(contains(first, R"("operation":"sync folkeregisteret")"));
  CHECK(contains(first, R"("class":"important")"));
  CHECK(contains(first, R"("osUser":")"));
  CHECK(contains(first, R"("persons":60)"));
  CHECK(contains(first, "source=folkeregisteret events=0 persons=61 written=60 quarantined=0"));
  CHECK(contains(first, R"("outcome":"ok")"));
  CHECK(contains(std::string(lines[1]), " events=7 "));
  const std::string swept(lines[2]);
  CHECK(contains(swept, R"("operation":"sync folkeregisteret --sweep")"));
  CHECK(contains(swept, " compared=60 repaired=1 unknown=0"));
  CHECK(contains(swept, R"("persons":1)"));
}

TEST_CASE("what a killed server followed stands in the first record after it") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Simulator source({"--persons", "50", "--seed", "6"});
  {
    ServedRegistry server(directory, following(source, true));
    wait_for(server, "grunndata_sync_persons_written_total", 50);
    server.program().signal(SIGKILL);
  }
  std::string room;
  CHECK(imported(directory, room).empty());
  source.happen("updated", 3);
  {
    ServedRegistry server(directory, following(source, true));
    wait_for(server, "grunndata_sync_events_total", 3);
    CHECK(metric(server, "grunndata_sync_running") == 1);
    CHECK(metric(server, "grunndata_sync_lag_events") == 0);
    CHECK(metric(server, "grunndata_sync_newest") == metric(server, "grunndata_sync_pointer"));
    CHECK(metric(server, "grunndata_sync_lag_seconds") < 30);
    CHECK(metric(server, "grunndata_sync_newest_event_age_seconds") < 60);
    CHECK(metric(server, "grunndata_sync_persons_total") >= 1);
    const Outcome status = run({"sync", "status", "--data", directory, "--json"});
    CHECK(status.status == 0);
    CHECK(contains(status.out, R"("running":true)"));
    const std::size_t others = status.out.find(R"(,"enhetsregisteret":{)");
    REQUIRE(others != std::string::npos);
    const std::string persons = status.out.substr(0, others) + '}';
    CHECK(number_field(persons, "lagEvents") == 0);
    CHECK(number_field(persons, "events") == 3);
    CHECK(number_field(persons, "inQuarantine") == 0);
    CHECK(number_field(persons, "lagSeconds").value_or(99) < 30);
    CHECK(contains(status.out, R"("eventsPerSecond":0.)"));
    CHECK(server.stop(SIGTERM).status == 0);
  }
  const auto lines = imported(directory, room);
  REQUIRE(lines.size() == 1);
  CHECK(contains(std::string(lines[0]), R"("persons":50)"));
  CHECK(contains(std::string(lines[0]), R"("outcome":"ok")"));
  const Outcome status = run({"sync", "status", "--data", directory});
  CHECK(status.status == 0);
  CHECK(contains(status.out, "quarantine  0 waiting"));
}

TEST_CASE("a server that had nothing to write leaves no record of following") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Simulator source({"--persons", "20", "--seed", "7"});
  const auto words = following(source, false);
  CHECK(run_with({"sync", "folkeregisteret", "--data", directory, "--once"}, words).status == 0);
  {
    ServedRegistry server(directory, following(source, true));
    wait_for(server, "grunndata_sync_running", 1);
    CHECK(server.stop(SIGTERM).status == 0);
  }
  std::string room;
  CHECK(imported(directory, room).size() == 1);
}

} // namespace grunndata::tests
