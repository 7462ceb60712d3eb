// A store that notes what is written through it and how long the engine takes.
#pragma once

#include "registry/store/store.h"

#include <cstdint>
#include <memory>
#include <thread>

namespace grunndata::tools::bench {

/// Written by the one thread that writes; read when it rests.
struct StoreWork {
  std::uint64_t writes = 0; ///< commits and loads
  std::uint64_t bytes = 0;  ///< of keys and values given to them
  double engine_s = 0;      ///< wall time inside them
  double writer_cpu_s = 0;  ///< processor time of the writing thread between them

  // Where that thread stood.
  std::thread::id writer{};
  double left_at_cpu_s = 0;
};

/// `work` must outlive the store.
[[nodiscard]] std::unique_ptr<registry::store::Store> measured(
    std::unique_ptr<registry::store::Store> store, StoreWork& work);

} // namespace grunndata::tools::bench
