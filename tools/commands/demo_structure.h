// The enterprises of a demonstration.
#pragma once

#include "registry/error.h"
#include "tools/commands/open_registry.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace grunndata::tools {

/// Makes a small nation of enterprises in `directory` and loads what each of its registers says.
/// The organisasjonsnummer of a health region, to look at; empty when it was stopped meanwhile.
/// Errors: `storage`, those of the registry.
[[nodiscard]] registry::Result<std::string>
load_demo_structure(OpenedRegistry& opened, const std::filesystem::path& directory,
                    std::uint64_t seed, const std::function<bool()>& stop_requested);

} // namespace grunndata::tools
