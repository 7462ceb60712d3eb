// Emergency access: opened with a reason, for one person and some minutes, then reviewed.
#include "registry/clients/break_glass.h"
#include "registry/registry_impl.h"
#include "tests/registry/store_around.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr std::int64_t minute_us = 60'000'000;
constexpr std::int64_t day_us = 24 * 60 * minute_us;
constexpr const char* good_reason = "Unconscious patient, next of kin needed";

EntityId entity(std::uint8_t number) {
  EntityId id;
  id.bytes.fill(number);
  return id;
}

Client agreed() {
  Client client;
  client.id = "app";
  client.break_glass_parts.set(7);
  return client;
}

/// A registry with break-glass whose clock stands still until it is moved.
class Ward {
public:
  explicit Ward(Engine engine = Engine::memory) : town_(engine) { open(); }

  BreakGlass& glass() { return *glass_; }
  Town& town() { return town_; }
  Client& client() { return client_; }
  void reopen() {
    glass_.reset();
    town_.reopen();
    open();
  }
  void wait(std::int64_t microseconds) { time_ += microseconds; }
  [[nodiscard]] Instant time() const { return {time_}; }

  GrantRequest request(std::uint8_t person = 1, std::string user = "user-a") {
    return {client_,     "helseid",      std::move(user),          "Kari Lege", "9144900",
            "974760673", entity(person), EmergencyPurpose::etreat, good_reason};
  }
  std::uint64_t open_for(std::uint8_t person, std::string user = "user-a") {
    const auto grant = glass().grant(request(person, std::move(user)));
    REQUIRE_MESSAGE(grant.has_value(), grant.error().message);
    return grant->number;
  }
  bool is_open(std::uint8_t person, std::string_view user = "user-a",
               std::string_view client = "app", std::string_view issuer = "helseid") {
    return glass().find({client, issuer, user, entity(person)}) != nullptr;
  }
  std::string refusal(const GrantRequest& wrong) {
    const auto grant = glass().grant(wrong);
    REQUIRE_FALSE(grant.has_value());
    CHECK(grant.error().code == ErrorCode::invalid);
    return grant.error().message;
  }
  std::vector<std::uint64_t> numbers(GrantQueue queue, std::uint64_t from = 0,
                                     std::size_t limit = 100) {
    const auto grants = glass().list(queue, from, limit);
    REQUIRE(grants.has_value());
    std::vector<std::uint64_t> found;
    for (const Grant& grant : *grants) found.push_back(grant.number);
    return found;
  }

private:
  void open() {
    BreakGlassOptions options;
    options.clock = [this] { return time(); };
    auto glass = BreakGlass::open(town_.registry(), std::move(options));
    REQUIRE(glass.has_value());
    glass_ = std::move(*glass);
  }

  Town town_;
  Client client_ = agreed();
  std::int64_t time_ = 1'700'000'000'000'000;
  std::unique_ptr<BreakGlass> glass_;
};

using Numbers = std::vector<std::uint64_t>;

} // namespace

TEST_CASE("an emergency grant opens one person for one user of one client, for its minutes") {
  Ward ward;
  CHECK_FALSE(ward.is_open(1));
  ward.open_for(1);
  CHECK(ward.is_open(1));
  CHECK_FALSE(ward.is_open(2));
  CHECK_FALSE(ward.is_open(1, "user-b"));
  CHECK_FALSE(ward.is_open(1, "user-a", "other"));
  CHECK_FALSE(ward.is_open(1, "user-a", "app", "other"));
  const auto grant = ward.glass().find({"app", "helseid", "user-a", entity(1)});
  REQUIRE(grant != nullptr);
  CHECK(grant->parts == ward.client().break_glass_parts);
  CHECK(grant->reason == good_reason);
  CHECK(grant->expires.microseconds - grant->opened.microseconds == 15 * minute_us);
  CHECK(grant->review_by.microseconds - grant->opened.microseconds == 7 * day_us);
  ward.wait(15 * minute_us - 1);
  CHECK(ward.is_open(1));
  ward.wait(1);
  CHECK_FALSE(ward.is_open(1));
}

TEST_CASE("of two open grants the one that ends last counts, and expired ones are let go") {
  Ward ward;
  ward.open_for(1);
  ward.wait(10 * minute_us);
  const auto second = ward.open_for(1);
  CHECK(ward.glass().find({"app", "helseid", "user-a", entity(1)})->number == second);
  ward.wait(10 * minute_us);
  CHECK(ward.glass().find({"app", "helseid", "user-a", entity(1)})->number == second);
}

TEST_CASE("grants survive a restart, open or closed, and their numbers go on") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Ward ward(engine);
    CHECK(ward.open_for(1) == 1);
    ward.wait(minute_us);
    ward.reopen();
    CHECK(ward.is_open(1));
    CHECK(ward.open_for(2) == 2);
    ward.wait(20 * minute_us);
    ward.reopen();
    CHECK_FALSE(ward.is_open(1));
    CHECK(ward.numbers(GrantQueue::all) == Numbers{1, 2});
    const auto grant = ward.glass().get(1);
    REQUIRE(grant.has_value());
    CHECK(grant->client_id == "app");
    CHECK(grant->issuer == "helseid");
    CHECK(grant->user_key == "user-a");
    CHECK(grant->user_name == "Kari Lege");
    CHECK(grant->user_hpr == "9144900");
    CHECK(grant->organisation == "974760673");
    CHECK(grant->entity == entity(1));
    CHECK(grant->purpose == EmergencyPurpose::etreat);
    CHECK_FALSE(grant->review.has_value());
  }
}

TEST_CASE("an emergency grant is refused with what is missing") {
  Ward ward;
  const auto with = [&ward](auto&& change) {
    GrantRequest request = ward.request();
    change(request);
    return ward.refusal(request);
  };
  CHECK(with([](auto& request) { request.reason = "too short"; }) ==
        "reason is at least 10 characters");
  CHECK(with([](auto& request) { request.reason = std::string(501, 'x'); }) ==
        "reason is at most 500 characters");
  CHECK(with([](auto& request) { request.reason = "the patient 01810000001"; }) ==
        "reason holds no number like a person's");
  CHECK(with([](auto& request) { request.reason = "two lines\nof a reason"; }) ==
        "reason is text on one line, without blanks around it");
  CHECK(with([](auto& request) { request.duration = std::chrono::minutes(0); }) ==
        "minutes is 1 to 60");
  CHECK(with([](auto& request) { request.duration = std::chrono::minutes(61); }) ==
        "minutes is 1 to 60");
  CHECK(with([](auto& request) { request.user_key.clear(); }) == "break-glass needs a user");
  ward.client().revoked = Instant{1};
  CHECK(ward.refusal(ward.request()) == "the client's agreement has ended");
  ward.client() = {};
  CHECK(ward.refusal(ward.request()) == "the client has no agreement for break-glass");
  CHECK(ward.numbers(GrantQueue::all).empty());
  CHECK_FALSE(ward.is_open(1));
}

TEST_CASE("a user has a bounded number of grants open at once, others are not held back") {
  Ward ward;
  for (std::uint8_t person = 0; person < grants_open_per_user_max; ++person) ward.open_for(person);
  const auto refused = ward.glass().grant(ward.request(99));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  ward.open_for(99, "user-b");
  ward.wait(15 * minute_us);
  ward.open_for(99);
}

TEST_CASE("the review queue holds what nobody reviewed, and tells what is overdue") {
  Ward ward;
  const auto first = ward.open_for(1);
  ward.wait(day_us);
  const auto second = ward.open_for(2);
  const auto third = ward.open_for(3);
  CHECK(ward.numbers(GrantQueue::waiting) == Numbers{first, second, third});
  CHECK(ward.numbers(GrantQueue::waiting, 2) == Numbers{second, third});
  CHECK(ward.numbers(GrantQueue::waiting, 0, 1) == Numbers{first});
  CHECK(ward.numbers(GrantQueue::overdue).empty());
  ward.wait(6 * day_us);
  CHECK(ward.numbers(GrantQueue::overdue) == Numbers{first});
  REQUIRE(
      ward.glass().review(first, {"Sjef", "user-c", ReviewOutcome::unjustified, "no relation"}));
  CHECK(ward.numbers(GrantQueue::overdue).empty());
  CHECK(ward.numbers(GrantQueue::waiting) == Numbers{second, third});
  CHECK(ward.numbers(GrantQueue::all) == Numbers{first, second, third});
  ward.wait(day_us);
  CHECK(ward.numbers(GrantQueue::overdue) == Numbers{second, third});
}

TEST_CASE("a review is written once, by somebody else") {
  Ward ward(Engine::disk);
  const auto number = ward.open_for(1);
  const auto code = [&](std::uint64_t which, BreakGlass::Review review) {
    const auto reviewed = ward.glass().review(which, std::move(review));
    REQUIRE_FALSE(reviewed.has_value());
    return reviewed.error().code;
  };
  const auto justified = ReviewOutcome::justified;
  CHECK(code(number, {"Self", "user-a", justified, ""}) == ErrorCode::conflict);
  CHECK(code(number, {"", "user-c", justified, ""}) == ErrorCode::invalid);
  CHECK(code(number, {"Sjef", "user-c", justified, "about 01810000001"}) == ErrorCode::invalid);
  CHECK(code(number + 1, {"Sjef", "user-c", justified, ""}) == ErrorCode::not_found);
  const auto reviewed = ward.glass().review(number, {"Sjef", "", justified, "as it should be"});
  REQUIRE(reviewed.has_value());
  CHECK(reviewed->number == number);
  CHECK(code(number, {"Sjef", "user-c", justified, ""}) == ErrorCode::conflict);
  ward.reopen();
  const auto grant = ward.glass().get(number);
  REQUIRE(grant.has_value());
  REQUIRE(grant->review.has_value());
  CHECK(grant->review->outcome == justified);
  CHECK(grant->review->by == "Sjef");
  CHECK(grant->review->note == "as it should be");
  CHECK(grant->review->when == ward.time());
  CHECK(ward.is_open(1)); // a review closes the queue's entry, not the access
}

TEST_CASE("a grant that did not reach the disk opens nothing") {
  const std::shared_ptr<store::Store> shared = store::make_memory_store();
  REQUIRE(Registry::open(std::make_unique<StoreAround>(shared), Environment::test));
  auto registry = Registry::open(std::make_unique<StoreAround>(shared, WriteFault{1, false}),
                                 Environment::test);
  REQUIRE(registry.has_value());
  auto glass = BreakGlass::open(**registry);
  REQUIRE(glass.has_value());
  const Client client = agreed();
  const auto grant = (*glass)->grant(
      {client, "helseid", "user-a", "", "", "", entity(1), EmergencyPurpose::btg, good_reason});
  REQUIRE_FALSE(grant.has_value());
  CHECK(grant.error().code == ErrorCode::storage);
  CHECK((*glass)->find({"app", "helseid", "user-a", entity(1)}) == nullptr);
}

TEST_CASE("codes of purposes and outcomes are read as they are written") {
  CHECK(emergency_purpose_of("ETREAT") == EmergencyPurpose::etreat);
  CHECK(emergency_purpose_of("BTG") == EmergencyPurpose::btg);
  CHECK_FALSE(emergency_purpose_of("TREAT").has_value());
  CHECK_FALSE(emergency_purpose_of("btg").has_value());
  CHECK(review_outcome_of("unjustified") == ReviewOutcome::unjustified);
  CHECK_FALSE(review_outcome_of("maybe").has_value());
}
