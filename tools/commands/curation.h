// What stewards of the enterprise structure do: whose word counts, where sources disagree, what
// seems to be equal, and relations that people state.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

/// authority, view, conflicts, match, suggestions and relation, under `grunndata virksomhet`.
void add_curation_commands(CLI::App& virksomhet, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
