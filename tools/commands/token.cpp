#include "tools/commands/token.h"

#include "api/access/token_display.h"
#include "api/http/problem.h"
#include "tools/commands/access_setup.h"
#include "tools/commands/exit_status.h"
#include "tools/config/flags.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace access = api::access;
using Step = access::Authenticator::Step;
using registry::ErrorCode;

constexpr int name_width = 13;

struct Flags {
  config::ConfigSources sources;
  std::string file = "-";
  std::string issuer;
  std::string audience;
  std::string metadata_url;
  bool json = false;
};

// The last word: what stands before it names the header and the scheme.
std::string token_of(std::istream& in) {
  std::string text(token_input_bytes_max, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  constexpr const char* blanks = " \t\r\n";
  const std::size_t end = text.find_last_not_of(blanks);
  if (end == std::string::npos) return {};
  text.resize(end + 1);
  const std::size_t before = text.find_last_of(blanks);
  return before == std::string::npos ? text : text.substr(before + 1);
}

void print_json(const std::vector<Step>& steps, bool valid,
                const std::optional<std::string>& contents, std::ostream& out) {
  std::string text = valid ? R"({"valid":true,"steps":[)" : R"({"valid":false,"steps":[)";
  for (const Step& step : steps) {
    text += &step == steps.data() ? R"({"name":)" : R"(,{"name":)";
    api::http::append_json_string(text, step.name);
    text += step.holds ? R"(,"holds":true,"detail":)" : R"(,"holds":false,"detail":)";
    api::http::append_json_string(text, step.detail);
    text += '}';
  }
  out << text << R"(],"token":)" << contents.value_or("null") << "}\n";
}

void print_table(const std::vector<Step>& steps, bool valid,
                 const std::optional<std::string>& contents, std::ostream& out) {
  for (const Step& step : steps) {
    out << (step.holds ? "holds  " : "FAILS  ") << std::left << std::setw(name_width) << step.name
        << step.detail << '\n';
  }
  if (contents) out << '\n' << *contents << '\n';
  out << (valid ? "\nThe token is valid.\n" : "\nThe token is refused.\n");
}

int explain(Flags& flags) {
  access::AuthenticatorOptions options;
  if (flags.issuer.empty()) {
    const auto loaded = config::load_config(flags.sources);
    if (!loaded) return report_error(loaded.error());
    options = authenticator_options(loaded->values);
  } else {
    options.issuers.push_back({"--issuer", flags.issuer, flags.audience, flags.metadata_url, {}});
  }
  if (flags.file == "-") {
    return run_token_explain(std::move(options), flags.json, std::cin, std::cout, std::cerr);
  }
  std::ifstream file(flags.file, std::ios::binary);
  if (!file) return report_error({ErrorCode::not_found, "cannot read " + flags.file});
  return run_token_explain(std::move(options), flags.json, file, std::cout, std::cerr);
}

} // namespace

int run_token_explain(access::AuthenticatorOptions options, bool json, std::istream& in,
                      std::ostream& out, std::ostream& err) {
  // Proofs are not asked for, so where we are seen does not matter, nor what was used before.
  options.public_url = "https://localhost";
  options.clock = &registry::now;
  const auto authenticator = access::Authenticator::make(std::move(options));
  if (!authenticator) return report_error(err, authenticator.error());
  const std::string token = token_of(in);
  if (token.empty()) {
    return report_error(err, {ErrorCode::invalid, "there is no token in the input"});
  }
  const std::vector<Step> steps = (*authenticator)->explain(token);
  const bool valid = std::ranges::all_of(steps, &Step::holds);
  const auto contents = access::masked_token(token);
  if (json) {
    print_json(steps, valid, contents, out);
  } else {
    print_table(steps, valid, contents, out);
  }
  return valid ? exit_ok : exit_denied;
}

void add_token_command(CLI::App& app, int& exit_status) {
  CLI::App* token = app.add_subcommand("token", "Work with access tokens");
  token->require_subcommand(1);
  CLI::App* command = token->add_subcommand(
      "explain", "Validate a token step by step and show it, personal claims masked");
  command->footer("grunndata token explain --config grunndata.toml < token.txt\n"
                  "grunndata token explain --issuer https://helseid-sts.test.nhn.no "
                  "--audience nhn:grunndata --file token.txt");
  const auto flags = std::make_shared<Flags>();
  config::add_config_flags(*command, flags->sources, {});
  command->add_option("--file", flags->file, "The token; - is stdin")->capture_default_str();
  auto* issuer = command->add_option("--issuer", flags->issuer,
                                     "Trust this issuer's URL, not the configured ones");
  command->add_option("--audience", flags->audience, "With --issuer: the aud expected")
      ->needs(issuer);
  command->add_option("--metadata-url", flags->metadata_url, "With --issuer: where its metadata is")
      ->needs(issuer);
  command->add_flag("--json", flags->json, "One JSON object");
  command->callback([flags, &exit_status] { exit_status = explain(*flags); });
}

} // namespace grunndata::tools
