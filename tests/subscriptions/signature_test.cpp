// How receivers know that a delivery is ours.
#include "api/v1/subscriptions/subscription_json.h"
#include "api/webhooks/dispatcher.h"
#include "api/webhooks/signature.h"

#include <doctest/doctest.h>

using namespace grunndata::api;
using namespace grunndata::api::webhooks;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("a signature is that of Standard Webhooks' own example") {
  const auto secret = secret_of_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  REQUIRE(secret.has_value());
  CHECK(secret->size() == 24);
  CHECK(signature_of(*secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                     R"({"test": 2432232314})") ==
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  CHECK(signature_of(*secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265331,
                     R"({"test": 2432232314})") !=
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("a secret is written one way and read no other") {
  for (std::size_t bytes = 1; bytes <= 64; ++bytes) {
    const std::string secret(bytes, '\xfb');
    CHECK(secret_of_text(text_of_secret(secret)) == secret);
  }
  for (const char* text : {"", "whsec_", "whsec_A", "whsec_AAA", "whsec_AA==AAAA", "whsec_A===",
                           "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_Mf KQ9r8", "whsec_AB==",
                           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS-", "WHSEC_MfKQ"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(secret_of_text(text).has_value());
  }
  CHECK(new_secret()->size() == 32);
  CHECK(new_secret() != new_secret());
}

TEST_CASE("a duration is read as ISO 8601 has it, without months and years") {
  CHECK(v1::parse_duration("PT1H") == seconds(3600));
  CHECK(v1::parse_duration("P1DT2H3M4S") == seconds(93784));
  CHECK(v1::parse_duration("P1W") == seconds(604800));
  CHECK(v1::parse_duration("PT90M") == seconds(5400));
  CHECK(v1::parse_duration("3600") == seconds(3600));
  CHECK(v1::parse_duration("0") == seconds(0));
  CHECK(v1::parse_duration(v1::format_duration(seconds(5400))) == seconds(5400));
  for (const char* text : {"", "P", "PT", "P1DT", "1H", "P1H", "PT1D", "P1M", "P1Y", "PT1M1H",
                           "PT1.5H", "-1", "+1", "PT1H ", "pt1h", "PT1", "PT99999999999S"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(v1::parse_duration(text).has_value());
  }
}

TEST_CASE("tries come later and later, never longer apart than allowed, and not all at once") {
  const milliseconds first(1000);
  const milliseconds most(60'000);
  CHECK(retry_after(1, first, most, 1) == milliseconds(1000));
  CHECK(retry_after(1, first, most, 0) == milliseconds(500));
  CHECK(retry_after(4, first, most, 1) == milliseconds(8000));
  CHECK(retry_after(7, first, most, 1) == most);
  CHECK(retry_after(4'000'000'000, first, most, 1) == most);
  CHECK(retry_after(4'000'000'000, first, most, 0) == most / 2);
}
