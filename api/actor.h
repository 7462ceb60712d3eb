// The caller as what is kept beside the things that it does.
#pragma once

#include "api/access/caller.h"
#include "registry/actor.h"

#include <string>

namespace grunndata::api {

/// The unit that the caller acts for: of the token, the unit before the parent, else of the
/// registered client. Empty in a demonstration.
[[nodiscard]] std::string organisation_of(const access::Caller& caller);

[[nodiscard]] registry::Actor actor_of(const access::Caller& caller);

} // namespace grunndata::api
