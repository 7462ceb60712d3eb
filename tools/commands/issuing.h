// Issuing felles hjelpenumre as the configuration says.
#pragma once

#include "registry/audit/log.h"
#include "registry/hjelpenummer/blocks.h"
#include "tools/config/config.h"

#include <memory>

namespace grunndata::tools {

/// What a demonstration issues from, in a test environment and when nothing else was delegated:
/// synthetic like its persons, and the same in every demonstration.
inline constexpr registry::hjelpenummer::PrefixRange demonstration_range{830'000'000, 830'099'999};

/// Where the issuing mark lies: as configured, or beside the data directory.
[[nodiscard]] std::filesystem::path issuing_mark_file(const config::Config& config);

/// Opens issuing on `registry` and takes up the configured range, or a demonstration's own, if the
/// mark does not have it yet. What keeps numbers from being issued is a line in the log and no
/// error. Errors: `corrupt`, `storage` of the registry.
[[nodiscard]] registry::Result<std::unique_ptr<registry::hjelpenummer::HelpNumbers>>
open_help_numbers(registry::Registry& registry, const config::Config& config);

/// Blocks for downtime, their lists signed with the key of `log` (null: not signed).
[[nodiscard]] std::unique_ptr<registry::hjelpenummer::Blocks>
open_blocks(registry::Registry& registry, registry::hjelpenummer::HelpNumbers& numbers,
            const registry::audit::Log* log);

} // namespace grunndata::tools
