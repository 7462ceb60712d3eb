#include "tools/progress/interrupts.h"

#include <doctest/doctest.h>

#include <csignal>
#include <initializer_list>

#include <sys/wait.h>
#include <unistd.h>

using grunndata::tools::Interrupts;

namespace {

// Runs `child` in a process of its own and returns its exit status, or minus the signal.
template <typename Child>
int status_of(Child child) {
  const pid_t process = ::fork();
  if (process == 0) {
    child();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

TEST_CASE("the first Ctrl-C only asks, also when it is SIGTERM") {
  for (const int signal : {SIGINT, SIGTERM}) {
    Interrupts interrupts;
    CHECK_FALSE(Interrupts::requested());
    std::raise(signal);
    CHECK(Interrupts::requested());
  }
  CHECK_FALSE(Interrupts::requested());
}

TEST_CASE("the second Ctrl-C ends the process with status 130") {
  CHECK(status_of([] {
          const Interrupts interrupts;
          std::raise(SIGINT);
          std::raise(SIGINT);
        }) == 130);
}

TEST_CASE("afterwards signals do what they did before") {
  CHECK(status_of([] {
          std::signal(SIGINT, SIG_DFL);
          { const Interrupts interrupts; }
          std::raise(SIGINT);
        }) == -SIGINT);
}
