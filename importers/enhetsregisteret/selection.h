// Which of Norway's units are wanted: those of a trade, a form or a list, with everybody above
// them.
#pragma once

#include "importers/reading/json_document.h"
#include "registry/error.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace grunndata::importers::enhetsregisteret {

/// A unit is wanted when one of the four says so; when all are empty, every unit is.
struct SelectionRules {
  std::vector<std::string> industries; ///< beginnings of its naeringskoder: "86", "87.1"
  std::vector<std::string> forms;      ///< "KOMM"
  std::vector<std::string> parents;    ///< organisasjonsnumre: everything below them, they too
  std::vector<std::string> units;      ///< organisasjonsnumre
  [[nodiscard]] bool empty() const noexcept {
    return industries.empty() && forms.empty() && parents.empty() && units.empty();
  }
};

/// What rules say of a unit by itself, whoever is above or below it. For one thread.
class UnitPicker {
 public:
  explicit UnitPicker(const SelectionRules& rules);

  /// `unit` is its document.
  [[nodiscard]] bool picks(reading::JsonSlot unit, std::uint32_t number);
  /// Everything below it is wanted.
  [[nodiscard]] bool is_top(std::uint32_t number) const { return tops_.contains(number); }
  [[nodiscard]] bool has_tops() const noexcept { return !tops_.empty(); }
  /// Wanted whatever they are.
  [[nodiscard]] const std::unordered_set<std::uint32_t>& listed() const noexcept {
    return listed_;
  }

 private:
  SelectionRules rules_;
  std::unordered_set<std::uint32_t> listed_;
  std::unordered_set<std::uint32_t> tops_;
  std::string scratch_;
};

/// A number as text; nothing when it is none.
[[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view text) noexcept;

/// The units that rules pick out of files, and every unit above one of them. 12 bytes a unit while
/// it is made, 4 bytes a wanted one afterwards. Immutable; any thread.
class Selection {
 public:
  /// Reads the files once through; what is no unit is passed over. `invalid` when a path is "-":
  /// what is read twice must be a file. Errors else as of `RecordReader`, and `cancelled`.
  [[nodiscard]] static registry::Result<Selection>
  read(const std::vector<std::string>& paths, const SelectionRules& rules,
       const std::function<bool()>& stop_requested);

  [[nodiscard]] bool contains(std::string_view orgnr) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return wanted_.size(); }

 private:
  std::vector<std::uint32_t> wanted_; ///< ascending
};

} // namespace grunndata::importers::enhetsregisteret
