// Search keys: what they are, and that they always are what the rows give.
#include "registry/candidates/key_upkeep.h"
#include "registry/check.h"
#include "registry/rebuild.h"
#include "registry/registry_impl.h"
#include "tests/candidates/crowd.h"

#include <algorithm>

using namespace grunndata::registry;
using namespace grunndata::registry::candidates;
using namespace grunndata::registry::stories;

namespace {

Somebody kari() {
  Somebody who;
  who.given = "Kari Anne";
  who.family = "Bjørnstad";
  who.born = "1980-03-09";
  return who;
}

std::vector<std::string> keys_in(Registry& registry) {
  std::vector<std::string> keys;
  const auto cursor = registry.store().scan(store::Family::search);
  for (cursor->seek(""); cursor->valid(); cursor->next()) keys.emplace_back(cursor->key());
  return keys;
}

void commit(Registry& registry, std::vector<store::Change> changes) {
  REQUIRE(registry.store().commit(changes, store::Durability::synced).has_value());
}

std::size_t faults_of(Registry& registry) {
  const auto report = check(registry, {});
  REQUIRE(report.has_value());
  for (const Finding& finding : report->findings) {
    CHECK(finding.family == "search");
    CHECK(finding.advice.find("rebuild") != std::string::npos);
  }
  return report->figures.faults;
}

RebuildFigures rebuilt(Registry& registry) {
  // The stories' records cannot be mapped again; the keys follow from the rows all the same.
  const auto figures = rebuild(registry,
                               [](std::string_view, bool, SourceRecord&) -> Result<void> {
                                 return fail(ErrorCode::invalid, "not mapped");
                               },
                               {});
  REQUIRE(figures.has_value());
  return *figures;
}

} // namespace

TEST_CASE("a key says whose rows, how the name sounds, when born, and who") {
  SearchKeyFields fields{KeyOf::help_number, 0x01020304, {1980, 3, 9}, {}};
  fields.entity.bytes.fill(0xAB);
  const SearchKey key = search_key(fields);
  CHECK(view_of(key).substr(0, 9) == std::string_view("h\x01\x02\x03\x04\x07\xBC\x03\x09"));
  const auto read = read_search_key(view_of(key));
  REQUIRE(read.has_value());
  CHECK(read->of == fields.of);
  CHECK(read->sound == fields.sound);
  CHECK(read->born == fields.born);
  CHECK(read->entity == fields.entity);
  CHECK(view_of(key).starts_with(search_prefix(KeyOf::help_number, 0x01020304)));
  CHECK(view_of(key).starts_with(search_prefix(KeyOf::help_number, 0x01020304, 1980)));
  CHECK(view_of(key).starts_with(
      search_prefix(KeyOf::help_number, 0x01020304, BirthDay{1980, 3, 9})));
  CHECK(!read_search_key("h"));
  CHECK(!read_search_key(std::string(search_key_bytes, 'x')));
}

TEST_CASE("dates are read as far as they go") {
  CHECK(birth_day_of("1980-03-09T00:00:00Z") == BirthDay{1980, 3, 9});
  CHECK(birth_day_of("1980-03-09") == BirthDay{1980, 3, 9});
  CHECK(birth_day_of("1980") == BirthDay{1980, 0, 0});
  CHECK(birth_day_of("1980-02-30") == BirthDay{});
  CHECK(birth_day_of("198") == BirthDay{});
  CHECK(birth_day_of("") == BirthDay{});
  CHECK(birth_day_of("abcd") == BirthDay{});
}

TEST_CASE("keys change in the commit that changes rows, and in no other way") {
  on_every_engine([](Town& town) {
    Somebody who = kari();
    town.import(person_of(1, who), "2024-01-01");
    CHECK(keys_in(town.registry()).size() == 4); // three names, and the day alone
    const auto before = keys_in(town.registry());
    town.import(person_of(1, who), "2024-01-02");
    CHECK(keys_in(town.registry()) == before);
    who.former_families = {"Vik"};
    town.import(person_of(1, who), "2024-01-03");
    CHECK(keys_in(town.registry()).size() == 5);
    who.born = "1980-03-10";
    town.import(person_of(1, who), "2024-01-04");
    const auto moved = keys_in(town.registry());
    CHECK(moved.size() == 5);
    CHECK(std::ranges::none_of(
        moved, [&](const std::string& key) { return std::ranges::count(before, key) != 0; }));
    who = Somebody{};
    town.import(person_of(1, who), "2024-01-05");
    CHECK(keys_in(town.registry()).empty());
    check_whole(town.registry());
  });
}

TEST_CASE("a bulk load leaves the same keys as a usual import") {
  Town usual;
  usual.import(person_of(1, kari()), "2024-01-01");
  Town loaded(Engine::disk);
  ImportBatch batch;
  batch.bulk = true;
  batch.stamp = {at("2024-01-01")};
  batch.items.push_back({person_of(1, kari()).record(), 1, 0, 0});
  std::optional<Result<ImportCounts>> done;
  submit_import(loaded.registry(), std::move(batch),
                [&done](Result<ImportCounts> counts) { done = std::move(counts); });
  REQUIRE(loaded.registry().impl().queue->run([](Transaction&) { return Result<void>{}; }));
  REQUIRE((done && done->has_value()));
  const auto without_entity = [](std::vector<std::string> keys) {
    for (std::string& key : keys) key.resize(9);
    return keys;
  };
  CHECK(without_entity(keys_in(loaded.registry())) == without_entity(keys_in(usual.registry())));
  check_whole(loaded.registry());
}

TEST_CASE("somebody who comes to hide keeps keys that tell no place") {
  on_every_engine([](Town& town) {
    Somebody who = kari();
    who.street = "Skjulveien";
    town.import(person_of(1, who), "2024-01-01");
    const auto before = keys_in(town.registry());
    who.protection = Grading::strictly_confidential;
    who.address = Grading::strictly_confidential;
    town.import(person_of(1, who), "2024-01-02");
    CHECK(keys_in(town.registry()) == before);
  });
}

TEST_CASE("check finds a key that is missing and one too many, and rebuild mends both") {
  on_every_engine([](Town& town) {
    town.import(person_of(1, kari()), "2024-01-01");
    Registry& registry = town.registry();
    const auto right = keys_in(registry);
    REQUIRE(right.size() == 4);
    std::string wrong = right[0];
    wrong[1] = static_cast<char>(~wrong[1]);
    std::string of_nobody = right[0];
    of_nobody.back() = static_cast<char>(~of_nobody.back());
    commit(registry, {{store::Family::search, right[1], std::nullopt},
                      {store::Family::search, wrong, std::string()},
                      {store::Family::search, of_nobody, std::string()},
                      {store::Family::search, "c", std::string()}});
    CHECK(faults_of(registry) == 4);
    commit(registry, {{store::Family::search, "c", std::nullopt}});
    CHECK(rebuilt(registry).mended == 3);
    CHECK(keys_in(registry) == right);
    CHECK(faults_of(registry) == 0);
    CHECK(rebuilt(registry).mended == 0);
  });
}

TEST_CASE("a directory without keys says so, and can be searched after a rebuild") {
  Town town(Engine::disk);
  town.import(person_of(1, kari()), "2024-01-01");
  const auto right = keys_in(town.registry());
  std::vector<store::Change> changes{
      {store::Family::meta, std::string(meta::search_keys), std::nullopt}};
  for (const std::string& key : right) {
    changes.push_back({store::Family::search, key, std::nullopt});
  }
  commit(town.registry(), changes);
  town.reopen();
  Description wanted;
  wanted.given_name = "Kari";
  wanted.birth_date = "1980";
  const auto refused = find_candidates(town.registry(), wanted, {});
  REQUIRE(!refused.has_value());
  CHECK(refused.error().code == ErrorCode::unavailable);
  CHECK(refused.error().message.find("grunndata rebuild") != std::string::npos);
  CHECK(faults_of(town.registry()) == 1);
  CHECK(rebuilt(town.registry()).mended == right.size());
  CHECK(keys_in(town.registry()) == right);
  CHECK(find_candidates(town.registry(), wanted, {}).has_value());
  check_whole(town.registry());
}
