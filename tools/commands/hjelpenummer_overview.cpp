// What `grunndata hjelpenummer` tells of all numbers, and where their ranges come from.
#include "api/v1/hjelpenummer/number_json.h"
#include "registry/audit/log.h"
#include "registry/work_queue.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_flags.h"
#include "tools/commands/hjelpenummer_output.h"
#include "tools/commands/reason.h"
#include "tools/config/settings.h"
#include "tools/logging/json_text.h"

#include <chrono>
#include <fstream>
#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
using registry::ErrorCode;
using registry::Result;
using registry::audit::Act;

constexpr std::size_t page_numbers = 1'000;

/// Notes every person of a page before it is shown.
Result<void> note_shown(OpenedRegistry& opened, const HelpNumberFlags& flags,
                        const Console& console, std::string_view operation,
                        const std::vector<registry::EntityId>& persons) {
  if (!opened.audit || persons.empty()) {
    return {};
  }
  auto record = command_record(console, Act::read, operation);
  record.reason.text = flags.reason;
  record.outcome = "ok";
  std::vector<registry::audit::Record> records(persons.size(), record);
  for (std::size_t i = 0; i < persons.size(); ++i) {
    records[i].subject = persons[i];
  }
  const auto written = opened.audit->append(records);
  return written ? Result<void>{} : tl::unexpected(written.error());
}

Result<void> show_page(const std::vector<hn::HelpNumber>& page, const HelpNumberFlags& flags,
                       OpenedRegistry& opened, Console& console) {
  std::vector<registry::EntityId> persons;
  for (const hn::HelpNumber& number : page) {
    if (number.entity) {
      persons.push_back(*number.entity);
    }
  }
  if (auto noted = note_shown(opened, flags, console, "hjelpenummer outstanding", persons);
      !noted) {
    return noted;
  }
  for (const hn::HelpNumber& number : page) {
    print_number(number, opened, NumberDetail::facts, flags.json, console.out);
  }
  return {};
}

Result<void> show_work_page(const std::vector<registry::WorkItem>& page,
                            const HelpNumberFlags& flags, OpenedRegistry& opened,
                            Console& console) {
  std::vector<registry::EntityId> persons;
  for (const registry::WorkItem& item : page) {
    persons.insert(persons.end(), item.persons.begin(), item.persons.end());
  }
  if (auto noted = note_shown(opened, flags, console, "hjelpenummer queue", persons); !noted) {
    return noted;
  }
  for (const registry::WorkItem& item : page) {
    if (flags.json) {
      std::string out;
      api::v1::append_work_item(out, item, opened.registry->ids());
      console.out << out << '\n';
      continue;
    }
    console.out << item.number << "  " << name_of(item.kind) << (item.urgent ? ", urgent" : "")
                << "  " << (item.organisation.empty() ? "-" : item.organisation) << "  "
                << format_instant(item.opened) << "  "
                << (!item.decision            ? "waits"
                    : item.decision->accepted ? "accepted"
                                              : "refused")
                << "  " << item.text << '\n';
  }
  return {};
}

/// Does `change` between asking whether it can be logged and logging it.
Result<void> administer(OpenedRegistry& opened, const Console& console, std::string_view operation,
                        std::string what, const std::function<Result<void>()>& change) {
  if (auto able = can_audit(opened); !able) {
    return able;
  }
  Result<void> done = change();
  auto record = command_record(console, Act::administered, operation);
  record.reason.text = std::move(what);
  auto logged = audit(opened, std::move(record), done);
  return done ? logged : done;
}

void print_figures(const std::vector<hn::OrganisationFigures>& figures,
                   const OpenedRegistry& opened, std::ostream& out) {
  const hn::SpaceFigures space = opened.help_numbers->space();
  out << "issuing: " << name_of(opened.help_numbers->closed()) << "\nspace: " << space.used
      << " of " << space.delegated << " counters used\n";
  for (const hn::OrganisationFigures& one : figures) {
    out << (one.organisation.empty() ? "-" : one.organisation) << "  issued " << one.issued
        << ", linked " << one.linked << ", cancelled " << one.cancelled << ", outstanding "
        << one.outstanding << ", reserved " << one.reserved << ", burnt " << one.burnt << '\n';
  }
}

/// A line for the space, and one for each organisation.
void print_figures_as_json(const std::vector<hn::OrganisationFigures>& figures,
                           const OpenedRegistry& opened, std::ostream& stream) {
  const hn::SpaceFigures space = opened.help_numbers->space();
  std::string out = R"({"issuing":)";
  log::append_json_string(out, name_of(opened.help_numbers->closed()));
  stream << out << R"(,"delegated":)" << space.delegated << R"(,"used":)" << space.used << "}\n";
  for (const hn::OrganisationFigures& one : figures) {
    stream << R"({"organisation":")" << one.organisation << R"(","issued":)" << one.issued
           << R"(,"linked":)" << one.linked << R"(,"cancelled":)" << one.cancelled
           << R"(,"outstanding":)" << one.outstanding << R"(,"reserved":)" << one.reserved
           << R"(,"burnt":)" << one.burnt << "}\n";
  }
}

} // namespace

int list_outstanding(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  if (const auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  const auto open_for =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::days(flags.days));
  const registry::Instant before{registry::now().microseconds - open_for.count()};
  std::string after;
  while (!console.stop()) {
    const auto page =
        opened.help_numbers->outstanding(flags.organisation, before, after, page_numbers);
    const auto shown = page ? show_page(*page, flags, opened, console)
                            : Result<void>(tl::unexpected(page.error()));
    if (!shown) {
      return report_error(console.err, shown.error());
    }
    if (page->size() < page_numbers) {
      return exit_ok;
    }
    after = hn::help_number_key(page->back().identifier());
  }
  return exit_interrupted;
}

int show_figures(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto figures = opened.help_numbers->figures();
  if (!figures) {
    return report_error(console.err, figures.error());
  }
  const auto print = flags.json ? print_figures_as_json : print_figures;
  print(*figures, opened, console.out);
  return exit_ok;
}

int list_work(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  registry::WorkFilter filter;
  filter.undecided_only = !flags.all;
  filter.organisation = flags.organisation;
  if (!flags.kind.empty()) {
    filter.kind = registry::work_kind_of(flags.kind);
    if (!filter.kind) {
      return report_error(console.err, {ErrorCode::invalid, "--kind: there is no such work"});
    }
  }
  if (const auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  std::uint64_t from = 0;
  while (!console.stop()) {
    const auto page = registry::work_items(*opened.registry, filter, from, page_numbers);
    const auto shown = page ? show_work_page(*page, flags, opened, console)
                            : Result<void>(tl::unexpected(page.error()));
    if (!shown) {
      return report_error(console.err, shown.error());
    }
    if (page->size() < page_numbers) {
      return exit_ok;
    }
    from = page->back().number + 1;
  }
  return exit_interrupted;
}

int delegate_range(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto range = config::split_range(flags.range);
  if (!range) {
    return report_error(console.err, {ErrorCode::invalid, "a range is two nine-digit prefixes, "
                                                          "such as 830000000-830999999"});
  }
  const auto done = administer(opened, console, "hjelpenummer delegate", flags.range, [&] {
    return opened.help_numbers->delegate({range->first, range->second});
  });
  if (!done) {
    return report_error(console.err, done.error());
  }
  console.err << "numbers are issued from " << flags.range << '\n';
  return exit_ok;
}

int load_elsewhere(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console) {
  std::ifstream file;
  if (flags.file != "-") {
    file.open(console.path_of(flags.file), std::ios::binary);
    if (!file) {
      return report_error(console.err, {ErrorCode::not_found, "cannot read " + flags.file});
    }
  }
  std::istream& in = flags.file == "-" ? console.in : file;
  const auto next_line = [&]() -> std::optional<std::string> {
    std::string line;
    if (console.stop() || !std::getline(in, line)) {
      return std::nullopt;
    }
    if (line.ends_with('\r')) {
      line.pop_back();
    }
    return line;
  };
  registry::Actor by;
  by.os_user = console.os_user;
  hn::ElsewhereFigures figures;
  const auto done = administer(
      opened, console, "hjelpenummer load-elsewhere", flags.reason, [&]() -> Result<void> {
        const auto loaded = opened.help_numbers->load_elsewhere(next_line, by);
        if (!loaded) {
          return tl::unexpected(loaded.error());
        }
        figures = *loaded;
        return in.bad() ? registry::fail(ErrorCode::storage, "cannot read " + flags.file)
                        : Result<void>{};
      });
  if (!done) {
    return report_error(console.err, done.error());
  }
  if (flags.json) {
    console.out << R"({"read":)" << figures.read << R"(,"added":)" << figures.added
                << R"(,"known":)" << figures.known << R"(,"stopped":)" << figures.stopped
                << R"(,"invalid":)" << figures.invalid << "}\n";
  } else {
    console.out << figures.read << " read: " << figures.added << " added, " << figures.known
                << " known, " << figures.stopped << " of ours stopped, " << figures.invalid
                << " that are no felles hjelpenummer\n";
  }
  if (console.stop()) {
    return exit_interrupted;
  }
  return figures.invalid == 0 ? exit_ok : exit_usage;
}

} // namespace grunndata::tools
