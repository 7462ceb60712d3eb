// Where webhooks may go: the form of a URL, and every kind of address that is not public.
#include "api/webhooks/address.h"
#include "api/webhooks/transfers.h"
#include "tests/subscriptions/receiver.h"

#include <doctest/doctest.h>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

using namespace grunndata::api::webhooks;
using grunndata::tests::eventually;
using grunndata::tests::Receiver;
using grunndata::tests::Received;
using grunndata::tests::Reply;

TEST_CASE("only addresses of the public Internet are public") {
  for (const char* address :
       {"8.8.8.8", "193.156.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "2001:4860:4860::8888", "2a00:1450::1", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2002:808:808::1", "2001:200::1"}) {
    CAPTURE(std::string(address));
    CHECK(is_public(std::string(address)));
  }
  for (const char* address :
       {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200",
        "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16", "169.254.169.254",
        "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1",
        "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "100::1", "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:1ff::1", "2001:db8::1",
        "2002:7f00:1::1", "2002:a00:1::1", "2002:c0a8:101::1", "3fff::1", "3fff:fff::1", "5f00::1",
        "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "localhost", "", "8.8.8.8 "}) {
    CAPTURE(std::string(address));
    CHECK_FALSE(is_public(std::string(address)));
  }
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  CHECK_FALSE(is_public(reinterpret_cast<const sockaddr&>(local)));
}

TEST_CASE("a URL is absolute, of TLS, without user and fragment, and not plainly at home") {
  const AddressRules strict;
  for (const char* url : {"https://hospital.example/hook", "https://hospital.example:8443/",
                          "https://8.8.8.8/x?token=a", "https://[2a00:1450::1]/x"}) {
    CAPTURE(std::string(url));
    CHECK(fault_of_url(url, strict).empty());
  }
  for (const char* url :
       {"", "hospital.example", "/hook", "//hospital.example/", "http://hospital.example/",
        "ftp://hospital.example/", "file:///etc/passwd", "gopher://hospital.example/",
        "https://", "https:///x", "https://a@hospital.example/", "https://a:b@hospital.example/",
        "https://hospital.example/#x", "https://hospital.example/ x", "https://hospital.example/\n",
        "https://127.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://2130706433/",
        "https://0177.0.0.1/", "https://0/", "https://169.254.169.254/latest/meta-data",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
        "https://[fe80::1]/", "https://[64:ff9b::7f00:1]/", "https://localhost/",
        "https://x.localhost/", "https://10.0.0.1:8443/"}) {
    CAPTURE(std::string(url));
    CHECK_FALSE(fault_of_url(url, strict).empty());
  }
  const AddressRules loose{.allow_http = true, .allow_private = true};
  CHECK(fault_of_url("http://127.0.0.1:9000/hook", loose).empty());
  CHECK(fault_of_url("http://localhost/hook", loose).empty());
  CHECK_FALSE(fault_of_url("http://u:p@127.0.0.1/", loose).empty());
  CHECK_FALSE(fault_of_url("http://127.0.0.1/", {.allow_http = true}).empty());
  CHECK_FALSE(fault_of_url("http://127.0.0.1/", {.allow_private = true}).empty());
}

TEST_CASE("of a URL the origin alone is logged") {
  CHECK(origin_of("https://hospital.example:8443/hook/abc?token=secret") ==
        "https://hospital.example:8443");
  CHECK(origin_of("https://hospital.example/") == "https://hospital.example");
  CHECK(origin_of("nonsense").empty());
}

namespace {

std::vector<Ended> send(const TransferOptions& options, const std::string& url) {
  Transfers transfers(options);
  transfers.begin(7, {url, {"Content-Type: application/json"}, "{}"});
  std::vector<Ended> ended;
  REQUIRE(eventually([&] {
    transfers.wait(std::chrono::milliseconds(20));
    ended = transfers.ended();
    return !ended.empty();
  }));
  CHECK(transfers.under_way() == 0);
  REQUIRE(ended.size() == 1);
  CHECK(ended[0].tag == 7);
  return ended;
}

} // namespace

TEST_CASE("a name that leads to a private address when it is connected to is not connected") {
  Receiver receiver([](const Received&) { return Reply{}; });
  const std::string port = std::to_string(receiver.port());
  // Registered as a name, which says nothing of where it leads: here, what rebinding does.
  for (const std::string& host : {std::string("localhost"), std::string("127.0.0.1"),
                                  std::string("2130706433"), std::string("[::ffff:127.0.0.1]")}) {
    CAPTURE(host);
    TransferOptions options;
    options.addresses.allow_http = true;
    const auto refused = send(options, std::string("http://").append(host).append(":") + port);
    CHECK(refused[0].status == 0);
    CHECK(refused[0].problem == "address");
  }
  CHECK(receiver.connections() == 0);
  TransferOptions allowed;
  allowed.addresses = {.allow_http = true, .allow_private = true};
  CHECK(send(allowed, receiver.url())[0].status == 204);
  CHECK(receiver.connections() == 1);
}

TEST_CASE("no redirect is followed, no proxy asked, and a long answer is not read") {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  std::atomic<int> elsewhere{0};
  Receiver other([&](const Received&) {
    ++elsewhere;
    return Reply{};
  });
  TransferOptions options;
  options.addresses = {.allow_http = true, .allow_private = true};
  options.timeout = std::chrono::milliseconds(500);
  const auto answered = [&](const Reply& reply) {
    Receiver receiver([&](const Received&) { return reply; });
    return send(options, receiver.url())[0];
  };
  for (const int status : {301, 302, 303, 307, 308}) {
    const auto redirected =
        answered({.status = status, .headers = "Location: " + other.url() + "\r\n"});
    CHECK(redirected.status == status);
  }
  CHECK(elsewhere == 0);
  CHECK(answered({.status = 200, .body = std::string(10 << 20, 'x')}).status == 200);
  CHECK(answered({.status = 503, .headers = "Retry-After: 7\r\n"}).retry_after ==
        std::chrono::seconds(7));
  CHECK(answered({.cut = true}).problem == "cut");
  CHECK(answered({.delay = std::chrono::seconds(30)}).problem == "timeout");
  CHECK(send(options, "http://127.0.0.1:1/")[0].problem == "connect");
  const auto no_tls = send(options, "https://127.0.0.1:" + std::to_string(other.port()));
  CHECK(no_tls[0].status == 0);
  options.addresses.allow_http = false;
  CHECK_FALSE(send(options, other.url())[0].problem.empty());
  CHECK(elsewhere == 0);
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}
