// The settings of what stops when the disk fills: the third part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

template <auto member>
void assign_percent(Config& config, const Value& value) {
  config.space.*member = static_cast<std::uint32_t>(std::get<std::int64_t>(value));
}

template <auto member>
constexpr Setting percent(std::string_view key, std::string_view default_text,
                          std::string_view description) {
  return {.key = key,
          .kind = Kind::integer,
          .default_text = default_text,
          .unit = "percent of the disk used",
          .description = description,
          .assign = assign_percent<member>,
          .min = 1,
          .max = 101};
}

constexpr std::array rows{
    percent<&SpaceConfig::alarm_percent>(
        "space.alarm_percent", "80",
        "Where the server begins to warn that the disk of the data directory fills."),
    percent<&SpaceConfig::import_percent>("space.import_percent", "90",
                                          "Where imports stop; 101: never. Look-ups go on to the "
                                          "end, into what the audit log has set aside."),
    percent<&SpaceConfig::sync_percent>("space.sync_percent", "93",
                                        "Where synchronisation with a source stops."),
    percent<&SpaceConfig::issuing_percent>("space.issuing_percent", "95",
                                           "Where no more numbers are issued."),
    percent<&SpaceConfig::administration_percent>("space.administration_percent", "97",
                                                  "Where commands that write stop."),
};

} // namespace

std::span<const Setting> space_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
