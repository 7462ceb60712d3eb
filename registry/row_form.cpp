#include "registry/row_form.h"

namespace grunndata::registry {

std::string_view visible_form(const Row& row, bool historic, const Viewer& viewer) noexcept {
  const PersonPart part = row.entry.part;
  if (!may_see(part, row.entry.grading, viewer.person, historic, viewer.access)) {
    return {};
  }
  if (viewer.access == Access::no_legal_basis) {
    const bool must_be_open =
        viewer.person >= Grading::confidential && locates_in_fields(part);
    if (!row.open.empty() || must_be_open) {
      return row.open;
    }
  }
  return viewer.dialect == Dialect::v1 && !row.v1.empty() ? row.v1 : row.text;
}

} // namespace grunndata::registry
