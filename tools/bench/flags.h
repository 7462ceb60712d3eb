// Options that several benchmarks have.
#pragma once

#include <cstdint>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools::bench {

/// `--persons` and `--seed`; what they hold now is the default.
void add_people_flags(CLI::App& command, std::uint64_t& persons, std::uint64_t& seed);
/// `--rounds`
void add_rounds_flag(CLI::App& command, int& rounds);
/// `--directory`: where data stands while it is measured.
void add_directory_flag(CLI::App& command, std::string& directory);
/// `--json`
void add_json_flag(CLI::App& command, bool& json);

} // namespace grunndata::tools::bench
