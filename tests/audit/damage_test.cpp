// Somebody changes what was written. Everything is found: by the next opening, by `verify`, or,
// when the whole past was made anew, by a checkpoint kept elsewhere.
#include "registry/audit/record_codec.h"
#include "registry/audit/segment_file.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <map>

#include <sys/stat.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

constexpr unsigned small_log_records = 7;

using Files = std::map<std::filesystem::path, std::string>;

Files read_all(const std::filesystem::path& folder) {
  Files files;
  for (const auto& path : files_below(folder)) files[path] = bytes_in(path);
  return files;
}

void restore(const std::filesystem::path& folder, const Files& files) {
  for (const auto& path : files_below(folder)) {
    const auto kept = files.find(path);
    if (kept == files.end()) {
      std::filesystem::remove(path);
    } else if (bytes_in(path) != kept->second) {
      put_bytes(path, kept->second);
    }
  }
  for (const auto& [path, bytes] : files) {
    if (std::filesystem::exists(path)) continue;
    put_bytes(path, bytes);
    ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  }
}

/// Two segments, one of them sealed; the tree has a partial tile.
struct SmallLog {
  explicit SmallLog(unsigned count = small_log_records) : options(small_log(folder.path())) {
    options.segment_bytes = 1'024;
    const auto log = open_log(options);
    append_look_ups(*log, 0, count);
    note = *log->checkpoint();
  }
  [[nodiscard]] std::filesystem::path segment(unsigned number) const {
    return options.directory / "segments" / segment_name(number);
  }

  ScratchFolder folder;
  LogOptions options;
  std::string note;
};

/// Where the frames of a segment begin and end.
std::vector<std::pair<std::size_t, std::size_t>> frames_of(const std::filesystem::path& segment) {
  const auto file = open_to_read(segment);
  FrameReader reader(*file, segment_head_bytes, *size_of(*file, segment));
  std::vector<std::pair<std::size_t, std::size_t>> frames;
  while (true) {
    const auto frame = reader.next();
    if (!frame || !*frame) return frames;
    frames.emplace_back((*frame)->offset, (*frame)->end);
  }
}

/// Writes the segment with other frames, and a header that fits them, as a careful forger would.
void forge(const std::filesystem::path& segment, const std::vector<std::string>& frames) {
  const auto file = open_to_read(segment);
  SegmentHead head = **read_head(*file);
  const std::size_t size = bytes_in(segment).size();
  const bool cut = head.mark.end == size;
  std::string bytes(segment_head_bytes, '\0');
  for (const std::string& frame : frames) bytes += frame;
  head.mark = {bytes.size(), true};
  const auto written = head_bytes(head);
  std::copy(written.begin(), written.end(), bytes.begin());
  if (!cut) bytes.resize(size, '\0');
  put_bytes(segment, bytes);
}

std::vector<std::string> frame_texts(const std::filesystem::path& segment) {
  const std::string bytes = bytes_in(segment);
  std::vector<std::string> texts;
  for (const auto& [from, end] : frames_of(segment))
    texts.push_back(bytes.substr(from, end - from));
  return texts;
}

std::string frame_text(const Record& record) {
  std::vector<std::uint8_t> frame;
  append_frame(record, after(1), fresh_salt(), frame);
  return std::string(text_of(frame));
}

} // namespace

TEST_CASE("no bit of the log can be flipped without being found") {
  SmallLog small;
  const auto root = small.options.directory;
  const Files pristine = read_all(root);
  REQUIRE(pristine.contains(small.segment(1)));
  REQUIRE(pristine.contains(root / "segments/0000000000.index"));
  REQUIRE(pristine.contains(root / "tree/tile/0/000.p/7"));
  REQUIRE(pristine.contains(root / "tree/tile/entries/000.p/7"));
  std::size_t flipped = 0;
  for (const auto& [path, bytes] : pristine) {
    const auto name = path.filename();
    if (name == "lock" || path.extension() == ".users" || path.extension() == ".pem") continue;
    const bool segment = path.extension() == ".segment";
    const auto frames = segment ? frames_of(path) : decltype(frames_of(path)){};
    const std::size_t used = segment ? (frames.empty() ? 0 : frames.back().second) : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      // Every bit of what was written; of unused room one bit in every byte.
      for (unsigned bit = at < used ? 0 : at % 8; bit < (at < used ? 8 : at % 8 + 1); ++bit) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << bit));
        put_bytes(path, changed);
        const auto faults = faults_of(small.options);
        restore(root, pristine);
        // The header of a file that was never used says nothing: it is cleared.
        const bool says_nothing = segment && used == 0 && at < segment_head_bytes;
        ++flipped;
        if (faults.empty() != says_nothing) {
          FAIL(path.string() << ", byte " << at << ", bit " << bit);
        }
      }
    }
  }
  CHECK(flipped > 20'000);
  CHECK(faults_of(small.options).empty());
}

TEST_CASE("no file of the log can be taken away without being found") {
  SmallLog small;
  const auto root = small.options.directory;
  const Files pristine = read_all(root);
  for (const auto& [path, bytes] : pristine) {
    const auto name = path.filename();
    const bool derived = name == "lock" || path.extension() == ".index";
    const bool spare = path == small.segment(2);
    if (derived || spare) continue;
    CAPTURE(path.string());
    std::filesystem::remove(path);
    CHECK_FALSE(faults_of(small.options).empty());
    restore(root, pristine);
  }
  CHECK(faults_of(small.options).empty());
}

TEST_CASE("the tail cannot be removed, however carefully") {
  for (unsigned left = 0; left < small_log_records; ++left) {
    SmallLog small;
    const unsigned in_first = static_cast<unsigned>(frame_texts(small.segment(0)).size());
    auto texts = frame_texts(small.segment(left < in_first ? 0 : 1));
    texts.resize(left < in_first ? left : left - in_first);
    if (left < in_first) {
      std::filesystem::remove(small.segment(1));
      std::filesystem::remove(small.segment(2));
      std::filesystem::remove(small.segment(3));
    }
    forge(small.segment(left < in_first ? 0 : 1), texts);
    const std::string fault = open_fault(small.options);
    CAPTURE(left);
    CHECK(fault.find("only " + std::to_string(left) + " are left") != std::string::npos);
  }
}

TEST_CASE("records cannot change places, be inserted, doubled or made anew") {
  SmallLog small;
  const auto root = small.options.directory;
  const Files pristine = read_all(root);
  for (const unsigned number : {0U, 1U}) {
    const auto texts = frame_texts(small.segment(number));
    for (std::size_t at = 0; at + 1 < texts.size(); ++at) {
      CAPTURE(number);
      CAPTURE(at);
      auto forged = texts;
      std::swap(forged[at], forged[at + 1]);
      forge(small.segment(number), forged);
      CHECK_FALSE(faults_of(small.options).empty());
      restore(root, pristine);

      forged = texts;
      forged.insert(forged.begin() + static_cast<std::ptrdiff_t>(at), texts[at]);
      forge(small.segment(number), forged);
      CHECK_FALSE(faults_of(small.options).empty());
      restore(root, pristine);

      forged = texts;
      forged[at] = frame_text(look_up(99));
      forge(small.segment(number), forged);
      CHECK_FALSE(faults_of(small.options).empty());
      restore(root, pristine);

      forged = texts; // a hole, filled at the end
      forged.erase(forged.begin() + static_cast<std::ptrdiff_t>(at));
      forged.push_back(frame_text(look_up(99)));
      forge(small.segment(number), forged);
      CHECK_FALSE(faults_of(small.options).empty());
      restore(root, pristine);
    }
  }
  CHECK(faults_of(small.options).empty());
}

TEST_CASE("a log set back to an older state is found by what is kept elsewhere") {
  ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.checkpoint_copies = folder.path() / "elsewhere";
  { append_look_ups(*open_log(options), 0, 10); }
  const Files older = read_all(options.directory);
  std::string note;
  {
    const auto log = open_log(options);
    append_look_ups(*log, 10, 30);
    note = *log->checkpoint();
  }
  restore(options.directory, older);
  CHECK(open_fault(options).find("rolled back") != std::string::npos);
  options.checkpoint_copies.clear(); // nobody kept a copy: the log itself is whole
  CHECK(faults_of(options).empty());
  const auto faults = faults_of(options, {note});
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("of a longer log: only 10 entries are left") != std::string::npos);
}

TEST_CASE("a log with two histories is found by what is kept elsewhere, even when it is signed") {
  ScratchFolder folder;
  LogOptions options = small_log(folder.path());
  options.checkpoint_copies = folder.path() / "elsewhere";
  { append_look_ups(*open_log(options), 0, 10); }
  const Files fork = read_all(options.directory);
  std::string note;
  {
    const auto log = open_log(options);
    append_look_ups(*log, 10, 5);
    note = *log->checkpoint();
  }
  restore(options.directory, fork);
  const auto copies = options.checkpoint_copies;
  options.checkpoint_copies.clear();
  { append_look_ups(*open_log(options), 50, 20); } // whoever has the key signs the other one
  CHECK(faults_of(options).empty());
  const auto faults = faults_of(options, {note});
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].find("two histories") != std::string::npos);
  options.checkpoint_copies = copies;
  CHECK(open_fault(options).find("another history") != std::string::npos);
}

TEST_CASE("tiles that a crash lost are made again, and others are not touched") {
  ScratchFolder folder;
  const LogOptions options = small_log(folder.path());
  { append_look_ups(*open_log(options), 0, 600); }
  const auto tile = options.directory / "tree" / "tile/0/001";
  const auto bundle = options.directory / "tree" / "tile/entries/000";
  const std::string tile_text = bytes_in(tile);
  const std::string bundle_text = bytes_in(bundle);
  REQUIRE(tile_text.size() == 8'192);
  std::filesystem::remove(tile);
  put_bytes(bundle, "");
  CHECK(faults_of(options).empty());
  CHECK(bytes_in(tile) == tile_text);
  CHECK(bytes_in(bundle) == bundle_text);
  put_bytes(tile, std::string(8'192, '\0'));
  CHECK(faults_of(options).empty());
  CHECK(bytes_in(tile) == tile_text);
  put_bytes(tile, std::string(8'192, 'x'));
  CHECK(open_fault(options).find("tree/tile/0/001") != std::string::npos);
}
