#include "registry/row_form.h"

#include "registry/person_protection.h"
#include "registry/place_fields.h"

#include <algorithm>

namespace grunndata::registry {

Viewer viewer_of(const DocumentHeader& header, Access access, Dialect dialect) noexcept {
  return {access, dialect, static_cast<Grading>(header.protection),
          Protection::of(header).relative_hides};
}

bool sees(const RowEntry& row, bool historic, const Viewer& viewer) noexcept {
  if (viewer.places_withheld && locates(row.part)) {
    return false;
  }
  const bool shared = viewer.relative_hides && row.part == PersonPart::shared_residence;
  const Grading grading = shared ? std::max(row.grading, Grading::confidential) : row.grading;
  return may_see(row.part, grading, viewer.person, historic, viewer.access);
}

bool places_are_left_out(PersonPart part, const Viewer& viewer) noexcept {
  const Grading from =
      viewer.access == Access::legal_basis ? Grading::strictly_confidential : Grading::confidential;
  return (viewer.person >= from || viewer.places_withheld) && locates_in_fields(part);
}

std::string_view visible_form(const Row& row, bool historic, const Viewer& viewer,
                              std::string& scratch) {
  if (!sees(row.entry, historic, viewer)) {
    return {};
  }
  const bool openly = viewer.access == Access::no_legal_basis && !row.open.empty();
  const bool as_spelled = !openly && viewer.dialect == Dialect::v1 && !row.v1.empty();
  const std::string_view form = openly ? row.open : as_spelled ? row.v1 : row.text;
  if (!places_are_left_out(row.entry.part, viewer)) {
    return form;
  }
  scratch.clear();
  append_without_places(row.entry.part, form, Naming::contract, scratch);
  return scratch;
}

} // namespace grunndata::registry
