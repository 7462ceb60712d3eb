#include "registry/disclosure.h"

#include "registry/document.h"
#include "registry/person_protection.h"
#include "registry/reading.h"

namespace grunndata::registry {

namespace {

bool has_graded_row(const Result<DocumentBytes>& document, const PersonPartSet& parts) noexcept {
  if (!document) {
    return false;
  }
  for (std::size_t i = 0; i < document->row_count(); ++i) {
    const RowEntry row = document->entry(i);
    if (row.grading != Grading::unclassified &&
        parts.test(static_cast<std::size_t>(row.part) % person_part_count)) {
      return true;
    }
  }
  return false;
}

} // namespace

Disclosure disclosed(const Reading& reading, const ViewRequest& request) noexcept {
  Disclosure told{request.parts, false};
  if (request.access == Access::no_legal_basis) {
    for (const PersonPartFacts& facts : person_parts) {
      if (is_confidential_part(facts.part)) {
        told.parts.reset(static_cast<std::size_t>(facts.part));
      }
    }
    return told;
  }
  const auto current = DocumentBytes::current(reading.current());
  const bool relative_hides =
      current && Protection::of(current->header()).relative_hides &&
      request.parts.test(static_cast<std::size_t>(PersonPart::shared_residence));
  told.protected_shown = reading.protection() != Grading::unclassified || relative_hides ||
                         has_graded_row(current, request.parts) ||
                         (reading.past_loaded() && !reading.past().empty() &&
                          has_graded_row(DocumentBytes::past(reading.past()), request.parts));
  return told;
}

} // namespace grunndata::registry
