// Each sample document, mapped, against a file that was read by a human. To write the files anew:
// GRUNNDATA_WRITE_GOLDEN=1, and read the difference.
#include "importers/folkeregisteret/person_mapping.h"
#include "tests/importers/person_json.h"

#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace fs = std::filesystem;
using namespace grunndata;
using namespace grunndata::importers::folkeregisteret;

namespace {

const fs::path samples = "tests/data/folkeregisteret";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void check_golden(const fs::path& path, const std::string& text) {
  if (std::getenv("GRUNNDATA_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  CHECK_MESSAGE(read(path) == text, path.string());
}

std::vector<fs::path> documents() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(samples)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name[0] >= '0' && name[0] <= '9') paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

} // namespace

TEST_CASE("every sample document maps to its golden person and facts, leaving nothing out") {
  PersonMapper mapper{MappingOptions{}};
  registry::SourceRecord record;
  MappingReport report;
  const std::vector<fs::path> paths = documents();
  REQUIRE(paths.size() == 15);
  for (const fs::path& path : paths) {
    const auto mapped = mapper.map(read(path), record, report);
    REQUIRE_MESSAGE(mapped.has_value(), path.string());
    const fs::path golden = samples / "golden" / path.filename();
    check_golden(golden, person_json(record));
    check_golden(fs::path(golden).replace_extension(".facts"), facts_text(record));
  }
  // The DUF number of two samples has wrong check digits; the last sample holds values that the
  // contract lacks. Nothing else is odd.
  CHECK(report.count(Oddity::bad_identifier) == 2);
  CHECK(report.count(Oddity::unknown_value) == 4);
  // A guardian's citizenship is one where the contract has a list.
  CHECK(report.count(Oddity::wrong_shape) == 8);
  CHECK(report.counts().size() == 6);
}
