#include "importers/folkeregisteret/record_reader.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace fs = std::filesystem;
using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;

namespace {

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("grunndata-reader-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, std::string_view content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

struct Outcome {
  std::vector<std::string> records;
  std::vector<std::string> lookup_errors;
  std::vector<std::string> faults;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint64_t> numbers;
  std::vector<registry::ErrorCode> errors;
};

using importers::reading::long_record_bytes_shown;
using importers::reading::record_bytes_max;

Outcome read_paths(const std::vector<std::string>& paths, std::size_t buffer_bytes) {
  Outcome outcome;
  auto reader = RecordReader::open(paths, {buffer_bytes});
  REQUIRE(reader);
  Record record;
  while (true) {
    const auto more = reader->next(record);
    if (!more) {
      outcome.errors.push_back(more.error().code);
      REQUIRE(outcome.errors.size() < 100);
      continue;
    }
    if (!*more) return outcome;
    outcome.records.emplace_back(record.json);
    outcome.offsets.push_back(record.offset);
    outcome.numbers.push_back(record.record_number);
    if (!record.lookup_error.empty()) outcome.lookup_errors.emplace_back(record.lookup_error);
    if (!record.fault.empty()) outcome.faults.emplace_back(record.fault);
    REQUIRE(outcome.records.size() < 100'000);
  }
}

/// The same for every size of buffer: where a read ends must not matter.
Outcome read_content(std::string_view content) {
  const Folder folder;
  const std::string path = folder.write("input", content);
  const Outcome outcome = read_paths({path}, 1U << 20U);
  for (const std::size_t bytes : {64U, 65U, 71U, 128U, 1000U}) {
    const Outcome other = read_paths({path}, bytes);
    CHECK(other.records == outcome.records);
    CHECK(other.offsets == outcome.offsets);
    CHECK(other.errors == outcome.errors);
  }
  for (std::size_t at = 0; at < outcome.records.size(); ++at) {
    CHECK(content.substr(outcome.offsets[at]).starts_with(outcome.records[at]));
    CHECK(outcome.numbers[at] == at + 1);
  }
  return outcome;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  REQUIRE(::deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("documents one a line, blank lines between, with or without a last newline") {
  const Texts both{R"({"a":1})", R"({"b":{"c":"}"}})"};
  CHECK(read_content("{\"a\":1}\n{\"b\":{\"c\":\"}\"}}\n").records == both);
  CHECK(read_content("{\"a\":1}\r\n\r\n  \n{\"b\":{\"c\":\"}\"}}").records == both);
  CHECK(read_content("\n\n{\"a\":1} \n\n\n").records == Texts{both[0]});
  CHECK(read_content("").records.empty());
  CHECK(read_content(" \n\t\r\n").records.empty());
}

TEST_CASE("a broken line is a record of its own and costs no other") {
  CHECK(read_content("{\"a\":1}\n{\"b\":[\n{\"c\":\"\nx\n{\"d\":1}\n").records ==
        Texts{R"({"a":1})", R"({"b":[)", R"({"c":")", "x", R"({"d":1})"});
  CHECK(read_content("garbage\n{\"d\":1}\n").records == Texts{"garbage", R"({"d":1})"});
}

TEST_CASE("documents over several lines, one or more, and then lines") {
  const std::string pretty = "{\n  \"a\": [\n    {\n      \"b\": \"}\\\"{\"\n    }\n  ]\n}";
  CHECK(read_content(pretty + "\n").records == Texts{pretty});
  CHECK(read_content(pretty + pretty + "\n" + pretty).records == Texts{pretty, pretty, pretty});
  CHECK(read_content(pretty + "\n{\"c\":1}\n{\"d\":2}").records ==
        Texts{pretty, R"({"c":1})", R"({"d":2})"});
  CHECK(read_content("{\"a\":1} {\"b\":2}\n{\"c\":3}\n").records ==
        Texts{R"({"a":1})", R"({"b":2})", R"({"c":3})"});
}

TEST_CASE("objects whose inner lines start without indentation are one document") {
  const std::string flat = "{\n\"a\":[\n{\n\"b\":1\n},\n{\n\"b\":2\n}\n]\n}";
  CHECK(read_content(flat + "\n" + flat).records == Texts{flat, flat});
}

TEST_CASE("a document cut short ends where the next line starts like it") {
  CHECK(read_content("{\n  \"a\": [1,\n{\"b\":2}\n{\"c\":3}\n").records ==
        Texts{"{\n  \"a\": [1,", R"({"b":2})", R"({"c":3})"});
  CHECK(read_content("{\n  \"a\": [1,\n").records == Texts{"{\n  \"a\": [1,"});
}

TEST_CASE("an array of documents, pretty or not, and another after it") {
  const Texts three{R"({"a":1})", R"({"b":[2]})", R"({"c":3})"};
  CHECK(read_content(R"([{"a":1},{"b":[2]},{"c":3}])").records == three);
  CHECK(read_content("[\n  {\"a\":1},\n  {\"b\":[2]}\n]\n[{\"c\":3}]").records == three);
  CHECK(read_content("[]").records.empty());
  CHECK(read_content(" [ ] ").records.empty());
}

TEST_CASE("what is no document in an array is delivered for the mapping to refuse") {
  const Outcome outcome = read_content(R"([{"a":1}, 17, "x", null,, [1,2], {"b":2}])");
  CHECK(outcome.records ==
        Texts{R"({"a":1})", "17", R"("x")", "null", "[1,2]", R"({"b":2})"});
  CHECK(outcome.errors.empty());
}

TEST_CASE("an array is resynchronised at the next element on a line of its own") {
  const std::string before = "[\n  {\"a\":1},\n  ";
  const std::string after = "\n  {\"c\":3}\n]\n{\"d\":4}\n";
  for (const std::string broken :
       {R"({"b":[2},)", R"({"b":{"x":[2,)", R"({"b":"2},)", R"({"b":2]},)"}) {
    CAPTURE(broken);
    const Outcome outcome = read_content(before + broken + after);
    CHECK(outcome.records == Texts{R"({"a":1})", broken, R"({"c":3})", R"({"d":4})"});
    CHECK(outcome.errors.empty());
  }
}

TEST_CASE("an array without its end gives its documents, then one error") {
  const Outcome outcome = read_content(R"([{"a":1},{"b":2})");
  CHECK(outcome.records == Texts{R"({"a":1})", R"({"b":2})"});
  CHECK(outcome.errors == std::vector{registry::ErrorCode::invalid});
  const Outcome cut = read_content(R"([{"a":1},{"b":)");
  CHECK(cut.records == Texts{R"({"a":1})", R"({"b":)"});
  CHECK(cut.errors == std::vector{registry::ErrorCode::invalid});
}

TEST_CASE("bulk answers give the persons inside, and what was said in place of one") {
  const std::string answer =
      R"({"oppslag":[{"foedselsEllerDNummer":"1","folkeregisterperson":{"a":[1]}},)"
      R"({"foedselsEllerDNummer":"2","feilmelding":{"feilmelding":"Fant ikke 12838449881"}},)"
      R"({"foedselsEllerDNummer":"3","feilmelding":"borte"},{"noe":1}],"mer":[{"x":"]}"}]})";
  const Outcome outcome = read_content(answer + "\n" + answer + "\n{\"b\":2}\n");
  REQUIRE(outcome.records.size() == 9);
  CHECK(outcome.records[0] == R"({"a":[1]})");
  CHECK(outcome.records[3] == R"({"noe":1})");
  CHECK(outcome.records[4] == R"({"a":[1]})");
  CHECK(outcome.records[8] == R"({"b":2})");
  CHECK(outcome.lookup_errors ==
        Texts{"Fant ikke ***********", "borte", "Fant ikke ***********", "borte"});
  CHECK(outcome.errors.empty());
  CHECK(read_content("{\n  \"oppslag\" : [ ]\n}").records.empty());
  CHECK(read_content(R"({"oppslag":[{"folkeregisterperson":{"a":1}}])").errors.size() == 1);
}

TEST_CASE("lines that are bulk answers are opened in the midst of other lines") {
  CHECK(read_content("{\"a\":1}\n{\"oppslag\":[{\"folkeregisterperson\":{\"b\":2}}]}\n{\"c\":3}\n")
            .records == Texts{R"({"a":1})", R"({"b":2})", R"({"c":3})"});
}

TEST_CASE("the sample bulk answer gives its persons") {
  std::ifstream file("tests/data/folkeregisteret/bulkoppslag-response-somBestilt.json");
  const std::string answer{std::istreambuf_iterator<char>(file), {}};
  const Outcome outcome = read_content(answer);
  CHECK(outcome.errors.empty());
  CHECK(outcome.records.size() >= 4);
  CHECK(outcome.lookup_errors == Texts{"Fant ikke person"});
}

TEST_CASE("a byte order mark is accepted") {
  CHECK(read_content("\xEF\xBB\xBF{\"a\":1}\n{\"b\":2}\n").records ==
        Texts{R"({"a":1})", R"({"b":2})"});
}

TEST_CASE("gzip and zstd are told by content, members and frames follow each other") {
  const Folder folder;
  const std::string one = "{\"a\":1}\n{\"b\":";
  const std::string two = "2}\n{\"c\":3}\n";
  const Texts three{R"({"a":1})", R"({"b":2})", R"({"c":3})"};
  for (const std::string& packed :
       {gzip(one + two), gzip(one) + gzip(two), gzip(one) + gzip(two) + std::string(512, '\0'),
        zstd(one + two), zstd(one) + zstd(two), zstd("") + zstd(one + two)}) {
    const std::string path = folder.write("odd.name", packed);
    for (const std::size_t bytes : {64U, 4096U}) {
      const Outcome outcome = read_paths({path}, bytes);
      CHECK(outcome.records == three);
      CHECK(outcome.errors.empty());
    }
  }
}

TEST_CASE("packing that is cut or damaged is an error after what came before it") {
  const Folder folder;
  std::string text;
  for (int line = 0; line < 20'000; ++line) text += "{\"a\":" + std::to_string(line * 7919) + "}\n";
  for (const std::string& packed : {gzip(text), zstd(text)}) {
    const std::string half = packed.substr(0, packed.size() / 2);
    const Outcome cut = read_paths({folder.write("cut", half)}, 4096);
    CHECK(cut.errors == std::vector{registry::ErrorCode::corrupt});
    CHECK(cut.records.size() < 20'000);
    const Outcome last = read_paths({folder.write("cut", packed.substr(0, packed.size() - 1))}, 64);
    CHECK(last.errors == std::vector{registry::ErrorCode::corrupt});
    CHECK(last.records.size() <= 20'000);
    CHECK(last.records.size() > 1000);
    std::string damaged = packed;
    for (std::size_t at = damaged.size() / 2; at < damaged.size() / 2 + 40; ++at) {
      damaged[at] = '\x55';
    }
    CHECK(read_paths({folder.write("damaged", damaged)}, 4096).errors.size() == 1);
    CHECK(read_paths({folder.write("tail", packed + "more")}, 4096).errors.size() == 1);
  }
}

TEST_CASE("after an error the next path is read") {
  const Folder folder;
  const std::string bad = folder.write("a", gzip("{\"a\":1}\n").substr(0, 12));
  const std::string good = folder.write("b", "{\"b\":2}\n");
  const Outcome outcome = read_paths({bad, good}, 4096);
  CHECK(outcome.errors.size() == 1);
  CHECK(outcome.records == Texts{R"({"b":2})"});
  CHECK(outcome.numbers == std::vector<std::uint64_t>{1});
}

TEST_CASE("a folder is read by name, without folders below and dot-files") {
  const Folder folder;
  folder.write("2.json", "{\"b\":2}");
  folder.write("10.json", "{\"a\":1}\n");
  folder.write("3.json.gz", gzip("[{\"c\":3},{\"d\":4}]"));
  folder.write(".hidden", "{\"x\":0}");
  fs::create_directories(fs::path(folder.path()) / "below");
  const Outcome outcome = read_paths({folder.path()}, 4096);
  CHECK(outcome.records == Texts{R"({"a":1})", R"({"b":2})", R"({"c":3})", R"({"d":4})"});
  CHECK(outcome.numbers == std::vector<std::uint64_t>{1, 1, 1, 2});
}

TEST_CASE("paths that cannot be read are refused when opened") {
  const Folder folder;
  const auto missing = RecordReader::open({folder.path() + "/none"});
  REQUIRE(!missing);
  CHECK(missing.error().code == registry::ErrorCode::not_found);
  const auto empty = RecordReader::open({folder.path()});
  REQUIRE(!empty);
  CHECK(empty.error().code == registry::ErrorCode::invalid);
}

TEST_CASE("a line beyond the limit is a fault of its own; the next ones are read") {
  const Folder folder;
  const std::string path =
      folder.write("long", "{\"a\":1}\n{\"b\":\"" + std::string(record_bytes_max + 100, 'x') +
                               "\"}\n{\"c\":3}\n");
  const Outcome outcome = read_paths({path}, 1U << 20U);
  REQUIRE(outcome.records.size() == 3);
  CHECK(outcome.records[0] == R"({"a":1})");
  CHECK(outcome.records[1].size() == long_record_bytes_shown);
  CHECK(outcome.records[2] == R"({"c":3})");
  CHECK(outcome.faults == Texts{"record_too_long"});
  CHECK(outcome.errors.empty());
}

TEST_CASE("an object beyond the limit in an array ends the path with an error") {
  const Folder folder;
  const std::string path = folder.write(
      "long", "[{\"b\":\"" + std::string(2 * record_bytes_max, 'x') + "\"},{\"c\":3}]");
  const Outcome outcome = read_paths({path}, 1U << 20U);
  CHECK(outcome.records.size() <= 1);
  CHECK(outcome.errors == std::vector{registry::ErrorCode::invalid});
}

TEST_CASE("bytes taken reach the total, which is unknown for what is no file") {
  const Folder folder;
  const std::string plain = folder.write("a", "{\"a\":1}\n");
  const std::string packed = folder.write("b", gzip("{\"b\":2}\n"));
  auto reader = RecordReader::open({plain, packed});
  REQUIRE(reader);
  const auto total = reader->bytes_total();
  REQUIRE(total);
  CHECK(*total == fs::file_size(plain) + fs::file_size(packed));
  Record record;
  while (*reader->next(record)) {
    CHECK(reader->bytes_taken() <= *total);
  }
  CHECK(reader->bytes_taken() == *total);
  auto stdin_reader = RecordReader::open({"-"});
  REQUIRE(stdin_reader);
  CHECK(!stdin_reader->bytes_total());
}

TEST_CASE("the sample documents, over several lines each, are one record each") {
  auto reader = RecordReader::open({"tests/data/folkeregisteret"});
  REQUIRE(reader);
  Record record;
  std::size_t records = 0;
  while (true) {
    const auto more = reader->next(record);
    REQUIRE(more);
    if (!*more) break;
    if (record.path.find("bulkoppslag") == std::string_view::npos) ++records;
  }
  CHECK(records == 15);
}
