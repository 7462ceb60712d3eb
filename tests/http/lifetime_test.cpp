// How connections end: deadlines, limits, slow readers, draining.
#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <chrono>
#include <doctest/doctest.h>
#include <string>
#include <thread>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int small_receive_bytes = 4096;

TEST_CASE("a slow reader gets every byte while others are served at once") {
  ServerOptions options;
  options.workers = 1;
  EchoServer server(options);
  constexpr std::size_t size = 12'000'000;
  RawClient slow(server.port(), small_receive_bytes);
  REQUIRE(slow.send(get("/big?12000000") + get("/echo/after") + get("/pool/last")));
  while (server.server().stats().slow_readers < 1) {
    std::this_thread::yield();
  }
  RawClient other(server.port());
  for (int i = 0; i < 50; ++i) CHECK(other.ask(get("/echo/other"))->body == "other");
  CHECK(server.server().stats().slow_readers == 1);
  CHECK(slow.read()->body == EchoServer::big_body(size));
  CHECK(slow.read()->body == "after");
  CHECK(slow.read()->body == "last");
  CHECK(slow.ask(get("/echo/again"))->body == "again");
}

TEST_CASE("a reader that never reads is cut off at the deadline") {
  ServerOptions options;
  options.limits.write_deadline = milliseconds(100);
  EchoServer server(options);
  RawClient slow(server.port(), small_receive_bytes);
  REQUIRE(slow.send(get("/big?12000000")));
  while (server.server().stats().slow_readers_cut < 1) {
    std::this_thread::yield();
  }
  CHECK(slow.read_all().size() < 12'000'000);
  CHECK(server.server().stop(seconds(20)));
  CHECK(server.server().stats().unsent_bytes == 0);
}

TEST_CASE("more unsent bytes than allowed cut a reader off") {
  ServerOptions options;
  options.limits.unsent_bytes_per_connection_max = 1'000'000;
  EchoServer server(options);
  RawClient slow(server.port(), small_receive_bytes);
  REQUIRE(slow.send(get("/big?30000000")));
  while (server.server().stats().slow_readers_cut < 1) {
    std::this_thread::yield();
  }
  CHECK(slow.read_all().size() < 30'000'000);
  RawClient other(server.port());
  CHECK(other.ask(get("/echo/other"))->body == "other");
}

TEST_CASE("a body above the response limit is a 500, not half an answer") {
  ServerOptions options;
  options.limits.response_bytes_max = 1000;
  EchoServer server(options);
  RawClient client(server.port());
  CHECK(client.ask(get("/big?1000"))->status == 200);
  CHECK(client.ask(get("/big?1001"))->status == 500);
}

TEST_CASE("a request that does not come to its end in time gets 408") {
  ServerOptions options;
  options.limits.request_timeout = milliseconds(100);
  EchoServer server(options);
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5";
  std::string body = post("/echo", "0123456789");
  body.pop_back();
  for (const std::string& part : {std::string("GET /ec"), get("/echo/a") + "GE", body, chunked}) {
    CAPTURE(part);
    RawClient client(server.port());
    REQUIRE(client.send(part));
    auto answer = client.read();
    if (part.find("/echo/a") != std::string::npos) {
      CHECK(answer->body == "a");
      answer = client.read();
    }
    REQUIRE(answer.has_value());
    CHECK(answer->status == 408);
    CHECK(client.is_closed_by_server());
  }
}

TEST_CASE("a dripping request does not live longer than a silent one") {
  ServerOptions options;
  options.limits.request_timeout = milliseconds(100);
  options.limits.linger_timeout = milliseconds(100);
  EchoServer server(options);
  RawClient client(server.port());
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(client.send("GET /echo/a HTTP/1.1\r\nA: "));
  while (client.send("b") && std::chrono::steady_clock::now() - begin < seconds(10)) {
    std::this_thread::sleep_for(milliseconds(5)); // the drip itself, not a wait for anything
  }
  CHECK(std::chrono::steady_clock::now() - begin < seconds(10));
}

TEST_CASE("an idle connection is closed in silence") {
  ServerOptions options;
  options.limits.keepalive_timeout = milliseconds(100);
  EchoServer server(options);
  RawClient silent(server.port());
  RawClient used(server.port());
  CHECK(used.ask(get("/echo/a"))->body == "a");
  CHECK(silent.is_closed_by_server());
  CHECK(used.is_closed_by_server());
}

TEST_CASE("a thousand connections at once are all answered, and their descriptors come back") {
  EchoServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 1000; ++i) clients.emplace_back(server.port());
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      REQUIRE(clients[i].send(get((i % 4 == 0 ? "/pool/" : "/echo/") + std::to_string(i))));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto answer = clients[i].read();
      REQUIRE(answer.has_value());
      CHECK(answer->body == std::to_string(i));
    }
  }
  CHECK(server.server().stats().connections_open == 1000);
  clients.clear();
  while (server.server().stats().connections_open > 0) {
    std::this_thread::yield();
  }
}

TEST_CASE("one connection too many is told so") {
  ServerOptions options;
  options.limits.connections_max = 3;
  EchoServer server(options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server.port());
    CHECK(clients.back().ask(get("/echo/a"))->body == "a");
  }
  RawClient extra(server.port());
  const auto answer = extra.read();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 503);
  CHECK(extra.is_closed_by_server());
  CHECK(clients.front().ask(get("/echo/b"))->body == "b");
  extra.close();
  clients.pop_back();
  while (server.server().stats().connections_open > 2) {
    std::this_thread::yield();
  }
  RawClient next(server.port());
  CHECK(next.ask(get("/echo/c"))->body == "c");
  CHECK(server.server().stats().connections_refused == 1);
}

TEST_CASE("draining finishes what has begun and says goodbye to the rest") {
  EchoServer server;
  RawClient idle(server.port());
  CHECK(idle.ask(get("/echo/a"))->body == "a");
  RawClient working(server.port());
  REQUIRE(working.send(get("/gate?begun") + get("/echo/never")));
  server.gate().wait_for_waiting(1);
  CHECK_FALSE(server.server().draining());
  server.server().begin_drain();
  CHECK(server.server().draining());
  const auto farewell = idle.ask(get("/echo/b"));
  CHECK(farewell->body == "b");
  CHECK(farewell->header("Connection") == "close");
  CHECK(idle.is_closed_by_server());
  RawClient late(server.port());
  CHECK(late.ask(get("/echo/c"))->header("Connection") == "close");

  bool quiet = false;
  std::thread stopper([&] { quiet = server.server().stop(seconds(20)); });
  server.gate().open();
  const auto answer = working.read();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "begun");
  CHECK(answer->header("Connection") == "close");
  CHECK(working.is_closed_by_server());
  stopper.join();
  CHECK(quiet);
}

TEST_CASE("draining does not wait for ever") {
  EchoServer server;
  RawClient slow(server.port(), small_receive_bytes);
  REQUIRE(slow.send(get("/big?12000000")));
  while (server.server().stats().slow_readers < 1) {
    std::this_thread::yield();
  }
  CHECK_FALSE(server.server().stop(milliseconds(20)));
  CHECK(slow.read_all().size() < 12'000'000);
}

} // namespace
} // namespace grunndata::api::http::testing
