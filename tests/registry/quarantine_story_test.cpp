// Records that were refused: kept once, found again, let go.
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <future>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

/// One refused record, as an importer hands it over.
std::uint64_t refuse(Town& town, const std::string& raw, const std::string& reason) {
  ImportBatch batch;
  batch.origins = {"persons.ndjson"};
  batch.stamp = {at("2024-01-01")};
  batch.quarantine.push_back({7, 1234, 0, "navn[0]", reason, "a name is no name", raw});
  std::promise<Result<ImportCounts>> promise;
  auto counts = promise.get_future();
  submit_import(town.registry(), std::move(batch),
                [&promise](Result<ImportCounts> result) { promise.set_value(std::move(result)); });
  const auto written = counts.get();
  REQUIRE(written);
  return written->quarantined;
}

std::size_t kept(Town& town) {
  const auto entries = quarantined(town.registry(), 0, 100, true);
  REQUIRE(entries);
  return entries->size();
}

} // namespace

TEST_CASE("a record refused twice for the same reason is counted twice and kept once") {
  for (const Engine engine : {Engine::memory, Engine::disk_reopened}) {
    Town town(engine);
    CHECK(refuse(town, "{}", "json") == 1);
    CHECK(refuse(town, "{}", "json") == 1);
    CHECK(kept(town) == 1);
    refuse(town, "{}", "length");
    refuse(town, "{\"x\":1}", "json");
    CHECK(kept(town) == 3);
  }
}

TEST_CASE("a record let go may come back under a new number") {
  Town town;
  refuse(town, "{}", "json");
  REQUIRE(release_quarantined(town.registry(), 1));
  CHECK(kept(town) == 0);
  CHECK(release_quarantined(town.registry(), 1).error().code == ErrorCode::not_found);
  refuse(town, "{}", "json");
  const auto entry = quarantined(town.registry(), 2);
  REQUIRE(entry);
  CHECK(entry->raw == "{}");
  CHECK(entry->reason == "json");
  CHECK(entry->origin == "persons.ndjson");
  CHECK(entry->record == 7);
  CHECK(entry->byte_offset == 1234);
  CHECK(entry->extracted_at == at("2024-01-01"));
}
