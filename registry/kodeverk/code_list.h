// A code list (kodeverk) as somebody publishes it, and one version of it as it was loaded.
#pragma once

#include "registry/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace grunndata::registry {

inline constexpr std::size_t codes_of_list_max = 200'000;
inline constexpr std::size_t list_number_bytes_max = 64;
inline constexpr std::size_t code_bytes_max = 64;
inline constexpr std::size_t list_text_bytes_max = 4'000; ///< each text of a list or code

/// One row of a list. A code may have several, for times that do not overlap.
struct ListedCode {
  std::string code; ///< as text: leading zeros count
  std::string text;
  bool active = true; ///< as the source says
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_to; ///< the first moment it was no more
  bool operator==(const ListedCode&) const = default;
};

/// What a publisher says. Equal lists say the same.
struct CodeList {
  std::string number; ///< in the national series ("9060"); a name where a list has none
  std::string oid;    ///< may be empty
  std::string title;
  std::string source;    ///< who says so, and on which terms
  std::string version{}; ///< as the publisher calls it; may be empty
  std::string note{};    ///< what a user of the list should know; may be empty
  /// Holds every code of its list. Else a code that is not here may well exist.
  bool complete = false;
  /// When the version began to hold. Unset: it corrects the version before it and holds from when
  /// that did; the first one of a list has always held.
  std::optional<Instant> valid_from{};
  std::vector<ListedCode> codes; ///< in the publisher's order
  bool operator==(const CodeList&) const = default;
};

/// What is wrong with a list, as a sentence that names the code; nothing when it can be kept. The
/// number is letters, digits, `.`, `-` and `_`; the OID digits and dots; title and source are
/// there; a code stands once for each time.
[[nodiscard]] std::optional<std::string> fault_of(const CodeList& list);

/// A version of a list in the registry. Never changes.
class ListVersion {
public:
  /// `list` has no fault. `place`: among the versions of its list, from 1, in the order loaded.
  ListVersion(CodeList list, std::uint64_t place, Instant loaded, bool shipped);
  ListVersion(ListVersion&&) = default;
  ListVersion& operator=(ListVersion&&) = default;

  [[nodiscard]] const CodeList& list() const noexcept { return list_; }
  [[nodiscard]] std::uint64_t place() const noexcept { return place_; }
  [[nodiscard]] Instant loaded() const noexcept { return loaded_; }
  /// Came with the program, not from an operator.
  [[nodiscard]] bool shipped() const noexcept { return shipped_; }

  /// The row of a code that holds at `at`, else its newest row; null when the list has no such
  /// code. Exact: case and leading zeros count. Lives as long as this.
  [[nodiscard]] const ListedCode* find(std::string_view code, Instant at) const noexcept;

private:
  CodeList list_;
  std::uint64_t place_;
  Instant loaded_;
  bool shipped_;
  std::vector<std::uint32_t> by_code_; ///< places in `list_.codes`, by code, then by time
  /// From a code, whose text is in `list_`, to the first of its rows in `by_code_`.
  std::unordered_map<std::string_view, std::uint32_t> first_;
};

/// Whether a row holds at `at`, as far as its dates say.
[[nodiscard]] bool holds_at(const ListedCode& code, Instant at) noexcept;

} // namespace grunndata::registry
