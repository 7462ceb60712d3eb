// Events as commands print them, and the record that they were.
#pragma once

#include "registry/access.h"
#include "registry/registry.h"

#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tools {

struct Console;
struct OpenedRegistry;

/// By their names, or by those of groups (registry/event_type.h). `invalid`: `option` names what
/// there is none of.
[[nodiscard]] registry::Result<registry::EventTypeSet>
event_types(const std::vector<std::string>& names, std::string_view option);

/// One audit record for a page, with the set of persons it told of.
[[nodiscard]] registry::Result<void> log_delivered(OpenedRegistry& opened, const Console& console,
                                                   const std::vector<registry::Event>& events,
                                                   registry::Access access,
                                                   const std::string& reason);

} // namespace grunndata::tools
