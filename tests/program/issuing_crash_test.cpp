// Clients that issue hjelpenumre and link them at a server that is killed again and again. Each
// keeps a ledger of what it was told. No number may be told twice, no number or link that was told
// may be lost, and a request that is sent again under its key gets its first answer.
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"

#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

using namespace grunndata::tests;

namespace {

constexpr int rounds_short = 10;
constexpr unsigned clients = 16;
constexpr std::size_t replayed_per_round = 32;
constexpr int status_created = 201;
constexpr std::string_view organisation = "974760673";

/// CRASH_ROUNDS=200 is the long form; `tools/test --long` runs it.
int rounds() {
  const char* asked = std::getenv("CRASH_ROUNDS");
  return asked == nullptr ? rounds_short : std::atoi(asked);
}

std::string value_of(std::string_view json, std::string_view name) {
  const std::string mark = "\"" + std::string(name) + "\":\"";
  const auto begin = json.find(mark);
  if (begin == std::string_view::npos) return {};
  const auto from = begin + mark.size();
  return std::string(json.substr(from, json.find('"', from) - from));
}

/// What a client asks under one key.
struct Asked {
  std::string path;
  std::string body;

  [[nodiscard]] std::string text(const std::string& key) const {
    return request("POST", path, body,
                   "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n");
  }
};

Asked issuing() {
  return {"/v1/hjelpenummer",
          R"({"reason":"ukjent pasient","organisation":")" + std::string(organisation) + "\"}"};
}

Asked linking(const std::string& loser, const std::string& survivor) {
  return {"/v1/hjelpenummer/link", R"({"loser":")" + loser + R"(","survivor":")" + survivor +
                                       R"(","reason":"samme pasient"})"};
}

/// What the clients asked and were told, by key. Outlives every server.
class Ledger {
public:
  void told(const std::string& key, const Asked& asked, const std::string& body) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = told_.emplace(key, Told{asked, body});
    if (!is_new) {
      CHECK(entry->second.answer == body);
      return;
    }
    keys_.push_back(key);
    if (asked.path == issuing().path) {
      CHECK_MESSAGE(numbers_.insert(value_of(body, "number")).second, "a number was told twice");
    } else {
      CHECK_MESSAGE(links_.emplace(value_of(body, "id"), key).second, "a link was told twice");
    }
  }
  [[nodiscard]] std::size_t size() const { return told_.size(); }
  [[nodiscard]] const std::set<std::string>& numbers() const { return numbers_; }
  [[nodiscard]] const std::map<std::string, std::string>& links() const { return links_; }
  [[nodiscard]] std::string key(std::mt19937& random) const { return keys_[random() % size()]; }
  [[nodiscard]] const Asked& asked(const std::string& key) const { return told_.at(key).asked; }
  [[nodiscard]] std::string number(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return value_of(told_.at(key).answer, "number");
  }

private:
  struct Told {
    Asked asked;
    std::string answer;
  };
  std::mutex mutex_;
  std::map<std::string, Told> told_;
  std::vector<std::string> keys_;
  std::set<std::string> numbers_;
  std::map<std::string, std::string> links_; ///< keys, by id
};

/// A client issues two numbers and links the second to the first, again and again.
Asked next_of(const std::string& name, std::uint64_t step, Ledger& ledger) {
  constexpr std::uint64_t steps = 3;
  if (step % steps != steps - 1) return issuing();
  return linking(ledger.number(name + "-" + std::to_string(step - 1)),
                 ledger.number(name + "-" + std::to_string(step - 2)));
}

/// Asks until the server is gone. The key that no answer came for is asked for first the next time.
void ask_until_gone(std::uint16_t port, const std::string& name, std::uint64_t& next,
                    Ledger& ledger) {
  Connection connection(port);
  while (connection.is_connected()) {
    const std::string key = name + "-" + std::to_string(next);
    const Asked asked = next_of(name, next, ledger);
    const auto answer = connection.ask(asked.text(key));
    if (!answer) return;
    CHECK_MESSAGE(answer->status == status_created, answer->body);
    if (answer->status != status_created) return;
    ledger.told(key, asked, answer->body);
    ++next;
  }
}

void require_first_answers(std::uint16_t port, Ledger& ledger, std::mt19937& random) {
  Connection connection(port);
  for (std::size_t i = 0; i < replayed_per_round && ledger.size() > 0; ++i) {
    const std::string key = ledger.key(random);
    const Asked asked = ledger.asked(key);
    const auto answer = connection.ask(asked.text(key));
    REQUIRE(answer.has_value());
    CHECK(answer->status == status_created);
    CHECK(answer->header("Idempotency-Replayed") == "true");
    ledger.told(key, asked, answer->body);
  }
}

/// The answer's text about whoever is found by a number.
/// Wide enough for the long form: each kill leaves the rest of a lease unused.
std::vector<std::string> issuing_range() {
  return {"--set", "hjelpenummer.range=830000000-831999999"};
}

std::string found(const ServedRegistry& served, const std::string& number) {
  return served
      .post("/v1/person/lookup", R"({"identifiers":[")" + number + R"("],"parts":["Name"]})")
      .body;
}

/// Every link that was told is there: both numbers lead to the same person.
void require_linked(const ServedRegistry& served, Ledger& ledger) {
  for (const auto& [id, key] : ledger.links()) {
    const std::string& body = ledger.asked(key).body;
    const std::string loser = found(served, value_of(body, "loser"));
    const std::string survivor = found(served, value_of(body, "survivor"));
    REQUIRE(value_of(loser, "id") == value_of(survivor, "id"));
    REQUIRE(loser.find(R"("moved":true)") != std::string::npos);
    const std::string state = served.get("/v1/hjelpenummer/link/" + id).body;
    REQUIRE(value_of(state, "state") == "live");
  }
}

} // namespace

TEST_CASE("numbers and links told by a server that is killed at any moment are never lost") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> moment_ms(5, 400);
  std::vector<std::uint64_t> next(clients, 0);
  Ledger ledger;
  for (int round = 0; round < rounds(); ++round) {
    ServedRegistry served(directory, issuing_range());
    require_first_answers(served.port(), ledger, random);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < clients; ++i) {
      threads.emplace_back([&, i] {
        ask_until_gone(served.port(), "client-" + std::to_string(i), next[i], ledger);
      });
    }
    // Chooses the moment; nothing is waited for.
    std::this_thread::sleep_for(std::chrono::milliseconds(moment_ms(random)));
    CHECK(served.stop(SIGKILL).status == 128 + SIGKILL);
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(ledger.size() > static_cast<std::size_t>(rounds()));
  ServedRegistry served(directory, issuing_range());
  for (const std::string& number : ledger.numbers()) {
    REQUIRE(found(served, number).find(R"("status":"found")") != std::string::npos);
  }
  require_linked(served, ledger);
  CHECK(served.stop(SIGTERM).status == 0);
  const Outcome check = run({"check", "--data", directory, "--progress", "none"});
  CHECK_MESSAGE(check.status == 0, check.out << check.err);
  MESSAGE(ledger.numbers().size() << " numbers and " << ledger.links().size() << " links told over "
                                  << rounds() << " kills");
}
