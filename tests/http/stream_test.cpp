// Bodies that are made while they are sent.
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

constexpr int small_buffer = 4 * 1024;
constexpr std::size_t beyond_buffers = 40'000'000; ///< more than sockets hold
const std::string much = std::to_string(beyond_buffers);

/// Until no stream is left; false after some seconds.
bool all_streams_end(const EchoServer& server) {
  for (int i = 0; i < 1'000 && server.streams() != 0; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  return server.streams() == 0;
}

/// Until the number of pieces made stands still: everything waits for the reader.
int pieces_at_rest(const EchoServer& server) {
  int before = -1;
  int now = 0;
  while (before != now || now == 0) {
    before = now;
    std::this_thread::sleep_for(milliseconds(100));
    now = server.pieces();
  }
  return now;
}

TEST_CASE("a streamed body arrives whole, in chunks, and the connection goes on") {
  EchoServer server;
  RawClient client(server.port());
  for (const std::string path : {"/stream", "/stream-pool"}) {
    for (const std::size_t size : {0, 1, 65'536, 1'000'000}) {
      const auto answer = client.ask(get(path + '?' + std::to_string(size)));
      REQUIRE(answer.has_value());
      CHECK(answer->status == 200);
      CHECK(answer->header("Transfer-Encoding") == "chunked");
      CHECK_FALSE(answer->header("Content-Length").has_value());
      CHECK(answer->header("Content-Type") == "text/plain; charset=utf-8");
      CHECK(answer->header("Cache-Control") == "no-store");
      CHECK(answer->body == EchoServer::big_body(size));
    }
  }
  CHECK(client.ask(get("/echo/on"))->body == "on");
  CHECK(all_streams_end(server));
}

TEST_CASE("requests behind a stream wait for its end and are answered in order") {
  EchoServer server;
  RawClient client(server.port());
  const std::string body = EchoServer::big_body(3'000'000);
  REQUIRE(client.send(get("/echo/before") + get("/stream?3000000") + get("/pool/between") +
                      get("/stream-pool?3000000") + get("/echo/after")));
  CHECK(client.read()->body == "before");
  CHECK(client.read()->body == body);
  CHECK(client.read()->body == "between");
  CHECK(client.read()->body == body);
  CHECK(client.read()->body == "after");
  CHECK(client.ask(get("/echo/on"))->body == "on");
}

TEST_CASE("a slow reader holds up no thread and makes no more than a piece wait") {
  ServerOptions options;
  options.workers = 1;
  options.pool_threads = 1;
  options.stream_threads = 1;
  EchoServer server(options);
  RawClient slow(server.port(), small_buffer);
  REQUIRE(slow.send(get("/stream?" + much)));
  const int made = pieces_at_rest(server);
  CHECK(static_cast<std::size_t>(made) < beyond_buffers / EchoServer::piece_bytes);
  const ServerStats stats = server.server().stats();
  CHECK(stats.slow_readers == 1);
  CHECK(stats.unsent_bytes <= EchoServer::piece_bytes + 64);
  RawClient other(server.port());
  CHECK(other.ask(get("/echo/other"))->body == "other");
  CHECK(other.ask(get("/pool/other"))->body == "other");
  CHECK(other.ask(get("/stream?100000"))->body == EchoServer::big_body(100'000));
  const auto answer = slow.read();
  REQUIRE(answer.has_value());
  CHECK(answer->body == EchoServer::big_body(beyond_buffers));
  CHECK(slow.ask(get("/echo/on"))->body == "on");
}

TEST_CASE("a reader that takes nothing is cut off at the write deadline") {
  ServerOptions options;
  options.limits.write_deadline = milliseconds(200);
  EchoServer server(options);
  RawClient silent(server.port(), small_buffer);
  REQUIRE(silent.send(get("/stream?" + much)));
  static_cast<void>(pieces_at_rest(server));
  CHECK(all_streams_end(server));
  CHECK_FALSE(silent.read().has_value());
  CHECK(server.server().stats().slow_readers_cut == 1);
}

TEST_CASE("a body that cannot go on is cut and never looks whole") {
  EchoServer server;
  for (const std::string path : {"/stream-fails?", "/stream-throws?"}) {
    for (const std::string size : {"0", "10", "200000"}) {
      RawClient client(server.port());
      REQUIRE(client.send(get(path + size) + get("/echo/behind")));
      const std::string all = client.read_all();
      CHECK(all.find("\r\n0\r\n\r\n") == std::string::npos);
      CHECK(all.find("behind") == std::string::npos);
      CHECK(all.find("secret") == std::string::npos);
    }
  }
  CHECK(all_streams_end(server));
}

TEST_CASE("a client that leaves in midstream ends its stream and disturbs nobody") {
  EchoServer server;
  for (const bool abruptly : {false, true}) {
    RawClient leaving(server.port(), small_buffer);
    REQUIRE(leaving.send(get("/stream?" + much)));
    REQUIRE(leaving.read_some());
    abruptly ? leaving.close_abruptly() : leaving.close();
  }
  CHECK(all_streams_end(server));
  RawClient other(server.port());
  CHECK(other.ask(get("/stream?100000"))->body == EchoServer::big_body(100'000));
}

TEST_CASE("HEAD gets the head of a stream and makes nothing of it") {
  EchoServer server;
  RawClient client(server.port());
  REQUIRE(client.send("HEAD /stream?1000 HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const auto answer = client.read(true);
  REQUIRE(answer.has_value());
  CHECK(answer->header("Transfer-Encoding") == "chunked");
  CHECK(client.ask(get("/echo/on"))->body == "on");
  CHECK(server.pieces() == 0);
  CHECK(server.streams() == 0);
}

TEST_CASE("HTTP/1.0 gets a stream without chunks, until the connection closes") {
  EchoServer server;
  RawClient old(server.port());
  REQUIRE(old.send("GET /stream?200000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  const std::string all = old.read_all();
  const std::size_t end = all.find("\r\n\r\n");
  REQUIRE(end != std::string::npos);
  CHECK(all.find("Transfer-Encoding") == std::string::npos);
  CHECK(all.find("Content-Length") == std::string::npos);
  CHECK(all.find("Connection: close\r\n") < end);
  CHECK(all.substr(end + 4) == EchoServer::big_body(200'000));
}

TEST_CASE("a client that asks to close gets its stream whole and then the end") {
  EchoServer server;
  RawClient client(server.port());
  const auto answer = client.ask(get("/stream?200000", "Connection: close\r\n"));
  REQUIRE(answer.has_value());
  CHECK(answer->body == EchoServer::big_body(200'000));
  CHECK(client.is_closed_by_server());
}

TEST_CASE("stopping lets a stream end, or cuts it when patience does") {
  EchoServer server;
  RawClient client(server.port());
  REQUIRE(client.send(get("/stream?3000000")));
  REQUIRE(client.read_some());
  std::thread stopping([&] { CHECK(server.server().stop(seconds(20))); });
  CHECK(client.read()->body == EchoServer::big_body(3'000'000));
  stopping.join();
  CHECK(server.streams() == 0);

  EchoServer other;
  RawClient slow(other.port(), small_buffer);
  REQUIRE(slow.send(get("/stream?" + much)));
  static_cast<void>(pieces_at_rest(other));
  CHECK_FALSE(other.server().stop(milliseconds(50)));
  CHECK(other.streams() == 0);
  CHECK_FALSE(slow.read().has_value());
}

TEST_CASE("stopping while a piece is being made waits for the piece, not for the stream") {
  EchoServer server;
  RawClient client(server.port());
  REQUIRE(client.send(get("/stream-gate?" + much)));
  server.gate().wait_for_waiting(1);
  std::thread opening([&] {
    std::this_thread::sleep_for(milliseconds(100));
    server.gate().open();
  });
  CHECK_FALSE(server.server().stop(milliseconds(0)));
  opening.join();
  CHECK(server.streams() == 0);
  CHECK_FALSE(client.read().has_value());
}

TEST_CASE("many streams share the threads and all arrive whole") {
  ServerOptions options;
  options.stream_threads = 2;
  EchoServer server(options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port(), small_buffer);
    REQUIRE(clients.back().send(get("/stream?" + std::to_string(500'000 + i))));
  }
  for (std::size_t i = 0; i < clients.size(); ++i) {
    CHECK(clients[i].read()->body == EchoServer::big_body(500'000 + i));
  }
  CHECK(all_streams_end(server));
}

} // namespace
} // namespace grunndata::api::http::testing
