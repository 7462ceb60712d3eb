// Bodies of questions about the enterprise structure.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "api/v1/admin/json_members.h"
#include "registry/virksomhet/structure.h"

namespace grunndata::api::v1 {

/// As `set_recorded_as_of`, but that before the first load nodes were not known, no person.
[[nodiscard]] Refusal set_node_recorded_as_of(const Context& context, std::string_view text,
                                              registry::ViewRequest& view);

/// The members `asOf` and `recordedAsOf`, which mean what the parameters mean.
[[nodiscard]] Refusal read_times(const Context& context, const MemberValue& as_of,
                                 const MemberValue& recorded_as_of,
                                 registry::virksomhet::AsOf& times);

} // namespace grunndata::api::v1
