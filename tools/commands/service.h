// Serving a registry until a signal ends it.
#pragma once

#include "tools/commands/open_registry.h"

#include <cstdint>
#include <functional>

namespace grunndata::tools {

/// Blocks SIGINT and SIGTERM in the calling thread and all it starts. Call before any thread is
/// started; `serve_until_signal` takes the signals instead.
void hold_signals();
/// Whether one of them has come since, and waits.
[[nodiscard]] bool signal_waits();

/// Listens where the configuration says (see `check_access`), calls `ready` with the port, and
/// answers until SIGINT or SIGTERM; then drains. SIGPIPE is ignored. Returns an exit status.
/// Requires `hold_signals`.
int serve_until_signal(OpenedRegistry& opened, const std::function<void(std::uint16_t)>& ready);

} // namespace grunndata::tools
