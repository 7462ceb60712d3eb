#include "tools/commands/generate.h"

#include "identifiers/kinds.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/generate_virksomhet.h"
#include "tools/generate/population.h"

#include <CLI/CLI.hpp>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>

namespace grunndata::tools {
namespace {

inline constexpr std::size_t block_bytes = 1 << 20;

struct GenerateOptions {
  generate::PopulationOptions population;
  std::string as_of;
  std::string output = "-";
};

std::optional<generate::Day> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t size) {
    int value = -1;
    const char* begin = text.data() + at;
    const auto read = std::from_chars(begin, begin + size, value);
    return read.ec == std::errc{} && read.ptr == begin + size ? value : -1;
  };
  const int year = number(0, 4);
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (year < 0 || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > identifiers::days_in_month(year, month)) return std::nullopt;
  return generate::day_of(year, month, day);
}

int refuse(std::string_view sentence) {
  std::cerr << "grunndata: " << sentence << '\n';
  return exit_usage;
}

// Zero, or the errno of what went wrong.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_population(const generate::PopulationOptions& options, int file) {
  generate::Population population(options);
  std::string block;
  block.reserve(block_bytes * 2);
  while (population.next(block)) {
    if (block.size() < block_bytes) continue;
    if (const int fault = write_all(file, block); fault != 0) return fault;
    block.clear();
  }
  return write_all(file, block);
}

int run(GenerateOptions options) {
  if (!options.as_of.empty()) {
    const auto day = parse_day(options.as_of);
    if (!day) return refuse("--as-of must be a date, YYYY-MM-DD");
    options.population.as_of = *day;
  }
  const std::string reason = generate::why_impossible(options.population);
  if (!reason.empty()) return refuse(reason);
  const bool to_stdout = options.output == "-";
  const int file =
      to_stdout ? STDOUT_FILENO
                : ::open(options.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int fault = file < 0 ? errno : 0;
  if (fault == 0) {
    std::signal(SIGPIPE, SIG_IGN);
    // A pipe that holds a block lets the reader work while the next one is made.
    if (to_stdout) static_cast<void>(::fcntl(file, F_SETPIPE_SZ, static_cast<int>(block_bytes)));
    fault = write_population(options.population, file);
    if (!to_stdout && ::close(file) != 0 && fault == 0) fault = errno;
  }
  if (fault == 0 || (to_stdout && fault == EPIPE)) return exit_ok;
  std::cerr << "grunndata: cannot write " << (to_stdout ? "the output" : options.output) << ": "
            << std::strerror(fault) << '\n';
  return exit_failure;
}

} // namespace

void add_generate_command(CLI::App& program, int& exit_status) {
  CLI::App* generate = program.add_subcommand("generate", "Make synthetic test data");
  generate->require_subcommand(1);
  CLI::App* command = generate->add_subcommand(
      "folkeregisteret", "A population as Folkeregisteret would give it, one document a line");
  command->footer(
      "grunndata generate folkeregisteret --persons 1000 --seed 7\n"
      "grunndata generate folkeregisteret --persons 100000 --seed 7 --output persons.ndjson");
  auto options = std::make_shared<GenerateOptions>();
  command->add_option("--persons", options->population.persons, "How many, at most 10500000")
      ->required();
  command->add_option("--seed", options->population.seed, "Another seed, another population")
      ->required();
  command->add_option("--as-of", options->as_of,
                      "The day of the population, 2025-01-01 to 2039-12-31 (default 2026-01-01)");
  command->add_option("--share-2032", options->population.share_2032,
                      "Share of numbers only the rule from 2032 accepts, 0 to 1 (default 0)");
  command->add_option("--output", options->output, "A file, or - for stdout (default -)");
  command->callback([options, &exit_status] { exit_status = run(*options); });
  add_generate_virksomhet_command(*generate, exit_status);
}

} // namespace grunndata::tools
