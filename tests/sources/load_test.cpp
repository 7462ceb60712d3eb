// The sources loaded into a registry: the fictional universe as its files tell it.
#include "importers/adresseregisteret/party_mapping.h"
#include "importers/enhetsregisteret/personal_parents.h"
#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/flr/contract_list.h"
#include "importers/gln/gln_list.h"
#include "importers/kuratert/curated_list.h"
#include "importers/locoreg/resource_list.h"
#include "importers/resh/unit_mapping.h"
#include "importers/virksomhet/node_load.h"
#include "registry/virksomhet/crosswalk.h"
#include "tests/virksomhet/node_builder.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

using namespace grunndata;
using namespace grunndata::importers::virksomhet;
using namespace grunndata::registry;
using namespace grunndata::registry::virksomhet;
using namespace grunndata::registry::virksomhet::stories;

namespace sources = grunndata::importers;

namespace {

using Texts = std::vector<std::string>;

const std::string samples = "tests/data/virksomhet/";

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(scratch_.path()); }
  std::string write(const std::string& name, std::string_view text) const {
    const auto path = scratch_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

 private:
  registry::stories::ScratchDirectory scratch_;
};

NodeLoadOptions options_of(NodeSource source, std::vector<std::string> paths,
                           std::string_view when = "2026-03-01") {
  NodeLoadOptions options;
  options.source = source;
  options.paths = std::move(paths);
  options.extracted_at = *day(when);
  return options;
}

NodeLoadResult good(const Result<NodeLoadResult>& result) {
  REQUIRE(result);
  CHECK_FALSE(result->source_fault);
  CHECK(result->end == NodeLoadEnd::complete);
  return *result;
}

Result<NodeLoadResult> try_units(Town& town, NodeLoadOptions options) {
  options.envelopes = sources::enhetsregisteret::unit_envelopes();
  sources::enhetsregisteret::UnitMapper mapper({options.extracted_at, {}, {}});
  auto result = load_stream(town.registry(), options, mapper);
  town.after_import();
  return result;
}

NodeLoadResult load_units(Town& town, std::vector<std::string> paths,
                          std::string_view when = "2026-03-01") {
  return good(try_units(town, options_of(NodeSource::enhetsregisteret, std::move(paths), when)));
}

NodeLoadResult load_resh(Town& town, const std::string& path, bool complete = false,
                         std::string_view when = "2026-03-01") {
  NodeLoadOptions options = options_of(NodeSource::resh, {path}, when);
  options.envelopes.lists = {"enheter"};
  options.tables = true;
  options.complete = complete;
  MappedList list(
      std::make_unique<sources::resh::UnitMapper>(sources::resh::FieldNames()));
  const NodeLoadResult result = good(load_list(town.registry(), options, list));
  town.after_import();
  return result;
}

template <typename List>
NodeLoadResult load_whole(Town& town, NodeLoadOptions options, List& list) {
  const NodeLoadResult result = good(load_list(town.registry(), options, list));
  town.after_import();
  return result;
}

NodeLoadResult load_curated(Town& town, std::vector<std::string> paths, bool complete = true) {
  NodeLoadOptions options = options_of(NodeSource::kuratert, std::move(paths));
  options.complete = complete;
  sources::kuratert::CuratedList list;
  return load_whole(town, options, list);
}

void load_parties(Town& town, const std::string& path, std::string_view when) {
  NodeLoadOptions options = options_of(NodeSource::adresseregisteret, {samples + path}, when);
  options.envelopes.lists = {"CommunicationParties"};
  sources::adresseregisteret::PartyMapper mapper(options.extracted_at);
  good(load_stream(town.registry(), options, mapper));
  town.after_import();
}

/// Everything there is.
void load_universe(Town& town) {
  load_units(town, {samples + "brreg/enheter_alle.json.gz",
                    samples + "brreg/underenheter_alle.json.gz",
                    samples + "brreg/slettet_hf2_310000213.json",
                    samples + "brreg/slettet_k2_310000701.json",
                    samples + "brreg/slettet_u_lab_310000493.json"});
  sources::enhetsregisteret::RolesMapper roles({});
  good(load_stream(town.registry(),
                   options_of(NodeSource::enhetsregisteret_roller,
                              {samples + "brreg/roller_hf.json",
                               samples + "brreg/roller_iks_eierkommuner.json"}),
                   roles));
  load_resh(town, samples + "resh/resh_units.json", true);
  load_parties(town, "ar/cpe_export.json", "2026-03-01");
  load_parties(town, "ar/cpe_events.json", "2026-03-02");
  NodeLoadOptions numbers = options_of(NodeSource::gln, {samples + "gln/gln.csv"});
  numbers.tables = true;
  sources::gln::GlnList list;
  load_whole(town, numbers, list);
  load_curated(town, {samples + "modell/kuraterte_relasjoner.json",
                      samples + "modell/etterfolgere.json"});
  sources::locoreg::ResourceList places;
  load_whole(town, options_of(NodeSource::locoreg, {samples + "locoreg"}), places);
  sources::flr::ContractList contracts(*day("2026-03-01"));
  load_whole(town, options_of(NodeSource::flr, {samples + "flr"}), contracts);
}

Texts crossed(Town& town, std::string_view key, IdentifierSystem target) {
  const Structure structure(town.registry(), at("2026-03-01"));
  const auto answers = crosswalk(structure, find(structure, key), target);
  REQUIRE(answers);
  Texts texts;
  for (const CrossAnswer& answer : *answers) {
    const std::string text = to_text(answer.number.view());
    if (std::ranges::count(texts, text) == 0) texts.push_back(text);
  }
  return texts;
}

std::string unit(std::string_view number, std::string_view name, std::string_view more = {}) {
  std::string json = "{\"organisasjonsnummer\":\"";
  json.append(number).append("\",\"navn\":\"").append(name);
  json.append("\",\"organisasjonsform\":{\"kode\":\"AS\"}").append(more).append("}\n");
  return json;
}

} // namespace

TEST_CASE("the universe loads from all its sources and answers its own questions") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const AsOf spring = at("2026-03-01");
    CHECK(quarantine(town).empty());
    CHECK(legal_root(town, "ENH:310000914", spring) == "ENH:310000639");
    CHECK(legal_root(town, "ENH:310001058", at("2024-01-01")) == "ENH:310001120");
    CHECK(ancestors(town, "RSH:4990050", organised, spring) ==
          Texts{"RSH:4990040", "RSH:4990030", "RSH:4990020", "RSH:4990010", "RSH:4990001"});
    CHECK(crossed(town, "RSH:4990050", IdentifierSystem::orgnr) == Texts{"ENH:310000280"});
    CHECK(crossed(town, "HER:8990021", IdentifierSystem::orgnr) == Texts{"ENH:310001120"});
    auto units = subtree(town, "ENH:310000078",
                         set_of({NodeRelation::eierskap, NodeRelation::juridisk}), spring);
    std::erase(units, "ENH:310000140");
    CHECK(units == Texts{"ENH:310000280", "ENH:310000353", "ENH:310000426", "ENH:310000566"});
    const Structure structure(town.registry(), spring);
    CHECK(shown_key(structure, find(structure, "GLN:7099999000040")) == "RSH:4990040");
  });
}

TEST_CASE("the trees are as they were across the mergers") {
  on_every_engine([](Town& town) {
    load_universe(town);
    CHECK(legal_root(town, "ENH:310000426", at("2022-12-31")) == "ENH:310000213");
    CHECK(legal_root(town, "ENH:310000426", at("2023-01-01")) == "ENH:310000140");
    CHECK(legal_root(town, "ENH:310001058", at("2023-12-31")) == "ENH:310000639");
    CHECK(ancestors(town, "RSH:4990070", organised, at("2022-06-01")) ==
          Texts{"RSH:4990011", "RSH:4990001"});
    CHECK(ancestors(town, "RSH:4990070", organised, at("2023-06-01")) ==
          Texts{"RSH:4990010", "RSH:4990001"});
    CHECK(name_of(town, "ENH:310000140", at("2005-01-01")) == "NORDVIK SYKEHUS HF");
    CHECK(name_of(town, "ENH:310000140", at("2026-01-01")) == "FJORDLAND UNIVERSITETSSYKEHUS HF");
  });
}

TEST_CASE("what was loaded before and is the same again changes nothing") {
  on_every_engine([](Town& town) {
    load_universe(town);
    const auto newest = town.newest();
    load_universe(town);
    CHECK(town.newest() == newest);
  });
}

TEST_CASE("tables and JSON of RESH tell the same unit, history apart") {
  on_every_engine([](Town& town) {
    const auto first = load_resh(town, samples + "resh/resh_units.csv");
    CHECK(first.figures.read == 15);
    CHECK(first.figures.counts.written == 15);
    CHECK(ancestors(town, "RSH:4990050", organised, at("2026-03-01")).size() == 5);
  });
}

TEST_CASE("an export of RESH in which units are above each other is refused whole") {
  on_every_engine([](Town& town) {
    const auto result = load_resh(town, samples + "resh/resh_cycle_must_be_quarantined.json");
    CHECK(result.figures.counts.quarantined == 2);
    CHECK(result.figures.counts.written == 0);
    const Structure structure(town.registry(), at("2026-03-01"));
    CHECK_FALSE(structure.find(number("RSH:4990030").view()));
  });
}

TEST_CASE("what a complete list says no more is withdrawn, of another list it stays") {
  on_every_engine([](Town& town) {
    const Folder folder;
    const std::string both = folder.write("both", R"([{"type":"EIERSKAP","fra":"ENH:310000078",)"
                                                  R"("til":"ENH:310000140"},)"
                                                  R"({"type":"EIERSKAP","fra":"ENH:310000078",)"
                                                  R"("til":"ENH:310000213"}])");
    const std::string one = folder.write("one", R"([{"type":"EIERSKAP","fra":"ENH:310000078",)"
                                                R"("til":"ENH:310000140"}])");
    const auto owned = [&town] {
      return subtree(town, "ENH:310000078", set_of({NodeRelation::eierskap}), at("2026-03-01"));
    };
    load_curated(town, {both});
    CHECK(owned().size() == 2);
    load_curated(town, {one}, false);
    CHECK(owned().size() == 2);
    CHECK(load_curated(town, {one}).figures.counts.withdrawn == 1);
    CHECK(owned() == Texts{"ENH:310000140"});
  });
}

TEST_CASE("a list of which a part was refused withdraws nothing") {
  on_every_engine([](Town& town) {
    const Folder folder;
    const std::string row =
        R"({"type":"EIERSKAP","fra":"ENH:310000078","til":"ENH:310000140"})";
    load_curated(town, {folder.write("good", row)});
    const auto result = load_curated(town, {folder.write("bad", R"({"type":"EIERSKAP"})")});
    CHECK(result.figures.counts.quarantined == 1);
    CHECK(result.figures.counts.withdrawn == 0);
    CHECK(quarantine(town).size() == 1);
  });
}

TEST_CASE("a bad unit is quarantined alone, with its place; the others are taken") {
  on_every_engine([](Town& town) {
    const Folder folder;
    const std::string path = folder.write(
        "units", unit("310000140", "A") + "{\"organisasjonsnummer\":\"310000141\"}\n" +
                     unit("310000078", "B") + "{broken\n" + unit("310000213", "C"));
    const auto result = load_units(town, {path});
    CHECK(result.figures.read == 5);
    CHECK(result.figures.counts.written == 3);
    CHECK(result.figures.counts.quarantined == 2);
    const auto entries = quarantined(town.registry(), 0, 10, true);
    REQUIRE(entries);
    REQUIRE(entries->size() == 2);
    CHECK((*entries)[0].reason == "control_digit");
    CHECK((*entries)[0].record == 2);
    CHECK((*entries)[1].reason == "json");
    CHECK((*entries)[1].origin == path);
    CHECK(name_of(town, "ENH:310000213", at("2026-03-01")) == "C");
  });
}

TEST_CASE("a shop whose owner was loaded before is a person's as well") {
  on_every_engine([](Town& town) {
    const Folder folder;
    load_units(town, {folder.write("owner", R"({"organisasjonsnummer":"310000078","navn":"KARI",)"
                                            R"("organisasjonsform":{"kode":"ENK"}})"),
                      folder.write("other", unit("310000140", "A"))});
    sources::enhetsregisteret::PersonalParents persons(town.registry());
    CHECK(persons.contains("310000078"));
    CHECK_FALSE(persons.contains("310000140"));
    CHECK_FALSE(persons.contains("310000213"));
  });
}

namespace {

/// The first numbers whose check digit there is.
Texts orgnrs(std::size_t count) {
  constexpr std::string_view weights = "32765432";
  Texts found;
  for (unsigned place = 0; found.size() < count; ++place) {
    const std::string digits = std::to_string(31'000'000 + place);
    unsigned sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      sum += static_cast<unsigned>(weights[i] - '0') * static_cast<unsigned>(digits[i] - '0');
    }
    const unsigned check = (11 - sum % 11) % 11;
    if (check != 10) found.push_back(digits + std::to_string(check));
  }
  return found;
}

std::string shop_of(std::string_view number, std::string_view owner) {
  return std::string(R"({"organisasjonsnummer":")")
      .append(number)
      .append(R"(","navn":"KARIS BUTIKK","organisasjonsform":{"kode":"BEDR"},)")
      .append(R"("overordnetEnhet":")")
      .append(owner)
      .append("\"}\n");
}

std::string owner(std::string_view number, std::string_view form) {
  return std::string(R"({"organisasjonsnummer":")")
      .append(number)
      .append(R"(","navn":"KARI","organisasjonsform":{"kode":")")
      .append(form)
      .append("\"}}\n");
}

} // namespace

TEST_CASE("mapped on several threads, units stay in order and their owners known") {
  on_every_engine([](Town& town) {
    const Folder folder;
    std::string text;
    // Owners stand right before their shops, far into a file and at the end of one.
    constexpr unsigned pairs = 1'000;
    const Texts numbers = orgnrs(2 * pairs);
    for (unsigned n = 0; n < pairs; ++n) {
      text += owner(numbers[2 * n], n % 2 == 0 ? "ENK" : "AS");
      text += shop_of(numbers[2 * n + 1], numbers[2 * n]);
      if (n % 100 == 7) text += "{\"navn\":\"NOBODY " + std::to_string(n) + "\"}\n";
    }
    NodeLoadOptions options =
        options_of(NodeSource::enhetsregisteret, {folder.write("units", text)});
    options.batch_records = 700;
    const auto loaded = try_units(town, options);
    REQUIRE(loaded);
    CHECK(loaded->figures.read == 2 * pairs + 10);
    CHECK(loaded->figures.counts.written == 2 * pairs);
    CHECK(loaded->figures.counts.quarantined == 10);
    std::uint64_t before = 0;
    const auto waiting = quarantined(town.registry(), 0, 100, true);
    REQUIRE(waiting);
    REQUIRE(waiting->size() == 10);
    for (const QuarantineEntry& entry : *waiting) {
      CHECK(entry.record > before);
      CHECK(text.compare(entry.byte_offset, entry.raw.size(), entry.raw) == 0);
      before = entry.record;
    }
    {
      const Structure structure(town.registry(), {});
      for (unsigned n = 0; n < pairs; ++n) {
        const auto shop = structure.summary(find(structure, "ENH:" + numbers[2 * n + 1]));
        REQUIRE(shop);
        CHECK_MESSAGE(shop->name_is_personal == (n % 2 == 0), n);
      }
    }
    // Whole again, in the same order: nothing is new.
    const auto again = try_units(town, options);
    REQUIRE(again);
    CHECK(again->figures.counts.unchanged == 2 * pairs);
    CHECK(again->figures.counts.written == 0);
  });
}

TEST_CASE("a shop is a person's also when its owner stands in the file before, or is known") {
  on_every_engine([](Town& town) {
    const Folder folder;
    const Texts numbers = orgnrs(3);
    const std::string first = folder.write("owners", owner(numbers[0], "ENK"));
    load_units(town, {first, folder.write("shops", shop_of(numbers[1], numbers[0]))});
    sources::enhetsregisteret::PersonalParents persons(town.registry());
    NodeLoadOptions options = options_of(NodeSource::enhetsregisteret,
                                         {folder.write("later", shop_of(numbers[2], numbers[0]))});
    options.envelopes = sources::enhetsregisteret::unit_envelopes();
    sources::enhetsregisteret::UnitMapper mapper(
        {options.extracted_at,
         [&persons](std::string_view orgnr) { return persons.contains(orgnr); },
         {}});
    good(load_stream(town.registry(), options, mapper));
    const Structure structure(town.registry(), {});
    for (const unsigned n : {1U, 2U}) {
      CHECK(structure.summary(find(structure, "ENH:" + numbers[n]))->name_is_personal);
    }
  });
}

TEST_CASE("units that are not wanted make no commits of their own") {
  const Folder folder;
  std::string text;
  const Texts numbers = orgnrs(1'000);
  for (const std::string& number : numbers) text += unit(number, "X");
  Town town;
  NodeLoadOptions options = options_of(NodeSource::enhetsregisteret, {folder.write("u", text)});
  options.batch_records = 100;
  std::uint64_t commits = 0;
  options.progress = [&commits](const NodeLoadFigures&) { ++commits; };
  const std::string& wanted = numbers.back();
  sources::enhetsregisteret::UnitMapper mapper(
      {options.extracted_at, {}, [&wanted](std::string_view orgnr) { return orgnr == wanted; }});
  const NodeLoadResult result = good(load_stream(town.registry(), options, mapper));
  CHECK(result.figures.read == 1'000);
  CHECK(result.figures.left_out == 999);
  CHECK(result.figures.counts.written == 1);
  CHECK(commits < 10);
}

TEST_CASE("a load that was stopped goes on where it stood, and only with the same paths") {
  const Folder folder;
  std::string text;
  const Texts numbers{"310000078", "310000140", "310000213", "310000280", "310000353"};
  for (const std::string& number : numbers) text += unit(number, "X");
  const std::string path = folder.write("units", text);
  Town town;
  NodeLoadOptions options = options_of(NodeSource::enhetsregisteret, {path});
  options.batch_records = 2;
  std::uint64_t batches = 0;
  options.progress = [&batches](const NodeLoadFigures&) { ++batches; };
  options.stop_requested = [&batches] { return batches >= 1; };
  const auto stopped = try_units(town, options);
  REQUIRE(stopped);
  CHECK(stopped->end == NodeLoadEnd::stopped);
  CHECK(stopped->figures.counts.written < 5);
  NodeLoadOptions other = options_of(NodeSource::enhetsregisteret, {folder.write("other", text)});
  other.resume = true;
  const auto refused = try_units(town, other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid);
  NodeLoadOptions rest = options_of(NodeSource::enhetsregisteret, {path}, "2027-01-01");
  rest.resume = true;
  const NodeLoadResult resumed = good(try_units(town, rest));
  CHECK(resumed.records_before + resumed.figures.read == 5);
  CHECK(resumed.figures.counts.written + stopped->figures.counts.written == 5);
  CHECK(resumed.extracted_at == *day("2026-03-01"));
}

TEST_CASE("more errors than allowed end a load; the rest of a source is not read") {
  const Folder folder;
  Town town;
  NodeLoadOptions options = options_of(
      NodeSource::enhetsregisteret, {folder.write("bad", "{}\n{\"a\":1}\n{\"b\":1}\n{\"c\":1}\n")});
  options.batch_records = 2;
  options.errors_max = 1;
  const auto result = try_units(town, options);
  REQUIRE(result);
  CHECK(result->end == NodeLoadEnd::too_many_errors);
}

TEST_CASE("a list that cannot be read to its end changes nothing") {
  const Folder folder;
  Town town;
  NodeLoadOptions options = options_of(
      NodeSource::kuratert,
      {folder.write("cut", R"([{"type":"EIERSKAP","fra":"ENH:310000078",)"
                           R"("til":"ENH:310000140"},)")});
  sources::kuratert::CuratedList list;
  const auto result = load_list(town.registry(), options, list);
  REQUIRE(result);
  CHECK(result->source_fault);
  CHECK(town.newest() == 0);
}

TEST_CASE("a unit that was taken out for legal reasons is purged, and its number stays taken") {
  on_every_engine([](Town& town) {
    const Folder folder;
    load_units(town, {folder.write("unit", unit("310001759", "HEMMELIG TANNLEGE"))});
    load_units(town,
               {folder.write("gone", R"({"organisasjonsnummer":"310001759",)"
                                     R"("slettedato":"2026-03-01"})")},
               "2026-03-02");
    CHECK(town.holds_no("HEMMELIG TANNLEGE"));
  });
}
