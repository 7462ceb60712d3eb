// Hjelpenumre as the command line shows them: text, or a JSON object a line.
#pragma once

#include "registry/hjelpenummer/record.h"
#include "tools/administration/command_host.h"

#include <cstdint>
#include <iosfwd>
#include <string>

namespace grunndata::tools {

enum class NumberDetail : std::uint8_t { status, facts };

/// One line: the JSON object of the interface, or number, state, unit, time and id in columns.
void print_number(const registry::hjelpenummer::HelpNumber& number, const OpenedRegistry& opened,
                  NumberDetail detail, bool json, std::ostream& stream);

/// Everything that is known of it, for people.
void print_number_in_full(const registry::hjelpenummer::HelpNumber& number,
                          const OpenedRegistry& opened, std::ostream& stream);

/// Tells on `err`, or as JSON on `out`, why nothing was done with a line.
void print_line_fault(std::uint64_t line, const registry::Error& error, bool json,
                      Console& console);

} // namespace grunndata::tools
