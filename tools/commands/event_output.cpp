#include "tools/commands/event_output.h"

#include "registry/audit/subject_set.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"

namespace grunndata::tools {

registry::Result<registry::EventTypeSet> event_types(const std::vector<std::string>& names,
                                                     std::string_view option) {
  registry::EventTypeSet types;
  for (const std::string& name : names) {
    if (const auto group = registry::find_event_group(name)) {
      types |= *group;
    } else if (const auto type = registry::find_event_type(name)) {
      types.set(static_cast<std::size_t>(*type));
    } else {
      return registry::fail(registry::ErrorCode::invalid,
                            std::string(option).append(": no event is called ").append(name));
    }
  }
  return types;
}

registry::Result<void> log_delivered(OpenedRegistry& opened, const Console& console,
                                     const std::vector<registry::Event>& events,
                                     registry::Access access, const std::string& reason) {
  if (events.empty() || !opened.audit) {
    return {};
  }
  const auto subjects = registry::audit::subject_set(*opened.registry, events.front().sequence,
                                                     events.back().sequence + 1, access);
  if (!subjects) {
    return tl::unexpected(subjects.error());
  }
  registry::audit::Record record = command_record(console, registry::audit::Act::feed, "events");
  record.kind = registry::audit::Class::ordinary;
  record.subjects = *subjects;
  record.with_legal_basis = access == registry::Access::legal_basis;
  record.reason.text = reason;
  return audit(opened, std::move(record), {});
}

} // namespace grunndata::tools
