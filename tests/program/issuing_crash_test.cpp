// Clients that issue hjelpenumre from a server that is killed again and again. Each keeps a ledger
// of what it was told. No number may be told twice, none that was told may be lost, and a request
// that is sent again under its key gets its first answer.
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

/// GRUNNDATA_CRASH_ROUNDS=200 is the long form.
int rounds() {
  const char* asked = std::getenv("GRUNNDATA_CRASH_ROUNDS");
  return asked == nullptr ? rounds_short : std::atoi(asked);
}

std::string value_of(std::string_view json, std::string_view name) {
  const std::string mark = "\"" + std::string(name) + "\":\"";
  const auto begin = json.find(mark);
  if (begin == std::string_view::npos) return {};
  const auto from = begin + mark.size();
  return std::string(json.substr(from, json.find('"', from) - from));
}

std::string issue_request(const std::string& key) {
  const std::string body =
      R"({"reason":"ukjent pasient","organisation":")" + std::string(organisation) + "\"}";
  return request("POST", "/v1/hjelpenummer", body,
                 "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n");
}

/// What the clients were told, by key. Outlives every server.
class Ledger {
public:
  void told(const std::string& key, const std::string& body) {
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = answers_.emplace(key, body);
    if (is_new) {
      keys_.push_back(key);
      CHECK_MESSAGE(numbers_.insert(value_of(body, "number")).second, "a number was told twice");
    } else {
      CHECK(entry->second == body);
    }
  }
  [[nodiscard]] std::size_t size() const { return answers_.size(); }
  [[nodiscard]] const std::set<std::string>& numbers() const { return numbers_; }
  [[nodiscard]] std::string key(std::mt19937& random) const { return keys_[random() % size()]; }

private:
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> keys_;
  std::set<std::string> numbers_;
};

/// Asks until the server is gone. The key that no answer came for is asked for first the next time.
void issue_until_gone(std::uint16_t port, const std::string& name, std::uint64_t& next,
                      Ledger& ledger) {
  Connection connection(port);
  while (connection.is_connected()) {
    const std::string key = name + "-" + std::to_string(next);
    const auto answer = connection.ask(issue_request(key));
    if (!answer) return;
    CHECK_MESSAGE(answer->status == status_created, answer->body);
    if (answer->status != status_created) return;
    ledger.told(key, answer->body);
    ++next;
  }
}

void require_first_answers(std::uint16_t port, Ledger& ledger, std::mt19937& random) {
  Connection connection(port);
  for (std::size_t i = 0; i < replayed_per_round && ledger.size() > 0; ++i) {
    const std::string key = ledger.key(random);
    const auto answer = connection.ask(issue_request(key));
    REQUIRE(answer.has_value());
    CHECK(answer->status == status_created);
    CHECK(answer->header("Idempotency-Replayed") == "true");
    ledger.told(key, answer->body);
  }
}

} // namespace

TEST_CASE("numbers told by a server that is killed at any moment are told once and never lost") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> moment_ms(5, 400);
  std::vector<std::uint64_t> next(clients, 0);
  Ledger ledger;
  for (int round = 0; round < rounds(); ++round) {
    ServedRegistry served(directory);
    require_first_answers(served.port(), ledger, random);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < clients; ++i) {
      threads.emplace_back([&, i] {
        issue_until_gone(served.port(), "client-" + std::to_string(i), next[i], ledger);
      });
    }
    // Chooses the moment; nothing is waited for.
    std::this_thread::sleep_for(std::chrono::milliseconds(moment_ms(random)));
    CHECK(served.stop(SIGKILL).status == 128 + SIGKILL);
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(ledger.size() > static_cast<std::size_t>(rounds()));
  ServedRegistry served(directory);
  for (const std::string& number : ledger.numbers()) {
    REQUIRE(
        served
            .post("/v1/person/lookup", R"({"identifiers":[")" + number + R"("],"parts":["Name"]})")
            .body.find(R"("status":"found")") != std::string::npos);
  }
  CHECK(served.stop(SIGTERM).status == 0);
  const Outcome check = run({"check", "--data", directory, "--progress", "none"});
  CHECK_MESSAGE(check.status == 0, check.out << check.err);
  MESSAGE(ledger.size() << " numbers told over " << rounds() << " kills");
}
