#include "tools/commands/import_audit.h"

#include "registry/audit/subject_set.h"

namespace grunndata::tools {

ImportAudit::ImportAudit(OpenedRegistry& opened, const Console& console, std::string_view command)
    : opened_(opened), record_(command_record(console, registry::audit::Act::imported, command)),
      first_(opened.registry->newest_sequence() + 1) {}

void ImportAudit::note(std::string_view name, std::string_view value) {
  std::string& text = record_.reason.purpose_details;
  text += text.empty() ? "" : " ";
  text.append(name).append("=").append(value);
}

void ImportAudit::note(Counts counts) {
  for (const auto& [name, count] : counts) {
    note(name, std::to_string(count));
  }
}

registry::Result<void> ImportAudit::finish(const registry::Result<void>& outcome) {
  if (!opened_.audit) {
    return {};
  }
  const auto subjects = registry::audit::subject_set(*opened_.registry, first_,
                                                     opened_.registry->newest_sequence() + 1,
                                                     registry::Access::legal_basis);
  if (subjects) {
    record_.subjects = *subjects;
  }
  const auto written = audit(opened_, std::move(record_), outcome);
  return written && !subjects ? tl::unexpected(subjects.error()) : written;
}

} // namespace grunndata::tools
