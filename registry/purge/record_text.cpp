#include "registry/purge/record_text.h"

#include <algorithm>

namespace grunndata::registry::purge {

namespace {

std::string_view name_of(PersonPart part) noexcept {
  const PersonPartFacts& facts = facts_of(part);
  return facts.source_element.empty() ? facts.property : facts.source_element;
}

/// A stretch of the record that goes, and what stands there instead.
struct Cut {
  std::size_t begin;
  std::size_t end;
  std::string_view instead;
};

Cut cut_of(std::string_view raw, TextSlice element) noexcept {
  Cut cut{element.begin, std::size_t{element.begin} + element.size, {}};
  const char before = cut.begin == 0 ? ':' : raw[cut.begin - 1];
  if (before == ',') {
    --cut.begin;
  } else if (before != '[') {
    cut.instead = "null";
  }
  return cut;
}

} // namespace

RecordText record_of(std::span<const Element> elements) {
  RecordText text;
  text.raw.assign(1, '{');
  for (std::size_t begin = 0; begin < elements.size();) {
    const PersonPart part = elements[begin].part;
    std::size_t end = begin;
    while (end < elements.size() && elements[end].part == part) {
      ++end;
    }
    const bool is_list = facts_of(part).is_list || end - begin > 1;
    text.raw += begin == 0 ? "\"" : ",\"";
    text.raw += name_of(part);
    text.raw += is_list ? "\":[" : "\":";
    for (std::size_t i = begin; i < end; ++i) {
      text.raw += i == begin ? "" : ",";
      text.elements.push_back({static_cast<std::uint32_t>(text.raw.size()),
                               static_cast<std::uint32_t>(elements[i].json.size())});
      text.raw += elements[i].json;
    }
    text.raw += is_list ? "]" : "";
    begin = end;
  }
  text.raw += '}';
  return text;
}

RecordText without(std::string_view raw, std::span<const TextSlice> gone,
                   std::span<const TextSlice> kept) {
  std::vector<Cut> cuts;
  for (const TextSlice& element : gone) {
    cuts.push_back(cut_of(raw, element));
  }
  std::ranges::sort(cuts, {}, &Cut::begin);
  RecordText text;
  std::size_t at = 0;
  std::vector<std::pair<std::size_t, std::size_t>> moved; // from here on, so much is before it
  for (const Cut& cut : cuts) {
    const std::size_t begin = std::max(at, cut.begin); // its comma may be gone already
    text.raw += raw.substr(at, begin - at);
    text.raw += cut.instead;
    at = cut.end;
    // The comma after what was first in its list.
    if (cut.instead.empty() && text.raw.ends_with('[') && at < raw.size() && raw[at] == ',') {
      ++at;
    }
    moved.emplace_back(at, text.raw.size());
  }
  text.raw += raw.substr(at);
  for (const TextSlice& element : kept) {
    std::size_t begin = element.begin;
    const auto after =
        std::ranges::upper_bound(moved, begin, {}, &std::pair<std::size_t, std::size_t>::first);
    if (after != moved.begin()) {
      begin = std::prev(after)->second + (begin - std::prev(after)->first);
    }
    text.elements.push_back({static_cast<std::uint32_t>(begin), element.size});
  }
  return text;
}

} // namespace grunndata::registry::purge
