// The order in which felles hjelpenumre are given out: a keyed permutation of a range, so that
// every number comes once and nobody without the key can tell which comes next.
#pragma once

#include "identifiers/generate.h"
#include "identifiers/person_identifier.h"
#include "registry/error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace grunndata::registry::hjelpenummer {

/// The secret of an installation's numbers: whoever knows it can foretell all of them. Wiped from
/// memory at the end of its life; never written to a log, a message or the data directory.
class IssuingKey {
public:
  static constexpr std::size_t bytes_count = 32;

  explicit IssuingKey(std::span<const std::uint8_t, bytes_count> bytes) noexcept;
  /// From the system's randomness. `unavailable`: it gives none.
  [[nodiscard]] static Result<IssuingKey> random();
  ~IssuingKey();
  IssuingKey(const IssuingKey&) = default;
  IssuingKey& operator=(const IssuingKey&) = default;

  [[nodiscard]] std::span<const std::uint8_t, bytes_count> bytes() const noexcept { return bytes_; }

private:
  std::array<std::uint8_t, bytes_count> bytes_{};
};

/// Nine-digit prefixes, both ends included: what was delegated to this installation, or all.
struct PrefixRange {
  std::uint32_t first = identifiers::fhn_prefix_min;
  std::uint32_t last = identifiers::fhn_prefix_max;

  /// Not empty, and within 800,000,000 to 999,999,999.
  [[nodiscard]] constexpr bool is_valid() const noexcept {
    return first >= identifiers::fhn_prefix_min && first <= last &&
           last <= identifiers::fhn_prefix_max;
  }
  /// How many prefixes; about 82.6 of 100 give a number. Only of a valid range.
  [[nodiscard]] constexpr std::uint32_t size() const noexcept { return last - first + 1; }
  [[nodiscard]] constexpr bool overlaps(const PrefixRange& other) const noexcept {
    return first <= other.last && other.first <= last;
  }
  friend constexpr bool operator==(const PrefixRange&, const PrefixRange&) = default;
};

/// A permutation of a range's prefixes under a key: counter 0, 1, 2 … size() - 1 gives each prefix
/// exactly once. A prefix whose control digit would be 10 has no number; its counter is skipped.
/// Over the whole range 165,289,255 counters give a number.
///
/// "The remaining digits shall be randomly chosen and carry no meaning" (Norsk helsenett, felles
/// hjelpenummer). A balanced Feistel network of 16 rounds over the smallest even number of bits
/// that holds the range, walked until it falls into the range; a round's function is AES-256 of
/// the range, the round and the half. NIST SP 800-38G's FF1 takes 10 rounds; this takes 16 since
/// the domain is small and a round is one look-up: the outputs of all rounds (at most 16,384
/// halves each) are computed once and kept, 512 KiB at most.
///
/// The permutation of a key and a range never changes: an installation's numbers depend on it for
/// its whole life. FORMAT.md spells it out byte by byte, and a test pins it. Another range under
/// the same key gives an unrelated order.
///
/// Immutable: any thread may use one at any time. Movable; a moved-from one may only be destroyed
/// or assigned to. The tables are as secret as the key, and wiped at the end.
class NumberSpace {
public:
  static constexpr unsigned rounds = 16;

  /// Takes about two milliseconds. Errors: `invalid` (no valid range), `unavailable` (the
  /// cryptographic library refuses AES-256).
  [[nodiscard]] static Result<NumberSpace> make(const IssuingKey& key, PrefixRange range);
  ~NumberSpace();
  NumberSpace(NumberSpace&&) noexcept = default;
  NumberSpace& operator=(NumberSpace&& other) noexcept;
  NumberSpace(const NumberSpace&) = delete;
  NumberSpace& operator=(const NumberSpace&) = delete;

  [[nodiscard]] const PrefixRange& range() const noexcept { return range_; }
  /// Counters run from 0 to below this.
  [[nodiscard]] std::uint32_t size() const noexcept { return range_.size(); }

  /// `counter` must be below size().
  [[nodiscard]] std::uint32_t prefix_at(std::uint32_t counter) const noexcept;
  /// The number of that counter (below size()); nothing: the counter is to be skipped.
  [[nodiscard]] std::optional<identifiers::FellesHjelpenummer>
  number_at(std::uint32_t counter) const noexcept;

  /// The inverse of prefix_at; `prefix` must lie in the range.
  [[nodiscard]] std::uint32_t counter_of_prefix(std::uint32_t prefix) const noexcept;
  /// The inverse of number_at; nothing for a number outside the range.
  [[nodiscard]] std::optional<std::uint32_t>
  counter_of(const identifiers::FellesHjelpenummer& number) const noexcept;

private:
  NumberSpace(PrefixRange range, unsigned half_bits, std::vector<std::uint16_t> table) noexcept
      : range_(range), half_bits_(half_bits), table_(std::move(table)) {}
  [[nodiscard]] std::uint32_t forward(std::uint32_t value) const noexcept;
  [[nodiscard]] std::uint32_t backward(std::uint32_t value) const noexcept;
  void wipe() noexcept;

  PrefixRange range_;
  unsigned half_bits_ = 0;           ///< of each half; at most 14
  std::vector<std::uint16_t> table_; ///< round after round, 2^half_bits_ entries each
};

} // namespace grunndata::registry::hjelpenummer
