// Keys fetched together, kept while good, refused when too old; on a clock that tests move and with
// a fetch that tests answer.
#include "api/access/issuer_keys.h"
#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace grunndata::tests;

namespace {

using namespace grunndata::api::access;
using grunndata::registry::Instant;

constexpr const char* url = "https://sts.test";

std::string key_set(const std::vector<JsonMembers>& keys) {
  std::string json = R"({"keys":[)";
  for (const JsonMembers& key : keys)
    json.append(&key == keys.data() ? "" : ",").append(key.json());
  return json + "]}";
}

/// What the issuer answers, and how often it was asked for keys.
class Source {
public:
  FetchResult fetch(const std::string& asked, const FetchLimits& limits) {
    if (asked.ends_with("/metadata")) {
      return std::string(R"({"issuer":"https://sts.test","jwks_uri":"https://sts.test/keys"})");
    }
    std::unique_lock lock(mutex_);
    ++asked_;
    changed_.notify_all();
    while (held_ && !limits.stop.load()) changed_.wait_for(lock, std::chrono::milliseconds(1));
    return answer_;
  }
  void answer(FetchResult with) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(with);
  }
  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  /// Waits until keys have been asked for so often.
  void wait_asked(int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= times; });
  }
  int asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  FetchResult answer_ = key_set(usual_keys());
  bool held_ = false;
  int asked_ = 0;
};

struct Held {
  Held()
      : keys({url, "https://sts.test/metadata", std::chrono::hours(24), std::chrono::hours(1),
              std::chrono::seconds(10), std::chrono::seconds(30), [this] { return now(); },
              [this](const std::string& asked, const FetchLimits& limits) {
                return source.fetch(asked, limits);
              }}) {}
  ~Held() { source.hold(false); }

  [[nodiscard]] Instant now() const { return {seconds.load() * 1'000'000}; }
  std::string find(const std::string& kid) {
    const auto found = keys.find(kid, Algorithm::rs256);
    if (found) return "found";
    switch (found.error().kind) {
      case KeyFault::Kind::unknown_kid: return "unknown";
      case KeyFault::Kind::wrong_algorithm: return "misfit";
      case KeyFault::Kind::unavailable: break;
    }
    return "unavailable " + std::to_string(found.error().retry_after_seconds);
  }
  /// Until a refresh in the background has ended.
  void wait_fetches(std::uint64_t fetches, std::uint64_t failures) const {
    while (keys.fetches() < fetches || keys.failures() < failures) std::this_thread::yield();
  }

  std::atomic<std::int64_t> seconds{test_time};
  Source source;
  IssuerKeys keys;
};

} // namespace

TEST_CASE("keys are fetched when first needed, once for all who wait") {
  Held held;
  CHECK(held.source.asked() == 0);
  CHECK(!held.keys.has_keys(held.now()));
  held.source.hold(true);
  constexpr int thread_count = 12;
  std::atomic<int> found{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < thread_count; ++i) {
    threads.emplace_back([&] {
      if (held.find("rsa") == "found") ++found;
    });
  }
  held.source.wait_asked(1);
  held.source.hold(false);
  for (std::thread& thread : threads) thread.join();
  CHECK(found == thread_count);
  CHECK(held.source.asked() == 1);
  CHECK(held.keys.fetches() == 1);
  CHECK(held.keys.has_keys(held.now()));
}

TEST_CASE("an unknown kid asks once, and then not again for a while") {
  Held held;
  CHECK(held.find("rsa") == "found");
  CHECK(held.find("new") == "unknown"); // asked a moment ago
  CHECK(held.source.asked() == 1);
  held.seconds += 10;
  std::vector<JsonMembers> rotated = usual_keys();
  rotated.push_back(jwk(test_keys().other_rsa, "new"));
  held.source.answer(key_set(rotated));
  CHECK(held.find("new") == "found");
  CHECK(held.source.asked() == 2);
  for (int i = 0; i < 100; ++i) CHECK(held.find("made up " + std::to_string(i)) == "unknown");
  held.seconds += 9;
  CHECK(held.find("made up") == "unknown");
  CHECK(held.source.asked() == 2);
}

TEST_CASE("a kid of a key that the algorithm does not fit asks for nothing") {
  Held held;
  CHECK(held.find("p256") == "misfit");
  held.seconds += 60;
  CHECK(held.find("p256") == "misfit");
  CHECK(held.source.asked() == 1);
}

TEST_CASE("the generation changes when the keys do, and only then") {
  Held held;
  CHECK(held.find("rsa") == "found");
  const std::uint64_t first = held.keys.find("rsa", Algorithm::rs256)->generation;
  CHECK(held.keys.stands(first, held.now()));
  held.seconds += 11;
  CHECK(held.find("nobody's") == "unknown"); // fetched anew: the same keys
  CHECK(held.source.asked() == 2);
  CHECK(held.keys.stands(first, held.now()));
  held.seconds += 11;
  held.source.answer(key_set({jwk(test_keys().other_rsa, "rsa")})); // another key, the same name
  CHECK(held.find("nobody's") == "unknown");
  CHECK(!held.keys.stands(first, held.now()));
  const std::uint64_t second = held.keys.find("rsa", Algorithm::rs256)->generation;
  held.seconds += 11;
  JsonMembers narrowed = jwk(test_keys().other_rsa, "rsa");
  held.source.answer(key_set({narrowed.set_text("alg", "PS256")})); // the same key, for less
  CHECK(held.find("nobody's") == "unknown");
  CHECK(!held.keys.stands(second, held.now()));
}

TEST_CASE("old keys are fetched anew in the background, while the old ones serve") {
  Held held;
  CHECK(held.find("rsa") == "found");
  held.seconds += 3'599;
  held.keys.refresh_if_due(held.now());
  CHECK(held.find("rsa") == "found");
  CHECK(held.source.asked() == 1);
  held.seconds += 1;
  held.source.hold(true);
  CHECK(held.find("rsa") == "found"); // does not wait for the held fetch
  held.source.wait_asked(2);
  for (int i = 0; i < 10; ++i) CHECK(held.find("rsa") == "found");
  held.source.hold(false);
  held.wait_fetches(2, 0);
  CHECK(held.source.asked() == 2);
}

TEST_CASE("the last good keys serve for a day when none can be fetched, and then no longer") {
  Held held;
  CHECK(held.find("rsa") == "found");
  const std::uint64_t generation = held.keys.find("rsa", Algorithm::rs256)->generation;
  held.source.answer(tl::unexpected<std::string_view>("no answer"));
  held.seconds += 86'399;
  CHECK(held.find("rsa") == "found");
  held.wait_fetches(2, 1);
  CHECK(held.keys.stands(generation, held.now()));
  CHECK(held.find("new").starts_with("unavailable")); // perhaps there, but it cannot be told
  held.seconds += 1;
  CHECK(!held.keys.stands(generation, held.now()));
  CHECK(!held.keys.has_keys(held.now()));
  CHECK(held.find("rsa") == "unavailable 9");
  held.seconds += 10;
  held.source.answer(key_set(usual_keys()));
  CHECK(held.find("rsa") == "found");
  CHECK(held.keys.stands(generation, held.now())); // the same keys as before
}

TEST_CASE("without keys a failed fetch is tried again only after a while") {
  Held held;
  held.source.answer(tl::unexpected<std::string_view>("no answer"));
  CHECK(held.find("rsa") == "unavailable 10");
  for (int i = 0; i < 100; ++i) CHECK(held.find("rsa") == "unavailable 10");
  CHECK(held.source.asked() == 1);
  held.seconds += 7;
  CHECK(held.find("rsa") == "unavailable 3");
  held.seconds += 3;
  held.source.answer(key_set(usual_keys()));
  CHECK(held.find("rsa") == "found");
  CHECK(held.keys.failures() == 1);
}

TEST_CASE("documents that are no keys leave the good ones in place") {
  Held held;
  CHECK(held.find("rsa") == "found");
  std::uint64_t failures = 0;
  const std::string giant(300, 'k');
  std::vector<JsonMembers> many(101, usual_keys()[0]);
  for (const std::string& document :
       {std::string(), std::string("{}"), std::string(R"({"keys":[]})"),
        std::string(R"({"keys":{}})"), std::string(R"({"keys":["rsa",7,null]})"),
        std::string(R"({"keys":[{"kty":"RSA")"), std::string("<html>"), key_set(many),
        key_set({jwk(test_keys().rsa, giant)}), key_set({test_keys().rsa.jwk()}),
        key_set({jwk(test_keys().short_rsa, "short")}),
        key_set({usual_keys()[0]}).insert(1, R"("keys":[],)")}) {
    CAPTURE(document.substr(0, 60));
    held.seconds += 11;
    held.source.answer(document);
    CHECK(held.find("new").starts_with("unavailable"));
    CHECK(held.keys.failures() == ++failures);
    CHECK(held.find("rsa") == "found");
  }
}

TEST_CASE("a fetch that hangs does not keep the keys from ending") {
  Source source;
  source.hold(true);
  {
    IssuerKeys keys({url, "https://sts.test/metadata", std::chrono::hours(24),
                     std::chrono::hours(1), std::chrono::seconds(10), std::chrono::hours(1),
                     [] { return Instant{test_time * 1'000'000}; },
                     [&](const std::string& asked, const FetchLimits& limits) {
                       return source.fetch(asked, limits);
                     }});
    keys.refresh_if_due({test_time * 1'000'000});
    source.wait_asked(1);
  }
  CHECK(source.asked() == 1);
}

TEST_CASE("metadata must be of the issuer that is configured, and its keys in a safe place") {
  const std::string good = R"({"issuer":"https://sts.test","jwks_uri":"https://sts.test/k"})";
  CHECK(jwks_uri_of(good, url) == "https://sts.test/k");
  CHECK(jwks_uri_of(good, "https://sts.test/").error() ==
        "The metadata is of another issuer than configured");
  for (const auto& [metadata, sentence] : {
           std::pair<std::string, std::string>("[]", "The issuer's metadata is not a JSON object"),
           {R"({"jwks_uri":"https://sts.test/k"})",
            "The metadata is of another issuer than configured"},
           {R"({"issuer":"https://sts.test"})", "The issuer's metadata has no jwks_uri"},
           {R"({"issuer":"https://sts.test","jwks_uri":"file:///etc/passwd"})",
            "The issuer's metadata has no jwks_uri"},
           {R"({"issuer":"https://sts.test","jwks_uri":"http://sts.test/k"})",
            "The issuer's jwks_uri is plain http"},
       }) {
    CHECK(jwks_uri_of(metadata, url).error() == sentence);
  }
  CHECK(jwks_uri_of(R"({"issuer":"https://sts.test","jwks_uri":"http://127.0.0.1:9/k"})", url));
}
