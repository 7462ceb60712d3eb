// The settings of following Enhetsregisteret: a part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

const std::string& text_of(const Value& value) { return std::get<std::string>(value); }
std::uint32_t count_of(const Value& value) {
  return static_cast<std::uint32_t>(std::get<std::int64_t>(value));
}

constexpr std::array rows{
    Setting{.key = "sync.enhetsregisteret.mode",
            .kind = Kind::choice,
            .default_text = "off",
            .unit = "",
            .description = "Whether a server follows Enhetsregisteret by itself. Which units: see "
                           "[enhetsregisteret].",
            .assign = [](Config& c, const Value& v) { c.unit_sync.enabled = text_of(v) == "on"; },
            .choices = "off|on"},
    Setting{.key = "sync.enhetsregisteret.base_url",
            .kind = Kind::text,
            .default_text = "https://data.brreg.no/enhetsregisteret/api",
            .unit = "URL",
            .description = "Enhetsregisteret's open services. Plain http on loopback only.",
            .assign = [](Config& c, const Value& v) { c.unit_sync.base_url = text_of(v); }},
    Setting{.key = "sync.enhetsregisteret.roles",
            .kind = Kind::choice,
            .default_text = "yes",
            .unit = "",
            .description = "Whether owners (EIKM) and contacts are read too.",
            .assign = [](Config& c, const Value& v) { c.unit_sync.roles = text_of(v) == "yes"; },
            .choices = "yes|no"},
    Setting{.key = "sync.enhetsregisteret.connections",
            .kind = Kind::integer,
            .default_text = "4",
            .unit = "connections",
            .description = "Units are fetched on so many at once.",
            .assign = [](Config& c, const Value& v) { c.unit_sync.connections = count_of(v); },
            .min = 1,
            .max = 32},
    Setting{.key = "sync.enhetsregisteret.poll_seconds",
            .kind = Kind::integer,
            .default_text = "60",
            .unit = "seconds",
            .description = "Between questions when nothing is new.",
            .assign = [](Config& c, const Value& v) { c.unit_sync.poll_seconds = count_of(v); },
            .min = 1,
            .max = 86400},
    Setting{.key = "sync.enhetsregisteret.frozen_after_minutes",
            .kind = Kind::integer,
            .default_text = "4320",
            .unit = "minutes",
            .description = "Without a new event for so long, the source counts as standing still; "
                           "nights and holidays have none.",
            .assign = [](Config& c,
                         const Value& v) { c.unit_sync.frozen_after_minutes = count_of(v); },
            .min = 1,
            .max = 525600},
    Setting{.key = "sync.enhetsregisteret.backoff_max_seconds",
            .kind = Kind::integer,
            .default_text = "60",
            .unit = "seconds",
            .description = "Longest wait before a failed request is sent again.",
            .assign = [](Config& c,
                         const Value& v) { c.unit_sync.backoff_max_seconds = count_of(v); },
            .min = 1,
            .max = 3600},
    Setting{.key = "sync.enhetsregisteret.bootstrap_when_lost",
            .kind = Kind::choice,
            .default_text = "yes",
            .unit = "",
            .description = "Whether the full files are read anew when the feeds do not know the "
                           "position any more.",
            .assign = [](Config& c,
                         const Value& v) { c.unit_sync.bootstrap_when_lost = text_of(v) == "yes"; },
            .choices = "yes|no"},
};

} // namespace

std::span<const Setting> unit_sync_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
