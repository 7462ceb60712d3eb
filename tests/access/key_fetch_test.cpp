// Fetching over real sockets on loopback.
#include "api/access/key_fetch.h"
#include "tests/access/loopback_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>

using namespace grunndata::tests;

namespace {

using namespace grunndata::api::access;
using std::chrono::milliseconds;

std::string fetched(const std::string& url, milliseconds timeout = milliseconds(10'000)) {
  const std::atomic<bool> stop{false};
  const FetchLimits limits{std::chrono::steady_clock::now() + timeout, stop};
  const auto body = fetch_over_http(url, limits);
  return body ? "body " + *body : std::string(body.error());
}

std::string fetched_from(const std::string& response, milliseconds timeout = milliseconds(10'000)) {
  const LoopbackServer server([&](std::string_view) { return response; });
  return fetched(server.url() + "/x", timeout);
}

} // namespace

TEST_CASE("a small document is fetched from loopback") {
  CHECK(fetched_from(http_response("200 OK", "{}")) == "body {}");
  CHECK(fetched_from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n") ==
        "body {}");
}

TEST_CASE("every other status than 200 is a failure") {
  constexpr const char* sentence = "The issuer answered with another status than 200";
  CHECK(fetched_from(http_response("500 Internal Server Error", "{}")) == sentence);
  CHECK(fetched_from(http_response("404 Not Found", "{}")) == sentence);
  CHECK(fetched_from(http_response("206 Partial Content", "{}")) == sentence);
}

TEST_CASE("a redirect is not followed") {
  int elsewhere = 0;
  const LoopbackServer target([&](std::string_view) {
    ++elsewhere;
    return http_response("200 OK", "{}");
  });
  for (const std::string status : {"301 Moved", "302 Found", "307 Temporary", "308 Permanent"}) {
    CHECK(fetched_from(http_response(status, "", "Location: " + target.url() + "/\r\n")) ==
          "The issuer answered with another status than 200");
  }
  CHECK(target.requests() == 0);
  CHECK(elsewhere == 0);
}

TEST_CASE("a document of more than 256 KiB is a failure, announced or not") {
  constexpr const char* sentence = "The issuer's answer is too large";
  const std::string large(fetched_bytes_max + 1, 'x');
  CHECK(fetched_from(http_response("200 OK", large)) == sentence);
  CHECK(fetched_from("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + large) == sentence);
  const std::string fits(fetched_bytes_max, 'x');
  CHECK(fetched_from(http_response("200 OK", fits)) == "body " + fits);
}

TEST_CASE("an issuer that never answers is given up at the deadline") {
  CHECK(fetched_from("", milliseconds(200)) == "The issuer did not answer in time");
}

TEST_CASE("an answer that breaks off is a failure") {
  CHECK(fetched_from("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}") ==
        "The issuer cannot be reached");
  CHECK(fetched_from("not HTTP at all\r\n\r\n").find("body") == std::string::npos);
}

TEST_CASE("only https, and http to loopback, are fetched at all") {
  CHECK(fetched("http://sts.test/") == "Plain http is taken from loopback only");
  CHECK(fetched("http://127.0.0.1.sts.test/") == "Plain http is taken from loopback only");
  for (const std::string url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "",
                                "127.0.0.1", "dict://127.0.0.1:11211/"}) {
    CHECK(fetched(url) == "The URL is neither http nor https");
  }
}

TEST_CASE("a fetch ends when somebody asks to stop") {
  const LoopbackServer server([](std::string_view) { return std::string(); });
  const std::atomic<bool> stop{true};
  const FetchLimits limits{std::chrono::steady_clock::now() + std::chrono::hours(1), stop};
  const auto body = fetch_over_http(server.url() + "/x", limits);
  REQUIRE(!body);
  CHECK(body.error() == "The fetch was stopped");
}
