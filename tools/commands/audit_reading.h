// The commands that show what the audit log says.
#pragma once

#include "registry/audit/log.h"
#include "tools/administration/command_host.h"
#include "tools/config/config.h"

#include <optional>
#include <string>

namespace grunndata::tools {

/// What the caller gave; each command uses some of it.
struct AuditReadingFlags {
  config::ConfigSources sources;
  std::string reason;
  std::string user; ///< HPR number or user key; "-": a person's number stands on stdin
  std::string organisation;
  std::string client;
  std::string act;
  std::string from;
  std::string to;
  std::uint64_t limit = 0; ///< 0: all
  bool json = false;
  bool with_subjects = false;
  std::optional<std::uint64_t> proof;
};

int audit_search(const AuditReadingFlags& flags, OpenedRegistry& opened, Console& console);
/// The person stands on stdin: an identifier or an opaque id.
int audit_for_person(const AuditReadingFlags& flags, OpenedRegistry& opened, Console& console);
int audit_export(const AuditReadingFlags& flags, OpenedRegistry& opened, Console& console);

/// `unavailable` when the configuration turns the log off.
[[nodiscard]] registry::Result<registry::audit::Log*> audit_log_of(OpenedRegistry& opened);

} // namespace grunndata::tools
