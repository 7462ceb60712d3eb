#include "api/access/compact_jws.h"
#include "api/access/json.h"
#include "api/access/sha256.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace grunndata::api::access;

TEST_CASE("base64url of known bytes, both ways") {
  // RFC 4648 10 without its padding, and RFC 7515 C.
  for (const auto& [bytes, text] : {std::pair<std::string, std::string>("", ""),
                                    {"f", "Zg"},
                                    {"fo", "Zm8"},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg"},
                                    {"fooba", "Zm9vYmE"},
                                    {"foobar", "Zm9vYmFy"},
                                    {"\x03\xec\xff\xe0\xc1", "A-z_4ME"}}) {
    CHECK(base64url_encode(bytes) == text);
    CHECK(base64url_decode(text) == bytes);
  }
}

TEST_CASE("one text only stands for some bytes") {
  for (const std::string text : {"Zh", "Zm9", "Zg==", "Zm8=", "Zg ", " Zg", "Zm9v\n", "A", "Zm9vA",
                                 "A+z/4ME", "Zm9v.Zm9v", "Zm\xc3\xa6"}) {
    CAPTURE(text);
    const auto bytes = base64url_decode(text);
    CHECK(!bytes);
  }
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    CHECK(base64url_decode(base64url_encode(bytes)) == bytes);
  }
}

TEST_CASE("SHA-256 of known texts, in parts or whole") {
  const Digest abc = sha256({"abc"}); // FIPS 180-4
  CHECK(is_base64url_of("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", abc));
  CHECK(!is_base64url_of("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1", abc));
  CHECK(!is_base64url_of("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", abc));
  CHECK(!is_base64url_of("", abc));
  CHECK(sha256({"a", "", "bc"}) == abc);
  CHECK(sha256({"ab"}) != abc);
}

TEST_CASE("a compact JWS has three parts and none of them empty") {
  const auto jws = CompactJws::split("a.bc.def");
  REQUIRE(jws);
  CHECK(jws->header == "a");
  CHECK(jws->payload == "bc");
  CHECK(jws->signature == "def");
  for (const std::string text : {"", ".", "..", "...", "a", "a.b", "a.b.", ".b.c", "a..c", "a.b.c.",
                                 "a.b.c.d", "a.b.c.d.e"}) {
    CAPTURE(text);
    CHECK(!CompactJws::split(text));
  }
}

TEST_CASE("JSON from strangers is read strictly") {
  const auto document = JsonDocument::parse(
      R"( {"text":"\u00e6","whole":-7,"real":1.0,"list":["a",{}],"none":null,"object":{"x":1}} )");
  REQUIRE(document);
  const JsonView root = document->root();
  CHECK(root.member("text").text() == "\xc3\xa6");
  CHECK(root.member("whole").whole_number() == -7);
  CHECK(!root.member("real").whole_number());
  CHECK(!root.member("text").whole_number());
  CHECK(root.member("list").is_array());
  CHECK(root.member("list").size() == 2);
  CHECK(root.member("list").at(0).text() == "a");
  CHECK(!root.member("list").at(2).exists());
  CHECK(root.member("none").is_null());
  CHECK(root.member("none").exists());
  CHECK(!root.member("nothing").exists());
  CHECK(!root.member("nothing").member("at all").at(3).text());
  CHECK(root.member("object").member("x").whole_number() == 1);
  CHECK(root.size() == 6);
}

TEST_CASE("what is not one JSON object with each member once is no document") {
  std::string deep_enough(json_depth_max - 1, '[');
  deep_enough.append(json_depth_max - 1, ']');
  CHECK(JsonDocument::parse("{\"a\":" + deep_enough + "}"));
  CHECK(!JsonDocument::parse("{\"a\":[" + deep_enough + "]}"));
  CHECK(JsonDocument::parse(R"({"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[["})"));
  for (const std::string text : {"",
                                 "null",
                                 "[]",
                                 "\"a\"",
                                 "7",
                                 "{",
                                 "{}}",
                                 "{} {}",
                                 "{\"a\":1,}",
                                 "{'a':1}",
                                 "{a:1}",
                                 "{\"a\":1,\"a\":1}",
                                 "{\"a\":{\"b\":1,\"b\":1}}",
                                 "{\"a\":01}",
                                 "{\"a\":+1}",
                                 "{\"a\":1e999}",
                                 "{\"a\":99999999999999999999}",
                                 "{\"a\":NaN}",
                                 "{\"a\":Infinity}",
                                 "{\"a\":\"\t\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u0000\"}",
                                 "{\"a\":\"\xc3\"}",
                                 "{\"a\":tru}",
                                 "\xef\xbb\xbf{}"}) {
    CAPTURE(text);
    CHECK(!JsonDocument::parse(text));
  }
  CHECK(!JsonDocument::parse(std::string_view("{}\0", 3)));
}
