#include "tools/commands/curation.h"

#include "tools/commands/curation_flags.h"
#include "tools/commands/exit_status.h"
#include "tools/config/authority.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>

namespace grunndata::tools {

namespace {

using registry::Work;
using Flags = std::shared_ptr<CurationFlags>;

struct Group {
  CommandHost& host;
  int& exit_status;
};

void add_data_flags(CLI::App& command, CurationFlags& flags) {
  config::add_config_flags(command, flags.sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
}

Flags add_command(CLI::App& command, const Group& group, CurationCommand run,
                  std::optional<Work> work) {
  auto flags = std::make_shared<CurationFlags>();
  add_data_flags(command, *flags);
  command.callback([flags, run, work, &host = group.host, &exit_status = group.exit_status] {
    exit_status = host.run(flags->sources, {.work = work},
                           [&flags, run](OpenedRegistry& opened, Console& console) {
                             return run(*flags, opened, console);
                           });
  });
  return flags;
}

void add_told(CLI::App& command, CurationFlags& flags) {
  command.add_option("--reason", flags.reason, "Why, on one line; kept with it")->required();
  command.add_option("--organisation", flags.organisation, "For whom: an organisasjonsnummer");
  command.add_option("--idempotency-key", flags.idempotency_key,
                     "The same again changes nothing and gives the first answer");
}

int print_authority(const CurationFlags& flags) {
  const auto loaded = config::load_config(flags.sources);
  if (!loaded) {
    return report_error(loaded.error());
  }
  const auto authority = config::authority_of(*loaded);
  for (const auto& facts : registry::virksomhet::joined_fields) {
    std::cout << std::left << std::setw(20) << facts.name;
    const auto sources = authority.sources(facts.field);
    for (const auto source : sources) {
      std::cout << (source == sources.front() ? "" : ", ") << name_of(source);
    }
    std::cout << '\n';
  }
  return exit_ok;
}

void add_authority(CLI::App& virksomhet, const Group& group) {
  CLI::App* command =
      virksomhet.add_subcommand("authority", "Which source's word counts for which field");
  command->footer("grunndata virksomhet authority\n"
                  "grunndata virksomhet authority --set virksomhet.authority.position=gln,locoreg");
  auto flags = std::make_shared<CurationFlags>();
  add_data_flags(*command, *flags);
  command->callback([flags, &exit_status = group.exit_status] {
    exit_status = print_authority(*flags);
  });
}

void add_view(CLI::App& virksomhet, const Group& group) {
  CLI::App* command = virksomhet.add_subcommand(
      "view", "One unit, put together from all nodes that are equal to it, as JSON");
  command->footer("grunndata virksomhet view --data DIR 310000280");
  const Flags flags = add_command(*command, group, show_joined_view, std::nullopt);
  command->add_option("number", flags->number, "As of `virksomhet lookup`")->required();
  command->add_option("--as-of", flags->as_of, "What held then: a date or a date-time");
  command->add_option("--recorded-as-of", flags->recorded_as_of,
                      "What was known then: a sequence number, a date or a date-time");
}

void add_conflicts(CLI::App& virksomhet, const Group& group) {
  CLI::App* command = virksomhet.add_subcommand(
      "conflicts", "Where sources disagree about a unit, one JSON object a line");
  command->require_subcommand(1);
  CLI::App* list = command->add_subcommand("list", "Conflicts, the newest first");
  list->footer("grunndata virksomhet conflicts list --data DIR --state OPEN\n"
               "grunndata virksomhet conflicts list --data DIR --number 310000280");
  const Flags listed = add_command(*list, group, list_conflicts, std::nullopt);
  list->add_option("--state", listed->state, "OPEN, AKSEPTERT or LOST");
  list->add_option("--field", listed->field, "Of one field: displayName, visitingAddress …");
  list->add_option("--number", listed->number, "Of one node, as of `virksomhet lookup`");
  list->add_option("--limit", listed->limit, "At most so many");
  CLI::App* find = command->add_subcommand("find", "Looks at what changed since it looked last");
  const Flags found = add_command(*find, group, list_conflicts, Work::administration);
  found->find = true;
  found->state = "OPEN";
  find->add_flag("--all", found->all, "Looks at everything: after the authority was changed");
  CLI::App* accept = command->add_subcommand("accept", "It may stay so");
  accept->footer("grunndata virksomhet conflicts accept --data DIR ID --reason 'two names in use'");
  const Flags accepted = add_command(*accept, group, accept_conflict, Work::administration);
  CLI::App* reopen = command->add_subcommand("reopen", "It may not stay so after all");
  const Flags reopened = add_command(*reopen, group, reopen_conflict, Work::administration);
  for (const auto& [one, flags] : {std::pair{accept, accepted}, std::pair{reopen, reopened}}) {
    one->add_option("id", flags->id, "As listed")->required();
    add_told(*one, *flags);
  }
}

void add_suggestions(CLI::App& virksomhet, const Group& group) {
  CLI::App* match = virksomhet.add_subcommand(
      "match", "Suggests which nodes of different sources are the same unit");
  match->footer("grunndata virksomhet match --data DIR");
  static_cast<void>(add_command(*match, group, match_units, Work::administration));
  CLI::App* command = virksomhet.add_subcommand(
      "suggestions", "What the matcher suggests, one JSON object a line, and the word on it");
  command->require_subcommand(1);
  CLI::App* list = command->add_subcommand("list", "Suggestions, the best first");
  const Flags listed = add_command(*list, group, list_suggestions, std::nullopt);
  listed->state = "open";
  list->add_option("--state", listed->state, "open, approved, rejected, withdrawn or all");
  list->add_option("--limit", listed->limit, "At most so many");
  CLI::App* approve = command->add_subcommand("approve", "They are the same: states it");
  approve->footer("grunndata virksomhet suggestions approve --data DIR ID --reason 'same house'");
  const Flags approved = add_command(*approve, group, approve_suggestion, Work::administration);
  approve->add_option("--kind", approved->kind, "LIK, DEL_AV or OMFATTER; LIK when not said");
  approve->add_option("--valid-from", approved->valid_from, "Since when: a date or a date-time");
  approve->add_option("--document", approved->document, "What it rests on");
  CLI::App* reject = command->add_subcommand("reject", "They are not, and it is remembered");
  const Flags rejected = add_command(*reject, group, reject_suggestion, Work::administration);
  for (const auto& [one, flags] : {std::pair{approve, approved}, std::pair{reject, rejected}}) {
    one->add_option("id", flags->id, "As listed")->required();
    add_told(*one, *flags);
  }
}

void add_changes(CLI::App& relation, const Group& group) {
  CLI::App* end = relation.add_subcommand("end", "It ended");
  end->footer("grunndata virksomhet relation end --data DIR 310001120 7 --valid-to 2026-01-01 "
              "--reason 'dissolved'");
  const Flags ended = add_command(*end, group, end_curated, Work::administration);
  end->add_option("--valid-to", ended->valid_to, "The first day it was no more")->required();
  CLI::App* correct = relation.add_subcommand("correct", "It was stated wrong");
  const Flags corrected = add_command(*correct, group, correct_curated, Work::administration);
  correct->add_option("--kind", corrected->kind, "LIK, DEL_AV …");
  correct->add_option("--valid-from", corrected->valid_from, "A date or a date-time; -: unknown");
  correct->add_option("--valid-to", corrected->valid_to, "A date or a date-time; -: still");
  CLI::App* withdraw = relation.add_subcommand("withdraw", "It never was so");
  const Flags withdrawn = add_command(*withdraw, group, withdraw_curated, Work::administration);
  for (const auto& [one, flags] : {std::pair{end, ended}, std::pair{correct, corrected},
                                   std::pair{withdraw, withdrawn}}) {
    one->add_option("number", flags->number, "The node it is listed of")->required();
    one->add_option("relation", flags->relation, "Its own number, as listed")->required();
    add_told(*one, *flags);
  }
}

void add_relation(CLI::App& virksomhet, const Group& group) {
  CLI::App* command = virksomhet.add_subcommand(
      "relation", "Relations that people state: owners, agreements, equalities");
  command->require_subcommand(1);
  CLI::App* list = command->add_subcommand("list", "Those of a node, one JSON object a line");
  const Flags listed = add_command(*list, group, list_relations, std::nullopt);
  list->add_option("number", listed->number,
                   "The node that is owned, that has the agreement, or that is equal")
      ->required();
  CLI::App* state = command->add_subcommand("state", "From one node to another");
  state->footer("grunndata virksomhet relation state --data DIR EIERSKAP 310000078 310000140 "
                "--valid-from 2001-12-10 --reason 'helseforetaksloven'");
  const Flags stated = add_command(*state, group, state_curated, Work::administration);
  state->add_option("type", stated->type, "EIERSKAP, AVTALE, TILSVARER …")->required();
  state->add_option("from", stated->number, "The owner, who gives the agreement, who is equal")
      ->required();
  state->add_option("to", stated->to, "The owned, the provider, what it is equal to")->required();
  state->add_option("--kind", stated->kind, "Of TILSVARER: LIK, DEL_AV or OMFATTER …");
  state->add_option("--valid-from", stated->valid_from, "Since when: a date or a date-time");
  state->add_option("--valid-to", stated->valid_to, "The first day it was no more");
  state->add_option("--document", stated->document, "What it rests on");
  add_told(*state, *stated);
  add_changes(*command, group);
}

} // namespace

void add_curation_commands(CLI::App& virksomhet, CommandHost& host, int& exit_status) {
  const Group group{host, exit_status};
  add_authority(virksomhet, group);
  add_view(virksomhet, group);
  add_conflicts(virksomhet, group);
  add_suggestions(virksomhet, group);
  add_relation(virksomhet, group);
}

} // namespace grunndata::tools
