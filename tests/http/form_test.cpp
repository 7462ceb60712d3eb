#include "api/http/form.h"
#include "api/http/host.h"

#include <doctest/doctest.h>
#include <utility>
#include <vector>

namespace grunndata::api::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::pair<Pairs, std::optional<DecodeError>> read(std::string_view text) {
  Pairs pairs;
  FormReader reader(text);
  while (reader.next()) pairs.emplace_back(reader.name(), reader.value());
  return {pairs, reader.error()};
}

TEST_CASE("a form gives its pairs decoded and in order") {
  CHECK(read("").first.empty());
  CHECK(read("a=1&b=&c&a=2&&=x&").first ==
        Pairs{{"a", "1"}, {"b", ""}, {"c", ""}, {"a", "2"}, {"", "x"}});
  CHECK(read("n%61me=a+b%2B%26%3D%c3%A5=").first == Pairs{{"name", "a b+&=\xC3\xA5="}});
}

TEST_CASE("a form that cannot be decoded says why and stops") {
  CHECK(read("a=1&b=%4&c=2").first == Pairs{{"a", "1"}});
  CHECK(read("a=1&b=%4&c=2").second == DecodeError::bad_percent);
  CHECK(read("%zz").second == DecodeError::bad_percent);
  CHECK(read("a=%00").second == DecodeError::nul_byte);
  CHECK(read("a=%ff").second == DecodeError::not_utf8);
  CHECK(read("%C3=1").second == DecodeError::not_utf8);
  CHECK(decode_error_name(DecodeError::not_utf8) == "not_utf8");
}

TEST_CASE("a path segment keeps its plus") {
  std::string out = "before";
  CHECK_FALSE(percent_decode("a+b%20c", out));
  CHECK(out == "a+b c");
  CHECK(percent_decode("a%", out) == DecodeError::bad_percent);
  CHECK(out.empty());
}

TEST_CASE("host names are told from what is none") {
  CHECK(host_name("localhost") == "localhost");
  CHECK(host_name("localhost:8080") == "localhost");
  CHECK(host_name("[::1]:1") == "[::1]");
  CHECK(host_name("[::1]") == "[::1]");
  for (const std::string_view bad : {"", ":80", "a:", "a:b", "a:65536", "a:123456", "[::1", "[]",
                                     "[::1]x", "[::g]", "a b", "u@h", "a/b", "::1", "a:1:2"}) {
    CAPTURE(bad);
    CHECK_FALSE(host_name(bad).has_value());
  }
}

TEST_CASE("only loopback names are loopback") {
  for (const std::string_view good :
       {"localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "[::1]"}) {
    CAPTURE(good);
    CHECK(is_loopback_name(good));
  }
  for (const std::string_view bad : {"localhost.example", "127.0.0", "127.0.0.256", "127.0.0.1.2",
                                     "127.0.0.1.nip.io", "128.0.0.1", "[::2]", "", "127.a.0.1"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_loopback_name(bad));
  }
}

} // namespace
} // namespace grunndata::api::http
