#include "tools/commands/backup.h"

#include "registry/backup/create.h"
#include "registry/backup/expire.h"
#include "registry/backup/withheld.h"
#include "tools/administration/command_host.h"
#include "tools/commands/backup_reading.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <system_error>

#include <sys/stat.h>

namespace grunndata::tools {

namespace {

namespace backup = registry::backup;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

/// Backups on the disk of the data must not fill it.
bool is_on_one_disk(const std::filesystem::path& one, std::filesystem::path other) {
  struct stat first {};
  struct stat second {};
  while (::stat(other.c_str(), &second) != 0 && other.has_relative_path()) {
    other = other.parent_path(); // the folder may have to be made
  }
  return ::stat(one.c_str(), &first) == 0 && first.st_dev == second.st_dev;
}

Result<backup::ExpireReport> expire_now(const backup::Key& key, const config::Config& config) {
  return backup::expire(key,
                        {config.backup.directory, config.backup.keep_days, config.backup.keep_min},
                        registry::now());
}

void print(const backup::ExpireReport& report, Console& console) {
  if (!report.removed.empty() || report.freed_bytes != 0) {
    console.err << "expired " << report.removed.size() << " backups, freed "
                << size_text(report.freed_bytes) << "; " << report.kept << " kept\n";
  }
  if (!report.unreadable.empty()) {
    console.err << "grunndata: backup " << report.unreadable
                << " cannot be read, so nothing that it may use was freed\n";
  }
}

void print(const backup::Manifest& made, bool json, Console& console) {
  console.err << "backup " << made.id << ": " << made.files.size() << " files, "
              << size_text(made.bytes()) << ", of which " << size_text(made.stored_bytes)
              << " stored anew\n";
  if (json) {
    console.out << R"({"id":")" << made.id << R"(","begun":")"
                << registry::format_instant(made.begun) << R"(","files":)" << made.files.size()
                << R"(,"bytes":)" << made.bytes() << R"(,"storedBytes":)" << made.stored_bytes
                << R"(,"newestSequence":)" << made.sequence << R"(,"auditRecords":)" << made.records
                << "}\n";
  } else {
    console.out << made.id << '\n';
  }
}

backup::CreateOptions options_of(const BackupFlags& flags, OpenedRegistry& opened,
                                 Console& console) {
  const config::Config& config = opened.config.values;
  backup::CreateOptions options;
  options.directory = config.data.directory;
  options.folder = config.backup.directory;
  options.full = flags.full;
  options.purger = {config.purge.per_hour_max};
  options.stop = console.stop;
  if (is_on_one_disk(options.directory, options.folder)) {
    options.may_go_on = [&opened] { return opened.space->may_go_on(registry::Work::import); };
  }
  return options;
}

int create(const BackupFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    console.err << "grunndata: --progress is auto, bar, lines, json or none\n";
    return exit_usage;
  }
  const auto key = backup_key(opened.config.values);
  const auto able = key ? can_audit(opened) : tl::unexpected(key.error());
  if (!able) {
    return report_error(console.err, able.error());
  }
  BackupBar bar("backup", *style, console.err);
  auto options = options_of(flags, opened, console);
  options.progress = [&bar](const backup::BackupProgress& figures) { bar.update(figures); };
  const auto made = backup::create(*opened.registry, opened.audit.get(), *key, options);
  auto record = command_record(console, registry::audit::Act::administered, "backup create");
  record.reason.text = made ? "backup " + made->id : "";
  const auto logged =
      audit(opened, std::move(record), made ? Result<void>{} : tl::unexpected(made.error()));
  if (!made || !logged) {
    return report_error(console.err, made ? logged.error() : made.error());
  }
  bar.finish();
  print(*made, flags.json, console);
  const auto expired = expire_now(*key, opened.config.values);
  if (!expired && expired.error().code == ErrorCode::unavailable) {
    console.err << "another backup or verification has begun; the next backup removes old ones\n";
    return exit_ok;
  }
  if (!expired) {
    console.err << "grunndata: the backup is made; old ones could not be removed\n";
    return report_error(console.err, expired.error());
  }
  print(*expired, console);
  return exit_ok;
}

int expire(const BackupFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto key = backup_key(opened.config.values);
  const auto able = key ? can_audit(opened) : tl::unexpected(key.error());
  if (!able) {
    return report_error(console.err, able.error());
  }
  const auto expired = expire_now(*key, opened.config.values);
  const auto logged =
      audit(opened, command_record(console, registry::audit::Act::administered, "backup expire"),
            expired ? Result<void>{} : tl::unexpected(expired.error()));
  if (!expired || !logged) {
    return report_error(console.err, expired ? logged.error() : expired.error());
  }
  print(*expired, console);
  if (flags.json) {
    console.out << R"({"removed":)" << expired->removed.size() << R"(,"kept":)" << expired->kept
                << R"(,"freedBytes":)" << expired->freed_bytes << "}\n";
  }
  return expired->unreadable.empty() ? exit_ok : exit_integrity;
}

int release(const BackupFlags& flags, OpenedRegistry& opened, Console& console) {
  if (flags.reason.empty()) {
    console.err << "grunndata: --reason says why addresses may be shown\n";
    return exit_usage;
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const Result<void> done = backup::release_places(*opened.registry);
  auto record = command_record(console, registry::audit::Act::administered, "backup release");
  record.reason.text = flags.reason;
  const auto logged = audit(opened, std::move(record), done);
  if (!done || !logged) {
    return report_error(console.err, done ? logged.error() : done.error());
  }
  console.err << "addresses are shown again\n";
  return exit_ok;
}

std::shared_ptr<BackupFlags> add(CLI::App& command, const char* example) {
  command.footer(example);
  auto flags = std::make_shared<BackupFlags>();
  config::add_config_flags(command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command.add_flag("--json", flags->json, "One JSON object a line on stdout");
  return flags;
}

void add_progress(CLI::App& command, BackupFlags& flags) {
  command.add_option("--progress", flags.progress, "auto, bar, lines, json or none");
}

using RegistryWork = int (*)(const BackupFlags&, OpenedRegistry&, Console&);

void on_registry(CLI::App& command, std::shared_ptr<BackupFlags> flags, CommandHost& host,
                 int& exit_status, RegistryWork work) {
  command.callback([flags = std::move(flags), work, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&](OpenedRegistry& opened, Console& console) {
      return work(*flags, opened, console);
    });
  });
}

void add_making(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* creating = group.add_subcommand(
      "create", "Store what is new since the last backup, and remove what is too old");
  auto create_flags = add(*creating, "grunndata backup create --config grunndata.toml\n"
                                     "grunndata backup create --data DIR --full");
  creating->add_flag("--full", create_flags->full,
                     "Read and store everything anew: mends damaged backups");
  add_progress(*creating, *create_flags);
  on_registry(*creating, create_flags, host, exit_status, create);

  CLI::App* expiring = group.add_subcommand(
      "expire", "Remove backups older than backup.keep_days, and what none of the others uses");
  on_registry(*expiring, add(*expiring, "grunndata backup expire --config grunndata.toml"), host,
              exit_status, expire);

  CLI::App* releasing = group.add_subcommand(
      "release", "Show addresses again, which a restore withholds until the source is read");
  auto release_flags = add(*releasing, "grunndata backup release --data DIR --reason 'read whole'");
  releasing->add_option("--reason", release_flags->reason, "Why; goes into the audit log");
  on_registry(*releasing, release_flags, host, exit_status, release);
}

} // namespace

void add_backup_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group = program.add_subcommand(
      "backup", "Encrypted, incremental backups of a data directory in use; restoring one");
  group->require_subcommand(1);
  add_making(*group, host, exit_status);
  CLI::App* listing = group->add_subcommand("list", "Backups that were finished, oldest first");
  const auto list_flags = add(*listing, "grunndata backup list --config grunndata.toml");
  listing->callback([list_flags, &exit_status] { exit_status = backup_list(*list_flags); });

  CLI::App* verifying = group->add_subcommand(
      "verify", "Read backups whole and say what is damaged: all, or the one named");
  const auto verify_flags = add(*verifying, "grunndata backup verify --config grunndata.toml");
  verifying->add_option("id", verify_flags->id, "As `backup list` shows it");
  add_progress(*verifying, *verify_flags);
  verifying->callback([verify_flags, &exit_status] { exit_status = backup_verify(*verify_flags); });

  CLI::App* restoring = group->add_subcommand(
      "restore", "Make a data directory, absent or empty, out of a backup: the newest, or the one "
                 "named");
  const auto restore_flags =
      add(*restoring, "grunndata backup restore --data DIR --config grunndata.toml\n"
                      "grunndata backup restore --data DIR --reason 'disk failed' ID");
  restoring->add_option("id", restore_flags->id, "As `backup list` shows it");
  restoring->add_option("--reason", restore_flags->reason, "Why; goes into the audit log");
  restoring->add_flag("--accept-missing", restore_flags->accept_missing,
                      "The purge register and the mark of the feed are lost: show persons purged "
                      "since the backup as it has them, and skip numbers of the feed");
  add_progress(*restoring, *restore_flags);
  restoring->callback(
      [restore_flags, &exit_status] { exit_status = backup_restore(*restore_flags); });
}

} // namespace grunndata::tools
