// How fast the log is read by those who follow it.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

/// `bench feed`: events a second, from the registry and over HTTP, by one reader; then those sent
/// to a receiver of webhooks, with the delay from the commit on (webhooks.h).
void add_bench_feed(CLI::App& bench, int& exit_status);

} // namespace grunndata::tools
