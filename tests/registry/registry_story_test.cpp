// The registry as such: ids, the stamp, limits, quarantine, marks.
#include "tests/registry/town.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "tests/registry/store_around.h"

#include <algorithm>
#include <cctype>
#include <future>
#include <set>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

PersonBuilder named(unsigned n, const std::string& name) {
  PersonBuilder person(fnr(n));
  person.named(name);
  return person;
}

ErrorCode refusal_by_id(Town& town, std::string_view id) {
  Reading reading;
  const auto found = town.registry().get(id, reading);
  REQUIRE_FALSE(found.has_value());
  return found.error().code;
}

ErrorCode refusal_to_open(const std::shared_ptr<store::Store>& shared,
                          std::optional<Environment> environment) {
  auto opened = Registry::open(std::make_unique<StoreAround>(shared), environment);
  REQUIRE_FALSE(opened.has_value());
  return opened.error().code;
}

void plant(store::Store& store, store::Family family, std::string_view key,
           std::optional<std::string> value) {
  const std::vector<store::Change> changes{{family, std::string(key), std::move(value)}};
  REQUIRE(store.commit(changes, store::Durability::synced).has_value());
}

} // namespace

TEST_CASE("an outside id is opaque, stable and tells no order") {
  on_every_engine([](Town& town) {
    std::vector<SourceRecord> records;
    for (unsigned n = 1; n <= 64; ++n) records.push_back(named(n, "Name").record());
    town.import(std::move(records), "2024-01-01");
    Texts ids;
    for (unsigned n = 1; n <= 64; ++n) {
      ids.push_back(town.id_of(fnr(n)));
      CHECK(ids.back().size() == 32);
      CHECK(ids.back().find_first_not_of("0123456789abcdef") == std::string::npos);
    }
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
    CHECK_FALSE(std::is_sorted(ids.begin(), ids.end()));
    // The first digits, where a time would stand, differ.
    std::set<std::string> heads;
    for (const std::string& id : ids) heads.insert(id.substr(0, 8));
    CHECK(heads.size() == ids.size());
    town.reopen();
    for (unsigned n = 1; n <= 64; ++n) {
      CHECK(town.id_of(fnr(n)) == ids[n - 1]);
      CHECK(values_of(town.view_by_id(ids[n - 1]), "id") == Texts{ids[n - 1]});
    }
  });
}

TEST_CASE("inside ids rise whatever the clock says") {
  EntityId newest;
  newest.bytes.fill(0x7F); // a time far ahead
  EntityIdSource source(newest);
  EntityId last = newest;
  for (int i = 0; i < 1000; ++i) {
    const EntityId id = source.next();
    CHECK(last < id);
    last = id;
  }
}

TEST_CASE("a text that is no id of ours is not found") {
  Town town;
  town.import(named(1, "One"), "2024-01-01");
  std::string id = town.id_of(fnr(1));
  for (const std::string& text : {std::string(), std::string("x"), std::string(31, 'a'),
                                  std::string(32, 'a'), std::string(33, 'a'), std::string(32, 'Z'),
                                  std::string(5000, 'q'), std::string(32, '\0')}) {
    CHECK(refusal_by_id(town, text) == ErrorCode::not_found);
  }
  id[5] = id[5] == 'a' ? 'b' : 'a';
  CHECK(refusal_by_id(town, id) == ErrorCode::not_found);
  std::ranges::transform(id, id.begin(), [](unsigned char c) { return std::toupper(c); });
  CHECK(refusal_by_id(town, id) == ErrorCode::not_found);
}

TEST_CASE("another registry's id is not found, unless it was imported as an alias") {
  on_every_engine([](Town& town) {
    PersonBuilder person = named(1, "One");
    person.also(IdentifierType::alias, "their-opaque-id");
    town.import(person, "2024-01-01");
    CHECK(values_of(town.view_by_id("their-opaque-id"), "id") == Texts{town.id_of(fnr(1))});
    Town other;
    other.import(named(1, "One"), "2024-01-01");
    CHECK(refusal_by_id(town, other.id_of(fnr(1))) == ErrorCode::not_found);
  });
}

TEST_CASE("a data directory belongs to one environment for life") {
  const std::shared_ptr<store::Store> shared = store::make_memory_store();
  REQUIRE(Registry::open(std::make_unique<StoreAround>(shared), Environment::production));
  CHECK(refusal_to_open(shared, Environment::test) == ErrorCode::wrong_environment);
  const auto opened = Registry::open(std::make_unique<StoreAround>(shared), std::nullopt);
  REQUIRE(opened.has_value());
  CHECK((*opened)->environment() == Environment::production);
  const std::shared_ptr<store::Store> unsaid = store::make_memory_store();
  const auto fresh = Registry::open(std::make_unique<StoreAround>(unsaid), std::nullopt);
  REQUIRE(fresh.has_value());
  CHECK((*fresh)->environment() == Environment::test);
}

TEST_CASE("a newer format is refused, a damaged stamp is corrupt") {
  const auto stamped = [] {
    std::shared_ptr<store::Store> shared = store::make_memory_store();
    REQUIRE(Registry::open(std::make_unique<StoreAround>(shared), Environment::test));
    return shared;
  };
  auto shared = stamped();
  plant(*shared, store::Family::meta, meta::format, key_of_number(directory_format + 1));
  CHECK(refusal_to_open(shared, Environment::test) == ErrorCode::unsupported);
  for (const std::string_view key : {meta::format, meta::environment, meta::id_key, meta::epoch}) {
    CAPTURE(std::string(key));
    for (const std::string& value : {std::string(), std::string("x"), std::string(7, '\0')}) {
      shared = stamped();
      plant(*shared, store::Family::meta, key, value);
      CHECK(refusal_to_open(shared, Environment::test) == ErrorCode::corrupt);
    }
    if (key != meta::format) {
      shared = stamped();
      plant(*shared, store::Family::meta, key, std::nullopt);
      CHECK(refusal_to_open(shared, Environment::test) == ErrorCode::corrupt);
    }
  }
  shared = store::make_memory_store();
  plant(*shared, store::Family::current, "somebody", "something");
  CHECK(refusal_to_open(shared, Environment::test) == ErrorCode::corrupt);
}

TEST_CASE("the epoch stays while the directory does, and differs between directories") {
  Town one(Engine::disk), other(Engine::disk);
  const auto epoch = one.registry().epoch();
  CHECK(epoch != other.registry().epoch());
  one.reopen();
  CHECK(one.registry().epoch() == epoch);
}

TEST_CASE(
    "what breaks a limit of the stored form is quarantined with its place, and nothing else") {
  on_every_engine([](Town& town) {
    std::vector<SourceRecord> bad;
    PersonBuilder long_row(fnr(10));
    long_row.named(std::string(row_bytes_max, 'x'));
    bad.push_back(long_row.record());
    PersonBuilder many_numbers(fnr(11));
    for (unsigned n = 0; n < 6000; ++n) many_numbers.formerly(fnr(1000 + n));
    bad.push_back(many_numbers.record());
    PersonBuilder long_number(std::string(identifier_text_bytes_max + 1, '1'));
    bad.push_back(long_number.named("Long").record());
    PersonBuilder long_assigner(fnr(12));
    long_assigner.also(IdentifierType::hnr, "1",
                       std::string(identifier_assigner_bytes_max + 1, 'a'));
    bad.push_back(long_assigner.record());
    SourceRecord empty_number = named(13, "Thirteen").record();
    empty_number.identifiers.front().text.size = 0;
    bad.push_back(empty_number);
    SourceRecord bad_metadata = named(14, "Fourteen").record();
    bad_metadata.assertions.front().metadata_bytes = 9999;
    bad.push_back(bad_metadata);
    SourceRecord many_rows = named(15, "Fifteen").record();
    many_rows.assertions.resize(rows_max + 1, many_rows.assertions.front());
    bad.push_back(many_rows);
    const std::size_t count = bad.size();
    bad.push_back(named(1, "Good").record());
    const ImportCounts counts = town.import(std::move(bad), "2024-01-01");
    CHECK(counts.quarantined == count);
    CHECK(counts.written == 1);
    CHECK(town.newest() == 1);
    CHECK(town.told(fnr(1), "lastName") == Texts{"Good"});
    const auto list = quarantined(town.registry(), 0, 100, false);
    REQUIRE(list.has_value());
    REQUIRE(list->size() == count);
    for (std::size_t i = 0; i < count; ++i) {
      const QuarantineEntry& entry = (*list)[i];
      CHECK(entry.number == i + 1);
      CHECK(entry.record == i + 1);
      CHECK(entry.origin == "-");
      CHECK(entry.reason == "refused");
      CHECK_FALSE(entry.message.empty());
      CHECK(entry.message.find("0181") == std::string::npos);
      CHECK(entry.raw.empty());
    }
    const auto one = quarantined(town.registry(), 5);
    REQUIRE(one.has_value());
    CHECK(one->raw.find("Thirteen") != std::string::npos);
    REQUIRE(release_quarantined(town.registry(), 5).has_value());
    CHECK(release_quarantined(town.registry(), 5).error().code == ErrorCode::not_found);
    CHECK(quarantined(town.registry(), 5).error().code == ErrorCode::not_found);
    CHECK(quarantined(town.registry(), 6)->number == 6);
    CHECK(quarantined(town.registry(), 4, 2, false)->size() == 2);
  });
}

TEST_CASE("a row of the longest length is kept whole") {
  on_every_engine([](Town& town) {
    PersonBuilder person(fnr(1));
    const std::string longest(
        row_bytes_max - std::string_view(R"({"isValid":true,"lastName":""})").size(), 'x');
    person.named(longest);
    town.import(person, "2024-01-01");
    CHECK(town.told(fnr(1), "lastName") == Texts{longest});
  });
}

TEST_CASE("quarantine numbers go on after the newest was released") {
  Town town;
  const auto refuse_one = [&] {
    SourceRecord record = named(1, "One").record();
    record.identifiers.clear();
    town.import({record}, "2024-01-01");
  };
  refuse_one();
  REQUIRE(release_quarantined(town.registry(), 1).has_value());
  refuse_one();
  CHECK(quarantined(town.registry(), 0, 10, false)->front().number == 2);
}

TEST_CASE("a mark is kept, replaced and removed, and comes with its batch") {
  on_every_engine([](Town& town) {
    const std::string key = std::string(meta::cursor_prefix) + "file";
    const auto mark = [&] { return *read_mark(town.registry(), key); };
    CHECK_FALSE(mark().has_value());
    REQUIRE(write_mark(town.registry(), key, "7").has_value());
    CHECK(mark() == "7");
    ImportBatch batch;
    batch.items.push_back({named(1, "One").record(), 1, 0});
    batch.origins = {"-"};
    batch.cursor_key = key;
    batch.cursor_value = "8";
    std::promise<void> done;
    submit_import(town.registry(), std::move(batch), [&done](auto&&) { done.set_value(); });
    done.get_future().wait();
    CHECK(mark() == "8");
    REQUIRE(write_mark(town.registry(), key, "").has_value());
    CHECK_FALSE(mark().has_value());
  });
}

TEST_CASE("how old the data is never goes back") {
  on_every_engine([](Town& town) {
    const auto age = [&] { return town.registry().figures()->newest_extracted_at; };
    CHECK_FALSE(age().has_value());
    REQUIRE(note_extracted(town.registry(), Source::folkeregisteret, at("2024-02-01")).has_value());
    REQUIRE(note_extracted(town.registry(), Source::folkeregisteret, at("2024-01-01")).has_value());
    CHECK(age() == at("2024-02-01"));
  });
}

TEST_CASE("a bulk load is like any import, only past the log of the engine") {
  for (const Engine engine : {Engine::memory, Engine::disk, Engine::disk_reopened}) {
    Town town(engine);
    ImportBatch batch;
    for (unsigned n = 1; n <= 20; ++n) batch.items.push_back({named(n, "Name").record(), n, 0});
    batch.origins = {"-"};
    batch.bulk = true;
    std::promise<Result<ImportCounts>> done;
    submit_import(town.registry(), std::move(batch),
                  [&done](Result<ImportCounts> counts) { done.set_value(std::move(counts)); });
    const auto counts = done.get_future().get();
    REQUIRE(counts.has_value());
    CHECK(counts->written == 20);
    town.reopen();
    CHECK(town.newest() == 20);
    for (unsigned n = 1; n <= 20; ++n) CHECK(town.told(fnr(n), "lastName") == Texts{"Name"});
    CHECK(*town.registry().sequence_at(now()) == 20);
    check_whole(town.registry());
  }
}

TEST_CASE("relations are kept both ways, and follow what the record says now") {
  on_every_engine([](Town& town) {
    const auto edges = [&] {
      const auto cursor = town.registry().store().scan(store::Family::relation);
      std::size_t count = 0;
      for (cursor->seek(""); cursor->valid(); cursor->next()) ++count;
      return count;
    };
    PersonBuilder mother = named(1, "Mother"), later = named(1, "Mother");
    mother.related(RelationType::child, fnr(2)).related(RelationType::child, fnr(3));
    later.related(RelationType::child, fnr(3));
    town.import(mother, "2024-01-01");
    CHECK(edges() == 3);
    CHECK_FALSE(town.holds_no(pointed_key(IdentifierType::fnr, fnr(2), town.match(fnr(1)).entity)));
    town.import(later, "2024-02-01");
    CHECK(edges() == 2);
    CHECK(town.holds_no(pointed_key(IdentifierType::fnr, fnr(2), town.match(fnr(1)).entity)));
  });
}
