// Bytes changed behind the store's back: an error or the right answer, never a wrong one.
#include "tests/store/subject.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <fstream>
#include <random>

namespace grunndata::registry::store::testing {
namespace {

namespace fs = std::filesystem;

constexpr int flips_per_kind = 30;
constexpr int keys = 400;

std::string value_of(int i) { return std::to_string(i) + std::string(200 + i % 50, 'v'); }

/// Loaded files, flushed files and an unflushed log, all acknowledged; one manifest with several
/// edits.
void build(const fs::path& directory) {
  const auto store = opened(directory);
  std::vector<Change> loaded;
  for (int i = 0; i < keys; i += 2) {
    loaded.push_back(put(Family::current, std::to_string(i), value_of(i)));
    loaded.push_back(put(Family::source, std::to_string(i), value_of(i)));
  }
  REQUIRE(store->bulk_load(loaded).has_value());
  for (int i = 1; i < keys; i += 2) {
    if (i == keys / 2 + 1) {
      REQUIRE(store->flush().has_value());
    }
    const std::vector<Change> change{put(Family::current, std::to_string(i), value_of(i)),
                                     put(Family::source, std::to_string(i), value_of(i))};
    REQUIRE(store->commit(change, i % 20 == 1 ? Durability::synced : Durability::buffered)
                .has_value());
  }
  REQUIRE(store->commit({}, Durability::synced).has_value());
}

std::vector<fs::path> files_of(const fs::path& directory, std::string_view part) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name.find(part) != std::string::npos && entry.file_size() > 0) {
      files.push_back(entry.path().filename());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void check_is_damage(const Error& error) {
  const bool is_damage = error.code == ErrorCode::corrupt || error.code == ErrorCode::storage;
  CHECK_MESSAGE(is_damage, code_name(error.code), ": ", error.message);
}

/// Whether a fault was reported. A wrong answer fails the test.
bool reports_damage(const fs::path& directory) {
  const auto store = open_rocksdb(directory, small_engine());
  if (!store) {
    check_is_damage(store.error());
    return true;
  }
  bool reported = false;
  Pinned value;
  for (int i = 0; i < keys; ++i) {
    for (const Family family : {Family::current, Family::source}) {
      const auto found = (*store)->get(family, std::to_string(i), value);
      if (!found) {
        check_is_damage(found.error());
        reported = true;
        continue;
      }
      REQUIRE_MESSAGE(*found, "an acknowledged key is missing");
      REQUIRE(value.view() == value_of(i));
    }
  }
  const auto cursor = (*store)->scan(Family::current);
  int seen = 0;
  for (cursor->seek(""); cursor->valid(); cursor->next(), ++seen) {
    REQUIRE(cursor->value() == value_of(std::stoi(std::string(cursor->key()))));
  }
  if (const auto end = cursor->status(); !end) {
    check_is_damage(end.error());
    reported = true;
  } else {
    REQUIRE(seen == keys);
  }
  if (const auto verified = (*store)->verify(); !verified) {
    check_is_damage(verified.error());
    reported = true;
  }
  return reported;
}

void flip(const fs::path& file, std::uintmax_t at, int bit) {
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekg(static_cast<std::streamoff>(at));
  const int old = bytes.get();
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(static_cast<char>(old ^ (1 << bit)));
  REQUIRE(bytes.good());
}

void copy_store(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

TEST_CASE("a flipped bit in any file is an error or does no harm") {
  const ScratchDirectory directory;
  const auto whole = directory.path() / "whole";
  const auto damaged = directory.path() / "damaged";
  build(whole);
  REQUIRE_FALSE(reports_damage((copy_store(whole, damaged), damaged)));
  std::mt19937 random(3);
  struct Kind {
    std::string_view part;
    bool always_noticed;
  };
  // A flip may hit bytes that only repeat others (a filter, a file's properties): no harm is fine.
  const Kind kinds[] = {{".sst", false},   {"MANIFEST", true},      {".log", true},
                        {"CURRENT", true}, {"ACKNOWLEDGED", false}, {"OPTIONS", false}};
  for (const Kind& kind : kinds) {
    const auto files = files_of(whole, kind.part);
    REQUIRE_FALSE(files.empty());
    for (int i = 0; i < flips_per_kind; ++i) {
      const auto& file = files[random() % files.size()];
      const auto at = random() % fs::file_size(whole / file);
      const int bit = static_cast<int>(random() % 8);
      INFO(file.string(), " byte ", at, " bit ", bit);
      copy_store(whole, damaged);
      flip(damaged / file, at, bit);
      const bool reported = reports_damage(damaged);
      CHECK((reported || !kind.always_noticed));
    }
  }
}

TEST_CASE("a log cut off before its acknowledged end is corrupt, wherever the cut") {
  const ScratchDirectory directory;
  const auto whole = directory.path() / "whole";
  const auto damaged = directory.path() / "damaged";
  build(whole);
  const auto logs = files_of(whole, ".log");
  REQUIRE_FALSE(logs.empty());
  const auto size = fs::file_size(whole / logs.back());
  std::mt19937 random(4);
  for (int i = 0; i < 20; ++i) {
    const auto cut = i == 0 ? size - 1 : random() % size;
    INFO("cut at ", cut, " of ", size);
    copy_store(whole, damaged);
    fs::resize_file(damaged / logs.back(), cut);
    const auto store = open_rocksdb(damaged, small_engine());
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().code == ErrorCode::corrupt);
  }
}

TEST_CASE("a log cut off after its acknowledged end opens with what was acknowledged") {
  const ScratchDirectory directory;
  const auto whole = directory.path() / "whole";
  const auto damaged = directory.path() / "damaged";
  std::uintmax_t acknowledged = 0;
  {
    const auto store = opened(whole);
    const std::vector<Change> promised{put(Family::meta, "promised", "1")};
    REQUIRE(store->commit(promised, Durability::synced).has_value());
    acknowledged = fs::file_size(whole / files_of(whole, ".log").back());
    for (int i = 0; i < 10; ++i) {
      const std::vector<Change> loose{put(Family::log, std::to_string(i), value_of(i)),
                                      put(Family::clock, std::to_string(i), value_of(i))};
      REQUIRE(store->commit(loose, Durability::buffered).has_value());
    }
  }
  const auto log = files_of(whole, ".log").back();
  const auto size = fs::file_size(whole / log);
  for (auto cut = acknowledged; cut < size; cut += 113) {
    INFO("cut at ", cut, " of ", size);
    copy_store(whole, damaged);
    fs::resize_file(damaged / log, cut);
    const auto store = opened(damaged);
    CHECK(everything(*store, Family::meta).size() == 1);
    // A prefix of the batches, each whole.
    const auto first = everything(*store, Family::log);
    CHECK(first == everything(*store, Family::clock));
    for (std::size_t i = 0; i < first.size(); ++i) {
      CHECK(first.contains(std::to_string(i)));
    }
  }
}

TEST_CASE("a file that is missing makes the store corrupt, and nothing in it is removed") {
  const ScratchDirectory directory;
  const auto whole = directory.path() / "whole";
  const auto damaged = directory.path() / "damaged";
  build(whole);
  for (const std::string_view part : {"CURRENT", "MANIFEST", ".sst", ".log"}) {
    INFO(part);
    copy_store(whole, damaged);
    fs::remove(damaged / files_of(damaged, part).front());
    const auto tables = files_of(damaged, ".sst").size();
    const auto store = open_rocksdb(damaged, small_engine());
    REQUIRE_FALSE(store.has_value());
    CHECK(store.error().code == ErrorCode::corrupt);
    CHECK(files_of(damaged, ".sst").size() == tables);
  }
}

TEST_CASE("what an interrupted load left behind is removed at open") {
  const ScratchDirectory directory;
  opened(directory.path()).reset();
  fs::create_directories(directory.path() / "loading" / "0");
  std::ofstream(directory.path() / "loading" / "0" / "0.sst") << "half";
  opened(directory.path()).reset();
  CHECK_FALSE(fs::exists(directory.path() / "loading"));
}

} // namespace
} // namespace grunndata::registry::store::testing
