// Clients: registered, found, changed and revoked, across restarts.
#include "registry/clients/client_rules.h"
#include "registry/clients/clients.h"
#include "registry/clients/plain_text.h"
#include "registry/registry_impl.h"
#include "tests/registry/store_around.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

Client client_named(std::string id, std::string issuer = {}) {
  Client client;
  client.id = std::move(id);
  client.issuer = std::move(issuer);
  client.name = "Pasientsystemet";
  client.organisation = "974760673";
  client.purpose = "Treatment of patients at a hospital";
  client.parts.set(0).set(1);
  return client;
}

std::unique_ptr<Clients> open(Registry& registry, std::function<Instant()> clock = {}) {
  auto clients = Clients::open(registry, std::move(clock));
  REQUIRE(clients.has_value());
  return std::move(*clients);
}

std::string fault(const Client& client) {
  const auto found = fault_of(client, Instant{1'000});
  return found ? std::string(words_of(found->field)) : std::string();
}

} // namespace

TEST_CASE("a client is found by its issuer first, then as one of any issuer") {
  Town town;
  const auto clients = open(town.registry());
  Client anywhere = client_named("app");
  anywhere.name = "Anywhere";
  REQUIRE(clients->add({anywhere, client_named("app", "prod"), client_named("other", "test")}));
  REQUIRE(clients->find("app", "prod") != nullptr);
  CHECK(clients->find("app", "prod")->name == "Pasientsystemet");
  REQUIRE(clients->find("app", "test") != nullptr);
  CHECK(clients->find("app", "test")->name == "Anywhere");
  CHECK(clients->find("app", "")->name == "Anywhere");
  CHECK(clients->find_exactly("app", "test") == nullptr);
  CHECK(clients->find("other", "prod") == nullptr);
  CHECK(clients->find("other", "") == nullptr);
  CHECK(clients->find("", "") == nullptr);
  CHECK(clients->list().size() == 3);
}

TEST_CASE("issuer and id of a client are never taken for each other") {
  Town town;
  const auto clients = open(town.registry());
  REQUIRE(clients->add({client_named("bc", "a"), client_named("c", "ab")}));
  CHECK(clients->find("abc", "") == nullptr);
  CHECK(clients->find("c", "a") == nullptr);
  CHECK(clients->find("bc", "a")->id == "bc");
  CHECK(clients->list().size() == 2);
}

TEST_CASE("all that is known of a client survives a restart") {
  for (const Engine engine : {Engine::memory, Engine::disk}) {
    Town town(engine);
    Client full = client_named("app", "helseid");
    full.legal_basis = true;
    full.expires = at("2999-01-01");
    full.requests_per_minute = 600;
    full.persons_per_day = 50'000;
    full.numbers_per_day = 65'535;
    full.break_glass_parts.set(7);
    REQUIRE(open(town.registry(), [] { return Instant{77}; })->add({full, client_named("plain")}));
    town.reopen();
    const auto clients = open(town.registry());
    const auto found = clients->find("app", "helseid");
    REQUIRE(found != nullptr);
    CHECK(found->name == full.name);
    CHECK(found->organisation == full.organisation);
    CHECK(found->purpose == full.purpose);
    CHECK(found->parts == full.parts);
    CHECK(found->legal_basis);
    CHECK(found->expires == full.expires);
    CHECK_FALSE(found->revoked.has_value());
    CHECK(found->requests_per_minute == 600);
    CHECK(found->persons_per_day == 50'000);
    CHECK(found->numbers_per_day == 65'535);
    CHECK(found->break_glass_parts == full.break_glass_parts);
    CHECK(found->registered == Instant{77});
    CHECK_FALSE(clients->find("plain", "")->expires.has_value());
    CHECK_FALSE(clients->find("plain", "")->legal_basis);
  }
}

TEST_CASE("an agreement holds until it expires or is revoked") {
  Client client = client_named("app");
  client.expires = Instant{100};
  CHECK(client.holds_at(Instant{99}));
  CHECK_FALSE(client.holds_at(Instant{100}));
  client.revoked = Instant{50};
  CHECK_FALSE(client.holds_at(Instant{40}));
}

TEST_CASE("a registered client is replaced only when that is asked for") {
  Town town;
  const auto clients = open(town.registry());
  REQUIRE(clients->add({client_named("app")}));
  const auto before = clients->find("app", "");
  Client changed = client_named("app");
  changed.name = "Changed";
  const auto refused = clients->add({client_named("new"), changed});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message == "client app is registered already");
  CHECK(clients->find("new", "") == nullptr); // all or nothing
  REQUIRE(clients->add({changed}, IfRegistered::replace));
  CHECK(clients->find("app", "")->name == "Changed");
  CHECK(before->name == "Pasientsystemet"); // what was handed out stays as it was
}

TEST_CASE("a revoked client stays registered, keeps its time, and comes back only by replacing") {
  Town town(Engine::disk);
  std::int64_t time = 10;
  auto clients = open(town.registry(), [&time] { return Instant{time}; });
  REQUIRE(clients->add({client_named("app", "prod")}));
  CHECK(clients->revoke("app", "").error().code == ErrorCode::not_found);
  time = 20;
  const auto revoked = clients->revoke("app", "prod");
  REQUIRE(revoked.has_value());
  CHECK((*revoked)->revoked == Instant{20});
  time = 30;
  CHECK((*clients->revoke("app", "prod"))->revoked == Instant{20});
  CHECK_FALSE(clients->add({client_named("app", "prod")}).has_value());
  clients.reset();
  town.reopen();
  clients = open(town.registry());
  CHECK(clients->find("app", "prod")->revoked == Instant{20});
  REQUIRE(clients->add({client_named("app", "prod")}, IfRegistered::replace));
  CHECK_FALSE(clients->find("app", "prod")->revoked.has_value());
}

TEST_CASE("what makes no sense is refused by the field it stands in") {
  CHECK(fault(client_named("app")).empty());
  CHECK(fault(client_named("6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "helseid-test.1")).empty());
  const auto with = [](auto&& change) {
    Client client = client_named("app");
    change(client);
    return fault(client);
  };
  for (const std::string& id : {std::string(), std::string("two words"), std::string("bl\xC3\xA5"),
                                std::string("a\nb"), std::string(129, 'x')}) {
    CHECK(fault(client_named(id)) == "id");
  }
  CHECK(fault(client_named(std::string(128, 'x'))).empty());
  for (const std::string& issuer : {std::string("https://x"), std::string(65, 'x'),
                                    std::string("a b"), std::string("\xC3\xA5")}) {
    CHECK(fault(client_named("app", issuer)) == "issuer");
  }
  for (const std::string& text :
       {std::string(), std::string(" x"), std::string("x "), std::string("a\nb"),
        std::string("\xFF"), std::string("\xC2\x85"), std::string("born 01810000001"),
        std::string("born 018100 00001"), std::string(501, 'x')}) {
    CHECK(with([&](Client& client) { client.name = text; }) == "name");
    CHECK(with([&](Client& client) { client.purpose = text; }) == "purpose");
  }
  CHECK(with([](Client& client) { client.name = std::string(201, 'x'); }) == "name");
  std::string long_name;
  for (int i = 0; i < 200; ++i) long_name += "\xC3\xA5";
  CHECK(with([&](Client& client) { client.name = long_name; }).empty());
  for (const char* orgnr : {"", "974760674", "97476067", "974 760 673", "9747606733"}) {
    CHECK(with([&](Client& client) { client.organisation = orgnr; }) == "organisation");
  }
  CHECK(with([](Client& client) { client.parts.reset(); }) == "parts");
  CHECK(with([](Client& client) { client.expires = Instant{1'000}; }) == "expires");
  CHECK(with([](Client& client) { client.expires = Instant{1'001}; }).empty());
  CHECK(with([](Client& client) { client.requests_per_minute = 10'000'001; }) ==
        "requests_per_minute");
  CHECK(with([](Client& client) { client.persons_per_day = 100'000'000'001; }) ==
        "persons_per_day");
  CHECK(with([](Client& client) { client.numbers_per_day = 65'536; }) == "numbers_per_day");
}

TEST_CASE("adding tells the client and the field, and adds none of the list") {
  Town town;
  const auto clients = open(town.registry());
  Client wrong = client_named("wrong", "prod");
  wrong.parts.reset();
  const auto refused = clients->add({client_named("right"), wrong});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::invalid);
  CHECK(refused.error().message ==
        "client wrong of issuer prod: parts names at least one information part");
  const auto twice = clients->add({client_named("right"), client_named("right")});
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error().message == "client right stands there twice");
  CHECK(clients->list().empty());
}

TEST_CASE("a client that did not reach the disk is not known") {
  const std::shared_ptr<store::Store> shared = store::make_memory_store();
  REQUIRE(Registry::open(std::make_unique<StoreAround>(shared), Environment::test));
  auto registry = Registry::open(std::make_unique<StoreAround>(shared, WriteFault{1, false}),
                                 Environment::test);
  REQUIRE(registry.has_value());
  const auto clients = open(**registry);
  const auto added = clients->add({client_named("app")});
  REQUIRE_FALSE(added.has_value());
  CHECK(added.error().code == ErrorCode::storage);
  CHECK(clients->find("app", "") == nullptr);
}

TEST_CASE("a stored client that cannot be read stops the opening") {
  Town town;
  const std::vector<store::Change> changes{{store::Family::client, std::string("\0app", 4), "x"}};
  REQUIRE(town.registry().store().commit(changes, store::Durability::synced));
  const auto clients = Clients::open(town.registry());
  REQUIRE_FALSE(clients.has_value());
  CHECK(clients.error().code == ErrorCode::corrupt);
}

TEST_CASE("text tells numbers like a person's, and counts characters") {
  CHECK(holds_number_form("01810000001"));
  CHECK(holds_number_form("x018100 00001y"));
  CHECK(holds_number_form("123456789012"));
  CHECK_FALSE(holds_number_form("1234567890"));
  CHECK_FALSE(holds_number_form("01810 000001"));
  CHECK_FALSE(holds_number_form("018100  00001"));
  CHECK_FALSE(holds_number_form("018100-00001"));
  CHECK(characters_of("bl\xC3\xA5") == 3);
  CHECK(characters_of("\xFF\xFF") == 2);
  CHECK(is_plain_text(""));
  CHECK_FALSE(is_plain_text("a\tb"));
}
