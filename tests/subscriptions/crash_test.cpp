// A receiver that keeps a ledger, while the server that sends is killed again and again and the
// receiver itself fails at random: every event comes, in order, and none that there is not.
#include "registry/time.h"
#include "tests/program/running_program.h"
#include "tests/program/served_registry.h"
#include "tests/subscriptions/receiver.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <random>
#include <set>

using namespace grunndata::tests;

namespace {

constexpr int rounds_short = 8;
constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view issuing = R"({"reason":"ukjent pasient","organisation":"974760673"})";

/// CRASH_ROUNDS=200 is the long form; `tools/test --long` runs it.
int rounds() {
  const char* asked = std::getenv("CRASH_ROUNDS");
  return asked == nullptr ? rounds_short : std::atoi(asked);
}

/// What was taken; what comes again is counted. Outlives every server.
class Ledger {
public:
  Reply answer(const Received& received) {
    const std::lock_guard lock(mutex_);
    CHECK(is_signed(received, secret));
    const auto lot = random_() % 100;
    if (lot < 15) return {.status = 500};
    if (lot < 20) return {.cut = true}; // not taken, as far as the sender can tell
    for (const std::uint64_t sequence : sequences_in(received.body)) {
      if (taken_.contains(sequence)) {
        ++again_;
      } else {
        CHECK_MESSAGE((taken_.empty() || sequence > *taken_.rbegin()), "an event was overtaken");
        taken_.insert(sequence);
      }
    }
    if (lot < 25) return {.cut = true}; // taken, but the sender does not hear of it
    return {.delay = std::chrono::milliseconds(lot % 5)};
  }
  [[nodiscard]] std::set<std::uint64_t> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  [[nodiscard]] std::size_t again() const {
    const std::lock_guard lock(mutex_);
    return again_;
  }

private:
  mutable std::mutex mutex_;
  std::mt19937 random_{std::random_device{}()};
  std::set<std::uint64_t> taken_;
  std::size_t again_ = 0;
};

std::vector<std::string> words() {
  return {"--set", "hjelpenummer.range=830000000-831999999", "--set", "webhooks.retry_first_ms=10",
          "--set", "webhooks.retry_max_seconds=1", "--set", "webhooks.events_max=7"};
}

/// Every number of the log, page by page.
std::set<std::uint64_t> all_events(const ServedRegistry& served) {
  std::set<std::uint64_t> all;
  std::string query = "?limit=1000";
  while (true) {
    const auto page = served.get("/v1/events" + query);
    REQUIRE(page.status == 200);
    for (const std::uint64_t sequence : sequences_in(page.body)) all.insert(sequence);
    const auto at = page.body.find(R"("nextCursor":")") + 14;
    query = "?limit=1000&after=" + page.body.substr(at, page.body.find('"', at) - at);
    if (page.body.find(R"("more":true)") == std::string::npos) return all;
  }
}

std::string in_a_year() {
  const auto year = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::days(365));
  return grunndata::registry::format_instant(
      {grunndata::registry::now().microseconds + year.count()});
}

void issue_until_gone(std::uint16_t port, std::atomic<std::uint64_t>& key) {
  Connection connection(port);
  while (connection.is_connected()) {
    const auto answer = connection.ask(
        request("POST", "/v1/hjelpenummer", issuing,
                "Content-Type: application/json\r\nIdempotency-Key: k" + std::to_string(++key) +
                    "\r\n"));
    if (!answer) return;
  }
}

} // namespace

TEST_CASE("a server that is killed at any moment sends every event, and each person's in order") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> moment_ms(20, 600);
  std::atomic<std::uint64_t> key{0};
  Ledger ledger;
  Receiver receiver([&ledger](const Received& received) { return ledger.answer(received); });
  {
    ServedRegistry served(directory, words());
    const auto made = served.post(
        "/v1/subscriptions",
        R"({"purpose":"A ledger","everyone":true,"expires":")" + in_a_year() +
            R"(","webhookUrl":")" + receiver.url() + R"(","webhookSecret":")" +
            std::string(secret) + "\"}");
    REQUIRE_MESSAGE(made.status == 201, made.body);
    CHECK(served.stop(SIGKILL).status == 128 + SIGKILL);
  }
  for (int round = 0; round < rounds(); ++round) {
    ServedRegistry served(directory, words());
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] { issue_until_gone(served.port(), key); });
    }
    // Chooses the moment; nothing is waited for.
    std::this_thread::sleep_for(std::chrono::milliseconds(moment_ms(random)));
    CHECK(served.stop(SIGKILL).status == 128 + SIGKILL);
    for (std::thread& client : clients) client.join();
  }
  ServedRegistry served(directory, words());
  const std::set<std::uint64_t> all = all_events(served);
  CHECK(all.size() > static_cast<std::size_t>(rounds()));
  CHECK(eventually([&] { return ledger.taken().size() >= all.size(); },
                   std::chrono::seconds(60)));
  CHECK(ledger.taken() == all);
  const auto place = served.get("/v1/subscriptions/1/deliveries");
  CHECK(place.body.find(R"("state":"active")") != std::string::npos);
  CHECK(served.stop(SIGTERM).status == 0);
  const Outcome listed = run({"subscriptions", "show", "--data", directory, "1"});
  CHECK_MESSAGE(listed.out.find("state:          active") != std::string::npos, listed.out);
  MESSAGE(all.size() << " events over " << rounds() << " kills; " << ledger.again()
                     << " came again");
}

TEST_CASE("operators see, pause, resume and replay subscriptions, beside a server and without") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::atomic<int> taken{0};
  Receiver receiver([&taken](const Received&) {
    ++taken;
    return Reply{};
  });
  const auto command = [&](std::vector<std::string> more) {
    std::vector<std::string> all{"subscriptions", more.front(), "--data", directory};
    all.insert(all.end(), more.begin() + 1, more.end());
    return run(all);
  };
  {
    ServedRegistry served(directory, words());
    REQUIRE(served
                .post("/v1/subscriptions",
                      R"({"purpose":"All","everyone":true,"expires":")" + in_a_year() +
                          R"(","webhookUrl":")" + receiver.url("/hook?token=planted") + "\"}")
                .status == 201);
    const auto numbers = Connection(served.port())
                             .ask(request("POST", "/v1/hjelpenummer", issuing,
                                          "Content-Type: application/json\r\n"
                                          "Idempotency-Key: k1\r\n"));
    REQUIRE(numbers.has_value());
    CHECK(eventually([&] { return taken == 1; }));
    const Outcome list = command({"list"});
    CHECK_MESSAGE(list.out.find("1  demo  ") == 0, list.out << list.err);
    CHECK(list.out.find("everyone  active  http://127.0.0.1:") != std::string::npos);
    CHECK(list.out.find("planted") == std::string::npos);
    CHECK(command({"pause", "1"}).out.find("paused (by-operator)") != std::string::npos);
    CHECK(command({"replay", "1"}).status == 0);
    CHECK(command({"resume", "1"}).out.find("active") != std::string::npos);
    CHECK(eventually([&] { return taken >= 2; }));
    const auto metrics = served.get("/metrics").body;
    CHECK(metrics.find("grunndata_webhook_subscriptions_active 1") != std::string::npos);
    CHECK(metrics.find("grunndata_webhook_events_total") != std::string::npos);
    CHECK(metrics.find("planted") == std::string::npos);
    CHECK(served.program().err().find("planted") == std::string::npos);
    CHECK(served.stop(SIGTERM).status == 0);
  }
  const Outcome json = command({"show", "1", "--json"});
  CHECK(json.status == 0);
  CHECK(json.out.find(R"("clientId":"demo","deliveries":{"state":"active")") != std::string::npos);
  CHECK(json.out.find("whsec_") == std::string::npos);
  CHECK(command({"replay", "1", "--since", "nonsense"}).status == 2);
  CHECK(command({"replay", "1", "--after", "nonsense"}).status == 2);
  CHECK(command({"show", "2"}).status == 3);
  CHECK(command({"pause", "2"}).status == 3);
  CHECK(command({"replay", "1", "--since", "2001-01-01"}).status == 0);
}
