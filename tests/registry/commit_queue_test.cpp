// Loads past the log: the next is worked on while one is written, and sees it as if it were there.
#include "registry/commit_queue.h"

#include "registry/keys.h"
#include "tests/registry/store_around.h"

#include <doctest/doctest.h>

#include <array>
#include <future>
#include <semaphore>

using namespace grunndata::registry;
using store::Family;

namespace {

class NoMirror final : public CommitMirror {
public:
  void begin_commit(std::span<const store::Change>) override {}
  void end_commit(bool) override {}
};

/// A load does not begin before somebody lets it, and fails when told to.
class GatedStore final : public stories::StoreAround {
public:
  using StoreAround::StoreAround;
  Result<void> bulk_load(std::span<const store::Change> changes) override {
    began.release();
    let.acquire();
    return fails ? Result<void>(fail(ErrorCode::storage, "the disk said no"))
                 : StoreAround::bulk_load(changes);
  }
  std::counting_semaphore<> began{0};
  std::counting_semaphore<> let{0};
  std::atomic<bool> fails{false};
};

struct Bench {
  std::shared_ptr<store::Store> memory = store::make_memory_store();
  GatedStore store{memory};
  IdentifierCache identifiers{1U << 20U};
  ValueCache values{1U << 20U};
  NoMirror mirror;
  CommitListeners listeners;
  CommitQueue queue{store, WriterState{}, identifiers, values, mirror, listeners};

  std::future<Result<void>> submit(Lane lane, Work work) {
    auto promise = std::make_shared<std::promise<Result<void>>>();
    auto answer = promise->get_future();
    queue.submit(
        std::move(work), [promise](Result<void> result) { promise->set_value(result); }, lane);
    return answer;
  }
  std::optional<std::string> stored(Family family, std::string_view key) const {
    store::Pinned pin;
    const auto found = memory->get(family, key, pin);
    REQUIRE(found.has_value());
    return *found ? std::optional<std::string>(pin.view()) : std::nullopt;
  }
};

std::string read(const Transaction& transaction, Family family, std::string_view key) {
  store::Pinned pin;
  const auto value = transaction.get(family, key, pin);
  return value && *value ? std::string(**value) : "absent";
}

EntityId entity(std::uint8_t number) {
  EntityId id;
  id.bytes.fill(number);
  return id;
}

} // namespace

TEST_CASE("a load sees what the one before changed while that is still being written") {
  Bench bench;
  bench.store.let.release();
  std::uint64_t old_event = 0;
  auto zeroth = bench.submit(Lane::bulk, [&](Transaction& transaction) -> Result<void> {
    transaction.put(Family::node_key, "kept", "0");
    transaction.put(Family::node_key, "erased", "0");
    transaction.put(Family::node_key, "changed", "0");
    old_event = transaction.append_event(entity(1), {EventType::virksomhet_is_created}, 0);
    return {};
  });
  REQUIRE(zeroth.get().has_value());
  bench.store.began.acquire();

  std::uint64_t event = 0;
  auto first = bench.submit(Lane::bulk, [&](Transaction& transaction) -> Result<void> {
    transaction.put(Family::node_key, "changed", "1");
    transaction.put(Family::node_key, "new", "1");
    transaction.erase(Family::node_key, "erased");
    event = transaction.append_event(entity(1), {EventType::virksomhet_is_changed}, old_event);
    return {};
  });
  bench.store.began.acquire(); // it is being written, and nothing of it is in the store
  std::string seen;
  std::vector<LoggedEvent> events;
  std::promise<void> has_seen;
  auto second = bench.submit(Lane::bulk, [&](Transaction& transaction) -> Result<void> {
    constexpr std::array<std::string_view, 5> keys{"kept", "changed", "new", "erased", "none"};
    for (const bool ahead : {false, true}) {
      if (ahead) {
        if (auto looked = transaction.read_ahead(Family::node_key, keys); !looked) return looked;
      }
      for (const std::string_view key : keys) {
        seen += read(transaction, Family::node_key, key) + " ";
      }
    }
    auto logged = transaction.events_of(entity(1), event, old_event);
    if (!logged) return tl::unexpected(logged.error());
    events = std::move(*logged);
    transaction.put(Family::node_key, "new", read(transaction, Family::node_key, "new") + "2");
    static_cast<void>(
        transaction.append_event(entity(1), {EventType::virksomhet_is_changed}, event));
    has_seen.set_value();
    return {};
  });
  has_seen.get_future().get(); // while the first is still held up
  CHECK(seen == "0 1 1 absent absent 0 1 1 absent absent ");
  REQUIRE(events.size() == 2);
  CHECK(events[0].sequence == event);
  CHECK(events[0].entry.type == EventType::virksomhet_is_changed);
  CHECK(events[1].sequence == old_event);
  CHECK(bench.stored(Family::node_key, "changed") == "0");
  CHECK(bench.queue.newest_sequence() == old_event);
  CHECK(first.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);

  bench.store.let.release(2);
  REQUIRE(first.get().has_value());
  REQUIRE(second.get().has_value());
  CHECK(bench.queue.newest_sequence() == event + 1);
  CHECK(bench.stored(Family::node_key, "new") == "12");
  CHECK_FALSE(bench.stored(Family::node_key, "erased"));
}

TEST_CASE("work of the usual kind waits for the load before it") {
  Bench bench;
  auto load = bench.submit(Lane::bulk, [](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "key", "loaded");
    return {};
  });
  std::atomic<bool> runs = false;
  auto usual = bench.submit(Lane::usual, [&](Transaction& transaction) -> Result<void> {
    runs = true;
    CHECK(bench.stored(Family::meta, "key") == "loaded");
    CHECK(read(transaction, Family::meta, "key") == "loaded");
    return {};
  });
  bench.store.began.acquire();
  CHECK_FALSE(runs);
  bench.store.let.release();
  CHECK(load.get().has_value());
  CHECK(usual.get().has_value());
  CHECK(runs);
}

TEST_CASE("a work that has to read past its transaction waits until all before it is stored") {
  Bench bench;
  auto load = bench.submit(Lane::bulk, [](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "key", "loaded");
    return {};
  });
  bench.store.began.acquire();
  std::atomic<bool> waits = false;
  auto next = bench.submit(Lane::bulk, [&](Transaction& transaction) -> Result<void> {
    waits = true;
    auto earlier = transaction.await_earlier();
    CHECK(bench.stored(Family::meta, "key") == "loaded");
    transaction.put(Family::meta, "key", "again");
    return earlier;
  });
  while (!waits) std::this_thread::yield();
  bench.store.let.release(2);
  CHECK(load.get().has_value());
  CHECK(next.get().has_value());
  CHECK(bench.stored(Family::meta, "key") == "again");
}

TEST_CASE("where a load fails, nothing of the next is written, though its work was done") {
  Bench bench;
  auto load = bench.submit(Lane::bulk, [](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "first", "1");
    return {};
  });
  bench.store.began.acquire();
  std::promise<void> done;
  auto next = bench.submit(Lane::bulk, [&](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "second", "2");
    done.set_value();
    return {};
  });
  auto waiting = bench.submit(Lane::bulk, [](Transaction& transaction) {
    transaction.put(Family::meta, "third", "3");
    return transaction.await_earlier();
  });
  done.get_future().get();
  bench.store.fails = true;
  bench.store.let.release();
  CHECK(load.get().error().code == ErrorCode::storage);
  CHECK(next.get().error().code == ErrorCode::unavailable);
  CHECK(waiting.get().error().code == ErrorCode::unavailable);
  auto usual = bench.submit(Lane::usual, [](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "fourth", "4");
    return {};
  });
  CHECK(usual.get().error().code == ErrorCode::unavailable);
  CHECK_FALSE(bench.queue.can_write());
  for (const std::string_view key : {"first", "second", "third", "fourth"}) {
    CHECK_FALSE(bench.stored(Family::meta, key));
  }
}

TEST_CASE("a load whose work failed, or changed nothing, is answered after the one before it") {
  Bench bench;
  auto load = bench.submit(Lane::bulk, [](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "key", "1");
    return {};
  });
  auto refused = bench.submit(Lane::bulk, [](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, "key", "2");
    return fail(ErrorCode::invalid, "not this");
  });
  auto nothing =
      bench.submit(Lane::bulk, [](Transaction&) -> Result<void> { return {}; });
  bench.store.began.acquire();
  CHECK(refused.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
  bench.store.let.release();
  CHECK(load.get().has_value());
  CHECK(refused.get().error().code == ErrorCode::invalid);
  CHECK(nothing.get().has_value());
  CHECK(bench.stored(Family::meta, "key") == "1");
}
