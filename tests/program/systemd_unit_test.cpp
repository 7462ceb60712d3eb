// The unit file: what it promises, and what systemd itself makes of it; and what the program sees
// to whoever starts it.
#include "tests/program/running_program.h"

#include <algorithm>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>

using namespace grunndata::tests;

namespace {

constexpr const char* unit_path = "tools/systemd/grunndata.service";
constexpr const char* installed_program = "/usr/bin/grunndata";
/// `systemd-analyze security`, in tenths: 0 is closed, 100 is open. What is left is the network.
constexpr int exposure_max = 15;

std::vector<std::string> settings_of_unit() {
  std::ifstream file(unit_path);
  std::vector<std::string> settings;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#' && line.front() != '[') settings.push_back(line);
  }
  return settings;
}

/// Values of all lines with that name.
std::vector<std::string> values(std::string_view name) {
  std::vector<std::string> found;
  const std::string key = std::string(name) + "=";
  for (const std::string& line : settings_of_unit()) {
    if (line.starts_with(key)) found.push_back(line.substr(key.size()));
  }
  return found;
}

/// The unit with the program of this build, so that systemd finds what it would start.
std::string write_unit(const ScratchFolder& scratch) {
  std::string text = read_file(unit_path);
  const std::size_t at = text.find(std::string("ExecStart=").append(installed_program));
  REQUIRE(at != std::string::npos);
  text.replace(at + std::string_view("ExecStart=").size(),
               std::string_view(installed_program).size(), std::getenv("TEST_PROGRAM"));
  write_file(scratch / "grunndata.service", text);
  return scratch / "grunndata.service";
}

bool has_systemd_analyze() {
  if (shell("command -v systemd-analyze").status == 0) return true;
  MESSAGE("systemd-analyze is not installed: what systemd makes of the unit is NOT checked");
  return false;
}

TEST_CASE("the unit closes what the server does not need") {
  for (const char* line :
       {"NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
        "PrivateDevices=yes", "PrivateUsers=yes", "ProtectProc=invisible", "CapabilityBoundingSet=",
        "MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes", "RestrictSUIDSGID=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX", "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources",
        "UMask=0077", "StateDirectoryMode=0700", "LimitCORE=0"}) {
    CAPTURE(line);
    const auto settings = settings_of_unit();
    CHECK(std::ranges::find(settings, line) != settings.end());
  }
  REQUIRE(values("User").size() == 1);
  CHECK(values("User").front() != "root");
}

TEST_CASE("keys reach the service as credentials, and its own folder of them stays closed") {
  CHECK_FALSE(values("LoadCredential").empty());
  CHECK(values("InaccessiblePaths") == std::vector<std::string>{"-/etc/grunndata/credentials"});
  for (const std::string& variable : values("Environment")) {
    CAPTURE(variable);
    CHECK(variable.starts_with("GRUNNDATA_"));
    // A path, never a secret itself: the environment of a process is no secret.
    const std::string value = variable.substr(variable.find('=') + 1);
    CHECK((value.starts_with("/") || value.starts_with("%d/")));
  }
}

TEST_CASE("the program knows every setting that the unit gives it") {
  Start start;
  start.words = {"config", "show"};
  for (std::string variable : values("Environment")) {
    const std::size_t equals = variable.find('=');
    std::string value = variable.substr(equals + 1);
    if (value.starts_with("%d/")) value.replace(0, 2, "/run/credentials/grunndata.service");
    start.environment[variable.substr(0, equals)] = value;
  }
  const Outcome shown = run(start);
  CHECK_MESSAGE(shown.status == 0, shown.err);
  for (const auto& [name, value] : start.environment) {
    CAPTURE(name);
    CHECK(shown.out.find(value) != std::string::npos);
  }
}

TEST_CASE("systemd finds no fault in the unit") {
  if (!has_systemd_analyze()) return;
  const ScratchFolder scratch;
  const Outcome verified = shell("systemd-analyze verify --man=no " + write_unit(scratch));
  CHECK_MESSAGE(verified.status == 0, verified.err);
  CHECK_MESSAGE(verified.err.find("grunndata.service") == std::string::npos, verified.err);
}

TEST_CASE("systemd rates the sandbox as closed as it can be for a service with a network") {
  if (!has_systemd_analyze()) return;
  if (shell("systemd-analyze --help | grep -q -- --offline").status != 0) {
    MESSAGE("this systemd-analyze cannot rate a file: the exposure of the unit is NOT checked");
    return;
  }
  const ScratchFolder scratch;
  const Outcome rated = shell("systemd-analyze security --no-pager --offline=true --threshold=" +
                              std::to_string(exposure_max) + " " + write_unit(scratch));
  CHECK_MESSAGE(rated.status == 0, rated.out);
}

TEST_CASE("the program leaves no core dump, whoever started it") {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_CORE, &limit) == 0);
  if (limit.rlim_max == 0) MESSAGE("core dumps are forbidden here before the program forbids them");
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_CORE, &limit) == 0);
  const ScratchFolder scratch;
  Start start;
  start.words = {"import", "folkeregisteret", "--data", scratch / "data", "-"};
  start.piped = true; // so that it waits
  RunningProgram program(start);
  const std::string limits = "/proc/" + std::to_string(program.id()) + "/limits";
  const bool forbidden = program.wait_until([&] {
    std::istringstream lines(read_file(limits));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string max, core, file, size, soft, hard;
      words >> max >> core >> file >> size >> soft >> hard;
      if (core == "core") return soft == "0" && hard == "0";
    }
    return false;
  });
  CHECK(forbidden);
  program.close_input();
  CHECK(program.wait().status == 0);
}

} // namespace
