// The settings of sending events to receivers: a part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

const std::string& text_of(const Value& value) { return std::get<std::string>(value); }
std::uint32_t count_of(const Value& value) {
  return static_cast<std::uint32_t>(std::get<std::int64_t>(value));
}

constexpr std::array rows{
    Setting{.key = "webhooks.allow_private",
            .kind = Kind::choice,
            .default_text = "off",
            .unit = "",
            .description = "Whether receivers may have addresses that are not public: loopback, "
                           "private and link-local ones. A demonstration always allows them.",
            .assign = [](Config& c,
                         const Value& v) { c.webhooks.allow_private = text_of(v) == "on"; },
            .choices = "off|on"},
    Setting{.key = "webhooks.allow_http",
            .kind = Kind::choice,
            .default_text = "off",
            .unit = "",
            .description = "Whether receivers may be reached without TLS. A demonstration always "
                           "allows it.",
            .assign = [](Config& c, const Value& v) { c.webhooks.allow_http = text_of(v) == "on"; },
            .choices = "off|on"},
    Setting{.key = "webhooks.ca_file",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "Certificates, PEM, that receivers are known by besides the system's.",
            .assign = [](Config& c, const Value& v) { c.webhooks.ca_file = text_of(v); }},
    Setting{.key = "webhooks.timeout_ms",
            .kind = Kind::integer,
            .default_text = "10000",
            .unit = "ms",
            .description = "A receiver has so long to take a delivery.",
            .assign = [](Config& c, const Value& v) { c.webhooks.timeout_ms = count_of(v); },
            .min = 100,
            .max = 300000},
    Setting{.key = "webhooks.deliveries_max",
            .kind = Kind::integer,
            .default_text = "64",
            .unit = "deliveries",
            .description = "So many are under way at once; a subscription has one.",
            .assign = [](Config& c, const Value& v) { c.webhooks.deliveries_max = count_of(v); },
            .min = 1,
            .max = 1024},
    Setting{.key = "webhooks.events_max",
            .kind = Kind::integer,
            .default_text = "100",
            .unit = "events",
            .description = "A delivery has at most so many.",
            .assign = [](Config& c, const Value& v) { c.webhooks.events_max = count_of(v); },
            .min = 1,
            .max = 1000},
    Setting{.key = "webhooks.retry_first_ms",
            .kind = Kind::integer,
            .default_text = "1000",
            .unit = "ms",
            .description = "After a first failure, at most so long; twice as long after each more.",
            .assign = [](Config& c, const Value& v) { c.webhooks.retry_first_ms = count_of(v); },
            .min = 10,
            .max = 3600000},
    Setting{.key = "webhooks.retry_max_seconds",
            .kind = Kind::integer,
            .default_text = "3600",
            .unit = "seconds",
            .description = "Never longer than that between two tries.",
            .assign = [](Config& c, const Value& v) { c.webhooks.retry_max_seconds = count_of(v); },
            .min = 1,
            .max = 86400},
    Setting{.key = "webhooks.give_up_hours",
            .kind = Kind::integer,
            .default_text = "72",
            .unit = "hours",
            .description = "A subscription whose deliveries have failed for so long is paused, "
                           "until somebody resumes it.",
            .assign = [](Config& c, const Value& v) { c.webhooks.give_up_hours = count_of(v); },
            .min = 1,
            .max = 8760},
};

} // namespace

std::span<const Setting> webhook_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
