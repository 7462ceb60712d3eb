#include "registry/value_cache.h"

#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using store::Family;
using store::Pinned;
using Key = ValueCache::Key;

namespace {

constexpr std::size_t small_bytes = ValueCache::bytes_min;
constexpr std::size_t value_bytes = 3'000;
constexpr std::uint64_t reads_min = 100'000; ///< by all readers together, beside commits

Key key_of(unsigned n, Family family = Family::current) {
  Key key{family, {}};
  for (std::size_t i = 0; i < 4; ++i) {
    key.entity.bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
  }
  return key;
}

/// Tells its key and version all over, so that a torn or foreign one shows.
std::string value_of(unsigned n, unsigned version, std::size_t bytes = value_bytes) {
  const std::string word = std::to_string(n) + ':' + std::to_string(version) + ' ';
  std::string value;
  while (value.size() < bytes) value += word;
  return value;
}

/// Key and version of a whole value; nothing for any other text.
std::optional<unsigned> version_in(std::string_view value, unsigned n) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos || value.substr(0, colon) != std::to_string(n)) return {};
  const auto version = static_cast<unsigned>(std::stoul(std::string(value.substr(colon + 1, 12))));
  return value == value_of(n, version, value.size()) ? std::optional(version) : std::nullopt;
}

void put(ValueCache& cache, unsigned n, unsigned version = 1, std::size_t bytes = value_bytes) {
  cache.remember(cache.ticket(), key_of(n), value_of(n, version, bytes));
}

bool holds(const ValueCache& cache, unsigned n) {
  Pinned pin;
  return cache.find(key_of(n), pin);
}

} // namespace

TEST_CASE("a value is found under its own key and no other") {
  ValueCache cache(small_bytes);
  put(cache, 7, 3);
  Pinned pin;
  REQUIRE(cache.find(key_of(7), pin));
  CHECK(pin.view() == value_of(7, 3));
  CHECK_FALSE(cache.find(key_of(8), pin));
  CHECK_FALSE(cache.find(key_of(7, Family::past), pin));
  cache.remember(cache.ticket(), key_of(7, Family::past), "");
  REQUIRE(cache.find(key_of(7, Family::past), pin));
  CHECK(pin.view().empty());
}

TEST_CASE("a commit forgets what it changes and nothing else") {
  ValueCache cache(small_bytes);
  put(cache, 1);
  put(cache, 2);
  cache.begin_commit(std::array{key_of(1)});
  CHECK_FALSE(holds(cache, 1));
  CHECK(holds(cache, 2));
  cache.end_commit();
  CHECK_FALSE(holds(cache, 1));
  put(cache, 1, 2);
  CHECK(holds(cache, 1));
}

TEST_CASE("what was read before or during a commit stays out") {
  ValueCache cache(small_bytes);
  const auto before = cache.ticket();
  cache.begin_commit(std::array{key_of(1)});
  const auto during = cache.ticket();
  cache.remember(before, key_of(1), value_of(1, 1));
  cache.remember(during, key_of(1), value_of(1, 1));
  CHECK_FALSE(holds(cache, 1));
  cache.end_commit();
  cache.remember(before, key_of(1), value_of(1, 1));
  cache.remember(during, key_of(1), value_of(1, 1));
  CHECK_FALSE(holds(cache, 1));
  put(cache, 1, 2);
  CHECK(holds(cache, 1));
}

TEST_CASE("what is found counts for a state until the commit after it has ended") {
  ValueCache cache(small_bytes);
  const auto before = cache.ticket();
  CHECK(cache.is_of_state(before));
  cache.begin_commit(std::array{key_of(1)});
  const auto during = cache.ticket();
  CHECK(cache.is_of_state(before));
  CHECK_FALSE(cache.is_valid(before));
  CHECK(cache.is_of_state(during));
  CHECK_FALSE(cache.is_valid(during));
  cache.end_commit();
  CHECK_FALSE(cache.is_of_state(before));
  CHECK_FALSE(cache.is_of_state(during));
  CHECK(cache.is_of_state(cache.ticket()));
}

TEST_CASE("a held value keeps its bytes while everything around it is replaced") {
  ValueCache cache(small_bytes);
  put(cache, 0);
  Pinned held;
  REQUIRE(cache.find(key_of(0), held));
  Pinned moved(std::move(held));
  for (unsigned n = 1; n < 5'000; ++n) put(cache, n);
  CHECK(version_in(moved.view(), 0) == 1u);
  cache.begin_commit(std::array{key_of(0)});
  cache.end_commit();
  CHECK(version_in(moved.view(), 0) == 1u);
  moved.reset();
  for (unsigned n = 5'000; n < 6'000; ++n) put(cache, n);
  CHECK(holds(cache, 5'999));
}

TEST_CASE("when everything is held, nothing more comes in, and what is held stays whole") {
  ValueCache cache(small_bytes);
  std::vector<Pinned> held;
  unsigned n = 0;
  for (; n < 10'000; ++n) {
    put(cache, n);
    Pinned pin;
    if (!cache.find(key_of(n), pin)) break;
    held.push_back(std::move(pin));
  }
  REQUIRE(n < 10'000);
  for (unsigned i = 0; i < n; ++i) CHECK(version_in(held[i].view(), i) == 1u);
  held.clear();
  put(cache, n);
  CHECK(holds(cache, n));
}

TEST_CASE("values that are read again outlive values that are not") {
  ValueCache cache(small_bytes);
  constexpr unsigned hot = 8; // fewer than move on from one segment
  for (unsigned n = 0; n < hot; ++n) put(cache, n);
  for (unsigned n = hot; n < 3'000; ++n) {
    put(cache, n);
    for (unsigned i = 0; i < hot && n % 20 == 0; ++i) (void)holds(cache, i);
  }
  unsigned kept = 0;
  for (unsigned n = 0; n < hot; ++n) kept += holds(cache, n) ? 1 : 0;
  CHECK(kept > hot / 2); // places are shared: now and then one is pushed out
}

TEST_CASE("the memory bounds what is remembered") {
  ValueCache cache(small_bytes);
  for (unsigned n = 0; n < 10'000; ++n) put(cache, n);
  std::size_t bytes = 0;
  for (unsigned n = 0; n < 10'000; ++n) bytes += holds(cache, n) ? value_bytes : 0;
  CHECK(bytes <= small_bytes);
  CHECK(bytes >= small_bytes / 2);
}

TEST_CASE("very large values and caches without memory remember nothing") {
  ValueCache cache(small_bytes);
  put(cache, 1, 1, small_bytes / 2);
  CHECK_FALSE(holds(cache, 1));
  ValueCache none(0);
  put(none, 1);
  CHECK_FALSE(holds(none, 1));
  none.begin_commit(std::array{key_of(1)});
  none.end_commit();
}

TEST_CASE("random puts, changes and finds agree with a plain map") {
  ValueCache cache(small_bytes);
  std::mt19937 random(11);
  std::map<unsigned, std::pair<unsigned, std::size_t>> stored; // version and size
  unsigned hits = 0;
  for (unsigned step = 0; step < 50'000; ++step) {
    const unsigned n = static_cast<unsigned>(random() % 400);
    auto& [version, bytes] = stored[n];
    if (version == 0 || random() % 10 == 0) {
      cache.begin_commit(std::array{key_of(n)});
      ++version;
      bytes = random() % 6'000;
      cache.end_commit();
    }
    Pinned pin;
    if (cache.find(key_of(n), pin)) {
      ++hits;
      REQUIRE(pin.view() == value_of(n, version, bytes));
    } else {
      put(cache, n, version, bytes);
    }
  }
  CHECK(hits > 2'000);
}

namespace {

/// A store of versions under a cache, as the registry has it, for many readers and one writer.
struct Versions {
  static constexpr unsigned keys = 300;
  ValueCache cache{small_bytes};
  std::array<std::atomic<unsigned>, keys> stored{};
  std::array<std::atomic<unsigned>, keys> acknowledged{};

  void change(unsigned first, unsigned count) {
    std::vector<Key> changed;
    for (unsigned n = first; n < first + count; ++n) changed.push_back(key_of(n % keys));
    cache.begin_commit(changed);
    for (unsigned n = first; n < first + count; ++n) ++stored[n % keys];
    cache.end_commit();
    for (unsigned n = first; n < first + count; ++n) {
      acknowledged[n % keys].store(stored[n % keys].load());
    }
  }

  /// The version a reader gets, if it is a whole value of that key.
  std::optional<unsigned> read(unsigned n, Pinned& pin, std::uint64_t& hits) {
    if (cache.find(key_of(n), pin)) {
      ++hits;
      return version_in(pin.view(), n);
    }
    const auto ticket = cache.ticket();
    const unsigned version = stored[n].load();
    cache.remember(ticket, key_of(n), value_of(n, version));
    return version;
  }
};

} // namespace

TEST_CASE("no reader sees an older value after a commit was acknowledged, nor after a newer one") {
  Versions versions;
  std::atomic<bool> done{false};
  std::atomic<unsigned> wrong{0};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<std::uint64_t> hits_of_all{0};
  const auto read_on = [&](unsigned seed) {
    std::mt19937 random(seed);
    std::array<unsigned, Versions::keys> seen{};
    Pinned pin;
    std::uint64_t hits = 0;
    while (!done) {
      const unsigned n = static_cast<unsigned>(random() % Versions::keys);
      const unsigned acknowledged = versions.acknowledged[n].load();
      const auto got = versions.read(n, pin, hits);
      if (!got || *got < acknowledged || *got < seen[n]) ++wrong;
      seen[n] = got.value_or(0);
      ++reads;
    }
    hits_of_all += hits;
  };
  std::vector<std::thread> readers;
  for (unsigned i = 0; i < 3; ++i) readers.emplace_back(read_on, i);
  std::mt19937 random(99);
  while (reads < reads_min && wrong == 0) {
    versions.change(static_cast<unsigned>(random() % Versions::keys),
                    static_cast<unsigned>(1 + random() % 4));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
  CHECK(hits_of_all > 0);
}
