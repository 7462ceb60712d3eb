// What a scrub leaves in the files of a store: nothing of what was.
#include "tests/store/subject.h"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace grunndata::registry;
using namespace grunndata::registry::store;
using namespace grunndata::registry::store::testing;

namespace {

constexpr std::string_view planted = "Plantestubben 66";

/// Names of the files below `directory` that hold `text`.
std::vector<std::string> files_with(const std::filesystem::path& directory, std::string_view text) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename().string());
  }
  return found;
}

EngineOptions uncompressed() {
  EngineOptions options = small_engine();
  options.compress = false;
  return options;
}

void write(Store& store, Family family, std::string key, std::optional<std::string> value) {
  const std::vector<Change> changes{{family, std::move(key), std::move(value)}};
  REQUIRE(store.commit(changes, Durability::synced).has_value());
}

Result<void> scrub(Store& store, std::span<const KeyRange> ranges) {
  std::atomic<bool> stop{false};
  return store.scrub(ranges, stop);
}

std::vector<KeyRange> key(Family family, const std::string& name) { return {{family, name, name}}; }

} // namespace

TEST_CASE("a scrub leaves no byte of an earlier value, wherever it had come to lie") {
  enum class Place { log, first_level, last_level, beside_the_new_value, loaded };
  for (const Place place : {Place::log, Place::first_level, Place::last_level,
                            Place::beside_the_new_value, Place::loaded}) {
    CAPTURE(static_cast<int>(place));
    const ScratchDirectory scratch;
    auto store = opened(scratch.path(), uncompressed());
    if (place == Place::loaded) {
      std::vector<Change> changes;
      changes.push_back({Family::current, "b", std::string(planted)});
      REQUIRE(store->bulk_load(changes).has_value());
    } else {
      for (const char* name : {"a", "b", "c"}) {
        write(*store, Family::current, name, std::string(planted) + name);
      }
    }
    if (place != Place::log) REQUIRE(store->flush().has_value());
    if (place == Place::last_level) REQUIRE(store->compact(Family::current).has_value());
    {
      const auto snapshot = place == Place::beside_the_new_value ? store->snapshot() : nullptr;
      write(*store, Family::current, "b", "moved");
      if (snapshot) {
        REQUIRE(store->flush().has_value());
        REQUIRE(store->compact(Family::current).has_value());
      }
    }
    const std::string of_b = std::string(planted) + (place == Place::loaded ? "" : "b");
    CHECK_FALSE(files_with(scratch.path(), of_b).empty());
    REQUIRE(scrub(*store, key(Family::current, "b")).has_value());
    CHECK(files_with(scratch.path(), of_b).empty());
    Pinned value;
    REQUIRE(store->get(Family::current, "b", value).has_value());
    CHECK(value.view() == "moved");
    if (place != Place::loaded) {
      CHECK_FALSE(files_with(scratch.path(), std::string(planted).append(1, 'a')).empty());
    }
    value.reset();
    store.reset();
    store = opened(scratch.path(), uncompressed());
    CHECK(files_with(scratch.path(), of_b).empty());
  }
}

TEST_CASE("a scrub of erased keys, of many at once and of several families") {
  const ScratchDirectory scratch;
  auto store = opened(scratch.path(), uncompressed());
  std::vector<KeyRange> ranges;
  for (int n = 0; n < 40; ++n) {
    const std::string name = "key" + std::to_string(n);
    write(*store, Family::past, name, std::string(planted));
    ranges.push_back({Family::past, name, name});
  }
  write(*store, Family::source, "s", std::string(planted));
  ranges.push_back({Family::source, "s", "s"});
  REQUIRE(store->flush().has_value());
  for (const KeyRange& range : ranges) write(*store, range.family, range.first, std::nullopt);
  REQUIRE(scrub(*store, ranges).has_value());
  CHECK(files_with(scratch.path(), planted).empty());
}

TEST_CASE("a scrub is refused while a reader holds an earlier state, and works afterwards") {
  const ScratchDirectory scratch;
  auto store = opened(scratch.path(), uncompressed());
  write(*store, Family::current, "a", std::string(planted));
  auto snapshot = store->snapshot();
  write(*store, Family::current, "a", "moved");
  const auto refused = scrub(*store, key(Family::current, "a"));
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::unavailable);
  Pinned value;
  REQUIRE(store->get(Family::current, "a", value, snapshot.get()).has_value());
  CHECK(value.view() == planted);
  snapshot.reset();
  REQUIRE(scrub(*store, key(Family::current, "a")).has_value());
  CHECK(files_with(scratch.path(), planted).empty());
}

TEST_CASE("a scrub that is told to stop stops, and the next one does the work") {
  const ScratchDirectory scratch;
  auto store = opened(scratch.path(), uncompressed());
  write(*store, Family::current, "a", std::string(planted));
  REQUIRE(store->flush().has_value());
  write(*store, Family::current, "a", "moved");
  std::atomic<bool> stop{true};
  const auto stopped = store->scrub(key(Family::current, "a"), stop);
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::cancelled);
  REQUIRE(scrub(*store, key(Family::current, "a")).has_value());
  CHECK(files_with(scratch.path(), planted).empty());
}
