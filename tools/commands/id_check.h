// `grunndata id check`: judges the identifiers on standard input, without a server or data.
#pragma once

#include <cstddef>
#include <iosfwd>

#include "identifiers/check.h"

namespace CLI {
class App;
}

namespace grunndata::tools {

// A longer line is refused by its length, whatever it holds.
inline constexpr std::size_t id_check_line_bytes_max = 64 * 1024;

struct IdCheckOptions {
  identifiers::Rules rules;
  // What the lines are: none for a person's number of any kind.
  identifiers::Kind target = identifiers::Kind::none;
  bool ndjson = false;  // each line is a JSON string
  bool json = false;    // one object a line instead of a table
};

// Gives exactly one object or table row for every line, in order, also for a blank line and a last
// one without a line end. Only "\n" ends a line: a "\r" before it is a character like others, and
// refused (with ndjson it stands outside the string, where JSON allows it). The identifiers
// themselves are never printed. Answers are written whenever the input read so far is used up.
// Returns 0 when the input could be read to its end and the answers written, else 1.
int run_id_check(const IdCheckOptions& options, std::istream& in, std::ostream& out,
                 std::ostream& err);

// Adds `id check` to the command line; running it sets exit_status, which must outlive `app`.
void add_id_command(CLI::App& app, int& exit_status);

}  // namespace grunndata::tools
