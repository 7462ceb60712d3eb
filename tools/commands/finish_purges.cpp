#include "tools/commands/finish_purges.h"

#include "registry/purge/purger.h"
#include "tools/administration/command_host.h"

#include <ostream>

namespace grunndata::tools {

void finish_purges(OpenedRegistry& opened, Console& console) {
  namespace purge = registry::purge;
  const auto report = purge::run_purger(*opened.registry, {opened.config.values.purge.per_hour_max},
                                        registry::now());
  if (!report) {
    console.err << "grunndata: purged, but not yet gone from the files: " << report.error().message
                << '\n';
  } else if (report->waiting != 0) {
    console.err << "grunndata: " << report->waiting << " purges wait to go from the files"
                << (report->needs_confirmation ? "; see `grunndata purge list`" : "") << '\n';
  }
}

} // namespace grunndata::tools
