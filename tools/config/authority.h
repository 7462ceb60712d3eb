// Whose word counts for which field of a unit, as the configuration says.
#pragma once

#include "registry/virksomhet/joined_field.h"
#include "tools/config/config.h"

#include <chrono>

namespace grunndata::tools::config {

/// Section [virksomhet.authority].
[[nodiscard]] registry::virksomhet::Authority authority_of(const LoadedConfig& loaded);

/// How often a server looks for conflicts; 0: never.
[[nodiscard]] std::chrono::seconds conflict_interval(const LoadedConfig& loaded);

} // namespace grunndata::tools::config
