#include "tools/commands/events_tail.h"

#include "registry/commit_listener.h"
#include "registry/event_json.h"
#include "tools/administration/command_host.h"
#include "tools/commands/event_output.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/held_events.h"
#include "tools/commands/reason.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using registry::Event;
using registry::Result;
using std::chrono::milliseconds;

constexpr std::size_t page_events = 1'000;
/// How long a tail sleeps without looking whether somebody asked it to stop.
constexpr milliseconds nap{100};

struct TailFlags {
  config::ConfigSources sources;
  std::optional<std::uint64_t> after;
  std::vector<std::string> types;
  unsigned holdback_s = 0;
  bool json = false;
  bool open_access = false;
  std::string reason;
};

/// "annulment of 17", "lifeEvent"; what became of an event while it was held comes last.
std::string explanation(const HeldEvent& held) {
  std::string text(name_of(held.event.cause));
  if (held.event.corrects != 0) {
    text.append(" of ").append(std::to_string(held.event.corrects));
  }
  if (held.corrected_by != 0) {
    text.append(text.empty() ? "" : ", ");
    text.append(held.is_annulled ? "annulled by " : "corrected by ");
    text.append(std::to_string(held.corrected_by));
  }
  return text;
}

void print(const HeldEvent& held, bool json, std::ostream& out) {
  const Event& event = held.event;
  if (!json) {
    out << registry::format_instant(event.recorded) << "  " << event.sequence << "  "
        << name_of(event.type) << "  " << registry::view_of(event.person) << "  "
        << explanation(held) << '\n';
    return;
  }
  std::string line;
  registry::append_json(line, event);
  if (held.corrected_by != 0) {
    line.pop_back();
    line.append(held.is_annulled ? R"(,"annulledBy":)" : R"(,"correctedBy":)")
        .append(std::to_string(held.corrected_by))
        .append("}");
  }
  out << line << '\n';
}

class Tail {
public:
  Tail(const TailFlags& flags, registry::EventTypeSet types, OpenedRegistry& opened,
       Console& console)
      : flags_(flags), filter_{.types = types}, opened_(opened), console_(console),
        access_(flags.open_access ? registry::Access::no_legal_basis
                                  : registry::Access::legal_basis),
        held_(std::chrono::seconds(flags.holdback_s)) {}

  Result<void> run() {
    auto begin = first();
    if (!begin) {
      return tl::unexpected(begin.error());
    }
    std::uint64_t from = *begin;
    registry::CommitWaiter commits(*opened_.registry);
    while (!console_.stop()) {
      const std::uint64_t newest = opened_.registry->newest_sequence();
      bool more = false;
      if (!held_.is_full()) {
        auto page = opened_.registry->events(from, page_events, access_, filter_);
        if (!page) {
          return tl::unexpected(page.error());
        }
        held_.add(page->events, registry::now());
        from = page->next;
        more = page->more;
      }
      if (auto told = tell(); !told) {
        return told;
      }
      if (!more) {
        commits.wait_beyond(newest, nap);
      }
    }
    return {};
  }

private:
  /// The position to begin at.
  Result<std::uint64_t> first() const {
    if (flags_.after) {
      return *flags_.after + 1;
    }
    const auto newest = opened_.registry->newest_told(access_);
    if (!newest) {
      return tl::unexpected(newest.error());
    }
    return *newest + 1;
  }

  Result<void> tell() {
    const std::vector<HeldEvent> due = held_.take_due(registry::now());
    if (due.empty()) {
      return {};
    }
    std::vector<Event> events;
    events.reserve(due.size());
    std::ranges::transform(due, std::back_inserter(events), &HeldEvent::event);
    auto logged = log_delivered(opened_, console_, events, access_, flags_.reason);
    if (!logged) {
      return logged;
    }
    for (const HeldEvent& held : due) {
      print(held, flags_.json, console_.out);
    }
    console_.out << std::flush;
    return {};
  }

  const TailFlags& flags_;
  registry::EventFilter filter_;
  OpenedRegistry& opened_;
  Console& console_;
  registry::Access access_;
  HeldEvents held_;
};

int tail(const TailFlags& flags, OpenedRegistry& opened, Console& console) {
  if (auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  const auto types = event_types(flags.types, "--type");
  if (!types) {
    return report_error(console.err, types.error());
  }
  if (auto done = Tail(flags, *types, opened, console).run(); !done) {
    return report_error(console.err, done.error());
  }
  return exit_interrupted;
}

} // namespace

void add_events_tail_command(CLI::App& events, CommandHost& host, int& exit_status) {
  CLI::App* command = events.add_subcommand("tail", "Events as they come, until Ctrl-C");
  command->footer("grunndata events tail --data DIR --type death\n"
                  "grunndata events tail --data DIR --type death --after 5000 --holdback 1h");
  auto flags = std::make_shared<TailFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--after", flags->after,
                      "Sequence number of the last event that was read (default: the newest)");
  command
      ->add_option("--type", flags->types,
                   "birth, death, move, address, name, status, number, identity, family, "
                   "protection, or names of event types")
      ->delimiter(',');
  command
      ->add_option("--holdback", flags->holdback_s,
                   "Tell each event so long after it was recorded, and what has become of it")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, unsigned>{{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}}));
  command->add_flag("--json", flags->json, "One JSON object a line, as /v1/events gives them");
  command->add_flag("--no-legal-basis", flags->open_access,
                    "As callers without legal basis see it");
  add_reason_option(*command, flags->reason);
  command->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&flags](OpenedRegistry& opened, Console& console) {
      return tail(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
