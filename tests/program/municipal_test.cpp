// Municipal care as its trees show it on two days: home care, nursing homes, a legevakt that went
// to an inter-municipal company, two municipalities that merged, a city's districts. To accept a
// changed mapping: WRITE_GOLDEN=1, then read the difference.
#include "tests/program/running_program.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace grunndata::tests;

namespace {

const std::string folder = "tests/data/virksomhet/kommunal/";

void load(const std::string& directory) {
  const std::vector<std::vector<std::string>> loads{
      {"enhetsregisteret", folder + "enheter.json", folder + "underenheter.json",
       folder + "slettet_ytre_stranda.json"},
      {"enhetsregisteret", "--roles", folder + "roller_iks.json"},
      {"kuraterte", "--complete", folder + "kuratert.json"}};
  for (std::vector<std::string> words : loads) {
    words.insert(words.begin(), "import");
    words.insert(words.end(), {"--data", directory});
    const Outcome outcome = run(words);
    REQUIRE_MESSAGE(outcome.status == 0, outcome.err);
  }
}

/// Without outside ids, which are another registry's every time.
std::string without_ids(std::string json) {
  constexpr std::string_view before = R"("id":")";
  constexpr std::size_t digits = 32;
  for (std::size_t at = json.find(before); at != std::string::npos;
       at = json.find(before, at + before.size())) {
    json.replace(at + before.size(), digits, "-");
  }
  for (std::size_t at = json.find("},{"); at != std::string::npos; at = json.find("},{", at)) {
    json.replace(at, 3, "},\n{"); // a node a line
  }
  return json;
}

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = folder + "golden/" + name;
  if (std::getenv("WRITE_GOLDEN") != nullptr) write_file(path, text);
  CAPTURE(path);
  CHECK(text == read_file(path));
}

struct Root {
  const char* name;
  const char* number;
};
constexpr Root roots[]{{"fjellvik", "320000106"},   {"stranda", "320000734"},
                       {"legevakt", "320000661"},   {"storby", "320001080"},
                       {"bydel-vest", "320001226"}, {"bydel-ost", "320001501"}};

} // namespace

TEST_CASE("municipal care hangs together as its golden trees have it, on both days") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  for (const Root& root : roots) {
    for (const char* date : {"2022-06-01", "2026-03-01"}) {
      const std::string name = std::string(root.name).append("-").append(date);
      std::vector<std::string> words{"virksomhet", "tree",    root.number,
                                     "--data",     directory, "--as-of",
                                     date,         "--relations",
                                     "JURIDISK,EIERSKAP,AVTALE"};
      const Outcome text = run(words);
      CHECK_MESSAGE(text.status == 0, text.err);
      check_golden(name + ".txt", text.out);
      words.insert(words.end(), {"--format", "json"});
      const Outcome json = run(words);
      CHECK_MESSAGE(json.status == 0, json.err);
      check_golden(name + ".json", without_ids(json.out));
    }
  }
  CHECK(run({"check", "--data", directory}).status == 0);
}

TEST_CASE("whose a municipal unit is, and who carries on a municipality, is known on each day") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  load(directory);
  const auto tree = [&](const char* number, const char* date) {
    return run({"virksomhet", "tree", number, "--data", directory, "--as-of", date}).out;
  };
  const std::string legevakt = "ENH:320000599 FJELLVIK LEGEVAKT";
  CHECK(tree("320000106", "2023-12-31").find(legevakt) != std::string::npos);
  CHECK(tree("320000173", "2024-01-01").find(legevakt) == std::string::npos);
  CHECK(tree("320000661", "2024-01-01").find(legevakt) != std::string::npos);
  // both municipalities own the company, so that it hangs under each
  for (const char* owner : {"320000106", "320000734"}) {
    CHECK(tree(owner, "2026-03-01").find(legevakt) != std::string::npos);
  }
  const std::string vestlia = "ENH:320001439 VESTLIA SYKEHJEM";
  CHECK(tree("320001501", "2025-06-30").find(vestlia) != std::string::npos);
  CHECK(tree("320001226", "2025-06-30").find(vestlia) == std::string::npos);
  CHECK(tree("320001226", "2025-07-01").find(vestlia) != std::string::npos);
}
