// Directories of an older format, opened by this version.
#include "registry/candidates/key_upkeep.h"
#include "registry/clients/clients.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "tests/registry/store_around.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
using store::Family;

namespace {

std::uint64_t format_of(store::Store& store) {
  store::Pinned pin;
  REQUIRE(store.get(Family::meta, meta::format, pin).value_or(false));
  return number_of_key(pin.view());
}

void stamp(store::Store& store, std::uint64_t format) {
  const store::Change change{Family::meta, std::string(meta::format), key_of_number(format)};
  REQUIRE(store.commit({&change, 1}, store::Durability::synced));
}

/// Copies the directory that the version before format 2 wrote: two synthetic persons.
void lay_out_format_1(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  std::filesystem::copy("tests/data/directory-format-1", directory);
}

} // namespace

TEST_CASE("a directory written by the version before format 2 opens, and takes clients") {
  ScratchDirectory scratch;
  OpenOptions options;
  options.directory = scratch.path() / "data";
  options.create = false;
  lay_out_format_1(options.directory);
  for (int round = 0; round < 2; ++round) {
    auto registry = Registry::open(options);
    REQUIRE_MESSAGE(registry.has_value(), registry.error().message);
    CHECK(format_of((*registry)->store()) == directory_format);
    CHECK((*registry)->newest_sequence() > 0);
    CHECK(candidates::are_keys_built((*registry)->store()).value() == (round != 0));
    REQUIRE(candidates::rebuild_search_keys(**registry, {})); // older versions had none
    check_whole(**registry);
    const auto clients = Clients::open(**registry);
    REQUIRE(clients.has_value());
    REQUIRE((*clients)->list().size() == static_cast<std::size_t>(round));
    if (round == 0) {
      Client client;
      client.id = "app";
      client.name = "App";
      client.organisation = "974760673";
      client.purpose = "Treatment";
      client.parts.set();
      REQUIRE((*clients)->add({client}));
    }
  }
}

TEST_CASE("a stamp of format 1 is raised, and nothing else changes") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Town town(engine);
    PersonBuilder person(fnr(1));
    town.import(person.named("Name"), "2024-01-01");
    const std::string id = town.id_of(fnr(1));
    stamp(town.registry().store(), 1);
    town.reopen();
    CHECK(format_of(town.registry().store()) == directory_format);
    CHECK(town.id_of(fnr(1)) == id);
    const auto clients = Clients::open(town.registry());
    REQUIRE(clients.has_value());
    CHECK((*clients)->list().empty());
    check_whole(town.registry());
  }
}

TEST_CASE(
    "a directory of the wrong environment is not migrated, nor one whose stamp cannot be written") {
  const std::shared_ptr<store::Store> shared = store::make_memory_store();
  REQUIRE(Registry::open(std::make_unique<StoreAround>(shared), Environment::test));
  stamp(*shared, 1);
  const auto wrong = Registry::open(std::make_unique<StoreAround>(shared), Environment::production);
  REQUIRE_FALSE(wrong.has_value());
  CHECK(format_of(*shared) == 1);
  const auto failed = Registry::open(std::make_unique<StoreAround>(shared, WriteFault{1, false}),
                                     Environment::test);
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().code == ErrorCode::storage);
  CHECK(format_of(*shared) == 1);
}
