// Objects around lists, and tables: what the reader of records opens besides plain documents.
#include "importers/reading/envelope.h"
#include "importers/reading/json_document.h"
#include "importers/reading/record_reader.h"
#include "importers/reading/table_rows.h"
#include "tests/sources/node_text.h"

#include <array>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

using namespace grunndata;
using namespace grunndata::importers::reading;

namespace {

using State = EnvelopeFinding::State;
using Texts = std::vector<std::string>;

/// A file of its own, removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              ("grunndata-sources-" + std::to_string(::getpid()))) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

struct Read {
  Texts records;
  Texts faults;
  std::size_t errors = 0;
  bool operator==(const Read&) const = default;
};

/// The same for every size of buffer: where a read ends must not matter.
Read read(std::string_view text, bool tables = false) {
  const TemporaryFile file(text);
  std::vector<Read> all;
  for (const std::size_t bytes : {std::size_t{1} << 20U, std::size_t{64}, std::size_t{65},
                                  std::size_t{100}, std::size_t{1000}}) {
    RecordReaderOptions options;
    options.buffer_bytes = bytes;
    options.envelopes = {{"_embedded.enheter", "liste"}, "page"};
    options.tables = tables;
    auto reader = RecordReader::open({file.path()}, options);
    REQUIRE(reader);
    Read& one = all.emplace_back();
    Record record;
    while (true) {
      const auto more = reader->next(record);
      if (!more) {
        REQUIRE(++one.errors < 10);
        continue;
      }
      if (!*more) break;
      one.records.emplace_back(record.json);
      if (!record.fault.empty()) one.faults.emplace_back(record.fault);
    }
    CHECK(one == all.front());
  }
  return all.front();
}

} // namespace

TEST_CASE("a list is found at its path, whatever stands before it and behind") {
  const Envelopes envelopes{{"_embedded.enheter", "liste"}, "page"};
  const auto state = [&](std::string_view text) { return find_envelope(text, envelopes).state; };
  CHECK(state(R"({"liste":[1]})") == State::list);
  CHECK(state(R"( {"liste":[1]})") == State::none); // starts at the brace
  CHECK(state(R"({ "a" : {"liste":[]} , "liste" : [ )") == State::list);
  CHECK(state(R"({"_embedded":{"x":[1],"enheter":[)") == State::list);
  CHECK(state(R"({"a":"\"liste\":[","b":1})") == State::none);
  CHECK(state(R"({"enheter":[1]})") == State::none);
  CHECK(state(R"({"_embedded":{"x":1},"y":2})") == State::none);
  CHECK(state(R"({"liste":null})") == State::none);
  CHECK(state(R"({"_links":{},"page":{"size":20}})") == State::page);
  CHECK(state(R"({"page":{},"_embedded":{"enheter":[]}})") == State::list);
  for (const char* const cut : {"", "{", "{\"lis", "{\"liste\"", "{\"liste\":", "{\"a\":[1,",
                                "{\"a\":12", "{\"_embedded\":{\"enh"}) {
    CAPTURE(cut);
    CHECK(state(cut) == State::unknown);
  }
  for (const char* const broken : {"{1}", "{\"a\" 1}", "{\"a\":[}", "{\"a\nb"}) {
    CAPTURE(broken);
    CHECK(state(broken) == State::none);
  }
  const auto deep = find_envelope(R"({"_embedded":{"enheter":[)", envelopes);
  CHECK(deep.objects_open == 2);
  CHECK(deep.list_begin == 25);
}

TEST_CASE("records inside pages are read, one page after another, and empty pages give none") {
  const Texts three{R"({"a":1})", R"({"b":{"c":2}})", R"({"d":3})"};
  const std::string first =
      R"({"_links":{"self":{"href":"x"}},"_embedded":{"enheter":[{"a":1},{"b":{"c":2}}],"y":[0]},)"
      R"("page":{"size":2}})";
  const std::string second = "{\n  \"_embedded\" : {\n    \"enheter\" : [\n      {\"d\":3}\n    ]\n"
                             "  },\n  \"page\": {}\n}";
  const std::string empty = R"({"_links":{},"page":{"totalElements":0}})";
  CHECK(read(first + second + empty).records == three);
  CHECK(read(first + "\n" + second + "\n" + empty + "\n").records == three);
  CHECK(read(empty).records.empty());
  CHECK(read(empty + "\n" + first + second).records == three);
  CHECK(read("[" + three[0] + "," + three[1] + "]" + second).records == three);
  CHECK(read(three[0] + "\n" + three[1] + "\n{\"_embedded\":{\"enheter\":[" + three[2] + "]}}\n")
            .records == three);
}

TEST_CASE("a page that is cut gives its records, then one error") {
  const Read cut = read(R"({"_embedded":{"enheter":[{"a":1},{"b":2}],"x":1})");
  CHECK(cut.records.size() == 2);
  CHECK(cut.errors == 1);
  const Read shorter = read(R"({"_embedded":{"enheter":[{"a":1})");
  CHECK(shorter.records == Texts{R"({"a":1})"});
  CHECK(shorter.errors == 1);
}

TEST_CASE("rows of a table are objects of strings, cells that are empty left out") {
  const Read table = read("\xEF\xBB\xBF"
                          "id;navn ;til\r\n1;\"A; \"\"B\"\"\";\r\n\r\n2;Ø\\x;2022-12-31\n"
                          "3;\"over\ntwo\";",
                          true);
  CHECK(table.records ==
        Texts{R"({"id":"1","navn":"A; \"B\""})", R"({"id":"2","navn":"Ø\\x","til":"2022-12-31"})",
              R"({"id":"3","navn":"over\ntwo"})"});
  CHECK(table.faults.empty());
  CHECK(read("a,b\n1,2\n", true).records == Texts{R"({"a":"1","b":"2"})"});
  CHECK(read("a\tb\n\t2\n3\t\n", true).records == Texts{R"({"b":"2"})", R"({"a":"3"})"});
  CHECK(read("a;b\n", true).records.empty());
  CHECK(read("", true).records.empty());
}

TEST_CASE("a row with cells too few or too many is a fault of its own") {
  const Read table = read("a;b\n1\n1;2;3\n1;2\n", true);
  CHECK(table.records == Texts{"1", "1;2;3", R"({"a":"1","b":"2"})"});
  CHECK(table.faults == Texts{"wrong_columns", "wrong_columns"});
}

TEST_CASE("a quote left open costs the row and no other") {
  const std::string rows = "1;2\n3;4\n";
  const Read at_end = read("a;b\n1;\"2\n" + rows, true);
  CHECK(at_end.faults == Texts{"open_quote"});
  CHECK(at_end.records.size() == 3);
  std::string many;
  for (int row = 0; row < 30'000; ++row) many += rows;
  const Read far = read("a;b\n1;\"2\n" + many, true);
  CHECK(far.faults == Texts{"open_quote"});
  CHECK(far.records.size() == 60'001);
}

TEST_CASE("a header with a name twice or none gives the table up") {
  CHECK(read("a;a\n1;2\n", true).errors == 1);
  CHECK(read("a;;b\n1;2;3\n", true).errors == 1);
}

TEST_CASE("members are walked through in order, escaped names too") {
  JsonDocument document;
  REQUIRE_FALSE(
      document.load(" { \"a\" : 1 , \"b\\u0041\" : [ 1 , \"x\" , { } ] , \"c\" : \"\" } "));
  std::string seen;
  MemberWalk walk(document.root());
  while (walk.next()) seen.append(walk.key()).append("=").append(walk.value().text()).append(" ");
  CHECK(seen == "a=1 bA=[1,\"x\",{}] c=\"\" ");
  ElementWalk elements(member(document.root(), "bA"));
  std::size_t count = 0;
  while (elements.next()) ++count;
  CHECK(count == 3);
  CHECK(member(document.root(), "none").is_null());
  CHECK(member(member(document.root(), "a"), "b").is_null());
  REQUIRE_FALSE(document.load("{}"));
  CHECK_FALSE(MemberWalk(document.root()).next());
}

TEST_CASE("what is not to be kept is left out at any depth") {
  JsonDocument document;
  REQUIRE_FALSE(document.load(R"({"a":{"Secret":1,"b":[{"Secret":[2],"c":"x"}]},"Secret":{}})"));
  std::string reduced;
  constexpr std::array<std::string_view, 1> secret{"Secret"};
  append_without(document.root(), secret, reduced);
  CHECK(reduced == R"({"a":{"b":[{"c":"x"}]}})");
}

TEST_CASE("whole numbers are numbers or strings of digits, nothing else") {
  JsonDocument document;
  REQUIRE_FALSE(document.load(R"({"v":[12,"13",-1,1.5,"",null,true,"x1"," 1",{}]})"));
  std::string seen;
  ElementWalk walk(member(document.root(), "v"));
  while (walk.next()) {
    const auto number = whole_number(walk.value());
    seen += number ? std::to_string(*number) : "-";
  }
  CHECK(seen == "1213--------");
}
