// What a load remembers of the loads before it, against a plain map.
#include "registry/load_memory.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>

using namespace grunndata::registry;
using store::Change;
using store::Family;

namespace {

using Truth = std::map<std::string, std::optional<std::string>, std::less<>>;

std::string key_of(std::size_t number) { return "key " + std::to_string(number); }

/// Changes of keys below `keys`: values of many sizes, and what is erased.
std::vector<Change> some_changes(std::mt19937& random, std::size_t keys, Truth& truth) {
  std::vector<Change> changes;
  for (int i = 0; i < 500; ++i) {
    Change change{Family::node_key, key_of(random() % keys), std::nullopt};
    if (random() % 5 != 0) {
      const std::size_t size = random() % 40 == 0 ? 5'000 : random() % 90;
      change.value = std::string(size, static_cast<char>('a' + static_cast<char>(random() % 26)));
    }
    truth[change.key] = change.value;
    changes.push_back(std::move(change));
  }
  return changes;
}

/// Every answer is right; how many keys have one.
std::size_t known(const LoadMemory& memory, const Truth& truth, std::size_t keys) {
  std::size_t count = 0;
  for (std::size_t number = 0; number < keys; ++number) {
    const auto answer = memory.find(Family::node_key, key_of(number));
    const auto there = truth.find(key_of(number));
    if (answer.is_known) {
      ++count;
      const auto expected = there == truth.end() ? std::nullopt : there->second;
      REQUIRE(answer.value.has_value() == expected.has_value());
      REQUIRE((!expected || *answer.value == *expected));
    }
  }
  return count;
}

} // namespace

TEST_CASE("over an empty store it knows all that loads wrote, and that there is nothing else") {
  const auto store = store::make_memory_store();
  LoadMemory memory(*store);
  CHECK_FALSE(memory.find(Family::node_key, "key 1").is_known);
  memory.begin();
  Truth truth;
  std::mt19937 random(1);
  for (int load = 0; load < 40; ++load) {
    memory.take(some_changes(random, 3'000, truth));
    const std::size_t count = known(memory, truth, 3'500);
    CHECK(count > 3'300); // but for values too large to keep
    CHECK(count < 3'500);
  }
  CHECK_FALSE(memory.find(Family::current, "key 1").is_known);
  memory.forget();
  CHECK(known(memory, truth, 3'500) == 0);
}

TEST_CASE("over a store that holds something it knows only what loads wrote") {
  const auto store = store::make_memory_store();
  const std::vector<Change> before{{Family::node_key, "other", "1"}};
  REQUIRE(store->commit(before, store::Durability::synced).has_value());
  LoadMemory memory(*store);
  memory.begin();
  CHECK_FALSE(memory.find(Family::node_key, "key 1").is_known);
  CHECK(memory.find(Family::identifier, "key 1").is_known);
  Truth truth;
  std::mt19937 random(2);
  memory.take(some_changes(random, 3'000, truth));
  CHECK(known(memory, truth, 3'500) <= truth.size());
  CHECK(known(memory, truth, 3'500) > truth.size() * 9 / 10);
}

TEST_CASE("when its memory is used up it asks the store rather than say something wrong") {
  const auto store = store::make_memory_store();
  LoadMemory memory(*store, std::size_t{1} << 20U);
  memory.begin();
  Truth truth;
  std::mt19937 random(3);
  for (int load = 0; load < 200; ++load) {
    memory.take(some_changes(random, 40'000, truth));
  }
  const std::size_t count = known(memory, truth, 50'000);
  CHECK(count > 1'000);
  CHECK(count < 20'000);
  const std::vector<Change> huge{{Family::node_key, std::string(60'000, 'k'), "1"}};
  memory.take(huge);
  CHECK_FALSE(memory.find(Family::node_key, huge.front().key).is_known);
}
