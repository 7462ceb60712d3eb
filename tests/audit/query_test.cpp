#include "registry/audit/segment_file.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

constexpr unsigned records = 120;

/// Look-ups, some of them denied or important; the n-th at second n.
Record nth(unsigned n) {
  Record record = look_up(n % 40);
  record.actor.user_key = n % 7 == 0 ? "00112233445566778899aabbccddeeff" : "";
  record.act = n % 11 == 0 ? Act::denied : Act::read;
  record.request_id = std::to_string(n);
  return record;
}

struct FullLog {
  FullLog() : options(small_log(folder.path())), log(open_log(options)) {
    for (unsigned n = 0; n < records; ++n) {
      const Record record = nth(n);
      REQUIRE(log->append({&record, 1}));
    }
  }
  void reopen() {
    log.reset();
    log = open_log(options);
  }

  ScratchFolder folder;
  LogOptions options;
  std::unique_ptr<Log> log;
};

using Test = std::function<bool(const Record&)>;

/// The same question asked of a list.
std::vector<std::uint64_t> expected(const Test& test, std::uint64_t from = 0) {
  std::vector<std::uint64_t> positions;
  for (unsigned n = 0; n < records; ++n) {
    if (n >= from && test(nth(n))) positions.push_back(n);
  }
  return positions;
}

std::vector<std::uint64_t> positions_of(const Log& log, const Query& query) {
  const auto found = log.find(query);
  if (!found) FAIL(found.error().message);
  std::vector<std::uint64_t> positions;
  for (const StoredRecord& stored : *found) positions.push_back(stored.position);
  return positions;
}

void ask_everything(const Log& log) {
  const auto ask = [&log](const char* what, const Query& query, const Test& test) {
    CAPTURE(what);
    CHECK(positions_of(log, query) == expected(test, query.after));
  };
  Query query;
  ask("all", query, [](const Record&) { return true; });
  for (unsigned n = 0; n < 42; ++n) {
    Query by_subject;
    by_subject.subject = person(n);
    ask("subject", by_subject, [&](const Record& r) { return r.subject == person(n); });
  }
  query.user = "1000003";
  ask("HPR", query, [](const Record& r) { return r.actor.user_hpr == "1000003"; });
  query.organisation = "999000002";
  ask("HPR and organisation", query, [](const Record& r) {
    return r.actor.user_hpr == "1000003" && r.actor.organisation == "999000002";
  });
  query = {};
  query.user = "00112233445566778899aabbccddeeff";
  ask("user key", query, [](const Record& r) { return !r.actor.user_key.empty(); });
  query = {};
  query.organisation = "998000000";
  ask("parent", query, [](const Record&) { return true; });
  query.client_id = "client-1";
  query.act = Act::denied;
  ask("client and act", query,
      [](const Record& r) { return r.actor.client_id == "client-1" && r.act == Act::denied; });
  query.after = 60;
  ask("client and act, later", query,
      [](const Record& r) { return r.actor.client_id == "client-1" && r.act == Act::denied; });
  query = {};
  query.act = Act::read;
  ask("reads", query, [](const Record& r) { return r.act == Act::read; });
  query = {};
  query.user = "nobody";
  ask("nobody", query, [](const Record&) { return false; });
}

} // namespace

TEST_CASE("questions by every key get what a list would give, over segments and openings") {
  FullLog full;
  ask_everything(*full.log);
  REQUIRE(full.log->checkpoint()); // everything hashed, indexed and sealed
  ask_everything(*full.log);
  full.reopen();
  ask_everything(*full.log);
}

TEST_CASE("an index that is missing or damaged is made again") {
  FullLog full;
  REQUIRE(full.log->checkpoint());
  const auto segments = full.options.directory / "segments";
  const auto first = segments / "0000000000.index";
  const auto second = segments / "0000000001.index";
  const std::string first_bytes = bytes_in(first);
  const std::string second_bytes = bytes_in(second);
  REQUIRE(first_bytes.size() > 112);
  full.log.reset();
  std::filesystem::remove(first);
  put_bytes(second, "nonsense");
  full.log = open_log(full.options);
  ask_everything(*full.log);
  CHECK(bytes_in(first) == first_bytes);
  CHECK(bytes_in(second) == second_bytes);
}

TEST_CASE("times narrow: the first is inside, the second outside") {
  FullLog full;
  Query query;
  query.limit = 1'000;
  const auto all = full.log->find(query);
  REQUIRE(all);
  for (const auto& [from, to] : {std::pair{10U, 20U}, std::pair{0U, 1U}, std::pair{60U, 119U}}) {
    query.from = (*all)[from].record.time;
    query.to = (*all)[to].record.time;
    std::vector<std::uint64_t> wanted;
    for (unsigned n = from; n < to; ++n) wanted.push_back(n);
    CHECK(positions_of(*full.log, query) == wanted);
    Query one_sided = query;
    one_sided.to.reset();
    CHECK(positions_of(*full.log, one_sided).size() == records - from);
  }
  query.from = after(1'000'000);
  query.to.reset();
  CHECK(positions_of(*full.log, query).empty());
}

TEST_CASE("a limit cuts, and the next question goes on behind it") {
  FullLog full;
  Query query;
  query.organisation = "999000001";
  query.limit = 7;
  std::vector<std::uint64_t> together;
  while (true) {
    const auto page = positions_of(*full.log, query);
    if (page.empty()) break;
    CHECK(page.size() <= 7);
    together.insert(together.end(), page.begin(), page.end());
    query.after = page.back() + 1;
  }
  CHECK(together == expected([](const Record& r) { return r.actor.organisation == "999000001"; }));
  query = {};
  query.limit = 0;
  CHECK(positions_of(*full.log, query).empty());
}
