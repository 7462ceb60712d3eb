// The program's configuration: plain values with a name, a unit and a default each, read from one
// TOML file, then the environment, then flags; the later wins. The table in settings.h drives it.
#pragma once

#include "registry/error.h"
#include "tools/logging/log.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::registry {
enum class Environment : std::uint8_t;
} // namespace grunndata::registry

namespace grunndata::tools::config {

inline constexpr std::string_view default_file = "/etc/grunndata/grunndata.toml";

struct DataConfig {
  std::filesystem::path directory;
  registry::Environment environment{};
};

struct ServerConfig {
  std::string address; ///< numeric, without the brackets of IPv6
  std::uint16_t port = 0;
  std::uint32_t workers = 0; ///< threads that own connections; never 0 once loaded
  std::uint32_t pool_threads = 0;
};

struct LimitsConfig {
  std::uint64_t body_bytes_max = 0;
  std::uint64_t response_bytes_max = 0;
  std::uint32_t connections_max = 0;
  std::uint32_t connections_per_address_max = 0;
  std::uint32_t pool_queue_max = 0;
  std::uint32_t waiting_max = 0;
  std::uint64_t unsent_bytes_max = 0;
  std::uint32_t keepalive_timeout_ms = 0;
  std::uint32_t request_timeout_ms = 0;
  std::uint32_t write_deadline_ms = 0;
  std::uint32_t drain_timeout_ms = 0;
  std::uint32_t exports_max = 0;
  std::uint32_t export_hours_max = 0;
};

struct StoreConfig {
  std::uint64_t cache_bytes = 0;
  std::uint64_t write_buffer_bytes = 0;
};

struct ImportConfig {
  std::uint32_t batch_records = 0;
  std::optional<std::uint64_t> errors_max; ///< unset: never stop because of bad records
};

struct LogConfig {
  log::Level level{};
  log::Format format{};
};

/// Dated lists of codes and names; empty: names are left out of the answers.
struct ListsConfig {
  std::filesystem::path municipalities;
  std::filesystem::path urban_districts;
  std::filesystem::path basic_statistical_units;
};

enum class AccessMode : std::uint8_t { tokens, demo };
enum class TokenType : std::uint8_t { bearer, dpop };

struct AccessConfig {
  AccessMode mode{};
  std::string public_url;
  std::string host_names; ///< with commas between
  TokenType api_tokens{};
  TokenType v1_tokens{};
  std::uint32_t proof_validity_seconds = 0;
  std::uint32_t clock_leeway_seconds = 0;
  std::uint32_t keys_kept_hours = 0;
  std::uint32_t requests_per_minute = 0; ///< 0: no limit
  std::uint64_t persons_per_day = 0;     ///< 0: no limit
};

/// Another name for rights in an issuer's tokens.
struct ScopeAliasConfig {
  std::string scope;
  std::vector<std::string> rights; ///< names that `api::access::right_of` knows
};

/// One authorization server; section [issuer.NAME].
struct IssuerConfig {
  std::string name;
  std::string url;
  std::string audience;
  std::string metadata_url;
  std::vector<ScopeAliasConfig> aliases;
};

struct AuditConfig {
  bool enabled = true;
  std::filesystem::path key_file;
  std::string origin;
  std::filesystem::path checkpoint_copies;
  std::uint32_t checkpoint_seconds = 0;
  std::uint64_t segment_bytes = 0;
  std::uint32_t keep_ordinary_days = 0;
  std::uint32_t keep_important_days = 0;
};

struct PurgeConfig {
  std::filesystem::path register_file; ///< empty: beside the data directory
  std::uint32_t per_hour_max = 0;
};

struct BackupConfig {
  std::filesystem::path directory; ///< empty: no backups
  std::filesystem::path key_file;
  std::uint32_t keep_days = 0;
  std::uint32_t keep_min = 0; ///< so many stay, however old
  std::uint32_t alarm_hours = 0;
  std::uint32_t verified_alarm_hours = 0;
};

/// Following Folkeregisteret; section [sync.folkeregisteret].
struct SyncConfig {
  bool enabled = false;  ///< whether `serve` follows by itself
  std::string base_url;  ///< empty: nothing to follow
  std::string parts;     ///< with commas between
  std::uint32_t connections = 0;
  std::uint32_t poll_seconds = 0;
  std::uint32_t frozen_after_minutes = 0;
  std::uint32_t backoff_max_seconds = 0;
  bool bootstrap_when_lost = true;
  std::string maskinporten_issuer; ///< empty: no token is sent
  std::string maskinporten_token_endpoint;
  std::string maskinporten_client;
  std::string maskinporten_scope;
  std::string maskinporten_consumer;
  std::filesystem::path maskinporten_key_file;
  std::string maskinporten_key_id;
};

/// Following Enhetsregisteret; section [sync.enhetsregisteret]. Which units: `StructureConfig`.
struct UnitSyncConfig {
  bool enabled = false; ///< whether `serve` follows by itself
  std::string base_url;
  bool roles = true; ///< owners and contacts too
  std::uint32_t connections = 0;
  std::uint32_t poll_seconds = 0;
  std::uint32_t frozen_after_minutes = 0;
  std::uint32_t backoff_max_seconds = 0;
  bool bootstrap_when_lost = true;
};

/// How full the disk of the data directory may be, in percent; see registry/space_guard.h.
struct SpaceConfig {
  std::uint32_t alarm_percent = 0;
  std::uint32_t import_percent = 0;
  std::uint32_t sync_percent = 0;
  std::uint32_t issuing_percent = 0;
  std::uint32_t administration_percent = 0;
};

/// Issuing felles hjelpenumre; see registry/hjelpenummer/help_numbers.h.
struct HjelpenummerConfig {
  std::filesystem::path mark_file; ///< empty: beside the data directory
  /// First and last nine-digit prefix of the range that was delegated; unset: none.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> range;
  std::uint32_t lease_counters = 0;
  std::uint32_t numbers_per_day_client = 0;       ///< 0: no limit
  std::uint32_t numbers_per_day_organisation = 0; ///< 0: no limit
};

/// Sending events to receivers; section [webhooks].
struct WebhookConfig {
  bool allow_private = false;
  bool allow_http = false;
  std::filesystem::path ca_file; ///< empty: the system's certificates alone
  std::uint32_t timeout_ms = 0;
  std::uint32_t deliveries_max = 0;
  std::uint32_t events_max = 0;
  std::uint32_t retry_first_ms = 0;
  std::uint32_t retry_max_seconds = 0;
  std::uint32_t give_up_hours = 0;
};

/// Reading the sources of the enterprise structure; sections [enhetsregisteret] and [resh]. Lists
/// have commas between.
struct StructureConfig {
  std::string industries; ///< the four pick units of Enhetsregisteret; all empty: every unit
  std::string forms;
  std::string parents;
  std::string units;
  std::string resh_fields; ///< "ours=theirs"
  std::string resh_list;   ///< where the units stand in an export
};

struct Config {
  StructureConfig structure;
  AccessConfig access;
  AuditConfig audit;
  PurgeConfig purge;
  BackupConfig backup;
  SyncConfig sync;
  UnitSyncConfig unit_sync;
  SpaceConfig space;
  HjelpenummerConfig hjelpenummer;
  WebhookConfig webhooks;
  std::vector<IssuerConfig> issuers;
  DataConfig data;
  ServerConfig server;
  LimitsConfig limits;
  StoreConfig store;
  ImportConfig import;
  LogConfig log;
  ListsConfig lists;
};

/// Where values may come from. `environment` are the variables beginning with GRUNNDATA_.
struct ConfigSources {
  std::optional<std::filesystem::path> file; ///< must exist if set; unset: the default, if there
  std::filesystem::path file_if_unset{default_file};
  std::map<std::string, std::string> environment;
  std::vector<std::pair<std::string, std::string>> flags; ///< key and value; the last one wins
};

enum class Source : std::uint8_t { built_in, file, environment, flag };

/// One setting as it came out.
struct ResolvedSetting {
  std::string key;
  std::string value; ///< as it would be written in the environment
  Source source{};
  std::string where; ///< "default", "/etc/x.toml:12", "GRUNNDATA_SERVER__LISTEN", "--listen"
};

struct LoadedConfig {
  Config values;
  std::vector<ResolvedSetting> settings;     ///< one for each row of the table, in its order
  std::optional<std::filesystem::path> file; ///< the one that was read
};

/// Reads all sources. Error `invalid`: an unknown key or variable, a value of the wrong type or out
/// of range, broken TOML; the message has one line for each fault, with file and line, and the
/// nearest name for an unknown one. Error `not_found`: `sources.file` is not there or unreadable.
/// The variable GRUNNDATA_CONFIG names the file when `sources.file` is unset.
[[nodiscard]] registry::Result<LoadedConfig> load_config(const ConfigSources& sources);

/// The variables of this process that begin with GRUNNDATA_.
[[nodiscard]] std::map<std::string, std::string> grunndata_variables();

/// A file with every setting at its default, commented out, with description and unit.
[[nodiscard]] std::string config_template();

} // namespace grunndata::tools::config
