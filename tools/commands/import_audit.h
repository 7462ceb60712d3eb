// What an import did, for the audit log.
#pragma once

#include "tools/commands/command_audit.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace grunndata::tools {

/// Leaves one record for a job that reads a source, however it ends: who, which source, counts, and
/// the part of the log of events that was written meanwhile, with the set of its persons.
class ImportAudit {
public:
  using Counts = std::initializer_list<std::pair<std::string_view, std::uint64_t>>;

  /// Before anything is read. `command` is what the operator typed: "import folkeregisteret".
  ImportAudit(OpenedRegistry& opened, const Console& console, std::string_view command);

  /// Adds to what the record says; values hold no personal data.
  void note(std::string_view name, std::string_view value);
  void note(Counts counts);
  /// Writes the record; on disk when it returns. Errors: those of the logs.
  [[nodiscard]] registry::Result<void> finish(const registry::Result<void>& outcome);

private:
  OpenedRegistry& opened_;
  registry::audit::Record record_;
  std::uint64_t first_; ///< sequence that was free at the beginning
};

} // namespace grunndata::tools
