#include "registry/valid_axis.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace grunndata::registry {

namespace {

bool superseded(const RowEntry& row) noexcept {
  return !is_current(row) && row.valid_to == no_instant;
}

/// Where `row` ends when `next` replaces it.
std::int64_t end_by(const RowEntry& row, const RowEntry& next) noexcept {
  return next.valid_from > row.valid_from ? next.valid_from : next.registered_at;
}

} // namespace

std::vector<ValidInterval> valid_intervals(std::span<const RowEntry> rows, bool single_valued) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [rows](std::size_t i) {
    return std::make_tuple(rows[i].valid_from, rows[i].registered_at, rows.size() - i);
  });
  std::vector<ValidInterval> intervals(rows.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    const RowEntry& row = rows[order[place]];
    ValidInterval& own = intervals[order[place]];
    own.from = std::max(own.from, row.valid_from);
    if (!superseded(row)) {
      own.to = row.valid_to == no_instant ? ValidInterval::open_end : row.valid_to;
      continue;
    }
    own.derived = true;
    if (place + 1 == order.size()) {
      own.to = std::max(row.registered_at, row.valid_from);
      continue;
    }
    const RowEntry& next = rows[order[place + 1]];
    own.to = std::max(end_by(row, next), row.valid_from);
    if (single_valued && next.valid_from == row.valid_from) {
      intervals[order[place + 1]].from = own.to;
    }
  }
  return intervals;
}

} // namespace grunndata::registry
