#include "registry/open_sight.h"

#include <algorithm>

namespace grunndata::registry {

std::vector<std::string> open_sight(const std::vector<Row>& rows, PersonPart part,
                                    const Viewer& viewer, std::uint64_t recorded_at) {
  std::vector<const Row*> then;
  for (const Row& row : rows) {
    if (row.entry.part == part && row.entry.recorded_from <= recorded_at &&
        recorded_at < row.entry.recorded_to) {
      then.push_back(&row);
    }
  }
  std::ranges::stable_sort(then, {}, [](const Row* row) { return row->entry.ordinal; });
  std::vector<std::string> sight;
  std::string scratch;
  for (const Row* row : then) {
    const auto form = visible_form(*row, !is_current(row->entry), viewer, scratch);
    if (!form.empty()) {
      sight.emplace_back(form);
    }
  }
  return sight;
}

} // namespace grunndata::registry
