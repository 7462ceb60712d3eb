// What the log of who looked tells those who may read it, but have no legal basis.
#include "registry/audit/log.h"
#include "tests/api/registry_fixture.h"
#include "tests/leak/compare.h"
#include "tests/leak/people.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>
#include <memory>

using namespace grunndata;
using namespace grunndata::leak;
using api::http::Method;
using registry::Access;

namespace {

std::unique_ptr<registry::audit::Log> open_log(const std::string& directory) {
  registry::audit::LogOptions options;
  options.directory = directory;
  options.segment_bytes = 1U << 20U;
  auto log = registry::audit::Log::open(std::move(options));
  REQUIRE_MESSAGE(log.has_value(), (log ? std::string() : log.error().message));
  return std::move(*log);
}

/// Looks the person up as callers of both classes do.
void look_up(World& world, Access access) {
  const bool with_basis = access == Access::legal_basis;
  const std::string path = with_basis ? "/api/legal-basis" : "/api/no-legal-basis";
  for (const char* history : {"", "&includeHistory=true"}) {
    const Told told = world.ask(
        access, {Method::post,
                 path + "/person/get-by-nin?informationParts=ResidentialAddress,Birth" + history,
                 "nin=" + api::fnr(1),
                 {{"api-version", "2"}, {"Content-Type", "application/x-www-form-urlencoded"}}});
    CHECK(told.status == 200);
  }
}

/// What the log tells a caller without legal basis, by person and by search.
std::string read_log(World& world) {
  std::string all;
  Normal normal(Access::no_legal_basis);
  for (const std::string& target : {"/v1/audit/person/" + world.ids_of(api::fnr(1)).front(),
                                    std::string("/v1/audit/records")}) {
    const Told told = world.ask(Access::no_legal_basis, {Method::get, target});
    CHECK(told.status == 200);
    all += normal.of(told);
  }
  constexpr std::string_view time = R"("time":")";
  for (auto at = all.find(time); at != all.npos; at = all.find(time, at + time.size())) {
    const auto begin = at + time.size();
    all.replace(begin, all.find('"', begin) - begin, "then");
  }
  return all;
}

/// `looks`: callers of which class looked the person up before.
std::string log_of(const Document& person, Access looks) {
  const tests::ScratchFolder folder;
  const auto log = open_log(folder / "audit");
  World world(log.get());
  world.import({person});
  look_up(world, looks);
  return read_log(world);
}

Document hidden_person() {
  Document person = somebody(api::fnr(1), Fields::with_places);
  grade(person, Level::confidential);
  add_addresses(person, Level::confidential);
  return person;
}

} // namespace

TEST_CASE(
    "the log of look-ups without legal basis does not tell a protected person from the twin") {
  CHECK(log_of(hidden_person(), Access::no_legal_basis) ==
        log_of(somebody(api::fnr(1), Fields::without_places), Access::no_legal_basis));
}

TEST_CASE("the log does not tell readers without legal basis what others saw of protection") {
  CHECK(log_of(hidden_person(), Access::legal_basis) ==
        log_of(somebody(api::fnr(1), Fields::with_places), Access::legal_basis));
}
