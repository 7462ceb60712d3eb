// A source's record without some of its elements.
#pragma once

#include "registry/source_record.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::purge {

/// A record and where its elements stand in it, in the order in which they were given.
struct RecordText {
  std::string raw;
  std::vector<TextSlice> elements;
};

struct Element {
  PersonPart part{};
  std::string_view json;
};

/// A record of `elements` alone, grouped by part, each under its source's name. Whatever else the
/// record said is gone, what nobody understood included.
[[nodiscard]] RecordText record_of(std::span<const Element> elements);

/// `raw` without the elements `gone`, all else as it stands, and where `kept` stand then. An
/// element of a list goes with its comma; one that stands alone becomes `null`. The slices lie
/// apart from each other inside `raw`, which has no white space between its tokens.
[[nodiscard]] RecordText without(std::string_view raw, std::span<const TextSlice> gone,
                                 std::span<const TextSlice> kept);

} // namespace grunndata::registry::purge
