#include "tools/commands/export.h"

#include "api/v1/export/node_export.h"
#include "api/v1/export/packer.h"
#include "api/v1/export/person_export.h"
#include "tools/administration/command_host.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/new_file.h"
#include "tools/commands/reason.h"
#include "tools/config/flags.h"
#include "tools/progress/progress.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using api::v1::NodeExport;
using api::v1::NodeExportOrder;
using api::v1::Packer;
using api::v1::Packing;
using api::v1::PersonExport;
using api::v1::PersonExportOrder;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
namespace audit_log = registry::audit;

struct ExportFlags {
  config::ConfigSources sources;
  std::string entity = "person";
  std::vector<std::string> parts;
  std::string out = "-";
  std::string from;
  std::string to;
  std::string reason;
  std::string progress = "auto";
  bool gzip = false;
  bool zstd = false;
  bool open_access = false;
};

Result<std::optional<registry::EntityId>> id_of(const registry::Registry& registry,
                                                const std::string& text, const char* flag) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto id = registry.ids().open(text);
  if (!id) {
    return fail(ErrorCode::invalid, std::string(flag) + " is no id of this registry");
  }
  return id;
}

Result<PersonExportOrder> order_of(const ExportFlags& flags, const registry::Registry& registry) {
  PersonExportOrder order;
  order.access =
      flags.open_access ? registry::Access::no_legal_basis : registry::Access::legal_basis;
  for (const std::string& name : flags.parts) {
    const auto part = registry::find_information_part(name);
    if (!part) {
      return fail(ErrorCode::invalid, "--parts: no information part is called " + name);
    }
    order.parts.set(static_cast<std::size_t>(*part));
  }
  if (flags.parts.empty()) {
    order.parts.set();
  }
  const auto from = id_of(registry, flags.from, "--from");
  const auto to = id_of(registry, flags.to, "--to");
  for (const auto* id : {&from, &to}) {
    if (!*id) {
      return tl::unexpected(id->error());
    }
  }
  order.from = from->value_or(registry::EntityId{});
  order.to = *to;
  return order;
}

/// Where the lines go: a new file, or standard output.
struct Output {
  Console& console;
  std::optional<NewFile> file;
  std::unique_ptr<Packer> packer;
  std::uint64_t bytes = 0;

  Result<void> write(std::string_view lines, bool is_last) {
    std::string packed;
    if (!packer->pack(lines, is_last, packed)) {
      return fail(ErrorCode::unavailable, "compressing failed");
    }
    bytes += packed.size();
    if (file) {
      auto written = file->write(packed);
      return written && is_last ? file->finish() : written;
    }
    console.out << packed << std::flush;
    return console.out ? Result<void>{} : fail(ErrorCode::storage, "cannot write to stdout");
  }
};

Result<Output> output_of(const ExportFlags& flags, Console& console) {
  Output output{console, std::nullopt,
                Packer::make(flags.zstd   ? Packing::zstd
                             : flags.gzip ? Packing::gzip
                                          : Packing::none)};
  if (!output.packer) {
    return fail(ErrorCode::unavailable, "no memory for compressing");
  }
  if (flags.out != "-") {
    auto file = NewFile::make(console.path_of(flags.out));
    if (!file) {
      return tl::unexpected(file.error());
    }
    output.file.emplace(std::move(*file));
  }
  return output;
}

std::uint64_t count_of(const PersonExport& persons) { return persons.persons(); }
std::uint64_t count_of(const NodeExport& nodes) { return nodes.nodes(); }

template <typename Export>
Result<void> write_all(Export& source, Output& output, Progress& progress) {
  std::string lines;
  for (bool more = true; more;) {
    if (output.console.stop()) {
      return fail(ErrorCode::cancelled, "interrupted");
    }
    lines.clear();
    const auto next = source.next(lines);
    if (!next) {
      return tl::unexpected(next.error());
    }
    more = *next;
    if (auto written = output.write(lines, !more); !written) {
      return written;
    }
    progress.update({count_of(source), output.bytes, 0});
  }
  return {};
}

/// Begins to write only when the log has it, and logs whom it covered, however it ends.
Result<void> write_logged(const ExportFlags& flags, const PersonExportOrder& order,
                          PersonExport& persons, OpenedRegistry& opened, Output& output,
                          Progress& progress) {
  audit_log::Record record = command_record(output.console, audit_log::Act::exported, "export");
  record.parts_asked = order.parts;
  record.parts_delivered = persons.parts_delivered();
  record.with_legal_basis = order.access == registry::Access::legal_basis;
  record.protected_shown = record.with_legal_basis;
  record.reason.text = flags.reason;
  record.subjects = persons.covered_at_most();
  if (auto logged = audit(opened, record, {}); !logged) {
    return logged;
  }
  const auto written = write_all(persons, output, progress);
  const auto covered = persons.covered();
  if (covered) {
    record.subjects = *covered;
  }
  const auto logged = audit(opened, std::move(record), written);
  return written ? logged : written;
}

template <typename Export>
std::string cursor_of(const Export& source) {
  std::string cursor;
  api::v1::append_cursor(cursor, source.cursor());
  return cursor;
}

/// How to go on with an export that has made lines, and the status to end with.
template <typename Export>
int report_cut(const Export& source, std::string_view what, const Output& output,
               const registry::Error& error, Console& console) {
  if (count_of(source) != 0) {
    console.err << "grunndata: cut after " << count_of(source) << ' ' << what
                << "; go on with --from " << registry::view_of(source.last())
                << ", then with the events after " << cursor_of(source)
                << (output.file ? "; what there is stands in " + output.file->part().string()
                                : std::string())
                << '\n';
  }
  return error.code == ErrorCode::cancelled ? exit_interrupted : report_error(console.err, error);
}

/// Open data: the log has that it was exported, and by whom.
Result<void> write_logged(const ExportFlags& flags, NodeExport& nodes, OpenedRegistry& opened,
                          Output& output, Progress& progress) {
  audit_log::Record record = command_record(output.console, audit_log::Act::exported, "export");
  record.reason.text = flags.reason;
  if (auto logged = audit(opened, record, {}); !logged) {
    return logged;
  }
  return write_all(nodes, output, progress);
}

int export_nodes(const ExportFlags& flags, ProgressStyle style, OpenedRegistry& opened,
                 Console& console) {
  if (!flags.parts.empty()) {
    return report_error(console.err,
                        registry::Error{ErrorCode::invalid, "--parts are those of persons"});
  }
  NodeExportOrder order;
  order.access =
      flags.open_access ? registry::Access::no_legal_basis : registry::Access::legal_basis;
  const auto from = id_of(*opened.registry, flags.from, "--from");
  const auto to = id_of(*opened.registry, flags.to, "--to");
  if (!from || !to) {
    return report_error(console.err, from ? to.error() : from.error());
  }
  order.from = from->value_or(registry::EntityId{});
  order.to = *to;
  auto nodes = NodeExport::begin(*opened.registry, order);
  auto output = nodes ? output_of(flags, console)
                      : Result<Output>(tl::unexpected(nodes.error()));
  if (!output) {
    return report_error(console.err, output.error());
  }
  Progress progress("export", style, {std::nullopt, std::nullopt}, console.err);
  if (const auto done = write_logged(flags, *nodes, opened, *output, progress); !done) {
    return report_cut(*nodes, "virksomheter", *output, done.error(), console);
  }
  progress.finish({nodes->nodes(), output->bytes, 0});
  console.err << nodes->nodes() << " virksomheter; go on with `grunndata events --after "
              << cursor_of(*nodes) << "`\n";
  return exit_ok;
}

int export_entities(const ExportFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto style = progress_style(flags.progress);
  if (!style) {
    console.err << "grunndata: --progress is auto, bar, lines, json or none\n";
    return exit_usage;
  }
  if (auto given = check_reason(opened, flags.reason); !given) {
    return report_error(console.err, given.error());
  }
  if (flags.entity == "virksomhet") {
    return export_nodes(flags, *style, opened, console);
  }
  const auto order = order_of(flags, *opened.registry);
  if (!order) {
    return report_error(console.err, order.error());
  }
  const auto figures = opened.registry->figures();
  auto persons = PersonExport::begin(*opened.registry, *order);
  if (!figures || !persons) {
    return report_error(console.err, figures ? persons.error() : figures.error());
  }
  auto output = output_of(flags, console);
  if (!output) {
    return report_error(console.err, output.error());
  }
  const bool is_ranged = !flags.from.empty() || !flags.to.empty();
  const auto persons_expected =
      is_ranged ? std::nullopt : std::optional<std::uint64_t>(figures->entities_estimate);
  Progress progress("export", *style, {persons_expected, std::nullopt}, console.err);
  const auto done = write_logged(flags, *order, *persons, opened, *output, progress);
  if (done) {
    progress.finish({persons->persons(), output->bytes, 0});
    console.err << persons->persons() << " persons, " << persons->moved()
                << " ids that moved; go on with `grunndata events --after " << cursor_of(*persons)
                << "`\n";
    return exit_ok;
  }
  return report_cut(*persons, "persons", *output, done.error(), console);
}

} // namespace

void add_export_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* command = program.add_subcommand(
      "export",
      "Every person or node, one JSON object a line, and the cursor to follow them from");
  command->footer("grunndata export --data DIR --out persons.ndjson\n"
                  "grunndata export --data DIR --parts Name,Status --zstd --out persons.zst\n"
                  "grunndata export --data DIR --entity virksomhet --zstd --out units.zst\n"
                  "grunndata export --data DIR --out - | grep -c '^{\"id\"'");
  auto flags = std::make_shared<ExportFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->add_option("--entity", flags->entity, "What: person (the default) or virksomhet")
      ->check(CLI::IsMember({"person", "virksomhet"}));
  command->add_option("--parts", flags->parts, "Information parts (default: all)")->delimiter(',');
  command->add_option("--out", flags->out,
                      "A new file, or - for stdout (the default); a running server writes it");
  CLI::Option* gzip = command->add_flag("--gzip", flags->gzip, "Compressed with gzip");
  command->add_flag("--zstd", flags->zstd, "Compressed with zstd")->excludes(gzip);
  command->add_option("--from", flags->from, "Begin with this id");
  command->add_option("--to", flags->to, "End before this id");
  command->add_flag("--no-legal-basis", flags->open_access,
                    "As callers without legal basis see it");
  command->add_option("--progress", flags->progress, "auto, bar, lines, json or none");
  add_reason_option(*command, flags->reason);
  command->callback([flags, &host, &exit_status] {
    exit_status = host.run(flags->sources, {}, [&flags](OpenedRegistry& opened, Console& console) {
      return export_entities(*flags, opened, console);
    });
  });
}

} // namespace grunndata::tools
