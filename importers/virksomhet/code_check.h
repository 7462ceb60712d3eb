// Codes of mapped records held against the code lists: counted and told, never a reason to stop or
// to leave anything out.
#pragma once

#include "registry/kodeverk/kodeverk.h"
#include "registry/virksomhet/node_record.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace grunndata::importers::virksomhet {

/// One writer at a time.
class CodeCheck {
 public:
  /// More codes than these share the code "…" of their list.
  static constexpr std::size_t codes_max = 1000;

  struct Key {
    std::string list; ///< its number
    /// Of a list that has all its codes; of one that has not "…", for there the code may exist. One
    /// that could be anything is shown as "*".
    std::string code;
    registry::CodeStanding standing{}; ///< `unknown_code`, `unknown_list` or `ended`
    auto operator<=>(const Key&) const = default;
  };

  CodeCheck() = default; ///< judges nothing
  CodeCheck(std::shared_ptr<const registry::CodeLists> lists, registry::Instant when)
      : lists_(std::move(lists)), when_(when) {}

  /// Forms, industries, sectors, classifications, roles: what has a list of its own.
  void look_at(const registry::virksomhet::NodeRecord& record);

  /// Adds what another has counted.
  void merge(const CodeCheck& other);

  [[nodiscard]] const std::map<Key, std::uint64_t>& counts() const noexcept { return counts_; }

 private:
  void judge(std::string_view list, std::string_view code);
  void add(Key key, std::uint64_t times);

  std::shared_ptr<const registry::CodeLists> lists_;
  registry::Instant when_{};
  std::map<Key, std::uint64_t> counts_;
};

/// "unknown_code", "unknown_list", "ended"; empty for `valid`.
[[nodiscard]] std::string_view name_of(registry::CodeStanding standing) noexcept;

} // namespace grunndata::importers::virksomhet
