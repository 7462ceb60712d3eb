#include "registry/threads/thread_priority.h"

#include <chrono>
#include <cstdint>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace grunndata::registry {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

/// A woken thread waits for the slice of the one that runs, some 3 ms, unless its own is shorter
/// (Linux from 6.12; before, the value is ignored).
constexpr nanoseconds slice = 100us;

/// `struct sched_attr` of sched_setattr(2), for which the C library has neither type nor function.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0x08; ///< SCHED_FLAG_KEEP_POLICY: an operator may have chosen one
  std::int32_t niceness = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
static_assert(sizeof(SchedulingAttributes) == 48);

} // namespace

void run_promptly() noexcept {
  SchedulingAttributes wanted;
  wanted.niceness = ::getpriority(PRIO_PROCESS, 0); // of this thread
  wanted.runtime_ns = static_cast<std::uint64_t>(slice.count());
  ::syscall(SYS_sched_setattr, 0, &wanted, 0U);
}

void run_behind_lookups(int niceness) noexcept {
  ::setpriority(PRIO_PROCESS, 0, niceness); // of this thread
}

} // namespace grunndata::registry
