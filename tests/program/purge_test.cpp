// Somebody comes to hide, and what that leaves of their address: the whole program, from outside.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>
#include <filesystem>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view planted = "Plantestubben";

/// A document with further elements behind the small one.
std::string document(const std::string& number, const std::string& elements) {
  std::string text = small_document(number, "NORD");
  text.resize(text.size() - 2); // "}\n"
  return text + elements + "}\n";
}

std::string at_home(const std::string& number) {
  return document(number,
                  R"(,"foedsel":[{"foedselsaar":"1984","foedested":"Plantestubben sykehus"}],)"
                  R"("bostedsadresse":[{"erGjeldende":true,"adressegradering":"ugradert",)"
                  R"("vegadresse":{"kommunenummer":"0301","adressenavn":"Plantestubben",)"
                  R"("adressenummer":{"husnummer":"66"}}}])");
}

/// The source still has the address, in places known and unknown.
std::string hiding(const std::string& number) {
  return document(number,
                  R"(,"foedsel":[{"foedselsaar":"1984","foedested":"Plantestubben sykehus"}],)"
                  R"("adressebeskyttelse":[{"erGjeldende":true,)"
                  R"("graderingsnivaa":"strengtFortrolig"}],"bostedsadresse":[{)"
                  R"("adressegradering":"strengtFortrolig","vegadresse":{"kommunenummer":"0301",)"
                  R"("adressenavn":"Plantestubben"}}],"postadresse":[{"erGjeldende":true,)"
                  R"("adressegradering":"ugradert","postboksadresse":{"postboks":"9999"}}],)"
                  R"("nyttElement":{"adressenavn":"Plantestubben"})");
}

std::string seen(const std::string& directory, const std::string& number) {
  return run({"lookup", "--data", directory, "--history"}, number + "\n").out;
}

bool tells(const std::string& text, std::string_view what = planted) {
  return text.find(what) != std::string::npos;
}

/// Names of files below the folder with the planted street in their bytes.
std::vector<std::string> telling_files(const fs::path& folder) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && tells(read_file(entry.path()))) {
      found.push_back(entry.path().filename().string());
    }
  }
  return found;
}

} // namespace

TEST_CASE("nothing is left of the address of somebody who hides, and nothing brings it back") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string number = synthetic_number(1);
  REQUIRE(import(directory, {"--extracted-at", "2024-01-01", "-"}, at_home(number)).status == 0);
  CHECK(tells(seen(directory, number)));
  CHECK_FALSE(telling_files(scratch.path()).empty());
  fs::copy(directory, scratch / "copy", fs::copy_options::recursive);

  const Outcome raised = import(directory, {"--extracted-at", "2024-02-01", "-"}, hiding(number));
  CHECK_MESSAGE(raised.status == 0, raised.err);
  CHECK(number_field(raised.out, "written") == 1);
  const std::string shown = seen(directory, number);
  CHECK_FALSE(tells(shown));
  CHECK(tells(shown, R"("postBoxIdentification":"9999")"));
  CHECK(tells(shown, R"("birthYear":"1984")"));
  CHECK(tells(shown, "StrictlyConfidential"));
  CHECK(telling_files(directory).empty());
  CHECK(run({"purge", "list", "--data", directory}).err == "nothing waits\n");

  // What is kept gives the same again, and the same record is the same.
  CHECK(run({"rebuild", "--data", directory, "--progress", "none"}).status == 0);
  CHECK(run({"check", "--data", directory, "--deep", "--progress", "none"}).status == 0);
  CHECK(telling_files(directory).empty());
  const Outcome again = import(directory, {"--extracted-at", "2024-03-01", "-"}, hiding(number));
  CHECK(number_field(again.out, "unchanged") == 1);
  const Outcome older = import(directory, {"--extracted-at", "2024-01-15", "-"}, at_home(number));
  CHECK(number_field(older.out, "superseded") == 1);
  CHECK(telling_files(directory).empty());

  // The register beside it is the owner's, and tells nobody who.
  const fs::path purges = directory + ".purges";
  CHECK((fs::status(purges).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK_FALSE(tells(read_file(purges), number));

  // An old copy put back is purged before it answers.
  fs::remove_all(directory);
  fs::copy(scratch / "copy", directory, fs::copy_options::recursive);
  CHECK_FALSE(telling_files(directory).empty());
  CHECK_FALSE(tells(seen(directory, number)));
  const Outcome ran = run({"purge", "run", "--data", directory});
  CHECK_MESSAGE(ran.status == 0, ran.err);
  CHECK(telling_files(directory).empty());
  CHECK(run({"check", "--data", directory, "--deep", "--progress", "none"}).status == 0);
}

TEST_CASE("more purges an hour than allowed wait for an operator, also beside a running server") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::string homes, hidden;
  for (std::size_t i = 0; i < 3; ++i) {
    homes += at_home(synthetic_number(i));
    hidden += hiding(synthetic_number(i));
  }
  REQUIRE(import(directory, {"--extracted-at", "2024-01-01", "-"}, homes).status == 0);
  write_file(scratch / "grunndata.toml", "[purge]\nper_hour_max = 2\n");
  const std::string config = scratch / "grunndata.toml";
  const Outcome raised =
      import(directory, {"--config", config, "--extracted-at", "2024-02-01", "-"}, hidden);
  CHECK(raised.status == 0);
  CHECK_MESSAGE(tells(raised.err, "3 purges wait"), raised.err);
  CHECK_FALSE(tells(seen(directory, synthetic_number(0)))); // nobody is shown anything meanwhile

  ServedRegistry served(directory, {"--config", config});
  const Outcome listed = run({"purge", "list", "--json", "--data", directory});
  CHECK(lines_of(listed.out).size() == 3);
  CHECK_MESSAGE(tells(listed.err, "purge confirm"), listed.err);
  CHECK(run({"purge", "run", "--data", directory}).status == 4);
  const Outcome confirmed = run({"purge", "confirm", "--data", directory});
  CHECK_MESSAGE(confirmed.status == 0, confirmed.err);
  CHECK(telling_files(directory).empty());
  CHECK(served.stop(SIGTERM).status == 0);
}

TEST_CASE("a data directory that knows purges is not opened without its register") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string number = synthetic_number(1);
  REQUIRE(import(directory, {"--extracted-at", "2024-01-01", "-"}, at_home(number)).status == 0);
  REQUIRE(import(directory, {"--extracted-at", "2024-02-01", "-"}, hiding(number)).status == 0);
  fs::rename(directory + ".purges", scratch / "kept");
  const Outcome refused = run({"lookup", "--data", directory}, number + "\n");
  CHECK(refused.status == 4);
  CHECK_MESSAGE(tells(refused.err, "purge register"), refused.err);
  write_file(scratch / "grunndata.toml", "[purge]\nregister = \"" + (scratch / "kept") + "\"\n");
  CHECK(run({"lookup", "--data", directory, "--config", scratch / "grunndata.toml"}, number + "\n")
            .status == 0);
}
