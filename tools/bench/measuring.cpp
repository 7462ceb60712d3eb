#include "tools/bench/measuring.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string_view>

namespace grunndata::tools::bench {

namespace {

constexpr auto look_interval = std::chrono::milliseconds(5);

} // namespace

double seconds_of(clockid_t clock) noexcept {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double wall_seconds() noexcept { return seconds_of(CLOCK_MONOTONIC); }
double thread_cpu_seconds() noexcept { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }
double process_cpu_seconds() noexcept { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::uint64_t anonymous_bytes() noexcept {
  constexpr std::string_view field = "RssAnon:";
  try {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(field)) {
        return std::strtoull(line.c_str() + field.size(), nullptr, 10) * 1024; // given in kB
      }
    }
  } catch (...) {
    return 0; // a look that failed is left out
  }
  return 0;
}

std::uint64_t disk_bytes(const std::filesystem::path& directory) {
  std::uint64_t sum = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
    std::error_code gone; // files come and go while we look
    const std::uint64_t bytes = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    sum += gone ? 0 : bytes;
  }
  return sum;
}

PeakMemory::PeakMemory()
    : thread_([this] {
        while (!stopping_.load()) {
          peak_bytes_.store(std::max(peak_bytes_.load(), anonymous_bytes()));
          std::this_thread::sleep_for(look_interval);
        }
      }) {}

PeakMemory::~PeakMemory() { stop(); }

std::uint64_t PeakMemory::stop() {
  stopping_.store(true);
  if (thread_.joinable()) thread_.join();
  return peak_bytes_.load();
}

TemporaryDirectory::TemporaryDirectory(const std::filesystem::path& parent) {
  std::error_code ignored;
  const auto above = parent.empty() ? std::filesystem::temp_directory_path(ignored) : parent;
  std::filesystem::create_directories(above, ignored);
  std::string name = (above / "grunndata-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

} // namespace grunndata::tools::bench
