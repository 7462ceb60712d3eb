// How the command line explains itself: help with examples first, and "did you mean".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class FormatterBase;
} // namespace CLI

namespace grunndata::tools {

/// Help that shows a command's footer as "Examples:" before its options. Set it on the program
/// before commands are added: they inherit it. A command gives its examples with `footer(...)`.
[[nodiscard]] std::shared_ptr<CLI::FormatterBase> examples_first_formatter();

/// The sentence for a word that names no command, with the nearest one if any is near; empty when
/// every word that should name a command does. `words` are the arguments without the program name.
[[nodiscard]] std::string explain_unknown_command(const CLI::App& program,
                                                  const std::vector<std::string>& words);

/// The command that `words` lead to, as far as they name commands; the program itself if none does.
[[nodiscard]] const CLI::App* find_command(const CLI::App& program,
                                           const std::vector<std::string>& words);

} // namespace grunndata::tools
