// The enterprise structure as the command line shows it: the invented registers, across a merger.
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

using namespace grunndata::tests;

namespace {

const std::string samples = "tests/data/virksomhet/";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Outcome ask(const std::string& directory, std::vector<std::string> words) {
  words.insert(words.begin(), "virksomhet");
  words.insert(words.end(), {"--data", directory});
  return run(words);
}

void load(const std::string& directory) {
  const std::vector<std::vector<std::string>> loads{
      {"enhetsregisteret", samples + "brreg/enheter_alle.json.gz",
       samples + "brreg/underenheter_alle.json.gz", samples + "brreg/slettet_hf2_310000213.json"},
      {"resh", samples + "resh/resh_units.json"},
      {"adresseregisteret", samples + "ar/cpe_export.json"},
      {"flr", samples + "flr"},
      {"kuraterte", samples + "modell/kuraterte_relasjoner.json",
       samples + "modell/etterfolgere.json"}};
  for (std::vector<std::string> words : loads) {
    words.insert(words.begin(), "import");
    words.insert(words.end(), {"--data", directory});
    const Outcome outcome = run(words);
    REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  }
}

} // namespace

TEST_CASE("a tree is drawn as of two days, a ward is found, and so are its numbers elsewhere") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  const Outcome now = ask(directory, {"tree", "310000078", "--as-of", "2026-03-01"});
  CHECK(now.status == 0);
  CHECK(now.out.starts_with("ENH:310000078 HELSE FJORDLAND RHF\n"
                            "└─ ENH:310000140 FJORDLAND UNIVERSITETSSYKEHUS HF\n"
                            "   ├─ ENH:310000280 "));
  CHECK_FALSE(contains(now.out, "310000213"));
  const Outcome before = ask(directory, {"tree", "310000078", "--as-of", "2022-06-01"});
  CHECK(contains(before.out, "└─ ENH:310000213 SØRVIK SYKEHUS HF\n   └─ ENH:310000426 "));
  const Outcome svg = ask(directory, {"tree", "310000078", "--format", "svg"});
  CHECK(svg.out.starts_with("<svg "));
  CHECK(ask(directory, {"tree", "310000078", "--format", "dot"}).out.starts_with("digraph "));
  const Outcome json = ask(directory, {"tree", "310000078", "--format", "json", "--depth", "1"});
  CHECK(contains(json.out, R"("depth":1,"relation":"EIERSKAP"})"));
  CHECK_FALSE(contains(json.out, R"("depth":2)"));
  const Outcome ward = ask(directory, {"lookup", "RSH:4990050"});
  CHECK(contains(ward.out, R"("name":"Hjerteovervåkingen")"));
  CHECK(contains(ward.out, R"("system":"8624","code":"08","codeText":")"));
  CHECK(contains(ask(directory, {"view", "310000140"}).out, R"("code":"SÆR","codeText":")"));
  const Outcome orgnr = ask(directory, {"numbers", "RSH:4990050", "--to", "ENH"});
  CHECK(contains(orgnr.out, R"("number":"310000280","way":"TILHORER","inheritedFrom":3)"));
  CHECK(contains(ask(directory, {"numbers", "RSH:4990050", "--to", "HER"}).out,
                 R"("system":"HER")"));
  CHECK(run({"check", "--data", directory}).status == 0);
}

TEST_CASE("every question is asked on the command line, and dates come as they went in") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  const Outcome above = ask(directory, {"ancestors", "RSH:4990050", "--as-of", "2026-03-01"});
  CHECK_MESSAGE(above.status == 0, above.err);
  CHECK(contains(above.out, R"("number":"4990001")"));
  CHECK(contains(ask(directory, {"path", "RSH:4990050", "RSH:4990041"}).out,
                 R"({"direction":"DOWN")"));
  CHECK(contains(ask(directory, {"root", "310000914"}).out, R"("isLegalEntity":true)"));
  CHECK(contains(ask(directory, {"successors", "310000213", "--transitive"}).out,
                 R"("effective":"2023-01-01")"));
  CHECK(contains(ask(directory, {"events", "310000213"}).out, R"("type":"FUSJON")"));
  const Outcome changed =
      ask(directory, {"diff", "310000426", "--from", "2022-06-01", "--to", "2026-03-01"});
  CHECK(contains(changed.out, R"("relations":{"gone":[{"id":")"));
  CHECK(ask(directory, {"diff", "310000426", "--from", "soon"}).status == 2);
  const Outcome node = ask(directory, {"lookup", "310000140"});
  CHECK(contains(node.out, R"("validFrom":"2001-12-10")"));
  CHECK_FALSE(contains(node.out, "T23:00"));
  CHECK(contains(ask(directory, {"lookup", "310000426", "--history"}).out, "310000213"));
  Start unit;
  unit.words = {"virksomhet", "unit", "--as-of", "2026-03-01", "--data", directory};
  unit.input = "999000001\n";
  const Outcome found = run(unit);
  CHECK_MESSAGE(found.status == 0, found.err);
  CHECK(contains(found.out, R"("outcome":"ONE")"));
  CHECK(contains(found.out, R"("pointOfCare":{"id":")"));
  CHECK(contains(found.out, "310001260"));
  unit.input = "1\n";
  CHECK(run(unit).status == 3);
  const Outcome log = run({"audit", "search", "--data", directory, "--reason", "a test", "--json"});
  CHECK(contains(log.out, R"("operation":"virksomhet")"));
}

TEST_CASE("a server tells when nodes can be searched, and how many") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const Outcome loaded =
      run({"import", "resh", "--data", directory, samples + "resh/resh_units.json"});
  REQUIRE_MESSAGE(loaded.status == 0, loaded.err);
  ServedRegistry server(directory);
  REQUIRE(server.program().wait_until([&server] {
    return contains(server.get("/metrics").body, "\ngrunndata_search_ready 1\n");
  }));
  REQUIRE(server.program().wait_until([&server] {
    return contains(server.get("/metrics").body, "\ngrunndata_relations_in_memory 1\n");
  }));
  const std::string metrics = server.get("/metrics").body;
  CHECK_FALSE(contains(metrics, "\ngrunndata_search_nodes 0\n"));
  CHECK_FALSE(contains(metrics, "\ngrunndata_relations 0\n"));
  for (const char* const figure :
       {"grunndata_search_words ", "grunndata_search_bytes ", "grunndata_search_newest_sequence ",
        "grunndata_search_reading_seconds "}) {
    CHECK(contains(metrics, std::string(1, '\n').append(figure)));
  }
  const Answer ready = server.get("/readyz");
  CHECK(ready.status == 200);
  CHECK(contains(ready.body, "[+] search: "));
  CHECK(contains(ready.body, " nodes can be searched\n"));
}

TEST_CASE("a server answers the same over HTTP") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  const Outcome told = ask(directory, {"tree", "310000078", "--as-of", "2022-06-01"});
  ServedRegistry server(directory);
  const Answer tree = server.get("/v1/virksomhet/310000078/tree?format=text&asOf=2022-06-01");
  CHECK(tree.status == 200);
  CHECK(tree.body == told.out);
  const Answer ward = server.get("/v1/virksomhet/RSH:4990050?asOf=2026-03-01");
  CHECK(contains(ward.body, R"("codeText":)"));
  CHECK(contains(ward.body, R"("name":"Hjerteovervåkingen")"));
  const Answer unit = server.post("/v1/virksomhet/lowest-unit",
                                  R"({"hpr":"999000001","asOf":"2026-03-01"})");
  CHECK(contains(unit.body, "310001260"));
  CHECK(server.get("/v1/virksomhet/HPR:999000001").status == 400);
  CHECK(server.stop(SIGTERM).status == 0);
}

TEST_CASE("a question that cannot be answered says why, and ends as the table of statuses says") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  struct Wrong {
    std::vector<std::string> words;
    int status;
    std::string_view told;
  };
  const std::vector<Wrong> all{
      {{"lookup", "310000141"}, 2, "organisasjonsnummer"},
      {{"lookup", "RSH:1"}, 3, "no node"},
      {{"lookup", "nothing"}, 2, "colon"},
      {{"lookup", "310000140", "--recorded-as-of", "0"}, 3, "not known then"},
      {{"lookup", "310000140", "--as-of", "soon"}, 2, "--as-of"},
      {{"lookup", "310000140", "--recorded-as-of", "soon"}, 2, "--recorded-as-of"},
      {{"tree", "310000140", "--relations", "SLEKT"}, 2, "SLEKT"},
      {{"tree", "310000140", "--format", "pdf"}, 2, "pdf"},
      {{"numbers", "310000140", "--to", "ABC"}, 2, "--to"},
  };
  for (const Wrong& wrong : all) {
    CAPTURE(wrong.words.back());
    const Outcome outcome = ask(directory, wrong.words);
    CHECK(outcome.status == wrong.status);
    CHECK(outcome.out.empty());
    CAPTURE(outcome.err);
    CHECK(contains(outcome.err, wrong.told));
  }
}

TEST_CASE("units are found by words, as of a day, and through a running server alike") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  const Outcome ward = ask(directory, {"search", "hjerteovervaking"});
  CHECK(ward.status == 0);
  CHECK(contains(ward.out, "RSH:4990050  Hjerteovervåkingen\n"));
  const std::vector<std::string> then{"search", "sjukehus", "sorvik", "--as-of", "2022-06-01"};
  const Outcome before = ask(directory, then);
  CHECK(contains(before.out, "ENH:310000213  SØRVIK SYKEHUS HF\n"));
  CHECK_FALSE(contains(ask(directory, {"search", "sjukehus", "sorvik"}).out, "310000213"));
  const Outcome json =
      ask(directory, {"search", "310000140", "--type", "JURIDISK_ENHET", "--json"});
  CHECK(contains(json.out, R"("name":"FJORDLAND UNIVERSITETSSYKEHUS HF")"));
  CHECK(contains(json.out, R"("match":"exact"}]})"));
  const Outcome nothing = ask(directory, {"search", "finnesikke"});
  CHECK(nothing.status == 0);
  CHECK(nothing.out.empty());
  CHECK(contains(nothing.err, "nothing was found"));
  const Outcome first = ask(directory, {"search", "sykehus", "--life", "any", "--limit", "1"});
  CHECK(contains(first.err, "--after "));
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"search"}, {"search", "x"}, {"search", "--type", "HUS", "sykehus"},
        {"search", "--source", "avisen", "sykehus"}, {"search", "sykehus", "--after", "0"},
        {"search", "sykehus", "--limit", "101"}, {"search", "--code", "a b"}}) {
    CAPTURE(wrong.back());
    const Outcome refused = ask(directory, wrong);
    CHECK(refused.status == 2);
    CHECK(refused.out.empty());
  }
  const ServedRegistry served(directory);
  CHECK(ask(directory, then).out == before.out);
}
