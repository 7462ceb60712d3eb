// `grunndata bench hjelpenummer`: durable issues a second, beside what the disk can sync.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

void add_bench_hjelpenummer(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
