#include "tests/store/subject.h"

#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>

namespace grunndata::registry::store::testing {

namespace {

/// Memory where there is room: the tests sync thousands of times, and none of them cuts the power.
std::filesystem::path scratch_root() {
  constexpr std::uintmax_t room_bytes = 1u << 30;
  const std::filesystem::path in_memory = "/dev/shm";
  std::error_code error;
  const auto room = std::filesystem::space(in_memory, error);
  return !error && room.available > room_bytes ? in_memory
                                               : std::filesystem::temp_directory_path();
}

} // namespace

ScratchDirectory::ScratchDirectory() {
  std::string pattern = scratch_root() / "grunndata-store-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

EngineOptions small_engine() {
  EngineOptions options;
  options.cache_bytes = 4u << 20;
  options.write_buffer_bytes = 1u << 20;
  return options;
}

std::unique_ptr<Store> opened(const std::filesystem::path& directory,
                              const EngineOptions& options) {
  auto store = open_rocksdb(directory, options);
  REQUIRE_MESSAGE(store.has_value(), store.error().message);
  return std::move(*store);
}

Change put(Family family, std::string key, std::string value) {
  return {family, std::move(key), std::move(value)};
}

Change removal(Family family, std::string key) { return {family, std::move(key), std::nullopt}; }

Subject::Subject(Way way) : way_(way) {
  if (way == Way::memory) {
    store_ = make_memory_store();
    return;
  }
  directory_.emplace();
  store_ = opened(directory_->path() / "store");
}

std::string_view Subject::name() const {
  switch (way_) {
  case Way::memory:
    return "memory";
  case Way::disk:
    return "disk";
  case Way::reopened:
    return "reopened";
  case Way::flushed:
    return "flushed";
  case Way::loaded:
    return "loaded";
  }
  return "";
}

void Subject::write(std::vector<Change> changes) {
  const auto written = way_ == Way::loaded ? store_->bulk_load(changes)
                                           : store_->commit(changes, Durability::buffered);
  REQUIRE_MESSAGE(written.has_value(), written.error().message);
  if (way_ == Way::reopened) {
    reopen();
  } else if (way_ == Way::flushed) {
    settle();
  }
}

std::optional<std::string> Subject::read(Family family, std::string_view key, const Snapshot* at) {
  Pinned value;
  const auto found = store_->get(family, key, value, at);
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  if (!*found) {
    CHECK(value.view().empty());
    return std::nullopt;
  }
  return std::string(value.view());
}

void Subject::settle() {
  REQUIRE(store_->flush().has_value());
  for (const FamilyFacts& facts : families) {
    const auto compacted = store_->compact(facts.family);
    REQUIRE_MESSAGE(compacted.has_value(), compacted.error().message);
  }
}

void Subject::reopen() {
  if (directory_) {
    store_.reset();
    store_ = opened(directory_->path() / "store");
  }
}

std::map<std::string, std::string> everything(const Store& store, Family family,
                                              const Snapshot* at) {
  std::map<std::string, std::string> forwards;
  const auto cursor = store.scan(family, at);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    REQUIRE(forwards.emplace(cursor->key(), cursor->value()).second);
  }
  REQUIRE(cursor->status().has_value());
  auto expected = forwards.rbegin();
  for (cursor->seek_last(); cursor->valid(); cursor->previous(), ++expected) {
    REQUIRE(expected != forwards.rend());
    REQUIRE(cursor->key() == expected->first);
    REQUIRE(cursor->value() == expected->second);
  }
  REQUIRE(cursor->status().has_value());
  REQUIRE(expected == forwards.rend());
  return forwards;
}

} // namespace grunndata::registry::store::testing
