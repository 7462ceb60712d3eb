// A nation as the files that its registers give out.
#pragma once

#include "tools/generate/virksomhet/nation.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::generate::virksomhet {

struct WrittenFile {
  std::string name;
  std::uint64_t records = 0;
};

/// Writes into `directory`, which is there or is made; files of the same names are replaced:
///   enheter.json.gz, underenheter.json.gz   Enhetsregisteret's bulk files
///   resh.json, resh.csv                     RESH in its neutral form
///   adresseregisteret.ndjson.gz             the parties, one a line
///   gln.csv                                 GS1's list
///   kuraterte_relasjoner.json, etterfolgere.json
/// Constant memory. Returns 0 and what was written, or the errno of what went wrong.
[[nodiscard]] int write_files(const Nation& nation, const std::filesystem::path& directory,
                              std::vector<WrittenFile>& written);

} // namespace grunndata::generate::virksomhet
