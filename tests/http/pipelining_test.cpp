#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <doctest/doctest.h>
#include <string>
#include <thread>

namespace grunndata::api::http::testing {
namespace {

TEST_CASE("pipelined requests of both lanes are answered in their order") {
  EchoServer server;
  RawClient client(server.port());
  std::string text;
  constexpr int count = 700;
  for (int i = 0; i < count; ++i) {
    const std::string word = std::to_string(i);
    switch (i % 7) {
      case 0:
      case 1: text += get("/echo/" + word); break;
      case 2: text += get("/wait/" + word); break;
      case 3: text += get("/pool/" + word); break;
      case 4: text += post("/wait", word); break;
      case 5: text += post("/pool", word); break;
      default: text += post("/echo", word); break;
    }
  }
  REQUIRE(client.send(text));
  for (int i = 0; i < count; ++i) {
    CAPTURE(i);
    const auto answer = client.read();
    REQUIRE(answer.has_value());
    CHECK(answer->body == std::to_string(i));
  }
}

TEST_CASE("more pipelined requests than one turn takes are all answered") {
  ServerOptions options;
  options.limits.pipelined_requests_max = 3;
  EchoServer server(options);
  RawClient client(server.port());
  std::string text;
  for (int i = 0; i < 300; ++i) text += get("/echo/" + std::to_string(i));
  REQUIRE(client.send(text));
  for (int i = 0; i < 300; ++i) {
    const auto answer = client.read();
    REQUIRE(answer.has_value());
    CHECK(answer->body == std::to_string(i));
  }
}

TEST_CASE("requests that arrive while the pool works wait for it") {
  EchoServer server;
  RawClient client(server.port());
  REQUIRE(client.send(get("/echo/first") + get("/gate?second")));
  CHECK(client.read()->body == "first");
  server.gate().wait_for_waiting(1);
  REQUIRE(client.send(get("/echo/third") + get("/pool/fourth") + get("/echo/fif")));
  RawClient other(server.port());
  CHECK(other.ask(get("/echo/other"))->body == "other");
  server.gate().open();
  CHECK(client.read()->body == "second");
  CHECK(client.read()->body == "third");
  CHECK(client.read()->body == "fourth");
  CHECK(client.read()->body == "fif");
  CHECK(client.ask(get("/echo/again"))->body == "again");
}

TEST_CASE("a connection that sends too far ahead is answered for what was kept, then closed") {
  ServerOptions options;
  options.limits.paused_input_bytes_max = 8 * 1024;
  EchoServer server(options);
  RawClient client(server.port());
  REQUIRE(client.send(get("/gate?first")));
  server.gate().wait_for_waiting(1);
  for (int i = 0; i < 2000; ++i) {
    if (!client.send(get("/echo/" + std::to_string(i)))) break;
  }
  while (server.server().stats().sent_too_far < 1) {
    std::this_thread::yield();
  }
  server.gate().open();
  const auto first = client.read();
  REQUIRE(first.has_value());
  CHECK(first->body == "first");
  // In order and without a gap, however many there are.
  int answered = 0;
  while (const auto answer = client.read()) {
    CHECK(answer->body == std::to_string(answered));
    ++answered;
  }
  CHECK(answered > 0);
  CHECK(answered * get("/echo/").size() <= options.limits.paused_input_bytes_max);
}

TEST_CASE("a full pool answers 503 at once and the connection goes on") {
  ServerOptions options;
  options.pool_threads = 1;
  options.limits.pool_queue_max = 1;
  EchoServer server(options);
  RawClient running(server.port());
  REQUIRE(running.send(get("/gate?running")));
  server.gate().wait_for_waiting(1);
  RawClient queued(server.port());
  REQUIRE(queued.send(get("/gate?queued")));
  while (server.server().stats().pool_queued < 1) {
    std::this_thread::yield();
  }
  RawClient refused(server.port());
  const auto answer = refused.ask(get("/gate?refused"));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 503);
  CHECK(answer->header("Retry-After") == "1");
  CHECK(refused.ask(get("/echo/on"))->body == "on");
  CHECK(server.server().stats().pool_refused == 1);
  server.gate().open();
  CHECK(running.read()->body == "running");
  CHECK(queued.read()->body == "queued");
}

TEST_CASE("a client that has ended its sending still gets every answer") {
  EchoServer server;
  RawClient client(server.port());
  REQUIRE(client.send(get("/gate?1") + get("/echo/2") + get("/pool/3")));
  client.shut_write();
  server.gate().wait_for_waiting(1);
  server.gate().open();
  CHECK(client.read()->body == "1");
  CHECK(client.read()->body == "2");
  CHECK(client.read()->body == "3");
  CHECK(client.is_closed_by_server());
}

TEST_CASE("a client that leaves while the pool works leaves nothing behind") {
  EchoServer server;
  for (int i = 0; i < 3; ++i) {
    RawClient client(server.port());
    REQUIRE(client.send(get("/gate?x") + get("/big?9000000")));
    server.gate().wait_for_waiting(static_cast<std::size_t>(i) + 1);
    client.close_abruptly();
  }
  server.gate().open();
  CHECK(server.server().stop(std::chrono::seconds(20)));
  CHECK(server.server().stats().connections_open == 0);
}

} // namespace
} // namespace grunndata::api::http::testing
