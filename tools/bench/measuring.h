// Clocks, memory and sizes, as the benchmarks take them.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <time.h>

namespace grunndata::tools::bench {

/// Of any clock; 0 of one that is gone.
[[nodiscard]] double seconds_of(clockid_t clock) noexcept;
/// Of the monotonic clock.
[[nodiscard]] double wall_seconds() noexcept;
/// Processor time of the calling thread, or of all threads of this process, ended ones included.
[[nodiscard]] double thread_cpu_seconds() noexcept;
[[nodiscard]] double process_cpu_seconds() noexcept;

/// The middle one; of an even number the lower of the two. 0 of none.
[[nodiscard]] double median(std::vector<double> values);

/// Memory of this process that no file backs; 0 where /proc does not tell.
[[nodiscard]] std::uint64_t anonymous_bytes() noexcept;

/// What the files below `directory` hold; space an open store set aside in advance is not counted.
[[nodiscard]] std::uint64_t disk_bytes(const std::filesystem::path& directory);

/// The most anonymous memory this process had between construction and `stop`, looked at often.
class PeakMemory {
public:
  PeakMemory();
  ~PeakMemory();
  PeakMemory(const PeakMemory&) = delete;
  PeakMemory& operator=(const PeakMemory&) = delete;
  std::uint64_t stop();

private:
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> peak_bytes_{0};
  std::thread thread_;
};

/// A folder of its own below another (the system's temporary one when that is empty), gone with its
/// contents at the end. `path` is empty when none could be made.
class TemporaryDirectory {
public:
  explicit TemporaryDirectory(const std::filesystem::path& parent);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace grunndata::tools::bench
