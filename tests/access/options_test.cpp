#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <string>

using namespace grunndata::tests;

namespace {

namespace access = grunndata::api::access;

access::AuthenticatorOptions good_options() {
  access::AuthenticatorOptions options;
  options.issuers = {{"helseid", "https://sts.test", "nhn:grunndata", "", {}},
                     {"own", "http://localhost:9000/", "grunndata", "http://127.0.0.1:9/m", {}}};
  options.public_url = "https://grunndata.test";
  return options;
}

} // namespace

TEST_CASE("good options make an authenticator, which fetches nothing by itself") {
  const auto made = access::Authenticator::make(good_options());
  REQUIRE(made);
  CHECK((*made)->figures().key_fetches == 0);
}

TEST_CASE("options that contradict themselves are refused in a sentence") {
  using Options = access::AuthenticatorOptions;
  struct Row {
    std::string sentence;
    void (*change)(Options&);
  };
  for (const Row& row : {
           Row{"no issuer of tokens is configured", [](Options& o) { o.issuers.clear(); }},
           Row{"an issuer has no name", [](Options& o) { o.issuers[0].name = ""; }},
           Row{"issuer helseid: audience is empty", [](Options& o) { o.issuers[0].audience = ""; }},
           Row{"issuer helseid: url is not an http or https URL",
               [](Options& o) { o.issuers[0].url = "sts.test"; }},
           Row{"issuer helseid: url is plain http, which is taken for loopback only",
               [](Options& o) { o.issuers[0].url = "http://sts.test"; }},
           Row{"issuer own: metadata_url is plain http, which is taken for loopback only",
               [](Options& o) { o.issuers[1].metadata_url = "http://sts.test/m"; }},
           Row{"issuer own: an alias has no scope or no right",
               [](Options& o) {
                 o.issuers[1].aliases.push_back({"scope", {}});
               }},
           Row{"two issuers have the same name or URL: own",
               [](Options& o) { o.issuers[1].url = o.issuers[0].url; }},
           Row{"public_url is not an http or https URL", [](Options& o) { o.public_url = ""; }},
           Row{"public_url is plain http, which is taken for loopback only",
               [](Options& o) { o.public_url = "http://grunndata.test"; }},
           Row{"public_url has more than scheme, host and port",
               [](Options& o) { o.public_url = "https://grunndata.test/"; }},
           Row{"the clock leeway is not between 0 and 60 seconds",
               [](Options& o) { o.clock_leeway = std::chrono::seconds(61); }},
           Row{"a proof's validity is not between 1 and 300 seconds",
               [](Options& o) { o.proof_validity = std::chrono::seconds(0); }},
           Row{"keys must be kept at least until refreshed, and refreshed no sooner than retried",
               [](Options& o) { o.keys_kept = std::chrono::seconds(10); }},
           Row{"the time for a fetch is not positive",
               [](Options& o) { o.fetch_timeout = std::chrono::milliseconds(0); }},
           Row{"room for at least one proof and one token is needed",
               [](Options& o) { o.proofs_remembered_max = 0; }},
       }) {
    Options options = good_options();
    row.change(options);
    const auto made = access::Authenticator::make(std::move(options));
    REQUIRE(!made);
    CHECK(made.error().message == row.sentence);
    CHECK(made.error().code == grunndata::registry::ErrorCode::invalid);
  }
}
