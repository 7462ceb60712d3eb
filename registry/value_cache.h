// Values of entities in memory, in front of the store: a warm look-up reads no block of the engine.
#pragma once

#include "registry/entity_id.h"
#include "registry/large_memory.h"
#include "registry/store/store.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// Values stand one behind the other in segments of one piece of memory; the oldest segment is
/// emptied for new ones, and what was read since it was written moves on. A table leads from a key
/// to the place of its value. Finding takes no lock and never waits.
///
/// What it finds is what the store holds, or held until the commit that is just being written: a
/// commit forgets what it changes before it begins, and until it has ended nothing comes in, nor
/// afterwards what was read before (`Ticket`). So whoever saw the new value sees no older one
/// later.
///
/// `find`, `ticket` and `remember` are thread-safe; `begin_commit` and `end_commit` are for the one
/// writer.
class ValueCache {
public:
  /// Takes at most about `bytes`, touched as it fills. Remembers nothing below `bytes_min`.
  explicit ValueCache(std::size_t bytes);
  static constexpr std::size_t bytes_min = std::size_t{512} << 10U;

  /// Families whose keys are entities: of persons and of nodes.
  [[nodiscard]] static constexpr bool holds(store::Family family) noexcept {
    using enum store::Family;
    return family == current || family == past || family == node || family == node_past;
  }

  struct Key {
    store::Family family{}; ///< one that it `holds`
    EntityId entity;
    bool operator==(const Key&) const = default;
  };

  /// True, and the value held in `out`, when it is remembered. Where it stands is used for nothing
  /// else until `out` lets go; `out` must do so before the cache is destroyed.
  [[nodiscard]] bool find(const Key& key, store::Pinned& out) const;

  /// Taken before the store is read; lets its answer in only if no commit was written meanwhile.
  struct Ticket {
    std::uint64_t version = 1;
  };
  [[nodiscard]] Ticket ticket() const noexcept {
    return {version_.load(std::memory_order_acquire)};
  }
  /// No commit was being written when the ticket was taken, and none has begun since.
  [[nodiscard]] bool is_valid(const Ticket& ticket) const noexcept {
    return (ticket.version & 1U) == 0 && version_.load(std::memory_order_acquire) == ticket.version;
  }
  /// What was found, by the time that this is asked, is of the state that a store's snapshot taken
  /// after the ticket has: no commit has ended since, and one that has begun has already forgotten
  /// what it changes.
  [[nodiscard]] bool is_of_state(const Ticket& ticket) const noexcept {
    const std::uint64_t version = version_.load(std::memory_order_acquire);
    const bool is_even = (ticket.version & 1U) == 0;
    return version == ticket.version || (is_even && version == ticket.version + 1);
  }
  /// Copies the value; leaves it when somebody else is at work here, or when it is very large.
  void remember(const Ticket& ticket, const Key& key, std::string_view value);

  /// Before a commit that changes these.
  void begin_commit(std::span<const Key> changed);
  /// After it, whether or not it was written, and before anybody is told.
  void end_commit() noexcept;

private:
  /// Where a value stands: in use (1 bit), read since written (1), tag of its key (22), place in
  /// the memory (40, in units of 16 bytes). 0: nothing.
  using Word = std::uint64_t;
  struct alignas(64) Bucket {
    std::atomic<Word> words[8];
  };
  static_assert(sizeof(Bucket) == 64);
  /// Before each value.
  struct Entry {
    Key key;
    std::uint32_t value_bytes = 0;
  };
  static_assert(sizeof(Entry) == 24);
  struct alignas(64) Segment {
    std::atomic<std::uint32_t> readers{0};
    std::size_t used = 0; ///< bytes; guarded by `mutex_`
  };
  using Number = std::uint32_t; ///< of a segment
  struct Held;
  struct Spot {
    Bucket* bucket;
    Word tag; ///< with the bit that says in use
  };

  [[nodiscard]] Spot spot_of(const Key& key) const noexcept;
  [[nodiscard]] static Entry entry_at(const char* place) noexcept;
  [[nodiscard]] char* bytes_at(Word word) const noexcept;
  [[nodiscard]] Segment& segment_of(Word word) const noexcept;
  // With `mutex_` held:
  [[nodiscard]] bool holds(const Spot& spot, const Key& key) const noexcept;
  [[nodiscard]] bool make_room(std::size_t bytes);
  [[nodiscard]] bool take_free();
  void empty_oldest(std::size_t keep_bytes_max);
  /// Into `head_`, which has room. Gives where it stands, with `tag`.
  [[nodiscard]] Word append(const Key& key, std::string_view value, Word tag) noexcept;

  std::size_t segment_bytes_ = 0;
  std::size_t bucket_count_ = 0; ///< 0: remembers nothing
  LargeMemory memory_;
  LargeMemory buckets_;
  std::unique_ptr<Segment[]> segments_;
  std::atomic<std::uint64_t> version_{0}; ///< odd while a commit is being written

  std::mutex mutex_;           ///< for all that changes; never waited for by a look-up
  std::deque<Number> filled_;  ///< oldest first
  std::vector<Number> free_;   ///< hold nothing, but may still be read
  std::optional<Number> head_; ///< being filled
};

} // namespace grunndata::registry
