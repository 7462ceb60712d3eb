#include "tools/commands/events.h"

#include "api/v1/cursor.h"
#include "registry/event_json.h"
#include "tools/administration/command_host.h"
#include "tools/commands/event_output.h"
#include "tools/commands/events_tail.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/reason.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

constexpr std::uint64_t page_events = 1'000;

struct EventsFlags {
  config::ConfigSources sources;
  std::uint64_t from = 0;
  std::string after;
  std::uint64_t limit = 0;
  std::vector<std::string> types;
  bool open_access = false;
  std::string reason;
};

void print_event(const registry::Event& event, std::ostream& out) {
  std::string line;
  registry::append_json(line, event);
  out << line << '\n';
}

int events(const EventsFlags& flags, OpenedRegistry& opened, Console& console) {
  if (auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  const auto types = event_types(flags.types, "--types");
  if (!types) {
    return report_error(console.err, types.error());
  }
  const auto access =
      flags.open_access ? registry::Access::no_legal_basis : registry::Access::legal_basis;
  std::uint64_t from = flags.from;
  if (!flags.after.empty()) {
    const auto cursor = api::v1::read_cursor(flags.after);
    if (!cursor) {
      return report_error(console.err,
                          {registry::ErrorCode::invalid, "--after is not a cursor we gave out"});
    }
    if (cursor->epoch != opened.registry->epoch()) {
      return report_error(console.err, {registry::ErrorCode::conflict,
                                        "the cursor is from before a restore; export again"});
    }
    from = cursor->from;
  }
  std::uint64_t left = flags.limit;
  while ((flags.limit == 0 || left != 0) && !console.stop()) {
    const std::uint64_t wanted = flags.limit == 0 ? page_events : std::min(left, page_events);
    const auto page = opened.registry->events(from, wanted, access, {*types});
    if (!page) {
      return report_error(console.err, page.error());
    }
    if (auto logged = log_delivered(opened, console, page->events, access, flags.reason); !logged) {
      return report_error(console.err, logged.error());
    }
    for (const auto& event : page->events) {
      print_event(event, console.out);
    }
    if (!page->more) {
      break;
    }
    left -= flags.limit == 0 ? 0 : page->events.size();
    from = page->next;
  }
  return exit_ok;
}

} // namespace

void add_events_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* command = program.add_subcommand("events", "The log, one JSON object a line");
  command->footer("grunndata events --data DIR --limit 10\n"
                  "grunndata events --data DIR --from 5000 --types PersonIsDeceased\n"
                  "grunndata events tail --data DIR --type death");
  auto flags = std::make_shared<EventsFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  CLI::Option* from =
      command->add_option("--from", flags->from, "Lowest sequence number (default: the oldest)");
  command->add_option("--after", flags->after, "A cursor of an export or of /v1/events")
      ->excludes(from);
  command->add_option("--limit", flags->limit, "At most so many (default: all)");
  command
      ->add_option("--types", flags->types, "Event types, as callers see them, or groups")
      ->delimiter(',');
  command->add_flag("--no-legal-basis", flags->open_access,
                    "As callers without legal basis see it");
  add_reason_option(*command, flags->reason);
  add_events_tail_command(*command, host, exit_status);
  command->callback([flags, command, &host, &exit_status] {
    if (!command->get_subcommands().empty()) {
      return;
    }
    exit_status = host.run(flags->sources, {}, [&flags](OpenedRegistry& opened, Console& console) {
      return events(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
