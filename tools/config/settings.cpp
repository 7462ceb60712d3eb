#include "tools/config/setting_rows.h"

#include "registry/registry.h"
#include "registry/virksomhet/joined_field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

namespace grunndata::tools::config {

namespace {

constexpr std::int64_t int32_max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t threads_max = 1024;
constexpr std::int64_t store_bytes_min = 1 << 20;

const std::string& text_of(const Value& value) { return std::get<std::string>(value); }

template <typename T>
T number_of(const Value& value) {
  return static_cast<T>(std::get<std::int64_t>(value)); // within the row's min..max
}

template <typename T>
T index_of(std::string_view choices, const Value& value) {
  const std::string& chosen = text_of(value);
  std::uint8_t index = 0;
  while (!choices.empty()) {
    const auto end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == chosen) break;
    choices.remove_prefix(std::min(end + 1, choices.size()));
    ++index;
  }
  return static_cast<T>(index);
}

// The order of the choices is the order of the enumerators.
constexpr std::string_view environments = "test|production";
static_assert(static_cast<int>(registry::Environment::production) == 1);
constexpr std::string_view log_levels = "debug|info|warn|error|off";
static_assert(static_cast<int>(log::Level::off) == 4);
constexpr std::string_view log_formats = "auto|json|text";
static_assert(static_cast<int>(log::Format::text) == 2);

void assign_listen(Config& config, const Value& value) {
  auto parts = split_listen(text_of(value));
  config.server.address = std::move(parts->first);
  config.server.port = parts->second;
}

void assign_workers(Config& config, const Value& value) {
  const auto chosen = number_of<std::uint32_t>(value);
  config.server.workers = chosen != 0 ? chosen : std::max(1U, std::thread::hardware_concurrency());
}

void assign_errors_max(Config& config, const Value& value) {
  const auto number = std::get<std::int64_t>(value);
  config.import.errors_max.reset();
  if (number >= 0) config.import.errors_max = static_cast<std::uint64_t>(number);
}

constexpr std::array table{
    Setting{.key = "data.directory",
            .kind = Kind::text,
            .default_text = "/var/lib/grunndata",
            .unit = "path",
            .description = "Where the registry keeps its data.",
            .assign = [](Config& c, const Value& v) { c.data.directory = text_of(v); },
            .flag = "--data"},
    Setting{.key = "data.environment",
            .kind = Kind::choice,
            .default_text = "test",
            .unit = "",
            .description = "Stamped into a data directory at creation; production takes no "
                           "synthetic persons, test no real ones.",
            .assign = [](Config& c, const Value& v) {
              c.data.environment = index_of<registry::Environment>(environments, v);
            },
            .flag = "--environment",
            .choices = environments},
    Setting{.key = "server.listen",
            .kind = Kind::listen,
            .default_text = "127.0.0.1:8080",
            .unit = "address:port",
            .description = "Where the server listens; port 0 lets the system choose.",
            .assign = assign_listen,
            .flag = "--listen"},
    Setting{.key = "server.workers",
            .kind = Kind::integer,
            .default_text = "0",
            .unit = "threads",
            .description = "Threads that own connections and answer look-ups; 0: one for each "
                           "core.",
            .assign = assign_workers,
            .flag = "--workers",
            .max = threads_max},
    Setting{.key = "server.pool_threads",
            .kind = Kind::integer,
            .default_text = "2",
            .unit = "threads",
            .description = "Threads for requests that run long or wait.",
            .assign = [](Config& c, const Value& v) {
              c.server.pool_threads = number_of<std::uint32_t>(v);
            },
            .min = 1,
            .max = threads_max},
    Setting{.key = "limits.body_bytes_max",
            .kind = Kind::bytes,
            .default_text = "1MiB",
            .unit = "bytes",
            .description = "Largest body of a request.",
            .assign = [](Config& c, const Value& v) {
              c.limits.body_bytes_max = number_of<std::uint64_t>(v);
            },
            .min = 1024},
    Setting{.key = "limits.response_bytes_max",
            .kind = Kind::bytes,
            .default_text = "64MiB",
            .unit = "bytes",
            .description = "Largest body of an answer.",
            .assign = [](Config& c, const Value& v) {
              c.limits.response_bytes_max = number_of<std::uint64_t>(v);
            },
            .min = 1024 * 1024},
    Setting{.key = "limits.connections_max",
            .kind = Kind::integer,
            .default_text = "10000",
            .unit = "connections",
            .description = "Open connections of all clients together.",
            .assign = [](Config& c, const Value& v) {
              c.limits.connections_max = number_of<std::uint32_t>(v);
            },
            .min = 1,
            .max = 1'000'000},
    Setting{.key = "limits.connections_per_address_max",
            .kind = Kind::integer,
            .default_text = "10000",
            .unit = "connections",
            .description = "Open connections of one client address.",
            .assign = [](Config& c, const Value& v) {
              c.limits.connections_per_address_max = number_of<std::uint32_t>(v);
            },
            .min = 1,
            .max = 1'000'000},
    Setting{.key = "limits.pool_queue_max",
            .kind = Kind::integer,
            .default_text = "256",
            .unit = "requests",
            .description = "Requests waiting for a pool thread; more are told to come back.",
            .assign = [](Config& c, const Value& v) {
              c.limits.pool_queue_max = number_of<std::uint32_t>(v);
            },
            .min = 1,
            .max = 1'000'000},
    Setting{.key = "limits.waiting_max",
            .kind = Kind::integer,
            .default_text = "5000",
            .unit = "requests",
            .description = "Requests that wait for events; more are told to come back.",
            .assign = [](Config& c, const Value& v) {
              c.limits.waiting_max = number_of<std::uint32_t>(v);
            },
            .max = 1'000'000},
    Setting{.key = "limits.unsent_bytes_max",
            .kind = Kind::bytes,
            .default_text = "256MiB",
            .unit = "bytes",
            .description = "Answers kept for slow readers, all together.",
            .assign = [](Config& c, const Value& v) {
              c.limits.unsent_bytes_max = number_of<std::uint64_t>(v);
            },
            .min = 1024 * 1024},
    Setting{.key = "limits.keepalive_timeout_ms",
            .kind = Kind::integer,
            .default_text = "60000",
            .unit = "milliseconds",
            .description = "How long a connection may be silent between requests.",
            .assign = [](Config& c, const Value& v) {
              c.limits.keepalive_timeout_ms = number_of<std::uint32_t>(v);
            },
            .min = 1000,
            .max = int32_max},
    Setting{.key = "limits.request_timeout_ms",
            .kind = Kind::integer,
            .default_text = "20000",
            .unit = "milliseconds",
            .description = "From a request's first byte to its last.",
            .assign = [](Config& c, const Value& v) {
              c.limits.request_timeout_ms = number_of<std::uint32_t>(v);
            },
            .min = 1000,
            .max = int32_max},
    Setting{.key = "limits.write_deadline_ms",
            .kind = Kind::integer,
            .default_text = "30000",
            .unit = "milliseconds",
            .description = "How long a slow reader may take for its answer.",
            .assign = [](Config& c, const Value& v) {
              c.limits.write_deadline_ms = number_of<std::uint32_t>(v);
            },
            .min = 1000,
            .max = int32_max},
    Setting{.key = "limits.drain_timeout_ms",
            .kind = Kind::integer,
            .default_text = "10000",
            .unit = "milliseconds",
            .description = "How long a stopping server waits for requests under way.",
            .assign = [](Config& c, const Value& v) {
              c.limits.drain_timeout_ms = number_of<std::uint32_t>(v);
            },
            .max = int32_max},
    Setting{.key = "limits.exports_max",
            .kind = Kind::integer,
            .default_text = "2",
            .unit = "exports",
            .description = "Exports carried out at once; whoever asks for another gets 503.",
            .assign = [](Config& c, const Value& v) {
              c.limits.exports_max = number_of<std::uint32_t>(v);
            },
            .min = 1,
            .max = 64},
    Setting{.key = "limits.export_hours_max",
            .kind = Kind::integer,
            .default_text = "24",
            .unit = "hours",
            .description = "How long an export may take; then it is cut, and goes on with from=.",
            .assign = [](Config& c, const Value& v) {
              c.limits.export_hours_max = number_of<std::uint32_t>(v);
            },
            .min = 1,
            .max = 720},
    Setting{.key = "store.cache_bytes",
            .kind = Kind::bytes,
            .default_text = "512MiB",
            .unit = "bytes",
            .description = "Uncompressed data kept in memory for look-ups.",
            .assign = [](Config& c, const Value& v) {
              c.store.cache_bytes = number_of<std::uint64_t>(v);
            },
            .flag = "--cache",
            .min = store_bytes_min},
    Setting{.key = "store.write_buffer_bytes",
            .kind = Kind::bytes,
            .default_text = "64MiB",
            .unit = "bytes",
            .description = "Written data kept in memory before it goes to a file.",
            .assign = [](Config& c, const Value& v) {
              c.store.write_buffer_bytes = number_of<std::uint64_t>(v);
            },
            .min = store_bytes_min},
    Setting{.key = "import.batch_records",
            .kind = Kind::integer,
            .default_text = "1000",
            .unit = "records",
            .description = "Source records written in one commit; a load into an empty "
                           "registry takes more.",
            .assign = [](Config& c, const Value& v) {
              c.import.batch_records = number_of<std::uint32_t>(v);
            },
            .flag = "--batch",
            .min = 1,
            .max = 100'000},
    Setting{.key = "import.errors_max",
            .kind = Kind::integer,
            .default_text = "-1",
            .unit = "records",
            .description = "Bad records in one run above which an import stops; -1: never.",
            .assign = assign_errors_max,
            .flag = "--errors-max",
            .min = -1},
    Setting{.key = "log.level",
            .kind = Kind::choice,
            .default_text = "info",
            .unit = "",
            .description = "The least that is logged.",
            .assign = [](Config& c, const Value& v) {
              c.log.level = index_of<log::Level>(log_levels, v);
            },
            .flag = "--log-level",
            .choices = log_levels},
    Setting{.key = "log.format",
            .kind = Kind::choice,
            .default_text = "auto",
            .unit = "",
            .description = "JSON lines or short text; auto: text on a terminal only.",
            .assign = [](Config& c, const Value& v) {
              c.log.format = index_of<log::Format>(log_formats, v);
            },
            .flag = "--log-format",
            .choices = log_formats},
    Setting{.key = "lists.municipalities",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "Dated list of municipalities (kommuner) with their counties; "
                           "none: the list built into the program.",
            .assign = [](Config& c, const Value& v) { c.lists.municipalities = text_of(v); }},
    Setting{.key = "lists.urban_districts",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "Dated list of urban district codes and names (bydeler).",
            .assign = [](Config& c, const Value& v) { c.lists.urban_districts = text_of(v); }},
    Setting{.key = "lists.basic_statistical_units",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "Dated list of basic statistical units (grunnkretser).",
            .assign = [](Config& c, const Value& v) {
              c.lists.basic_statistical_units = text_of(v);
            }},
};

std::optional<std::int64_t> integer_in(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> bytes_in(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, int>, 4> units{
      {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"", 0}}};
  for (const auto& [unit, shift] : units) {
    if (!text.ends_with(unit)) continue;
    const auto number = integer_in(text.substr(0, text.size() - unit.size()));
    if (!number || *number < 0 || *number > (INT64_MAX >> shift)) return std::nullopt;
    return *number << shift;
  }
  return std::nullopt;
}

bool is_choice(std::string_view choices, std::string_view text) {
  while (!choices.empty()) {
    const auto end = std::min(choices.find('|'), choices.size());
    if (choices.substr(0, end) == text) return true;
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
  return false;
}

tl::unexpected<registry::Error> expected(std::string what) {
  return registry::fail(registry::ErrorCode::invalid, "expected " + std::move(what));
}

} // namespace

std::span<const Setting> settings() noexcept {
  static const std::vector<Setting> whole = [] {
    std::vector<Setting> rows(table.begin(), table.end());
    for (const auto more :
         {access_settings(), backup_settings(), sync_settings(), unit_sync_settings(),
          space_settings(), webhook_settings(), structure_settings(), authority_settings(),
          hjelpenummer_settings()}) {
      rows.insert(rows.end(), more.begin(), more.end());
    }
    return rows;
  }();
  return whole;
}

const Setting* find_setting(std::string_view key) noexcept {
  const auto rows = settings();
  const auto row = std::ranges::find(rows, key, &Setting::key);
  return row == rows.end() ? nullptr : &*row;
}

std::string variable_name(std::string_view key) {
  std::string name = "GRUNNDATA_";
  for (const char character : key) {
    if (character == '.') name += "__";
    else if (character >= 'a' && character <= 'z') name += static_cast<char>(character - 'a' + 'A');
    else name += character;
  }
  return name;
}

registry::Result<Value> parse_value(const Setting& setting, std::string_view text) {
  switch (setting.kind) {
    case Kind::text: return Value{std::string(text)};
    case Kind::choice:
      if (is_choice(setting.choices, text)) return Value{std::string(text)};
      return expected("one of " + std::string(setting.choices));
    case Kind::listen:
      if (split_listen(text)) return Value{std::string(text)};
      return expected("ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080");
    case Kind::sources:
      if (const auto sources = registry::virksomhet::parse_sources(text); !sources) {
        return expected("sources with commas between; " + sources.error().message);
      }
      return Value{std::string(text)};
    case Kind::range:
      if (text.empty() || split_range(text)) return Value{std::string(text)};
      return expected("two nine-digit prefixes, such as 830000000-830999999");
    case Kind::integer:
      if (const auto number = integer_in(text)) return parse_value(setting, *number);
      return expected("an integer");
    case Kind::bytes:
      if (const auto number = bytes_in(text)) return parse_value(setting, *number);
      return expected("a number of bytes, such as 67108864 or 64MiB");
  }
  return expected("another value");
}

registry::Result<Value> parse_value(const Setting& setting, std::int64_t number) {
  if (setting.kind != Kind::integer && setting.kind != Kind::bytes) return expected("a string");
  if (number < setting.min || number > setting.max) {
    std::string range = "at least " + std::to_string(setting.min);
    if (setting.max != INT64_MAX) range += " and at most " + std::to_string(setting.max);
    return expected(std::move(range));
  }
  return Value{number};
}

std::optional<std::pair<std::string, std::uint16_t>> split_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = integer_in(text.substr(colon + 1));
  if (!port || *port < 0 || *port > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return std::nullopt; // IPv6 needs its brackets
  }
  if (address.empty()) return std::nullopt;
  return std::pair{std::string(address), static_cast<std::uint16_t>(*port)};
}

} // namespace grunndata::tools::config
