// Reproducible randomness: every draw is a pure function of a 64-bit key, the same on every
// machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace grunndata::generate {

inline constexpr std::uint32_t million = 1'000'000;

/// Scrambles 64 bits (the finalizer of splitmix64); a bijection.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

/// One key out of two; the order matters.
[[nodiscard]] constexpr std::uint64_t key_of(std::uint64_t first, std::uint64_t second) noexcept {
  return mix(first ^ (mix(second) + 0x632be59bd9b4e019U));
}

/// A number below `bound` (at least 1) out of the upper half of a key.
[[nodiscard]] constexpr std::uint32_t below(std::uint64_t key, std::uint32_t bound) noexcept {
  return static_cast<std::uint32_t>(((key >> 32) * bound) >> 32);
}

/// A sequence of draws. Copies draw the same.
class Draw {
public:
  explicit constexpr Draw(std::uint64_t key) noexcept : key_(key) {}

  constexpr std::uint64_t next() noexcept {
    key_ += 0x9e3779b97f4a7c15U;
    return mix(key_);
  }
  /// 0 to `bound` - 1; `bound` is at least 1.
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return generate::below(next(), bound);
  }
  /// `first` to `last`, both included; `first` when `last` lies before it.
  constexpr std::int32_t between(std::int32_t first, std::int32_t last) noexcept {
    if (last <= first) return first;
    return first + static_cast<std::int32_t>(below(static_cast<std::uint32_t>(last - first) + 1));
  }
  constexpr bool per_million(std::uint32_t share) noexcept { return below(million) < share; }
  constexpr bool percent(std::uint32_t share) noexcept { return below(100) < share; }

private:
  std::uint64_t key_;
};

/// Which of the weighted choices a draw below the sum of all weights hits.
[[nodiscard]] constexpr std::size_t weighted(std::uint32_t drawn,
                                             std::span<const std::uint16_t> weights) noexcept {
  std::size_t index = 0;
  while (index + 1 < weights.size() && drawn >= weights[index]) drawn -= weights[index++];
  return index;
}

/// A keyed bijection on 0 to `size` - 1.
class Permutation {
public:
  constexpr Permutation(std::uint64_t size, std::uint64_t key) noexcept : size_(size), key_(key) {
    while ((std::uint64_t{1} << (2 * half_bits_)) < size) ++half_bits_;
    half_mask_ = (std::uint64_t{1} << half_bits_) - 1;
  }
  [[nodiscard]] constexpr std::uint64_t operator()(std::uint64_t index) const noexcept {
    do index = rounds(index);
    while (index >= size_); // cycle walking: at most three quarters lie outside
    return index;
  }

private:
  [[nodiscard]] constexpr std::uint64_t rounds(std::uint64_t value) const noexcept {
    std::uint64_t left = value >> half_bits_;
    std::uint64_t right = value & half_mask_;
    for (std::uint64_t round = 0; round < 4; ++round) {
      const std::uint64_t kept = right;
      right = left ^ (mix(right ^ key_ ^ (round << 60)) & half_mask_);
      left = kept;
    }
    return (left << half_bits_) | right;
  }

  std::uint64_t size_;
  std::uint64_t key_;
  unsigned half_bits_ = 1;
  std::uint64_t half_mask_ = 0;
};

} // namespace grunndata::generate
