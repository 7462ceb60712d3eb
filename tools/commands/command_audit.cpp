#include "tools/commands/command_audit.h"

#include "registry/audit/log.h"

#include <pwd.h>

#include <array>

namespace grunndata::tools {

namespace {

constexpr std::size_t user_entry_bytes = 16u << 10;
/// Commands have no HTTP status; the log wants one.
constexpr std::uint16_t status_done = 200;
constexpr std::uint16_t status_failed = 500;

} // namespace

std::string os_user(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, user_entry_bytes> room{};
  if (::getpwuid_r(user, &entry, room.data(), room.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(user);
}

registry::audit::Record command_record(const Console& console, registry::audit::Act act,
                                       std::string_view operation) {
  registry::audit::Record record;
  record.act = act;
  record.kind = registry::audit::Class::important;
  record.actor.os_user = console.os_user;
  record.operation = operation;
  return record;
}

registry::Result<void> can_audit(const OpenedRegistry& opened) {
  return opened.audit ? opened.audit->healthy() : registry::Result<void>{};
}

registry::Result<void> audit(OpenedRegistry& opened, registry::audit::Record record,
                             const registry::Result<void>& outcome) {
  if (!opened.audit) {
    return {};
  }
  record.status = outcome ? status_done : status_failed;
  record.outcome = outcome ? "ok" : std::string(code_name(outcome.error().code));
  const auto written = opened.audit->append({&record, 1});
  return written ? registry::Result<void>{} : tl::unexpected(written.error());
}

} // namespace grunndata::tools
