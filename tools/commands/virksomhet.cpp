#include "tools/commands/virksomhet.h"

#include "registry/virksomhet/answers.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/curation.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/kodeverk.h"
#include "tools/commands/reason.h"
#include "tools/commands/virksomhet_search.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using structure::NodeRelation;
using structure::Structure;

struct VirksomhetFlags {
  config::ConfigSources sources;
  std::string number;
  std::string as_of;
  std::string recorded_as_of;
  std::string format = "text";
  std::vector<std::string> relations{"JURIDISK", "EIERSKAP", "ORGANISATORISK"};
  int depth = 32;
  std::string to;   ///< a system, a node or a day, as the question has it
  std::string from; ///< a day
  std::string legal_entity;
  bool history = false;
  bool transitive = false;
  std::string reason;
};

/// What a sub-command shows of the node that was found.
using Show = Result<std::string> (*)(const VirksomhetFlags&, const Structure&, const EntityId&,
                                     OpenedRegistry&);

/// One line of JSON.
Result<std::string> line_of(const Result<void>& written, std::string out) {
  return written ? Result<std::string>(out.append("\n")) : tl::unexpected(written.error());
}

Result<structure::RelationSet> relations_of(const VirksomhetFlags& flags) {
  structure::RelationSet types;
  for (const std::string& name : flags.relations) {
    const auto type = structure::find_node_relation(name);
    if (!type || *type == NodeRelation::tilknytning) {
      return fail(ErrorCode::invalid, "--relations: no relation is called " + name);
    }
    types.set(static_cast<std::size_t>(*type));
  }
  return types;
}

Result<EntityId> node_of(const Structure& asked, const std::string& text) {
  const auto key = structure::parse_asked_key(text);
  return key ? asked.find(key->view()) : tl::unexpected(key.error());
}

Result<std::string> show_node(const VirksomhetFlags& flags, const Structure& asked,
                              const EntityId& node, OpenedRegistry& opened) {
  const auto texts = code_texts_of(opened, asked);
  if (!texts) {
    return tl::unexpected(texts.error());
  }
  std::string out;
  const auto written = structure::append_node(out, asked, node, {flags.history, *texts});
  return line_of(written ? Result<void>{} : tl::unexpected(written.error()), std::move(out));
}

Result<std::string> show_tree(const VirksomhetFlags& flags, const Structure& asked,
                              const EntityId& node, OpenedRegistry&) {
  structure::SubtreeOrder order;
  order.depth_max = flags.depth;
  const auto types = relations_of(flags);
  if (!types) {
    return tl::unexpected(types.error());
  }
  order.types = *types;
  const auto tree = structure::tree_of(asked, node, order);
  if (!tree) {
    return tl::unexpected(tree.error());
  }
  if (flags.format == "json") return structure::tree_json(*tree) + "\n";
  if (flags.format == "dot") return structure::tree_dot(*tree);
  return flags.format == "svg" ? structure::tree_svg(*tree) : structure::tree_text(*tree);
}

Result<std::string> show_numbers(const VirksomhetFlags& flags, const Structure& asked,
                                 const EntityId& node, OpenedRegistry&) {
  std::optional<structure::IdentifierSystem> target;
  if (!flags.to.empty()) {
    target = structure::find_identifier_system(flags.to);
    if (!target) {
      return fail(ErrorCode::invalid, "--to is ENH, RSH, HER, GLN, HPR, LOK …");
    }
  }
  const auto answers = structure::crosswalk(asked, node, target);
  if (!answers) {
    return tl::unexpected(answers.error());
  }
  std::string out;
  const auto written = structure::append_json(out, asked, *answers);
  return line_of(written, std::move(out));
}

Result<std::string> show_ancestors(const VirksomhetFlags& flags, const Structure& asked,
                                   const EntityId& node, OpenedRegistry&) {
  const auto types = relations_of(flags);
  std::string out;
  const auto written = types ? structure::append_ancestors(out, asked, node, *types)
                             : Result<void>(tl::unexpected(types.error()));
  return line_of(written, std::move(out));
}

Result<std::string> show_path(const VirksomhetFlags& flags, const Structure& asked,
                              const EntityId& node, OpenedRegistry&) {
  auto types = relations_of(flags);
  const auto to = types ? node_of(asked, flags.to)
                        : Result<EntityId>(tl::unexpected(types.error()));
  std::string out;
  const auto written = to ? structure::append_way(out, asked, node, *to, *types)
                          : Result<void>(tl::unexpected(to.error()));
  return line_of(written, std::move(out));
}

Result<std::string> show_root(const VirksomhetFlags&, const Structure& asked,
                              const EntityId& node, OpenedRegistry&) {
  std::string out;
  const auto written = structure::append_legal_root(out, asked, node);
  return line_of(written, std::move(out));
}

Result<std::string> show_successors(const VirksomhetFlags& flags, const Structure& asked,
                                    const EntityId& node, OpenedRegistry&) {
  std::string out;
  const auto written = structure::append_successors(out, asked, node, flags.transitive);
  return line_of(written, std::move(out));
}

Result<std::string> show_events(const VirksomhetFlags&, const Structure& asked,
                                const EntityId& node, OpenedRegistry&) {
  std::string out;
  const auto written = structure::append_events(out, asked, node);
  return line_of(written, std::move(out));
}

Result<std::string> show_difference(const VirksomhetFlags& flags, const Structure& asked,
                                    const EntityId& node, OpenedRegistry&) {
  const auto before = registry::parse_instant(flags.from);
  const auto after = flags.to.empty() ? std::optional(registry::now())
                                      : registry::parse_instant(flags.to);
  if (!before || !after) {
    return fail(ErrorCode::invalid, "--from and --to are a date or an RFC 3339 date-time");
  }
  std::string out;
  const auto written =
      structure::append_diff(out, Structure(asked.registry(), {before, asked.recorded()}),
                             Structure(asked.registry(), {after, asked.recorded()}), node);
  return line_of(written, std::move(out));
}

Result<std::string> show_unit(const VirksomhetFlags& flags, const Structure& asked,
                              const EntityId& node, OpenedRegistry&) {
  std::optional<EntityId> under;
  if (!flags.legal_entity.empty()) {
    const auto found = node_of(asked, flags.legal_entity);
    if (!found) {
      return tl::unexpected(found.error());
    }
    under = *found;
  }
  std::string out;
  const auto written = structure::append_suitable_units(out, asked, node, under);
  return line_of(written, std::move(out));
}

/// Health personnel are persons: whoever asks about them says why, and is remembered.
Result<void> note_personnel(OpenedRegistry& opened, const Console& console,
                            const VirksomhetFlags& flags, const EntityId& node) {
  if (auto given = check_reason(opened, flags.reason); !given) {
    return given;
  }
  auto record = command_record(console, registry::audit::Act::read, "virksomhet");
  record.kind = registry::audit::Class::ordinary;
  record.subject = node;
  record.reason.text = flags.reason;
  return audit(opened, std::move(record), {});
}

Result<std::string> answer(const VirksomhetFlags& flags, Show show, const std::string& number,
                           OpenedRegistry& opened, const Console& console) {
  const auto key = structure::parse_asked_key(number);
  const auto when = key ? as_of_flags(flags.as_of, flags.recorded_as_of, *opened.registry)
                        : tl::unexpected(key.error());
  if (!when) {
    return tl::unexpected(when.error());
  }
  structure::NodeSight sight;
  sight.personnel = key->system == structure::IdentifierSystem::hpr;
  const Structure asked(*opened.registry, *when, sight);
  const auto node = asked.find(key->view());
  const auto summary =
      node ? asked.summary(*node) : Result<structure::NodeSummary>(tl::unexpected(node.error()));
  if (!summary) {
    return tl::unexpected(summary.error());
  }
  if (summary->is_removed) {
    return fail(ErrorCode::not_found, "the node was taken away by its source for legal reasons");
  }
  if (summary->is_personnel) {
    if (auto noted = note_personnel(opened, console, flags, *node); !noted) {
      return tl::unexpected(noted.error());
    }
  }
  return show(flags, asked, *node, opened);
}

int run(const VirksomhetFlags& flags, Show show, OpenedRegistry& opened, Console& console) {
  const auto shown = answer(flags, show, flags.number, opened, console);
  if (!shown) {
    return report_error(console.err, shown.error());
  }
  console.out << *shown;
  return exit_ok;
}

/// HPR-numre from standard input, a line each.
int run_units(const VirksomhetFlags& flags, OpenedRegistry& opened, Console& console) {
  int status = exit_ok;
  std::string line;
  while (std::getline(console.in, line)) {
    const auto shown =
        answer(flags, show_unit, std::string("HPR:").append(line), opened, console);
    if (shown) {
      console.out << *shown;
    } else {
      status = report_error(console.err, shown.error());
    }
  }
  return status;
}

CLI::App* add_command(CLI::App& virksomhet, const char* name, const char* description,
                      const std::shared_ptr<VirksomhetFlags>& flags) {
  CLI::App* command = virksomhet.add_subcommand(name, description);
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--as-of", flags->as_of, "What held then: a date or a date-time");
  command->add_option("--recorded-as-of", flags->recorded_as_of,
                      "What was known then: a sequence number, a date or a date-time");
  add_reason_option(*command, flags->reason);
  return command;
}

CLI::App* add_question(CLI::App& virksomhet, const char* name, const char* description, Show show,
                       const std::shared_ptr<VirksomhetFlags>& flags, CommandHost& host,
                       int& exit_status) {
  CLI::App* command = add_command(virksomhet, name, description, flags);
  command
      ->add_option("number", flags->number,
                   "An organisasjonsnummer, a GLN, or system and number: RSH:4001031")
      ->required();
  command->callback([flags, show, &host, &exit_status] {
    exit_status =
        host.run(flags->sources, {}, [&flags, show](OpenedRegistry& opened, Console& console) {
          return run(*flags, show, opened, console);
        });
  });
  return command;
}

void add_relations(CLI::App& command, VirksomhetFlags& flags) {
  command.add_option("--relations", flags.relations, "By which relations it hangs together")
      ->delimiter(',');
}

} // namespace

Result<structure::AsOf> as_of_flags(const std::string& valid, const std::string& text,
                                    const registry::Registry& registry) {
  structure::AsOf asked;
  if (!valid.empty()) {
    asked.valid = registry::parse_instant(valid);
    if (!asked.valid) {
      return fail(ErrorCode::invalid, "--as-of is a date or an RFC 3339 date-time");
    }
  }
  if (text.empty()) {
    return asked;
  }
  std::uint64_t sequence = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (number.ec == std::errc{} && number.ptr == text.data() + text.size()) {
    asked.recorded = sequence;
    return asked;
  }
  const auto when = registry::parse_instant(text);
  if (!when) {
    return fail(ErrorCode::invalid,
                "--recorded-as-of is a sequence number, a date or an RFC 3339 date-time");
  }
  const auto then = registry.sequence_at(*when);
  if (!then) {
    return tl::unexpected(then.error());
  }
  asked.recorded = *then;
  return asked;
}

void add_virksomhet_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* virksomhet =
      program.add_subcommand("virksomhet", "The enterprise structure: nodes, trees and numbers");
  virksomhet->require_subcommand(1);
  const auto flags = [] { return std::make_shared<VirksomhetFlags>(); };
  const auto looked_up = flags();
  CLI::App* lookup = add_question(*virksomhet, "lookup", "A node by any of its numbers, as JSON",
                                  show_node, looked_up, host, exit_status);
  lookup->add_flag("--history", looked_up->history, "With what holds at another time");
  lookup->footer("grunndata virksomhet lookup --data DIR RSH:4990050");
  const auto drawn = flags();
  CLI::App* tree = add_question(*virksomhet, "tree", "What hangs under a node", show_tree, drawn,
                                host, exit_status);
  tree->add_option("--format", drawn->format, "text, json, dot or svg")
      ->check(CLI::IsMember({"text", "json", "dot", "svg"}));
  add_relations(*tree, *drawn);
  tree->add_option("--depth", drawn->depth, "How many levels")->check(CLI::Range(0, 32));
  tree->footer("grunndata virksomhet tree --data DIR 310000078 --as-of 2022-06-01\n"
               "grunndata virksomhet tree --data DIR 310000078 --format svg > tree.svg");
  const auto crossed = flags();
  add_question(*virksomhet, "numbers", "Its numbers in other systems, with the way to each",
               show_numbers, crossed, host, exit_status)
      ->add_option("--to", crossed->to, "Of one system: ENH, RSH, HER, GLN …");
  add_virksomhet_search(*virksomhet, host, exit_status);
  add_curation_commands(*virksomhet, host, exit_status);
  const auto above = flags();
  add_relations(*add_question(*virksomhet, "ancestors", "What it hangs under, nearest first",
                              show_ancestors, above, host, exit_status),
                *above);
  const auto way = flags();
  way->relations.emplace_back("TILHORER");
  CLI::App* path = add_question(*virksomhet, "path", "The way to another node", show_path, way,
                                host, exit_status);
  path->add_option("other", way->to, "Written as the first")->required();
  add_relations(*path, *way);
  add_question(*virksomhet, "root", "Its legal entity, and the way there", show_root, flags(),
               host, exit_status);
  const auto followed = flags();
  add_question(*virksomhet, "successors", "Who carries on what it was", show_successors, followed,
               host, exit_status)
      ->add_flag("--transitive", followed->transitive, "On to those whom nobody follows");
  add_question(*virksomhet, "events", "What happened to it, oldest first", show_events, flags(),
               host, exit_status);
  const auto compared = flags();
  CLI::App* diff = add_question(*virksomhet, "diff", "What is otherwise with it on another day",
                                show_difference, compared, host, exit_status);
  diff->add_option("--from", compared->from, "A date or a date-time")->required();
  diff->add_option("--to", compared->to, "Likewise (now)");
  const auto working = flags();
  CLI::App* unit = add_command(*virksomhet, "unit",
                               "The lowest suitable unit of health personnel, whose HPR-numre are "
                               "read from standard input, a line each",
                               working);
  unit->add_option("--legal-entity", working->legal_entity, "Only under this one");
  unit->footer("echo 999000001 | grunndata virksomhet unit --data DIR --reason 'she asked'");
  unit->callback([working, &host, &exit_status] {
    exit_status = host.run(working->sources, {.input = true},
                           [working](OpenedRegistry& opened, Console& console) {
                             return run_units(*working, opened, console);
                           });
  });
}

} // namespace grunndata::tools
