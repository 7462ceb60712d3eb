#include "tools/commands/client.h"

#include "api/v1/admin/client_json.h"
#include "registry/clients/client_rules.h"
#include "registry/clients/clients.h"
#include "tools/administration/command_host.h"
#include "tools/commands/client_file.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <fstream>
#include <functional>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using registry::Client;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

struct ClientFlags {
  config::ConfigSources sources;
  Client client;
  std::vector<std::string> parts;
  std::vector<std::string> break_glass_parts;
  std::string expires;
  std::string file;
  bool replace = false;
  bool json = false;
};

/// `--legal-basis`: the field as a flag.
std::string flag_of(registry::ClientField field) {
  std::string flag = "--" + std::string(words_of(field));
  for (char& c : flag) {
    c = c == '_' ? '-' : c;
  }
  return flag;
}

void print(const Client& client, bool json, std::ostream& stream) {
  const registry::Instant when = registry::now();
  if (json) {
    std::string out;
    api::v1::append_client(out, client, when);
    stream << out << '\n';
    return;
  }
  stream << client.id << "  " << (client.issuer.empty() ? "*" : client.issuer) << "  "
         << client.organisation << "  " << api::v1::state_of(client, when) << "  "
         << client.parts.count() << " parts" << (client.legal_basis ? ", legal basis" : "") << "  "
         << client.name << '\n';
}

void print_in_full(const Client& client, std::ostream& stream) {
  const auto parts = [](const registry::PersonPartSet& set) {
    std::string text;
    api::v1::append_parts(text, set);
    return text;
  };
  const auto limit = [](std::uint64_t number) {
    return number == 0 ? std::string("the server's") : std::to_string(number);
  };
  stream << "id:                  " << client.id
         << "\nissuer:              " << (client.issuer.empty() ? "any" : client.issuer)
         << "\nname:                " << client.name
         << "\norganisation:        " << client.organisation
         << "\npurpose:             " << client.purpose
         << "\nstate:               " << api::v1::state_of(client, registry::now())
         << "\nparts:               " << parts(client.parts)
         << "\nlegal basis:         " << (client.legal_basis ? "yes" : "no")
         << "\nexpires:             "
         << (client.expires ? format_instant(*client.expires) : std::string("never"))
         << "\nrequests per minute: " << limit(client.requests_per_minute)
         << "\npersons per day:     " << limit(client.persons_per_day)
         << "\nnumbers per day:     " << limit(client.numbers_per_day)
         << "\nbreak-glass parts:   " << parts(client.break_glass_parts)
         << "\nregistered:          " << format_instant(client.registered) << '\n';
  if (client.revoked) {
    stream << "revoked:             " << format_instant(*client.revoked) << '\n';
  }
}

/// Does `change` between asking whether it can be logged and logging it.
int administer(OpenedRegistry& opened, Console& console, std::string_view operation,
               std::string what, const std::function<Result<void>()>& change) {
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const Result<void> done = change();
  auto record = command_record(console, registry::audit::Act::administered, operation);
  record.reason.text = std::move(what);
  const auto logged = audit(opened, std::move(record), done);
  if (!done || !logged) {
    return report_error(console.err, done ? logged.error() : done.error());
  }
  return exit_ok;
}

Result<registry::PersonPartSet> parts_given(const std::vector<std::string>& names,
                                            registry::ClientField field) {
  std::string unknown;
  const auto parts = parts_of(names, unknown);
  if (!parts) {
    return fail(ErrorCode::invalid, flag_of(field) + ": no information part is called " + unknown);
  }
  return *parts;
}

Result<Client> client_of(const ClientFlags& flags) {
  using enum registry::ClientField;
  Client client = flags.client;
  const auto agreed = parts_given(flags.parts, parts);
  const auto emergency = parts_given(flags.break_glass_parts, break_glass_parts);
  if (!agreed || !emergency) {
    return tl::unexpected(agreed ? emergency.error() : agreed.error());
  }
  client.parts = *agreed;
  client.break_glass_parts = *emergency;
  if (!flags.expires.empty()) {
    client.expires = registry::parse_instant(flags.expires);
    if (!client.expires) {
      return fail(ErrorCode::invalid, "--expires is a date or an RFC 3339 date-time");
    }
  }
  if (const auto fault = fault_of(client, registry::now())) {
    return fail(ErrorCode::invalid, flag_of(fault->field) + " " + std::string(fault->rule));
  }
  return client;
}

registry::IfRegistered if_registered(const ClientFlags& flags) {
  return flags.replace ? registry::IfRegistered::replace : registry::IfRegistered::refuse;
}

int add(const ClientFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto client = client_of(flags);
  if (!client) {
    return report_error(console.err, client.error());
  }
  const int status = administer(opened, console, "client add", client->id, [&] {
    return opened.clients->add({*client}, if_registered(flags));
  });
  if (status == exit_ok) {
    print(*opened.clients->find_exactly(client->id, client->issuer), flags.json, console.out);
  }
  return status;
}

int list(const ClientFlags& flags, OpenedRegistry& opened, Console& console) {
  for (const auto& client : opened.clients->list()) {
    print(*client, flags.json, console.out);
  }
  return exit_ok;
}

int show(const ClientFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto client = opened.clients->find_exactly(flags.client.id, flags.client.issuer);
  if (!client) {
    return report_error(console.err, {ErrorCode::not_found, "no such client is registered"});
  }
  if (flags.json) {
    print(*client, true, console.out);
  } else {
    print_in_full(*client, console.out);
  }
  return exit_ok;
}

int revoke(const ClientFlags& flags, OpenedRegistry& opened, Console& console) {
  const int status =
      administer(opened, console, "client revoke", flags.client.id, [&]() -> Result<void> {
        const auto revoked = opened.clients->revoke(flags.client.id, flags.client.issuer);
        return revoked ? Result<void>{} : tl::unexpected(revoked.error());
      });
  if (status == exit_ok) {
    print(*opened.clients->find_exactly(flags.client.id, flags.client.issuer), flags.json,
          console.out);
  }
  return status;
}

Result<std::string> text_of(const ClientFlags& flags, Console& console) {
  std::ifstream file;
  if (flags.file != "-") {
    file.open(console.path_of(flags.file), std::ios::binary);
    if (!file) {
      return fail(ErrorCode::not_found, "cannot read " + flags.file);
    }
  }
  std::istream& in = flags.file == "-" ? console.in : file;
  std::string text(client_file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) { // a directory, for one
    return fail(ErrorCode::storage, "cannot read " + flags.file);
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > client_file_bytes_max) {
    return fail(ErrorCode::invalid, flags.file + " is larger than 16 MiB");
  }
  return text;
}

/// All of a file or nothing; every fault with its line.
int import(const ClientFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto text = text_of(flags, console);
  if (!text) {
    return report_error(console.err, text.error());
  }
  ClientFile file = read_client_file(*text, flags.file, registry::now());
  if (file.faults.empty() && !flags.replace) {
    for (const auto& [client, line] : file.clients) {
      if (opened.clients->find_exactly(client.id, client.issuer)) {
        file.faults.push_back(flags.file + ":" + std::to_string(line) + ": client " + client.id +
                              " is registered already (--replace lets the file's agreement hold)");
      }
    }
  }
  for (const std::string& fault : file.faults) {
    console.err << "grunndata: " << fault << '\n';
  }
  if (!file.faults.empty()) {
    return exit_usage;
  }
  std::vector<Client> clients;
  for (ClientOfFile& read : file.clients) {
    clients.push_back(std::move(read.client));
  }
  const std::string what = std::to_string(clients.size()) + " clients";
  const int status = administer(opened, console, "client import", what, [&] {
    return opened.clients->add(std::move(clients), if_registered(flags));
  });
  if (status == exit_ok) {
    console.err << what << " registered\n";
  }
  return status;
}

using ClientCommand = int (*)(const ClientFlags&, OpenedRegistry&, Console&);

/// A subcommand with what all of them take; `work` runs with its flags.
std::pair<CLI::App*, std::shared_ptr<ClientFlags>>
subcommand(CLI::App& group, const char* name, const char* about, const char* example,
           CommandHost& host, int& exit_status, ClientCommand work) {
  CLI::App* command = group.add_subcommand(name, about);
  command->footer(example);
  auto flags = std::make_shared<ClientFlags>();
  config::add_config_flags(*command, flags->sources,
                           {"data.directory", "data.environment", "log.level", "log.format"});
  command->callback([flags, work, &host, &exit_status] {
    exit_status = host.run(
        flags->sources, {.input = flags->file == "-"},
        [&](OpenedRegistry& opened, Console& console) { return work(*flags, opened, console); });
  });
  return {command, flags};
}

void add_agreement(CLI::App& command, ClientFlags& flags) {
  Client& client = flags.client;
  command.add_option("--id", client.id, "client_id, as its tokens say it")->required();
  command.add_option("--issuer", client.issuer, "Issuer's name in the configuration; none: any");
  command.add_option("--name", client.name, "What people call it")->required();
  command
      .add_option("--organisation", client.organisation, "Who is responsible: organisasjonsnummer")
      ->required();
  command.add_option("--purpose", client.purpose, "What it is for, in one sentence")->required();
  command.add_option("--parts", flags.parts, "Agreed information parts, or all")
      ->delimiter(',')
      ->required();
  command.add_flag("--legal-basis", client.legal_basis, "It may act with legal basis");
  command.add_option("--expires", flags.expires, "When the agreement ends: a date or date-time");
  command.add_option("--requests-per-minute", client.requests_per_minute, "0: the server's");
  command.add_option("--persons-per-day", client.persons_per_day, "0: the server's");
  command.add_option("--numbers-per-day", client.numbers_per_day,
                     "Hjelpenumre issued or reserved; 0: the server's");
  command
      .add_option("--break-glass-parts", flags.break_glass_parts,
                  "What its users may open in an emergency, or all; none: no break-glass")
      ->delimiter(',');
}

void add_name(CLI::App& command, ClientFlags& flags) {
  command.add_option("id", flags.client.id, "client_id")->required();
  command.add_option("--issuer", flags.client.issuer, "As it was registered; none: for any");
}

constexpr const char* replace_help = "Let this agreement hold instead; lifts a revocation";

} // namespace

void add_client_command(CLI::App& program, CommandHost& host, int& exit_status) {
  CLI::App* group =
      program.add_subcommand("client", "Who may ask: registered clients and their agreements");
  group->require_subcommand(1);

  const auto [adding, add_flags] = subcommand(
      *group, "add", "Register a client",
      "grunndata client add --data DIR --id 6f1b… --name Pasientsystemet --organisation 974760673 "
      "\\\n"
      "  --purpose 'Treatment of patients' --parts Name,Status --legal-basis --expires 2030-01-01",
      host, exit_status, add);
  add_agreement(*adding, *add_flags);
  adding->add_flag("--replace", add_flags->replace, replace_help);
  adding->add_flag("--json", add_flags->json, "The client as JSON");

  const auto [listing, list_flags] =
      subcommand(*group, "list", "All of them, a line each",
                 "grunndata client list --data DIR --json", host, exit_status, list);
  listing->add_flag("--json", list_flags->json, "One JSON object a line");

  const auto [showing, show_flags] = subcommand(
      *group, "show", "One agreement in full",
      "grunndata client show --data DIR --issuer helseid 6f1b…", host, exit_status, show);
  add_name(*showing, *show_flags);
  showing->add_flag("--json", show_flags->json, "The client as JSON");

  const auto [revoking, revoke_flags] = subcommand(
      *group, "revoke", "End an agreement at once",
      "grunndata client revoke --data DIR --issuer helseid 6f1b…", host, exit_status, revoke);
  add_name(*revoking, *revoke_flags);
  revoking->add_flag("--json", revoke_flags->json, "The client as JSON");

  const auto [importing, import_flags] =
      subcommand(*group, "import", "Register all clients of a TOML file, or none",
                 "grunndata client import --data DIR clients.toml", host, exit_status, import);
  importing->add_option("file", import_flags->file, "[[client]] tables, or - for stdin")
      ->required();
  importing->add_flag("--replace", import_flags->replace, replace_help);
}

} // namespace grunndata::tools
