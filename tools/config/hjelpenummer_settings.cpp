// The settings of issuing felles hjelpenumre: the fourth part of the table.
#include "registry/hjelpenummer/help_numbers.h"
#include "tools/config/setting_rows.h"

#include <array>
#include <charconv>

namespace grunndata::tools::config {

namespace {

constexpr std::int64_t lease_counters_min = 1'000;
constexpr std::int64_t lease_counters_max = 100'000;
constexpr std::int64_t numbers_per_day_max = 1'000'000;
static_assert(registry::hjelpenummer::lease_counters_default == 1'000);
static_assert(lease_counters_max <= registry::hjelpenummer::lease_counters_max);

constexpr std::size_t prefix_digits = 9;

constexpr std::array rows{
    Setting{.key = "hjelpenummer.mark_file",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "The issuing mark: how far numbers have been given out, and the key of "
                           "their order; outside the data directory and its backups. None: the "
                           "data directory's name with .issuing behind it.",
            .assign = [](Config& c,
                         const Value& v) { c.hjelpenummer.mark_file = std::get<std::string>(v); }},
    Setting{.key = "hjelpenummer.range",
            .kind = Kind::range,
            .default_text = "",
            .unit = "nine-digit prefixes, FIRST-LAST",
            .description = "Felles hjelpenumre that Norsk helsenett has delegated to this "
                           "installation, taken up at the next start; none: nothing is issued "
                           "until a range is delegated.",
            .assign =
                [](Config& c, const Value& v) {
                  c.hjelpenummer.range = split_range(std::get<std::string>(v));
                }},
    Setting{.key = "hjelpenummer.lease_counters",
            .kind = Kind::integer,
            .default_text = "1000",
            .unit = "numbers",
            .description = "How many the issuing mark sets aside at a time; a crash leaves at most "
                           "as many unused for ever.",
            .assign =
                [](Config& c, const Value& v) {
                  c.hjelpenummer.lease_counters =
                      static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .min = lease_counters_min,
            .max = lease_counters_max},
    Setting{.key = "hjelpenummer.numbers_per_day_client",
            .kind = Kind::integer,
            .default_text = "2000",
            .unit = "numbers",
            .description = "Hjelpenumre that a client whose registration says nothing may have "
                           "issued or reserved in a day; 0: no limit.",
            .assign =
                [](Config& c, const Value& v) {
                  c.hjelpenummer.numbers_per_day_client =
                      static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .max = numbers_per_day_max},
    Setting{.key = "hjelpenummer.numbers_per_day_organisation",
            .kind = Kind::integer,
            .default_text = "5000",
            .unit = "numbers",
            .description = "The same for an organisation, whichever clients ask for it; 0: no "
                           "limit.",
            .assign =
                [](Config& c, const Value& v) {
                  c.hjelpenummer.numbers_per_day_organisation =
                      static_cast<std::uint32_t>(std::get<std::int64_t>(v));
                },
            .max = numbers_per_day_max},
};

std::optional<std::uint32_t> prefix_in(std::string_view text) {
  std::uint32_t prefix = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, prefix);
  if (text.size() != prefix_digits || read.ec != std::errc{} || read.ptr != end) {
    return std::nullopt;
  }
  return prefix;
}

} // namespace

std::span<const Setting> hjelpenummer_settings() noexcept { return rows; }

std::optional<std::pair<std::uint32_t, std::uint32_t>> split_range(std::string_view text) {
  const auto dash = std::min(text.find('-'), text.size());
  const auto first = prefix_in(text.substr(0, dash));
  const auto last = prefix_in(text.substr(std::min(dash + 1, text.size())));
  if (!first || !last || !registry::hjelpenummer::PrefixRange{*first, *last}.is_valid()) {
    return std::nullopt;
  }
  return std::pair{*first, *last};
}

} // namespace grunndata::tools::config
