#include "tools/bench/flags.h"

#include <CLI/CLI.hpp>

namespace grunndata::tools::bench {

void add_people_flags(CLI::App& command, std::uint64_t& persons, std::uint64_t& seed) {
  command.add_option("--persons", persons, "How many")
      ->check(CLI::Range(std::uint64_t{100}, std::uint64_t{10'000'000}))
      ->capture_default_str();
  command.add_option("--seed", seed, "Another seed, other people")->capture_default_str();
}

void add_rounds_flag(CLI::App& command, int& rounds) {
  command.add_option("--rounds", rounds, "Rounds, of which the median counts")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
}

void add_directory_flag(CLI::App& command, std::string& directory) {
  command.add_option("--directory", directory,
                     "Where data stands meanwhile (default: the temporary folder)");
}

void add_json_flag(CLI::App& command, bool& json) {
  command.add_flag("--json", json, "Print one JSON object, not a table");
}

} // namespace grunndata::tools::bench
