// Memory that is read at random: one zeroed piece of the system's, on large pages where it has
// them.
#pragma once

#include <cstddef>
#include <utility>

namespace grunndata::registry {

/// Costs nothing until touched. Each place touched first may cost a whole large page (2 MiB), and
/// saves walks through tables of small ones ever after.
class LargeMemory {
public:
  LargeMemory() noexcept = default;
  /// Begins on a page. Empty when the system gives none, and of 0 bytes.
  explicit LargeMemory(std::size_t bytes) noexcept;
  LargeMemory(LargeMemory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  LargeMemory& operator=(LargeMemory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  LargeMemory(const LargeMemory&) = delete;
  LargeMemory& operator=(const LargeMemory&) = delete;
  ~LargeMemory();

  [[nodiscard]] explicit operator bool() const noexcept { return data_ != nullptr; }
  /// As objects that zeroed memory makes whole.
  template <typename T>
  [[nodiscard]] T* as() const noexcept {
    return static_cast<T*>(data_);
  }

private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

} // namespace grunndata::registry
