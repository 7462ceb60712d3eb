#include "api/http/request_parser.h"

#include <doctest/doctest.h>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::api::http {
namespace {

using State = RequestParser::State;

/// Feeds the pieces until the request is complete or refused; gives what was not taken.
std::string feed(RequestParser& parser, std::initializer_list<std::string> pieces,
                 std::size_t body_bytes_max = 1000) {
  std::string rest;
  for (const std::string& piece : pieces) {
    // A copy that dies before the next piece: views into it would be found by a sanitizer.
    const auto held = std::make_unique<std::string>(piece);
    std::string_view bytes = *held;
    for (;;) {
      bytes.remove_prefix(parser.consume(bytes));
      if (parser.state() != State::head_complete) break;
      parser.begin_body(body_bytes_max);
    }
    rest = bytes;
    if (parser.state() == State::complete) {
      // What is checked afterwards must not lie in the piece.
      static thread_local std::string kept;
      if (!parser.request().body.empty()) {
        kept = parser.request().body;
        parser.request().body = kept;
      }
    }
  }
  return rest;
}

const std::string chunked_request = "POST /pool/a?b=c HTTP/1.1\r\nHost: localhost\r\n"
                                    "Transfer-Encoding: chunked\r\n\r\n"
                                    "5;name=\"value\"\r\nhello\r\n"
                                    "00006 ; x\r\n world\r\n"
                                    "0;last\r\nTrailer: one\r\nOther:\r\n\r\n";
// "00006 ; x" has a blank before the extension, which is refused; this one is right:
const std::string good_chunked = "POST /pool/a?b=c HTTP/1.1\r\nHost: localhost\r\n"
                                 "Transfer-Encoding: chunked\r\n\r\n"
                                 "5;name=\"value\"\r\nhello\r\n"
                                 "00006; x\r\n world\r\n"
                                 "0;last\r\nTrailer: one\r\nOther:\r\n\r\n";

TEST_CASE("a request in one piece is parsed without looking at what follows it") {
  const Limits limits;
  RequestParser parser(limits);
  const std::string text =
      "GET /v1/x?a=1&b HTTP/1.1\r\nhost:  127.0.0.1:80 \r\nX-A: b \t\r\n\r\nGET";
  std::string_view bytes = text;
  bytes.remove_prefix(parser.consume(bytes));
  REQUIRE(parser.state() == State::head_complete);
  parser.begin_body(0);
  REQUIRE(parser.state() == State::complete);
  CHECK(bytes == "GET");
  const Request& request = parser.request();
  CHECK(request.method == Method::get);
  CHECK(request.target == "/v1/x?a=1&b");
  CHECK(request.path == "/v1/x");
  CHECK(request.query == "a=1&b");
  CHECK(request.host == "127.0.0.1:80");
  CHECK(request.header("x-a") == "b");
  CHECK(request.header("X-B") == std::nullopt);
  CHECK(request.headers.size() == 2);
  CHECK(parser.keep_alive());
}

TEST_CASE("a chunked request split at any byte decodes to the same body") {
  for (std::size_t at = 0; at <= good_chunked.size(); ++at) {
    CAPTURE(at);
    const Limits limits;
    RequestParser parser(limits);
    feed(parser, {good_chunked.substr(0, at), good_chunked.substr(at)});
    REQUIRE(parser.state() == State::complete);
    CHECK(parser.request().body == "hello world");
  }
}

TEST_CASE("a request that comes byte by byte keeps every view") {
  const Limits limits;
  RequestParser parser(limits);
  for (const char c : good_chunked) feed(parser, {std::string(1, c)});
  REQUIRE(parser.state() == State::complete);
  CHECK(parser.request().path == "/pool/a");
  CHECK(parser.request().query == "b=c");
  CHECK(parser.request().header("transfer-encoding") == "chunked");
  CHECK(parser.request().body == "hello world");
  parser.next();
  CHECK_FALSE(parser.begun());
}

TEST_CASE("a blank between a chunk's size and its extension is refused") {
  const Limits limits;
  RequestParser parser(limits);
  feed(parser, {chunked_request});
  REQUIRE(parser.state() == State::failed);
  CHECK(parser.failure().code == "bad_chunk");
}

TEST_CASE("the limit of the body counts decoded bytes") {
  const Limits limits;
  RequestParser parser(limits);
  feed(parser, {good_chunked}, 11);
  CHECK(parser.state() == State::complete);
  RequestParser smaller(limits);
  feed(smaller, {good_chunked}, 10);
  REQUIRE(smaller.state() == State::failed);
  CHECK(smaller.failure().status == 413);
}

TEST_CASE("chunk extensions and trailers have limits of their own") {
  Limits limits;
  limits.chunk_extension_bytes_max = 8;
  RequestParser parser(limits);
  feed(parser, {good_chunked});
  REQUIRE(parser.state() == State::failed);
  CHECK(parser.failure().code == "bad_chunk");

  limits = {};
  limits.trailer_bytes_max = 8;
  RequestParser other(limits);
  feed(other, {good_chunked});
  REQUIRE(other.state() == State::failed);
  CHECK(other.failure().status == 431);
}

TEST_CASE("one blank line before a request is skipped, two are not") {
  const Limits limits;
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t at = 0; at <= request.size() + 2; ++at) {
    const std::string text = "\r\n" + request;
    RequestParser parser(limits);
    feed(parser, {text.substr(0, at), text.substr(at)});
    CHECK(parser.state() == State::complete);
  }
  RequestParser parser(limits);
  feed(parser, {"\r\n\r\n" + request});
  CHECK(parser.state() == State::failed);
}

TEST_CASE("an absolute target brings its own host and path") {
  const Limits limits;
  RequestParser parser(limits);
  feed(parser, {"GET http://localhost:8080?x=1 HTTP/1.1\r\nHost: elsewhere\r\n\r\n"});
  REQUIRE(parser.state() == State::complete);
  RequestParser split(limits);
  const std::string text = "GET HTTP://localhost/a%2Fb HTTP/1.1\r\nHost: elsewhere\r\n\r\n";
  for (const char c : text) feed(split, {std::string(1, c)});
  REQUIRE(split.state() == State::complete);
  CHECK(split.request().host == "localhost");
  CHECK(split.request().path == "/a%2Fb");
}

TEST_CASE("HTTP/1.0 ends the connection unless it asks to stay") {
  const Limits limits;
  const std::vector<std::pair<std::string, bool>> rows{
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, close ,x\r\n\r\n", false},
  };
  for (const auto& [text, stays] : rows) {
    CAPTURE(text);
    RequestParser parser(limits);
    feed(parser, {text});
    REQUIRE(parser.state() == State::complete);
    CHECK(parser.keep_alive() == stays);
  }
}

TEST_CASE("only a sane request id is taken over") {
  const Limits limits;
  const std::vector<std::pair<std::string, std::string>> rows{
      {"abc-DEF_1.9", "abc-DEF_1.9"},
      {"", ""},
      {"a b", ""},
      {"a~b", ""},
      {std::string(64, 'a'), std::string(64, 'a')},
      {std::string(65, 'a'), ""},
  };
  for (const auto& [sent, taken] : rows) {
    CAPTURE(sent);
    RequestParser parser(limits);
    const std::string text = "GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: " + sent + "\r\n\r\n";
    static_cast<void>(parser.consume(text));
    REQUIRE(parser.state() == State::head_complete);
    CHECK(parser.request().request_id == taken);
  }
}

} // namespace
} // namespace grunndata::api::http
