#include "api/access/url.h"

#include <doctest/doctest.h>

#include <string>

using grunndata::api::access::normalised_path;
using grunndata::api::access::Url;

TEST_CASE("URLs are taken apart and made alike") {
  struct Row {
    std::string text;
    std::string origin;
    std::string path;
  };
  for (const Row& row : {
           Row{"https://a.test", "https://a.test", "/"},
           Row{"https://a.test/", "https://a.test", "/"},
           Row{"HTTPS://A.Test:443/B", "https://a.test", "/B"},
           Row{"http://a.test:80/b", "http://a.test", "/b"},
           Row{"http://a.test:443/b", "http://a.test:443", "/b"},
           Row{"https://a.test:8443/b/", "https://a.test:8443", "/b/"},
           Row{"http://[::1]:90/b", "http://[::1]:90", "/b"},
           Row{"https://a.test?q", "https://a.test", "/"},
           Row{"https://a.test/b?q=/../c#d", "https://a.test", "/b"},
           Row{"https://a.test/%7eb/%c3%a6%2f", "https://a.test", "/~b/%C3%A6%2F"},
           Row{"https://a.test/a/b/c/./../../g", "https://a.test", "/a/g"},
           Row{"https://a.test/../../g", "https://a.test", "/g"},
           Row{"https://a.test/a/..", "https://a.test", "/"},
           Row{"https://a.test/a/.", "https://a.test", "/a/"},
           Row{"https://a.test/.a/..b/c...", "https://a.test", "/.a/..b/c..."},
           Row{"https://a.test/a/%2e%2E/b", "https://a.test", "/b"},
           Row{"https://a.test//a//b", "https://a.test", "//a//b"},
       }) {
    CAPTURE(row.text);
    const auto url = Url::parse(row.text);
    REQUIRE(url);
    CHECK(url->origin() == row.origin);
    CHECK(url->path == row.path);
  }
}

TEST_CASE("what is no absolute http or https URL is not taken") {
  for (const std::string text : {"",
                                 "a.test",
                                 "//a.test/",
                                 "/a",
                                 "ftp://a.test/",
                                 "file:///etc/passwd",
                                 "https:/a.test",
                                 "https://",
                                 "https:///a",
                                 "https://u@a.test/",
                                 "https://u:p@a.test/",
                                 "https://a b.test/",
                                 "https://a.test:/",
                                 "https://a.test:x/",
                                 "https://a.test:70000/",
                                 "https://a.test/ ",
                                 "https://a.test/\n",
                                 "https://a.test/%",
                                 "https://a.test/%4",
                                 "https://a.test/%zz",
                                 "https://a.test/\xc3\xa6",
                                 "https://a.test/a\"b",
                                 "https://a.test/?a b",
                                 "https://[::1/",
                                 "javascript://a.test/"}) {
    CAPTURE(text);
    CHECK(!Url::parse(text));
  }
  CHECK(!Url::parse("https://a.test/" + std::string(9'000, 'a')));
}

TEST_CASE("plain http is safe on loopback only") {
  for (const std::string text : {"https://a.test", "http://localhost:90", "http://127.0.0.1/x",
                                 "http://127.1.2.3", "http://[::1]:80"}) {
    CAPTURE(text);
    CHECK(Url::parse(text)->is_safe());
  }
  for (const std::string text :
       {"http://a.test", "http://localhost.a.test", "http://127.0.0.1.a.test", "http://0.0.0.0",
        "http://10.0.0.1", "http://[::2]", "http://2130706433"}) {
    CAPTURE(text);
    CHECK(!Url::parse(text)->is_safe());
  }
}

TEST_CASE("a path keeps what RFC 3986 says differs") {
  CHECK(normalised_path("/v1/person") == "/v1/person");
  CHECK(normalised_path("") == "/");
  CHECK(normalised_path("/A") != normalised_path("/a"));
  CHECK(normalised_path("/a%2Fb") != normalised_path("/a/b"));
  CHECK(!normalised_path("a"));
  CHECK(!normalised_path("/a?b"));
}
