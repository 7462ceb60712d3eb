// How many exports run at once, and what they have given out.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace grunndata::api::v1 {

/// Thread-safe. Must outlive its slots.
class ExportSlots {
public:
  explicit ExportSlots(std::size_t most) noexcept : most_(most) {}

  struct Leave {
    void operator()(ExportSlots* slots) const noexcept { slots->running_.fetch_sub(1); }
  };
  /// One running export; gives its place back when it is destroyed.
  using Slot = std::unique_ptr<ExportSlots, Leave>;

  /// Null when as many run as may.
  [[nodiscard]] Slot take() noexcept {
    if (running_.fetch_add(1) < most_) return Slot(this);
    running_.fetch_sub(1);
    return nullptr;
  }

  void count(std::uint64_t persons) noexcept { persons_.fetch_add(persons); }
  void count_end(bool is_whole) noexcept { (is_whole ? whole_ : cut_).fetch_add(1); }

  [[nodiscard]] std::size_t running() const noexcept { return running_.load(); }
  [[nodiscard]] std::uint64_t persons() const noexcept { return persons_.load(); }
  [[nodiscard]] std::uint64_t whole() const noexcept { return whole_.load(); }
  [[nodiscard]] std::uint64_t cut() const noexcept { return cut_.load(); }

private:
  const std::size_t most_;
  std::atomic<std::size_t> running_{0};
  std::atomic<std::uint64_t> persons_{0};
  std::atomic<std::uint64_t> whole_{0};
  std::atomic<std::uint64_t> cut_{0};
};

} // namespace grunndata::api::v1
