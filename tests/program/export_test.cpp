// `grunndata export` and GET /v1/export over real processes: the same lines, whole or cut, and what
// a kill leaves.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

using namespace grunndata::tests;

namespace {

const std::string everybody = "/v1/export?entity=person&parts=Name,ResidentialAddress,Status";
constexpr std::size_t persons = 600;

/// The text after `"name":"` in `text`, the first.
std::string member(std::string_view text, std::string_view name) {
  const std::string key = '"' + std::string(name) + R"(":")";
  const std::size_t at = text.find(key);
  REQUIRE(at != text.npos);
  const std::size_t begin = at + key.size();
  return std::string(text.substr(begin, text.find('"', begin) - begin));
}

std::set<std::string> persons_in(std::string_view text) {
  std::set<std::string> found;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with(R"({"id":")")) CHECK(found.emplace(line).second);
  }
  return found;
}

bool is_whole(std::string_view text) {
  const auto lines = lines_of(text);
  return !lines.empty() && text.ends_with("\n") && lines.back().starts_with(R"({"export":"end")");
}

Outcome export_to(const std::string& directory, std::vector<std::string> words) {
  words.insert(words.begin(), {"export", "--data", directory, "--progress", "none"});
  return run(std::move(words));
}

struct Filled {
  ScratchFolder scratch;
  std::string data = scratch / "data";
  Filled() {
    REQUIRE(import(data, {"-"}, std::string(population(persons))).status == 0);
  }
};

} // namespace

TEST_CASE("a command, a command beside a server and HTTP export the same lines") {
  const Filled filled;
  const std::vector<std::string> parts{"--parts", "Name,ResidentialAddress,Status"};
  const Outcome alone = export_to(filled.data, parts);
  REQUIRE(alone.status == 0);
  CHECK(is_whole(alone.out));
  CHECK(persons_in(alone.out).size() > persons / 2);
  const std::string cursor = member(alone.out, "nextCursor");
  CHECK(alone.err.find("grunndata events --after " + cursor) != std::string::npos);
  {
    ServedRegistry served(filled.data);
    const Outcome beside = export_to(filled.data, parts);
    CHECK(beside.status == 0);
    CHECK(beside.out == alone.out);
    const Answer answer = served.get(everybody);
    CHECK(answer.status == 200);
    CHECK(answer.header("Content-Type") == "application/x-ndjson");
    CHECK(answer.body == alone.out);
    CHECK(served.get("/v1/events?after=" + cursor).body.find(R"("events":[])") !=
          std::string::npos);
    CHECK(served.get("/metrics").body.find("grunndata_exports_whole_total 1") !=
          std::string::npos);
    CHECK(served.stop(SIGTERM).status == 0);
  }
  const Outcome events = run({"events", "--data", filled.data, "--after", cursor});
  CHECK(events.status == 0);
  CHECK(events.out.empty());
  CHECK(run({"events", "--data", filled.data, "--after", "x"}).status == 2);
}

TEST_CASE("an export to a file has its name when it is whole, and overwrites nothing") {
  const Filled filled;
  const std::string file = filled.scratch / "persons.ndjson";
  REQUIRE(export_to(filled.data, {"--out", file}).status == 0);
  const std::string text = read_file(file);
  CHECK(is_whole(text));
  CHECK_FALSE(std::filesystem::exists(file + ".part"));
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(export_to(filled.data, {"--out", file}).status == 4);
  CHECK(read_file(file) == text);
  const std::string packed = filled.scratch / "persons.gz";
  REQUIRE(export_to(filled.data, {"--gzip", "--out", packed}).status == 0);
  CHECK(shell("gzip -dc '" + packed + "' | cmp - '" + file + "'").status == 0);
  REQUIRE(shell("\"$TEST_PROGRAM\" export --zstd --progress none --data '" + filled.data +
                "' 2>/dev/null | zstd -dcq | cmp - '" + file + "'")
              .status == 0);
  write_file(filled.scratch / "left.part", "of before");
  const Outcome left = export_to(filled.data, {"--out", filled.scratch / "left"});
  CHECK(left.status == 4);
  CHECK(read_file(filled.scratch / "left.part") == "of before");
}

TEST_CASE("a full disk leaves a part, says where to go on, and nothing that looks whole") {
  const Filled filled;
  const std::string file = filled.scratch / "persons.ndjson";
  Start start;
  start.words = {"export", "--data", filled.data, "--progress", "none", "--out", file};
  start.file_bytes_max = 200'000;
  const Outcome cut = run(start);
  CHECK(cut.status == 1);
  CHECK_FALSE(std::filesystem::exists(file));
  CHECK(cut.err.find("go on with --from ") != std::string::npos);
}

TEST_CASE("two ranges that meet are the whole, and other words are refused") {
  const Filled filled;
  const Outcome whole = export_to(filled.data, {});
  const auto lines = lines_of(whole.out);
  const std::string middle = member(lines[lines.size() / 2], "id");
  const auto first = persons_in(export_to(filled.data, {"--to", middle}).out);
  auto all = persons_in(export_to(filled.data, {"--from", middle}).out);
  CHECK_FALSE(first.empty());
  CHECK_FALSE(all.empty());
  all.insert(first.begin(), first.end());
  CHECK(all == persons_in(whole.out));
  CHECK(export_to(filled.data, {"--from", "x"}).status == 2);
  CHECK(export_to(filled.data, {"--parts", "Nonsense"}).status == 2);
  CHECK(export_to(filled.data, {"--entity", "personell"}).status == 2);
  CHECK(export_to(filled.data, {"--gzip", "--zstd"}).status == 2);
}

TEST_CASE("an export over HTTP that a kill cuts goes on from its last id, and was logged") {
  const Filled filled;
  // So much that it does not fit between server and reader.
  REQUIRE(import(filled.data, {"-"}, std::string(population(6'000))).status == 0);
  const std::string target =
      "/v1/export?entity=person&parts=Name,ResidentialAddress,NorwegianIdentificationNumber,"
      "Birth,Status,Citizenship,FamilyRelation,MaritalStatus,Gender,PostalAddress";
  std::string text;
  {
    ServedRegistry served(filled.data);
    Connection reader(served.port(), 4'096);
    REQUIRE(reader.send(request("GET", target)));
    for (int i = 0; i < 100; ++i) REQUIRE(reader.read_some(2'000));
    static_cast<void>(served.stop(SIGKILL));
    text = reader.read_all();
  }
  CHECK(text.find(R"({"export":"end")") == std::string::npos);
  CHECK(text.find("\r\n0\r\n\r\n") == std::string::npos);
  // Without the framing, up to the last whole line.
  std::string lines;
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with("{") && line.ends_with("}")) lines.append(line).append("\n");
  }
  const std::string cursor = member(lines, "nextCursor");
  const std::size_t last_begin = lines.rfind(R"({"id":")");
  REQUIRE(last_begin != std::string::npos);
  const std::string last = member(lines.substr(last_begin), "id");

  ServedRegistry served(filled.data);
  const Answer rest = served.get(target + "&from=" + last);
  CHECK(is_whole(rest.body));
  const Answer whole = served.get(target);
  CHECK(is_whole(whole.body));
  auto joined = persons_in(rest.body);
  for (const std::string& person : persons_in(lines)) joined.insert(person);
  CHECK(joined == persons_in(whole.body));
  CHECK(member(whole.body, "nextCursor") == cursor);
  CHECK(served.stop(SIGTERM).status == 0);
  const Outcome log =
      run({"audit", "search", "--data", filled.data, "--act", "exported", "--json",
           "--reason", "a test"});
  CHECK(log.status == 0);
  const auto records = lines_of(log.out);
  CHECK(std::ranges::count_if(records, [](std::string_view record) {
          return record.find(R"("outcome":"begun")") != record.npos;
        }) == 3);
  CHECK(std::ranges::count_if(records, [](std::string_view record) {
          return record.find(R"("outcome":"ok")") != record.npos;
        }) == 2);
}

TEST_CASE("a slow reader of an export holds up neither look-ups nor the server's end") {
  const Filled filled;
  REQUIRE(import(filled.data, {"-"}, std::string(population(6'000))).status == 0);
  ServedRegistry served(filled.data);
  std::vector<Connection> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back(served.port(), 4'096);
    REQUIRE(readers.back().send(request("GET", everybody)));
    REQUIRE(readers.back().read_some(100));
  }
  const Answer third = served.get(everybody);
  CHECK(third.status == 503);
  CHECK(third.body.find("exports_busy") != std::string::npos);
  CHECK(third.header("Retry-After") == "60");
  CHECK(served.get("/livez").status == 200);
  CHECK(served.get("/v1/events?limit=10").status == 200);
  readers.clear(); // and places come back
  CHECK(served.program().wait_until([&] { return served.get(everybody).status == 200; }));
  CHECK(served.stop(SIGTERM).status == 0);
}
