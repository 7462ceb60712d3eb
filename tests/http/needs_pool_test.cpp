// A handler that finds it has to wait asks for the pool, and is called again there.
#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <atomic>
#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <thread>

namespace grunndata::api::http::testing {
namespace {

TEST_CASE("a handler that asks for the pool answers from there, and what it wrote before is gone") {
  EchoServer server;
  RawClient client(server.port());
  const auto answer = client.ask(get("/wait/word", "X-Request-Id: mine\r\n"));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->body == "word");
  CHECK(answer->header("X-Request-Id") == "mine");
  CHECK_FALSE(answer->header("X-Dropped").has_value());
  CHECK_FALSE(answer->header("Connection").has_value());
  CHECK(client.ask(post("/wait", "a body"))->body == "a body");
  const std::string big = EchoServer::big_body(1'000'000);
  CHECK(client.ask(post("/wait", big))->body == big);
  CHECK(client.ask(get("/echo/on"))->body == "on");
}

TEST_CASE("a handler that waits in the pool holds up neither its worker nor the order of answers") {
  ServerOptions options;
  options.workers = 1;
  EchoServer server(options);
  RawClient client(server.port());
  REQUIRE(client.send(get("/echo/first") + get("/wait-gate?second") + get("/echo/third") +
                      get("/wait/fourth")));
  CHECK(client.read()->body == "first");
  server.gate().wait_for_waiting(1);
  RawClient other(server.port());
  CHECK(other.ask(get("/echo/other"))->body == "other");
  CHECK(other.ask(get("/wait/other"))->body == "other");
  server.gate().open();
  CHECK(client.read()->body == "second");
  CHECK(client.read()->body == "third");
  CHECK(client.read()->body == "fourth");
}

TEST_CASE(
    "an answer that must wait is 503 when the pool has no place, and the connection goes on") {
  ServerOptions options;
  options.pool_threads = 1;
  options.limits.pool_queue_max = 1;
  EchoServer server(options);
  RawClient running(server.port());
  REQUIRE(running.send(get("/gate?running")));
  server.gate().wait_for_waiting(1);
  RawClient queued(server.port());
  REQUIRE(queued.send(get("/wait-gate?queued")));
  while (server.server().stats().pool_queued < 1) {
    std::this_thread::yield();
  }
  RawClient refused(server.port());
  const auto answer = refused.ask(get("/wait/refused"));
  REQUIRE(answer.has_value());
  CHECK(answer->status == 503);
  CHECK(answer->header("Retry-After") == "1");
  CHECK_FALSE(answer->header("X-Dropped").has_value());
  CHECK(refused.ask(get("/echo/on"))->body == "on");
  CHECK(server.server().stats().pool_refused == 1);
  server.gate().open();
  CHECK(running.read()->body == "running");
  CHECK(queued.read()->body == "queued");
}

TEST_CASE("a handler that throws after it was moved is a 500, and moved requests count once") {
  std::atomic<int> observed{0};
  ServerOptions options;
  options.observe = [&](const Observation&) { observed.fetch_add(1); };
  EchoServer server(options);
  RawClient client(server.port());
  CHECK(client.ask(get("/wait-throw"))->status == 500);
  CHECK(client.ask(get("/wait/word"))->status == 200);
  CHECK(server.server().stop(std::chrono::seconds(20)));
  CHECK(observed.load() == 2);
  CHECK(server.server().stats().requests == 2);
}

TEST_CASE("HTTP/1.0 and HEAD are moved to the pool like any other") {
  EchoServer server;
  RawClient head(server.port());
  REQUIRE(head.send("HEAD /wait/abc HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const auto answer = head.read(true);
  REQUIRE(answer.has_value());
  CHECK(answer->header("Content-Length") == "3");
  CHECK(head.ask(get("/echo/on"))->body == "on");
  RawClient old(server.port());
  CHECK(old.ask("GET /wait/last HTTP/1.0\r\n\r\n")->body == "last");
  CHECK(old.is_closed_by_server());
}

} // namespace
} // namespace grunndata::api::http::testing
