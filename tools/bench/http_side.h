// What the benchmark over HTTP needs of this program besides the server.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

/// `bench numbers`: numbers of a synthetic population to a file or stdout, one a line, shuffled.
void add_bench_numbers(CLI::App& bench, int& exit_status);

/// `bench bare-handler`: Pistache used the ordinary way, with one constant answer, on loopback.
void add_bench_bare_handler(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
