// Which of Norway's units are wanted: those of a trade, a form or a list, with everybody above
// them.
#pragma once

#include "registry/error.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
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
