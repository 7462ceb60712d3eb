// `grunndata generate virksomhet`: a made-up nation of enterprises, as its registers give it out.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

/// Under `group`, which is `generate`.
void add_generate_virksomhet_command(CLI::App& group, int& exit_status);

} // namespace grunndata::tools
