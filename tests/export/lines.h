// What an export's lines say, taken apart.
#pragma once

#include "api/v1/export/person_export.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::stories {

struct Lines {
  std::vector<std::string> ids;                ///< of persons, in order
  std::map<std::string, std::string> persons;  ///< whole lines by id
  std::map<std::string, std::string> moved;    ///< where an id leads now
  std::string begin;                           ///< the cursor of the first line
  std::string end;                             ///< of the last one
  std::string last;                            ///< the last line as it stands

  /// Fails the test unless `text` is whole lines of the kinds there are, the first and last in
  /// their places.
  explicit Lines(std::string_view text);
};

/// The value of the first `"name":"…"`.
[[nodiscard]] std::string member_of(std::string_view line, std::string_view name);

/// All pieces, one behind the other.
[[nodiscard]] std::string all_pieces(const registry::Registry& registry,
                                     const v1::PersonExportOrder& order);

} // namespace grunndata::api::stories
