#include "importers/folkeregisteret/municipalities.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>

namespace grunndata::importers::folkeregisteret {

using registry::ErrorCode;
using registry::Result;

namespace {

// data/municipalities.csv, made part of the program by the build.
constexpr std::string_view built_in_municipalities =
#include "municipalities.inc"
    ;

constexpr std::size_t list_bytes_max = 64U << 20U;
constexpr std::size_t municipality_facts = 3;
constexpr std::size_t unit_facts = 3;
constexpr std::size_t district_facts = 1;

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = line.find(',', begin);
    columns.push_back(line.substr(begin, comma - begin));
    if (comma == std::string_view::npos) return columns;
    begin = comma + 1;
  }
}

/// Also false for what would need escaping in JSON.
bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
}

std::optional<Place> place_of(std::string_view line, std::size_t facts_count) {
  const std::vector<std::string_view> columns = columns_of(line);
  if (columns.size() != facts_count + 3 || columns[0].empty() || !is_plain(line)) {
    return std::nullopt;
  }
  Place place{std::string(columns[0]), {}, {std::numeric_limits<std::int64_t>::min()}, {}};
  for (std::size_t fact = 0; fact < facts_count; ++fact) place.facts[fact] = columns[fact + 1];
  const std::string_view from = columns[facts_count + 1];
  const std::string_view to = columns[facts_count + 2];
  if (!from.empty()) {
    const auto instant = registry::oslo_midnight(from);
    if (!instant) return std::nullopt;
    place.valid_from = *instant;
  }
  if (!to.empty()) {
    place.valid_to = registry::oslo_midnight(to);
    if (!place.valid_to) return std::nullopt;
  }
  return place;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return registry::fail(ErrorCode::not_found, "cannot open the list " + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() > list_bytes_max) {
    return registry::fail(ErrorCode::invalid, "the list " + path + " is too large");
  }
  return text;
}

Result<DatedList> load_list(const std::string& path, std::size_t facts_count) {
  if (path.empty()) return DatedList{};
  const Result<std::string> text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  Result<DatedList> list = DatedList::parse(*text, facts_count);
  if (!list) list.error().message = path + ": " + list.error().message;
  return list;
}

} // namespace

Result<DatedList> DatedList::parse(std::string_view csv, std::size_t facts_count) {
  DatedList list;
  std::size_t line_number = 0;
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_number;
    if (line_number == 1 || line.empty()) continue;
    std::optional<Place> place = place_of(line, facts_count);
    if (!place) {
      return registry::fail(ErrorCode::invalid,
                            "line " + std::to_string(line_number) + " is not a dated place");
    }
    list.places_.push_back(std::move(*place));
  }
  std::stable_sort(list.places_.begin(), list.places_.end(), [](const Place& a, const Place& b) {
    return a.number != b.number ? a.number < b.number : a.valid_from < b.valid_from;
  });
  return list;
}

const Place* DatedList::find(std::string_view number,
                             std::optional<registry::Instant> at) const noexcept {
  const auto by_number = [](const Place& place, std::string_view wanted) {
    return std::string_view(place.number) < wanted;
  };
  auto place = std::lower_bound(places_.begin(), places_.end(), number, by_number);
  const Place* latest = nullptr;
  for (; place != places_.end() && place->number == number; ++place) {
    latest = &*place;
    if (at && place->valid_from <= *at && (!place->valid_to || *at < *place->valid_to)) break;
  }
  return latest;
}

Result<PlaceLists> PlaceLists::load(const PlaceFiles& files) {
  PlaceLists lists{built_in().municipalities, {}, {}};
  if (!files.municipalities.empty()) {
    Result<DatedList> list = load_list(files.municipalities, municipality_facts);
    if (!list) return tl::unexpected(list.error());
    lists.municipalities = std::move(*list);
  }
  Result<DatedList> units = load_list(files.basic_statistical_units, unit_facts);
  if (!units) return tl::unexpected(units.error());
  lists.basic_statistical_units = std::move(*units);
  Result<DatedList> districts = load_list(files.urban_districts, district_facts);
  if (!districts) return tl::unexpected(districts.error());
  lists.urban_districts = std::move(*districts);
  return lists;
}

const PlaceLists& PlaceLists::built_in() {
  static const PlaceLists lists{
      DatedList::parse(built_in_municipalities, municipality_facts).value(), {}, {}};
  return lists;
}

} // namespace grunndata::importers::folkeregisteret
