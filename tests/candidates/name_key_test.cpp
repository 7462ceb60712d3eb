#include "registry/candidates/name_key.h"
#include "registry/candidates/row_fields.h"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <utility>

using namespace grunndata::registry::candidates;

TEST_CASE("a name's key is the same for every way to write it") {
  struct Case {
    std::string_view name, key;
  };
  constexpr std::array cases{
      Case{"Hansen", "hansen"},
      Case{"HANSEN", "hansen"},
      Case{"Åse", "aase"},
      Case{"Aase", "aase"},
      Case{"A\u030Ase", "aase"}, // decomposed
      Case{"Sæther", "saether"},
      Case{"Saether", "saether"},
      Case{"Säther", "saether"},
      Case{"BJØRN", "bjoern"},
      Case{"Björn", "bjoern"},
      Case{"Bjoern", "bjoern"},
      Case{"Bjo\u0308rn", "bjoern"},
      Case{"Anne-Marie", "anne marie"},
      Case{"  Anne   Marie ", "anne marie"},
      Case{"Anne\u2010Marie", "anne marie"},
      Case{"O'Brien", "obrien"},
      Case{"O\u2019Brien", "obrien"},
      Case{"D`Angelo", "dangelo"},
      Case{"Chr. Hansen", "chr hansen"},
      Case{"André", "andre"},
      Case{"Zoë", "zoe"},
      Case{"Müller", "muller"},
      Case{"Guðrún", "gudrun"},
      Case{"Þór", "thor"},
      // Sámi
      Case{"Áilu", "ailu"},
      Case{"Biŋŋá", "binna"},
      Case{"Đuoršu", "duorsu"},
      Case{"Máŧŧe", "matte"},
      Case{"Čáhppe", "cahppe"},
      Case{"ŽUŽA", "zuza"},
      // other neighbours
      Case{"Łukasz", "lukasz"},
      Case{"Nguyễn", "nguyen"},
      Case{"Çelik", "celik"},
      Case{"Straße", "strasse"},
      Case{"Ｈａｎｓｅｎ", "hansen"}, // full width
      Case{"Иван", "ivan"},
      Case{"Παύλος", "paulos"},
      Case{"", ""},
      Case{"  - ", ""},
      Case{"Per2", "per2"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    CHECK(name_key(one.name) == one.key);
    CHECK(name_key(name_key(one.name)) == one.key); // a key is its own key
  }
}

TEST_CASE("bytes that are no UTF-8 part tokens and harm nothing") {
  CHECK(name_key("Han\xFFsen") == "han sen");
  CHECK(name_key("\xC3") == "");
  CHECK(name_key("Han\xFFs\u0301en") == "han sen");
}

TEST_CASE("names that sound alike share a sound, and others do not") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 18> alike{{
      {"kristian", "christian"},
      {"karl", "carl"},
      {"cecilie", "sesilie"},
      {"olsen", "olsson"},
      {"hansen", "hanson"},
      {"bjoern", "bjorn"},
      {"aase", "ase"},
      {"saether", "sather"},
      {"elisabeth", "elizabet"},
      {"filip", "philip"},
      {"torbjoern", "thorbjorn"},
      {"viktor", "wictor"},
      {"maja", "maia"},
      {"schmidt", "schmitt"},
      {"jakob", "jacob"},
      {"mikkel", "mickel"},
      {"aleksander", "alexander"},
      {"hjalmar", "jalmar"},
  }};
  for (const auto& [a, b] : alike) {
    CAPTURE(a);
    CAPTURE(b);
    CHECK(sound_of(a) == sound_of(b));
  }
  constexpr std::array<std::string_view, 8> different{"kari", "kåre", "ola",  "ole",
                                                      "per",  "pål",  "hans", "jens"};
  for (const auto a : different) {
    for (const auto b : different) {
      CHECK((sound_of(name_key(a)) == sound_of(name_key(b))) == (a == b));
    }
  }
  CHECK(!sound_of("h").empty()); // nothing sounds like nothing
}

TEST_CASE("edits are counted with swaps of neighbours") {
  CHECK(is_within_edits("hansen", "hansen", 0));
  CHECK(is_within_edits("hansen", "hanesn", 1));
  CHECK(is_within_edits("hansen", "hanse", 1));
  CHECK(is_within_edits("hansen", "hanssen", 1));
  CHECK(!is_within_edits("hansen", "jensen", 1));
  CHECK(is_within_edits("hansen", "jensen", 2));
  CHECK(!is_within_edits("", "ab", 1));
  CHECK(!is_within_edits(std::string(200, 'a'), std::string(199, 'a'), 1));
}

TEST_CASE("a text is read out of a row as it stands, without the objects inside it") {
  std::string room;
  const std::string row =
      R"({"isValid":true,"source":"familyName","originalName":{"familyName":"Nei"},)"
      R"("list":["familyName"],"givenName":null,"number":5,)"
      R"("familyName":"Hau\u00e5 \"Q\" \ud83d\ude00"})";
  const std::size_t metadata = row.find(R"(,"originalName")");
  CHECK(text_of(row, metadata, "familyName", room) == "Hauå \"Q\" \U0001F600");
  CHECK(!text_of(row, metadata, "givenName", room));
  CHECK(!text_of(row, metadata, "number", room));
  CHECK(!text_of(row, metadata, "source", room)); // of the metadata
  CHECK(!text_of(row, metadata, "absent", room));
  CHECK(!text_of("{}", 1, "familyName", room));
  CHECK(!text_of("", 0, "familyName", room));
  CHECK(text_of(R"({"familyName":""})", 1, "familyName", room) == "");
  for (std::size_t size = 0; size < row.size(); ++size) { // cut off anywhere: no harm
    const auto text = text_of(std::string_view(row).substr(0, size), metadata, "familyName", room);
    CHECK((!text || text->size() <= row.size()));
  }
}

TEST_CASE("texts are found whatever they stand in") {
  std::multimap<std::string, std::string> texts;
  for_each_text(
      R"({"a":"1","b":{"c":"2","d":["3","4"]},"e":5,"f":null})",
      [&](std::string_view property, std::string_view text) { texts.emplace(property, text); });
  CHECK(texts ==
        std::multimap<std::string, std::string>{{"a", "1"}, {"c", "2"}, {"d", "3"}, {"d", "4"}});
}
