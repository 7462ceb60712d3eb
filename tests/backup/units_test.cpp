// The units of the nightly backup and the weekly verification: as closed as the server's, and made
// of settings and words that the program knows.
#include "tests/backup/place.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

using namespace grunndata::tests;

namespace {

constexpr const char* folder = "tools/systemd/";
constexpr std::string_view installed_program = "/usr/bin/grunndata";
/// `systemd-analyze security`, in tenths: 0 is closed, 100 is open.
constexpr int exposure_max = 15;

std::vector<std::string> lines_in(const std::string& unit) {
  std::istringstream file(read_file(folder + unit));
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#' && line.front() != '[') lines.push_back(line);
  }
  REQUIRE_FALSE(lines.empty());
  return lines;
}

std::vector<std::string> values(const std::string& unit, const std::string& name) {
  std::vector<std::string> found;
  for (const std::string& line : lines_in(unit)) {
    if (line.starts_with(name + "=")) found.push_back(line.substr(name.size() + 1));
  }
  return found;
}

/// The sandbox of a unit: what no backup has to do with.
std::vector<std::string> sandbox_of(const std::string& unit) {
  auto lines = lines_in(unit);
  std::erase_if(lines, [](const std::string& line) {
    return !line.starts_with("Protect") && !line.starts_with("Private") &&
           !line.starts_with("SystemCall") && !line.starts_with("Capability") &&
           !line.starts_with("NoNew") && !line.starts_with("Memory") && !line.starts_with("Lock") &&
           !line.starts_with("UMask");
  });
  std::erase(lines, "PrivateNetwork=yes");
  return lines;
}

bool has_systemd_analyze() {
  if (shell("command -v systemd-analyze").status == 0) return true;
  MESSAGE("systemd-analyze is not installed: what systemd makes of the units is NOT checked");
  return false;
}

} // namespace

TEST_CASE("the units of backups are as closed as the server's and know their settings") {
  for (const std::string unit : {"grunndata-backup.service", "grunndata-backup-verify.service"}) {
    CAPTURE(unit);
    CHECK(sandbox_of(unit) == sandbox_of("grunndata.service"));
    CHECK(values(unit, "User") == values("grunndata.service", "User"));
    Start start;
    std::istringstream words(values(unit, "ExecStart").at(0));
    for (std::string word; words >> word;) start.words.push_back(word);
    CHECK(start.words.front() == installed_program);
    start.words.erase(start.words.begin());
    start.words.push_back("--help");
    CHECK(run(start).status == 0);
    start.words = {"config", "show"};
    for (std::string variable : values(unit, "Environment")) {
      const std::size_t equals = variable.find('=');
      std::string value = variable.substr(equals + 1);
      if (value.starts_with("%d/")) value.replace(0, 2, "/run/credentials/" + unit);
      start.environment[variable.substr(0, equals)] = value;
    }
    const Outcome shown = run(start);
    CHECK_MESSAGE(shown.status == 0, shown.err);
    for (const auto& [name, value] : start.environment) CHECK(contains(shown.out, value));
  }
  // What the server has to be told for it is in its unit, ready to be put in force.
  const std::string server = read_file(folder + std::string("grunndata.service"));
  for (const char* line : {"LoadCredential=backup.key:/etc/grunndata/credentials/backup.key",
                           "Environment=GRUNNDATA_BACKUP__KEY_FILE=%d/backup.key",
                           "Environment=GRUNNDATA_BACKUP__DIRECTORY=/var/backups/grunndata",
                           "ReadWritePaths=/var/backups/grunndata"}) {
    CAPTURE(line);
    const auto lines = lines_in("grunndata-backup.service");
    CHECK(std::ranges::find(lines, line) != lines.end());
    CHECK(contains(server, "#" + std::string(line) + "\n"));
  }
}

TEST_CASE("systemd finds no fault in the units of backups, and rates them as closed") {
  if (!has_systemd_analyze()) return;
  const ScratchFolder scratch;
  for (const std::string name : {"grunndata-backup", "grunndata-backup-verify"}) {
    CAPTURE(name);
    std::string text = read_file(folder + name + ".service");
    text.replace(text.find(installed_program), installed_program.size(),
                 std::getenv("TEST_PROGRAM"));
    write_file(scratch / (name + ".service"), text);
    write_file(scratch / (name + ".timer"), read_file(folder + name + ".timer"));
    const Outcome verified =
        shell("cd " + scratch.path().string() + " && systemd-analyze verify --man=no " + name +
              ".timer " + name + ".service");
    CHECK_MESSAGE(verified.status == 0, verified.err);
    CHECK_MESSAGE(!contains(verified.err, name), verified.err);
    if (shell("systemd-analyze --help | grep -q -- --offline").status != 0) continue;
    const Outcome rated = shell("systemd-analyze security --no-pager --offline=true --threshold=" +
                                std::to_string(exposure_max) + " " + scratch / (name + ".service"));
    CHECK_MESSAGE(rated.status == 0, rated.out);
  }
}
