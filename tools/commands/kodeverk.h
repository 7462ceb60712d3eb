// `grunndata kodeverk`: what the registry knows of code lists.
#pragma once

#include "registry/kodeverk/kodeverk.h"
#include "registry/virksomhet/code_texts.h"
#include "registry/virksomhet/structure.h"

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

class CommandHost;
struct OpenedRegistry;

/// The code lists of the registry, with those that come with the program where it has none from
/// elsewhere. On a disk that takes no more these are left out, with a warning. Opened when first
/// asked for, which a server does before anybody else can; lives in `opened`.
[[nodiscard]] registry::Result<registry::Kodeverk*> kodeverk_of(OpenedRegistry& opened);

/// What codes are called at the time that is asked about. Errors: as `kodeverk_of`.
[[nodiscard]] registry::Result<registry::virksomhet::CodeTexts>
code_texts_of(OpenedRegistry& opened, const registry::virksomhet::Structure& asked);

void add_kodeverk_command(CLI::App& program, CommandHost& host, int& exit_status);

} // namespace grunndata::tools
