// What a transaction finds of a key: its own change, what was read ahead, what the store has.
#include "registry/transaction.h"

#include <array>
#include <doctest/doctest.h>

using namespace grunndata::registry;
using store::Family;

namespace {

std::optional<std::string> found(const Transaction& transaction, Family family,
                                 std::string_view key) {
  store::Pinned pin;
  const auto value = transaction.get(family, key, pin);
  REQUIRE(value.has_value());
  return *value ? std::optional<std::string>(**value) : std::nullopt;
}

} // namespace

TEST_CASE("keys that were read ahead say what the store has, until the transaction changes them") {
  const auto store = store::make_memory_store();
  const std::array<store::Change, 3> there{{{Family::node_key, "a", "1"},
                                            {Family::node_key, "b", ""},
                                            {Family::identifier, "c", "3"}}};
  REQUIRE(store->commit(there, store::Durability::synced).has_value());
  EntityIdSource ids{EntityId{}};
  Transaction transaction(*store, 0, Instant{1}, ids);
  transaction.put(Family::node_key, "own", "before");
  const std::array<std::string_view, 6> keys{"a", "b", "c", "own", "a", ""};
  REQUIRE(transaction.read_ahead(Family::node_key, keys).has_value());
  CHECK(found(transaction, Family::node_key, "a") == "1");
  CHECK(found(transaction, Family::node_key, "b") == "");
  CHECK_FALSE(found(transaction, Family::node_key, "c"));
  CHECK_FALSE(found(transaction, Family::node_key, ""));
  CHECK(found(transaction, Family::node_key, "own") == "before");
  CHECK(found(transaction, Family::identifier, "c") == "3");

  const auto mark = transaction.mark();
  transaction.put(Family::node_key, "c", "new");
  transaction.erase(Family::node_key, "a");
  CHECK(found(transaction, Family::node_key, "c") == "new");
  CHECK_FALSE(found(transaction, Family::node_key, "a"));
  transaction.roll_back(mark);
  CHECK_FALSE(found(transaction, Family::node_key, "c"));
  CHECK(found(transaction, Family::node_key, "a") == "1");

  REQUIRE(transaction.read_ahead(Family::identifier, std::array<std::string_view, 1>{"c"}));
  CHECK(found(transaction, Family::identifier, "c") == "3");
  CHECK(found(transaction, Family::node_key, "a") == "1");
  REQUIRE(transaction.read_ahead(Family::identifier, {}).has_value());
  CHECK(found(transaction, Family::identifier, "c") == "3");
}

TEST_CASE("a walk sees the store with what the earlier transaction changed, and nothing newer") {
  const auto store = store::make_memory_store();
  const std::array<store::Change, 5> there{{{Family::relation, "a0", "other"},
                                            {Family::relation, "p1", "stored"},
                                            {Family::relation, "p2", "replaced"},
                                            {Family::relation, "p4", "erased"},
                                            {Family::relation, "q", "other"}}};
  REQUIRE(store->commit(there, store::Durability::synced).has_value());
  EntityIdSource ids{EntityId{}};
  const auto earlier = std::make_shared<Transaction>(*store, 0, Instant{1}, ids);
  earlier->put(Family::relation, "p3", "first");
  earlier->put(Family::relation, "p2", "new");
  earlier->put(Family::relation, "p3", "second");
  earlier->erase(Family::relation, "p4");
  earlier->put(Family::relation, "p5", "gone again");
  earlier->erase(Family::relation, "p5");
  earlier->put(Family::relation, "p9", "last");
  earlier->put(Family::source, "p0", "of another family");
  static_cast<void>(earlier->close());
  std::promise<Result<void>> written; // never kept: a walk waits for nobody

  Transaction transaction(*store, 0, Instant{2}, ids,
                          {earlier, written.get_future().share()});
  transaction.put(Family::relation, "p6", "own");
  transaction.erase(Family::relation, "p1");
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const auto walk = [&](Family family, std::string_view prefix) {
    Pairs seen;
    REQUIRE(transaction.scan_before(family, prefix, [&](auto key, auto value) {
      seen.emplace_back(key, value);
    }).has_value());
    return seen;
  };
  const Pairs expected{{"p1", "stored"}, {"p2", "new"}, {"p3", "second"}, {"p9", "last"}};
  CHECK(walk(Family::relation, "p") == expected);
  CHECK(walk(Family::source, "p") == Pairs{{"p0", "of another family"}});
  CHECK(walk(Family::relation, "p2") == Pairs{{"p2", "new"}});
  CHECK(walk(Family::relation, "p4").empty());
  CHECK(walk(Family::relation, "x").empty());

  // The same when the store has it all.
  REQUIRE(store->commit(earlier->changes(), store::Durability::synced).has_value());
  CHECK(walk(Family::relation, "p") == expected);
  Transaction alone(*store, 0, Instant{3}, ids);
  Pairs seen;
  REQUIRE(alone.scan_before(Family::relation, "p", [&](auto key, auto value) {
    seen.emplace_back(key, value);
  }).has_value());
  CHECK(seen == expected);
}
