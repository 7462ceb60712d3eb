#include "tools/commands/lookup.h"

#include "api/person_key.h"
#include "registry/disclosure.h"
#include "registry/reading.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/reason.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <fstream>
#include <istream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

struct LookupFlags {
  config::ConfigSources sources;
  std::vector<std::string> parts;
  std::string file = "-";
  std::string type;
  std::string assigner;
  std::string as_of;
  std::string recorded_as_of;
  bool history = false;
  std::string reason;
  bool open_access = false;
};

using registry::ErrorCode;
using registry::fail;
using registry::Result;

Result<std::uint64_t> sequence_of(const registry::Registry& registry, const std::string& text) {
  std::uint64_t sequence = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (number.ec == std::errc{} && number.ptr == text.data() + text.size()) {
    return sequence;
  }
  const auto when = registry::parse_instant(text);
  if (!when) {
    return fail(ErrorCode::invalid,
                "--recorded-as-of is a sequence number, a date or an RFC 3339 date-time");
  }
  return registry.sequence_at(*when);
}

Result<registry::ViewRequest> view_of(const LookupFlags& flags,
                                      const registry::Registry& registry) {
  registry::ViewRequest view;
  view.dialect = registry::Dialect::v1;
  view.history = flags.history;
  view.access =
      flags.open_access ? registry::Access::no_legal_basis : registry::Access::legal_basis;
  for (const std::string& name : flags.parts) {
    const auto part = registry::find_information_part(name);
    if (!part) {
      return fail(ErrorCode::invalid, "--parts: no information part is called " + name);
    }
    view.parts.set(static_cast<std::size_t>(*part));
  }
  if (flags.parts.empty()) {
    view.parts.set();
  }
  if (!flags.as_of.empty()) {
    view.as_of = registry::parse_instant(flags.as_of);
    if (!view.as_of) {
      return fail(ErrorCode::invalid, "--as-of is a date or an RFC 3339 date-time");
    }
  }
  if (!flags.recorded_as_of.empty()) {
    const auto sequence = sequence_of(registry, flags.recorded_as_of);
    if (!sequence) {
      return tl::unexpected(sequence.error());
    }
    view.recorded_as_of = *sequence;
  }
  return view;
}

/// On disk, or at least out of this process's hands, before the answer is shown.
Result<void> log_shown(OpenedRegistry& opened, const Console& console, const LookupFlags& flags,
                       const registry::ViewRequest& view, const registry::Reading& reading) {
  registry::audit::Record record = command_record(console, registry::audit::Act::read, "lookup");
  const registry::Disclosure told = registry::disclosed(reading, view);
  record.subject = reading.entity();
  if (reading.asked() != reading.entity()) {
    record.asked = reading.asked();
  }
  record.parts_asked = view.parts;
  record.parts_delivered = told.parts;
  record.protected_shown = told.protected_shown;
  record.kind =
      told.protected_shown ? registry::audit::Class::important : registry::audit::Class::ordinary;
  record.history = view.history || view.as_of || view.recorded_as_of;
  record.with_legal_basis = view.access == registry::Access::legal_basis;
  record.reason.text = flags.reason;
  return audit(opened, std::move(record), {});
}

Result<void> log_missed(OpenedRegistry& opened, const Console& console, const LookupFlags& flags,
                        const registry::ViewRequest& view, ErrorCode code) {
  registry::audit::Record record = command_record(console, registry::audit::Act::miss, "lookup");
  record.kind = registry::audit::Class::ordinary;
  record.parts_asked = view.parts;
  record.reason.text = flags.reason;
  return audit(opened, std::move(record), fail(code, {}));
}

/// One line of NDJSON for one identifier; true when a person was found.
Result<bool> look_up(OpenedRegistry& opened, const LookupFlags& flags,
                     const registry::ViewRequest& view, std::string_view text, std::uint64_t line,
                     registry::Reading& reading, const Console& console) {
  std::string out = "{\"line\":" + std::to_string(line);
  const auto type = registry::identifier_type_of(flags.type);
  const api::PersonKey key =
      flags.type.empty() && flags.assigner.empty()
          ? api::person_key(text, opened.mapping.rules)
          : api::person_key(text, opened.mapping.rules, type, flags.assigner);
  if (!key.key) {
    out += R"(,"status":"invalid","reason":")";
    out += identifiers::reason_name(key.reason);
    console.out << out << "\"}\n";
    return false;
  }
  const auto& registry = *opened.registry;
  const auto match = registry.lookup(*key.key, reading, view.recorded_as_of);
  Result<void> written;
  if (match) {
    out += R"(,"status":"found","matched":{"type":")";
    out += registry::code_of(match->type);
    out += match->in_use ? R"(","inUse":true,"moved":)" : R"(","inUse":false,"moved":)";
    out += match->moved ? R"(true},"person":)" : R"(false},"person":)";
    const bool past = view.history || view.as_of || view.recorded_as_of;
    written = past ? registry.load_past(reading) : Result<void>{};
    written = written ? registry::write_view(reading, view, out) : written;
  }
  if (match && written) {
    if (auto logged = log_shown(opened, console, flags, view, reading); !logged) {
      return tl::unexpected(logged.error());
    }
    console.out << out << "}\n";
    return true;
  }
  const registry::Error& error = match ? written.error() : match.error();
  const bool answer = error.code == ErrorCode::not_found || error.code == ErrorCode::ambiguous ||
                      error.code == ErrorCode::not_known_then;
  if (!answer) {
    return tl::unexpected(error);
  }
  if (auto logged = log_missed(opened, console, flags, view, error.code); !logged) {
    return tl::unexpected(logged.error());
  }
  console.out << "{\"line\":" << line << R"(,"status":")" << registry::code_name(error.code)
              << "\"}\n";
  return false;
}

int lookup(const LookupFlags& flags, OpenedRegistry& opened, Console& console) {
  if (!flags.type.empty() && !registry::identifier_type_of(flags.type)) {
    return report_error(console.err,
                        {ErrorCode::invalid, "--type is FNR, DNR, FHN, HNR, DUF, UID or XXX"});
  }
  if (auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  const auto view = view_of(flags, *opened.registry);
  if (!view) {
    return report_error(console.err, view.error());
  }
  std::ifstream file;
  if (flags.file != "-") {
    file.open(console.path_of(flags.file));
    if (!file) {
      return report_error(console.err, {ErrorCode::not_found, "cannot read " + flags.file});
    }
  }
  std::istream& in = flags.file == "-" ? console.in : file;
  registry::Reading reading;
  bool all_found = true;
  std::string text;
  for (std::uint64_t line = 1; std::getline(in, text); ++line) {
    const auto found = look_up(opened, flags, *view, text, line, reading, console);
    if (!found) {
      return report_error(console.err, found.error());
    }
    all_found = all_found && *found;
  }
  if (in.bad()) { // a directory, for one
    return report_error(console.err, {ErrorCode::storage, "cannot read " + flags.file});
  }
  return all_found ? exit_ok : exit_not_found;
}

} // namespace

void add_lookup_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* command = program.add_subcommand(
      "lookup", "Persons by identifiers read from stdin, one a line (never from the command line)");
  command->footer("grunndata lookup --data DIR --parts Name,Status < numbers.txt\n"
                  "grunndata lookup --data DIR --history --as-of 2021-06-01 < numbers.txt");
  auto flags = std::make_shared<LookupFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--parts", flags->parts, "Information parts (default: all)")->delimiter(',');
  command->add_option("--from-file", flags->file, "Where the identifiers stand (default: stdin)");
  command->add_option("--type", flags->type, "What they are: FNR, DNR, FHN, HNR, DUF, UID, XXX");
  command->add_option("--assigner", flags->assigner, "Who assigned them (HNR, UID)");
  command->add_flag("--history", flags->history, "With the rows that are not current any more");
  command->add_option("--as-of", flags->as_of, "What held then: a date or a date-time");
  command->add_option("--recorded-as-of", flags->recorded_as_of,
                      "What was known then: a sequence number, a date or a date-time");
  command->add_flag("--no-legal-basis", flags->open_access,
                    "As callers without legal basis see it");
  add_reason_option(*command, flags->reason);
  command->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {.input = flags->file == "-"},
                           [&flags](OpenedRegistry& opened, Console& console) {
                             return lookup(*flags, opened, console);
                           });
  });
}

} // namespace grunndata::tools
