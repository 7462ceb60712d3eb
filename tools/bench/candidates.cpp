#include "tools/bench/candidates.h"

#include "registry/candidates/find_candidates.h"
#include "registry/candidates/row_fields.h"
#include "registry/reading.h"
#include "tools/bench/filled_registry.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::tools {

namespace {

namespace candidates = registry::candidates;
using bench::Figure;
using registry::fail;
using registry::PersonPart;
using registry::Result;

/// A clerk waits for it, and a person lies before them.
constexpr double p99_ms_max = 50;
constexpr std::size_t date_bytes = 10;
constexpr std::size_t year_bytes = 4;

/// Somebody of the population, as a caller would describe them.
struct Somebody {
  std::string id;
  candidates::Description description;
};

struct Kind {
  std::string key;
  std::string label;
  bool must_be_found;
  candidates::Description (*ask)(const candidates::Description&);
};

/// One letter of a name twice, the way names are misheard.
std::string misspelled(const std::string& name) {
  std::string wrong = name;
  if (wrong.size() > 2 && static_cast<unsigned char>(wrong[1]) < 0x80 &&
      static_cast<unsigned char>(wrong[2]) < 0x80) {
    std::swap(wrong[1], wrong[2]);
  }
  return wrong;
}

candidates::Description without_address(candidates::Description wanted) {
  wanted.address.clear();
  return wanted;
}

std::array<Kind, 5> kinds() {
  using candidates::Description;
  return {
      Kind{"nameAndDay", "name and day", true,
           [](const Description& who) { return without_address(who); }},
      Kind{"misspelled", "misspelled name and day", false,
           [](const Description& who) {
             Description wanted = without_address(who);
             wanted.given_name = misspelled(wanted.given_name);
             wanted.family_name = misspelled(wanted.family_name);
             return wanted;
           }},
      Kind{"nameAndYear", "name and year", false,
           [](const Description& who) {
             Description wanted = without_address(who);
             wanted.birth_date.resize(year_bytes);
             return wanted;
           }},
      Kind{"dayAndAddress", "day and address", false,
           [](const Description& who) {
             Description wanted;
             wanted.birth_date = who.birth_date;
             wanted.address = who.address.empty() ? "Ingensteds 1" : who.address;
             return wanted;
           }},
      Kind{"nobody", "nobody", false,
           [](const Description& who) {
             Description wanted = without_address(who);
             std::erase_if(wanted.given_name, [](char c) { return c <= ' ' || c > '~'; });
             std::ranges::reverse(wanted.given_name);
             wanted.birth_date = "1896" + wanted.birth_date.substr(year_bytes);
             return wanted;
           }},
  };
}

/// The first text of each property that the person is described by; nothing of one without a day.
Result<std::optional<Somebody>> describe(const registry::Registry& registry,
                                         const std::string& number) {
  registry::Reading reading;
  const auto type =
      number.front() >= '4' ? registry::IdentifierType::dnr : registry::IdentifierType::fnr;
  if (auto match = registry.lookup({type, number}, reading); !match) {
    return tl::unexpected(match.error());
  }
  registry::ViewRequest view;
  view.access = registry::Access::legal_basis;
  for (const PersonPart part :
       {PersonPart::name, PersonPart::birth, PersonPart::residential_address}) {
    view.parts.set(static_cast<std::size_t>(part));
  }
  std::string json;
  if (auto written = registry::write_view(reading, view, json); !written) {
    return tl::unexpected(written.error());
  }
  Somebody who;
  who.id = reading.external_id();
  candidates::Description& description = who.description;
  const auto set = [](std::string& field, std::string_view text) {
    if (field.empty()) field = text;
  };
  candidates::for_each_text(json, [&](std::string_view property, std::string_view text) {
    if (property == "givenName") set(description.given_name, text);
    if (property == "familyName") set(description.family_name, text);
    if (property == "birthDate") set(description.birth_date, text.substr(0, date_bytes));
    if (property == "addressName") set(description.address, text);
  });
  const bool is_described = !description.given_name.empty() && !description.family_name.empty() &&
                            description.birth_date.size() == date_bytes;
  return is_described ? std::optional(std::move(who)) : std::nullopt;
}

Result<std::vector<Somebody>> somebodies(const registry::Registry& registry,
                                         const CandidatesBenchOptions& options) {
  std::vector<Somebody> people;
  const auto numbers =
      bench::shuffled_numbers({options.persons, options.seed}, options.questions * 2);
  for (const std::string& number : numbers) {
    auto who = describe(registry, number);
    if (!who) return tl::unexpected(who.error());
    if (*who && people.size() < options.questions) people.push_back(std::move(**who));
  }
  return people;
}

double percentile(const std::vector<double>& sorted, double share) {
  const auto place = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
  return sorted[place];
}

Result<void> measure_kind(const registry::Registry& registry, const Kind& kind,
                          const std::vector<Somebody>& people, std::vector<Figure>& figures) {
  constexpr double milliseconds = 1e3;
  std::vector<double> times;
  std::size_t found = 0;
  std::size_t read = 0;
  for (const Somebody& who : people) {
    const auto wanted = kind.ask(who.description);
    const double begin = bench::thread_cpu_seconds();
    const auto answer = candidates::find_candidates(
        registry, wanted, {registry::Access::legal_basis, candidates::HelpNumbersSeen::all});
    times.push_back((bench::thread_cpu_seconds() - begin) * milliseconds);
    if (!answer) return tl::unexpected(answer.error());
    read += answer->work.persons;
    found += std::ranges::any_of(answer->candidates, [&](const candidates::Candidate& candidate) {
      return registry::view_of(candidate.id) == who.id;
    });
  }
  std::ranges::sort(times);
  const double share = static_cast<double>(found) / static_cast<double>(people.size());
  if (kind.must_be_found && share < 0.99) { // namesakes of one day may crowd somebody out
    return fail(registry::ErrorCode::invalid, "people are not found by their own facts");
  }
  figures.push_back({kind.key + "P50", kind.label + ", p50", percentile(times, 0.5), 3, "ms"});
  figures.push_back(
      {kind.key + "P99", kind.label + ", p99", percentile(times, 0.99), 3, "ms", p99_ms_max, true});
  figures.push_back({kind.key + "Found", "  found", share * 100, 1, "%"});
  figures.push_back({kind.key + "Read", "  persons read each",
                     static_cast<double>(read) / static_cast<double>(people.size()), 1, ""});
  return {};
}

Result<void> measure(const CandidatesBenchOptions& options, std::ostream& out, std::ostream& err) {
  const bench::TemporaryDirectory made(options.directory);
  const auto registry = bench::open_filled(
      {.people = {options.persons, options.seed}, .data = options.data, .made = made.path()});
  if (!registry) return tl::unexpected(registry.error());
  const auto people = somebodies(**registry, options);
  if (!people) return tl::unexpected(people.error());
  if (people->empty()) {
    return fail(registry::ErrorCode::invalid, "nobody of the population can be described");
  }
  std::vector<Figure> figures;
  for (const Kind& kind : kinds()) {
    err << kind.label << '\n';
    if (auto done = measure_kind(**registry, kind, *people, figures); !done) return done;
  }
  bench::print_report(out, options.json,
                      "Candidates among " + std::to_string(options.persons) +
                          " persons, one question after the other, by processor time",
                      figures);
  return {};
}

} // namespace

int run_candidates_bench(const CandidatesBenchOptions& options, std::ostream& out,
                         std::ostream& err) {
  const auto done = measure(options, out, err);
  if (done) return exit_ok;
  err << "grunndata: bench candidates: " << done.error().message << '\n';
  return exit_failure;
}

void add_bench_candidates(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<CandidatesBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "candidates", "Search for who somebody could be, by name, birth and address");
  command->footer("grunndata bench candidates\n"
                  "grunndata bench candidates --data DIR --persons 1000000 --seed 1");
  bench::add_people_flags(*command, options->persons, options->seed);
  command->add_option("--questions", options->questions, "Questions of each kind")
      ->check(CLI::Range(std::size_t{10}, std::size_t{1'000'000}))
      ->capture_default_str();
  command->add_option("--data", options->data,
                      "A data directory with just these people (default: make one)");
  bench::add_directory_flag(*command, options->directory);
  bench::add_json_flag(*command, options->json);
  command->callback([options, &exit_status] {
    exit_status = run_candidates_bench(*options, std::cout, std::cerr);
  });
}

} // namespace grunndata::tools
