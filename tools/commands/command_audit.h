// What a command did, for the audit log.
#pragma once

#include "registry/audit/record.h"
#include "tools/commands/open_registry.h"

#include <string>
#include <string_view>

namespace grunndata::tools {

/// Name of the operating-system user that this process acts for; its number when it has no name.
[[nodiscard]] std::string os_user();

/// A record of class `important` by the operating-system user; fill in what else is known.
[[nodiscard]] registry::audit::Record command_record(registry::audit::Act act,
                                                     std::string_view operation);

/// Whether a record could be written now: ask before changing anything. Well without a log.
[[nodiscard]] registry::Result<void> can_audit(const OpenedRegistry& opened);

/// Writes `record` with what came of the command; on disk when it returns. Well without a log.
[[nodiscard]] registry::Result<void> audit(OpenedRegistry& opened, registry::audit::Record record,
                                           const registry::Result<void>& outcome);

} // namespace grunndata::tools
