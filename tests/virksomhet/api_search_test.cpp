// /v1/virksomhet/search without a socket.
#include "api/v1/virksomhet/search.h"
#include "registry/virksomhet/search/node_search.h"
#include "tests/clients/office.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;

namespace {

struct Registry : Office {
  Registry() : nodes(registry::virksomhet::search::shared_node_search(town().registry())) {
    registry::virksomhet::stories::load_universe(town());
    see(registry::Access::no_legal_basis);
  }
  void read_nodes() { REQUIRE(nodes->refresh([] { return false; }).has_value()); }
  Told search(std::string_view body) { return post(v1::search_nodes, std::string(body)); }

  std::shared_ptr<registry::virksomhet::search::NodeSearch> nodes;
};

} // namespace

TEST_CASE("units are searched by a body, as of a day, page by page") {
  Registry registry;
  CHECK(registry.search(R"({"text":"sykehus"})").status == 503);
  registry.read_nodes();
  const Told found = registry.search(
      R"({"text":"sjukehus sorvik","asOf":"2022-06-01","types":["JURIDISK_ENHET"]})");
  CHECK(found.status == 200);
  CHECK(found.holds(R"("number":"310000213")"));
  CHECK(found.holds(R"("match":"exact")"));
  CHECK(found.records.empty());
  const Told first = registry.search(R"({"text":"sykehus","life":"any","limit":1})");
  const std::string cursor = first.member("nextCursor");
  REQUIRE_FALSE(cursor.empty());
  const Told second = registry.search(R"({"text":"sykehus","life":"any","limit":1,"cursor":")" +
                                      cursor + "\"}");
  CHECK(second.status == 200);
  CHECK(second.member("id") != first.member("id"));
  CHECK(registry.search(R"({"text":"post","cursor":")" + cursor + "\"}").status == 400);
  CHECK(registry.search(R"({"text":"finnesikke"})").holds(R"({"hits":[]})"));
}

TEST_CASE("a search that breaks a rule is refused, and says which") {
  Registry registry;
  registry.read_nodes();
  for (const char* const body :
       {"{}", R"({"text":"x"})", R"({"text":"sykehus","types":["HUS"]})",
        R"({"text":"sykehus","sources":["avisen"]})", R"({"text":"sykehus","life":"dead"})",
        R"({"text":"sykehus","limit":0})", R"({"text":"sykehus","limit":101})",
        R"({"text":"sykehus","asOf":"soon"})", R"({"code":"a b"})",
        R"({"text":"sykehus","cursor":"00"})", R"({"name":"sykehus"})"}) {
    CAPTURE(body);
    CHECK(registry.search(body).status == 400);
  }
}

TEST_CASE("what tells of natural persons is searched with legal basis alone, and noted") {
  Registry registry;
  registry::virksomhet::stories::load(
      registry.town(), registry::virksomhet::NodeSource::enhetsregisteret, "2026-01-02",
      {registry::virksomhet::stories::NodeBuilder(
           registry::virksomhet::NodeType::juridisk_enhet, "ENH:310009997")
           .named("LEGE KARI FURUTOPP")
           .personal()});
  registry.read_nodes();
  constexpr std::string_view asked = R"({"text":"furutopp","personal":true})";
  CHECK(registry.search(R"({"text":"furutopp"})").holds(R"({"hits":[]})"));
  CHECK(registry.search(asked).status == 403);
  registry.see(registry::Access::legal_basis);
  CHECK(registry.search(R"({"text":"furutopp"})").holds(R"({"hits":[]})"));
  const Told found = registry.search(asked);
  CHECK(found.holds("LEGE KARI FURUTOPP"));
  CHECK(found.records.size() == 1);
  CHECK(registry.search(R"({"text":"ruspoliklinikken","asOf":"2026-03-01"})")
            .holds("Ruspoliklinikken"));
  registry.see(registry::Access::no_legal_basis);
  CHECK(registry.search(R"({"text":"ruspoliklinikken","asOf":"2026-03-01"})")
            .holds(R"({"hits":[]})"));
}
