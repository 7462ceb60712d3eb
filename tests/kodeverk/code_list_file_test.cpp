// Files of code lists: what is taken, and what is refused with its place.
#include "importers/kodeverk/code_list_file.h"
#include "tests/kodeverk/lists.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <fstream>

using namespace grunndata;
using namespace grunndata::importers::kodeverk;
using registry::ErrorCode;
using registry::stories::day;

namespace {

constexpr std::string_view head =
    R"({"nr":9060,"tittel":"Kategori","kilde":"Volven","komplett":true,)";

std::string with(std::string_view rest) { return std::string(head) + std::string(rest) + "}"; }

std::string fault(std::string_view json) {
  const auto list = read_code_list(json);
  REQUIRE_FALSE(list.has_value());
  CHECK(list.error().code == ErrorCode::invalid);
  return list.error().message;
}

void write(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

} // namespace

TEST_CASE("a list is read with everything it says") {
  const auto list = read_code_list(
      with(R"("oid":"1.2.3","versjon":"7","merknad":null,"gyldigFra":"2025-01-01","antall":2,)"
           R"("koder":[{"kode":"LE","tekst":"Lege"},{"kode":"MT","tekst":"Manuellterapeut",)"
           R"("aktiv":false,"gyldigFra":"2001-01-01","gyldigTil":"2017-12-31"}])"));
  REQUIRE_MESSAGE(list.has_value(), list.error().message);
  CHECK(list->number == "9060");
  CHECK(list->oid == "1.2.3");
  CHECK(list->version == "7");
  CHECK(list->note.empty());
  CHECK(list->complete);
  CHECK(list->valid_from == day("2025-01-01"));
  REQUIRE(list->codes.size() == 2);
  CHECK(list->codes[0].active);
  CHECK_FALSE(list->codes[0].valid_to.has_value());
  CHECK_FALSE(list->codes[1].active);
  CHECK(list->codes[1].valid_from == day("2001-01-01"));
  CHECK(list->codes[1].valid_to == day("2018-01-01")); // the last day is one of its days
}

TEST_CASE("a file that is not such a list is refused where it is wrong") {
  CHECK(fault("") == "it is not JSON");
  CHECK(fault("[]") == "it is not one JSON object");
  CHECK(fault("{\"nr\":\"\xff\"}") == "it is not JSON");
  CHECK(fault(R"({"nr":"1"})") == "/tittel is missing");
  CHECK(fault(with(R"("koder":null)")) == "/koder is missing");
  CHECK(fault(with(R"("koder":{})")) == "/koder is not a list");
  CHECK(fault(with(R"("koder":[1])")) == "/koder/0 is not an object");
  CHECK(fault(with(R"("koder":[{"kode":"A","tekst":"B"},{"kode":"C"}])")) ==
        "/koder/1/tekst is missing");
  CHECK(fault(with(R"("koder":[{"kode":1,"tekst":"B"}])")) == "/koder/0/kode is not text");
  CHECK(fault(with(R"("koder":[{"kode":"A","tekst":"B","aktiv":"ja"}])")) ==
        "/koder/0/aktiv is not true or false");
  CHECK(fault(with(R"("koder":[{"kode":"A","tekst":"B","gyldigtil":"2020-01-01"}])")) ==
        "/koder/0/gyldigtil is a member that is not known");
  CHECK(fault(with(R"("koder":[{"kode":"A","tekst":"B","gyldigTil":"2021-02-29"}])")) ==
        "/koder/0/gyldigTil is not a date, YYYY-MM-DD");
  CHECK(fault(with(R"("koder":[],"antall":1)")) == "/antall is not how many codes there are");
  CHECK(fault(with(R"("koder":[],"antall":"1")")) == "/antall is not a count");
  CHECK(fault(with(R"("koder":[],"farge":1)")) == "/farge is a member that is not known");
  CHECK(fault(with(R"("koder":[{"kode":"A","tekst":"B"},{"kode":"A","tekst":"B"}])")) ==
        "code A stands there twice for one time");
}

TEST_CASE("a file or a folder of them is read, and the one that is wrong is named") {
  const registry::stories::ScratchDirectory scratch;
  const auto folder = scratch.path();
  std::filesystem::create_directories(folder);
  const auto empty = read_code_lists(folder);
  REQUIRE_FALSE(empty.has_value());
  CHECK(empty.error().code == ErrorCode::invalid);
  write(folder / "b.json", with(R"("koder":[])"));
  write(folder / "a.json", R"({"nr":"x-1","tittel":"T","kilde":"K","komplett":false,"koder":[]})");
  write(folder / "notes.txt", "nothing");
  const auto lists = read_code_lists(folder);
  REQUIRE_MESSAGE(lists.has_value(), lists.error().message);
  REQUIRE(lists->size() == 2);
  CHECK(lists->front().number == "x-1");
  CHECK(read_code_lists(folder / "b.json").value().size() == 1);
  write(folder / "c.json", "{");
  const auto broken = read_code_lists(folder);
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().message == (folder / "c.json").string() + ": it is not JSON");
  CHECK(read_code_lists(folder / "d.json").error().code == ErrorCode::not_found);
}

TEST_CASE("the lists of the program are whole, say where they are from, and can be kept") {
  registry::stories::Town town;
  const auto kodeverk = registry::Kodeverk::open(town.registry());
  REQUIRE(kodeverk.has_value());
  const auto& shipped = shipped_code_lists();
  CHECK(shipped.size() >= 20);
  const auto kept = (*kodeverk)->ship(shipped);
  REQUIRE_MESSAGE(kept.has_value(), kept.error().message);
  CHECK(kept->added == shipped.size());
  const auto lists = (*kodeverk)->lists();
  const registry::ListTime now{day("2026-01-01"), {}};
  CHECK(lists->judge("9060", "LE", now).text() == "Lege");
  CHECK(lists->judge("9060", "LE", now).list_complete);
  CHECK(lists->judge("organisasjonsform_brreg", "SÆR", now).standing ==
        registry::CodeStanding::valid);
  CHECK(lists->judge("organisasjonsform_brreg", "UTBG", now).standing ==
        registry::CodeStanding::ended);
  CHECK(lists->judge("8624", "05", now).text() == "Avdeling");
  CHECK_FALSE(lists->judge("1303", "01.110", now).list_complete);
  CHECK(lists->judge("1303", "86.102", now).text() != lists->judge("1305", "86.102", now).text());
}
