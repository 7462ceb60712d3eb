// /v1/virksomhet without a socket: nodes and trees.
#include "api/v1/virksomhet/nodes.h"
#include "api/v1/virksomhet/trees.h"
#include "tests/clients/office.h"
#include "tests/virksomhet/universe.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
namespace structure = registry::virksomhet;
namespace told = registry::virksomhet::stories;
using registry::audit::Act;

namespace {

/// An office in the fictional universe, asked by somebody who may read organisations.
struct Registry : Office {
  Registry() {
    told::load_universe(town());
    hold(access::RightSet(1ULL << static_cast<unsigned>(access::Right::virksomhet_read)));
  }
  void see_all() { see(registry::Access::legal_basis); }
  std::string id_of(std::string_view number) {
    return ask(v1::node_by_number, {}, {number}).member("id");
  }
};

const std::string then = "asOf=2026-03-01";

void check_refused(const Told& told, int status, std::string_view code) {
  CHECK(told.status == status);
  CHECK(told.member("code") == code);
  CHECK(told.content_type == "application/problem+json");
}

} // namespace

TEST_CASE("a node is found by each of its numbers and by its id, with the same answer") {
  Registry registry;
  const Told by_orgnr = registry.ask(v1::node_by_number, then, {"310000140"});
  CHECK(by_orgnr.status == 200);
  CHECK(by_orgnr.holds(R"("name":"FJORDLAND UNIVERSITETSSYKEHUS HF")"));
  CHECK(by_orgnr.records.empty()); // of nobody
  CHECK(by_orgnr.headers.find("ETag: \"") != std::string::npos);
  const std::string id = by_orgnr.member("id");
  CHECK(id.size() == 32);
  for (const std::string& number : {std::string("ENH:310000140"), std::string("ENH%3A310000140"),
                                    std::string("7099999000019"),
                                    std::string("GLN:7099999000019"), id}) {
    CAPTURE(number);
    CHECK(registry.ask(v1::node_by_number, then, {number}).body == by_orgnr.body);
  }
  CHECK(registry.ask(v1::node_by_number, then, {"RSH:4990050"}).holds("Hjerteovervåkingen"));
  CHECK(registry.ask(v1::node_by_number, then, {"LOK:310001120:LV-TEAM-2"}).holds("Team 2"));
  const Told before = registry.ask(v1::node_by_number, "asOf=2005-01-01", {"310000140"});
  CHECK(before.holds(R"("name":"NORDVIK SYKEHUS HF")"));
  CHECK_FALSE(before.holds("FJORDLAND UNIVERSITETSSYKEHUS"));
  CHECK(registry.ask(v1::node_by_number, then + "&history=true", {"310000140"})
            .holds(R"("validTo":"2009-01-01","name":"NORDVIK SYKEHUS HF")"));
}

TEST_CASE("a question about a node is read strictly") {
  Registry registry;
  const auto ask = [&registry](std::string_view query, std::string_view node = "310000140") {
    return registry.ask(v1::node_by_number, query, {node});
  };
  check_refused(ask("x=1"), 400, "parameter_unknown");
  check_refused(ask("asOf=soon"), 400, "parameter_invalid");
  check_refused(ask("asOf=2024-01-01&asOf=2024-01-01"), 400, "parameter_repeated");
  check_refused(ask("history=true&history=true"), 400, "parameter_repeated");
  check_refused(ask("history=yes"), 400, "parameter_invalid");
  check_refused(ask("recordedAsOf=999999"), 400, "sequence_ahead");
  check_refused(ask("recordedAsOf=2001-01-01"), 404, "node_not_known_then");
  check_refused(registry.post(v1::look_up_nodes,
                              R"({"identifiers":[{"system":"RSH","number":"7"}],)"
                              R"("recordedAsOf":"2001-01-01"})"),
                404, "node_not_known_then");
  check_refused(ask("%zz"), 400, "form_invalid");
  check_refused(ask("", "310000141"), 400, "identifier_malformed");
  check_refused(ask("", "%ff"), 400, "identifier_malformed");
  check_refused(ask("", "nobody"), 400, "identifier_malformed");
  check_refused(ask("", "RSH:1"), 404, "node_not_found");
  check_refused(ask("", "00000000000000000000000000000000"), 404, "node_not_found");
  check_refused(ask("recordedAsOf=0"), 404, "node_not_known_then");
}

TEST_CASE("numbers of health personnel stand in no URL, and need a right of their own") {
  Registry registry;
  check_refused(registry.ask(v1::node_by_number, {}, {"HPR:999000002"}), 400, "number_in_url");
  const Told denied = registry.post(
      v1::look_up_nodes, R"({"identifiers":[{"system":"HPR","number":"999000002"}]})");
  CHECK(denied.body == R"({"results":[{"index":0,"status":"denied"}]})");
  REQUIRE(denied.records.size() == 1);
  CHECK(denied.records.front().act == Act::denied);
  registry.hold(access::RightSet(1ULL << static_cast<unsigned>(access::Right::personell_read)));
  const Told found = registry.post(
      v1::look_up_nodes, R"({"identifiers":[{"system":"HPR","number":"999000002"}]})");
  CHECK(found.holds(R"("status":"found","node":{"id":")"));
  REQUIRE(found.records.size() == 1);
  CHECK(found.records.front().act == Act::read);
  CHECK(found.records.front().subject.has_value());
  const Told by_id = registry.ask(v1::node_by_number, {}, {found.member("id")});
  CHECK(by_id.status == 200);
  REQUIRE(by_id.records.size() == 1);
  registry.hold(access::RightSet(1ULL << static_cast<unsigned>(access::Right::virksomhet_read)));
  check_refused(registry.ask(v1::node_by_number, {}, {found.member("id")}), 403,
                "scope_insufficient");
}

TEST_CASE("what tells of natural persons is shown with legal basis, when asked for, and noted") {
  Registry registry;
  const auto ask = [&registry](std::string_view query) {
    return registry.ask(v1::node_by_number, query, {"310001333"});
  };
  CHECK_FALSE(ask(then).holds("HAVGLIMT"));
  CHECK(ask(then).holds(R"("nameIsWithheld":true)"));
  const Told refused = ask("personal=true");
  check_refused(refused, 403, "legal_basis_not_agreed");
  REQUIRE(refused.records.size() == 1);
  CHECK(refused.records.front().act == Act::denied);
  registry.see_all();
  CHECK_FALSE(ask(then).holds("HAVGLIMT"));
  CHECK(ask(then).records.empty());
  const Told shown = ask(then + "&personal=true");
  CHECK(shown.holds(R"("name":"SPESIALISTPRAKSIS HAVGLIMT")"));
  REQUIRE(shown.records.size() == 1);
  CHECK(shown.records.front().act == Act::read);
  CHECK(shown.records.front().with_legal_basis);
  CHECK(shown.records.front().subject.has_value());
  const Told nobody = registry.ask(v1::node_by_number, then + "&personal=true", {"310000140"});
  CHECK(nobody.records.empty());
  const Told many = registry.post(
      v1::look_up_nodes, R"({"identifiers":[{"system":"ENH","number":"310001333"},)"
                         R"({"system":"ENH","number":"310000140"}],"personal":true})");
  CHECK(many.holds("HAVGLIMT"));
  CHECK(many.records.size() == 1);
  // The shop's own name is as personal, and in its relations it stands for nobody who was noted.
  CHECK_FALSE(registry.ask(v1::node_by_number, then + "&personal=true", {"310001406"})
                  .holds(R"("name":"SPESIALISTPRAKSIS HAVGLIMT","nameIsWithheld")"));
}

TEST_CASE("units that may not be told stand in no tree without legal basis, and in all with it") {
  Registry registry;
  const auto all_of = [&registry] {
    std::string all;
    for (const char* format : {"json", "text", "svg", "dot"}) {
      const std::string query = then + "&format=" + format;
      all += registry.ask(v1::tree_of_node, query, {"RSH:4990010"}).body;
    }
    all += registry.ask(v1::subtree_of_node, then, {"RSH:4990010"}).body;
    all += registry.ask(v1::numbers_of_node, then, {"310000353"}).body;
    return all;
  };
  const std::string plain = all_of();
  CHECK(plain.find("DPS Nordvik") != std::string::npos);
  CHECK(plain.find("Ruspoliklinikken") == std::string::npos);
  CHECK(plain.find("4990062") == std::string::npos);
  const Told asked = registry.ask(v1::node_by_number, then, {"RSH:4990062"});
  CHECK(asked.holds(R"("nameIsWithheld":true)"));
  CHECK_FALSE(asked.holds("Ruspoliklinikken"));
  registry.see_all();
  const std::string whole = all_of();
  CHECK(whole.find("4990062") != std::string::npos);
  CHECK(whole.find("Ruspoliklinikken") != std::string::npos);
}

TEST_CASE("a node removed by law answers gone, with what is left of it, by every question") {
  Registry registry;
  const std::string id = registry.id_of("310000426");
  told::load(registry.town(), structure::NodeSource::enhetsregisteret, "2026-04-01",
             {told::NodeBuilder(structure::NodeType::underenhet, "ENH:310000426").removed()});
  for (const auto handler :
       {v1::node_by_number, v1::ancestors_of_node, v1::subtree_of_node, v1::tree_of_node,
        v1::legal_root_of_node, v1::numbers_of_node, v1::successors_of_node,
        v1::events_of_node}) {
    for (const std::string& query : {std::string(), then, std::string("asOf=2022-06-01")}) {
      const Told told = registry.ask(handler, query, {"310000426"});
      check_refused(told, 410, "node_removed");
      CHECK(told.holds(R"(,"node":{"id":")" + id + R"(","system":"ENH","number":"310000426",)"));
      CHECK_FALSE(told.holds("SØRVIK"));
    }
  }
  check_refused(registry.ask(v1::node_by_number, {}, {id}), 410, "node_removed");
  const Told many = registry.post(
      v1::look_up_nodes, R"({"identifiers":[{"system":"ENH","number":"310000426"}]})");
  CHECK(many.holds(R"("status":"gone","node":{"id":")"));
  CHECK_FALSE(registry.ask(v1::tree_of_node, "format=text", {"310000078"}).holds("310000426"));
}

TEST_CASE("many nodes are looked up at once, in the order asked, each with its own outcome") {
  Registry registry;
  const Told told = registry.post(
      v1::look_up_nodes,
      R"({"identifiers":[{"system":"RSH","number":"4990050"},{"system":"ENH","number":"1"},)"
      R"({"system":"RSH","number":"7"},{"id":")" + registry.id_of("310000140") + R"("},)"
      R"({"system":"LOK","number":"LV-TEAM-2","assigner":"310001120"},{"number":"1"},)"
      R"({"system":"XYZ","number":"1"}],"asOf":"2026-03-01"})");
  CHECK(told.status == 200);
  CHECK(told.holds(R"({"results":[{"index":0,"status":"found","node":{"id":")"));
  CHECK(told.holds(R"({"index":1,"status":"invalid"},{"index":2,"status":"notFound"},)"
                   R"({"index":3,"status":"found",)"));
  CHECK(told.holds(R"({"index":4,"status":"found",)"));
  CHECK(told.holds(R"({"index":5,"status":"invalid"},{"index":6,"status":"invalid"}]})"));
  const Told early = registry.post(
      v1::look_up_nodes,
      R"({"identifiers":[{"system":"RSH","number":"4990050"}],"recordedAsOf":"0"})");
  CHECK(early.holds(R"("status":"notKnownThen")"));
}

TEST_CASE("a GLN of several places is ambiguous alone, and gives them all in bulk") {
  Registry registry;
  told::load(registry.town(), structure::NodeSource::gln, "2026-04-01",
             {told::NodeBuilder::about("ENH:310000280").goes_by("GLN:7099999000057"),
              told::NodeBuilder::about("ENH:310000353").goes_by("GLN:7099999000057")});
  check_refused(registry.ask(v1::node_by_number, {}, {"7099999000057"}), 409,
                "node_ambiguous");
  const Told told = registry.post(
      v1::look_up_nodes, R"({"identifiers":[{"system":"GLN","number":"7099999000057"}]})");
  CHECK(told.holds(R"("status":"ambiguous","nodes":[{"id":")"));
  CHECK(told.holds("310000280"));
  CHECK(told.holds("310000353"));
}

TEST_CASE("a body of a look-up is read strictly") {
  Registry registry;
  const auto post = [&registry](std::string_view body) {
    return registry.post(v1::look_up_nodes, body);
  };
  check_refused(post("{}"), 400, "body_invalid");
  check_refused(post("["), 400, "json_invalid");
  check_refused(post(R"({"identifiers":[]})"), 400, "too_many_items");
  check_refused(post(R"({"identifiers":["310000140"]})"), 400, "body_invalid");
  check_refused(post(R"({"identifiers":[{"id":"x"}],"x":1})"), 400, "body_invalid");
  check_refused(post(R"({"identifiers":[{"id":"x"}],"asOf":"soon"})"), 400, "parameter_invalid");
  check_refused(post(R"({"identifiers":[{"id":"x"}],"personal":true})"), 403,
                "legal_basis_not_agreed");
  check_refused(registry.post(v1::look_up_nodes, "{}", {}, "text/plain"), 415, "json_required");
  std::string many = R"({"identifiers":[)";
  for (int i = 0; i <= 1'000; ++i) many += i == 0 ? R"({"id":"x"})" : R"(,{"id":"x"})";
  check_refused(post(many + "]}"), 400, "too_many_items");
}

TEST_CASE("pages of a subtree are as of the times of the first, whatever happens meanwhile") {
  Registry registry;
  const auto page = [&registry](const std::string& query) {
    return registry.ask(v1::subtree_of_node, query, {"RSH:4990001"});
  };
  const std::string whole = page("limit=1000").body;
  std::vector<std::string> ids;
  std::string cursor;
  for (int i = 0; i == 0 || !cursor.empty(); ++i) {
    REQUIRE(i < 20);
    const Told told = page("limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    REQUIRE(told.status == 200);
    std::size_t at = told.body.find(R"("nodes":[)");
    while ((at = told.body.find(R"("system":"RSH","number":")", at)) != std::string::npos) {
      ids.push_back(told.body.substr(at, 33));
      ++at;
    }
    if (i == 0) { // a ward is closed, another opened, and the pages go on
      told::load(registry.town(), structure::NodeSource::resh, "2026-04-01",
                 {told::ward("RSH:4990041", "Nyremedisinsk seksjon", "RSH:4990030")
                      .closed("2026-01-01"),
                  told::ward("RSH:4990099", "Ny", "RSH:4990010")});
    }
    cursor = told.member("nextCursor");
  }
  std::vector<std::string> expected;
  std::size_t at = whole.find(R"("nodes":[)");
  while ((at = whole.find(R"("system":"RSH","number":")", at)) != std::string::npos) {
    expected.push_back(whole.substr(at, 33));
    ++at;
  }
  CHECK(ids == expected);
  CHECK(page("limit=1000").body != whole);
  check_refused(page("cursor=abc"), 400, "cursor_invalid");
  check_refused(page("cursor=00"), 400, "cursor_invalid");
}

TEST_CASE("parameters of trees are read strictly") {
  Registry registry;
  const auto tree = [&registry](std::string_view query) {
    return registry.ask(v1::tree_of_node, query, {"310000078"});
  };
  const auto page = [&registry](std::string_view query) {
    return registry.ask(v1::subtree_of_node, query, {"310000078"});
  };
  check_refused(tree("format=pdf"), 400, "parameter_invalid");
  check_refused(tree("relations=SLEKT"), 400, "parameter_invalid");
  check_refused(tree("relations=TILKNYTNING"), 400, "parameter_invalid");
  check_refused(tree("relations="), 400, "parameter_invalid");
  check_refused(tree("depth=33"), 400, "parameter_invalid");
  check_refused(tree("depth=-1"), 400, "parameter_invalid");
  check_refused(page("limit=0"), 400, "parameter_invalid");
  check_refused(page("limit=1001"), 400, "parameter_invalid");
  check_refused(page("types=HUS"), 400, "parameter_invalid");
  const Told first = page("limit=1");
  CHECK_FALSE(first.member("nextCursor").empty());
  check_refused(page("asOf=2024-01-01&cursor=" + first.member("nextCursor")), 400,
                "parameter_invalid");
  CHECK(page("types=UNDERENHET&relations=EIERSKAP,JURIDISK&" + then)
            .holds(R"("status":"AKTIV","name":"NORDVIK - SOMATIKK","depth":2)"));
}

TEST_CASE("a tree comes in the form that is asked for or accepted") {
  Registry registry;
  const auto form = [&registry](std::string_view query) {
    return registry.ask(v1::tree_of_node, query, {"310000078"});
  };
  CHECK(form({}).content_type == "application/json");
  CHECK(form("format=text").body.starts_with("ENH:310000078 HELSE FJORDLAND RHF\n"));
  CHECK(form("format=svg").content_type == "image/svg+xml");
  CHECK(form("format=dot").body.starts_with("digraph"));
  const auto accepted = [&registry](std::string_view accept) {
    return registry.ask_for(v1::tree_of_node, accept, {"310000078"});
  };
  CHECK(accepted("image/svg+xml").body.starts_with("<svg"));
  CHECK(accepted("text/plain").content_type == "text/plain; charset=utf-8");
  CHECK(accepted("*/*").content_type == "application/json");
  check_refused(accepted("application/pdf"), 406, "not_acceptable");
  CHECK(registry.ask(v1::tree_of_node, "format=text&asOf=2022-06-01", {"310000078"})
            .holds("310000213 SØRVIK SYKEHUS HF"));
  CHECK_FALSE(registry.ask(v1::tree_of_node, "format=text&" + then, {"310000078"})
                  .holds("310000213"));
}

TEST_CASE("ways, roots, numbers, successors, events and differences are told over the interface") {
  Registry registry;
  const auto ask = [&registry](HandlerFunction handler, const std::string& query,
                               std::string_view node) {
    const Told told = registry.ask(handler, query, {node});
    CHECK(told.status == 200);
    return told;
  };
  CHECK(ask(v1::ancestors_of_node, then, "RSH:4990050").holds(R"("depth":5)"));
  CHECK(ask(v1::path_of_node, then + "&to=RSH:4990041", "RSH:4990050")
            .holds(R"({"direction":"DOWN")"));
  CHECK(ask(v1::path_of_node, then + "&to=310000914", "RSH:4990050").body == R"({"steps":[]})");
  CHECK(ask(v1::legal_root_of_node, then, "310000914")
            .holds(R"("legalRoot":{"id":")" + registry.id_of("310000639")));
  CHECK(ask(v1::numbers_of_node, then + "&to=ENH", "RSH:4990050")
            .holds(R"("number":"310000280","way":"TILHORER","inheritedFrom":3,"node")"));
  CHECK(ask(v1::successors_of_node, "transitive=true", "310000213").holds(R"("FUSJON")"));
  CHECK(ask(v1::events_of_node, {}, "310000493").holds(R"("NEDLAGT")"));
  const Told changed = ask(v1::diff_of_node, "from=2022-06-01&to=2026-03-01", "310000426");
  CHECK(changed.holds(R"("relations":{"gone":[{"id":")"));
  check_refused(registry.ask(v1::path_of_node, {}, {"310000140"}), 400, "parameter_invalid");
  check_refused(registry.ask(v1::path_of_node, "to=RSH:1", {"310000140"}), 404, "node_not_found");
  check_refused(registry.ask(v1::numbers_of_node, "to=ABC", {"310000140"}), 400,
                "parameter_invalid");
  check_refused(registry.ask(v1::diff_of_node, {}, {"310000140"}), 400, "parameter_invalid");
  check_refused(registry.ask(v1::diff_of_node, "from=x", {"310000140"}), 400,
                "parameter_invalid");
  check_refused(registry.ask(v1::diff_of_node, "from=2022-01-01&asOf=2022-01-01", {"310000140"}),
                400, "parameter_invalid");
  check_refused(registry.ask(v1::successors_of_node, "transitive=1", {"310000213"}), 400,
                "parameter_invalid");
}
