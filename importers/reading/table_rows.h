// Rows of a table written as text (CSV), as JSON objects: `a;b\n1;` is `{"a":"1"}`.
#pragma once

#include "registry/error.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::reading {

/// A longer row is refused: a quote was left open.
inline constexpr std::size_t table_row_bytes_max = 64U << 10U;

/// RFC 4180, with `;`, a tabulator or `|` as separator too: the one the header has most of.
class TableRows {
 public:
  /// Just after the line end that ends the row at the start of `text`: line ends inside quotes do
  /// not. Nothing when it is not there.
  [[nodiscard]] static std::optional<std::size_t> row_end(std::string_view text) noexcept;

  /// The first row. `invalid` when two columns share a name or one has none.
  [[nodiscard]] registry::Result<void> start(std::string_view header);
  [[nodiscard]] bool is_started() const noexcept { return !columns_.empty(); }
  void stop() noexcept { columns_.clear(); }

  /// Makes `json` an object with a string for each cell that is not empty. Returns an empty text,
  /// or what is wrong: wrong_columns (too few or too many), open_quote. `json` is then unspecified.
  [[nodiscard]] std::string_view render(std::string_view row, std::string& json);

 private:
  /// False when a quote stays open.
  bool split(std::string_view row);

  char separator_ = ';';
  std::vector<std::string> columns_;
  std::vector<std::string> cells_;
  std::size_t cells_count_ = 0; ///< of `cells_`, which keep their memory
};

} // namespace grunndata::importers::reading
