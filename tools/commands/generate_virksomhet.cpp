#include "tools/commands/generate_virksomhet.h"

#include "tools/commands/exit_status.h"
#include "tools/generate/virksomhet/files.h"

#include <CLI/CLI.hpp>

#include <cstring>
#include <iostream>
#include <memory>
#include <string>

namespace grunndata::tools {
namespace {

struct GenerateVirksomhetFlags {
  generate::virksomhet::NationOptions nation;
  std::string directory;
};

int run(const GenerateVirksomhetFlags& flags) {
  namespace virksomhet = generate::virksomhet;
  const std::string reason = virksomhet::why_impossible(flags.nation);
  if (!reason.empty()) {
    std::cerr << "grunndata: " << reason << '\n';
    return exit_usage;
  }
  std::vector<virksomhet::WrittenFile> written;
  const int fault =
      virksomhet::write_files(virksomhet::Nation(flags.nation), flags.directory, written);
  if (fault != 0) {
    std::cerr << "grunndata: cannot write to " << flags.directory << ": " << std::strerror(fault)
              << '\n';
    return exit_failure;
  }
  for (const virksomhet::WrittenFile& file : written) {
    std::cout << file.name << '\t' << file.records << '\n';
  }
  return exit_ok;
}

} // namespace

void add_generate_virksomhet_command(CLI::App& group, int& exit_status) {
  CLI::App* command = group.add_subcommand(
      "virksomhet", "A nation of enterprises as Enhetsregisteret, RESH, Adresseregisteret and GS1 "
                    "would give it, a file each");
  command->footer("grunndata generate virksomhet --enheter 2000 --underenheter 1500 --resh 300 "
                  "--her 500 --seed 7 --directory /tmp/nation\n"
                  "grunndata generate virksomhet --enheter 1200000 --underenheter 900000 "
                  "--resh 30000 --her 100000 --seed 7 --directory /tmp/norway");
  auto flags = std::make_shared<GenerateVirksomhetFlags>();
  command->add_option("--enheter", flags->nation.enheter, "Main units, at least 500")->required();
  command->add_option("--underenheter", flags->nation.underenheter, "Sub-units")->required();
  command->add_option("--resh", flags->nation.resh, "Units of RESH")->required();
  command->add_option("--her", flags->nation.her, "Parties of Adresseregisteret")->required();
  command->add_option("--seed", flags->nation.seed, "Another seed, another nation")->required();
  command->add_option("--directory", flags->directory, "Where the files go")->required();
  command->callback([flags, &exit_status] { exit_status = run(*flags); });
}

} // namespace grunndata::tools
