#include "tools/commands/hjelpenummer_block.h"

#include "registry/hjelpenummer/blocks.h"
#include "registry/space_guard.h"
#include "tools/administration/command_host.h"
#include "tools/commands/hjelpenummer_block_flags.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
using registry::Work;
using Flags = std::shared_ptr<BlockFlags>;

constexpr std::uint32_t days_max = hn::block_lasts_max.count();

/// The group and what its commands share.
struct Group {
  CLI::App& app;
  CommandHost& host;
  int& exit_status;

  /// `writes`: what the command is when the disk fills.
  std::pair<CLI::App*, Flags> add(const char* name, const char* about, const char* example,
                                  BlockCommand work, std::optional<Work> writes) const {
    CLI::App* command = app.add_subcommand(name, about);
    command->footer(example);
    auto flags = std::make_shared<BlockFlags>();
    config::add_config_flags(*command, flags->sources,
                             {"data.directory", "data.environment", "log.level", "log.format"});
    command->callback([flags, work, writes, &runs_on = host, &status = exit_status] {
      const CommandNeeds needs{.create = false, .input = flags->file == "-", .work = writes};
      status = runs_on.run(flags->sources, needs, [&](OpenedRegistry& opened, Console& console) {
        return work(*flags, opened, console);
      });
    });
    return {command, flags};
  }
};

void add_json(CLI::App& command, BlockFlags& flags) {
  command.add_flag("--json", flags.json, "One JSON object a line");
}

void add_block(CLI::App& command, BlockFlags& flags) {
  command.add_option("block", flags.block, "The block's number")->required();
}

void add_reserve(const Group& group) {
  const auto [reserve, flags] =
      group.add("reserve", "Set numbers aside for a ward that must go on without the systems",
                "grunndata hjelpenummer block reserve --data DIR --organisation 974760673 \\\n"
                "  --label 'Emergency department' --count 50 --days 90",
                reserve_block, Work::issuing);
  reserve
      ->add_option("--organisation", flags->organisation,
                   "The unit's organisasjonsnummer; only it may use the numbers")
      ->required();
  reserve->add_option("--label", flags->label, "Ward or place, as people call it")->required();
  reserve->add_option("--count", flags->count, "How many")
      ->required()
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{hn::block_count_max}));
  auto* days = reserve->add_option("--days", flags->days, "For how long (default: 90)")
                   ->check(CLI::Range(std::uint32_t{1}, days_max));
  reserve
      ->add_option("--expires", flags->expires,
                   "Until when: a date, or a date-time with its offset; unused numbers are then "
                   "burnt")
      ->excludes(days);
  reserve->add_option("--idempotency-key", flags->idempotency_key,
                      "Chosen anew for each request; the same key gives the same block again");
  add_json(*reserve, *flags);
}

void add_reading(const Group& group) {
  const auto [list, list_flags] =
      group.add("list", "Blocks, and what has become of their numbers",
                "grunndata hjelpenummer block list --data DIR --organisation 974760673 --json",
                list_blocks, std::nullopt);
  list->add_option("--organisation", list_flags->organisation, "Of this unit only");
  add_json(*list, *list_flags);

  const auto [print, print_flags] =
      group.add("print", "A block as labels with barcodes, or as a signed list",
                "grunndata hjelpenummer block print --data DIR 1 > sheet.html\n"
                "grunndata hjelpenummer block print --data DIR 1 --form list --to-file list.txt",
                print_block, std::nullopt);
  add_block(*print, *print_flags);
  print
      ->add_option("--form", print_flags->form,
                   "sheet: one HTML page to print on A4 (default); list: the signed list; json")
      ->check(CLI::IsMember({"sheet", "list", "json"}));
  print->add_option("--to-file", print_flags->to_file,
                    "A file that is not there yet, for its owner only (default: stdout)");
}

void add_report(const Group& group) {
  const auto [report, flags] = group.add(
      "report", "Tell which numbers of a block were used: late, twice and in any order if need be",
      "grunndata hjelpenummer block report --data DIR 1 --from-file used.ndjson\n"
      "grunndata hjelpenummer block report --data DIR 1 < used.csv\n\n"
      "A line is a JSON object: number, used (date-time with offset), and as far as known reason,\n"
      "givenName, middleName, familyName, birthDate, gender, address, placeFound, description,\n"
      "note, born, order, mother, motherType. A first line that is no object is the header of\n"
      "CSV and names these, with , or ; between.",
      report_block, Work::issuing);
  add_block(*report, *flags);
  flags->file = "-";
  report->add_option("--from-file", flags->file, "Where the lines stand (default: stdin)");
  report->add_option("--organisation", flags->organisation,
                     "Who used them (default: whose block it is)");
  add_json(*report, *flags);
}

} // namespace

void add_block_commands(CLI::App& hjelpenummer, CommandHost& host, int& exit_status) {
  CLI::App* app = hjelpenummer.add_subcommand(
      "block", "Numbers printed beforehand, for when the systems are down");
  app->require_subcommand(1);
  const Group group{*app, host, exit_status};
  add_reserve(group);
  add_reading(group);
  add_report(group);
}

} // namespace grunndata::tools
