// Looks for conflicts between sources of the enterprise structure, beside a server.
#pragma once

#include "tools/commands/open_registry.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace grunndata::tools {

/// Looks at what has changed now and every `virksomhet.conflict_seconds`, on a thread of its own
/// behind everything else; 0: never. `opened` must outlive it.
class ConflictWatch {
public:
  explicit ConflictWatch(OpenedRegistry& opened);
  ~ConflictWatch();
  ConflictWatch(const ConflictWatch&) = delete;
  ConflictWatch& operator=(const ConflictWatch&) = delete;

private:
  void loop();
  void look();
  [[nodiscard]] bool goes_on();

  OpenedRegistry& opened_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace grunndata::tools
