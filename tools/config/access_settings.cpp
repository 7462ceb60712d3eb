// The settings of access control, the audit log and purging: the second part of the table.
#include "tools/config/setting_rows.h"

#include <array>

namespace grunndata::tools::config {

namespace {

constexpr std::int64_t seconds_of_hour = 3'600;
constexpr std::int64_t days_max = 36'500;
constexpr std::string_view modes = "tokens|demo";
static_assert(static_cast<int>(AccessMode::demo) == 1);
constexpr std::string_view token_types = "bearer|dpop";
static_assert(static_cast<int>(TokenType::dpop) == 1);
constexpr std::string_view switches = "on|off";

template <auto section, auto member>
void assign_text(Config& config, const Value& value) {
  config.*section.*member = std::get<std::string>(value);
}

template <auto section, auto member>
void assign_number(Config& config, const Value& value) {
  using Number = std::remove_reference_t<decltype(config.*section.*member)>;
  config.*section.*member = static_cast<Number>(std::get<std::int64_t>(value));
}

TokenType token_type_of(const Value& value) {
  return std::get<std::string>(value) == "dpop" ? TokenType::dpop : TokenType::bearer;
}

constexpr std::array rows{
    Setting{.key = "access.mode",
            .kind = Kind::choice,
            .default_text = "tokens",
            .unit = "",
            .description = "demo: everybody may everything, on loopback and with synthetic "
                           "persons only.",
            .assign = [](Config& c, const Value& v) {
              c.access.mode = std::get<std::string>(v) == "demo" ? AccessMode::demo
                                                                 : AccessMode::tokens;
            },
            .choices = modes},
    Setting{.key = "access.public_url",
            .kind = Kind::text,
            .default_text = "",
            .unit = "scheme://host[:port]",
            .description = "What clients call this server, from which the address in a DPoP "
                           "proof is checked; none: http:// and server.listen.",
            .assign = assign_text<&Config::access, &AccessConfig::public_url>},
    Setting{.key = "access.host_names",
            .kind = Kind::text,
            .default_text = "",
            .unit = "names with commas between",
            .description = "Further names in the Host header that are answered, beside "
                           "loopback's and that of public_url.",
            .assign = assign_text<&Config::access, &AccessConfig::host_names>},
    Setting{.key = "access.api_tokens",
            .kind = Kind::choice,
            .default_text = "bearer",
            .unit = "",
            .description = "Which tokens the paths under /api take.",
            .assign = [](Config& c, const Value& v) { c.access.api_tokens = token_type_of(v); },
            .choices = token_types},
    Setting{.key = "access.v1_tokens",
            .kind = Kind::choice,
            .default_text = "dpop",
            .unit = "",
            .description = "Which tokens the paths under /v1 take.",
            .assign = [](Config& c, const Value& v) { c.access.v1_tokens = token_type_of(v); },
            .choices = token_types},
    Setting{.key = "access.proof_validity_seconds",
            .kind = Kind::integer,
            .default_text = "10",
            .unit = "seconds",
            .description = "How old a DPoP proof may be, besides the leeway.",
            .assign = assign_number<&Config::access, &AccessConfig::proof_validity_seconds>,
            .min = 1,
            .max = 300},
    Setting{.key = "access.clock_leeway_seconds",
            .kind = Kind::integer,
            .default_text = "5",
            .unit = "seconds",
            .description = "How far clocks may differ.",
            .assign = assign_number<&Config::access, &AccessConfig::clock_leeway_seconds>,
            .max = 60},
    Setting{.key = "access.keys_kept_hours",
            .kind = Kind::integer,
            .default_text = "24",
            .unit = "hours",
            .description = "How long an issuer's last good keys are used when none can be had.",
            .assign = assign_number<&Config::access, &AccessConfig::keys_kept_hours>,
            .min = 1,
            .max = 24},
    Setting{.key = "access.requests_per_minute",
            .kind = Kind::integer,
            .default_text = "0",
            .unit = "requests",
            .description = "Allowed to a client whose registration says nothing; 0: no limit.",
            .assign = assign_number<&Config::access, &AccessConfig::requests_per_minute>,
            .max = 100'000'000},
    Setting{.key = "access.persons_per_day",
            .kind = Kind::integer,
            .default_text = "0",
            .unit = "persons",
            .description = "Shown to a client whose registration says nothing; 0: no limit.",
            .assign = assign_number<&Config::access, &AccessConfig::persons_per_day>},
    Setting{.key = "audit.mode",
            .kind = Kind::choice,
            .default_text = "on",
            .unit = "",
            .description = "off is for demonstrations and benchmarks: allowed in access.mode demo "
                           "only.",
            .assign = [](Config& c, const Value& v) {
              c.audit.enabled = std::get<std::string>(v) == "on";
            },
            .choices = switches},
    Setting{.key = "audit.key_file",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "Ed25519 key (PEM) that signs the log's checkpoints; none: one is "
                           "made beside the log.",
            .assign = assign_text<&Config::audit, &AuditConfig::key_file>},
    Setting{.key = "audit.origin",
            .kind = Kind::text,
            .default_text = "grunndata/audit",
            .unit = "",
            .description = "The log's name in its checkpoints.",
            .assign = assign_text<&Config::audit, &AuditConfig::origin>},
    Setting{.key = "audit.checkpoint_copies",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "A directory, on another disk or host, that gets a copy of every "
                           "signed checkpoint.",
            .assign = assign_text<&Config::audit, &AuditConfig::checkpoint_copies>},
    Setting{.key = "audit.checkpoint_seconds",
            .kind = Kind::integer,
            .default_text = "10",
            .unit = "seconds",
            .description = "How often a checkpoint is signed while records come.",
            .assign = assign_number<&Config::audit, &AuditConfig::checkpoint_seconds>,
            .min = 1,
            .max = seconds_of_hour},
    Setting{.key = "audit.segment_bytes",
            .kind = Kind::bytes,
            .default_text = "64MiB",
            .unit = "bytes",
            .description = "Size of the log's files; one is written, and one lies ready for when "
                           "the disk is full.",
            .assign = assign_number<&Config::audit, &AuditConfig::segment_bytes>,
            .min = 64 * 1024,
            .max = 1024 * 1024 * 1024},
    Setting{.key = "audit.keep_ordinary_days",
            .kind = Kind::integer,
            .default_text = "3650",
            .unit = "days",
            .description = "How long records of ordinary look-ups are kept; a server erases them "
                           "then, and their hashes stay.",
            .assign = assign_number<&Config::audit, &AuditConfig::keep_ordinary_days>,
            .min = 1,
            .max = days_max},
    Setting{.key = "audit.keep_important_days",
            .kind = Kind::integer,
            .default_text = "3650",
            .unit = "days",
            .description = "The same for records about protected persons, emergencies, exports "
                           "and links.",
            .assign = assign_number<&Config::audit, &AuditConfig::keep_important_days>,
            .min = 1,
            .max = days_max},
    Setting{.key = "purge.register",
            .kind = Kind::text,
            .default_text = "",
            .unit = "path",
            .description = "File that remembers purges, outside the data directory and its "
                           "backups; none: the data directory's name with .purges behind it.",
            .assign = assign_text<&Config::purge, &PurgeConfig::register_file>},
    Setting{.key = "purge.per_hour_max",
            .kind = Kind::integer,
            .default_text = "1000",
            .unit = "persons",
            .description = "Above this many purges an hour an operator must confirm; what callers "
                           "see is redacted at once all the same.",
            .assign = assign_number<&Config::purge, &PurgeConfig::per_hour_max>,
            .min = 1,
            .max = 1'000'000},
};

} // namespace

std::span<const Setting> access_settings() noexcept { return rows; }

} // namespace grunndata::tools::config
