#include "api/http/problem.h"

#include "api/http/response_head.h"

#include <doctest/doctest.h>
#include <set>

namespace grunndata::api::http {
namespace {

TEST_CASE("every kind of problem has a code of its own and a known status") {
  std::set<std::string_view> codes;
  for (const ProblemKind& kind : transport_problems()) {
    CAPTURE(kind.code);
    CHECK(codes.insert(kind.code).second);
    CHECK(reason_phrase(kind.status) != "Status");
    CHECK_FALSE(kind.title.empty());
  }
}

TEST_CASE("a problem is written with what is known of it") {
  Response response;
  response.body = "something half done";
  write_problem(response, {problem::bad_header, {}, {}, {}, {}});
  CHECK(response.status == 400);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body == R"({"type":"/problems/bad_header","title":"A header is not valid",)"
                         R"("status":400,"code":"bad_header"})");
  const std::array<ProblemItem, 2> items{{{"/a", "length", "too short"}, {"/b", "", ""}}};
  write_problem(response, {problem::bad_header, "why", "/x", "id-1", items});
  CHECK(response.body ==
        R"({"type":"/problems/bad_header","title":"A header is not valid","status":400,)"
        R"("detail":"why","instance":"/x","code":"bad_header","request_id":"id-1",)"
        R"("errors":[{"pointer":"/a","code":"length","detail":"too short"},{"pointer":"/b"}]})");
}

TEST_CASE("JSON strings are escaped, and bytes that are no UTF-8 replaced") {
  std::string out;
  append_json_string(out, "a\"\\\n\r\t\x01\x1f/\xC3\xB8\xF0\x9F\x98\x80");
  CHECK(out == "\"a\\\"\\\\\\n\\r\\t\\u0001\\u001f/\xC3\xB8\xF0\x9F\x98\x80\"");
  out.clear();
  append_json_string(out, "\xC3(\xED\xA0\x80\xC0\xAF");
  CHECK(out == "\"\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("a response takes no header that would break the framing") {
  Response response;
  CHECK(response.add_header("ETag", "\"1\""));
  CHECK_FALSE(response.add_header("Content-Length", "5"));
  CHECK_FALSE(response.add_header("transfer-encoding", "chunked"));
  CHECK_FALSE(response.add_header("X", "a\r\nSet-Cookie: b"));
  CHECK_FALSE(response.add_header("X Y", "a"));
  CHECK_FALSE(response.add_header("", "a"));
  CHECK(response.header("etag") == "\"1\"");
  CHECK(response.header("x") == std::nullopt);
  CHECK(response.header_lines() == "ETag: \"1\"\r\n");
  response.reset();
  CHECK(response.header_lines().empty());
}

TEST_CASE("request ids are made once each") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) CHECK(seen.emplace(make_request_id()).second);
}

} // namespace
} // namespace grunndata::api::http
