// A server that follows a source, and a client that follows the server, while everything goes
// wrong: faults of the source, kills of the server and of the command, a clock that jumps.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"
#include "tests/sync/following_client.h"
#include "tests/sync/simulator.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <random>
#include <set>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace grunndata::tests {

namespace {

using std::chrono::milliseconds;

/// TORTURE_ROUNDS=300 is the long form; `tools/test --long` runs it.
int rounds() {
  const char* const asked = std::getenv("TORTURE_ROUNDS");
  return asked == nullptr ? 6 : std::max(1, std::atoi(asked));
}

constexpr std::array faults{"not-found", "busy",         "html", "failing", "cut",          "gone",
                            "freeze",    "out-of-order", "slow", "late",    "expired-token"};
constexpr std::array at_once{"duplicate", "gap", "unknown-type"};
/// Less than late events are waited for: those of a clock that is further off a sweep would find.
constexpr std::int64_t jump_s_max = 3 * 60 * 60;

/// The wall clock of programs that are started with its environment; its jumps are seen at once.
class JumpingClock {
public:
  explicit JumpingClock(std::string file) : file_(std::move(file)) {
    write_file(file_, std::string(sizeof(std::int64_t), '\0'));
    const int opened = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(opened >= 0);
    void* const mapped =
        ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    ::close(opened);
    REQUIRE(mapped != MAP_FAILED);
    seconds_ = static_cast<std::int64_t*>(mapped);
  }
  ~JumpingClock() { ::munmap(seconds_, sizeof(std::int64_t)); }
  JumpingClock(const JumpingClock&) = delete;
  JumpingClock& operator=(const JumpingClock&) = delete;

  void jump_to(std::int64_t seconds) { __atomic_store_n(seconds_, seconds, __ATOMIC_RELAXED); }
  [[nodiscard]] std::map<std::string, std::string> environment() const {
    const char* const library = std::getenv("CLOCK_SHIFT_LIBRARY");
    if (library == nullptr) return {}; // a sanitizer lets nothing be loaded before it
    return {{"LD_PRELOAD", library}, {"CLOCK_SHIFT_FILE", file_}};
  }

private:
  std::string file_;
  std::int64_t* seconds_ = nullptr;
};

/// Lets things go wrong, and the clock jump, for a while.
class Trouble {
public:
  Trouble(const Simulator& source, JumpingClock& clock) : source_(source), clock_(clock) {}

  std::uint64_t any(std::uint64_t below) { return random_() % below; }
  void make() {
    source_.fault(faults[any(faults.size())], 200 + static_cast<int>(any(600)));
    source_.fault(at_once[any(at_once.size())], 0);
    std::this_thread::sleep_for(milliseconds(100 + any(700)));
    clock_.jump_to(static_cast<std::int64_t>(any(2 * jump_s_max)) - jump_s_max);
    std::this_thread::sleep_for(milliseconds(100 + any(700)));
  }
  void end() {
    for (const char* const fault : faults) source_.fault(fault, 0);
    clock_.jump_to(0);
    source_.post("/simulator/rest", "{}");
  }

private:
  const Simulator& source_;
  JumpingClock& clock_;
  std::mt19937 random_{20'261'122};
};

/// The command that follows, killed in the midst of it.
void kill_the_command(const std::string& directory, const Simulator& source, JumpingClock& clock,
                      Trouble& trouble) {
  Start start;
  start.words = {"sync", "folkeregisteret", "--data", directory};
  const auto words = following(source, false);
  start.words.insert(start.words.end(), words.begin(), words.end());
  start.environment = clock.environment();
  RunningProgram command(start);
  trouble.make();
  CHECK_FALSE(command.has_ended());
  command.signal(SIGKILL);
  command.wait();
}

/// The numbers of a person document, the ceased ones included.
std::vector<std::string> numbers_in(std::string_view line) {
  std::vector<std::string> numbers;
  const std::string_view own = line.substr(line.find("\"identifikasjonsnummer\":["));
  const std::string_view list = own.substr(0, own.find(']'));
  constexpr std::string_view start = "\"foedselsEllerDNummer\":\"";
  for (std::size_t at = list.find(start); at != std::string_view::npos; at = list.find(start, at)) {
    at += start.size();
    numbers.emplace_back(list.substr(at, 11));
  }
  return numbers;
}

/// Everybody, asked for by each number they have in the source: the registry knows them, as dead as
/// they are, and the client has of them what the registry has.
void compare(const Simulator& source, const ServedRegistry& server,
             const std::map<std::string, std::string>& copy) {
  for (const auto& [id, kept] : copy) {
    const Answer now = server.get(FollowingClient::path_of(id));
    CHECK(now.status == 200);
    CHECK(now.body == kept);
  }
  const std::string truth = source.get("/simulator/truth");
  std::set<std::string> persons;
  std::size_t lines = 0;
  for (const std::string_view line : lines_of(truth)) {
    ++lines;
    const bool is_dead = line.find("\"doedsfall\":") != std::string_view::npos;
    for (const std::string& number : numbers_in(line)) {
      const Answer found = server.post("/v1/person/lookup", R"({"identifiers":[")" + number +
                                                                R"("],"parts":["Status"]})");
      REQUIRE(found.status == 200);
      const std::size_t at = found.body.find("\"person\":{\"id\":\"");
      REQUIRE(at != std::string::npos);
      const std::string id = found.body.substr(at + 16, 32);
      persons.insert(id);
      REQUIRE(copy.contains(id));
      CHECK((copy.at(id).find("\"death\":null") == std::string::npos) == is_dead);
      CHECK(copy.at(id).find("\"identificationNumber\":\"" + number) != std::string::npos);
    }
  }
  CHECK(lines > 400);
  CHECK(persons.size() == lines);
  CHECK(copy.size() == lines);
}

} // namespace

TEST_CASE("after faults, kills and jumps source, registry and who follows it agree on everybody") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Simulator source(
      {"--persons", "400", "--unborn", "200", "--seed", "3", "--events-per-second", "150"});
  JumpingClock clock(scratch / "clock");
  Trouble trouble(source, clock);
  FollowingClient client;
  {
    ServedRegistry first(directory, following(source, true), {}, clock.environment());
    client.ask_at(first.port());
    std::this_thread::sleep_for(milliseconds(trouble.any(700)));
    first.program().signal(SIGKILL);
  }
  for (int round = 0; round < rounds(); ++round) {
    CAPTURE(round);
    {
      ServedRegistry server(directory, following(source, true), {}, clock.environment());
      client.ask_at(server.port());
      trouble.make();
      if (round % 3 == 2) source.fault("respool", 0);
      if (round % 4 == 3) {
        CHECK(server.stop(SIGTERM).status == 0);
      } else {
        server.program().signal(SIGKILL);
        server.program().wait();
      }
      client.ask_at(0);
    }
    if (round % 2 == 1) kill_the_command(directory, source, clock, trouble);
  }
  trouble.end();
  // What is left is read.
  const auto words = following(source, false);
  const Outcome last = run_with({"sync", "folkeregisteret", "--data", directory, "--once"}, words);
  CHECK(last.status == 0);
  const Outcome compared =
      run({"simulate", "folkeregisteret", "--data", directory, "--verify", source.address()});
  MESSAGE(compared.out);
  CHECK(compared.status == 0);
  CHECK(compared.out.find("identical") == 0);
  CHECK(run({"check", "--deep", "--data", directory}).status == 0);

  ServedRegistry server(directory, words);
  client.ask_at(server.port());
  CHECK(client.catch_up());
  client.stop();
  CHECK(client.events() > 400);
  CHECK(client.disordered() == 0);
  compare(source, server, client.copy());
}

} // namespace grunndata::tests
