#include "tools/commands/audit.h"

#include "registry/audit/record_codec.h"
#include "registry/audit/tree/checkpoint.h"
#include "registry/audit/tree/file.h"
#include "tools/commands/audit_reading.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/reason.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>

namespace grunndata::tools {

namespace {

namespace audit_log = registry::audit;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

struct AuditProofFlags {
  config::ConfigSources sources;
  std::vector<std::string> checkpoints; ///< files
  std::string public_key;               ///< a verifier key, or a file with one
  bool show_key = false;
  std::string kind;
  std::string before;
  std::string reason;
};

/// The text itself, or that of a file of this name.
Result<std::string> key_text(const std::string& given, const Console& console) {
  if (given.find('+') != std::string::npos) {
    return given;
  }
  return audit_log::read_file(console.path_of(given), audit_log::note_bytes_max);
}

Result<void> check_key(const AuditProofFlags& flags, const audit_log::Log& log,
                       const Console& console) {
  if (flags.public_key.empty()) {
    return {};
  }
  const auto text = key_text(flags.public_key, console);
  const auto key = text ? audit_log::VerifierKey::parse(*text) : tl::unexpected(text.error());
  if (!key) {
    return tl::unexpected(key.error());
  }
  return key->text() == log.verifier_key()
             ? Result<void>{}
             : fail(ErrorCode::corrupt, "the log signs with another key than " + key->text());
}

int verify(const AuditProofFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto log = audit_log_of(opened);
  const auto same_key = log ? check_key(flags, **log, console) : tl::unexpected(log.error());
  if (!same_key) {
    return report_error(console.err, same_key.error());
  }
  std::vector<std::string> notes;
  for (const std::string& path : flags.checkpoints) {
    auto note = audit_log::read_file(console.path_of(path), audit_log::note_bytes_max);
    if (!note) {
      return report_error(console.err, note.error());
    }
    notes.push_back(std::move(*note));
  }
  const auto report = (*log)->verify(notes);
  if (!report) {
    return report_error(console.err, report.error());
  }
  for (const std::string& fault : report->faults) {
    console.err << "grunndata: audit: " << fault << '\n';
  }
  for (const audit_log::LogRestore& restore : report->restores) {
    console.err << "grunndata: audit: record " << restore.position << ": restored at "
                << registry::format_instant(restore.time) << ": " << restore.text
                << "; records that stood there before are lost, and checkpoints of that time over "
                   "more than "
                << restore.position << " records do not fit\n";
  }
  console.out << (report->faults.empty() ? "whole" : "NOT WHOLE") << "  " << report->records
              << " records, " << report->erased << " of them erased, in " << report->segments
              << " segments; " << report->tiles << " files of the tree; " << notes.size()
              << " checkpoints kept elsewhere\n";
  return report->faults.empty() ? exit_ok : exit_integrity;
}

int checkpoint(const AuditProofFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto log = audit_log_of(opened);
  if (!log) {
    return report_error(console.err, log.error());
  }
  if (flags.show_key) {
    console.out << (*log)->verifier_key() << '\n';
    return exit_ok;
  }
  Result<void> told;
  if (!flags.reason.empty()) {
    told = check_reason(opened, flags.reason);
  }
  if (told && !flags.reason.empty()) {
    auto record = command_record(console, audit_log::Act::administered, "audit checkpoint");
    record.reason.text = flags.reason;
    told = audit(opened, std::move(record), {});
  }
  const auto note = told ? (*log)->checkpoint() : tl::unexpected(told.error());
  if (!note) {
    return report_error(console.err, note.error());
  }
  console.out << *note;
  return exit_ok;
}

int erase(const AuditProofFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto log = audit_log_of(opened);
  const auto told = log ? check_reason(opened, flags.reason) : tl::unexpected(log.error());
  if (!told) {
    return report_error(console.err, told.error());
  }
  const auto kind = audit_log::find_class(flags.kind);
  const auto before = registry::parse_instant(flags.before);
  if (!kind || !before) {
    return report_error(console.err,
                        {ErrorCode::invalid, kind ? "--before is a date or an RFC 3339 date-time"
                                                  : "--class is ordinary or important"});
  }
  auto order = command_record(console, audit_log::Act::administered, "audit erase");
  order.reason.text = flags.reason;
  const auto erased = (*log)->erase(*kind, *before, std::move(order));
  if (!erased) {
    return report_error(console.err, erased.error());
  }
  console.out << *erased << " records erased\n";
  return exit_ok;
}

template <typename Flags>
std::shared_ptr<Flags> add(CLI::App& command) {
  auto flags = std::make_shared<Flags>();
  config::add_config_flags(command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  return flags;
}

void add_reason(CLI::App& command, std::string& reason) {
  command.add_option("--reason", reason, "Why; it goes into the log")->required();
}

/// The filters that search and export share.
void add_filters(CLI::App& command, AuditReadingFlags& flags) {
  add_reason(command, flags.reason);
  command.add_option("--user", flags.user,
                     "HPR number or user key; '-' reads a person's number from stdin");
  command.add_option("--organisation", flags.organisation, "Organisation number, unit or parent");
  command.add_option("--client", flags.client, "Id of a client");
  command.add_option("--act", flags.act, "read, denied, search_hit, break_glass …");
  command.add_option("--from", flags.from, "A date or a date-time, inclusive");
  command.add_option("--to", flags.to, "A date or a date-time, exclusive");
  command.add_option("--limit", flags.limit, "At most so many (default: all)");
}

using ReadingCommand = int (*)(const AuditReadingFlags&, OpenedRegistry&, Console&);
using ProofCommand = int (*)(const AuditProofFlags&, OpenedRegistry&, Console&);

template <typename Flags, typename Command>
void on_call(CLI::App& command, const std::shared_ptr<Flags>& flags, CommandHost& host,
             int& exit_status, Command run, const std::function<bool()>& reads_stdin = {}) {
  command.callback([flags, &host, &exit_status, run, reads_stdin] {
    exit_status = host.run(flags->sources, {.input = reads_stdin && reads_stdin()},
                           [&flags, run](OpenedRegistry& opened, Console& console) {
                             return run(*flags, opened, console);
                           });
  });
}

void add_search(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* command = group.add_subcommand("search", "Records, by who, where, what and when");
  command->footer("grunndata audit search --data DIR --user 1000001 --from 2026-01-01 "
                  "--reason 'control of accesses'");
  auto flags = add<AuditReadingFlags>(*command);
  add_filters(*command, *flags);
  command->add_flag("--json", flags->json, "One JSON object a line");
  on_call(*command, flags, host, exit_status, audit_search,
          [raw = flags.get()] { return raw->user == "-"; });
}

void add_for_person(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* command = group.add_subcommand(
      "for-person", "A person's own log: who looked, for whom, why and when (identifier on stdin)");
  command->footer("grunndata audit for-person --data DIR --reason 'asked for it' < number.txt");
  auto flags = add<AuditReadingFlags>(*command);
  add_reason(*command, flags->reason);
  command->add_option("--from", flags->from, "A date or a date-time, inclusive");
  command->add_option("--to", flags->to, "A date or a date-time, exclusive");
  command->add_flag("--json", flags->json, "One JSON object a line");
  on_call(*command, flags, host, exit_status, audit_for_person, [] { return true; });
}

void add_export(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* command = group.add_subcommand(
      "export", "Rows for statistical analysis, with pseudonyms for persons; or the proof of one "
                "record");
  command->footer("grunndata audit export --data DIR --reason 'monthly analysis' > rows.ndjson\n"
                  "grunndata audit export --data DIR --reason 'complaint' --proof 4711 > "
                  "4711.tlog-proof");
  auto flags = add<AuditReadingFlags>(*command);
  add_filters(*command, *flags);
  command->add_flag("--with-subjects", flags->with_subjects, "Persons by id, not by pseudonym");
  command->add_option("--proof", flags->proof,
                      "Only the record at this position, provable to anybody (C2SP tlog-proof)");
  on_call(*command, flags, host, exit_status, audit_export,
          [raw = flags.get()] { return raw->user == "-"; });
}

void add_proofs(CLI::App& group, CommandHost& host, int& exit_status) {
  CLI::App* verifying = group.add_subcommand(
      "verify", "Hold every record, tile and index against each other and against checkpoints");
  verifying->footer("grunndata audit verify --data DIR --checkpoint /mnt/elsewhere/checkpoint");
  auto verify_flags = add<AuditProofFlags>(*verifying);
  verifying->add_option("--checkpoint", verify_flags->checkpoints,
                        "A checkpoint kept elsewhere; may be given more than once");
  verifying->add_option("--public-key", verify_flags->public_key,
                        "The key the log must sign with, or a file that holds it");
  on_call(*verifying, verify_flags, host, exit_status, verify);

  CLI::App* signing =
      group.add_subcommand("checkpoint", "Sign what the log holds now; keep it somewhere else");
  signing->footer("grunndata audit checkpoint --data DIR > checkpoint\n"
                  "grunndata audit checkpoint --data DIR --public-key > log.key");
  auto checkpoint_flags = add<AuditProofFlags>(*signing);
  signing->add_flag("--public-key", checkpoint_flags->show_key,
                    "The verifier key instead (C2SP signed note)");
  signing->add_option("--reason", checkpoint_flags->reason, "Noted in the log when given");
  on_call(*signing, checkpoint_flags, host, exit_status, checkpoint);

  CLI::App* erasing = group.add_subcommand(
      "erase", "End the retention of old records: their content goes, their hashes stay");
  erasing->footer("grunndata audit erase --data DIR --class ordinary --before 2024-01-01 "
                  "--reason 'retention of two years'");
  auto erase_flags = add<AuditProofFlags>(*erasing);
  erasing->add_option("--class", erase_flags->kind, "ordinary or important")->required();
  erasing->add_option("--before", erase_flags->before, "A date or a date-time")->required();
  add_reason(*erasing, erase_flags->reason);
  on_call(*erasing, erase_flags, host, exit_status, erase);
}

} // namespace

void add_audit_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group = program.add_subcommand("audit", "Who looked at whom, and proof of it");
  group->require_subcommand(1);
  add_search(*group, host, exit_status);
  add_for_person(*group, host, exit_status);
  add_export(*group, host, exit_status);
  add_proofs(*group, host, exit_status);
}

} // namespace grunndata::tools
