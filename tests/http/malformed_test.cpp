#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

/// One malformation a row: what is sent, and what it must get before the connection ends.
struct Row {
  const char* what;
  std::string bytes;
  int status;
  const char* code;
};

std::string head(std::string_view request_line, std::string_view lines = "Host: localhost\r\n") {
  return std::string(request_line).append("\r\n").append(lines).append("\r\n");
}

std::string with(std::string_view lines, std::string_view body = {}) {
  const std::string all = std::string("Host: localhost\r\n").append(lines);
  return head("POST /echo HTTP/1.1", all).append(body);
}

std::string chunked(std::string_view body) { return with("Transfer-Encoding: chunked\r\n", body); }

std::string target(std::string_view text) {
  return head(std::string("GET ").append(text).append(" HTTP/1.1"));
}

std::string many_headers(std::size_t count) {
  std::string lines = "Host: localhost\r\n";
  for (std::size_t i = 1; i < count; ++i) lines += "A: b\r\n";
  return head("GET /echo/a HTTP/1.1", lines);
}

std::vector<Row> request_line_rows() {
  using namespace std::string_literals;
  return {
      {"no version", head("GET /echo/a"), 400, "bad_request"},
      {"empty version", head("GET /echo/a "), 400, "bad_request"},
      {"lower case version", head("GET /echo/a http/1.1"), 400, "bad_request"},
      {"two digits in the version", head("GET /echo/a HTTP/1.10"), 400, "bad_request"},
      {"version 2.0", head("GET /echo/a HTTP/2.0"), 505, "version_unsupported"},
      {"version 0.9", head("GET /echo/a HTTP/0.9"), 505, "version_unsupported"},
      {"version 1.2", head("GET /echo/a HTTP/1.2"), 505, "version_unsupported"},
      {"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_unsupported"},
      {"two blanks", head("GET  /echo/a HTTP/1.1"), 400, "bad_target"},
      {"a blank in the target", head("GET /echo/a b HTTP/1.1"), 400, "bad_target"},
      {"a tab between", head("GET\t/echo/a\tHTTP/1.1"), 400, "bad_request"},
      {"a blank before the method", head(" GET /echo/a HTTP/1.1"), 400, "bad_request"},
      {"an odd method", head("G(T /echo/a HTTP/1.1"), 400, "bad_request"},
      {"an unknown method", head("BREW /echo/a HTTP/1.1"), 501, "method_unknown"},
      {"a method in lower case", head("get /echo/a HTTP/1.1"), 501, "method_unknown"},
      {"CONNECT", head("CONNECT localhost:80 HTTP/1.1"), 501, "method_unknown"},
      {"TRACE", head("TRACE /echo/a HTTP/1.1"), 501, "method_unknown"},
      {"a TLS greeting", "\x16\x03\x01\x02"s, 400, "bad_request"},
      {"two blank lines", std::string("\r\n\r\n").append(target("/echo/a")), 400, "bad_request"},
      {"a relative target", target("echo/a"), 400, "bad_target"},
      {"the asterisk with GET", target("*"), 400, "bad_target"},
      {"another scheme", target("ftp://localhost/echo/a"), 400, "bad_target"},
      {"an empty authority", target("http:///echo/a"), 400, "bad_host"},
      {"user information", target("http://me@localhost/echo/a"), 400, "bad_host"},
      {"a foreign authority", target("http://example.org/echo/a"), 421, "misdirected"},
      {"a fragment", target("/echo/a#b"), 400, "bad_target"},
      {"a broken percent", target("/echo/%4"), 400, "bad_target"},
      {"a percent of no digits", target("/echo/%zz"), 400, "bad_target"},
      {"a broken percent in the query", target("/echo/a?b=%"), 400, "bad_target"},
      {"an encoded NUL", target("/echo/%00"), 400, "bad_target"},
      {"a NUL", target("/echo/a\0b"s), 400, "bad_target"},
      {"a raw byte above ASCII", target("/echo/\xC3\xA5"), 400, "bad_target"},
      {"a quote", target("/echo/\"a\""), 400, "bad_target"},
      {"a target too long", target(std::string("/echo/").append(9000, 'a')), 414,
       "target_too_long"},
      {"a target without end", std::string("GET /").append(9000, 'a'), 414, "target_too_long"},
      {"16,000 slashes", target(std::string(16'000, '/')), 414, "target_too_long"},
  };
}

std::vector<Row> header_rows() {
  using namespace std::string_literals;
  const std::string line = "GET /echo/a HTTP/1.1";
  return {
      {"bare LF", "GET /echo/a HTTP/1.1\nHost: localhost\n\n", 400, "bad_request"},
      {"a bare LF among the headers", head(line, "Host: localhost\nA: b\r\n"), 400, "bad_request"},
      {"a bare CR in a value", head(line, "Host: localhost\r\nA: b\rc\r\n"), 400, "bad_header"},
      {"a folded line", head(line, "Host: localhost\r\nA: b\r\n c\r\n"), 400, "bad_header"},
      {"a folded first line", head(line, " A: b\r\nHost: localhost\r\n"), 400, "bad_header"},
      {"no colon", head(line, "Host: localhost\r\nNonsense\r\n"), 400, "bad_header"},
      {"an empty name", head(line, "Host: localhost\r\n: b\r\n"), 400, "bad_header"},
      {"a blank before the colon", head(line, "Host: localhost\r\nA : b\r\n"), 400, "bad_header"},
      {"an odd name", head(line, "Host: localhost\r\nA(b): c\r\n"), 400, "bad_header"},
      {"a name above ASCII", head(line, "Host: localhost\r\n\xC3\xA5: c\r\n"), 400, "bad_header"},
      {"a NUL in a value", head(line, "Host: localhost\r\nA: b\0c\r\n"s), 400, "bad_header"},
      {"a control in a value", head(line, "Host: localhost\r\nA: b\x7F\r\n"), 400, "bad_header"},
      {"no Host", head(line, ""), 400, "bad_host"},
      {"two Hosts", head(line, "Host: localhost\r\nHost: localhost\r\n"), 400, "bad_host"},
      {"an empty Host", head(line, "Host:\r\n"), 400, "bad_host"},
      {"a Host with a path", head(line, "Host: localhost/\r\n"), 400, "bad_host"},
      {"a Host with a bad port", head(line, "Host: localhost:99999\r\n"), 400, "bad_host"},
      {"two Hosts in HTTP/1.0",
       head("GET /echo/a HTTP/1.0", "Host: localhost\r\nHost: localhost\r\n"), 400, "bad_host"},
      {"a foreign Host", head(line, "Host: example.org\r\n"), 421, "misdirected"},
      {"a rebound Host", head(line, "Host: 127.0.0.1.example.org:80\r\n"), 421, "misdirected"},
      {"101 headers", many_headers(101), 431, "head_too_large"},
      {"a header too large", head(line, std::string("A: ").append(17'000, 'b') + "\r\n"), 431,
       "head_too_large"},
      {"a header without end", line + "\r\nA: " + std::string(17'000, 'b'), 431, "head_too_large"},
      {"an unknown expectation", with("Expect: a-miracle\r\nContent-Length: 1\r\n"), 417,
       "expectation_failed"},
  };
}

std::vector<Row> framing_rows() {
  return {
      {"a sign", with("Content-Length: +5\r\n", "hello"), 400, "bad_framing"},
      {"a negative length", with("Content-Length: -1\r\n"), 400, "bad_framing"},
      {"a hexadecimal length", with("Content-Length: 0x5\r\n", "hello"), 400, "bad_framing"},
      {"a length with a tail", with("Content-Length: 5abc\r\n", "hello"), 400, "bad_framing"},
      {"no length", with("Content-Length:\r\n"), 400, "bad_framing"},
      {"a list of lengths", with("Content-Length: 5, 5\r\n", "hello"), 400, "bad_framing"},
      {"the same length twice", with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400,
       "bad_framing"},
      {"two lengths", with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400,
       "bad_framing"},
      {"a length beyond 64 bits", with("Content-Length: 99999999999999999999\r\n"), 413,
       "body_too_large"},
      {"a length above the limit", with("Content-Length: 1048577\r\n"), 413, "body_too_large"},
      {"a length above the route's limit", post("/small", std::string(17, 'a')), 413,
       "body_too_large"},
      {"both framings", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
       400, "bad_framing"},
      {"both, the other way", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400,
       "bad_framing"},
      {"another coding", with("Transfer-Encoding: gzip, chunked\r\n"), 400, "bad_framing"},
      {"identity", with("Transfer-Encoding: identity\r\n"), 400, "bad_framing"},
      {"an empty coding", with("Transfer-Encoding:\r\n"), 400, "bad_framing"},
      {"a shortened coding", with("Transfer-Encoding: ch\r\n"), 400, "bad_framing"},
      {"a hidden coding",
       with("Transfer-Encoding: \x0B"
            "chunked\r\n"),
       400, "bad_header"},
      {"chunked twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400,
       "bad_framing"},
      {"chunked in HTTP/1.0",
       head("POST /echo HTTP/1.0", "Host: localhost\r\nTransfer-Encoding: chunked\r\n"), 400,
       "bad_framing"},
      {"a chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400, "bad_chunk"},
      {"a blank before the size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), 400, "bad_chunk"},
      {"no size", chunked("\r\nhello\r\n0\r\n\r\n"), 400, "bad_chunk"},
      {"a size of 17 digits", chunked("00000000000000005\r\nhello\r\n"), 400, "bad_chunk"},
      {"a size that overflows", chunked("ffffffffffffffff\r\nhello\r\n"), 413, "body_too_large"},
      {"bare LF after the size", chunked("5\nhello\r\n0\r\n\r\n"), 400, "bad_chunk"},
      {"no CRLF after the data", chunked("5\r\nhello0\r\n\r\n"), 400, "bad_chunk"},
      {"LF after the data", chunked("5\r\nhello\n0\r\n\r\n"), 400, "bad_chunk"},
      {"a bare CR in an extension", chunked("5;a\rb\r\nhello\r\n0\r\n\r\n"), 400, "bad_chunk"},
      {"extensions without end", chunked(std::string("5;").append(5000, 'a')), 400, "bad_chunk"},
      {"a trailer without colon", chunked("0\r\nNonsense\r\n\r\n"), 400, "bad_chunk"},
      {"a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), 400, "bad_chunk"},
      {"trailers without end", chunked(std::string("0\r\nA: ").append(5000, 'b')), 431,
       "head_too_large"},
      {"chunks above the limit", chunked("100001\r\n"), 413, "body_too_large"},
  };
}

void check_rows(const std::vector<Row>& rows) {
  EchoServer server;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    RawClient client(server.port());
    const auto answer = client.ask(row.bytes);
    REQUIRE(answer.has_value());
    CHECK(answer->status == row.status);
    CHECK(answer->header("Connection") == "close");
    CHECK(answer->header("Content-Type") == "application/problem+json");
    CHECK(answer->body.find("\"code\":\"" + std::string(row.code) + "\"") != std::string::npos);
    CHECK(client.is_closed_by_server());
  }
  RawClient client(server.port());
  CHECK(client.ask(get("/echo/alive"))->body == "alive");
}

TEST_CASE("a malformed request line gets one answer and the end of the connection") {
  check_rows(request_line_rows());
}

TEST_CASE("malformed headers get one answer and the end of the connection") {
  check_rows(header_rows());
}

TEST_CASE("ambiguous framing gets one answer and the end of the connection") {
  check_rows(framing_rows());
}

TEST_CASE("what follows a malformed request is never taken for a request") {
  EchoServer server;
  for (const Row& row : framing_rows()) {
    CAPTURE(row.what);
    RawClient client(server.port());
    REQUIRE(client.send(row.bytes + get("/echo/smuggled") + get("/echo/smuggled")));
    const auto answer = client.read();
    REQUIRE(answer.has_value());
    CHECK(answer->status == row.status);
    CHECK(client.is_closed_by_server());
  }
}

} // namespace
} // namespace grunndata::api::http::testing
