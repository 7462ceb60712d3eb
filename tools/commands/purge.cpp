#include "tools/commands/purge.h"

#include "registry/person_protection.h"
#include "registry/purge/purger.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

namespace {

namespace purge = registry::purge;
using registry::Result;

struct PurgeFlags {
  config::ConfigSources sources;
  std::string person;
  std::string reason;
  bool json = false;
};

purge::PurgerLimits limits_of(const OpenedRegistry& opened) {
  return {opened.config.values.purge.per_hour_max};
}

void print(const purge::Pending& one, const OpenedRegistry& opened, bool json, std::ostream& out) {
  const auto person = opened.registry->ids().seal(one.entity);
  const std::string when = registry::format_instant(one.time);
  if (json) {
    out << R"({"number":)" << one.number << R"(,"purgedAt":")" << when << R"(","person":")"
        << registry::view_of(person) << R"(","quarantined":)" << one.quarantine.size() << "}\n";
  } else {
    out << one.number << "  " << when << "  " << registry::view_of(person);
    if (!one.quarantine.empty()) {
      out << "  with " << one.quarantine.size() << " quarantined";
    }
    out << '\n';
  }
}

void print_state(const purge::PurgerReport& report, Console& console) {
  if (report.purged != 0) {
    console.err << "gone from the files: " << report.purged << '\n';
  }
  if (report.waiting == 0) {
    console.err << "nothing waits\n";
    return;
  }
  console.err << report.waiting << " wait, the oldest since "
              << registry::format_instant(*report.oldest_waiting) << '\n';
  if (report.needs_confirmation) {
    console.err << "grunndata: more than purge.per_hour_max in an hour; see that the source is not "
                   "in error, then `grunndata purge confirm`\n";
  }
  if (report.reader_in_the_way) {
    console.err << "grunndata: a reader holds an earlier state of the store; try again soon\n";
  }
}

int list(const PurgeFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto waiting = purge::pending(opened.registry->store());
  const auto report = purge::look_at_purger(*opened.registry, limits_of(opened), registry::now());
  if (!waiting || !report) {
    return report_error(console.err, waiting ? report.error() : waiting.error());
  }
  for (const purge::Pending& one : *waiting) {
    print(one, opened, flags.json, console.out);
  }
  print_state(*report, console);
  return exit_ok;
}

int run(const PurgeFlags&, OpenedRegistry& opened, Console& console) {
  const auto report = purge::run_purger(*opened.registry, limits_of(opened), registry::now());
  if (!report) {
    return report_error(console.err, report.error());
  }
  print_state(*report, console);
  if (report->reader_in_the_way) {
    return exit_unavailable;
  }
  return report->needs_confirmation ? exit_conflict : exit_ok;
}

/// Does `change` between asking whether it can be logged and logging it.
int administer(OpenedRegistry& opened, Console& console, registry::audit::Record record,
               const std::function<Result<void>()>& change) {
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const Result<void> done = change();
  const auto logged = audit(opened, std::move(record), done);
  if (!done || !logged) {
    return report_error(console.err, done ? logged.error() : done.error());
  }
  return exit_ok;
}

int confirm(const PurgeFlags& flags, OpenedRegistry& opened, Console& console) {
  const int status = administer(
      opened, console, command_record(console, registry::audit::Act::administered, "purge confirm"),
      [&opened] { return purge::confirm_pending(*opened.registry); });
  return status == exit_ok ? run(flags, opened, console) : status;
}

int release(const PurgeFlags& flags, OpenedRegistry& opened, Console& console) {
  if (flags.reason.empty()) {
    console.err << "grunndata: --reason says why the protection ends\n";
    return exit_usage;
  }
  auto record = command_record(console, registry::audit::Act::administered, "purge release");
  record.subject = opened.registry->ids().open(flags.person);
  record.reason.text = flags.reason;
  return administer(opened, console, std::move(record),
                    [&] { return registry::release_protection(*opened.registry, flags.person); });
}

using PurgeCommand = int (*)(const PurgeFlags&, OpenedRegistry&, Console&);

std::shared_ptr<PurgeFlags> add(CLI::App& command, const char* example, CommandHost& host,
                                int& exit_status, PurgeCommand work) {
  command.footer(example);
  auto flags = std::make_shared<PurgeFlags>();
  config::add_config_flags(command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command.callback([flags, work, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&](OpenedRegistry& opened, Console& console) {
      return work(*flags, opened, console);
    });
  });
  return flags;
}

} // namespace

void add_purge_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group = program.add_subcommand(
      "purge", "What hiding persons' bytes still lie in files, and protection a human ends");
  group->require_subcommand(1);
  CLI::App* listing = group->add_subcommand("list", "Purges whose bytes are still in files");
  const auto list_flags =
      add(*listing, "grunndata purge list --data DIR --json", host, exit_status, list);
  listing->add_flag("--json", list_flags->json, "One JSON object a line");
  add(*group->add_subcommand("run", "Take the bytes out of the files now"),
      "grunndata purge run --data DIR", host, exit_status, run);
  add(*group->add_subcommand("confirm",
                             "Let what waits now go, although it is more than an hour's number"),
      "grunndata purge confirm --data DIR", host, exit_status, confirm);
  CLI::App* releasing = group->add_subcommand(
      "release", "End a protection that came from a merge or link; nothing purged comes back");
  const auto release_flags =
      add(*releasing, "grunndata purge release --data DIR --reason 'merged in error' ID", host,
          exit_status, release);
  releasing->add_option("person", release_flags->person, "Opaque id, as answers show it")
      ->required();
  releasing->add_option("--reason", release_flags->reason, "Why; goes into the audit log");
}

} // namespace grunndata::tools
