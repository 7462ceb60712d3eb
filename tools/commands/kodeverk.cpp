#include "tools/commands/kodeverk.h"

#include "api/v1/kodeverk_json.h"
#include "importers/kodeverk/code_list_file.h"
#include "registry/date_text.h"
#include "tools/administration/command_host.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"
#include "tools/logging/log.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace grunndata::tools {

namespace {

using registry::CodeLists;
using registry::ErrorCode;
using registry::ListedCode;
using registry::ListVersion;

struct KodeverkFlags {
  config::ConfigSources sources;
  std::string number;
  std::string code;
  std::string as_of;
  std::string recorded_as_of;
  bool json = false;
};

/// What is asked: when, and whether it was said.
struct Asked {
  registry::ListTime when;
  std::optional<registry::Instant> as_of;
};

registry::Result<Asked> asked_of(const KodeverkFlags& flags) {
  Asked asked;
  const auto read = [](const std::string& text, std::optional<registry::Instant>& when) {
    when = text.empty() ? std::nullopt : registry::parse_instant(text);
    return text.empty() || when;
  };
  if (!read(flags.as_of, asked.as_of) || !read(flags.recorded_as_of, asked.when.known)) {
    return registry::fail(ErrorCode::invalid,
                          "--as-of and --recorded-as-of are a date or an RFC 3339 date-time");
  }
  asked.when.valid = asked.as_of.value_or(registry::now());
  return asked;
}

std::string_view completeness(const registry::CodeList& list) noexcept {
  return list.complete ? "complete" : "not complete";
}

void print_head(const ListVersion& version, bool json, std::ostream& stream) {
  if (json) {
    std::string out;
    api::v1::append_list_head(out, version);
    stream << out << '\n';
    return;
  }
  const registry::CodeList& list = version.list();
  stream << list.number << "  " << list.codes.size() << " codes, " << completeness(list) << "  "
         << list.title << '\n';
}

void print_code(const ListedCode& code, std::ostream& stream) {
  stream << code.code << '\t' << code.text << (code.active ? "" : "\tinactive");
  if (code.valid_from) stream << "\tfrom " << format_date_or_instant(*code.valid_from);
  if (code.valid_to) stream << "\tto " << format_date_or_instant(*code.valid_to);
  stream << '\n';
}

void print_list(const CodeLists::Versions& versions, const ListVersion& version,
                const Asked& asked, std::ostream& stream) {
  const registry::CodeList& list = version.list();
  stream << "number:   " << list.number << "\ntitle:    " << list.title
         << "\ncomplete: " << (list.complete ? "yes" : "no") << "\nsource:   " << list.source;
  for (const auto& [name, text] : {std::pair{"version: ", &list.version},
                                   std::pair{"note:    ", &list.note},
                                   std::pair{"oid:     ", &list.oid}}) {
    if (!text->empty()) stream << '\n' << name << ' ' << *text;
  }
  stream << "\nloaded:   " << format_instant(version.loaded())
         << (version.shipped() ? ", with the program" : "") << "\nversions: " << versions.size()
         << "\n\n";
  for (const ListedCode& code : list.codes) {
    if (!asked.as_of || holds_at(code, *asked.as_of)) print_code(code, stream);
  }
}

int show_code(const KodeverkFlags& flags, const CodeLists& lists, const Asked& asked,
              Console& console) {
  const registry::CodeAnswer answer = lists.judge(flags.number, flags.code, asked.when);
  if (answer.code == nullptr) {
    return report_error(console.err,
                        {ErrorCode::not_found,
                         std::string("the list has no such code; it is ")
                             .append(completeness(answer.version->list()))});
  }
  if (flags.json) {
    std::string out;
    api::v1::append_code(out, answer);
    console.out << out << '\n';
  } else {
    print_code(*answer.code, console.out);
  }
  return exit_ok;
}

int show(const KodeverkFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto asked = asked_of(flags);
  if (!asked) {
    return report_error(console.err, asked.error());
  }
  const auto kodeverk = kodeverk_of(opened);
  if (!kodeverk) {
    return report_error(console.err, kodeverk.error());
  }
  const auto lists = (*kodeverk)->lists();
  const ListVersion* version = lists->find(flags.number, asked->when);
  if (version == nullptr) {
    return report_error(console.err, {ErrorCode::not_found,
                                      "there is no such code list, or none that held then"});
  }
  if (!flags.code.empty()) {
    return show_code(flags, *lists, *asked, console);
  }
  const CodeLists::Versions& versions = *lists->versions(flags.number);
  if (flags.json) {
    std::string out;
    api::v1::append_code_list(out, versions, *version, asked->as_of);
    console.out << out << '\n';
  } else {
    print_list(versions, *version, *asked, console.out);
  }
  return exit_ok;
}

int list(const KodeverkFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto asked = asked_of(flags);
  if (!asked) {
    return report_error(console.err, asked.error());
  }
  const auto kodeverk = kodeverk_of(opened);
  if (!kodeverk) {
    return report_error(console.err, kodeverk.error());
  }
  const auto lists = (*kodeverk)->lists();
  for (const auto& [number, versions] : lists->all()) {
    const ListVersion* version = lists->find(number, asked->when);
    if (version != nullptr) print_head(*version, flags.json, console.out);
  }
  return exit_ok;
}

using KodeverkCommand = int (*)(const KodeverkFlags&, OpenedRegistry&, Console&);

std::pair<CLI::App*, std::shared_ptr<KodeverkFlags>>
subcommand(CLI::App& group, const char* name, const char* about, const char* examples,
           CommandHost& host, int& exit_status, KodeverkCommand work) {
  CLI::App* command = group.add_subcommand(name, about);
  command->footer(examples);
  auto flags = std::make_shared<KodeverkFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--as-of", flags->as_of, "What held then: a date or date-time (now)");
  command->add_option("--recorded-as-of", flags->recorded_as_of,
                      "As the registry knew it then: a date or date-time (now)");
  command->callback([flags, work, &host, &exit_status] {
    exit_status =
        host.run(flags->sources, {}, [flags, work](OpenedRegistry& opened, Console& console) {
          return work(*flags, opened, console);
        });
  });
  return {command, flags};
}

} // namespace

registry::Result<registry::Kodeverk*> kodeverk_of(OpenedRegistry& opened) {
  if (opened.kodeverk) {
    return opened.kodeverk.get();
  }
  auto kodeverk = registry::Kodeverk::open(*opened.registry);
  if (!kodeverk) {
    return tl::unexpected(kodeverk.error());
  }
  const auto shipped = (*kodeverk)->ship(importers::kodeverk::shipped_code_lists());
  if (!shipped) {
    log::warn("kodeverk", "the program's code lists could not be kept",
              {{"why", shipped.error().message}});
  }
  opened.kodeverk = std::move(*kodeverk);
  return opened.kodeverk.get();
}

registry::Result<registry::virksomhet::CodeTexts>
code_texts_of(OpenedRegistry& opened, const registry::virksomhet::Structure& asked) {
  const auto kodeverk = kodeverk_of(opened);
  if (!kodeverk) {
    return tl::unexpected(kodeverk.error());
  }
  return registry::virksomhet::CodeTexts((*kodeverk)->lists(), registry::Instant{asked.valid()});
}

void add_kodeverk_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group = program.add_subcommand("kodeverk", "Code lists and their versions");
  group->require_subcommand(1);
  const auto [listing, list_flags] =
      subcommand(*group, "list", "All of them, a line each",
                 "grunndata kodeverk list --data DIR --json", host, exit_status, list);
  listing->add_flag("--json", list_flags->json, "One JSON object a line");
  const auto [showing, show_flags] =
      subcommand(*group, "show", "One list with its codes, or one code",
                 "grunndata kodeverk show --data DIR 9060\n"
                 "grunndata kodeverk show --data DIR 1305 86.102 --as-of 2026-01-01",
                 host, exit_status, show);
  showing->add_option("number", show_flags->number, "Of the list, such as 9060")->required();
  showing->add_option("code", show_flags->code, "Of the list");
  showing->add_flag("--json", show_flags->json, "As one JSON object");
}

} // namespace grunndata::tools
