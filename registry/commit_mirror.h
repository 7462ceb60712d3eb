// What is kept in memory of the store and follows each commit.
#pragma once

#include "registry/store/store.h"

#include <span>

namespace grunndata::registry {

/// Told of everything that reaches the store by the thread that writes it, one commit after the
/// other. Neither call may throw or wait long: nothing is committed meanwhile.
class CommitMirror {
public:
  CommitMirror() = default;
  CommitMirror(const CommitMirror&) = delete;
  CommitMirror& operator=(const CommitMirror&) = delete;
  virtual ~CommitMirror() = default;
  /// Before the store changes.
  virtual void begin_commit(std::span<const store::Change> changes) = 0;
  /// After it, before anybody hears of it. When it was not written, what it left in the store is
  /// not known, and nothing will be written any more.
  virtual void end_commit(bool is_written) = 0;
};

} // namespace grunndata::registry
