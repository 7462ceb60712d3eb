// What every answer tells browsers and caches not to do.
#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <algorithm>
#include <cctype>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

std::size_t count_of(const Answer& answer, std::string_view name) {
  std::string head = answer.head;
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string line = "\r\n" + std::string(name) + ":";
  std::size_t count = 0;
  for (auto at = head.find(line); at != std::string::npos; at = head.find(line, at + 1)) ++count;
  return count;
}

void check_protected(const Answer& answer) {
  CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  CHECK(answer.header("Referrer-Policy") == "no-referrer");
  CHECK(answer.header("X-Frame-Options") == "DENY");
  CHECK(answer.header("Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(answer.header("Permissions-Policy") == "geolocation=(), camera=(), microphone=()");
  for (const std::string_view name : {"content-security-policy", "cache-control", "date"}) {
    CAPTURE(name);
    CHECK(count_of(answer, name) == 1);
  }
}

TEST_CASE("every answer carries the protective headers, whoever made it") {
  EchoServer server;
  const std::vector<std::pair<std::string, int>> rows{{get("/echo/a"), 200},
                                                      {get("/pool/a"), 200},
                                                      {get("/wait/a"), 200},
                                                      {get("/nowhere"), 404},
                                                      {post("/echo/a", "b"), 405},
                                                      {get("/throw"), 500},
                                                      {get("/pool-throw"), 500},
                                                      {"nonsense\r\n\r\n", 400},
                                                      {post("/small", std::string(17, 'a')), 413}};
  for (const auto& [bytes, status] : rows) {
    CAPTURE(bytes);
    RawClient client(server.port());
    const auto answer = client.ask(bytes);
    REQUIRE(answer.has_value());
    CHECK(answer->status == status);
    check_protected(*answer);
    CHECK(answer->header("Content-Security-Policy") ==
          "default-src 'none'; frame-ancestors 'none'");
    CHECK(answer->header("Cache-Control") == "no-store");
    CHECK(answer->header("Vary") == "Authorization, DPoP");
  }
}

TEST_CASE("a page's own policy takes the place of the one that allows nothing, and is asked once") {
  EchoServer server;
  RawClient client(server.port());
  const auto page = client.ask(get("/page"));
  REQUIRE(page.has_value());
  check_protected(*page);
  CHECK(page->header("Content-Security-Policy") == "script-src 'self'");
  CHECK(page->header("Cache-Control") == "max-age=300");
  CHECK_FALSE(page->header("Vary").has_value());
  // The response is used again: the next one has nothing of it.
  CHECK(client.ask(get("/echo/a"))->header("Content-Security-Policy") ==
        "default-src 'none'; frame-ancestors 'none'");
}

TEST_CASE("a handler cannot take the protective headers away") {
  Response response;
  for (const std::string_view name :
       {"Referrer-Policy", "X-Frame-Options", "Cross-Origin-Resource-Policy", "Permissions-Policy",
        "X-Content-Type-Options", "Cache-Control"}) {
    CAPTURE(name);
    CHECK_FALSE(response.add_header(name, "anything"));
  }
  CHECK(response.header_lines().empty());
  CHECK(response.add_header("Vary", "Accept"));
}

} // namespace
} // namespace grunndata::api::http::testing
