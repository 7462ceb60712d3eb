#include "tools/allocator.h"

#ifdef GRUNNDATA_JEMALLOC
#include <jemalloc/jemalloc.h>

// Read by the library before `main`. Few arenas: caches fill and empty for ever, and each arena
// loses memory between its blocks. Batches come and go by the hundred megabytes: giving them back
// to the system at once and faulting them in again would cost a tenth of an import.
extern "C" const char* malloc_conf;
const char* malloc_conf = "narenas:4,dirty_decay_ms:5000,muzzy_decay_ms:0";
#endif

namespace grunndata::tools {

void give_back_memory() noexcept {
#ifdef GRUNNDATA_JEMALLOC
  constexpr const char* all_arenas = "arena.4096.purge"; // MALLCTL_ARENAS_ALL
  ::mallctl(all_arenas, nullptr, nullptr, nullptr, 0);
#endif
}

} // namespace grunndata::tools
