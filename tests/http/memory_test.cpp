// What unfinished requests may take of memory, each and all together.
#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <thread>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

constexpr std::size_t held_bytes_max = 400'000;
constexpr std::size_t body_bytes = 100'000;

ServerOptions with_little_memory() {
  ServerOptions options;
  options.limits.held_bytes_max = held_bytes_max;
  return options;
}

/// All of a request but its last byte.
std::string all_but_the_end() {
  std::string text = post("/echo", std::string(body_bytes, 'a'));
  text.pop_back();
  return text;
}

void wait_until_held(EchoServer& server, std::size_t bytes_min) {
  while (server.server().stats().held_bytes < bytes_min) {
    std::this_thread::yield();
  }
}

TEST_CASE(
    "unfinished bodies together have a limit: who goes beyond is refused, others are served") {
  EchoServer server(with_little_memory());
  std::vector<RawClient> slow;
  std::size_t held = 0;
  // Each is waited for, so it is known which one is the first too many.
  while (held + body_bytes <= held_bytes_max) {
    slow.emplace_back(server.port());
    REQUIRE(slow.back().send(all_but_the_end()));
    wait_until_held(server, held + body_bytes);
    held = server.server().stats().held_bytes;
  }
  CHECK(slow.size() > 1);

  RawClient refused(server.port());
  refused.send(all_but_the_end()); // may be cut off before it has sent all
  const auto answer = refused.read();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 503);
  CHECK(answer->header("Retry-After") == "1");
  CHECK(refused.is_closed_by_server());

  // Requests of ordinary size are answered, in one piece and in two.
  RawClient honest(server.port());
  const std::string small = post("/echo", std::string(5'000, 'b'));
  CHECK(honest.ask(small)->body.size() == 5'000);
  REQUIRE(honest.send(small.substr(0, 3'000)));
  CHECK(honest.ask(small.substr(3'000))->body.size() == 5'000);

  // Those who were admitted are answered, and the next one has room.
  for (RawClient& client : slow) CHECK(client.ask("a")->body.size() == body_bytes);
  slow.clear();
  CHECK(honest.ask(post("/echo", std::string(body_bytes, 'c')))->body.size() == body_bytes);
}

TEST_CASE("memory of requests is given back when their clients leave") {
  EchoServer server(with_little_memory());
  for (int round = 0; round < 3; ++round) {
    RawClient client(server.port());
    REQUIRE(client.send(all_but_the_end()));
    wait_until_held(server, body_bytes);
    client.close_abruptly();
    while (server.server().stats().held_bytes > 0) {
      std::this_thread::yield();
    }
  }
  RawClient client(server.port());
  REQUIRE(client.send(get("/gate?first")));
  server.gate().wait_for_waiting(1);
  REQUIRE(client.send(get("/echo/second")));
  wait_until_held(server, 1); // input that waits for the pool counts too
  server.gate().open();
  CHECK(client.read()->body == "first");
  CHECK(client.read()->body == "second");
  client.close();
  while (server.server().stats().held_bytes > 0) {
    std::this_thread::yield();
  }
}

TEST_CASE("when memory is short, nobody sends further ahead than a head") {
  ServerOptions options;
  options.limits.held_bytes_max = 0;
  EchoServer server(options);
  RawClient client(server.port());
  REQUIRE(client.send(get("/gate?first")));
  server.gate().wait_for_waiting(1);
  constexpr std::size_t far_ahead = 2'000; // above a head, below what the kernel keeps for it
  for (std::size_t i = 0; i < far_ahead; ++i) client.send(get("/echo/" + std::to_string(i)));
  while (server.server().stats().sent_too_far < 1) {
    std::this_thread::yield();
  }
  server.gate().open(); // not before: what is kept then makes room for more
  CHECK(client.read()->body == "first");
  std::size_t answered = 0;
  while (const auto answer = client.read()) {
    CHECK(answer->body == std::to_string(answered));
    ++answered;
  }
  CHECK(answered < far_ahead);
  CHECK(answered * get("/echo/").size() <= options.limits.head_bytes_max);
  RawClient other(server.port());
  CHECK(other.ask(get("/echo/other"))->body == "other");
}

} // namespace
} // namespace grunndata::api::http::testing
