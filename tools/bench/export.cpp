#include "tools/bench/export.h"

#include "api/api.h"
#include "api/http/server.h"
#include "api/v1/export/person_export.h"
#include "registry/store/store.h"
#include "tools/bench/filled_registry.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

using bench::Figure;
using registry::ErrorCode;
using registry::fail;
using registry::PersonPart;
using registry::Result;

constexpr double two_parts_per_second_min = 100'000;
constexpr double all_parts_per_second_min = 50'000;
constexpr std::uint64_t mebibyte = 1u << 20;
constexpr std::string_view all_ends = "}\n\r\n0\r\n\r\n"; ///< of the last line, and of the chunks
constexpr std::string_view packed_ends = "\r\n0\r\n\r\n";

struct Case {
  std::string key;
  std::string label;
  std::vector<PersonPart> parts; ///< none: all
  std::string compression;
  std::optional<double> target{};
};

std::array<Case, 4> cases() {
  return {Case{"twoParts",
               "name and identifier",
               {PersonPart::name, PersonPart::norwegian_identification_number},
               "none",
               two_parts_per_second_min},
          Case{"allParts", "all current parts", {}, "none", all_parts_per_second_min},
          Case{"allPartsZstd", "all current parts, zstd", {}, "zstd"},
          Case{"allPartsGzip", "all current parts, gzip", {}, "gzip"}};
}

registry::PersonPartSet parts_of(const Case& way) {
  registry::PersonPartSet parts;
  for (const PersonPart part : way.parts) parts.set(static_cast<std::size_t>(part));
  return parts.none() ? ~parts : parts;
}

std::string target_of(const Case& way) {
  std::string target = "/v1/export?entity=person&compression=" + way.compression + "&parts=";
  for (const registry::PersonPartFacts& facts : registry::person_parts) {
    if (parts_of(way).test(static_cast<std::size_t>(facts.part))) {
      target += std::string(facts.information_part) + ',';
    }
  }
  target.pop_back();
  return target;
}

/// What it took, and how much came.
struct Taken {
  double seconds = 0;
  std::uint64_t bytes = 0;
};

/// Reads an answer to its end from a server on loopback.
Result<Taken> read_over_http(std::uint16_t port, const Case& way) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string request =
      "GET " + target_of(way) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const double begin = bench::wall_seconds();
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(request.size())) {
    ::close(fd);
    return fail(ErrorCode::unavailable, "cannot reach the server on loopback");
  }
  std::vector<char> room(mebibyte);
  std::string tail;
  Taken taken;
  for (ssize_t got = 0; (got = ::recv(fd, room.data(), room.size(), 0)) > 0;) {
    taken.bytes += static_cast<std::uint64_t>(got);
    const auto kept = std::min(static_cast<std::size_t>(got), all_ends.size());
    tail.append(room.data() + got - kept, kept);
    if (tail.size() > all_ends.size()) tail.erase(0, tail.size() - all_ends.size());
  }
  ::close(fd);
  taken.seconds = bench::wall_seconds() - begin;
  if (!tail.ends_with(way.compression == "none" ? all_ends : packed_ends)) {
    return fail(ErrorCode::unavailable, "the answer was cut");
  }
  return taken;
}

/// The lines, thrown away as they come.
Result<Taken> make_lines(const registry::Registry& registry, const Case& way) {
  const double begin = bench::wall_seconds();
  auto persons = api::v1::PersonExport::begin(
      registry, {.parts = parts_of(way), .access = registry::Access::legal_basis});
  if (!persons) return tl::unexpected(persons.error());
  Taken taken;
  std::string lines;
  for (bool more = true; more;) {
    lines.clear();
    const auto next = persons->next(lines);
    if (!next) return tl::unexpected(next.error());
    more = *next;
    taken.bytes += lines.size();
  }
  taken.seconds = bench::wall_seconds() - begin;
  return taken;
}

/// The stored values, each copied.
Result<Taken> read_bare(registry::Registry& registry) {
  const double begin = bench::wall_seconds();
  const auto cursor = registry.store().scan(registry::store::Family::current);
  Taken taken;
  std::string copy;
  for (cursor->seek({}); cursor->valid(); cursor->next()) {
    copy.assign(cursor->value());
    taken.bytes += copy.size();
  }
  if (auto status = cursor->status(); !status) return tl::unexpected(status.error());
  taken.seconds = bench::wall_seconds() - begin;
  return taken;
}

struct Round {
  Taken http;
  Taken lines;
  Taken bare;
};

Result<Round> measure_round(registry::Registry& registry, std::uint16_t port, const Case& way) {
  const auto bare = read_bare(registry);
  const auto lines = make_lines(registry, way);
  const auto http = read_over_http(port, way);
  for (const auto* taken : {&bare, &lines, &http}) {
    if (!*taken) return tl::unexpected(taken->error());
  }
  return Round{*http, *lines, *bare};
}

void add_figures(const Case& way, const std::vector<Round>& rounds, std::uint64_t persons,
                 std::vector<Figure>& figures) {
  const auto middle = [&](auto value) {
    std::vector<double> values;
    for (const Round& round : rounds) values.push_back(value(round));
    return bench::median(std::move(values));
  };
  const auto count = static_cast<double>(persons);
  figures.push_back({way.key + "PerSecond", way.label + ": persons over HTTP",
                     middle([&](const Round& r) { return count / r.http.seconds; }), 0, "/s",
                     way.target});
  figures.push_back(
      {way.key + "BytesEach", "  sent for each",
       middle([&](const Round& r) { return static_cast<double>(r.http.bytes) / count; }), 0, "B"});
  figures.push_back({way.key + "LinesPerSecond", "  plain lines alone",
                     middle([&](const Round& r) { return count / r.lines.seconds; }), 0, "/s"});
  figures.push_back({way.key + "BarePerSecond", "  stored values read and copied",
                     middle([&](const Round& r) { return count / r.bare.seconds; }), 0, "/s"});
  figures.push_back({way.key + "BareRatio", "  over HTTP beside those",
                     middle([](const Round& r) { return r.bare.seconds / r.http.seconds; }), 2,
                     "x"});
}

Result<void> measure(const ExportBenchOptions& options, std::ostream& out, std::ostream& err) {
  const bench::TemporaryDirectory made(options.directory);
  const auto registry = bench::open_filled({.people = {options.persons, options.seed},
                                            .data = options.data,
                                            .made = made.path(),
                                            .cache_bytes = options.cache_mib * mebibyte});
  if (!registry) return tl::unexpected(registry.error());
  api::Api api(**registry, {});
  auto routes = api.routes();
  if (!routes) return tl::unexpected(routes.error());
  api::http::ServerOptions server_options;
  api.prepare(server_options);
  api::http::Server server(std::move(*routes), std::move(server_options));
  if (auto started = server.start(); !started) return started;
  std::vector<Figure> figures;
  for (const Case& way : cases()) {
    err << way.label << '\n';
    std::vector<Round> rounds;
    for (int round = 0; round < options.rounds; ++round) {
      const auto measured = measure_round(**registry, server.port(), way);
      if (!measured) return tl::unexpected(measured.error());
      rounds.push_back(*measured);
    }
    add_figures(way, rounds, options.persons, figures);
  }
  bench::print_report(out, options.json,
                      "Exports of " + std::to_string(options.persons) +
                          " persons to one reader on loopback, cache " +
                          std::to_string(options.cache_mib) + " MiB, median of " +
                          std::to_string(options.rounds),
                      figures);
  return {};
}

} // namespace

int run_export_bench(const ExportBenchOptions& options, std::ostream& out, std::ostream& err) {
  const auto done = measure(options, out, err);
  if (done) return exit_ok;
  err << "grunndata: bench export: " << done.error().message << '\n';
  return exit_failure;
}

void add_bench_export(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<ExportBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "export", "Export everybody over HTTP, beside a loop that only reads the values");
  command->footer("grunndata bench export\n"
                  "grunndata bench export --data DIR --persons 1000000 --seed 1");
  bench::add_people_flags(*command, options->persons, options->seed);
  command->add_option("--data", options->data,
                      "A data directory with just these people (default: make one)");
  bench::add_directory_flag(*command, options->directory);
  command->add_option("--cache-mib", options->cache_mib, "Cache of the registry, in MiB")
      ->capture_default_str();
  bench::add_rounds_flag(*command, options->rounds);
  bench::add_json_flag(*command, options->json);
  command->callback(
      [options, &exit_status] { exit_status = run_export_bench(*options, std::cout, std::cerr); });
}

} // namespace grunndata::tools
