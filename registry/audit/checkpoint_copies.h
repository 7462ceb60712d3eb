// Copies of signed checkpoints where whoever can change the log cannot change them.
#pragma once

#include "registry/audit/tree/checkpoint.h"
#include "registry/time.h"

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace grunndata::registry::audit {

/// Writes on a thread of its own, for the place may be slow or away: the newest checkpoint as
/// `checkpoint`, and the first one of every hour (UTC) as `checkpoint-YYYYMMDDTHH`, which stays.
class CheckpointCopies {
public:
  /// No thread and no copies when `folder` is empty.
  CheckpointCopies(std::filesystem::path folder, std::function<void(const Error&)> notice);
  /// Tries the last one offered once more when it is still waiting.
  ~CheckpointCopies();
  CheckpointCopies(const CheckpointCopies&) = delete;
  CheckpointCopies& operator=(const CheckpointCopies&) = delete;

  /// Takes the place of one that waits.
  void offer(std::string note, Instant when);
  /// Waits until nothing waits to be copied.
  void finish();

  struct Figures {
    std::uint64_t copied = 0;
    std::uint64_t failures = 0;
    bool failing = false; ///< the last one could not be copied
  };
  [[nodiscard]] Figures figures() const;
  /// The copy that lies there, from before; nothing when there is none or it cannot be read.
  [[nodiscard]] std::optional<std::string> newest() const;

private:
  struct Waiting {
    std::string note;
    Instant when;
  };
  [[nodiscard]] Result<void> copy(const Waiting& waiting) const;
  void loop();

  const std::filesystem::path folder_;
  const std::function<void(const Error&)> notice_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Waiting> waiting_;
  bool copying_ = false;
  bool stopping_ = false;
  Figures figures_;
  std::thread thread_;
};

} // namespace grunndata::registry::audit
