// What codes of nodes are called, by the code lists that hold then.
#include "registry/virksomhet/code_texts.h"
#include "registry/virksomhet/joined_view.h"
#include "registry/virksomhet/node_json.h"
#include "tests/kodeverk/lists.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;
using grunndata::registry::stories::code_list;
using grunndata::registry::stories::dated;

namespace {

constexpr std::string_view unit = "ENH:310000140";

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::unique_ptr<Kodeverk> lists_of(Town& town, std::vector<CodeList> lists) {
  auto kodeverk = Kodeverk::open(town.registry());
  REQUIRE(kodeverk.has_value());
  REQUIRE((*kodeverk)->load(std::move(lists)));
  return std::move(*kodeverk);
}

std::string told(Town& town, const Kodeverk& kodeverk, const AsOf& as_of,
                 bool with_history = false) {
  NodeSight sight;
  sight.personal = true;
  const Structure structure(town.registry(), as_of, sight);
  std::string out;
  const NodeTelling telling{with_history, {kodeverk.lists(), Instant{structure.valid()}}};
  REQUIRE(append_node(out, structure, find(structure, unit), telling).has_value());
  return out;
}

} // namespace

TEST_CASE("each part's codes are told with the text of their own list, and others as they are") {
  on_every_engine([](Town& town) {
    load(town, NodeSource::enhetsregisteret, "2026-01-01",
         {juridisk(unit, "HELSE")
              .says(NodePart::form, R"({"code":"AS"})")
              .says(NodePart::industry, R"({"rank":1,"code":"86.102","version":"SN2007"})")
              .says(NodePart::industry, R"({"rank":2,"code":"86.102","version":"SN2025"})")
              .says(NodePart::auxiliary_industry, R"({"code":"70.100","version":"SN2025"})")
              .says(NodePart::sector, R"({"code":"6100"})")
              .says(NodePart::classification, R"({"system":"8624","code":"05"})")
              .says(NodePart::classification, R"({"system":"8628","code":"05"})")
              .says(NodePart::role, R"({"role":"DAGL","lastName":"Nord"})")
              .personal()
              .says(NodePart::electronic_address, R"({"type":"E_EDI","address":"a@b.no"})")
              .says(NodePart::property, R"({"name":"code","code":"AS","value":"x"})")});
    const auto kodeverk = lists_of(
        town, {code_list("organisasjonsform_brreg", {"AS Aksje\"selskap\""}),
               code_list("1303", {"86.102 Spesialsykehus"}),
               code_list("1305", {"86.102 Psykiatri"}),
               code_list("institusjonell_sektorkode", {"6100 Statsforvaltningen"}),
               code_list("8624", {"05 Avdeling"}), code_list("rolletype_brreg", {"DAGL Leder"}),
               code_list("9044", {"E_EDI Melding"})});
    const std::string out = told(town, *kodeverk, {});
    CHECK(contains(out, R"("code":"AS","codeText":"Aksje\"selskap\""})"));
    CHECK(contains(out, R"("version":"SN2007","codeText":"Spesialsykehus"})"));
    CHECK(contains(out, R"("version":"SN2025","codeText":"Psykiatri"})"));
    CHECK(contains(out, R"("code":"70.100","version":"SN2025"})")); // the list lacks the code
    CHECK(contains(out, R"("code":"6100","codeText":"Statsforvaltningen"})"));
    CHECK(contains(out, R"("system":"8624","code":"05","codeText":"Avdeling"})"));
    CHECK(contains(out, R"("system":"8628","code":"05"})")); // there is no such list
    CHECK(contains(out, R"("role":"DAGL","lastName":"Nord","codeText":"Leder"})"));
    CHECK(contains(out, R"("address":"a@b.no","codeText":"Melding"})"));
    CHECK(contains(out, R"("name":"code","code":"AS","value":"x"})")); // of no list
    std::string bare;
    const Structure structure(town.registry(), {});
    REQUIRE(append_node(bare, structure, find(structure, unit)).has_value());
    CHECK_FALSE(contains(bare, "codeText"));
  });
}

TEST_CASE("the text is that of the list which held at the time asked for, also of an ended code") {
  Town town;
  load(town, NodeSource::enhetsregisteret, "2019-01-01",
       {juridisk(unit, "HELSE")
            .says(NodePart::form, R"({"code":"BEDR"})", during("", "2024-01-01"))});
  CodeList later = dated(code_list("organisasjonsform_brreg", {"BEDR Underenhet"}), "2022-01-01");
  later.codes[0].active = false;
  later.codes[0].valid_to = day("2025-01-01");
  const auto kodeverk =
      lists_of(town, {dated(code_list("organisasjonsform_brreg", {"BEDR Bedrift"}), "2000-01-01"),
                      later});
  CHECK(contains(told(town, *kodeverk, at("2021-12-31")), R"("codeText":"Bedrift")"));
  CHECK(contains(told(town, *kodeverk, at("2022-01-01")), R"("codeText":"Underenhet")"));
  CHECK_FALSE(contains(told(town, *kodeverk, at("1999-12-31")), "codeText")); // before any list
  CHECK(contains(told(town, *kodeverk, at("2026-01-01"), true), R"("codeText":"Underenhet")"));
}

TEST_CASE("a joined unit tells texts beside its codes, which are compared without them") {
  Town town;
  load(town, NodeSource::enhetsregisteret, "2026-01-01",
       {juridisk(unit, "HELSE").says(NodePart::form, R"({"code":"AS"})")});
  const auto kodeverk = lists_of(town, {code_list("organisasjonsform_brreg", {"AS Aksjeselskap"})});
  const Structure structure(town.registry(), {});
  const auto plain = joined_view(structure, find(structure, unit), {});
  const auto view = joined_view(structure, find(structure, unit), {},
                                {kodeverk->lists(), Instant{structure.valid()}});
  REQUIRE((plain.has_value() && view.has_value()));
  std::string out;
  REQUIRE(append_json(out, structure, *view));
  CHECK(contains(out, R"("rows":[{"code":"AS","codeText":"Aksjeselskap"}])"));
  for (std::size_t field = 0; field < view->values.size(); ++field) {
    REQUIRE(view->values[field].size() == plain->values[field].size());
    for (std::size_t i = 0; i < view->values[field].size(); ++i) {
      CHECK(view->values[field][i].folded == plain->values[field][i].folded);
    }
  }
}
