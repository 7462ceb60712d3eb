// What a command did, for the audit log.
#pragma once

#include "registry/audit/record.h"
#include "tools/administration/command_host.h"

#include <string>
#include <string_view>

#include <unistd.h>

namespace grunndata::tools {

/// Name of an operating-system user, its number when it has none; of whom this process acts for.
[[nodiscard]] std::string os_user(uid_t user = ::geteuid());

/// A record of class `important` by whoever gave the command; fill in what else is known.
[[nodiscard]] registry::audit::Record
command_record(const Console& console, registry::audit::Act act, std::string_view operation);

/// Whether a record could be written now: ask before changing anything. Well without a log.
[[nodiscard]] registry::Result<void> can_audit(const OpenedRegistry& opened);

/// Writes `record` with what came of the command; on disk when it returns. Well without a log.
[[nodiscard]] registry::Result<void> audit(OpenedRegistry& opened, registry::audit::Record record,
                                           const registry::Result<void>& outcome);

} // namespace grunndata::tools
