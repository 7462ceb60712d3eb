#include "registry/large_memory.h"

#include <sys/mman.h>

namespace grunndata::registry {

LargeMemory::LargeMemory(std::size_t bytes) noexcept {
  if (bytes == 0) {
    return;
  }
  void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    return;
  }
  ::madvise(mapped, bytes, MADV_HUGEPAGE); // a system without large pages gives small ones
  data_ = mapped;
  bytes_ = bytes;
}

LargeMemory::~LargeMemory() {
  if (data_ != nullptr) {
    ::munmap(data_, bytes_);
  }
}

} // namespace grunndata::registry
