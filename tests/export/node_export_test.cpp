// A copy of the enterprise structure: whose lines it has, what it leaves out, how it goes on.
#include "api/v1/export/exports.h"
#include "api/v1/export/node_export.h"
#include "tests/clients/office.h"
#include "tests/export/lines.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace grunndata;
using namespace grunndata::api;
using namespace grunndata::api::stories;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using registry::Access;

namespace {

constexpr auto er = NodeSource::enhetsregisteret;
const std::string hf = "ENH:310000140";
const std::string site = "ENH:310000426";
const std::string shop = "ENH:310000213";

std::vector<std::string> lines_in(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    REQUIRE(end != std::string_view::npos);
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string> exported(Town& town, v1::NodeExportOrder order = {}) {
  auto source = v1::NodeExport::begin(town.registry(), order);
  REQUIRE(source.has_value());
  std::string text;
  for (bool more = true; more;) {
    const auto next = source->next(text);
    REQUIRE(next.has_value());
    more = *next;
  }
  return lines_in(text);
}

std::vector<std::string> members(const std::vector<std::string>& lines, std::string_view name) {
  std::vector<std::string> values;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) values.push_back(member_of(lines[i], name));
  return values;
}

void fill(Town& town) {
  load(town, er, "2024-01-01",
       {underenhet(site, "SYKEHUSET", hf), juridisk(hf, "HF"),
        NodeBuilder(NodeType::juridisk_enhet, shop).named("KARI NORDMANN").personal()});
  load(town, NodeSource::resh, "2024-01-02",
       {ward("RSH:1", "Sengepost", {}, site), ward("RSH:2", "Avrusing").withheld()});
}

} // namespace

TEST_CASE("an export of nodes has each as it is now, oldest first, and a cursor to follow from") {
  on_every_engine([](Town& town) {
    fill(town);
    const auto lines = exported(town);
    CHECK(lines.front().starts_with(R"({"export":"begin","entity":"virksomhet","nextCursor":")"));
    CHECK(lines.back().ends_with(R"(","virksomheter":4})"));
    CHECK(member_of(lines.front(), "nextCursor") == member_of(lines.back(), "nextCursor"));
    CHECK(members(lines, "number").size() == 4);
    CHECK(members(lines, "type").front() == "UNDERENHET");
    CHECK(lines[1].find(R"("relations":[{"type":"JURIDISK")") != std::string::npos);
    for (const std::string& line : lines) { // of a person, and what is treated
      CHECK(line.find("KARI") == std::string::npos);
      CHECK(line.find("Avrusing") == std::string::npos);
    }
    const auto cursor = v1::read_cursor(member_of(lines.front(), "nextCursor"));
    REQUIRE(cursor.has_value());
    CHECK(cursor->from == town.newest() + 1);
    load(town, er, "2024-02-01", {juridisk(hf, "NYTT NAVN")});
    const auto since = town.registry().events(cursor->from, 10, Access::no_legal_basis);
    REQUIRE(since.has_value());
    CHECK(since->events.size() == 1);
  });
}

TEST_CASE("pieces of any size make the same lines, and a node of which only the number is known "
          "has none") {
  Town town;
  load(town, er, "2024-01-01", {underenhet(site, "S", hf)});
  CHECK(exported(town).size() == 3);
  fill(town);
  const auto whole = exported(town);
  for (const std::size_t bytes : {1U, 100U, 1'000U}) {
    v1::NodeExportOrder order;
    order.piece_bytes = bytes;
    CHECK((exported(town, order) == whole));
  }
}

TEST_CASE("an export of nodes that was cut goes on from its last id") {
  Town town;
  fill(town);
  const auto whole = exported(town);
  const auto ids = members(whole, "id");
  for (std::size_t at = 0; at < ids.size(); ++at) {
    v1::NodeExportOrder order;
    order.from = *town.registry().ids().open(ids[at]);
    const auto rest = exported(town, order);
    CHECK((members(rest, "id") ==
           std::vector<std::string>(ids.begin() + static_cast<std::ptrdiff_t>(at), ids.end())));
    order.from = {};
    order.to = town.registry().ids().open(ids[at]);
    CHECK(members(exported(town, order), "id").size() == at);
  }
}

TEST_CASE("a node that was removed by law has a line that tells no more than that") {
  on_every_engine([](Town& town) {
    fill(town);
    load(town, er, "2024-03-01", {NodeBuilder(NodeType::underenhet, site).removed()});
    const auto lines = exported(town);
    CHECK(lines[1].find("SYKEHUSET") == std::string::npos);
    CHECK(member_of(lines[1], "status") == "FJERNET");
  });
}

TEST_CASE("nodes are exported over HTTP without parts, and the log has that they were") {
  Office office;
  office.see(Access::no_legal_basis);
  fill(office.town());
  const Told told = office.ask(v1::export_persons, "entity=virksomhet&compression=none");
  REQUIRE(told.status == 200);
  REQUIRE(told.stream != nullptr);
  REQUIRE(told.records.size() == 1);
  CHECK(told.records[0].act == registry::audit::Act::exported);
  CHECK(told.records[0].reason.text == "virksomhet");
  CHECK_FALSE(told.records[0].subjects);
  std::string text;
  while (told.stream->next(text) == http::BodyStream::Piece::more) {
  }
  CHECK(lines_in(text) == exported(office.town()));
  const Told refused = office.ask(v1::export_persons, "entity=virksomhet&parts=Name");
  CHECK(refused.status == 400);
  CHECK(refused.member("code") == "parameter_invalid");
}
