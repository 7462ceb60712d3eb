#include "tools/commands/usage.h"

#include "tools/config/nearest.h"

#include <CLI/CLI.hpp>

namespace grunndata::tools {

namespace {

class ExamplesFirst : public CLI::Formatter {
public:
  std::string make_description(const CLI::App* app) const override {
    std::string text = CLI::Formatter::make_description(app);
    const std::string footer = app->get_footer();
    if (!footer.empty()) {
      text += "\nExamples:\n";
      std::string_view rest = footer;
      while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        text.append("  ").append(rest.substr(0, end)).append("\n");
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      text += "\n";
    }
    return text;
  }
  std::string make_footer(const CLI::App*) const override { return ""; }
};

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

} // namespace

std::shared_ptr<CLI::FormatterBase> examples_first_formatter() {
  auto formatter = std::make_shared<ExamplesFirst>();
  formatter->column_width(36);
  return formatter;
}

std::string explain_unknown_command(const CLI::App& program,
                                    const std::vector<std::string>& words) {
  const CLI::App* app = &program;
  for (const std::string& word : words) {
    if (word.starts_with("-")) continue;
    const auto names = command_names(*app);
    if (names.empty()) return "";
    const CLI::App* next = find_command(*app, {word});
    if (next == app) {
      std::string text = "unknown command '" + word + "'";
      const auto near = config::nearest(word, names);
      if (near) text += "; did you mean '" + *near + "'?";
      return text;
    }
    app = next;
  }
  return "";
}

const CLI::App* find_command(const CLI::App& program, const std::vector<std::string>& words) {
  const CLI::App* app = &program;
  for (const std::string& word : words) {
    const CLI::App* next = nullptr;
    for (const CLI::App* command : app->get_subcommands([](const CLI::App*) { return true; })) {
      if (command->check_name(word)) next = command;
    }
    if (next == nullptr) break;
    app = next;
  }
  return app;
}

} // namespace grunndata::tools
