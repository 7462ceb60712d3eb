#include "registry/row_grading.h"

#include "registry/purge/shared_homes.h"

#include <algorithm>
#include <string>

namespace grunndata::registry {

namespace {

bool tell_of_one_home(std::string_view one, std::string_view other) {
  const auto marks = purge::marks_of_home(one);
  const auto others = purge::marks_of_home(other);
  return marks.empty() || others.empty() ||
         std::ranges::find_first_of(marks, others) != marks.end();
}

/// The strictest grading of rows that were recorded since `old` went and are about the same.
Grading graded_later(const Row& old, const std::vector<Row>& rows) {
  const auto is_later = [&old](const Row& row) {
    return row.entry.part == old.entry.part && row.entry.source == old.entry.source &&
           row.entry.recorded_from >= old.entry.recorded_to;
  };
  bool is_dated_alike = false;
  Grading alike = Grading::unclassified;
  for (const Row& row : rows) {
    if (is_later(row) && old.entry.valid_from != no_instant &&
        row.entry.valid_from == old.entry.valid_from) {
      is_dated_alike = true;
      alike = std::max(alike, row.entry.grading);
    }
  }
  for (const Row& row : rows) {
    if (!is_dated_alike && row.entry.grading > alike && is_later(row) &&
        tell_of_one_home(old.text, row.text)) {
      alike = row.entry.grading;
    }
  }
  return alike;
}

} // namespace

PersonPartSet grade_withdrawn(std::vector<Row>& rows) {
  PersonPartSet parts;
  PersonPartSet graded;
  for (const Row& row : rows) {
    graded.set(static_cast<std::size_t>(row.entry.part),
               graded.test(static_cast<std::size_t>(row.entry.part)) ||
                   row.entry.grading != Grading::unclassified);
  }
  if (graded.none()) {
    return parts; // almost everybody
  }
  std::vector<Row*> withdrawn;
  for (Row& row : rows) {
    if (row.entry.recorded_to != still_recorded &&
        graded.test(static_cast<std::size_t>(row.entry.part))) {
      withdrawn.push_back(&row);
    }
  }
  // The newest first: what it is graded as decides on those before it.
  std::ranges::sort(withdrawn, std::ranges::greater{},
                    [](const Row* row) { return row->entry.recorded_to; });
  for (Row* row : withdrawn) {
    const Grading later = graded_later(*row, rows);
    if (later > row->entry.grading) {
      row->entry.grading = later;
      parts.set(static_cast<std::size_t>(row->entry.part));
    }
  }
  return parts;
}

} // namespace grunndata::registry
