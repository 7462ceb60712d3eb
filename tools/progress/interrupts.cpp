#include "tools/progress/interrupts.h"

#include <atomic>

#include <unistd.h>

namespace grunndata::tools {

namespace {

constexpr int status_interrupted = 130;

std::atomic<int> signals_seen{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may not wait");

extern "C" void count_signal(int) {
  if (signals_seen.fetch_add(1) > 0) ::_exit(status_interrupted);
}

} // namespace

Interrupts::Interrupts() {
  signals_seen = 0;
  struct sigaction action {};
  action.sa_handler = count_signal;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &previous_interrupt_);
  ::sigaction(SIGTERM, &action, &previous_terminate_);
}

Interrupts::~Interrupts() {
  ::sigaction(SIGINT, &previous_interrupt_, nullptr);
  ::sigaction(SIGTERM, &previous_terminate_, nullptr);
  signals_seen = 0;
}

bool Interrupts::requested() noexcept { return signals_seen.load() > 0; }

} // namespace grunndata::tools
