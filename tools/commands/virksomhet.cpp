#include "tools/commands/virksomhet.h"

#include "registry/virksomhet/crosswalk.h"
#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/structure.h"
#include "tools/administration/command_host.h"
#include "tools/commands/curation.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/virksomhet_search.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
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

constexpr std::size_t orgnr_digits = 9;
constexpr std::size_t gln_digits = 13;

struct VirksomhetFlags {
  config::ConfigSources sources;
  std::string number;
  std::string as_of;
  std::string recorded_as_of;
  std::string format = "text";
  std::vector<std::string> relations{"JURIDISK", "EIERSKAP", "ORGANISATORISK"};
  int depth = 32;
  std::string to;
};

/// What a sub-command shows of the node that was found.
using Show = Result<std::string> (*)(const VirksomhetFlags&, const Structure&, const EntityId&);

Result<std::string> show_node(const VirksomhetFlags&, const Structure& asked,
                              const EntityId& node) {
  std::string out;
  if (auto written = structure::append_node(out, asked, node); !written) {
    return tl::unexpected(written.error());
  }
  return out.append("\n");
}

Result<std::string> show_tree(const VirksomhetFlags& flags, const Structure& asked,
                              const EntityId& node) {
  structure::SubtreeOrder order;
  order.depth_max = flags.depth;
  for (const std::string& name : flags.relations) {
    const auto type = structure::find_node_relation(name);
    if (!type) {
      return fail(ErrorCode::invalid, "--relations: no relation is called " + name);
    }
    order.types.set(static_cast<std::size_t>(*type));
  }
  const auto tree = structure::tree_of(asked, node, order);
  if (!tree) {
    return tl::unexpected(tree.error());
  }
  if (flags.format == "json") return structure::tree_json(*tree) + "\n";
  if (flags.format == "dot") return structure::tree_dot(*tree);
  return flags.format == "svg" ? structure::tree_svg(*tree) : structure::tree_text(*tree);
}

Result<std::string> show_numbers(const VirksomhetFlags& flags, const Structure& asked,
                                 const EntityId& node) {
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
  if (auto written = structure::append_json(out, asked, *answers); !written) {
    return tl::unexpected(written.error());
  }
  return out.append("\n");
}

int run(const VirksomhetFlags& flags, Show show, OpenedRegistry& opened, Console& console) {
  const auto key = node_key_of(flags.number);
  if (!key) {
    return report_error(console.err, key.error());
  }
  const auto when = as_of_flags(flags.as_of, flags.recorded_as_of, *opened.registry);
  if (!when) {
    return report_error(console.err, when.error());
  }
  const Structure asked(*opened.registry, *when);
  const auto node = asked.find(key->view());
  const auto shown =
      node ? show(flags, asked, *node) : Result<std::string>(tl::unexpected(node.error()));
  if (!shown) {
    return report_error(console.err, shown.error());
  }
  console.out << *shown;
  return exit_ok;
}

CLI::App* add_question(CLI::App& virksomhet, const char* name, const char* description, Show show,
                       const std::shared_ptr<VirksomhetFlags>& flags, CommandHost& host,
                       int& exit_status) {
  CLI::App* command = virksomhet.add_subcommand(name, description);
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command
      ->add_option("number", flags->number,
                   "An organisasjonsnummer, a GLN, or system and number: RSH:4001031")
      ->required();
  command->add_option("--as-of", flags->as_of, "What held then: a date or a date-time");
  command->add_option("--recorded-as-of", flags->recorded_as_of,
                      "What was known then: a sequence number, a date or a date-time");
  command->callback([flags, show, &host, &exit_status] {
    exit_status =
        host.run(flags->sources, {}, [&flags, show](OpenedRegistry& opened, Console& console) {
          return run(*flags, show, opened, console);
        });
  });
  return command;
}

} // namespace

Result<structure::OwnedNodeKey> node_key_of(const std::string& text) {
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() == orgnr_digits) {
    return structure::parse_node_key("ENH:" + text);
  }
  if (digits && text.size() == gln_digits) {
    return structure::parse_node_key("GLN:" + text);
  }
  return structure::parse_node_key(text);
}

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
  add_question(*virksomhet, "lookup", "A node by any of its numbers, as JSON", show_node, flags(),
               host, exit_status)
      ->footer("grunndata virksomhet lookup --data DIR RSH:4990050");
  const auto drawn = flags();
  CLI::App* tree = add_question(*virksomhet, "tree", "What hangs under a node", show_tree, drawn,
                                host, exit_status);
  tree->add_option("--format", drawn->format, "text, json, dot or svg")
      ->check(CLI::IsMember({"text", "json", "dot", "svg"}));
  tree->add_option("--relations", drawn->relations, "By which relations it hangs there")
      ->delimiter(',');
  tree->add_option("--depth", drawn->depth, "How many levels")->check(CLI::Range(0, 32));
  tree->footer("grunndata virksomhet tree --data DIR 310000078 --as-of 2022-06-01\n"
               "grunndata virksomhet tree --data DIR 310000078 --format svg > tree.svg");
  const auto crossed = flags();
  add_question(*virksomhet, "numbers", "Its numbers in other systems, with the way to each",
               show_numbers, crossed, host, exit_status)
      ->add_option("--to", crossed->to, "Of one system: ENH, RSH, HER, GLN …");
  add_virksomhet_search(*virksomhet, host, exit_status);
  add_curation_commands(*virksomhet, host, exit_status);
}

} // namespace grunndata::tools
