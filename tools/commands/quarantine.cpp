#include "tools/commands/quarantine.h"

#include "importers/folkeregisteret/bulk_load.h"
#include "importers/virksomhet/node_load.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/reason.h"
#include "tools/commands/structure_sources.h"
#include "tools/config/flags.h"
#include "tools/logging/json_text.h"

#include <CLI/CLI.hpp>

#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace freg = importers::folkeregisteret;

constexpr std::size_t page_entries = 1'000;

struct QuarantineFlags {
  config::ConfigSources sources;
  std::vector<std::uint64_t> numbers;
  bool all = false;
  bool json = false;
  std::string reason;
};

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  log::append_json_string(out, value);
}

void print_entry(const registry::QuarantineEntry& entry, bool json, std::ostream& out_stream) {
  if (!json) {
    out_stream << entry.number << "  " << entry.reason << "  "
               << (entry.json_path.empty() ? "$" : entry.json_path) << "  " << entry.origin
               << " record " << entry.record << " byte " << entry.byte_offset << "  "
               << registry::format_instant(entry.when) << '\n';
    return;
  }
  std::string out = "{\"number\":" + std::to_string(entry.number);
  append_field(out, "reason", entry.reason);
  append_field(out, "jsonPath", entry.json_path);
  append_field(out, "message", entry.message);
  append_field(out, "origin", entry.origin);
  out += ",\"record\":" + std::to_string(entry.record);
  out += ",\"byteOffset\":" + std::to_string(entry.byte_offset);
  append_field(out, "quarantinedAt", registry::format_instant(entry.when));
  append_field(out, "extractedAt", registry::format_instant(entry.extracted_at));
  out_stream << out << "}\n";
}

int list(const QuarantineFlags& flags, OpenedRegistry& opened, Console& console) {
  std::uint64_t from = 0;
  while (true) {
    const auto page = registry::quarantined(*opened.registry, from, page_entries, false);
    if (!page) {
      return report_error(console.err, page.error());
    }
    for (const auto& entry : *page) {
      print_entry(entry, flags.json, console.out);
    }
    if (page->size() < page_entries) {
      return exit_ok;
    }
    from = page->back().number + 1;
  }
}

int show(const QuarantineFlags& flags, OpenedRegistry& opened, Console& console) {
  if (auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  registry::audit::Record record =
      command_record(console, registry::audit::Act::administered, "quarantine show");
  record.reason.text = flags.reason;
  if (auto logged = audit(opened, std::move(record), {}); !logged) {
    return report_error(console.err, logged.error());
  }
  for (const std::uint64_t number : flags.numbers) {
    const auto entry = registry::quarantined(*opened.registry, number);
    if (!entry) {
      return report_error(console.err, entry.error());
    }
    print_entry(*entry, flags.json, console.out);
    if (!flags.json) {
      console.out << "  " << entry->message << '\n';
    }
    console.out << entry->raw << '\n';
  }
  return exit_ok;
}

registry::Result<std::vector<std::uint64_t>> all_numbers(const registry::Registry& registry) {
  const auto entries =
      registry::quarantined(registry, 0, std::numeric_limits<std::size_t>::max(), false);
  if (!entries) {
    return tl::unexpected(entries.error());
  }
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : *entries) {
    numbers.push_back(entry.number);
  }
  return numbers;
}

/// By the source that said it.
registry::Result<registry::WriteOutcome> retry_one(std::uint64_t number, OpenedRegistry& opened,
                                                   const Console& console) {
  const auto entry = registry::quarantined(*opened.registry, number);
  if (!entry) {
    return tl::unexpected(entry.error());
  }
  const auto source = static_cast<registry::virksomhet::NodeSource>(entry->source);
  if (registry::virksomhet::name_of(source).empty()) {
    return freg::retry_quarantined(*opened.registry, number, opened.mapping);
  }
  auto mapper = structure_mapper(source, entry->extracted_at, console.config.structure);
  if (!mapper) {
    return tl::unexpected(mapper.error());
  }
  return importers::virksomhet::retry_quarantined(*opened.registry, *entry, **mapper);
}

int retry(const QuarantineFlags& flags, OpenedRegistry& opened, Console& console) {
  std::vector<std::uint64_t> numbers = flags.numbers;
  if (!flags.all && numbers.empty()) {
    console.err << "grunndata: name the records, or --all\n";
    return exit_usage;
  }
  if (flags.all) {
    auto all = all_numbers(*opened.registry);
    if (!all) {
      return report_error(console.err, all.error());
    }
    numbers = std::move(*all);
  }
  constexpr const char* outcomes[] = {"written", "unchanged", "superseded"};
  std::size_t refused = 0;
  for (const std::uint64_t number : numbers) {
    const auto outcome = retry_one(number, opened, console);
    if (!outcome && outcome.error().code != registry::ErrorCode::invalid) {
      return report_error(console.err, outcome.error());
    }
    refused += outcome ? 0 : 1;
    console.out << number << "  "
                << (outcome ? outcomes[static_cast<int>(*outcome)] : outcome.error().message)
                << '\n';
  }
  return refused == 0 ? exit_ok : exit_data_errors;
}

std::shared_ptr<QuarantineFlags> add(CLI::App& command) {
  auto flags = std::make_shared<QuarantineFlags>();
  config::add_config_flags(command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  return flags;
}

using QuarantineCommand = int (*)(const QuarantineFlags&, OpenedRegistry&, Console&);

int run(CommandHost& host, const QuarantineFlags& flags, QuarantineCommand command) {
  return host.run(flags.sources, {}, [&](OpenedRegistry& opened, Console& console) {
    return command(flags, opened, console);
  });
}

} // namespace

void add_quarantine_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group =
      program.add_subcommand("quarantine", "Records that were refused, and another try with them");
  group->require_subcommand(1);

  CLI::App* listing = group->add_subcommand("list", "Where and why, without the records");
  listing->footer("grunndata quarantine list --data DIR --json");
  auto list_flags = add(*listing);
  listing->add_flag("--json", list_flags->json, "One JSON object a line");
  listing->callback(
      [list_flags, &host, &exit_status] { exit_status = run(host, *list_flags, list); });

  CLI::App* showing = group->add_subcommand("show", "Records with their text (personal data)");
  showing->footer("grunndata quarantine show --data DIR 3");
  auto show_flags = add(*showing);
  showing->add_option("numbers", show_flags->numbers, "As `list` gives them")->required();
  showing->add_flag("--json", show_flags->json, "The entry as JSON, then the record, a line each");
  add_reason_option(*showing, show_flags->reason);
  showing->callback(
      [show_flags, &host, &exit_status] { exit_status = run(host, *show_flags, show); });

  CLI::App* retrying = group->add_subcommand("retry", "Import them again as this version maps");
  retrying->footer("grunndata quarantine retry --data DIR --all");
  auto retry_flags = add(*retrying);
  auto* numbers = retrying->add_option("numbers", retry_flags->numbers, "As `list` gives them");
  auto* all = retrying->add_flag("--all", retry_flags->all, "Every one");
  all->excludes(numbers);
  retrying->callback(
      [retry_flags, &host, &exit_status] { exit_status = run(host, *retry_flags, retry); });
}

} // namespace grunndata::tools
