// `grunndata import kodeverk` and `grunndata kodeverk`: alone, and beside a running server.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <csignal>
#include <doctest/doctest.h>

using namespace grunndata::tests;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

constexpr std::string_view own_list =
    R"({"nr":"8666","tittel":"Tjenestetyper","kilde":"FinnKode","komplett":true,)"
    R"("gyldigFra":"2026-01-01","koder":[{"kode":"05","tekst":"Allmennlege, ny tekst"},)"
    R"({"kode":"06","tekst":"Annet"}]})";

class Directory {
public:
  [[nodiscard]] std::string data() const { return scratch_ / "data"; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return scratch_ / name; }
  Outcome ask(std::vector<std::string> words, const std::string& input = {}) const {
    words.insert(words.end(), {"--data", data()});
    Start start;
    start.words = std::move(words);
    start.input = input;
    start.folder = scratch_.path();
    return run(start);
  }

private:
  ScratchFolder scratch_;
};

void check_story(const Directory& directory) {
  const Outcome listed = directory.ask({"kodeverk", "list"});
  CHECK_MESSAGE(listed.status == 0, listed.err);
  CHECK(contains(listed.out, "9060  36 codes, complete  Kategori helsepersonell\n"));
  CHECK(contains(listed.out, "8666  1 codes, not complete  "));

  write_file(directory / "8666.json", own_list);
  const Outcome added = directory.ask({"import", "kodeverk", "8666.json"});
  CHECK_MESSAGE(added.status == 0, added.err);
  CHECK(contains(added.err, "1 versions added, 0 lists unchanged\n"));
  CHECK(contains(directory.ask({"import", "kodeverk", "-"}, std::string(own_list)).err,
                 "0 versions added, 1 lists unchanged\n"));

  CHECK(directory.ask({"kodeverk", "show", "8666", "05", "--as-of", "2025-12-31"}).out ==
        "05\tAllmennlege\n");
  CHECK(directory.ask({"kodeverk", "show", "8666", "05", "--as-of", "2026-01-01"}).out ==
        "05\tAllmennlege, ny tekst\n");
  CHECK(directory.ask({"kodeverk", "show", "8666", "06", "--as-of", "2026-01-01", "--json"}).out ==
        R"({"number":"8666","complete":true,"code":"06","text":"Annet","active":true,"valid":true})"
        "\n");
  const Outcome shown = directory.ask({"kodeverk", "show", "8666"});
  CHECK(contains(shown.out, "source:   FinnKode\n"));
  CHECK(contains(shown.out, "versions: 2\n\n05\tAllmennlege, ny tekst\n06\tAnnet\n"));
  CHECK(contains(directory.ask({"kodeverk", "show", "organisasjonsform_brreg"}).out,
                 "UTBG\tFrivillig registrert utleiebygg\tinactive\tto 2017-07-18\n"));
  CHECK(contains(directory.ask({"kodeverk", "list", "--json"}).out,
                 R"({"number":"9060","oid":"2.16.578.1.12.4.1.1.9060","title":"Kategori )"));

  const Outcome unknown = directory.ask({"kodeverk", "show", "9060", "le"});
  CHECK(unknown.status == 3);
  CHECK(contains(unknown.err, "the list has no such code; it is complete"));
  CHECK(directory.ask({"kodeverk", "show", "1"}).status == 3);
  CHECK(directory.ask({"kodeverk", "show", "9060", "--as-of", "soon"}).status == 2);
}

} // namespace

TEST_CASE("a new registry has the program's code lists, and takes an operator's in their place") {
  const Directory directory;
  CHECK(directory.ask({"kodeverk", "list"}).status != 0); // reading makes no directory
  const Outcome made = directory.ask({"import", "kodeverk", "-"},
                                     R"({"nr":"x","tittel":"T","kilde":"K","komplett":true,)"
                                     R"("koder":[]})");
  REQUIRE_MESSAGE(made.status == 0, made.err);
  check_story(directory);
  require_sound(directory.data());
}

TEST_CASE("beside a running server code lists are loaded and shown by it, and over HTTP") {
  const Directory directory;
  REQUIRE(import(directory.data(), {"-"}, "").status == 0);
  ServedRegistry server(directory.data());
  CHECK(contains(server.get("/v1/kodeverk/8666/05").body, "\"Allmennlege\""));
  check_story(directory);
  CHECK(contains(server.get("/v1/kodeverk/8666/05").body, "\"Allmennlege, ny tekst\""));
  CHECK(contains(server.get("/v1/kodeverk").body, R"("number":"9060")"));
  CHECK(contains(server.get("/v1/kodeverk/organisasjonsform_brreg/S%C3%86R").body,
                 R"("valid":true)"));
  CHECK(server.get("/v1/kodeverk/1").status == 404);
  CHECK(server.stop(SIGTERM).status == 0);
  require_sound(directory.data());
}

TEST_CASE("files that cannot be taken change nothing, and are named") {
  const Directory directory;
  REQUIRE(import(directory.data(), {"-"}, "").status == 0);
  write_file(directory / "good.json", own_list);
  write_file(directory / "bad.json", R"({"nr":"1"})");
  const Outcome bad = directory.ask({"import", "kodeverk", "good.json", "bad.json"});
  CHECK(bad.status == 2);
  CHECK(contains(bad.err, "bad.json: /tittel is missing"));
  CHECK(directory.ask({"import", "kodeverk", "nowhere.json"}).status == 3);
  const Outcome twice = directory.ask({"import", "kodeverk", "-", "good.json"},
                                      R"({"nr":"8666","tittel":"T","kilde":"K","komplett":true,)"
                                      R"("gyldigFra":"2026-01-01","koder":[]})");
  CHECK(twice.status == 2);
  CHECK(contains(twice.err, "code list 8666 stands there twice for one time"));
  CHECK(contains(directory.ask({"kodeverk", "show", "8666"}).out, "versions: 1\n"));
}
