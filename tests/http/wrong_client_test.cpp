#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <array>
#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

constexpr int rounds_per_client = 1000;
constexpr auto time_max = std::chrono::seconds(4); ///< enough rounds or enough time
constexpr int requests_per_round = 6;

struct Tally {
  std::atomic<int> checked{0};
  std::atomic<int> wrong{0};
  std::atomic<int> unanswered{0};
  std::atomic<bool> done{false};
};

/// Asks for words nobody else asks for, on one connection a round, and checks each answer.
void be_honest(std::uint16_t port, int client, Tally& tally) {
  const auto end = std::chrono::steady_clock::now() + time_max;
  for (int round = 0; round < rounds_per_client; ++round) {
    if (std::chrono::steady_clock::now() > end) break;
    RawClient connection(port);
    for (int i = 0; i < requests_per_round; ++i) {
      const std::string word = "honest-" + std::to_string(client) + "-" + std::to_string(round) +
                               "-" + std::to_string(i);
      constexpr std::array<std::string_view, 3> paths{"/echo/", "/wait/", "/pool/"};
      const std::string path = std::string(paths[static_cast<std::size_t>(i) % 3]) + word;
      const auto answer = connection.ask(get(path, "X-Request-Id: " + word + "\r\n"));
      if (!answer) {
        tally.unanswered.fetch_add(1);
        break;
      }
      const bool is_mine = answer->body == word && answer->header("X-Request-Id") == word;
      if (!is_mine) tally.wrong.fetch_add(1);
      tally.checked.fetch_add(1);
    }
  }
}

/// Asks and leaves before the answer, in every way there is.
void be_abrupt(std::uint16_t port, int client, const Tally& tally) {
  for (int round = client; !tally.done.load(); ++round) {
    RawClient connection(port);
    if (!connection.is_connected()) continue;
    switch (round % 5) {
      case 0: connection.send(get("/echo/foreign")); break;
      case 1: connection.send(get("/wait/foreign") + get("/echo/foreign")); break;
      case 2: connection.send(get("/big?300000")); break;
      case 3: connection.send("GET /half HTTP/1.1\r\nHo"); break;
      default: connection.send("not HTTP at all\r\n\r\n"); break;
    }
    const bool is_answered = round % 5 != 3;
    if (is_answered && round % 7 == 0) connection.read_some(1);
    if (round % 2 == 0) connection.close_abruptly();
  }
}

TEST_CASE("no client ever gets another's answer, however others leave") {
  EchoServer server;
  Tally tally;
  std::vector<std::thread> abrupt;
  std::vector<std::thread> honest;
  for (int i = 0; i < 3; ++i) {
    abrupt.emplace_back([&, i] { be_abrupt(server.port(), i, tally); });
  }
  for (int i = 0; i < 4; ++i) {
    honest.emplace_back([&, i] { be_honest(server.port(), i, tally); });
  }
  for (std::thread& thread : honest) thread.join();
  tally.done.store(true);
  for (std::thread& thread : abrupt) thread.join();
  CHECK(tally.checked.load() > 0);
  CHECK(tally.wrong.load() == 0);
  CHECK(tally.unanswered.load() == 0);
}

} // namespace
} // namespace grunndata::api::http::testing
