// Proofs over a restart: what may have been used before is refused, what cannot have been is not.
#include "tests/access/test_issuer.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

using namespace grunndata::tests;

namespace {

constexpr const char* too_old =
    "proof_invalid: The proof is older than this server; make a new one";

} // namespace

TEST_CASE("proofs that may have been used before the start are refused") {
  Trust trust; // started a minute before test_time
  const SigningKey& holder = test_keys().p256;
  Draft draft = token_draft(trust.issuer.url(), &holder);
  draft.claims.set("nbf", "0").set("iat", "0");
  const std::string token = draft.text();
  const std::int64_t first = test_time - 60 + 5; // one before us may have had a leeway of 5 seconds
  trust.set_time(first);
  CHECK(with_proof(trust, token, proof_draft(holder, token, first - 1).text()) == too_old);
  CHECK(with_proof(trust, token, proof_draft(holder, token, first).text()) == "ok");
}

TEST_CASE("a proof of the second of the start may have been used before it") {
  const auto clock = std::make_shared<std::atomic<std::int64_t>>(test_time * 1'000'000 + 700'000);
  Trust trust([&](auto& options) {
    options.clock = [clock] { return grunndata::registry::Instant{clock->load()}; };
    options.clock_leeway = std::chrono::seconds(0);
  });
  const SigningKey& holder = test_keys().p256;
  const std::string token = trust.token(&holder);
  CHECK(with_proof(trust, token, proof_draft(holder, token, test_time).text()) == too_old);
  *clock = (test_time + 1) * 1'000'000;
  CHECK(with_proof(trust, token, proof_draft(holder, token, test_time).text()) == too_old);
  CHECK(with_proof(trust, token, proof_draft(holder, token, test_time + 1).text()) == "ok");
}

TEST_CASE("a proof from a clock that runs ahead is not taken again after a restart") {
  const auto clock = std::make_shared<std::atomic<std::int64_t>>(test_time * 1'000'000);
  const auto on_clock = [&](auto& options) {
    options.clock = [clock] { return grunndata::registry::Instant{clock->load()}; };
    options.clock_leeway = std::chrono::seconds(5);
  };
  Trust before(on_clock);
  *clock += 60 * 1'000'000;
  const SigningKey& holder = test_keys().p256;
  const std::string token = before.token(&holder);
  const auto proof_ahead = [&](std::int64_t seconds) {
    return proof_draft(holder, token, test_time + 60 + seconds).text();
  };
  const std::string used = proof_ahead(5);
  CHECK(with_proof(before, token, used) == "ok");
  *clock += 1; // a server that starts as quickly as it can
  Trust after([&](auto& options) {
    on_clock(options);
    options.issuers.front().url = before.issuer.url();
  });
  CHECK(with_proof(after, token, used) == too_old);
  *clock += 6 * 1'000'000;
  CHECK(with_proof(after, token, used) == too_old);
  CHECK(with_proof(after, token, proof_ahead(6)) == "ok");
}

TEST_CASE("a start that knows of proofs taken ahead of the clock waits for no others") {
  const auto clock = std::make_shared<std::atomic<std::int64_t>>(test_time * 1'000'000);
  std::optional<std::int64_t> kept = 0;
  int writes = 0;
  bool can_write = true;
  const auto on_clock = [&](auto& options) {
    options.clock = [clock] { return grunndata::registry::Instant{clock->load()}; };
    options.clock_leeway = std::chrono::seconds(5);
    options.ahead = {kept, [&](std::int64_t newest) {
                       if (can_write) kept = newest;
                       return can_write && ++writes != 0;
                     }};
  };
  Trust before(on_clock);
  *clock += 60 * 1'000'000;
  const SigningKey& holder = test_keys().p256;
  const std::string token = before.token(&holder);
  const auto proof_ahead = [&](std::int64_t seconds) {
    return proof_draft(holder, token, test_time + 60 + seconds).text();
  };
  const auto restarted = [&] {
    return Trust([&](auto& options) {
      on_clock(options);
      options.issuers.front().url = before.issuer.url();
    });
  };
  CHECK(with_proof(before, token, proof_ahead(0)) == "ok");
  CHECK(writes == 0); // its second has begun
  *clock += 1;
  Trust at_once = restarted();
  *clock = (test_time + 61) * 1'000'000;
  CHECK(with_proof(at_once, token, proof_ahead(0)) == too_old);
  CHECK(with_proof(at_once, token, proof_ahead(1)) == "ok");

  const std::string used = proof_ahead(3);
  can_write = false;
  CHECK(with_proof(at_once, token, used).starts_with("proof_invalid: The proof is made in"));
  can_write = true;
  CHECK(with_proof(at_once, token, used) == "ok"); // the refusal did not use it up
  CHECK(with_proof(at_once, token, proof_ahead(3)) == "ok");
  CHECK(with_proof(at_once, token, proof_ahead(4)) == "ok");
  CHECK(writes == 1);
  CHECK(kept >= test_time + 64);
  *clock += 1;
  Trust after = restarted();
  *clock += 5 * 1'000'000;
  CHECK(with_proof(after, token, used) == too_old);
  CHECK(with_proof(after, token, proof_draft(holder, token, *kept).text()) == too_old);
  CHECK(with_proof(after, token, proof_draft(holder, token, *kept + 1).text()) == "ok");
}

TEST_CASE("on the system's clock the start waits for a second in which every proof is new") {
  const auto second_of_now = [] { return grunndata::registry::now().microseconds / 1'000'000; };
  const std::int64_t before = second_of_now();
  Trust trust([](auto& options) {
    options.clock = nullptr;
    options.clock_leeway = std::chrono::seconds(2);
  });
  const std::int64_t begun = second_of_now();
  CHECK(begun > before + 2);
  const SigningKey& holder = test_keys().p256;
  Draft draft = token_draft(trust.issuer.url(), &holder);
  draft.claims.set("nbf", "0").set("iat", "0").set("exp", std::to_string(begun + 600));
  const std::string token = draft.text();
  CHECK(with_proof(trust, token, proof_draft(holder, token, before + 2).text()) == too_old);
  CHECK(with_proof(trust, token, proof_draft(holder, token, begun).text()) == "ok");
}
