// What every engine promises, asked of each of them.
#include "tests/store/subject.h"

#include <atomic>
#include <doctest/doctest.h>
#include <thread>

namespace grunndata::registry::store::testing {
namespace {

using namespace std::string_literals;

constexpr std::size_t big_value_bytes = 16u << 20;

template <typename Story>
void in_every_way(const Story& story) {
  for (const Way way : ways) {
    Subject subject(way);
    INFO("engine: ", subject.name());
    story(subject);
  }
}

TEST_CASE("the table of families is in the order of the enumeration, with distinct names") {
  for (std::size_t i = 0; i < families.size(); ++i) {
    CHECK(static_cast<std::size_t>(families[i].family) == i);
    for (std::size_t j = 0; j < i; ++j) {
      CHECK(families[i].name != families[j].name);
    }
  }
}

TEST_CASE("a value is read as it was written, replaced and removed") {
  in_every_way([](Subject& subject) {
    CHECK_FALSE(subject.read(Family::current, "a"));
    subject.write({put(Family::current, "a", "one")});
    CHECK(subject.read(Family::current, "a") == "one");
    subject.write({put(Family::current, "a", "two")});
    CHECK(subject.read(Family::current, "a") == "two");
    subject.write({removal(Family::current, "a"), removal(Family::current, "never there")});
    CHECK_FALSE(subject.read(Family::current, "a"));
    subject.write({put(Family::current, "a", "three")});
    CHECK(subject.read(Family::current, "a") == "three");
  });
}

TEST_CASE("families do not see each other's keys") {
  in_every_way([](Subject& subject) {
    std::vector<Change> changes;
    for (const FamilyFacts& facts : families) {
      changes.push_back(put(facts.family, "key", std::string(facts.name)));
    }
    subject.write(std::move(changes));
    for (const FamilyFacts& facts : families) {
      CHECK(subject.read(facts.family, "key") == facts.name);
      CHECK(everything(subject.store(), facts.family).size() == 1);
    }
    subject.write({removal(Family::meta, "key")});
    CHECK_FALSE(subject.read(Family::meta, "key"));
    CHECK(subject.read(Family::past, "key") == "past");
  });
}

TEST_CASE("the last change of a key in one write wins") {
  in_every_way([](Subject& subject) {
    subject.write({put(Family::log, "a", "1"), put(Family::log, "a", "2"),
                   put(Family::log, "b", "1"), removal(Family::log, "b"),
                   removal(Family::log, "c"), put(Family::log, "c", "3")});
    CHECK(subject.read(Family::log, "a") == "2");
    CHECK_FALSE(subject.read(Family::log, "b"));
    CHECK(subject.read(Family::log, "c") == "3");
    CHECK(everything(subject.store(), Family::log).size() == 2);
  });
}

TEST_CASE("keys and values hold any bytes and may be empty") {
  in_every_way([](Subject& subject) {
    const std::vector<std::string> keys{""s,       "\0"s,     "\0\0"s,   "\0\xff"s, "a"s,
                                        "a\0"s,    "a\0b"s,   "a\xff"s,  "b"s,      "\x7f"s,
                                        "\x80"s,   "\xff"s,   "\xff\0"s, "\xff\xff"s};
    std::map<std::string, std::string> expected;
    std::vector<Change> changes;
    for (const std::string& key : keys) {
      expected[key] = key.size() % 2 == 0 ? "" : "value\0of"s + key;
      changes.push_back(put(Family::identifier, key, expected[key]));
    }
    subject.write(std::move(changes));
    for (const auto& [key, value] : expected) {
      CHECK(subject.read(Family::identifier, key) == value);
    }
    const auto all = everything(subject.store(), Family::identifier);
    REQUIRE(all.size() == keys.size());
    // Unsigned order: exactly the order of std::string.
    CHECK(all == expected);
  });
}

TEST_CASE("a cursor stands on the first key at or after, or the last at or before") {
  in_every_way([](Subject& subject) {
    subject.write({put(Family::relation, "b", "1"), put(Family::relation, "bb", "2"),
                   put(Family::relation, "b\xff"s, "3"), put(Family::relation, "d", "4"),
                   put(Family::relation, "c", "gone")});
    subject.write({removal(Family::relation, "c")});
    const auto cursor = subject.store().scan(Family::relation);
    CHECK_FALSE(cursor->valid());
    const auto at = [&cursor] { return cursor->valid() ? std::string(cursor->key()) : "end"s; };
    cursor->seek("a");
    CHECK(at() == "b");
    cursor->seek("b");
    CHECK(at() == "b");
    cursor->next();
    CHECK(at() == "bb");
    CHECK(cursor->value() == "2");
    cursor->next();
    CHECK(at() == "b\xff"s);
    cursor->next();
    CHECK(at() == "d");
    cursor->previous();
    CHECK(at() == "b\xff"s);
    cursor->seek("c");
    CHECK(at() == "d");
    cursor->seek("e");
    CHECK(at() == "end");
    CHECK(cursor->status().has_value());
    cursor->seek_before("c");
    CHECK(at() == "b\xff"s);
    cursor->seek_before("d");
    CHECK(at() == "d");
    cursor->seek_before("a");
    CHECK(at() == "end");
    cursor->seek_before("\xff"s);
    CHECK(at() == "d");
    cursor->seek("");
    CHECK(at() == "b");
    cursor->previous();
    CHECK(at() == "end");
    cursor->seek_last();
    CHECK(at() == "d");
    cursor->next();
    CHECK(at() == "end");
    const auto empty = subject.store().scan(Family::quarantine);
    empty->seek_last();
    CHECK_FALSE(empty->valid());
    empty->seek("");
    CHECK_FALSE(empty->valid());
    CHECK(empty->status().has_value());
  });
}

TEST_CASE("a snapshot and a cursor keep the state they were made in") {
  in_every_way([](Subject& subject) {
    if (subject.reopens()) {
      return; // they do not outlive the store
    }
    subject.write({put(Family::current, "a", "old"), put(Family::current, "b", "old")});
    const auto before = subject.store().snapshot();
    const auto cursor = subject.store().scan(Family::current);
    cursor->seek("");
    subject.write({put(Family::current, "a", "new"), removal(Family::current, "b"),
                   put(Family::current, "c", "new")});
    const auto between = subject.store().snapshot();
    subject.write({removal(Family::current, "a")});
    subject.settle();

    CHECK(subject.read(Family::current, "a", before.get()) == "old");
    CHECK(subject.read(Family::current, "b", before.get()) == "old");
    CHECK_FALSE(subject.read(Family::current, "c", before.get()));
    CHECK(everything(subject.store(), Family::current, before.get()).size() == 2);
    CHECK(subject.read(Family::current, "a", between.get()) == "new");
    CHECK_FALSE(subject.read(Family::current, "b", between.get()));
    CHECK(cursor->value() == "old");
    cursor->next();
    CHECK(cursor->key() == "b");
    cursor->next();
    CHECK_FALSE(cursor->valid());
    const std::map<std::string, std::string> left{{"c", "new"}};
    CHECK(everything(subject.store(), Family::current) == left);

    const std::vector<std::string_view> keys{"c", "a", "b"};
    std::vector<Pinned> values(keys.size());
    bool found[3] = {};
    REQUIRE(subject.store()
                .multi_get(Family::current, keys, values, found, before.get())
                .has_value());
    CHECK_FALSE(found[0]);
    CHECK(values[1].view() == "old");
    CHECK(values[2].view() == "old");
  });
}

TEST_CASE("many keys are read at once, in any order, absent and repeated ones too") {
  in_every_way([](Subject& subject) {
    std::vector<Change> changes;
    for (int i = 0; i < 300; ++i) {
      changes.push_back(put(Family::current, std::to_string(i) + "key", std::to_string(i * i)));
    }
    subject.write(std::move(changes));
    std::vector<std::string> names;
    for (int i = 0; i < 200; ++i) {
      names.push_back(std::to_string((i * 37) % 400) + "key"); // a quarter is absent
    }
    names.push_back(names.front());
    const std::vector<std::string_view> keys(names.begin(), names.end());
    std::vector<Pinned> values(keys.size());
    values[5].adopt("from before");
    const auto found = std::make_unique<bool[]>(keys.size());
    const std::span<bool> flags(found.get(), keys.size());
    REQUIRE(subject.store().multi_get(Family::current, keys, values, flags).has_value());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto alone = subject.read(Family::current, keys[i]);
      CHECK(flags[i] == alone.has_value());
      CHECK(values[i].view() == alone.value_or(""));
    }
    CHECK(subject.store().multi_get(Family::current, {}, {}, {}).has_value());
  });
}

TEST_CASE("a commit whose precondition fails writes nothing") {
  in_every_way([](Subject& subject) {
    subject.write({put(Family::current, "a", "1")});
    Store& store = subject.store();
    const std::vector<Change> changes{put(Family::current, "a", "2"), put(Family::past, "a", "1")};
    const auto refused = [&](std::vector<Precondition> conditions) {
      const auto done = store.commit(changes, Durability::synced, conditions);
      REQUIRE_FALSE(done.has_value());
      CHECK(done.error().code == ErrorCode::conflict);
      CHECK(subject.read(Family::current, "a") == "1");
      CHECK_FALSE(subject.read(Family::past, "a"));
    };
    refused({{Family::current, "a", "other"}});
    refused({{Family::current, "a", std::nullopt}});
    refused({{Family::current, "a", ""}});
    refused({{Family::past, "a", "1"}});
    refused({{Family::current, "a", "1"}, {Family::past, "a", ""}});
    const std::vector<Precondition> holds{{Family::current, "a", "1"},
                                          {Family::past, "a", std::nullopt}};
    CHECK(store.commit(changes, Durability::synced, holds).has_value());
    CHECK(subject.read(Family::current, "a") == "2");
    CHECK(subject.read(Family::past, "a") == "1");
    CHECK(store.commit({}, Durability::synced).has_value());
    CHECK(store.commit({}, Durability::buffered).has_value());
  });
}

TEST_CASE("of many writers that compare and set one counter, none loses a step") {
  for (const Way way : {Way::memory, Way::disk}) {
    Subject subject(way);
    INFO("engine: ", subject.name());
    Store& store = subject.store();
    constexpr int threads = 4;
    constexpr int steps = 100;
    subject.write({put(Family::meta, "counter", "0")});
    std::atomic<int> failures{0};
    const auto count = [&] {
      Pinned value;
      for (int done = 0; done < steps;) {
        if (!store.get(Family::meta, "counter", value)) {
          ++failures;
          return;
        }
        const std::string seen(value.view());
        const std::vector<Change> change{
            put(Family::meta, "counter", std::to_string(std::stoi(seen) + 1))};
        const std::vector<Precondition> unchanged{{Family::meta, "counter", seen}};
        const auto committed = store.commit(change, Durability::buffered, unchanged);
        done += committed ? 1 : 0;
        failures += !committed && committed.error().code != ErrorCode::conflict ? 1 : 0;
      }
    };
    {
      std::vector<std::jthread> running;
      for (int i = 0; i < threads; ++i) {
        running.emplace_back(count);
      }
    }
    CHECK(failures == 0);
    CHECK(subject.read(Family::meta, "counter") == std::to_string(threads * steps));
  }
}

TEST_CASE("readers see a commit over several families whole or not at all") {
  for (const Way way : {Way::memory, Way::disk}) {
    Subject subject(way);
    INFO("engine: ", subject.name());
    Store& store = subject.store();
    std::atomic<bool> stop{false};
    std::atomic<int> torn{0};
    const auto watch = [&] {
      Pinned one;
      Pinned other;
      while (!stop) {
        const auto at = store.snapshot();
        const auto a = store.get(Family::current, "k", one, at.get());
        const auto b = store.get(Family::log, "k", other, at.get());
        torn += !a || !b || *a != *b || one.view() != other.view() ? 1 : 0;
      }
    };
    {
      const std::jthread watcher(watch);
      for (int i = 0; i < 500; ++i) {
        const std::string value = std::to_string(i);
        const std::vector<Change> both{put(Family::current, "k", value),
                                       put(Family::log, "k", value)};
        REQUIRE(store.commit(both, Durability::buffered).has_value());
        if (way == Way::disk && i % 100 == 50) {
          const std::vector<Change> more{put(Family::current, "k", value + "b"),
                                         put(Family::log, "k", value + "b")};
          REQUIRE(store.bulk_load(more).has_value());
        }
      }
      stop = true;
    }
    CHECK(torn == 0);
  }
}

TEST_CASE("a pinned value stays in place through later writes, flush and compaction") {
  in_every_way([](Subject& subject) {
    if (subject.reopens()) {
      return;
    }
    const std::string large(5000, 'x');
    subject.write({put(Family::current, "large", large), put(Family::current, "small", "s")});
    Pinned first;
    Pinned second;
    REQUIRE(*subject.store().get(Family::current, "large", first));
    REQUIRE(*subject.store().get(Family::current, "small", second));
    for (int i = 0; i < 5; ++i) {
      subject.write({put(Family::current, "large", std::string(5000, 'y')),
                     put(Family::current, "small", "t")});
      subject.settle();
    }
    CHECK(first.view() == large);
    CHECK(second.view() == "s");
    // Moving keeps the value; the source is empty. Short values move within the object.
    std::vector<Pinned> moved;
    moved.push_back(std::move(first));
    moved.push_back(std::move(second));
    moved.emplace_back();
    moved[2].adopt("own");
    moved.reserve(moved.capacity() + 1);
    CHECK(moved[0].view() == large);
    CHECK(moved[1].view() == "s");
    CHECK(moved[2].view() == "own");
    moved[0] = std::move(moved[1]);
    CHECK(moved[0].view() == "s");
    CHECK(moved[1].view().empty()); // NOLINT(bugprone-use-after-move): the contract says empty
    REQUIRE(*subject.store().get(Family::current, "large", moved[2]));
    CHECK(moved[2].view() == std::string(5000, 'y'));
    moved[2].reset();
    CHECK(moved[2].view().empty());
  });
}

TEST_CASE("a value of 16 MiB goes in and out, one over the limit is refused") {
  in_every_way([](Subject& subject) {
    std::string big(big_value_bytes, '\0');
    for (std::size_t i = 0; i < big.size(); i += 97) {
      big[i] = static_cast<char>(i);
    }
    subject.write({put(Family::source, "big", big), put(Family::current, "big", big)});
    CHECK(subject.read(Family::source, "big") == big);
    CHECK(subject.read(Family::current, "big") == big);
    const std::vector<Change> long_key{put(Family::meta, std::string(key_bytes_max + 1, 'k'), "")};
    const auto refused = subject.store().commit(long_key, Durability::buffered);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::invalid);
    const auto unloaded = subject.store().bulk_load(long_key);
    REQUIRE_FALSE(unloaded.has_value());
    CHECK(unloaded.error().code == ErrorCode::invalid);
  });
}

TEST_CASE("a load is seen at once over all families, over what was there, and after reopening") {
  for (const Way way : {Way::memory, Way::disk}) {
    Subject subject(way);
    INFO("engine: ", subject.name());
    subject.write({put(Family::current, "3", "old"), put(Family::identifier, "9", "old")});
    for (int round = 0; round < 3; ++round) {
      std::vector<Change> changes;
      const std::string version = std::to_string(round) + "-";
      for (int i = 999; i >= 0; --i) {
        const std::string n = std::to_string(i);
        changes.push_back(put(Family::current, n, version + n));
        changes.push_back(put(Family::identifier, n, n + "k"));
        changes.push_back(put(Family::source, n, std::string(300, 'a')));
      }
      changes.push_back(removal(Family::current, "7"));
      REQUIRE(subject.store().bulk_load(changes).has_value());
      CHECK(subject.read(Family::current, "3") == version + "3");
      CHECK_FALSE(subject.read(Family::current, "7"));
      CHECK(subject.read(Family::identifier, "9") == "9k");
      CHECK(everything(subject.store(), Family::source).size() == 1000);
      subject.reopen();
    }
    CHECK(everything(subject.store(), Family::current).size() == 999);
    CHECK(subject.store().bulk_load({}).has_value());
    CHECK(subject.store().verify().has_value());
    const auto figures = subject.store().figures();
    REQUIRE(figures.has_value());
    CHECK_FALSE(figures->read_only);
    CHECK_FALSE(figures->write_stalled);
    CHECK(figures->disk_bytes + figures->memtable_bytes > 0);
  }
}

TEST_CASE("many small loads of scattered keys in a row all come through") {
  Subject subject(Way::disk);
  constexpr int loads = 60; // more than the files that may wait for compaction
  constexpr int scattered = 7919;
  for (int i = 0; i < loads; ++i) {
    std::vector<Change> changes;
    for (int j = 0; j < 5; ++j) {
      changes.push_back(put(Family::identifier, std::to_string((i * 5 + j) * scattered % 1000003),
                            std::to_string(i)));
    }
    REQUIRE(subject.store().bulk_load(changes).has_value());
  }
  CHECK(everything(subject.store(), Family::identifier).size() == loads * 5);
}

TEST_CASE("loads of keys of two kinds are compacted late, and say the same before and after") {
  Subject subject(Way::disk);
  std::map<std::string, std::string> expected;
  constexpr int loads = 20; // more than are waited for
  for (int i = 0; i < loads; ++i) {
    std::vector<Change> changes;
    for (int j = 0; j < 50; ++j) {
      const std::string scattered = "d" + std::to_string((i * 50 + j) * 7919 % 613);
      const std::string behind = "u" + std::to_string(1000 + i * 50 + j);
      for (const std::string& key : {scattered, behind}) {
        changes.push_back(put(Family::structure, key, std::to_string(i)));
        expected[key] = std::to_string(i);
      }
    }
    const std::string gone = "u" + std::to_string(1000 + i * 25);
    changes.push_back(removal(Family::structure, gone));
    expected.erase(gone);
    REQUIRE(subject.store().bulk_load(changes).has_value());
    CHECK_FALSE(subject.read(Family::structure, gone));
  }
  CHECK(everything(subject.store(), Family::structure) == expected);
  REQUIRE(subject.store().compact(Family::structure).has_value());
  CHECK(everything(subject.store(), Family::structure) == expected);
  const std::vector<Change> last{put(Family::structure, "d0", "last")};
  REQUIRE(subject.store().bulk_load(last).has_value());
  expected["d0"] = "last";
  subject.reopen();
  CHECK(everything(subject.store(), Family::structure) == expected);
}

} // namespace
} // namespace grunndata::registry::store::testing
