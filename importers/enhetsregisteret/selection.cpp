#include "importers/enhetsregisteret/selection.h"

#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/reading/json_document.h"
#include "importers/reading/record_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <unordered_set>

namespace grunndata::importers::enhetsregisteret {

using reading::JsonSlot;
using registry::ErrorCode;
using registry::Result;

namespace {

constexpr std::size_t depth_max = 32; ///< deeper is no tree
constexpr std::array<std::string_view, 3> industry_names{"naeringskode1", "naeringskode2",
                                                         "naeringskode3"};

struct Unit {
  std::uint32_t number = 0;
  std::uint32_t parent = 0; ///< 0: none
  bool is_wanted = false;
};

class Gathering {
 public:
  explicit Gathering(const SelectionRules& rules) : picker_(rules) {}

  void add(std::string_view json);
  [[nodiscard]] std::vector<std::uint32_t> wanted();

 private:
  [[nodiscard]] const Unit* find(std::uint32_t number) const;
  [[nodiscard]] bool is_below_top(const Unit& unit) const;

  UnitPicker picker_;
  reading::JsonDocument document_;
  std::vector<Unit> units_;
};

void Gathering::add(std::string_view json) {
  if (document_.load(json)) return;
  const JsonSlot root = document_.root();
  const auto number = reading::whole_number(reading::member(root, "organisasjonsnummer"));
  if (!number || *number > UINT32_MAX) return;
  const auto parent = reading::whole_number(reading::member(root, "overordnetEnhet"));
  const auto own = static_cast<std::uint32_t>(*number);
  units_.push_back({own, static_cast<std::uint32_t>(parent.value_or(0)), picker_.picks(root, own)});
}

const Unit* Gathering::find(std::uint32_t number) const {
  const auto at = std::ranges::lower_bound(units_, number, {}, &Unit::number);
  return at == units_.end() || at->number != number ? nullptr : &*at;
}

bool Gathering::is_below_top(const Unit& unit) const {
  const Unit* at = &unit;
  for (std::size_t depth = 0; at != nullptr && depth < depth_max; ++depth) {
    if (picker_.is_top(at->parent)) return true;
    at = at->parent == 0 ? nullptr : find(at->parent);
  }
  return false;
}

std::vector<std::uint32_t> Gathering::wanted() {
  std::ranges::sort(units_, {}, &Unit::number);
  std::vector<std::uint32_t> wanted(picker_.listed().begin(), picker_.listed().end());
  for (const Unit& unit : units_) {
    if (!unit.is_wanted && (!picker_.has_tops() || !is_below_top(unit))) continue;
    wanted.push_back(unit.number);
    std::uint32_t above = unit.parent;
    for (std::size_t depth = 0; above != 0 && depth < depth_max; ++depth) {
      wanted.push_back(above);
      const Unit* const parent = find(above);
      above = parent == nullptr ? 0 : parent->parent;
    }
  }
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

void keep_numbers(const std::vector<std::string>& texts,
                  std::unordered_set<std::uint32_t>& numbers) {
  for (const std::string& text : texts) {
    if (const auto number = number_of(text)) numbers.insert(*number);
  }
}

} // namespace

std::optional<std::uint32_t> number_of(std::string_view text) noexcept {
  std::uint32_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

UnitPicker::UnitPicker(const SelectionRules& rules) : rules_(rules) {
  keep_numbers(rules.units, listed_);
  keep_numbers(rules.parents, tops_);
}

bool UnitPicker::picks(JsonSlot unit, std::uint32_t number) {
  if (listed_.contains(number) || tops_.contains(number)) return true;
  const std::string_view form = reading::characters(
      reading::member(reading::member(unit, "organisasjonsform"), "kode"), scratch_);
  if (std::ranges::count(rules_.forms, form) > 0) return true;
  return std::ranges::any_of(industry_names, [&](std::string_view name) {
    const std::string_view code =
        reading::characters(reading::member(reading::member(unit, name), "kode"), scratch_);
    return std::ranges::any_of(rules_.industries, [code](const std::string& beginning) {
      return code.starts_with(beginning);
    });
  });
}

Result<Selection> Selection::read(const std::vector<std::string>& paths,
                                  const SelectionRules& rules,
                                  const std::function<bool()>& stop_requested) {
  if (std::ranges::count(paths, "-") > 0) {
    return registry::fail(ErrorCode::invalid,
                          "a selection is made of files, which are read twice; not of stdin");
  }
  reading::RecordReaderOptions options;
  options.envelopes = unit_envelopes();
  auto reader = reading::RecordReader::open(paths, options);
  if (!reader) return tl::unexpected(reader.error());
  Gathering gathering(rules);
  reading::Record record;
  while (true) {
    if (stop_requested && stop_requested()) {
      return registry::fail(ErrorCode::cancelled, "stopped while the units were picked out");
    }
    const auto more = reader->next(record);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (record.fault.empty()) gathering.add(record.json);
  }
  Selection selection;
  selection.wanted_ = gathering.wanted();
  return selection;
}

bool Selection::contains(std::string_view orgnr) const noexcept {
  const auto number = number_of(orgnr);
  return number && std::ranges::binary_search(wanted_, *number);
}

} // namespace grunndata::importers::enhetsregisteret
