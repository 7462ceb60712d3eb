#include "tools/commands/hjelpenummer.h"

#include "registry/candidates/find_candidates.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/space_guard.h"
#include "tools/commands/hjelpenummer_block.h"
#include "tools/commands/hjelpenummer_flags.h"
#include "tools/commands/reason.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace grunndata::tools {

namespace {

using registry::Work;
using Flags = std::shared_ptr<HelpNumberFlags>;

constexpr std::uint32_t days_max = 36'500;

/// The group and what its commands share.
struct Group {
  CLI::App& app;
  CommandHost& host;
  int& exit_status;

  /// A command without options of its own; `writes`: what it is when the disk fills.
  std::pair<CLI::App*, Flags> add(const char* name, const char* about, const char* example,
                                  HelpNumberCommand work, std::optional<Work> writes) const {
    CLI::App* command = app.add_subcommand(name, about);
    command->footer(example);
    auto flags = std::make_shared<HelpNumberFlags>();
    config::add_config_flags(*command, flags->sources,
                             {"data.directory", "data.environment", "log.level", "log.format"});
    command->add_flag("--json", flags->json, "One JSON object a line");
    command->callback([flags, work, writes, command, &runs_on = host, &status = exit_status] {
      if (!command->get_subcommands().empty()) {
        return;
      }
      const CommandNeeds needs{.create = false, .input = flags->file == "-", .work = writes};
      status = runs_on.run(flags->sources, needs, [&](OpenedRegistry& opened, Console& console) {
        return work(*flags, opened, console);
      });
    });
    return {command, flags};
  }
};

/// Numbers are read, and never stand on the command line.
void add_numbers(CLI::App& command, HelpNumberFlags& flags, const char* about) {
  flags.file = "-";
  command.add_option("--from-file", flags.file, about);
}

constexpr const char* numbers_help = "Where the numbers stand, one a line (default: stdin)";
constexpr const char* objects_help =
    "Where the numbers stand, one a line, or a JSON object with number and facts (default: stdin)";

void add_assigner(CLI::App& command, HelpNumberFlags& flags) {
  command.add_option("--assigner", flags.assigner,
                     "They are local numbers: whose (OID, organisasjonsnummer or URI)");
}

void add_facts(CLI::App& command, HelpNumberFlags& flags) {
  registry::hjelpenummer::Facts& facts = flags.facts;
  command.add_option("--given-name", facts.given_name, "Of whom the number is for");
  command.add_option("--middle-name", facts.middle_name, "The same");
  command.add_option("--family-name", facts.family_name, "The same");
  command.add_option("--birth-date", facts.birth_date, "YYYY-MM-DD, or the year alone");
  command.add_option("--gender", flags.gender, "female, male or unknown");
  command.add_option("--address", facts.address, "Where they live or stay");
  command.add_option("--place-found", facts.place_found, "Where they were found");
  command.add_option("--description", facts.description, "What they look like");
  command.add_option("--note", facts.note, "Anything else");
}

void add_organisation(CLI::App& command, HelpNumberFlags& flags, bool required) {
  command.add_option("--organisation", flags.organisation, "The unit's organisasjonsnummer")
      ->required(required);
}

void add_reason(CLI::App& command, HelpNumberFlags& flags, bool required) {
  if (required) {
    command.add_option("--reason", flags.reason, "Why; kept with the number and in the audit log")
        ->required();
  } else {
    add_reason_option(command, flags.reason);
  }
}

void add_candidates(const Group& group) {
  const auto [command, flags] = group.add(
      "candidates", "Who is known already and could be the same human; ask before issuing",
      "grunndata hjelpenummer candidates --data DIR --given-name Kari --family-name Hansen \\\n"
      "  --birth-date 1980-03-09 --address 'Storgata 5, Oslo'\n"
      "grunndata hjelpenummer candidates --data DIR --from-file - --json < told.ndjson",
      find_candidates_of, std::nullopt);
  auto* file = command->add_option("--from-file", flags->file,
                                   "A question for each line: a JSON object with facts, or - for "
                                   "stdin");
  registry::hjelpenummer::Facts& facts = flags->facts;
  for (CLI::Option* fact :
       {command->add_option("--given-name", facts.given_name, "Of whom is looked for"),
        command->add_option("--middle-name", facts.middle_name, "The same"),
        command->add_option("--family-name", facts.family_name, "The same"),
        command->add_option("--birth-date", facts.birth_date, "YYYY-MM-DD, or the year alone"),
        command->add_option("--gender", flags->gender, "female, male or unknown"),
        command->add_option("--address", facts.address, "As on a letter"),
        command->add_option("--place-found", facts.place_found, "Where they were found"),
        command->add_option("--organisation", flags->organisation,
                            "Who may have issued them a number before"),
        command->add_option("--limit", flags->limit, "How many at most")
            ->check(CLI::Range(1U, std::uint32_t{registry::candidates::candidates_max}))}) {
    fact->excludes(file);
  }
  command
      ->add_option("--parts", flags->parts,
                   "Information parts to show (default: identification number, name and birth)")
      ->delimiter(',');
  add_reason(*command, *flags, false);
}

void add_idempotency_key(CLI::App& command, HelpNumberFlags& flags, const std::string& effect) {
  command
      .add_option("--idempotency-key", flags.idempotency_key,
                  "Chosen anew for each request; " + effect)
      ->check([](const std::string& key) {
        const bool fits =
            !key.empty() && key.size() <= registry::idempotency_key_bytes_max &&
            key.find_first_not_of("!\"#$%&'()*+,-./0123456789:;<=>?@"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                                  "abcdefghijklmnopqrstuvwxyz{|}~") == std::string::npos;
        return fits ? std::string() : std::string("1 to 128 visible ASCII characters");
      });
}

void add_issuing(const Group& group) {
  const auto [issue, flags] = group.add(
      "issue", "Give out numbers, with whatever is known of whom they are for",
      "grunndata hjelpenummer issue --data DIR --organisation 974760673 --reason 'Unconscious'\n"
      "grunndata hjelpenummer issue --data DIR --organisation 974760673 --reason Bus --count 20\n"
      "grunndata hjelpenummer issue --data DIR --organisation 974760673 --reason Birth \\\n"
      "  --from-file twins.ndjson",
      issue_numbers, Work::issuing);
  add_organisation(*issue, *flags, true);
  add_reason(*issue, *flags, true);
  auto* count = issue->add_option("--count", flags->count, "How many, all with the same facts")
                    ->check(CLI::Range(std::uint32_t{1},
                                       std::uint32_t{registry::hjelpenummer::issue_count_max}));
  issue
      ->add_option("--from-file", flags->file,
                   "A number for each line: a JSON object with facts, or - for stdin")
      ->excludes(count);
  add_idempotency_key(*issue, *flags, "the same key gives the same numbers again");
  add_facts(*issue, *flags);

  const auto [local, local_flags] = group.add(
      "local", "Register numbers that another system gave out, with their assigner",
      "grunndata hjelpenummer local --data DIR --assigner 974760673 --organisation 974760673 \\\n"
      "  --reason 'From the old system' < numbers.txt",
      register_local_numbers, Work::issuing);
  add_numbers(*local, *local_flags, objects_help);
  add_assigner(*local, *local_flags);
  add_organisation(*local, *local_flags, true);
  add_reason(*local, *local_flags, true);
  add_facts(*local, *local_flags);
}

void add_keeping(const Group& group) {
  const auto [show, show_flags] =
      group.add("show", "Everything that is known of numbers",
                "grunndata hjelpenummer show --data DIR < numbers.txt", show_numbers, std::nullopt);
  add_numbers(*show, *show_flags, numbers_help);
  add_assigner(*show, *show_flags);
  add_reason(*show, *show_flags, false);

  const auto [update, update_flags] =
      group.add("update", "Add what has become known; earlier facts stay as history",
                "grunndata hjelpenummer update --data DIR --family-name Hansen < number.txt\n"
                "grunndata hjelpenummer update --data DIR --from-file told.ndjson",
                update_numbers, Work::administration);
  add_numbers(*update, *update_flags, objects_help);
  add_assigner(*update, *update_flags);
  add_reason(*update, *update_flags, false);
  add_facts(*update, *update_flags);
}

void add_ending(const Group& group) {
  const auto [cancel, cancel_flags] =
      group.add("cancel", "End numbers that were issued by mistake; they are never given out again",
                "grunndata hjelpenummer cancel --data DIR --class issued-by-mistake --reason "
                "'Wrong form' \\\n"
                "  < numbers.txt",
                cancel_numbers, Work::administration);
  add_numbers(*cancel, *cancel_flags, numbers_help);
  add_assigner(*cancel, *cancel_flags);
  add_reason(*cancel, *cancel_flags, true);
  cancel
      ->add_option("--class", cancel_flags->cancel_class,
                   "issued-by-mistake, issued-twice, never-used or other")
      ->required();

  const auto [dead, dead_flags] = group.add(
      "dead", "Who went by the numbers is dead and was never identified",
      "grunndata hjelpenummer dead --data DIR --reason 'Buried unidentified' < number.txt",
      mark_numbers_dead, Work::administration);
  add_numbers(*dead, *dead_flags, numbers_help);
  add_assigner(*dead, *dead_flags);
  add_reason(*dead, *dead_flags, true);

  const auto [erase, erase_flags] = group.add(
      "erase", "Erase the facts of numbers that nobody needs any more; the numbers stay taken",
      "grunndata hjelpenummer erase --data DIR < numbers.txt", erase_numbers, Work::administration);
  add_numbers(*erase, *erase_flags, numbers_help);
  add_assigner(*erase, *erase_flags);
  add_reason(*erase, *erase_flags, false);
}

void add_deciding(const Group& queue) {
  const auto [decide, flags] = queue.add(
      "decide", "Accept or refuse what waits, with what follows from it",
      "grunndata hjelpenummer queue decide --data DIR --accept --note 'Passport seen' 7\n"
      "Accepted, a proposed link is live and a newborn is linked; refused, a contested link is\n"
      "undone and a protection that came from a link ends.",
      decide_work, Work::administration);
  decide->add_option("item", flags->number, "Number of the item")->required();
  auto* word = decide->add_option_group("word");
  word->add_flag("--accept", flags->accept, "Yes");
  word->add_flag("--refuse", flags->refuse, "No");
  word->require_option(1);
  add_organisation(*decide, *flags, false);
  decide->add_option("--note", flags->note, "Why; kept with the item and in the audit log")
      ->required();
}

void add_overview(const Group& group) {
  const auto [outstanding, outstanding_flags] =
      group.add("outstanding", "Numbers that were issued long ago and neither linked nor ended",
                "grunndata hjelpenummer outstanding --data DIR --organisation 974760673 --json",
                list_outstanding, std::nullopt);
  add_organisation(*outstanding, *outstanding_flags, false);
  add_reason(*outstanding, *outstanding_flags, false);
  outstanding->add_option("--days", outstanding_flags->days, "For how long at least (default: 30)")
      ->check(CLI::Range(std::uint32_t{0}, days_max));

  group.add("figures", "How many numbers each unit has, and how full their space is",
            "grunndata hjelpenummer figures --data DIR", show_figures, std::nullopt);

  const auto [queue, queue_flags] =
      group.add("queue", "What a human has to decide",
                "grunndata hjelpenummer queue --data DIR --kind number-from-elsewhere", list_work,
                std::nullopt);
  add_organisation(*queue, *queue_flags, false);
  add_reason(*queue, *queue_flags, false);
  queue->add_option("--kind", queue_flags->kind, "One kind of work only");
  queue->add_flag("--all", queue_flags->all, "Decided work as well");
  add_deciding({*queue, group.host, group.exit_status});
}

void add_links(const Group& group) {
  const auto [link, link_flags] = group.add(
      "link", "Say that a number is somebody who is known by another",
      "printf '%s\\n' HJELPENUMMER FOEDSELSNUMMER > pair\n"
      "grunndata hjelpenummer link --data DIR --reason 'Woke up, passport seen' < pair\n"
      "Each line is a number, or a JSON object with number, type and assigner; further lines are\n"
      "evidence: {\"type\":\"passport\",\"country\":\"SWE\",\"value\":\"...\"}",
      link_numbers, Work::issuing);
  add_numbers(*link, *link_flags, "Where the two numbers stand, one a line (default: stdin)");
  link->add_option("--assigner", link_flags->assigner,
                   "The first is a local number: whose (OID, organisasjonsnummer or URI)");
  add_organisation(*link, *link_flags, false);
  add_reason(*link, *link_flags, true);
  add_idempotency_key(*link, *link_flags, "the same key links once");

  const auto [unlink, unlink_flags] =
      group.add("unlink", "Undo a link, and tell who was shown the wrong person because of it",
                "grunndata hjelpenummer unlink --data DIR --reason 'Two men after all' 12",
                unlink_numbers, Work::administration);
  unlink->add_option("link", unlink_flags->number, "Number of the link")->required();
  add_organisation(*unlink, *unlink_flags, false);
  add_reason(*unlink, *unlink_flags, true);

  const auto [links, links_flags] =
      group.add("links", "Every link that people ever had: who, when, why",
                "grunndata hjelpenummer links --data DIR < numbers.txt", show_links, std::nullopt);
  add_numbers(*links, *links_flags, numbers_help);
  add_assigner(*links, *links_flags);
  add_reason(*links, *links_flags, false);
}

void add_ranges(const Group& group) {
  const auto [delegate, delegate_flags] =
      group.add("delegate", "Issue from a range that Norsk helsenett has delegated",
                "grunndata hjelpenummer delegate --data DIR 830000000-830999999", delegate_range,
                Work::administration);
  delegate
      ->add_option("range", delegate_flags->range, "First and last nine-digit prefix: FIRST-LAST")
      ->required();

  const auto [elsewhere, elsewhere_flags] =
      group.add("load-elsewhere", "Numbers that others have issued: never given out here",
                "grunndata hjelpenummer load-elsewhere --data DIR --from-file issued.txt",
                load_elsewhere, Work::administration);
  add_numbers(*elsewhere, *elsewhere_flags, numbers_help);
  add_reason(*elsewhere, *elsewhere_flags, false);
}

} // namespace

void add_hjelpenummer_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* app = program.add_subcommand(
      "hjelpenummer", "Numbers for people whose own is not known (felles hjelpenummer)");
  app->require_subcommand(1);
  const Group group{*app, host, exit_status};
  add_candidates(group);
  add_issuing(group);
  add_keeping(group);
  add_ending(group);
  add_links(group);
  add_overview(group);
  add_ranges(group);
  add_block_commands(*app, host, exit_status);
}

} // namespace grunndata::tools
