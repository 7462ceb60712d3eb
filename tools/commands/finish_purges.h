// What an import does about whom its source told to forget.
#pragma once

namespace grunndata::tools {

struct Console;
struct OpenedRegistry;

/// Takes the bytes of whom the source tells to hide out of the files; what cannot go now waits, and
/// is told on `console.err`.
void finish_purges(OpenedRegistry& opened, Console& console);

} // namespace grunndata::tools
