// The server as a process: start, end, crash, and a second one on the same data.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <chrono>
#include <doctest/doctest.h>
#include <filesystem>

#include <sys/stat.h>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t persons = 1'000;
constexpr int ok_status = 200;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

unsigned mode_of(const fs::path& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 0777U;
}

std::uint16_t administration_port(const std::string& directory) {
  return static_cast<std::uint16_t>(
      std::stoul(read_file(fs::path(directory) / "administration.token")));
}

std::string fill(const ScratchFolder& scratch, std::size_t count = persons) {
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, first_lines(population(persons), count)).status == 0);
  return directory;
}

} // namespace

TEST_CASE("SIGTERM answers what was begun before it ends with 0, and takes the token file away") {
  const ScratchFolder scratch;
  const std::string directory = fill(scratch);
  const auto numbers = numbers_in(first_lines(population(persons), 1));
  for (const int signal : {SIGTERM, SIGINT}) {
    ServedRegistry served(directory);
    CHECK(served.found(lines_of(numbers).front()));
    Connection connection(served.port());
    constexpr int pipelined = 50;
    std::string requests;
    for (int i = 0; i < pipelined; ++i) requests += request("GET", "/v1/events?limit=100");
    REQUIRE(connection.send(requests));
    REQUIRE(connection.read()); // it is at work on them
    served.program().signal(signal);
    int answered = 1;
    std::string farewell;
    for (auto answer = connection.read(); answer; answer = connection.read()) {
      CHECK(answer->status == ok_status);
      farewell = answer->header("connection").value_or("");
      ++answered;
    }
    // Either all, or the last one told the client that those behind it were not begun.
    const bool told = answered == pipelined || farewell == "close";
    CHECK_MESSAGE(told, answered);
    const Outcome end = served.program().wait();
    CHECK(end.status == 0);
    CHECK(contains(end.err, "\"msg\":\"draining\""));
    CHECK(end.out.empty());
    CHECK(!fs::exists(fs::path(directory) / "administration.token"));
  }
}

TEST_CASE("a server that was killed is ready again soon, and its token misleads nobody") {
  const ScratchFolder scratch;
  const std::string directory = fill(scratch);
  const std::string numbers = numbers_in(first_lines(population(persons), 3));
  {
    ServedRegistry served(directory);
    CHECK(run({"lookup", "--data", directory, "--parts", "Name"}, numbers).status != 6);
    served.program().signal(SIGKILL);
    CHECK(served.program().wait().status == 128 + SIGKILL);
  }
  CHECK(fs::exists(fs::path(directory) / "administration.token"));
  // Nobody holds the directory any more: commands open it themselves, stale token or not.
  CHECK(require_sound(directory).starts_with("1000 persons"));
  const std::string stale = read_file(fs::path(directory) / "administration.token");

  const auto begin = std::chrono::steady_clock::now();
  ServedRegistry again(directory);
  CHECK(again.get("/readyz").status == ok_status);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  INFO("ready after " << took.count() << " ms");
  CHECK(took < std::chrono::seconds(10)); // 1 s on a quiet machine; this one may be busy
  CHECK(read_file(fs::path(directory) / "administration.token") != stale);

  // A token that no server knows: the command says who holds the directory.
  const std::string token = read_file(fs::path(directory) / "administration.token");
  write_file(fs::path(directory) / "administration.token", stale);
  const Outcome refused = run({"events", "--data", directory});
  CHECK(refused.status == 6);
  CHECK_MESSAGE(contains(refused.err, "open already"), refused.err);
  CHECK(refused.out.empty());
  write_file(fs::path(directory) / "administration.token", token);
  CHECK(run({"events", "--data", directory, "--limit", "1"}).status == 0);
}

TEST_CASE("a second server on the same data, or on the same port, is refused with a sentence") {
  const ScratchFolder scratch;
  const std::string directory = fill(scratch, 10);
  ServedRegistry served(directory);
  const Outcome second = run({"serve", "--demo", "--data", directory, "--listen", "127.0.0.1:0"});
  CHECK(second.status == 6);
  CHECK_MESSAGE(contains(second.err, "open already"), second.err);
  const std::string taken = "127.0.0.1:" + std::to_string(served.port());
  const Outcome third = run({"serve", "--demo", "--data", scratch / "other", "--listen", taken});
  CHECK_MESSAGE(third.status == 6, third.err);
  CHECK_MESSAGE(contains(third.err, "grunndata: "), third.err);
  CHECK(served.get("/readyz").status == ok_status);
}

TEST_CASE("only the owner can read the data and the token, and only the token opens the port") {
  const ScratchFolder scratch;
  const std::string directory = fill(scratch, 10);
  CHECK(mode_of(directory) == 0700);
  ServedRegistry served(directory);
  for (const auto& entry : fs::directory_iterator(directory)) {
    CHECK_MESSAGE((mode_of(entry.path()) & 0077U) == 0, entry.path().string());
  }
  const fs::path token_file = fs::path(directory) / "administration.token";
  CHECK(mode_of(token_file) == 0600);
  const std::uint16_t port = administration_port(directory);
  CHECK(port != served.port());
  const std::string wrong = "Authorization: Bearer " + std::string(64, '0') + "\r\n";
  for (const std::string& headers : {std::string{}, wrong, std::string("Authorization: \r\n")}) {
    for (const char* method : {"GET", "DELETE"}) {
      const auto answer =
          Connection(port).ask(request(method, "/administration/jobs/1", {}, headers));
      REQUIRE(answer);
      CHECK(answer->status == 401);
    }
    const auto answer = Connection(port).ask(request("POST", "/administration/jobs", "x", headers));
    REQUIRE(answer);
    CHECK(answer->status == 401);
  }
  const std::string secret = read_file(token_file);
  const std::string bearer =
      "Authorization: Bearer " + secret.substr(secret.find(' ') + 1, 64) + "\r\n";
  const auto other_version =
      Connection(port).ask(request("POST", "/administration/jobs", "x", bearer));
  REQUIRE(other_version);
  CHECK(other_version->status == 409);

  // A token that others may read is not used.
  fs::permissions(token_file, fs::perms::others_read, fs::perm_options::add);
  CHECK(run({"events", "--data", directory}).status == 6);
}
