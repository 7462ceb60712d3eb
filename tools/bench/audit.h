// `grunndata bench audit`: what logging a look-up costs the look-up, and what follows behind it.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

void add_bench_audit(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
