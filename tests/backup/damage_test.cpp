// Damage of any byte is found and never restored; another key opens nothing.
#include "tests/backup/house.h"

#include <doctest/doctest.h>

#include <algorithm>

#include <sys/stat.h>

using namespace grunndata::registry;
using namespace grunndata::registry::backup;
using namespace grunndata::registry::backup::tests;
using grunndata::registry::stories::fnr;

namespace {

/// Places in a file of that size: in its head, its key id, its salt, its bytes, its tag.
std::vector<std::size_t> places(std::size_t size) {
  std::vector<std::size_t> all{0, 7, 8, 15, 16, 47, 48, size / 2, size - 17, size - 16, size - 1};
  std::erase_if(all, [size](std::size_t place) { return place >= size; });
  return all;
}

void check_found_and_not_restored(House& house, const std::string& what) {
  CAPTURE(what);
  CHECK_FALSE(house.faults().empty());
  const auto restored = house.try_restore();
  REQUIRE_FALSE(restored.has_value());
  CHECK((restored.error().code == ErrorCode::corrupt ||
         restored.error().code == ErrorCode::conflict));
  CHECK_FALSE(fs::exists(house.data));
  CHECK_FALSE(fs::exists(house.data.string() + ".restoring"));
}

} // namespace

TEST_CASE("sealed bytes open under their name, key and kind, and only whole") {
  const Key key = key_of(1);
  const std::string text = "who lives where";
  const std::string sealed = *key.seal(Sealed::piece, "name", text);
  CHECK(*key.open(Sealed::piece, "name", sealed) == text);
  CHECK(*key.seal(Sealed::piece, "name", text) != sealed); // a salt of its own each time
  CHECK(sealed.find("lives") == std::string::npos);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string other = sealed;
    other[i] = static_cast<char>(other[i] ^ 0x20);
    CHECK_FALSE(key.open(Sealed::piece, "name", other).has_value());
    CHECK_FALSE(key.open(Sealed::piece, "name", sealed.substr(0, i)).has_value());
  }
  CHECK_FALSE(key.open(Sealed::piece, "name", sealed + "x").has_value());
  CHECK_FALSE(key.open(Sealed::piece, "nama", sealed).has_value());
  CHECK_FALSE(key.open(Sealed::manifest, "name", sealed).has_value());
  const auto foreign = key_of(2).open(Sealed::piece, "name", sealed);
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().code == ErrorCode::conflict);
  CHECK(key.name_of("a") != key.name_of("b"));
  CHECK(key.name_of("a") != key_of(2).name_of("a"));
}

TEST_CASE("damage of any file of a backup is found and never restored") {
  House house(true);
  house.settle(1, 5);
  house.look_up(20);
  house.create();
  house.lose_data();
  for (const char* part : {"pieces", "backups"}) {
    for (const fs::path& file : files_below(house.folder / part)) {
      const std::string whole = bytes_in(file);
      for (const std::size_t place : places(whole.size())) {
        std::string other = whole;
        other[place] = static_cast<char>(other[place] ^ 0x01);
        put_bytes(file, other);
        check_found_and_not_restored(house, file.string() + " at " + std::to_string(place));
      }
      put_bytes(file, whole.substr(0, whole.size() / 2));
      check_found_and_not_restored(house, file.string() + " cut");
      put_bytes(file, whole);
    }
  }
  for (const fs::path& file : files_below(house.folder / "pieces")) {
    fs::rename(file, house.scratch.path() / "away");
    check_found_and_not_restored(house, file.string() + " missing");
    fs::rename(house.scratch.path() / "away", file);
  }
  CHECK(house.faults().empty());
  house.restore();
}

TEST_CASE("pieces that change places, and lists that change names, are found") {
  House house;
  house.settle(1, 5);
  const Manifest first = house.create();
  house.settle(6, 6);
  const Manifest second = house.create();
  house.lose_data();
  const auto pieces = files_below(house.folder / "pieces");
  REQUIRE(pieces.size() >= 2);
  const std::string one = bytes_in(pieces[0]);
  const std::string other = bytes_in(pieces[1]);
  put_bytes(pieces[0], other);
  put_bytes(pieces[1], one);
  CHECK_FALSE(house.faults().empty());
  put_bytes(pieces[0], one);
  put_bytes(pieces[1], other);
  CHECK(house.faults().empty());

  // The older list under the newer one's name: nobody is given an older state as the newest.
  put_bytes(house.folder / "backups" / second.id, bytes_in(house.folder / "backups" / first.id));
  check_found_and_not_restored(house, "an older list");
}

TEST_CASE("a full backup mends what is damaged, and nothing less does") {
  House house;
  house.settle(1, 50);
  REQUIRE(house.registry->store().flush().has_value());
  house.create();
  for (const fs::path& file : files_below(house.folder / "pieces")) {
    std::string bytes = bytes_in(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    put_bytes(file, bytes);
  }
  house.create();
  CHECK_FALSE(house.faults().empty());
  auto options = house.create_options();
  options.full = true;
  REQUIRE(create(*house.registry, nullptr, house.key, options).has_value());
  VerifyOptions newest;
  newest.folder = house.folder;
  newest.id = house.list().back().id;
  CHECK(verify(house.key, newest)->faults.empty());
  house.lose_data();
  house.restore();
  house.open();
  CHECK(house.knows(fnr(50)));
}

TEST_CASE("a piece cut short is stored again by the next backup") {
  House house;
  house.settle(1, 50);
  house.create();
  for (const fs::path& file : files_below(house.folder / "pieces")) {
    put_bytes(file, bytes_in(file).substr(0, 60));
  }
  house.create();
  VerifyOptions newest;
  newest.folder = house.folder;
  newest.id = house.list().back().id;
  CHECK(verify(house.key, newest)->faults.empty());
}

TEST_CASE("another key opens nothing and says so; backups of two keys lie side by side") {
  House house;
  house.settle(1, 5);
  const Manifest first = house.create();
  house.key = key_of(8);
  const auto listed = house.list();
  REQUIRE(listed.size() == 1);
  REQUIRE(listed[0].fault.has_value());
  CHECK(listed[0].fault->message.find(key_of(7).id()) != std::string::npos);
  CHECK(listed[0].fault->message.find(key_of(8).id()) != std::string::npos);
  const auto faults = house.faults();
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("backup.key_file") != std::string::npos);

  const Manifest second = house.create(); // the key was changed: everything is stored anew
  CHECK(second.stored_bytes > second.bytes());
  house.lose_data();
  const auto refused = house.try_restore(first.id);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK_FALSE(fs::exists(house.data));
  CHECK(house.restore().manifest.id == second.id);
  house.key = key_of(7);
  fs::remove_all(house.data);
  CHECK(house.restore(first.id).manifest.id == first.id);
}

TEST_CASE("a key is 64 hexadecimal digits in a file of its owner's") {
  const stories::ScratchDirectory scratch;
  fs::create_directories(scratch.path());
  const fs::path file = scratch.path() / "key";
  CHECK(Key::load(file).error().code == ErrorCode::not_found);
  const std::string digits(64, 'a');
  for (const std::string& bad : {std::string(), digits.substr(1), digits + "a", "z" + digits,
                                 std::string(64, 'g'), std::string(1'000, 'a')}) {
    put_bytes(file, bad);
    ::chmod(file.c_str(), 0600);
    const auto refused = Key::load(file);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::invalid);
    CHECK(refused.error().message.find("aaaa") == std::string::npos);
  }
  put_bytes(file, digits + "\n");
  CHECK(Key::load(file)->id().size() == key_id_digits);
  ::chmod(file.c_str(), 0640);
  CHECK(Key::load(file).error().code == ErrorCode::invalid);
}

TEST_CASE("a list of files never leads outside the restored directory") {
  Manifest manifest;
  manifest.id = *new_id({1'700'000'000'000'000});
  CHECK(manifest.id.starts_with("20231114T221320000000Z-"));
  CHECK(is_id(manifest.id));
  manifest.directory = std::string(16, 'a');
  manifest.files.push_back({"audit/segments/a b", 3, {1, 2, 3}, {PieceName{}}});
  const auto read = read_manifest(write_manifest(manifest));
  REQUIRE(read.has_value());
  CHECK(read->files[0].path == "audit/segments/a b");
  CHECK(read->files[0].print == Fingerprint{1, 2, 3});
  for (const char* path : {"../x", "/etc/x", "a/../../x", "", "."}) {
    manifest.files[0].path = path;
    CHECK_FALSE(read_manifest(write_manifest(manifest)).has_value());
  }
  const std::string text = write_manifest(*read);
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    CHECK_FALSE(read_manifest(text.substr(0, i)).has_value());
  }
}
