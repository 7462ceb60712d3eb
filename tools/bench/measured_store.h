// A store that notes what is written through it and how long the engine takes.
#pragma once

#include "registry/store/store.h"

#include <cstdint>
#include <memory>
#include <thread>

#include <time.h>

namespace grunndata::tools::bench {

/// Written by the thread that writes and by those that load for it, one at a time; read when they
/// rest. Begins when it is made, in the thread that will read it.
struct StoreWork {
  std::uint64_t writes = 0; ///< commits and loads
  std::uint64_t bytes = 0;  ///< of keys and values given to them
  double engine_s = 0;      ///< wall time inside them

  /// Of the registry's writer, known by its reading from the store first; while it lives.
  [[nodiscard]] double writer_cpu_seconds() const noexcept;
  void note_reader() noexcept;

private:
  std::thread::id opener = std::this_thread::get_id();
  bool has_writer = false;
  clockid_t writer_clock{};
};

/// `work` must outlive the store.
[[nodiscard]] std::unique_ptr<registry::store::Store> measured(
    std::unique_ptr<registry::store::Store> store, StoreWork& work);

} // namespace grunndata::tools::bench
