// Clients that are slow on purpose, many that say nothing, and honest look-ups beside them: each of
// those must be answered, and rightly, while memory stays within a stated bound.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/resource.h>

using namespace grunndata::tests;

namespace {

constexpr std::size_t persons = 200;
constexpr std::size_t idle_connections = 2'000;
constexpr std::size_t hostile_connections = 200;
constexpr std::size_t honest_lookups = 2'000;
/// What the process may grow by with all of them connected: 24 KiB for each, and 64 MiB for what
/// the hostile ones make it hold.
constexpr std::uint64_t growth_bytes_max =
    (idle_connections + hostile_connections) * (24U << 10U) + (64U << 20U);
constexpr auto lookup_time_max = std::chrono::seconds(10); ///< none may wait for a slow client

/// A look-up whose answer tells for whom it is.
struct Question {
  std::string bytes;
  std::string id; ///< of the person that must be in the answer
};

std::string_view text_member(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = json.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

std::string lookup_request(std::string_view numbers_json, std::string_view parts = R"("Name")") {
  return request("POST", "/v1/person/lookup",
                 R"({"identifiers":[)" + std::string(numbers_json) + R"(],"parts":[)" +
                     std::string(parts) + "]}",
                 "Content-Type: application/json\r\n");
}

/// Asked once while nobody disturbs; the answers must be the same ever after.
std::vector<Question> questions(const ServedRegistry& served, std::string_view documents) {
  std::vector<Question> asked;
  Connection connection(served.port());
  const std::string numbers = numbers_in(documents);
  for (const std::string_view number : lines_of(numbers)) {
    Question question{lookup_request('"' + std::string(number) + '"'), {}};
    const auto answer = connection.ask(question.bytes);
    REQUIRE(answer.has_value());
    REQUIRE(answer->status == 200);
    question.id = text_member(answer->body, "id");
    if (!question.id.empty()) asked.push_back(std::move(question));
  }
  REQUIRE(asked.size() > persons / 2);
  return asked;
}

struct Tally {
  std::size_t right = 0;
  std::size_t wrong = 0;
  std::size_t unanswered = 0;
  std::chrono::steady_clock::duration slowest{};
  std::string how_unanswered; ///< to find out why
};

/// Looks up until `enough`, on a few connections in turn, each used for some requests only.
Tally look_up(std::uint16_t port, const std::vector<Question>& asked,
              const std::function<bool(std::size_t)>& enough) {
  constexpr std::size_t requests_a_connection = 100;
  Tally tally;
  Connection connection;
  for (std::size_t i = 0; !enough(i); ++i) {
    if (i % requests_a_connection == 0) connection = Connection(port);
    const Question& question = asked[i % asked.size()];
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = connection.ask(question.bytes);
    tally.slowest = std::max(tally.slowest, std::chrono::steady_clock::now() - begin);
    if (!answer) {
      ++tally.unanswered;
      tally.how_unanswered += " look-up " + std::to_string(i % requests_a_connection) +
                              " of a connection, " + connection.how_it_ended() + ';';
      connection = Connection(port);
    } else if (answer->status == 200 && text_member(answer->body, "id") == question.id) {
      ++tally.right;
    } else {
      ++tally.wrong;
    }
  }
  return tally;
}

void check_tally(const Tally& tally) {
  CHECK(tally.right > 0);
  CHECK(tally.wrong == 0);
  CHECK_MESSAGE(tally.unanswered == 0, tally.how_unanswered);
  CHECK(tally.slowest < lookup_time_max);
}

std::uint64_t resident_bytes(pid_t id) {
  const std::string status = read_file("/proc/" + std::to_string(id) + "/status");
  const std::size_t at = status.find("VmRSS:");
  REQUIRE(at != std::string::npos);
  const std::size_t digits = status.find_first_of("0123456789", at);
  std::uint64_t kibibytes = 0;
  std::from_chars(status.data() + digits, status.data() + status.size(), kibibytes);
  return kibibytes * 1024;
}

/// This process holds one end of every connection.
bool may_open(std::size_t connections) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max > connections + 200;
}

std::string filled(const ScratchFolder& scratch, std::string_view documents) {
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, std::string(documents)).status == 0);
  return directory;
}

std::vector<Connection> connect(std::uint16_t port, std::size_t count, int receive_bytes = 0) {
  std::vector<Connection> connections;
  for (std::size_t i = 0; i < count; ++i) connections.emplace_back(port, receive_bytes);
  CHECK(std::ranges::all_of(connections, &Connection::is_connected));
  return connections;
}

/// A third sends heads, a third bodies, both without end; a third asks for much and reads nothing.
std::vector<Connection> connect_hostile(std::uint16_t port, const std::vector<Question>& asked) {
  constexpr int small_receive_bytes = 4'096;
  constexpr std::size_t answers_asked = 40;
  std::vector<Connection> hostile = connect(port, hostile_connections, small_receive_bytes);
  const std::string head =
      "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(12'000, 'a');
  const std::string body = "POST /v1/person/lookup HTTP/1.1\r\nHost: localhost\r\n"
                           "Content-Length: 500000\r\n\r\n" +
                           std::string(200'000, ' ');
  std::string many;
  for (std::size_t i = 0; i < answers_asked; ++i) {
    many += request("GET", "/openapi.yaml");
    many += asked[i % asked.size()].bytes;
  }
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    const std::string& bytes = i % 3 == 0 ? head : i % 3 == 1 ? body : many;
    CHECK(hostile[i].send(bytes));
  }
  return hostile;
}

} // namespace

TEST_CASE("look-ups go on beside 2,000 silent and 200 hostile connections, in bounded memory") {
  REQUIRE_MESSAGE(may_open(idle_connections + hostile_connections),
                  "the limit on open files is too low here to hold the connections");
  const ScratchFolder scratch;
  const std::string& documents = population(persons);
  ServedRegistry served(filled(scratch, documents));
  const std::vector<Question> asked = questions(served, documents);
  const auto enough = [](std::size_t done) { return done >= honest_lookups; };
  check_tally(look_up(served.port(), asked, enough)); // caches are warm from here on
  const std::uint64_t before = resident_bytes(served.program().id());

  const std::vector<Connection> idle = connect(served.port(), idle_connections);
  std::vector<Connection> hostile = connect_hostile(served.port(), asked);
  check_tally(look_up(served.port(), asked, enough));
  const std::uint64_t during = resident_bytes(served.program().id());
  const std::uint64_t growth = during > before ? during - before : 0;
  MESSAGE("resident memory grew by " << (growth >> 10U) << " KiB, at most "
                                     << (growth_bytes_max >> 10U) << " are allowed");
  CHECK(growth <= growth_bytes_max);

  for (Connection& connection : hostile) connection.close_abruptly();
  check_tally(look_up(served.port(), asked, enough));
  CHECK(served.get("/readyz").status == 200);
  CHECK(served.stop(SIGTERM).status == 0);
}

TEST_CASE("look-ups go on while slowhttptest attacks in each of its ways") {
  REQUIRE_MESSAGE(shell("command -v slowhttptest").status == 0,
                  "slowhttptest is not installed: tools/install_packages test");
  const ScratchFolder scratch;
  const std::string& documents = population(persons);
  ServedRegistry served(filled(scratch, documents));
  const std::vector<Question> asked = questions(served, documents);
  const std::string root = "http://127.0.0.1:" + std::to_string(served.port());
  struct Attack {
    const char* what;
    std::string flags;
  };
  const std::string crowd = "slowhttptest -c 400 -r 400 -l 4 -p 10 ";
  for (const Attack& attack :
       {Attack{"slow heads", "-H -i 1 -x 24 -t GET -u " + root + "/openapi.yaml"},
        Attack{"slow bodies", "-B -i 1 -s 8192 -x 10 -t POST -u " + root + "/v1/person/lookup"},
        Attack{"many ranges", "-R -a 10 -b 3000 -t HEAD -u " + root + "/openapi.yaml"},
        Attack{"slow reads", "-X -w 1 -y 64 -n 1 -z 16 -k 3 -u " + root + "/openapi.yaml"}}) {
    CAPTURE(attack.what);
    std::atomic<bool> over{false};
    Outcome outcome;
    std::thread attacker([&] {
      outcome = shell(crowd + attack.flags + " 2>&1");
      over.store(true);
    });
    const Tally tally = look_up(served.port(), asked, [&over](std::size_t) { return over.load(); });
    attacker.join();
    check_tally(tally);
    CHECK_MESSAGE(outcome.status == 0, outcome.out);
    CHECK_MESSAGE(outcome.out.find("Exit status") != std::string::npos, outcome.out);
    MESSAGE(attack.what << ": " << tally.right << " look-ups answered meanwhile");
  }
  CHECK(served.get("/readyz").status == 200);
  CHECK(served.stop(SIGTERM).status == 0);
}
