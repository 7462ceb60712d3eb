// What search knows of a node at a time: its words, codes and places, and how it stands.
#pragma once

#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/search/words.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet::search {

/// Where a word stands, best first.
enum class Field : std::uint8_t {
  name = 0,
  place = 1, ///< kommune or poststed of where it is or does business
  former_name = 2,
  facet = 3, ///< a code; never asked for as text
  other = 4, ///< was so, or was thought to be, at another time; for the index alone
};

struct Fact {
  TextSlice text; ///< a word's strict form, or a facet, in `NodeFacts::text`
  Field field{};
  bool is_personal = false; ///< tells of a natural person
};

/// Codes as words that nobody can type.
[[nodiscard]] std::string municipality_facet(std::string_view number);
/// naeringskode and hjelpeenhetskode; of the first digits, the beginning of all below.
[[nodiscard]] std::string industry_facet(std::string_view code);
[[nodiscard]] std::string form_facet(std::string_view code);
[[nodiscard]] std::string class_facet(std::string_view system, std::string_view code);

/// Reusable: `facts_of` clears it and keeps capacity.
struct NodeFacts {
  NodeType type{};
  NodeStatus status{};      ///< `unknown`: not to be found at that time
  bool name_is_withheld = false;
  std::uint16_t sources = 0; ///< of `source_bit`
  std::uint8_t size = 0;    ///< binary digits of the number of its employees
  std::vector<Fact> facts;
  /// The names that hold: their words are facts that stand together.
  struct Name {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool is_personal = false;
  };
  std::vector<Name> names;
  /// When, without a change of the node, its facts become others; `no_instant`: never.
  std::int64_t changes_at = no_instant;
  std::string text;

  [[nodiscard]] std::string_view view(TextSlice slice) const noexcept {
    return std::string_view(text).substr(slice.begin, slice.size);
  }
  [[nodiscard]] bool is_open() const noexcept {
    return status == NodeStatus::aktiv || status == NodeStatus::under_arbeid;
  }
  /// Removed ones, mistaken ones and such that are only named by others are not.
  [[nodiscard]] bool can_be_found() const noexcept {
    return is_open() || status == NodeStatus::opphort;
  }
};

[[nodiscard]] constexpr std::uint16_t source_bit(NodeSource source) noexcept {
  return static_cast<std::uint16_t>(1U << (static_cast<unsigned>(source) -
                                           static_cast<unsigned>(NodeSource::enhetsregisteret)));
}

/// At which point of both axes, and whether what did not hold then is wanted as `Field::other`.
struct FactsAt {
  std::int64_t valid = 0;
  std::uint64_t recorded = still_recorded - 1;
  bool with_others = false;
};

/// Of health personnel nothing: they are no units.
void facts_of(const Node& node, const FactsAt& at, NodeFacts& out);

} // namespace grunndata::registry::virksomhet::search
