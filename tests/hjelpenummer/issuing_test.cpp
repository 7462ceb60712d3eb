// Issuing, keeping and ending hjelpenumre, seen like a caller and an operator would.
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/registry_impl.h"
#include "registry/work_queue.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <set>
#include <thread>

using namespace grunndata;
using namespace grunndata::registry;
using namespace grunndata::registry::stories;
namespace hn = grunndata::registry::hjelpenummer;

namespace {

constexpr hn::PrefixRange demo_range{.first = 830'000'000, .last = 830'099'999};
constexpr std::string_view hospital = "974760673";

Actor nurse() {
  Actor actor;
  actor.issuer = "test";
  actor.client_id = "akuttmottak";
  actor.organisation = hospital;
  actor.user_name = "Syntetisk Sykepleier";
  return actor;
}

hn::IssueRequest request(std::size_t count = 1) {
  hn::IssueRequest request;
  request.by = nurse();
  request.organisation = hospital;
  request.reason = "bevisstløs i akuttmottaket";
  request.facts.resize(count);
  return request;
}

/// A registry, its issuing mark, and the service over both.
struct Ward {
  explicit Ward(Engine engine = Engine::memory) : town(engine) {
    std::filesystem::create_directories(folder.path());
    open();
  }

  void open() {
    auto opened =
        hn::HelpNumbers::open(town.registry(), {.mark_file = folder.path() / "mark", .clock = {}});
    REQUIRE(opened.has_value());
    numbers = std::move(*opened);
  }
  void reopen() {
    numbers.reset();
    town.reopen();
    open();
  }
  void delegate(hn::PrefixRange range = demo_range) {
    const auto delegated = numbers->delegate(range);
    REQUIRE_MESSAGE(delegated.has_value(), delegated.error().message);
  }
  hn::HelpNumber issue(const hn::Facts& facts = {}) {
    auto asked = request();
    asked.facts[0] = facts;
    auto issued = numbers->issue(std::move(asked));
    REQUIRE_MESSAGE(issued.has_value(), issued.error().message);
    REQUIRE(issued->numbers.size() == 1);
    return issued->numbers[0];
  }
  void require_sound() { check_whole(town.registry()); }

  ScratchDirectory folder;
  Town town;
  std::unique_ptr<hn::HelpNumbers> numbers;
};

IdentifierKey fhn(const hn::HelpNumber& number) { return {IdentifierType::fhn, number.number, {}}; }

hn::Facts ola() {
  hn::Facts facts;
  facts.given_name = "Ola";
  facts.family_name = "Ukjent";
  facts.birth_date = "1980";
  facts.gender = hn::Gender::male;
  facts.place_found = "ved elva";
  return facts;
}

} // namespace

TEST_CASE("nothing is issued before a range is delegated") {
  Ward ward;
  CHECK(ward.numbers->closed() == hn::Closed::no_range);
  const auto refused = ward.numbers->issue(request());
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == ErrorCode::unavailable);
  ward.delegate();
  CHECK(ward.numbers->closed() == hn::Closed::none);
  CHECK(ward.numbers->space().delegated == 100'000);
  CHECK(ward.numbers->issue(request()).has_value());
}

TEST_CASE("a number without any facts is found, and is the delegated range's") {
  Ward ward;
  ward.delegate();
  const hn::HelpNumber number = ward.issue();
  CHECK(number.number.starts_with("8300"));
  CHECK(number.state == hn::State::issued);
  const std::string answer = ward.town.view(fhn(number));
  CHECK(values_of(answer, "identificationNumber") == Texts{number.number});
  CHECK(values_of(answer, "identificationNumberType") == Texts{"AlternateIdentificationNumber"});
  CHECK(values_of(answer, "status") == Texts{"InUse"});
  ward.require_sound();
}

TEST_CASE("facts are shown with legal basis, number and status to all, the rest in no part") {
  Ward ward;
  ward.delegate();
  const hn::HelpNumber number = ward.issue(ola());
  const std::string answer = ward.town.view(fhn(number));
  CHECK(values_of(answer, "givenName") == Texts{"Ola"});
  CHECK(values_of(answer, "birthYear") == Texts{"1980"});
  CHECK(values_of(answer, "gender") == Texts{"Male"});
  CHECK(answer.find("elva") == std::string::npos);
  const std::string open = ward.town.view(fhn(number), openly());
  CHECK(values_of(open, "identificationNumber") == Texts{number.number});
  CHECK(values_of(open, "givenName").empty());
  CHECK(values_of(open, "birthYear").empty());
  CHECK(values_of(open, "gender").empty());
  ward.require_sound();
}

TEST_CASE("new facts are new items: the old ones stay as history") {
  Ward ward;
  ward.delegate();
  const hn::HelpNumber number = ward.issue(ola());
  hn::FactItem item;
  item.by = nurse();
  item.facts.given_name = "Olav";
  const auto updated = ward.numbers->update(fhn(number), item);
  REQUIRE_MESSAGE(updated.has_value(), updated.error().message);
  CHECK(updated->items.size() == 2);
  CHECK(updated->facts().given_name == "Olav");
  CHECK(updated->facts().family_name == "Ukjent");
  CHECK(values_of(ward.town.view(fhn(number)), "givenName") == Texts{"Olav"});
  CHECK(values_of(ward.town.view(fhn(number), with_history()), "givenName") ==
        Texts{"Olav", "Ola"});
  ward.require_sound();
  ward.reopen();
  CHECK(ward.numbers->show(fhn(number))->facts().given_name == "Olav");
  CHECK(ward.numbers->of(*number.entity)->number == number.number);
}

TEST_CASE("wrong requests are refused by field, and no number is used") {
  Ward ward;
  ward.delegate();
  const auto refused = [&](auto change) {
    auto asked = request();
    change(asked);
    const auto issued = ward.numbers->issue(std::move(asked));
    REQUIRE(!issued.has_value());
    CHECK(issued.error().code == ErrorCode::invalid);
    return issued.error().message.substr(0, issued.error().message.find(' '));
  };
  CHECK(refused([](auto& asked) { asked.organisation = "123456789"; }) == "organisation");
  CHECK(refused([](auto& asked) { asked.reason.clear(); }) == "reason");
  CHECK(refused([](auto& asked) { asked.facts.clear(); }) == "count");
  CHECK(refused([](auto& asked) { asked.facts.resize(501); }) == "count");
  CHECK(refused([](auto& asked) { asked.facts[0].birth_date = "1980-02-30"; }) == "birthDate");
  CHECK(refused([](auto& asked) { asked.facts[0].birth_date = "2999"; }) == "birthDate");
  CHECK(refused([](auto& asked) { asked.facts[0].given_name = "A\nB"; }) == "givenName");
  CHECK(refused([](auto& asked) { asked.facts[0].note = "er 01810000001"; }) == "note");
  CHECK(refused([](auto& asked) { asked.facts[0].description.assign(2'001, 'x'); }) ==
        "description");
  CHECK(ward.numbers->space().used == 0);
}

TEST_CASE("the same key and request give the first answer, another request is refused") {
  Ward ward;
  ward.delegate();
  const auto asked = [](std::uint8_t hash) {
    auto made = request();
    made.key = IdempotencyKey{"test", "akuttmottak", std::string(hospital), "issue", "k-1"};
    made.request_hash[0] = hash;
    made.answer = [](const std::vector<hn::HelpNumber>& numbers) {
      KeptAnswer answer;
      answer.request_hash[0] = 1;
      answer.when = now();
      answer.status = 201;
      answer.body = numbers[0].number;
      answer.persons = {*numbers[0].entity};
      return answer;
    };
    return made;
  };
  const auto first = ward.numbers->issue(asked(1));
  REQUIRE(first.has_value());
  REQUIRE(first->numbers.size() == 1);
  ward.reopen();
  const auto again = ward.numbers->issue(asked(1));
  REQUIRE(again.has_value());
  REQUIRE(again->replayed.has_value());
  CHECK(again->replayed->body == first->numbers[0].number);
  const auto other = ward.numbers->issue(asked(2));
  REQUIRE(!other.has_value());
  CHECK(other.error().code == ErrorCode::conflict);
}

TEST_CASE("two at once with one key give one number") {
  Ward ward;
  ward.delegate();
  std::set<std::string> given;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      auto asked = request();
      asked.key = IdempotencyKey{"test", "akuttmottak", {}, "issue", "k-2"};
      asked.answer = [](const std::vector<hn::HelpNumber>& numbers) {
        KeptAnswer answer;
        answer.when = now();
        answer.body = numbers[0].number;
        return answer;
      };
      const auto issued = ward.numbers->issue(std::move(asked));
      const std::lock_guard lock(mutex);
      given.insert(issued->replayed ? issued->replayed->body : issued->numbers[0].number);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(given.size() == 1);
}

TEST_CASE("many clients and many leases: every number once, and none twice after a restart") {
  Ward ward(Engine::disk_reopened);
  ward.delegate();
  std::set<std::string> seen;
  std::mutex mutex;
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 4; ++n) {
          const auto issued = ward.numbers->issue(request(250));
          REQUIRE_MESSAGE(issued.has_value(), issued.error().message);
          const std::lock_guard lock(mutex);
          for (const auto& number : issued->numbers) {
            CHECK(seen.insert(number.number).second);
          }
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    ward.reopen();
    CHECK(ward.numbers->closed() == hn::Closed::none);
  }
  CHECK(seen.size() == 3 * 4 * 4 * 250);
  ward.require_sound();
}

TEST_CASE("work that fails after it took all numbers of a lease does not stop issuing") {
  Ward ward(Engine::disk_reopened);
  ward.delegate();
  hn::HelpNumber like;
  like.organisation = hospital;
  // Takes every number of the first lease, and fails: nothing of it is written.
  bool again = false;
  for (int i = 0; !again; ++i) {
    REQUIRE(i < 100);
    const auto failed =
        ward.town.registry().impl().queue->run([&](Transaction& transaction) -> Result<void> {
          const auto taken = ward.numbers->reserve(transaction, like, 100, again);
          return fail(ErrorCode::invalid, taken ? "on purpose" : taken.error().message);
        });
    CHECK(!failed.has_value());
  }
  CHECK(ward.issue().state == hn::State::issued);
  ward.reopen();
  CHECK(ward.numbers->closed() == hn::Closed::none);
  CHECK(ward.issue().state == hn::State::issued);
}

TEST_CASE("a small range is used up, and another delegated goes on") {
  Ward ward;
  ward.delegate({.first = 830'000'000, .last = 830'000'099});
  std::size_t issued = 0;
  while (ward.numbers->issue(request()).has_value()) {
    ++issued;
  }
  CHECK(issued > 60);
  CHECK(ward.numbers->closed() == hn::Closed::exhausted);
  ward.delegate({.first = 840'000'000, .last = 840'000'099});
  CHECK(ward.issue().number.starts_with("8400"));
}

TEST_CASE("without its mark, or with another's, or an old one, nothing is issued") {
  Ward ward(Engine::disk_reopened);
  ward.delegate();
  ward.issue();
  const auto mark = ward.folder.path() / "mark";
  const auto kept = ward.folder.path() / "kept";
  ward.numbers.reset();
  SUBCASE("missing") {
    std::filesystem::remove(mark);
    ward.open();
    CHECK(ward.numbers->closed() == hn::Closed::mark_missing);
    CHECK(!ward.numbers->delegate(demo_range).has_value());
  }
  SUBCASE("garbled") {
    std::filesystem::resize_file(mark, 40);
    ward.open();
    CHECK(ward.numbers->closed() == hn::Closed::mark_unusable);
  }
  SUBCASE("put back to an older one") {
    std::filesystem::copy_file(mark, kept);
    ward.open();
    for (int i = 0; i < 6; ++i) {
      REQUIRE(ward.numbers->issue(request(500)).has_value());
    }
    ward.numbers.reset();
    std::filesystem::copy_file(kept, mark, std::filesystem::copy_options::overwrite_existing);
    ward.open();
    CHECK(ward.numbers->closed() == hn::Closed::mark_ahead);
  }
  CHECK(!ward.numbers->issue(request()).has_value());
}

TEST_CASE("a cancelled number is found by nobody, and tells why") {
  Ward ward;
  ward.delegate();
  const hn::HelpNumber number = ward.issue(ola());
  const auto cancelled = ward.numbers->cancel(fhn(number), hn::CancelReason::issued_twice, nurse(),
                                              "hadde et fra før");
  REQUIRE_MESSAGE(cancelled.has_value(), cancelled.error().message);
  CHECK(cancelled->state == hn::State::cancelled);
  Reading reading;
  const auto found = ward.town.registry().lookup(fhn(number), reading);
  REQUIRE(!found.has_value());
  CHECK(found.error().code == ErrorCode::not_found);
  CHECK(ward.numbers->show(fhn(number))->cancelled_for == hn::CancelReason::issued_twice);
  CHECK(ward.numbers->cancel(fhn(number), hn::CancelReason::issued_twice, nurse(), "igjen"));
  CHECK(!ward.numbers->cancel(fhn(number), hn::CancelReason::other, nurse(), "nei"));
  CHECK(!ward.numbers->update(fhn(number), {{}, nurse(), {}, ola()}));
  ward.require_sound();
}

TEST_CASE("erased facts are gone from every view and every byte; the number stays") {
  ScratchDirectory folder;
  Ward ward(Engine::disk_flushed);
  ward.delegate();
  const hn::HelpNumber number = ward.issue(ola());
  const std::uint64_t before = ward.town.registry().newest_sequence();
  REQUIRE(ward.numbers->erase(fhn(number), nurse()).has_value());
  CHECK(values_of(ward.town.view(fhn(number), with_history()), "givenName").empty());
  CHECK(values_of(ward.town.view(fhn(number), recorded_as_of(before)), "givenName").empty());
  CHECK(values_of(ward.town.view(fhn(number)), "identificationNumber") == Texts{number.number});
  const auto shown = ward.numbers->show(fhn(number));
  CHECK(shown->erased);
  CHECK(shown->facts().empty());
  CHECK(shown->reason.empty());
  CHECK(!ward.numbers->update(fhn(number), {{}, nurse(), {}, ola()}));
  ward.require_sound();
}

TEST_CASE("whoever died without identity keeps the number as a ceased one") {
  Ward ward;
  ward.delegate();
  const hn::HelpNumber number = ward.issue();
  CHECK(ward.numbers->mark_dead(fhn(number), nurse(), "død uten identitet").has_value());
  CHECK(ward.numbers->show(fhn(number))->state == hn::State::dead);
  CHECK(!ward.numbers->cancel(fhn(number), hn::CancelReason::other, nurse(), "x").has_value());
}

TEST_CASE("a number of ours that comes from elsewhere is stopped, and is an urgent case") {
  Ward ward;
  ward.delegate();
  const hn::HelpNumber number = ward.issue();
  std::vector<std::string> lines{number.number, "84000000000x", "01810000001"};
  // A number of another issuer in our own range must never come out of it.
  const auto space = ward.numbers->space();
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<std::string> {
    return at < lines.size() ? std::optional(lines[at++]) : std::nullopt;
  };
  const auto figures = ward.numbers->load_elsewhere(next, nurse());
  REQUIRE(figures.has_value());
  CHECK(figures->read == 3);
  CHECK(figures->stopped == 1);
  CHECK(figures->invalid == 2);
  CHECK(ward.numbers->space().used == space.used);
  Reading reading;
  CHECK(!ward.town.registry().lookup(fhn(number), reading).has_value());
  const auto cases = work_items(ward.town.registry(), {}, 0, 10);
  REQUIRE(cases->size() == 1);
  CHECK((*cases)[0].urgent);
  CHECK((*cases)[0].kind == WorkKind::number_from_elsewhere);
  CHECK((*cases)[0].number_text == number.number);
  CHECK((*cases)[0].persons == std::vector<EntityId>{*number.entity});
  at = 0;
  CHECK(ward.numbers->load_elsewhere(next, nurse())->known == 1);
  ward.require_sound();
}

TEST_CASE("numbers loaded from elsewhere are never issued") {
  Ward other;
  other.delegate({.first = 830'000'000, .last = 830'000'099});
  std::vector<std::string> taken;
  while (taken.size() < 40) {
    taken.push_back(other.issue().number);
  }
  Ward ward;
  std::size_t at = 0;
  REQUIRE(ward.numbers->load_elsewhere(
      [&]() -> std::optional<std::string> {
        return at < taken.size() ? std::optional(taken[at++]) : std::nullopt;
      },
      nurse()));
  ward.delegate({.first = 830'000'000, .last = 830'000'099});
  const std::set<std::string> foreign(taken.begin(), taken.end());
  std::size_t issued = 0;
  for (auto one = ward.numbers->issue(request()); one; one = ward.numbers->issue(request())) {
    CHECK(!foreign.contains(one->numbers[0].number));
    ++issued;
  }
  CHECK(issued > 20);
  CHECK(issued + taken.size() <= 100);
}

TEST_CASE("the same local number of two assigners is two persons") {
  Ward ward;
  hn::HelpNumber like;
  like.number = "H-17";
  like.assigner = hospital;
  like.organisation = hospital;
  like.issued_by = nurse();
  like.reason = "nummer fra eget system";
  const auto first = ward.numbers->register_local(like);
  REQUIRE_MESSAGE(first.has_value(), first.error().message);
  CHECK(!ward.numbers->register_local(like).has_value());
  like.assigner = "991825827";
  const auto second = ward.numbers->register_local(like);
  REQUIRE(second.has_value());
  CHECK(*first->entity != *second->entity);
  Reading reading;
  const auto match = ward.town.registry().lookup({IdentifierType::hnr, "H-17", hospital}, reading);
  REQUIRE(match.has_value());
  CHECK(match->entity == *first->entity);
  like.number = " x";
  CHECK(!ward.numbers->register_local(like).has_value());
  ward.require_sound();
}

TEST_CASE("figures and the list of numbers left open follow what happens") {
  Ward ward;
  ward.delegate();
  const auto first = ward.issue();
  const auto second = ward.issue();
  ward.issue();
  REQUIRE(ward.numbers->cancel(fhn(second), hn::CancelReason::never_used, nurse(), "ikke brukt"));
  const auto figures = ward.numbers->figures();
  REQUIRE(figures->size() == 1);
  CHECK((*figures)[0].issued == 3);
  CHECK((*figures)[0].cancelled == 1);
  CHECK((*figures)[0].outstanding == 2);
  const auto open = ward.numbers->outstanding(hospital, {now().microseconds + 1}, {}, 10);
  REQUIRE(open->size() == 2);
  const auto page =
      ward.numbers->outstanding(hospital, {now().microseconds + 1}, (*open)[0].number, 10);
  REQUIRE(page->size() == 1);
  CHECK((*page)[0].number == (*open)[1].number);
  CHECK(ward.numbers->outstanding("991825827", {now().microseconds + 1}, {}, 10)->empty());
  CHECK(ward.numbers->outstanding(hospital, first.issued, {}, 10)->empty());
}
