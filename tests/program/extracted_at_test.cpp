// Which of two documents about a person holds: the one that was read later, not the one that says
// so.
#include "tests/program/population.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>

using namespace grunndata::tests;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string seen(const std::string& directory, const std::string& number) {
  return run({"lookup", "--data", directory, "--parts", "Name,Status,Death"}, number + "\n").out;
}

Outcome import_at(const std::string& directory, const std::string& when, const std::string& text) {
  return import(directory, {"--extracted-at", when, "-"}, text);
}

/// A person who is dead, or the same one alive: as Folkeregisteret writes it after an annulment.
std::string life(const std::string& number, bool dead) {
  std::string text = small_document(number, "NORD");
  text.resize(text.size() - 2); // "}\n"
  text += R"(,"status":[{"ajourholdstidspunkt":")";
  text += dead ? "2026-02-11T15:48:22+01:00" : "2020-10-25T03:12:44+01:00";
  text += R"(","erGjeldende":true,"status":")";
  text += dead ? R"(doed"}],"doedsfall":{"ajourholdstidspunkt":"2026-02-11T15:48:22+01:00",)"
                 R"("erGjeldende":true,"doedsdato":"2026-02-10"})"
               : R"(bosatt"}])";
  return text + "}\n";
}

/// `own` carries on from `ceased`.
std::string merged(const std::string& own, const std::string& ceased) {
  return R"({"identifikasjonsnummer":[{"ajourholdstidspunkt":"2024-05-01T10:00:00+02:00",)"
         R"("erGjeldende":true,"status":"iBruk","foedselsEllerDNummer":")" +
         own +
         R"(","identifikatortype":"foedselsnummer"},{"ajourholdstidspunkt":)"
         R"("2024-05-01T10:00:00+02:00","erGjeldende":false,"status":"opphoert",)"
         R"("foedselsEllerDNummer":")" +
         ceased +
         R"(","identifikatortype":"foedselsnummer"}],"navn":[{"erGjeldende":true,)"
         R"("fornavn":"KARI","etternavn":"SAMLET"}]})" +
         "\n";
}

} // namespace

TEST_CASE("a death that was annulled stays annulled although its rows are older") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string number = synthetic_number(1);
  REQUIRE(import_at(directory, "2026-02-12T00:00:00Z", life(number, true)).status == 0);
  CHECK(contains(seen(directory, number), R"("status":"Deceased")"));

  const Outcome annulled = import_at(directory, "2026-02-13", life(number, false));
  CHECK(number_field(annulled.out, "written") == 1);
  CHECK(contains(seen(directory, number), R"("status":"Resident")"));
  CHECK(!contains(seen(directory, number), "deceasedDate"));

  const Outcome older = import_at(directory, "2026-02-12T12:00:00Z", life(number, true));
  CHECK(older.status == 0);
  CHECK(number_field(older.out, "superseded") == 1);
  CHECK(contains(seen(directory, number), R"("status":"Resident")"));
  // Equal to what is stored, read earlier or later: nothing to write.
  CHECK(number_field(import_at(directory, "2026-02-20", life(number, false)).out, "unchanged") ==
        1);
  require_sound(directory);
}

TEST_CASE("of two files the one that was read later wins, in whatever order they are loaded") {
  const std::string number = synthetic_number(2);
  const std::string early = small_document(number, "FOERST", "2025-01-01T00:00:00Z");
  const std::string late = small_document(number, "SIST", "2020-01-01T00:00:00Z");
  for (const bool swapped : {false, true}) {
    const ScratchFolder scratch;
    const std::string directory = scratch / "data";
    if (swapped) REQUIRE(import_at(directory, "2026-03-02", late).status == 0);
    REQUIRE(import_at(directory, "2026-03-01", early).status == 0);
    if (!swapped) REQUIRE(import_at(directory, "2026-03-02", late).status == 0);
    CHECK(contains(seen(directory, number), R"("familyName":"SIST")"));
    require_sound(directory);
  }
}

TEST_CASE("of duplicates inside one extract the one registered last wins") {
  const std::string number = synthetic_number(3);
  const std::string early = small_document(number, "FOERST", "2020-01-01T00:00:00Z");
  const std::string late = small_document(number, "SIST", "2025-01-01T00:00:00Z");
  for (const std::string& text : {early + late, late + early}) {
    const ScratchFolder scratch;
    const std::string directory = scratch / "data";
    const Outcome outcome = import_at(directory, "2026-03-01", text);
    CHECK(outcome.status == 0);
    check_summary(outcome, 2);
    CHECK(contains(seen(directory, number), R"("familyName":"SIST")"));
    // In two files of one extract it is the same.
    const Outcome again = import_at(directory, "2026-03-01", early);
    CHECK(number_field(again.out, "written") == 0);
    CHECK(contains(seen(directory, number), R"("familyName":"SIST")"));
    require_sound(directory);
  }
}

TEST_CASE("a merge finds the survivor by both numbers, and a split gives each its own again") {
  const std::string own = synthetic_number(4);
  const std::string ceased = synthetic_number(5);
  const std::string one = small_document(own, "EN");
  const std::string two = small_document(ceased, "TO");
  for (const bool swapped : {false, true}) {
    const ScratchFolder scratch;
    const std::string directory = scratch / "data";
    REQUIRE(import_at(directory, "2026-03-01", swapped ? two + one : one + two).status == 0);
    CHECK(contains(seen(directory, ceased), R"("familyName":"TO")"));

    REQUIRE(import_at(directory, "2026-03-02", merged(own, ceased)).status == 0);
    for (const std::string& number : {own, ceased}) {
      CHECK_MESSAGE(contains(seen(directory, number), R"("familyName":"SAMLET")"),
                    seen(directory, number));
    }
    require_sound(directory);
    // What was known before the merge stays known. (The first load took two places in the log.)
    const Outcome before = run(
        {"lookup", "--data", directory, "--recorded-as-of", "2", "--parts", "Name"}, ceased + "\n");
    CHECK_MESSAGE(contains(before.out, R"("familyName":"TO")"), before.out);

    REQUIRE(import_at(directory, "2026-03-03", swapped ? two + one : one + two).status == 0);
    CHECK(contains(seen(directory, own), R"("familyName":"EN")"));
    CHECK(contains(seen(directory, ceased), R"("familyName":"TO")"));
    require_sound(directory);
  }
}

TEST_CASE("a merge whose documents come in another order ends in the same persons") {
  const std::string own = synthetic_number(6);
  const std::string ceased = synthetic_number(7);
  const std::string before = small_document(ceased, "TO");
  for (const bool swapped : {false, true}) {
    const ScratchFolder scratch;
    const std::string directory = scratch / "data";
    if (swapped) REQUIRE(import_at(directory, "2026-03-02", merged(own, ceased)).status == 0);
    REQUIRE(import_at(directory, "2026-03-01", before).status == 0);
    if (!swapped) REQUIRE(import_at(directory, "2026-03-02", merged(own, ceased)).status == 0);
    for (const std::string& number : {own, ceased}) {
      CHECK_MESSAGE(contains(seen(directory, number), R"("familyName":"SAMLET")"),
                    seen(directory, number));
    }
    require_sound(directory);
  }
}
