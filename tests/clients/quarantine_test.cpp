// /v1/quarantine: records of persons and of nodes that wait, told without what they hold.
#include "api/v1/admin/quarantine.h"
#include "registry/import_batch.h"
#include "registry/virksomhet/node_import.h"
#include "tests/clients/office.h"

#include <doctest/doctest.h>

#include <future>
#include <set>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using registry::virksomhet::NodeSource;

namespace {

registry::QuarantineDraft draft(std::uint64_t number, std::string reason) {
  registry::QuarantineDraft draft;
  draft.number = number;
  draft.byte_offset = 100 * number;
  draft.json_path = "navn[0]";
  draft.reason = std::move(reason);
  draft.message = "it is no \"name\"";
  draft.raw = "SECRET " + std::to_string(number);
  return draft;
}

void refuse_nodes(Office& office, NodeSource source,
                  std::vector<registry::QuarantineDraft> drafts) {
  registry::virksomhet::NodeBatch batch;
  batch.source = source;
  batch.stamp = {*registry::parse_instant("2026-01-01")};
  batch.refusal = registry::virksomhet::Refusal::record;
  batch.origins = {"units.json"};
  batch.quarantine = std::move(drafts);
  const auto counts = import_nodes(office.registry(), std::move(batch));
  REQUIRE(counts.has_value());
}

void refuse_person(Office& office) {
  registry::ImportBatch batch;
  batch.source = registry::Source::folkeregisteret;
  batch.stamp = {*registry::parse_instant("2026-02-01")};
  batch.origins = {"persons.ndjson"};
  batch.quarantine = {draft(7, "not_json")};
  std::promise<bool> done;
  submit_import(office.registry(), std::move(batch),
                [&done](const auto& counts) { done.set_value(counts.has_value()); });
  REQUIRE(done.get_future().get());
}

struct Waiting : Office {
  Waiting() {
    refuse_nodes(*this, NodeSource::resh, {draft(1, "structure"), draft(2, "control_digit")});
    refuse_person(*this);
    refuse_nodes(*this, NodeSource::resh, {draft(3, "structure")});
    refuse_nodes(*this, NodeSource::enhetsregisteret, {draft(4, "structure")});
  }
};

} // namespace

TEST_CASE("what waits is told with its place and reason, and nothing of what it holds") {
  Waiting office;
  const Told told = office.ask(v1::list_quarantine);
  CHECK(told.status == 200);
  CHECK(told.body.starts_with(
      R"({"records":[{"number":1,"source":"resh","reason":"structure","jsonPath":"navn[0]",)"
      R"("message":"it is no \"name\"","origin":"units.json","record":1,"byteOffset":100,)"
      R"("quarantinedAt":")"));
  CHECK(told.holds(R"("extractedAt":"2025-12-31T23:00:00.000000Z"},{"number":2,)"));
  CHECK(told.holds(R"("number":3,"source":"folkeregisteret","reason":"not_json")"));
  CHECK(told.holds(R"("number":5,"source":"enhetsregisteret")"));
  CHECK_FALSE(told.holds("nextCursor"));
  CHECK_FALSE(told.holds("SECRET"));
}

TEST_CASE("it is read in pages of any size, of all sources or of one, each record once") {
  Waiting office;
  for (const std::string source : {"", "resh"}) {
    const std::size_t all = source.empty() ? 5 : 3;
    for (std::size_t limit = 1; limit <= 6; ++limit) {
      CAPTURE(limit);
      std::set<std::string> numbers;
      std::string cursor;
      do {
        std::string query = "limit=" + std::to_string(limit);
        if (!source.empty()) query += "&source=" + source;
        if (!cursor.empty()) query += "&cursor=" + cursor;
        const Told page = office.ask(v1::list_quarantine, query);
        REQUIRE(page.status == 200);
        for (std::size_t at = page.body.find(R"({"number":)"); at != std::string::npos;
             at = page.body.find(R"({"number":)", at + 1)) {
          CHECK(numbers.insert(page.body.substr(at, 12)).second);
        }
        cursor = page.holds("nextCursor") ? page.member("nextCursor") : std::string();
      } while (!cursor.empty());
      CHECK(numbers.size() == all);
    }
  }
  CHECK(office.ask(v1::list_quarantine, "source=gln").body == R"({"records":[]})");
}

TEST_CASE("it is counted by source and reason") {
  Waiting office;
  CHECK(office.ask(v1::count_quarantine).body ==
        R"({"total":5,"counts":[{"source":"folkeregisteret","reason":"not_json","records":1},)"
        R"({"source":"enhetsregisteret","reason":"structure","records":1},)"
        R"({"source":"resh","reason":"control_digit","records":1},)"
        R"({"source":"resh","reason":"structure","records":2}]})");
  Office empty;
  CHECK(empty.ask(v1::count_quarantine).body == R"({"total":0,"counts":[]})");
  CHECK(empty.ask(v1::list_quarantine).body == R"({"records":[]})");
}

TEST_CASE("a question about what waits is read strictly") {
  Waiting office;
  const auto code = [&office](std::string_view query) {
    const Told told = office.ask(v1::list_quarantine, query);
    CHECK(told.status == 400);
    return told.member("code");
  };
  CHECK(code("source=avisen") == "parameter_invalid");
  CHECK(code("source=") == "parameter_invalid");
  CHECK(code("limit=0") == "parameter_invalid");
  CHECK(code("limit=1001") == "parameter_invalid");
  CHECK(code("cursor=x") == "cursor_invalid");
  CHECK(code("cursor=7878") == "cursor_invalid"); // "xx" is no number
  CHECK(code("raw=true") == "parameter_unknown");
  CHECK(office.ask(v1::count_quarantine, "x=1").status == 400);
}
