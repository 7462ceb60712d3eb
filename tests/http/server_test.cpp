#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <atomic>
#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

TEST_CASE("requests on one connection are answered one after the other") {
  EchoServer server;
  RawClient client(server.port());
  for (int i = 0; i < 20; ++i) {
    const std::string word = "word" + std::to_string(i);
    const auto answer = client.ask(get("/echo/" + word));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 200);
    CHECK(answer->body == word);
    CHECK_FALSE(answer->header("Connection").has_value());
  }
}

TEST_CASE("an answer carries the headers that every answer has, and no name of the server") {
  EchoServer server;
  RawClient client(server.port());
  const auto answer = client.ask(get("/echo/a", "X-Request-Id: my-id.1\r\n"));
  REQUIRE(answer.has_value());
  CHECK(answer->header("X-Request-Id") == "my-id.1");
  CHECK(answer->header("Cache-Control") == "no-store");
  CHECK(answer->header("Content-Type") == "text/plain; charset=utf-8");
  REQUIRE(answer->header("Date").has_value());
  CHECK(answer->header("Date")->size() == 29);
  CHECK(answer->header("Date")->ends_with(" GMT"));
  CHECK_FALSE(answer->header("Server").has_value());
  const auto own = client.ask(get("/echo/a", "X-Request-Id: not sane\r\n"));
  CHECK(own->header("X-Request-Id")->size() == 21);
}

TEST_CASE("HEAD is answered like GET, without the body") {
  EchoServer server;
  RawClient client(server.port());
  REQUIRE(client.send("HEAD /echo/abc HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const auto answer = client.read(true);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->header("Content-Length") == "3");
  CHECK(client.ask(get("/echo/next"))->body == "next");
}

TEST_CASE("an unknown path is 404, an unknown method of a path 405 with Allow, and both go on") {
  EchoServer server;
  RawClient client(server.port());
  const auto missing = client.ask(get("/nowhere"));
  CHECK(missing->status == 404);
  CHECK(missing->body.find("route_not_found") != std::string::npos);
  const auto wrong = client.ask(post("/echo/a", "body"));
  CHECK(wrong->status == 405);
  CHECK(wrong->header("Allow") == "GET, HEAD");
  CHECK(client.ask("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")->status == 404);
  CHECK(client.ask(get(std::string(8'000, '/')))->status == 404);
  CHECK(client.ask(get("/echo/on"))->body == "on");
}

TEST_CASE("a body arrives whole wherever it is split") {
  EchoServer server;
  RawClient client(server.port());
  const std::string text = post("/echo", "hello world");
  for (std::size_t at = 1; at < text.size(); ++at) {
    CAPTURE(at);
    REQUIRE(client.send(text.substr(0, at)));
    REQUIRE(client.send(text.substr(at)));
    const auto answer = client.read();
    REQUIRE(answer.has_value());
    CHECK(answer->body == "hello world");
  }
}

TEST_CASE("a chunked body arrives whole wherever it is split, also between CR and LF") {
  EchoServer server;
  const std::string text = "POST /echo HTTP/1.1\r\nHost: localhost\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n"
                           "5;a=\"b\"\r\nhello\r\n6\r\n world\r\n0\r\nDigest: x\r\n\r\n";
  RawClient client(server.port());
  for (std::size_t at = 1; at < text.size(); ++at) {
    CAPTURE(at);
    REQUIRE(client.send(text.substr(0, at)));
    REQUIRE(client.send(text.substr(at)));
    const auto answer = client.read();
    REQUIRE(answer.has_value());
    CHECK(answer->body == "hello world");
  }
}

TEST_CASE("a large body in many pieces comes back byte for byte") {
  EchoServer server;
  RawClient client(server.port());
  const std::string body = EchoServer::big_body(1024 * 1024);
  CHECK(client.ask(post("/echo", body))->body == body);
  CHECK(client.ask(post("/pool", body))->body == body);
}

TEST_CASE("a client that expects 100-continue is told to go on") {
  EchoServer server;
  RawClient client(server.port());
  const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                           "Expect: 100-continue\r\n\r\n";
  const auto interim = client.ask(head);
  REQUIRE(interim.has_value());
  CHECK(interim->status == 100);
  CHECK(client.ask("hello")->body == "hello");
  // A client that does not wait gets the final answer only.
  CHECK(client.ask(head + "hello")->body == "hello");
}

TEST_CASE("a client that expects 100-continue for nothing is refused before it sends") {
  EchoServer server;
  const std::vector<std::pair<std::string, int>> rows{
      {"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n", 404},
      {"POST /gate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n", 405},
      {"POST /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 17\r\n", 413}};
  for (const auto& [head, status] : rows) {
    RawClient client(server.port());
    const auto answer = client.ask(head + "Expect: 100-continue\r\n\r\n");
    REQUIRE(answer.has_value());
    CHECK(answer->status == status);
    CHECK(client.is_closed_by_server());
  }
}

TEST_CASE("what a handler throws is a 500 that tells nothing, in both lanes") {
  EchoServer server;
  RawClient client(server.port());
  for (const std::string_view path : {"/throw", "/throw?odd", "/pool-throw", "/pool-throw?odd"}) {
    CAPTURE(path);
    const auto answer = client.ask(get(path));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 500);
    CHECK(answer->body.find("\"code\":\"internal\"") != std::string::npos);
    CHECK(answer->body.find("secret") == std::string::npos);
  }
  CHECK(client.ask(get("/echo/on"))->body == "on");
}

TEST_CASE("HTTP/1.0 is answered and closed, or kept when it asks") {
  EchoServer server;
  RawClient client(server.port());
  const auto kept = client.ask("GET /echo/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept->body == "a");
  CHECK(kept->header("Connection") == "keep-alive");
  const auto last = client.ask("GET /echo/b HTTP/1.0\r\n\r\n");
  CHECK(last->body == "b");
  CHECK(last->header("Connection") == "close");
  CHECK(client.is_closed_by_server());
}

TEST_CASE("Connection: close is obeyed after the answer") {
  EchoServer server;
  RawClient client(server.port());
  const auto answer = client.ask(get("/echo/a", "Connection: close\r\n") + get("/echo/b"));
  CHECK(answer->body == "a");
  CHECK(answer->header("Connection") == "close");
  CHECK(client.is_closed_by_server());
}

TEST_CASE("hosts beside the loopback names are answered when they are named") {
  ServerOptions options;
  options.host_names = {"registry.example"};
  EchoServer server(options);
  const auto status = [&](std::string_view host) {
    RawClient client(server.port());
    return client.ask("GET /echo/a HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n")->status;
  };
  CHECK(status("Registry.Example:443") == 200);
  CHECK(status("[::1]:80") == 200);
  CHECK(status("127.9.9.9") == 200);
  CHECK(status("other.example") == 421);
}

TEST_CASE("the API may render errors its own way, and a renderer that fails harms nobody") {
  ServerOptions options;
  options.render_error = [](const Request& request, const ErrorInfo& info, Response& response) {
    if (request.path == "/fail") throw 1;
    response.status = info.kind.status;
    response.body = "own " + std::string(info.kind.code);
  };
  EchoServer server(options);
  RawClient client(server.port());
  CHECK(client.ask(get("/nowhere"))->body == "own route_not_found");
  CHECK(client.ask(get("/throw"))->body == "own internal");
  CHECK(client.ask(get("/fail"))->header("Content-Type") == "application/problem+json");
  CHECK(client.ask("nonsense\r\n\r\n")->body == "own bad_request");
}

TEST_CASE("every answer is observed once") {
  std::atomic<int> routed{0};
  std::atomic<int> others{0};
  std::atomic<int> statuses{0};
  ServerOptions options;
  options.observe = [&](const Observation& seen) {
    (seen.route != nullptr ? routed : others).fetch_add(1);
    statuses.fetch_add(seen.status);
  };
  EchoServer server(options);
  RawClient client(server.port());
  CHECK(client.ask(get("/echo/a"))->status == 200);
  CHECK(client.ask(get("/pool/a"))->status == 200);
  CHECK(client.ask(get("/nowhere"))->status == 404);
  CHECK(client.ask("nonsense\r\n\r\n")->status == 400);
  CHECK(server.server().stop(std::chrono::seconds(20)));
  CHECK(routed.load() == 2);
  CHECK(others.load() == 2);
  CHECK(statuses.load() == 200 + 200 + 404 + 400);
  CHECK(server.server().stats().requests == 4);
}

TEST_CASE("a server says why it cannot start") {
  const auto start = [](ServerOptions options) {
    Server server(RouteTable::build({}).value(), std::move(options));
    return server.start().error().code;
  };
  ServerOptions options;
  options.address = "localhost.example";
  CHECK(start(options) == registry::ErrorCode::invalid);
  options.address = "192.0.2.1";
  CHECK(start(options) == registry::ErrorCode::unavailable);
  options.workers = 0;
  CHECK(start(options) == registry::ErrorCode::invalid);
  EchoServer running;
  options = {};
  options.port = running.port();
  CHECK(start(options) == registry::ErrorCode::unavailable);
}

TEST_CASE("IPv6 loopback can be listened on") {
  ServerOptions options;
  options.address = "::1";
  Server server(RouteTable::build({}).value(), options);
  const auto started = server.start();
  // A machine without IPv6 says so; anything else must work.
  if (!started) CHECK(started.error().code == registry::ErrorCode::unavailable);
  if (started) CHECK(server.port() != 0);
}

} // namespace
} // namespace grunndata::api::http::testing
