#include "tools/commands/backup_reading.h"

#include "registry/backup/newest.h"
#include "registry/backup/repository.h"
#include "registry/backup/restore.h"
#include "registry/backup/verify.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/issuing.h"
#include "tools/commands/open_registry.h"
#include "tools/logging/json_text.h"
#include "tools/logging/log.h"
#include "tools/progress/interrupts.h"

#include <array>
#include <iostream>

#include <sys/stat.h>

namespace grunndata::tools {

namespace backup = registry::backup;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

namespace {

bool lies_in(const std::filesystem::path& path, const std::filesystem::path& directory) {
  std::error_code ignored;
  const auto inner = std::filesystem::weakly_canonical(path, ignored);
  const auto outer = std::filesystem::weakly_canonical(directory, ignored);
  const auto between = inner.lexically_relative(outer);
  return !between.empty() && *between.begin() != "..";
}

std::string json_string(std::string_view text) {
  std::string quoted;
  log::append_json_string(quoted, text);
  return quoted;
}

void print(const backup::Listed& one, bool json) {
  const backup::Manifest& made = one.manifest;
  if (json) {
    std::cout << R"({"id":)" << json_string(one.id) << R"(,"keyId":")" << one.key_id << '"';
    if (one.fault) {
      std::cout << R"(,"fault":)" << json_string(one.fault->message) << "}\n";
      return;
    }
    std::cout << R"(,"begun":")" << registry::format_instant(made.begun) << R"(","finished":")"
              << registry::format_instant(made.finished) << R"(","files":)" << made.files.size()
              << R"(,"bytes":)" << made.bytes() << R"(,"storedBytes":)" << made.stored_bytes
              << R"(,"newestSequence":)" << made.sequence << R"(,"auditRecords":)" << made.records
              << "}\n";
    return;
  }
  std::cout << one.id << "  ";
  if (one.fault) {
    std::cout << "UNREADABLE: " << one.fault->message << '\n';
    return;
  }
  std::cout << size_text(made.bytes()) << ", " << size_text(made.stored_bytes)
            << " stored anew; feed to " << made.sequence << ", audit log to " << made.records
            << '\n';
}

std::string_view word_of(backup::IssuingAfter issuing) {
  switch (issuing) {
    case backup::IssuingAfter::at_mark: return "at-mark";
    case backup::IssuingAfter::closed: return "closed";
    case backup::IssuingAfter::never_begun: break;
  }
  return "never-begun";
}

std::string_view line_of(backup::IssuingAfter issuing) {
  switch (issuing) {
    case backup::IssuingAfter::at_mark:
      return "hjelpenumre go on at the issuing mark: what was issued since is lost, and never "
             "issued again\n";
    case backup::IssuingAfter::closed:
      return "no hjelpenummer is issued any more: the issuing mark is lost\n";
    case backup::IssuingAfter::never_begun: break;
  }
  return "";
}

void print(const backup::RestoreReport& done, const std::filesystem::path& directory) {
  std::cerr << "restored backup " << done.manifest.id << " into " << directory.string() << '\n'
            << done.purged << " purges since then carried out again; the feed goes on behind "
            << done.newest_number << ", and cursors of before are void\n"
            << "addresses are withheld until the source is read again and `grunndata backup "
               "release` is given\n"
            << line_of(done.issuing);
  if (!done.checkpoint_aside.empty()) {
    std::cerr << "the newest checkpoint of the audit log kept elsewhere is of records that are "
                 "lost; it lies in "
              << done.checkpoint_aside.string() << '\n';
  }
}

struct Prepared {
  config::LoadedConfig config;
  ProgressStyle style{};
  backup::Key key;
};

/// What all three begin with.
Result<Prepared> prepare(const BackupFlags& flags) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    return fail(ErrorCode::invalid, "--progress is auto, bar, lines, json or none");
  }
  auto config = config::load_config(flags.sources);
  if (!config) {
    return tl::unexpected(config.error());
  }
  log::configure(config->values.log.level, config->values.log.format);
  auto key = backup_key(config->values);
  if (!key) {
    return tl::unexpected(key.error());
  }
  ::umask(S_IRWXG | S_IRWXO); // what is restored is for its owner only
  return Prepared{std::move(*config), *style, std::move(*key)};
}

} // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr std::array units{"bytes", "kB", "MB", "GB", "TB"};
  constexpr std::uint64_t step = 1'000;
  std::size_t unit = 0;
  std::uint64_t tenths = bytes * 10;
  while (tenths >= step * 10 && unit + 1 < units.size()) {
    tenths /= step;
    ++unit;
  }
  std::string text = std::to_string(tenths / 10);
  text += unit == 0 ? "" : "." + std::to_string(tenths % 10);
  return text + ' ' + units[unit];
}

Result<backup::Key> backup_key(const config::Config& config) {
  if (config.backup.directory.empty() || config.backup.key_file.empty()) {
    return fail(ErrorCode::invalid,
                config.backup.directory.empty()
                    ? "backup.directory is not set: it says where backups lie"
                    : "backup.key_file is not set: backups are always encrypted");
  }
  if (lies_in(config.backup.directory, config.data.directory)) {
    return fail(ErrorCode::invalid, "backup.directory lies inside the data directory");
  }
  return backup::Key::load(config.backup.key_file);
}

void BackupBar::update(const backup::BackupProgress& figures) {
  if (!shown_ || total_ != figures.bytes_total) {
    shown_.reset();
    shown_ = std::make_unique<Progress>(label_, style_,
                                        ProgressTotals{std::nullopt, figures.bytes_total}, out_);
    total_ = figures.bytes_total;
  }
  last_ = {figures.files, figures.bytes, 0};
  shown_->update(last_);
}

void BackupBar::finish() {
  if (shown_) {
    shown_->finish(last_);
  }
}

int backup_list(const BackupFlags& flags) {
  const auto prepared = prepare(flags);
  if (!prepared) {
    return report_error(prepared.error());
  }
  const auto& folder = prepared->config.values.backup.directory;
  const auto opened = backup::Repository::open(folder, prepared->key, backup::Use::look);
  const auto all = opened ? opened->list() : tl::unexpected(opened.error());
  if (!all) {
    return report_error(all.error());
  }
  bool whole = true;
  for (const backup::Listed& one : *all) {
    print(one, flags.json);
    whole = whole && (!one.fault || one.fault->code == ErrorCode::conflict);
  }
  return whole ? exit_ok : exit_integrity;
}

int backup_verify(const BackupFlags& flags) {
  const auto prepared = prepare(flags);
  if (!prepared) {
    return report_error(prepared.error());
  }
  const Interrupts interrupts;
  BackupBar bar("verify", prepared->style, std::cerr);
  backup::VerifyOptions options;
  options.folder = prepared->config.values.backup.directory;
  options.id = flags.id;
  options.stop = [] { return Interrupts::requested(); };
  options.progress = [&bar](const backup::BackupProgress& figures) { bar.update(figures); };
  const auto report = backup::verify(prepared->key, options);
  if (!report) {
    return report_error(report.error());
  }
  bar.finish();
  for (const std::string& fault : report->faults) {
    std::cerr << "grunndata: " << fault << '\n';
  }
  if (const auto noted = backup::note_verified(options.folder, report->whole, report->damaged);
      !noted) { // read from a copy that cannot be written to, perhaps
    std::cerr << "a server that watches the folder is not told: " << noted.error().message << '\n';
  }
  const bool whole = report->faults.empty();
  if (flags.json) {
    std::cout << R"({"whole":)" << (whole ? "true" : "false") << R"(,"backups":)" << report->backups
              << R"(,"pieces":)" << report->pieces << R"(,"bytes":)" << report->bytes
              << R"(,"faults":)" << report->faults.size() << "}\n";
  } else {
    std::cout << (whole ? "whole" : "NOT WHOLE") << "  " << report->backups << " backups, "
              << report->pieces << " pieces, " << size_text(report->bytes) << '\n';
  }
  return whole ? exit_ok : exit_integrity;
}

int backup_restore(const BackupFlags& flags) {
  const auto prepared = prepare(flags);
  if (!prepared) {
    return report_error(prepared.error());
  }
  const config::Config& config = prepared->config.values;
  const Interrupts interrupts;
  BackupBar bar("restore", prepared->style, std::cerr);
  backup::RestoreOptions options;
  options.folder = config.backup.directory;
  options.id = flags.id;
  options.directory = config.data.directory;
  options.purge_register = config.purge.register_file;
  options.issuing_mark = issuing_mark_file(config);
  options.accept_missing = flags.accept_missing;
  if (config.audit.enabled) {
    options.log = audit_log_options(config);
    options.record.actor.os_user = os_user();
    options.record.reason.text = flags.reason;
  }
  options.stop = [] { return Interrupts::requested(); };
  options.progress = [&bar](const backup::BackupProgress& figures) { bar.update(figures); };
  const auto done = backup::restore(prepared->key, options);
  if (!done) {
    return report_error(done.error());
  }
  bar.finish();
  print(*done, config.data.directory);
  if (flags.json) {
    std::cout << R"({"id":")" << done->manifest.id << R"(","begun":")"
              << registry::format_instant(done->manifest.begun) << R"(","purgesCarriedOut":)"
              << done->purged << R"(,"newestSequence":)" << done->newest_number
              << R"(,"auditRecords":)" << done->records << R"(,"restores":)" << done->mark.times
              << R"(,"issuing":")" << word_of(done->issuing) << "\"}\n";
  }
  return exit_ok;
}

} // namespace grunndata::tools
