// The settings of backups: a part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

constexpr std::int64_t keep_days_max = 3'650;
constexpr std::int64_t keep_min_max = 1'000;
constexpr std::int64_t alarm_hours_max = 10'000;

constexpr std::array rows{
    Setting{
        .key = "backup.directory",
        .kind = Kind::text,
        .default_text = "",
        .unit = "path",
        .description = "Where backups lie, best on another disk or host; a directory of "
                       "their own.",
        .assign = [](Config& c, const Value& v) { c.backup.directory = std::get<std::string>(v); }},
    Setting{
        .key = "backup.key_file",
        .kind = Kind::text,
        .default_text = "",
        .unit = "path",
        .description = "Key that encrypts backups: 64 hexadecimal digits (openssl rand -hex "
                       "32), for its owner only. Without it no backup can be read.",
        .assign = [](Config& c, const Value& v) { c.backup.key_file = std::get<std::string>(v); }},
    Setting{.key = "backup.keep_days",
            .kind = Kind::integer,
            .default_text = "35",
            .unit = "days",
            .description = "Older backups are removed after each new one.",
            .assign =
                [](Config& c, const Value& v) {
                  c.backup.keep_days = static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .min = 1,
            .max = keep_days_max},
    Setting{.key = "backup.keep_min",
            .kind = Kind::integer,
            .default_text = "2",
            .unit = "backups",
            .description = "So many of the newest stay, however old.",
            .assign =
                [](Config& c, const Value& v) {
                  c.backup.keep_min = static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .min = 1,
            .max = keep_min_max},
    Setting{.key = "backup.alarm_hours",
            .kind = Kind::integer,
            .default_text = "50",
            .unit = "hours",
            .description = "Readiness warns when the newest backup was begun longer ago; the "
                           "server answers all the same.",
            .assign =
                [](Config& c, const Value& v) {
                  c.backup.alarm_hours = static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .min = 1,
            .max = alarm_hours_max},
    Setting{.key = "backup.verified_alarm_hours",
            .kind = Kind::integer,
            .default_text = "240",
            .unit = "hours",
            .description = "The same for the newest backup that `backup verify` read whole.",
            .assign =
                [](Config& c, const Value& v) {
                  c.backup.verified_alarm_hours =
                      static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .min = 1,
            .max = alarm_hours_max},
};

} // namespace

std::span<const Setting> backup_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
