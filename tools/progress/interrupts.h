// Ctrl-C twice: the first asks long work to stop at a good place, the second ends the program.
#pragma once

#include <csignal>

namespace grunndata::tools {

/// While one of these lives, SIGINT and SIGTERM are counted instead of killing. The first sets the
/// flag; work looks at it between batches. The second ends the process at once with status 130.
/// One at a time; not for `serve`, which waits for signals in its own way.
class Interrupts {
public:
  Interrupts();
  ~Interrupts(); ///< restores what was there; the flag is cleared
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Whether the first has come. Safe from any thread.
  [[nodiscard]] static bool requested() noexcept;

private:
  struct sigaction previous_interrupt_ {};
  struct sigaction previous_terminate_ {};
};

} // namespace grunndata::tools
