// Parts of the table of settings, for settings.cpp to put together.
#pragma once

#include "tools/config/settings.h"

#include <span>

namespace grunndata::tools::config {

/// access, audit and purge.
[[nodiscard]] std::span<const Setting> access_settings() noexcept;
/// backup.
[[nodiscard]] std::span<const Setting> backup_settings() noexcept;
/// sync.folkeregisteret.
[[nodiscard]] std::span<const Setting> sync_settings() noexcept;
/// sync.enhetsregisteret.
[[nodiscard]] std::span<const Setting> unit_sync_settings() noexcept;
/// enhetsregisteret and resh.
[[nodiscard]] std::span<const Setting> structure_settings() noexcept;
/// virksomhet.authority.
[[nodiscard]] std::span<const Setting> authority_settings() noexcept;
/// space.
[[nodiscard]] std::span<const Setting> space_settings() noexcept;
/// hjelpenummer.
[[nodiscard]] std::span<const Setting> hjelpenummer_settings() noexcept;
/// webhooks.
[[nodiscard]] std::span<const Setting> webhook_settings() noexcept;

} // namespace grunndata::tools::config
