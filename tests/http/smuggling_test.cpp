// Requests that two readers could cut differently: what each must be answered with, in order, and
// whether the connection goes on. A smuggled request would show as one answer more.
#include "tests/http/echo_server.h"
#include "tests/http/raw_client.h"

#include <array>
#include <charconv>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::http::testing {
namespace {

constexpr std::string_view smuggled = "GET /echo/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::size_t split_bytes_max = 400; ///< longer rows are not sent in two pieces

/// What is echoed by an answer of 200; the other answers' bodies are problems.
struct Expected {
  int status{200};
  std::string body;
};

struct Row {
  std::string what;
  std::string bytes;
  std::vector<Expected> answers;
  bool closes{true};
};

std::string post_with(std::string_view lines, std::string_view body) {
  return std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\n")
      .append(lines)
      .append("\r\n")
      .append(body);
}

/// One chunk that holds the text, and the end.
std::string as_chunk(std::string_view text) {
  std::array<char, 16> size{};
  char* const end = std::to_chars(size.begin(), size.end(), text.size(), 16).ptr;
  return std::string(size.data(), end).append("\r\n").append(text).append("\r\n0\r\n\r\n");
}

std::string hidden_in_chunks() { return std::string("0\r\n\r\n").append(smuggled); }

/// Both lengths, or a coding that one reader sees and another does not.
std::vector<Row> desynchronising_rows() {
  const std::string length = "Content-Length: " + std::to_string(hidden_in_chunks().size());
  const auto both = [&](std::string_view coding) {
    return post_with(length + "\r\n" + std::string(coding) + "\r\n", hidden_in_chunks());
  };
  const auto coding_only = [](std::string_view coding) {
    return post_with(std::string(coding) + "\r\n", hidden_in_chunks());
  };
  std::vector<Row> rows{
      {"CL.TE", both("Transfer-Encoding: chunked"), {{400, ""}}},
      {"TE.CL",
       post_with("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", as_chunk(smuggled)),
       {{400, ""}}},
      {"TE.TE, the second unknown",
       coding_only("Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
       {{400, ""}}},
      {"TE.TE, the first unknown",
       coding_only("Transfer-Encoding: x\r\nTransfer-Encoding: chunked"),
       {{400, ""}}},
      {"CL.0 twice",
       post_with("Content-Length: 0\r\nContent-Length: 54\r\n", smuggled),
       {{400, ""}}},
      {"a hidden line after a bare LF", both("X: x\nTransfer-Encoding: chunked"), {{400, ""}}},
      {"a hidden line after a bare CR", both("X: x\rTransfer-Encoding: chunked"), {{400, ""}}},
      {"a hidden line after a NUL",
       both(std::string_view("X: x\0Transfer-Encoding: chunked", 29)),
       {{400, ""}}},
      {"a folded coding", both("Transfer-Encoding:\r\n chunked"), {{400, ""}}},
      {"a coding folded behind another header",
       both("X: x\r\n Transfer-Encoding: chunked"),
       {{400, ""}}},
  };
  for (const std::string_view coding :
       {"Transfer-Encoding : chunked", "Transfer-Encoding\t: chunked",
        " Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunkedx",
        "Transfer-Encoding: chun ked", "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: chunked,",
        "Transfer-Encoding: ,chunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked", "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding:chunked\x0B",
        "Transfer-Encoding: \x7F"
        "chunked",
        "Transfer-Encoding: \xE2\x84\xAA"}) {
    rows.push_back({"with a length, " + std::string(coding), both(coding), {{400, ""}}});
    rows.push_back({"alone, " + std::string(coding), coding_only(coding), {{400, ""}}});
  }
  return rows;
}

/// Legal, if odd: cut in one way only, so the connection goes on.
std::vector<Row> plain_rows() {
  const std::string size = std::to_string(smuggled.size());
  const std::string body(smuggled);
  return {
      {"a request as a body",
       post_with("Content-Length: " + size + "\r\n", body),
       {{200, body}},
       false},
      {"a request as a chunk",
       post_with("Transfer-Encoding: chunked\r\n", as_chunk(smuggled)),
       {{200, body}},
       false},
      {"a coding in mixed case after a tab",
       post_with("tRANSFER-eNCODING:\tChUnKeD\r\n", "5\r\nhello\r\n0\r\n\r\n"),
       {{200, "hello"}},
       false},
      {"a length with zeros in front and blanks around",
       post_with("Content-Length: \t 0005 \t\r\n", "hello"),
       {{200, "hello"}},
       false},
      {"no body at all", post_with("", ""), {{200, ""}}, false},
      {"a header that only looks like one",
       post_with("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n", "hello"),
       {{200, "hello"}},
       false},
      {"TE is not Transfer-Encoding",
       post_with("TE: chunked\r\nContent-Length: 5\r\n", "hello"),
       {{200, "hello"}},
       false},
      {"a GET with a body",
       "GET /echo/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + size + "\r\n\r\n" + body,
       {{200, "a"}},
       false},
      {"a length with a second request behind it",
       post_with("Content-Length: 5\r\n", "hello") + get("/echo/next"),
       {{200, "hello"}, {200, "next"}},
       false},
      {"chunks with extensions and trailers, then a second request",
       post_with("Transfer-Encoding: chunked\r\n",
                 "5;a=b;c=\"d;e\"\r\nhello\r\n0;f\r\nContent-Length: 50\r\nHost: x\r\n\r\n") +
           get("/echo/next"),
       {{200, "hello"}, {200, "next"}},
       false},
      {"a chunk size with zeros in front, in both cases of hexadecimal",
       post_with("Transfer-Encoding: chunked\r\n",
                 "00A\r\n0123456789\r\n00a\r\nabcdefghij\r\n000\r\n\r\n"),
       {{200, "0123456789abcdefghij"}},
       false},
      {"an absolute target wins over the Host",
       "GET http://localhost/echo/a HTTP/1.1\r\nHost: example.org\r\n\r\n",
       {{200, "a"}},
       false},
      {"a body for a path that is not there",
       "POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + size + "\r\n\r\n" + body +
           get("/echo/next"),
       {{404, ""}, {200, "next"}},
       false},
      {"the last request of a connection",
       post_with("Connection: x, close\r\nContent-Length: 5\r\n", "hello") + std::string(smuggled),
       {{200, "hello"}}},
  };
}

/// What goes wrong behind a good request must not reach back, nor further.
std::vector<Row> mixed_rows() {
  std::string headers;
  for (int i = 0; i < 5'000; ++i) headers += "A: b\r\n";
  return {
      {"a good one, a broken one, a good one",
       get("/echo/good") + "GET /echo/bad HTTP/1.1\r\n\r\n" + std::string(smuggled),
       {{200, "good"}, {400, ""}}},
      {"a chunked body that breaks in its second chunk",
       post_with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\nx\r\n") + std::string(smuggled),
       {{400, ""}}},
      {"a body longer than it says: the rest is a request line that is none",
       post_with("Content-Length: 5\r\n", "hello world\r\n\r\n") + std::string(smuggled),
       {{200, "hello"}, {400, ""}}},
      {"a body above the limit, with a request in it",
       post_with("Content-Length: 2000000\r\n", smuggled),
       {{413, ""}}},
      {"5,000 headers",
       "GET /echo/a HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n",
       {{431, ""}}},
      {"an upgrade is not taken up, what follows is a request",
       get("/echo/a", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                      "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n") +
           get("/echo/b"),
       {{200, "a"}, {200, "b"}},
       false},
  };
}

void check_answers(RawClient& client, const Row& row) {
  for (const Expected& expected : row.answers) {
    const auto answer = client.read();
    REQUIRE(answer.has_value());
    CHECK(answer->status == expected.status);
    if (expected.status == 200) CHECK(answer->body == expected.body);
  }
  if (row.closes) {
    CHECK(client.is_closed_by_server());
  } else {
    const auto next = client.ask(get("/echo/still-there"));
    REQUIRE(next.has_value());
    CHECK(next->body == "still-there");
  }
}

void check_rows(const std::vector<Row>& rows) {
  EchoServer server;
  for (const Row& row : rows) {
    CAPTURE(row.what);
    RawClient client(server.port());
    // What was cut off before it was sent need not arrive, so the result is not asked for.
    client.send(row.bytes);
    check_answers(client, row);
  }
}

/// However the network cuts it, the answers are the same.
void check_rows_in_two_pieces(const std::vector<Row>& rows) {
  EchoServer server;
  for (const Row& row : rows) {
    if (row.bytes.size() > split_bytes_max) continue;
    for (std::size_t at = 1; at < row.bytes.size(); ++at) {
      CAPTURE(row.what);
      CAPTURE(at);
      RawClient client(server.port());
      client.send(row.bytes.substr(0, at));
      client.send(row.bytes.substr(at));
      check_answers(client, row);
    }
  }
}

TEST_CASE(
    "a request that two readers could cut differently is refused, and nothing behind it read") {
  check_rows(desynchronising_rows());
}

TEST_CASE("odd but unambiguous requests are cut in the one way there is") {
  check_rows(plain_rows());
}

TEST_CASE("a fault behind a good request takes nothing from it, and nothing after it counts") {
  check_rows(mixed_rows());
}

TEST_CASE("the same bytes get the same answers wherever the network cuts them") {
  check_rows_in_two_pieces(desynchronising_rows());
  check_rows_in_two_pieces(plain_rows());
  check_rows_in_two_pieces(mixed_rows());
}

} // namespace
} // namespace grunndata::api::http::testing
