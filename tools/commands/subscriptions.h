// `grunndata subscriptions`: who is told of what, and how their webhooks fare.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;

void add_subscriptions_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
