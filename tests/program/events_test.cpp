// Following the log from outside: requests that wait, and `events tail` beside a server.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <chrono>
#include <doctest/doctest.h>
#include <thread>

using namespace grunndata::tests;
using namespace std::chrono_literals;

namespace {

/// Resident, or dead since that day.
std::string person(std::size_t index, const std::string& died = {}) {
  const std::string alive = R"({"erGjeldende":)" + std::string(died.empty() ? "true" : "false") +
                            R"(,"gyldighetstidspunkt":"1980-01-01T00:00:00+01:00",)"
                            R"("status":"bosatt"})";
  const std::string dead = R"({"erGjeldende":true,"gyldighetstidspunkt":")" + died +
                           R"(T00:00:00+01:00","status":"doed"},)";
  return R"({"identifikasjonsnummer":[{"erGjeldende":true,"status":"iBruk",)"
         R"("foedselsEllerDNummer":")" +
         synthetic_number(index) + R"(","identifikatortype":"foedselsnummer"}],"status":[)" +
         (died.empty() ? "" : dead) + alive + "]" +
         (died.empty() ? "" : R"(,"doedsfall":{"erGjeldende":true,"doedsdato":")" + died + "\"}") +
         "}\n";
}

void tell(const std::string& directory, const std::string& document, const std::string& when) {
  const Outcome outcome = import(directory, {"--extracted-at", when, "-"}, document);
  REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
}

std::string text_member(const std::string& json, const std::string& name) {
  const std::string marker = '"' + name + "\":\"";
  const auto at = json.rfind(marker);
  if (at == std::string::npos) return {};
  return json.substr(at + marker.size(), json.find('"', at + marker.size()) - at - marker.size());
}

Start tail(const std::string& directory, std::vector<std::string> words) {
  Start start;
  start.words = {"events", "tail", "--data", directory};
  start.words.insert(start.words.end(), words.begin(), words.end());
  return start;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a request that waits is answered within a second of the commit, or with nothing") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  tell(directory, person(0), "2026-01-01");
  ServedRegistry served(directory);
  const std::string cursor =
      text_member(served.get("/v1/events/latest").body, "nextCursor");
  const std::string wait = "/v1/events?after=" + cursor + "&types=PersonIsDeceased&wait=";

  const auto begin = std::chrono::steady_clock::now();
  const Answer nothing = served.get(wait + "1");
  CHECK(std::chrono::steady_clock::now() - begin >= 990ms);
  CHECK(nothing.status == 200);
  CHECK(has(nothing.body, R"("events":[])"));
  CHECK(text_member(nothing.body, "nextCursor") == cursor);

  Connection waiting(served.port());
  REQUIRE(waiting.send(request("GET", wait + "30")));
  tell(directory, person(1), "2026-01-02"); // somebody new is none that it waits for
  tell(directory, person(0, "2026-01-02"), "2026-01-03");
  const auto committed = std::chrono::steady_clock::now();
  const auto answer = waiting.read();
  CHECK(std::chrono::steady_clock::now() - committed < 1s);
  REQUIRE(answer.has_value());
  CHECK(has(answer->body, R"("eventType":"PersonIsDeceased","changedParts":["Status"],)"
                          R"("cause":"lifeEvent")"));
  CHECK_FALSE(has(answer->body, "PersonPopulated"));

  Connection last(served.port());
  const std::string on = text_member(served.get("/v1/events/latest").body, "nextCursor");
  REQUIRE(last.send(request("GET", "/v1/events?wait=30&after=" + on)));
  std::this_thread::sleep_for(200ms);
  CHECK(has(served.get("/metrics").body, "grunndata_http_waiting 1"));
  CHECK(served.stop(SIGTERM).status == 0);
  const auto at_the_end = last.read();
  REQUIRE(at_the_end.has_value());
  CHECK(has(at_the_end->body, R"("events":[])"));
}

TEST_CASE("a tail shows deaths as they come, and a mistaken one as annulled") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  tell(directory, person(0), "2026-01-01");
  ServedRegistry served(directory);
  RunningProgram lines(tail(directory, {"--type", "death"}));
  RunningProgram json(tail(directory, {"--type", "death", "--json", "--after", "0"}));
  std::this_thread::sleep_for(500ms); // a tail begins at the newest event
  tell(directory, person(0, "2026-01-02"), "2026-01-03");
  const auto committed = std::chrono::steady_clock::now();
  REQUIRE(lines.wait_until([&] { return has(lines.out(), "PersonIsDeceased"); }));
  CHECK(std::chrono::steady_clock::now() - committed < 1s);
  tell(directory, person(0), "2026-01-04");
  REQUIRE(lines.wait_until([&] { return has(lines.out(), "PersonIsReactivated"); }));
  REQUIRE(lines.wait_until([&] { return has(lines.out(), "annulment of 3"); }));
  CHECK(has(lines.out(), "annulment of 2"));
  REQUIRE(json.wait_until([&] { return has(json.out(), R"("corrects":3)"); }));
  CHECK_FALSE(has(json.out(), "PersonPopulated"));
  lines.signal(SIGINT);
  CHECK(lines.wait().status == 130);

  // What was not read yet comes to whoever goes on from there.
  RunningProgram on(tail(directory, {"--type", "death", "--after", "3"}));
  REQUIRE(on.wait_until([&] { return has(on.out(), "annulment of 3"); }));
  CHECK_FALSE(has(on.out(), "PersonIsDeceased"));
  CHECK(served.stop(SIGTERM).status == 0);
  CHECK(json.wait().status == 130);
  CHECK(on.wait().status == 130);
}

TEST_CASE("held back, a mistaken death is told with what became of it") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  tell(directory, person(0), "2026-01-01");
  ServedRegistry served(directory);
  RunningProgram held(tail(directory, {"--type", "death", "--after", "0", "--holdback", "3s"}));
  tell(directory, person(0, "2026-01-02"), "2026-01-03");
  tell(directory, person(0), "2026-01-04");
  std::this_thread::sleep_for(500ms);
  CHECK(held.out().empty());
  REQUIRE(held.wait_until([&] { return has(held.out(), "annulment of 3"); }));
  CHECK(has(held.out(), "lifeEvent, annulled by 4"));
  held.signal(SIGTERM);
  CHECK(held.wait().status == 130);
}

TEST_CASE("a tail without a server ends on Ctrl-C, and refuses what it does not know") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  tell(directory, person(0), "2026-01-01");
  RunningProgram alone(tail(directory, {"--after", "0"}));
  REQUIRE(alone.wait_until([&] { return has(alone.out(), "PersonPopulated"); }));
  alone.signal(SIGINT);
  CHECK(alone.wait().status == 130);
  CHECK(run(tail(directory, {"--type", "deaths"})).status == 2);
  CHECK(run(tail(directory, {"--after", "99"})).status != 0);
  CHECK(run(tail(directory, {"--holdback", "soon"})).status == 2);
  CHECK(has(run({"events", "--data", directory}).out, "PersonPopulated"));
}
