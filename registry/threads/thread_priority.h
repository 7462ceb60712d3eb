// What the calling thread may have of the processor beside the process' other threads. The system
// refusing is no error: the thread goes on as it was.
#pragma once

namespace grunndata::registry {

/// The thread answers look-ups: it runs as soon as it has something to do.
void run_promptly() noexcept;

/// Look-ups come first. `niceness`: of 1 to 19, the more the less of what is left over.
void run_behind_lookups(int niceness) noexcept;

} // namespace grunndata::registry
