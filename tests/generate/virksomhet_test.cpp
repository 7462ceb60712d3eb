// The made-up nation: its numbers, trees, histories and files.
#include "identifiers/check.h"
#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/files.h"
#include "tools/generate/virksomhet/registers.h"

#include <doctest/doctest.h>
#include <simdjson.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include <unistd.h>

namespace grunndata::generate::virksomhet {
namespace {

constexpr NationOptions small{
    .enheter = 2'000, .underenheter = 1'500, .resh = 600, .her = 500, .seed = 7};
constexpr NationOptions large{
    .enheter = 120'000, .underenheter = 90'000, .resh = 3'000, .her = 10'000, .seed = 7};

bool is_valid_number(std::string_view number) {
  return identifiers::check_orgnr(number).valid && (number[0] == '2' || number[0] == '3');
}

std::unordered_map<std::string, Unit> units_of(const Nation& nation) {
  std::unordered_map<std::string, Unit> units;
  nation.for_each_concern([&](const Concern& concern) {
    for (std::uint64_t which = 0; which < concern.units; ++which) {
      const Unit unit = nation.unit(concern, which);
      REQUIRE(units.emplace(unit.number, unit).second);
    }
    for (std::uint64_t which = 0; which < concern.subs; ++which) {
      const Unit unit = nation.sub_unit(concern, which);
      REQUIRE(units.emplace(unit.number, unit).second);
    }
  });
  return units;
}

/// A folder of its own, gone at the end.
class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "nation-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// A file of it, unpacked when it is packed.
  [[nodiscard]] std::string text(std::string_view name) const {
    gzFile file = ::gzopen((path_ / name).c_str(), "rb");
    REQUIRE(file != nullptr);
    std::string all;
    std::string block(1 << 16, '\0');
    int size = 0;
    while ((size = ::gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0) {
      all.append(block, 0, static_cast<std::size_t>(size));
    }
    CHECK(::gzclose(file) == Z_OK);
    return all;
  }

private:
  std::filesystem::path path_;
};

} // namespace

TEST_CASE("organisasjonsnumre of a nation are valid, synthetic, and no two are equal") {
  const OrganisasjonsnummerSeries series(7);
  std::unordered_set<std::string> seen;
  for (std::uint64_t index = 0; index < 300'000; ++index) {
    const std::string number = series.number(index);
    REQUIRE(is_valid_number(number));
    REQUIRE_FALSE(number.starts_with("3100")); // examples written by hand
    REQUIRE(seen.insert(number).second);
  }
  CHECK(is_valid_number(series.number(organisasjonsnumre_max - 1)));
  CHECK(OrganisasjonsnummerSeries(8).number(0) != series.number(0));
}

TEST_CASE("GLN of a nation are valid") {
  for (const std::uint64_t index : {0U, 1U, 9U, 12'345U, 99'999'999U}) {
    CHECK(identifiers::check_gln(gln(index)).valid);
  }
}

TEST_CASE("a nation has exactly as many units as asked for, small or large") {
  for (const NationOptions& options : {small, large}) {
    const Nation nation(options);
    CHECK(why_impossible(options).empty());
    std::uint64_t units = 0;
    std::uint64_t subs = 0;
    nation.for_each_concern([&](const Concern& concern) {
      CHECK(concern.first_unit == units);
      CHECK(concern.first_sub == subs);
      units += concern.units;
      subs += concern.subs;
    });
    CHECK(units == options.enheter);
    CHECK(subs == options.underenheter);
    std::uint64_t wards = 0;
    for_each_resh_unit(nation, [&](const ReshUnit&) { ++wards; });
    CHECK(wards == options.resh);
    std::uint64_t parties = 0;
    for_each_party(nation, [&](const Party&) { ++parties; });
    CHECK(parties == options.her);
  }
}

TEST_CASE("every unit hangs where the register lets it hang, and none in a circle") {
  const Nation nation(large);
  const auto units = units_of(nation);
  std::map<std::size_t, std::size_t> depths;
  std::size_t moved = 0;
  std::size_t renamed = 0;
  for (const auto& [number, unit] : units) {
    const std::set<std::string_view> owned{"ORGL", "BEDR", "AAFY"};
    REQUIRE(unit.parent.empty() == !owned.contains(unit.form.code));
    CHECK(unit.sub == (unit.form.code == "BEDR" || unit.form.code == "AAFY"));
    REQUIRE(unit.registered < nation.options().as_of);
    for (const FormerName& former : unit.former) {
      REQUIRE(former.from < former.to);
      REQUIRE(former.to < nation.options().as_of);
    }
    moved += unit.owner_changed == no_day ? 0 : 1;
    renamed += unit.former.empty() ? 0 : 1;
    std::size_t depth = 0;
    for (const Unit* at = &unit; !at->parent.empty(); ++depth) {
      const auto parent = units.find(at->parent);
      REQUIRE(parent != units.end());
      REQUIRE_FALSE(parent->second.sub);
      REQUIRE(depth < 8);
      at = &parent->second;
    }
    ++depths[depth];
  }
  CHECK(depths.rbegin()->first >= 3); // wards of a district of a city
  CHECK(moved > 1'000);
  CHECK(renamed > 5'000);
}

TEST_CASE("RESH is a tree of wards below trusts and regions, at least six deep") {
  const Nation nation(large);
  const auto units = units_of(nation);
  std::unordered_map<std::uint64_t, std::size_t> depth;
  std::size_t deepest = 0;
  std::size_t closed = 0;
  std::size_t moved = 0;
  for_each_resh_unit(nation, [&](const ReshUnit& unit) {
    REQUIRE((unit.parent == 0 || depth.contains(unit.parent)));
    depth[unit.id] = unit.parent == 0 ? 1 : depth[unit.parent] + 1;
    deepest = std::max(deepest, depth[unit.id]);
    const bool is_closed = unit.last_day != no_day;
    closed += is_closed ? 1 : 0;
    moved += unit.former_parent == 0 ? 0 : 1;
    CHECK((unit.organisation.empty() || is_closed || units.contains(unit.organisation)));
    CHECK((!is_closed || unit.from < unit.last_day));
    CHECK_FALSE(unit.short_name.empty());
  });
  CHECK(depth.size() == large.resh);
  CHECK(deepest >= 6);
  CHECK(closed > 20);
  CHECK(moved > 0);
}

TEST_CASE("parties stand behind the party they belong to") {
  const Nation nation(large);
  const auto units = units_of(nation);
  std::unordered_map<std::uint64_t, std::string> organisations;
  std::map<Party::Type, std::size_t> types;
  simdjson::dom::parser parser;
  for_each_party(nation, [&](const Party& party) {
    ++types[party.type];
    REQUIRE(units.contains(party.organisation));
    if (party.type == Party::Type::organisation) {
      organisations.emplace(party.id, party.organisation);
    } else {
      REQUIRE(organisations.at(party.parent) == party.organisation);
    }
    std::string json;
    append_party(json, party);
    simdjson::dom::element document;
    REQUIRE_MESSAGE(parser.parse(json).get(document) == simdjson::SUCCESS, json);
    CHECK(document["HerId"].get_uint64().value() == party.id);
  });
  CHECK(types[Party::Type::organisation] > 300);
  CHECK(types[Party::Type::service] > 1'000);
  CHECK(types[Party::Type::person] > 1'000);
}

TEST_CASE("files are whole JSON in the registers' forms, the same bytes each time") {
  const Folder folder;
  std::vector<WrittenFile> written;
  REQUIRE(write_files(Nation(small), folder.path(), written) == 0);
  std::map<std::string, std::uint64_t> records;
  for (const WrittenFile& file : written) records[file.name] = file.records;
  simdjson::dom::parser parser;
  const auto count = [&](std::string_view name) {
    simdjson::dom::element document;
    const std::string text = folder.text(name);
    REQUIRE(parser.parse(text).get(document) == simdjson::SUCCESS);
    simdjson::dom::array array;
    if (document.get_array().get(array) != simdjson::SUCCESS) {
      REQUIRE(document["enheter"].get_array().get(array) == simdjson::SUCCESS);
    }
    return array.size();
  };
  CHECK(count("enheter.json.gz") == small.enheter);
  CHECK(count("underenheter.json.gz") == small.underenheter);
  CHECK(count("resh.json") == small.resh);
  CHECK(count("kuraterte_relasjoner.json") == records["kuraterte_relasjoner.json"]);
  CHECK(count("etterfolgere.json") == records["etterfolgere.json"]);
  CHECK(records["etterfolgere.json"] > 0);
  CHECK(records["gln.csv"] > 20);
  CHECK(folder.text("enheter.json.gz").find(R"("respons_klasse":"Enhet","links":[]})") !=
        std::string::npos);
  CHECK(folder.text("underenheter.json.gz").find(R"("datoEierskifte":"2023-01-01")") !=
        std::string::npos);
  CHECK(folder.text("resh.json").find("historikkOverordnet") != std::string::npos);

  const Folder again;
  written.clear();
  REQUIRE(write_files(Nation(small), again.path(), written) == 0);
  for (const auto& [name, ignored] : records) CHECK(folder.text(name) == again.text(name));
  NationOptions other = small;
  other.seed = 8;
  written.clear();
  REQUIRE(write_files(Nation(other), again.path(), written) == 0);
  CHECK(folder.text("resh.json") != again.text("resh.json"));
}

TEST_CASE("an answer of the API links to itself and to what it is part of") {
  const Nation nation(small);
  std::string json;
  nation.for_each_of_sector([&](const Concern& concern) {
    if (concern.kind != ConcernKind::trust || !json.empty()) return;
    append_unit(json, nation.sub_unit(concern, 0), {"http://x/api"});
    const std::string number = nation.sub_number(concern.first_sub);
    CHECK(json.find(R"("self":{"href":"http://x/api/underenheter/)" + number + '"') !=
          std::string::npos);
    CHECK(json.find(R"("overordnetEnhet":{"href":"http://x/api/enheter/)" +
                    nation.unit_number(concern.first_unit) + '"') != std::string::npos);
  });
  simdjson::dom::parser parser;
  CHECK(parser.parse(json).error() == simdjson::SUCCESS);
}

TEST_CASE("a nation that cannot be is refused with a sentence, a folder with an error") {
  const auto reason = [](auto change) {
    NationOptions options = small;
    change(options);
    return why_impossible(options);
  };
  CHECK(reason([](NationOptions& options) { options.enheter = 499; }) ==
        "at least 500 enheter make a nation");
  CHECK(reason([](NationOptions& options) { options.underenheter = 10; })
            .find("need at least") != std::string::npos);
  CHECK(reason([](NationOptions& options) { options.resh = 99; }).find("RESH") !=
        std::string::npos);
  CHECK(reason([](NationOptions& options) { options.her = 1; }).find("parties") !=
        std::string::npos);
  CHECK(reason([](NationOptions& options) { options.enheter = 9'000'000; })
            .find("8,500,000") != std::string::npos);
  std::vector<WrittenFile> written;
  CHECK(write_files(Nation(small), "/proc/nowhere", written) != 0);
}

} // namespace grunndata::generate::virksomhet
