#include "tools/bench/http_side.h"

#include "api/http/bare_handler.h"
#include "tools/bench/population_file.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <limits>
#include <memory>

namespace grunndata::tools {

namespace {

struct NumbersOptions {
  bench::People people;
  std::size_t count = std::numeric_limits<std::size_t>::max();
  bool missing = false;
  std::string output = "-";
};

int write_numbers(const NumbersOptions& options) {
  const auto numbers = options.missing ? bench::unknown_numbers(options.people, options.count)
                                       : bench::shuffled_numbers(options.people, options.count);
  std::ofstream file;
  if (options.output != "-") file.open(options.output);
  std::ostream& out = options.output == "-" ? std::cout : file;
  for (const std::string& number : numbers) out << number << '\n';
  out.flush();
  if (out.good()) return exit_ok;
  std::cerr << "grunndata: cannot write the numbers\n";
  return exit_failure;
}

} // namespace

void add_bench_numbers(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<NumbersOptions>();
  CLI::App* command = bench.add_subcommand("numbers", "Numbers of a synthetic population");
  command->group(""); // not in the help
  command->add_option("--persons", options->people.persons, "How many people")->required();
  command->add_option("--seed", options->people.seed, "Which people")->capture_default_str();
  command->add_option("--count", options->count, "At most so many numbers (default: all)");
  command->add_flag("--missing", options->missing, "Valid numbers that none of them has");
  command->add_option("--output", options->output, "A file, or - for stdout (default -)");
  command->callback([options, &exit_status] { exit_status = write_numbers(*options); });
}

void add_bench_bare_handler(CLI::App& bench, int& exit_status) {
  struct Options {
    std::uint16_t port = 0;
    std::size_t bytes = 0;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = bench.add_subcommand(
      "bare-handler", "A constant answer through Pistache's own parser and response writer");
  command->group(""); // not in the help
  command->add_option("--port", options->port, "On 127.0.0.1")->required();
  command->add_option("--bytes", options->bytes, "Of the answer's body")->required();
  command->callback([options, &exit_status] {
    exit_status = api::http::run_bare_handler(options->port, options->bytes);
  });
}

} // namespace grunndata::tools
