// One holder's share of memory that all holders together must not use up.
#pragma once

#include <atomic>
#include <cstddef>

namespace grunndata::api::http {

/// Counts into a total that outlives it, and takes its share back at the end. One thread at a time.
class HeldBytes {
public:
  explicit HeldBytes(std::atomic<std::size_t>& total) noexcept : total_(&total) {}
  ~HeldBytes() { set(0); }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;

  /// The share is so much from now on.
  void set(std::size_t bytes) noexcept {
    if (bytes == mine_) return;
    total_->fetch_add(bytes - mine_, std::memory_order_relaxed); // may wrap, and wraps back
    mine_ = bytes;
  }
  [[nodiscard]] std::size_t total() const noexcept {
    return total_->load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::size_t>* total_;
  std::size_t mine_{0};
};

} // namespace grunndata::api::http
