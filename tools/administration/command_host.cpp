#include "tools/administration/command_host.h"

#include "tools/commands/exit_status.h"

namespace grunndata::tools {

bool has_room(registry::SpaceGuard& space, const CommandNeeds& needs, std::ostream& err) {
  if (!needs.work) {
    return true;
  }
  const auto may = space.may_go_on(*needs.work);
  if (!may) {
    report_error(err, may.error());
  }
  return may.has_value();
}

int ServedHost::run(const config::ConfigSources&, const CommandNeeds& needs,
                    const RegistryCommand& command) {
  return has_room(*opened_.space, needs, console_.err) ? command(opened_, console_)
                                                       : exit_unavailable;
}

} // namespace grunndata::tools
