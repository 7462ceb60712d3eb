#include "tools/commands/virksomhet_search.h"

#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/search/search_json.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/virksomhet.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iomanip>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace structure = registry::virksomhet;
namespace search = structure::search;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

struct SearchFlags {
  config::ConfigSources sources;
  std::vector<std::string> words;
  std::vector<std::string> types;
  std::vector<std::string> said_by;
  std::string municipality;
  std::string code;
  std::string life = "open";
  std::string as_of;
  std::string recorded_as_of;
  std::string after;
  std::size_t limit = search::SearchOrder{}.limit;
  bool json = false;
};

/// The words of the command line, or of standard input, where nobody sees them in a list of
/// processes.
std::string text_of(const SearchFlags& flags, Console& console) {
  if (flags.words == std::vector<std::string>{"-"}) {
    std::string line;
    std::getline(console.in, line);
    return line;
  }
  std::string text;
  for (const std::string& word : flags.words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

Result<void> read_names(const SearchFlags& flags, search::SearchOrder& order) {
  for (const std::string& name : flags.types) {
    const auto type = structure::find_node_type(name);
    if (!type) {
      return fail(ErrorCode::invalid, "--type: no type is called " + name);
    }
    order.types.set(static_cast<std::size_t>(*type));
  }
  for (const std::string& name : flags.said_by) {
    const auto source = structure::find_node_source(name);
    if (!source) {
      return fail(ErrorCode::invalid, "--source: no source is called " + name);
    }
    order.sources.push_back(*source);
  }
  return {};
}

Result<search::SearchOrder> order_of(const SearchFlags& flags, const OpenedRegistry& opened,
                                     Console& console) {
  search::SearchOrder order;
  order.text = text_of(flags, console);
  if (auto read = read_names(flags, order); !read) {
    return tl::unexpected(read.error());
  }
  const auto when = as_of_flags(flags.as_of, flags.recorded_as_of, *opened.registry);
  if (!when) {
    return tl::unexpected(when.error());
  }
  order.as_of = *when;
  order.municipality = flags.municipality;
  order.code = flags.code;
  order.life = search::find_life(flags.life).value_or(search::Life::open);
  order.limit = flags.limit;
  order.after = flags.after;
  return order;
}

void print(const search::SearchPage& page, std::ostream& out) {
  std::size_t widest = 0;
  for (const search::SearchHit& hit : page.hits) {
    widest = std::max(widest, to_text(hit.node.key.view()).size());
  }
  for (const search::SearchHit& hit : page.hits) {
    out << std::left << std::setw(static_cast<int>(widest)) << to_text(hit.node.key.view()) << "  "
        << shown_name(hit.node);
    if (hit.node.status != structure::NodeStatus::aktiv) {
      out << " (" << name_of(hit.node.status) << ')';
    }
    out << '\n';
  }
}

int run(const SearchFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto order = order_of(flags, opened, console);
  if (!order) {
    return report_error(console.err, order.error());
  }
  const auto nodes = search::shared_node_search(*opened.registry);
  if (!nodes->is_ready()) {
    if (auto ready = nodes->refresh(console.stop); !ready) {
      return report_error(console.err, ready.error());
    }
  }
  const auto page = nodes->search(*order);
  if (!page && page.error().code == ErrorCode::out_of_range) {
    return report_error(console.err, {ErrorCode::invalid, "--after: " + page.error().message});
  }
  if (!page) {
    return report_error(console.err, page.error());
  }
  if (flags.json) {
    std::string out;
    append_hits(out, *page);
    if (!page->next.empty()) {
      out.append(R"(,"next":")").append(page->next).append("\"");
    }
    console.out << out << "}\n";
    return exit_ok;
  }
  print(*page, console.out);
  if (page->hits.empty()) {
    console.err << "nothing was found\n";
  } else if (!page->next.empty()) {
    console.err << "there are more: --after " << page->next << '\n';
  }
  return exit_ok;
}

} // namespace

void add_virksomhet_search(CLI::App& virksomhet, CommandHost& host, int& exit_status) {
  const auto flags = std::make_shared<SearchFlags>();
  CLI::App* command =
      virksomhet.add_subcommand("search", "Nodes by name, place, code or number, best first");
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("words", flags->words,
                      "In any order, each whole or its beginning; -: a line of standard input");
  command->add_option("--type", flags->types, "JURIDISK_ENHET, UNDERENHET, RESH_ENHET …")
      ->delimiter(',');
  command->add_option("--source", flags->said_by, "Who says something of it: resh …")
      ->delimiter(',');
  command->add_option("--kommune", flags->municipality, "Where it is: a kommunenummer");
  command->add_option("--code", flags->code,
                      "The beginning of a naeringskode (86.1), an organisasjonsform (KOMM), or "
                      "list and code (8624:05)");
  command->add_option("--life", flags->life, "open, closed or any")
      ->check(CLI::IsMember({"open", "closed", "any"}))
      ->capture_default_str();
  command->add_option("--as-of", flags->as_of, "What held then: a date or a date-time");
  command->add_option("--recorded-as-of", flags->recorded_as_of,
                      "What was known then: a sequence number, a date or a date-time");
  command->add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(std::size_t{1}, search::hits_max))
      ->capture_default_str();
  command->add_option("--after", flags->after, "Go on behind a page, as it said");
  command->add_flag("--json", flags->json, "Print JSON");
  command->footer("grunndata virksomhet search --data DIR sjukehus nordfjord\n"
                  "grunndata virksomhet search --data DIR --kommune 0301 --code 86.1 legevakt");
  command->callback([flags, &host, &exit_status] {
    CommandNeeds needs;
    needs.input = flags->words == std::vector<std::string>{"-"};
    exit_status =
        host.run(flags->sources, needs, [flags](OpenedRegistry& opened, Console& console) {
          return run(*flags, opened, console);
        });
  });
}

} // namespace grunndata::tools
