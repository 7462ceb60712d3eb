#include "tests/store/faulty_store.h"

#include "tests/store/subject.h"

#include <doctest/doctest.h>

namespace grunndata::registry::store::testing {
namespace {

TEST_CASE("the write that was told to fails without a trace, and later ones are refused") {
  const auto inner = make_memory_store();
  FaultyStore store(*inner);
  store.fail_write(2);
  const std::vector<Change> first{put(Family::meta, "a", "1")};
  const std::vector<Change> second{put(Family::meta, "a", "2"), put(Family::log, "a", "2")};
  CHECK(store.commit(first, Durability::synced, {}).has_value());
  CHECK(store.commit(second, Durability::synced, {}).error().code == ErrorCode::storage);
  CHECK(store.commit(second, Durability::synced, {}).error().code == ErrorCode::unavailable);
  CHECK(store.figures()->read_only);
  Pinned value;
  CHECK(*store.get(Family::meta, "a", value, nullptr));
  CHECK(value.view() == "1");
  CHECK_FALSE(*store.get(Family::log, "a", value, nullptr));
  CHECK(store.writes() == 3);
}

TEST_CASE("the read that was told to fails, the next one answers") {
  const auto inner = make_memory_store();
  FaultyStore store(*inner);
  Pinned value;
  store.fail_read(1);
  CHECK(store.get(Family::meta, "a", value, nullptr).error().code == ErrorCode::corrupt);
  CHECK_FALSE(*store.get(Family::meta, "a", value, nullptr));
  store.fail_read(3, ErrorCode::storage);
  const auto cursor = store.scan(Family::meta, nullptr);
  cursor->seek("");
  CHECK_FALSE(cursor->valid());
  CHECK(cursor->status().error().code == ErrorCode::storage);
  CHECK(store.reads() == 3);
}

} // namespace
} // namespace grunndata::registry::store::testing
