// The mark as a file: whose it is, who may use it, and that only what was written is believed.
#include "registry/hjelpenummer/issuing_mark.h"
#include "tests/hjelpenummer/scratch_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include <openssl/sha.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::tests;

namespace {

constexpr PrefixRange range{850'000'000, 850'009'999};
constexpr PrefixRange second_range{900'000'000, 900'000'049};
constexpr std::size_t version_place = 8;
constexpr std::size_t generation_place = 64;
constexpr std::size_t first_mark_place = 88 + 8;

std::unique_ptr<IssuingMark> made(const ScratchFolder& folder, PrefixRange of = range) {
  auto mark = IssuingMark::create(folder.mark(), this_installation, of);
  REQUIRE(mark);
  return std::move(*mark);
}

std::unique_ptr<IssuingMark> opened(const ScratchFolder& folder) {
  auto mark = IssuingMark::open(folder.mark(), this_installation);
  REQUIRE(mark);
  return std::move(*mark);
}

template <typename T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

ErrorCode open_fault(const ScratchFolder& folder,
                     const InstallationId& installation = this_installation) {
  return code_of(IssuingMark::open(folder.mark(), installation));
}

/// With the checksum that fits the bytes before it.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - SHA256_DIGEST_LENGTH);
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return bytes + digest;
}

/// A file with two ranges, after some leases and a restore.
std::string used_file(const ScratchFolder& folder) {
  const auto mark = made(folder);
  REQUIRE(mark->reserve(1'000));
  REQUIRE(mark->add_range(second_range));
  REQUIRE(mark->note_restore());
  REQUIRE(mark->reserve(500));
  return bytes_in(folder.mark());
}

} // namespace

TEST_CASE("leases follow each other without a gap, also after the file was opened again") {
  const ScratchFolder folder;
  auto mark = made(folder);
  const std::string key(mark->key().bytes().begin(), mark->key().bytes().end());
  std::uint32_t end = 0;
  for (const std::uint32_t count : {1U, 10U, 1'000U, 3U}) {
    CHECK(mark->reserved_up_to() == end);
    const auto lease = mark->reserve(count);
    REQUIRE(lease);
    CHECK(lease->range == range);
    CHECK(lease->first == end);
    CHECK(lease->count == count);
    end = lease->end();
    CHECK(mark->state() == MarkState{0, false, count, {{range, end}}});
    mark.reset();
    mark = opened(folder);
    CHECK(mark->state() == MarkState{0, false, count, {{range, end}}});
    CHECK(key == std::string(mark->key().bytes().begin(), mark->key().bytes().end()));
  }
}

TEST_CASE("a range that is used up gives a shorter lease, then the next range, then none") {
  const ScratchFolder folder;
  const auto mark = made(folder, {850'000'000, 850'000'099});
  CHECK(mark->reserve(60)->count == 60);
  const auto rest = mark->reserve(60);
  REQUIRE(rest);
  CHECK(rest->first == 60);
  CHECK(rest->count == 40);
  CHECK(code_of(mark->reserve(1)) == ErrorCode::unavailable);
  CHECK(mark->reserved_up_to() == 100);

  REQUIRE(mark->add_range(second_range));
  const auto second = mark->reserve(60);
  REQUIRE(second);
  CHECK(second->range == second_range);
  CHECK(second->first == 0);
  CHECK(second->count == 50);
  CHECK(mark->reserved_up_to(1) == 50);
  CHECK(code_of(mark->reserve(1)) == ErrorCode::unavailable);
}

TEST_CASE("a lease has one counter at least and a million at most") {
  const ScratchFolder folder;
  const auto mark = made(folder, PrefixRange{});
  CHECK(code_of(mark->reserve(0)) == ErrorCode::invalid);
  CHECK(code_of(mark->reserve(lease_counters_max + 1)) == ErrorCode::invalid);
  CHECK(mark->reserve(lease_counters_max)->count == lease_counters_max);
}

TEST_CASE("ranges are valid, do not overlap, and are not without number") {
  const ScratchFolder folder;
  CHECK(code_of(IssuingMark::create(folder.mark(), this_installation, {1, 2})) ==
        ErrorCode::invalid);
  CHECK_FALSE(std::filesystem::exists(folder.mark()));
  const auto mark = made(folder);
  CHECK(code_of(mark->add_range({700'000'000, 800'000'000})) == ErrorCode::invalid);
  for (const PrefixRange overlapping :
       {range, PrefixRange{}, PrefixRange{840'000'000, 850'000'000},
        PrefixRange{850'009'999, 850'010'000}, PrefixRange{850'000'005, 850'000'005}}) {
    CHECK(code_of(mark->add_range(overlapping)) == ErrorCode::conflict);
  }
  for (std::uint32_t place = 1; place < mark_ranges_max; ++place) {
    CHECK(mark->add_range({850'009'999 + place, 850'009'999 + place}));
  }
  CHECK(code_of(mark->add_range({950'000'000, 950'000'000})) == ErrorCode::invalid);
  CHECK(mark->state().ranges.size() == mark_ranges_max);
}

TEST_CASE("a mark that is missing is not found, and opening does not make one") {
  const ScratchFolder folder;
  CHECK(open_fault(folder) == ErrorCode::not_found);
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK(code_of(IssuingMark::open(folder.path() / "no" / "mark", this_installation)) ==
        ErrorCode::not_found);
  CHECK(code_of(IssuingMark::create(folder.path() / "no" / "mark", this_installation, range)) ==
        ErrorCode::storage);
}

TEST_CASE("a mark of another installation is a conflict") {
  const ScratchFolder folder;
  static_cast<void>(made(folder));
  CHECK(open_fault(folder, other_installation) == ErrorCode::conflict);
  CHECK(IssuingMark::open(folder.mark(), this_installation));
}

TEST_CASE("a mark is never made over something that is there") {
  const ScratchFolder folder;
  static_cast<void>(made(folder));
  const std::string before = bytes_in(folder.mark());
  CHECK(code_of(IssuingMark::create(folder.mark(), this_installation, range)) ==
        ErrorCode::conflict);
  CHECK(bytes_in(folder.mark()) == before);
  put_bytes(folder.mark(), "not a mark");
  CHECK(code_of(IssuingMark::create(folder.mark(), this_installation, range)) ==
        ErrorCode::conflict);
  CHECK(bytes_in(folder.mark()) == "not a mark");
}

TEST_CASE("nobody but the owner may touch the file, while it is used and when it is opened") {
  const ScratchFolder folder;
  const auto before = ::umask(0);
  {
    const auto mark = made(folder);
    REQUIRE(mark->reserve(10));
  }
  ::umask(before);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat facts {};
    REQUIRE(::stat(entry.path().c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777U) == 0600U);
  }
  for (const mode_t mode : {0640U, 0604U, 0610U, 0601U, 0666U}) {
    REQUIRE(::chmod(folder.mark().c_str(), mode) == 0);
    CHECK(open_fault(folder) == ErrorCode::invalid);
  }
}

TEST_CASE("a link or a folder is no mark") {
  const ScratchFolder folder;
  static_cast<void>(made(folder));
  std::filesystem::rename(folder.mark(), folder.path() / "elsewhere");
  std::filesystem::create_symlink(folder.path() / "elsewhere", folder.mark());
  CHECK(open_fault(folder) == ErrorCode::invalid);
  std::filesystem::remove(folder.mark());
  std::filesystem::create_directory(folder.mark());
  CHECK(open_fault(folder) == ErrorCode::invalid);
}

TEST_CASE("one at a time uses a mark, in this process and in another") {
  const ScratchFolder folder;
  auto mark = made(folder);
  CHECK(open_fault(folder) == ErrorCode::unavailable);
  CHECK(code_of(IssuingMark::create(folder.mark(), this_installation, range)) ==
        ErrorCode::unavailable);
  REQUIRE(mark->reserve(5)); // the file has been replaced; the lock has not
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto second = IssuingMark::open(folder.mark(), this_installation);
    ::_exit(!second && second.error().code == ErrorCode::unavailable ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  mark.reset();
  CHECK(opened(folder)->reserved_up_to() == 5);
}

TEST_CASE("where the lock was taken away no lease is handed out any more") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  REQUIRE(mark->reserve(5));
  std::filesystem::remove(folder.mark().string() + ".lock");
  const auto thief = opened(folder);
  CHECK(code_of(mark->reserve(5)) == ErrorCode::storage);
  CHECK(thief->reserve(5)->first == 5);
  CHECK(code_of(mark->reserve(5)) == ErrorCode::storage);
}

TEST_CASE("an older file put in place while a mark is open does not turn it back") {
  const ScratchFolder folder;
  const auto mark = made(folder);
  const std::string old = bytes_in(folder.mark());
  REQUIRE(mark->reserve(5));
  put_bytes(folder.mark(), old);
  CHECK(mark->reserve(5)->first == 5);
}

TEST_CASE("what a crash left beside the mark is not believed") {
  const ScratchFolder folder;
  auto mark = made(folder);
  const std::string old = bytes_in(folder.mark());
  REQUIRE(mark->reserve(5));
  mark.reset();
  put_bytes(folder.mark().string() + ".new", old);
  mark = opened(folder);
  CHECK(mark->reserved_up_to() == 5);
  CHECK(mark->reserve(5)->first == 5);
  CHECK_FALSE(std::filesystem::exists(folder.mark().string() + ".new"));
}

TEST_CASE("a file with any bit turned is corrupt") {
  const ScratchFolder folder;
  const std::string good = used_file(folder);
  REQUIRE(good.size() == 88 + 2 * 16 + 32);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    CAPTURE(bit);
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    put_bytes(folder.mark(), bad);
    CHECK(open_fault(folder) == ErrorCode::corrupt);
  }
  put_bytes(folder.mark(), good);
  CHECK(opened(folder)->reserved_up_to() == 1'500);
}

TEST_CASE("a file that is cut, torn, longer or something else is corrupt") {
  const ScratchFolder folder;
  const std::string good = used_file(folder);
  std::vector<std::string> bad{std::string(good.size(), '\0'),
                               std::string(good.size(), 'x'),
                               good + '\0',
                               good + good,
                               good + std::string(100'000, 'x'),
                               good.substr(1)};
  for (std::size_t size = 0; size < good.size(); ++size) {
    bad.push_back(good.substr(0, size));
    // As long as it was, but its end never reached the disk.
    bad.push_back(good.substr(0, size) + std::string(good.size() - size, '\0'));
  }
  // Half of an older file, half of a newer one.
  const ScratchFolder older_folder;
  const std::string older = used_file(older_folder);
  for (std::size_t size = 20; size < good.size(); size += 8) {
    bad.push_back(good.substr(0, size) + older.substr(size));
  }
  for (const std::string& bytes : bad) {
    // The last bytes of a checksum may be zeros by themselves.
    if (bytes == good || bytes == older) continue;
    CAPTURE(bytes.size());
    put_bytes(folder.mark(), bytes);
    CHECK(open_fault(folder) == ErrorCode::corrupt);
  }
}

TEST_CASE("a whole file with values that cannot have been written is corrupt") {
  const ScratchFolder folder;
  const std::string good = used_file(folder);
  CHECK(sealed(good) == good);
  struct Change {
    std::size_t place;
    char byte;
  };
  for (const Change change :
       {Change{version_place, 0}, Change{version_place + 4, 1}, // version, size
        Change{72, 2}, Change{79, 1},                           // pending, newest lease
        Change{80, 0}, Change{80, 1}, Change{80, 3}, Change{80, 65}, Change{84, 1}, // ranges
        Change{91, 0}, Change{95, 0}, // ends of the first range
        Change{first_mark_place + 1, 0x7f}, Change{first_mark_place + 4, 1},
        Change{first_mark_place + 16, 51}}) {
    CAPTURE(change.place);
    std::string bad = good;
    REQUIRE(bad[change.place] != change.byte);
    bad[change.place] = change.byte;
    put_bytes(folder.mark(), sealed(bad));
    CHECK(open_fault(folder) == ErrorCode::corrupt);
  }
  std::string overlapping = good; // the second range is the first once more
  overlapping.replace(88 + 16, 8, overlapping.substr(88, 8));
  put_bytes(folder.mark(), sealed(overlapping));
  CHECK(open_fault(folder) == ErrorCode::corrupt);
}

TEST_CASE("a whole file of a later version is unsupported") {
  const ScratchFolder folder;
  std::string newer = used_file(folder);
  newer[version_place] = 2;
  put_bytes(folder.mark(), sealed(newer));
  CHECK(open_fault(folder) == ErrorCode::unsupported);
}

TEST_CASE("the file lies as FORMAT.md says") {
  const ScratchFolder folder;
  const std::string file = used_file(folder);
  CHECK(file.starts_with(std::string("grdissue\x01\0\0\0\x98\0\0\0", 16)));
  CHECK(file.substr(16, 16) == std::string(this_installation.begin(), this_installation.end()));
  const auto mark = opened(folder);
  CHECK(file.substr(32, 32) == std::string(mark->key().bytes().begin(), mark->key().bytes().end()));
  const auto numbers = [](std::initializer_list<std::uint32_t> all) {
    std::string bytes;
    for (const std::uint32_t number : all) {
      for (unsigned shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift);
    }
    return bytes;
  };
  CHECK(file.substr(generation_place, 56) ==
        numbers({1, 0, 0, 500, 2, 0, range.first, range.last, 1'500, 0, second_range.first,
                 second_range.last, 0, 0}));
}

TEST_CASE("no message holds the key") {
  const ScratchFolder folder;
  const std::string file = used_file(folder);
  const std::string key = file.substr(32, 32);
  for (const std::size_t place : {std::size_t{8}, std::size_t{40}, std::size_t{100}}) {
    std::string bad = file;
    bad[place] = static_cast<char>(bad[place] ^ 1);
    put_bytes(folder.mark(), bad);
    const auto fault = IssuingMark::open(folder.mark(), this_installation);
    REQUIRE_FALSE(fault);
    CHECK(fault.error().message.find(key.substr(0, 4)) == std::string::npos);
    CHECK(fault.error().message == folder.mark().string() + " is not an intact issuing mark");
  }
}
