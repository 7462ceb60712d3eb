#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;
struct Console;
struct OpenedRegistry;

/// `sync enhetsregisteret`.
void add_sync_units_command(CLI::App& group, CommandHost& host, int& exit_status);

/// What `sync status` says of Enhetsregisteret, as a table or as one JSON object. The exit status.
[[nodiscard]] int show_unit_sync(OpenedRegistry& opened, Console& console);
[[nodiscard]] int print_unit_sync_json(OpenedRegistry& opened, Console& console);

} // namespace grunndata::tools
