#include "tools/commands/break_glass.h"

#include "api/v1/admin/grant_json.h"
#include "registry/audit/log.h"
#include "registry/clients/break_glass.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using registry::ErrorCode;
using registry::GrantQueue;

constexpr std::size_t page_grants = 1'000;

struct BreakGlassFlags {
  config::ConfigSources sources;
  std::uint64_t number = 0;
  std::string outcome;
  std::string note;
  bool all = false;
  bool overdue = false;
  bool json = false;
};

void print(const registry::Grant& grant, const registry::IdCipher& ids, bool json,
           std::ostream& stream) {
  const registry::Instant when = registry::now();
  if (json) {
    std::string out;
    api::v1::append_grant(out, grant, ids, when);
    stream << out << '\n';
    return;
  }
  stream << grant.number << "  " << api::v1::state_of(grant, when) << "  "
         << format_instant(grant.opened) << "  by " << format_instant(grant.review_by) << "  "
         << registry::code_of(grant.purpose) << "  " << grant.organisation << "  "
         << (grant.user_name.empty() ? "-" : grant.user_name) << "  person "
         << registry::view_of(ids.seal(grant.entity)) << "  " << grant.reason << '\n';
}

/// Notes each person in the page: it tells who looked at whom.
registry::Result<void> note(OpenedRegistry& opened, const Console& console,
                            const std::vector<registry::Grant>& page) {
  if (!opened.audit || page.empty()) {
    return {};
  }
  std::vector<registry::audit::Record> records(
      page.size(), command_record(console, registry::audit::Act::log_read, "break-glass list"));
  for (std::size_t i = 0; i < page.size(); ++i) {
    records[i].subject = page[i].entity;
    records[i].outcome = "ok";
  }
  const auto written = opened.audit->append(records);
  return written ? registry::Result<void>{} : tl::unexpected(written.error());
}

int list(const BreakGlassFlags& flags, OpenedRegistry& opened, Console& console) {
  const GrantQueue queue = flags.all       ? GrantQueue::all
                           : flags.overdue ? GrantQueue::overdue
                                           : GrantQueue::waiting;
  std::uint64_t from = 0;
  while (true) {
    const auto page = opened.break_glass->list(queue, from, page_grants);
    if (!page) {
      return report_error(console.err, page.error());
    }
    if (const auto noted = note(opened, console, *page); !noted) {
      return report_error(console.err, noted.error());
    }
    for (const registry::Grant& grant : *page) {
      print(grant, opened.registry->ids(), flags.json, console.out);
    }
    if (page->size() < page_grants) {
      return exit_ok;
    }
    from = page->back().number + 1;
  }
}

int review(const BreakGlassFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto outcome = registry::review_outcome_of(flags.outcome);
  if (!outcome) {
    return report_error(console.err, {ErrorCode::invalid, "--outcome is justified or unjustified"});
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  auto record = command_record(console, registry::audit::Act::reviewed, "break-glass review");
  const auto reviewed =
      opened.break_glass->review(flags.number, {"os:" + console.os_user, {}, *outcome, flags.note});
  if (reviewed) {
    record.subject = reviewed->entity;
    record.reason.text = flags.outcome + (flags.note.empty() ? "" : ": " + flags.note);
  }
  const auto done = reviewed ? registry::Result<void>{} : tl::unexpected(reviewed.error());
  const auto logged = audit(opened, std::move(record), done);
  if (!reviewed || !logged) {
    return report_error(console.err, reviewed ? logged.error() : reviewed.error());
  }
  print(*reviewed, opened.registry->ids(), flags.json, console.out);
  return exit_ok;
}

using BreakGlassCommand = int (*)(const BreakGlassFlags&, OpenedRegistry&, Console&);

std::pair<CLI::App*, std::shared_ptr<BreakGlassFlags>>
subcommand(CLI::App& group, const char* name, const char* about, const char* example,
           CommandHost& host, int& exit_status, BreakGlassCommand work) {
  CLI::App* command = group.add_subcommand(name, about);
  command->footer(example);
  auto flags = std::make_shared<BreakGlassFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_flag("--json", flags->json, "One JSON object a line");
  command->callback([flags, work, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&](OpenedRegistry& opened, Console& console) {
      return work(*flags, opened, console);
    });
  });
  return {command, flags};
}

} // namespace

void add_break_glass_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group =
      program.add_subcommand("break-glass", "Emergency access that users opened, and its review");
  group->require_subcommand(1);

  const auto [listing, list_flags] =
      subcommand(*group, "list", "Those that wait for a review",
                 "grunndata break-glass list --data DIR --overdue", host, exit_status, list);
  auto* all = listing->add_flag("--all", list_flags->all, "Reviewed ones as well");
  listing->add_flag("--overdue", list_flags->overdue, "Only those past their deadline")
      ->excludes(all);

  const auto [reviewing, review_flags] = subcommand(
      *group, "review", "Say whether one was justified; once",
      "grunndata break-glass review --data DIR 17 --outcome justified", host, exit_status, review);
  reviewing->add_option("number", review_flags->number, "As `list` gives it")->required();
  reviewing->add_option("--outcome", review_flags->outcome, "justified or unjustified")->required();
  reviewing->add_option("--note", review_flags->note, "For the record");
}

} // namespace grunndata::tools
