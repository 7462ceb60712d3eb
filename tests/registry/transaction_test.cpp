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
