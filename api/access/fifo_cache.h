// A bounded table for several threads that forgets what came first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace grunndata::api::access {

/// Thread-safe; a lock is held for one look into a hash table. Values are copied out: make them
/// cheap to copy. `Hash` and `Equal` may be transparent.
template <typename Key, typename Value, typename Hash, typename Equal = std::equal_to<>>
class FifoCache {
public:
  explicit FifoCache(std::size_t entries_max)
      : shards_(entries_max < shards_worth_it ? 1 : shard_count),
        shard_entries_max_(std::max<std::size_t>(1, entries_max / shards_.size())) {}

  template <typename Lookup>
  [[nodiscard]] std::optional<Value> find(const Lookup& key) const {
    const Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto entry = shard.entries.find(key);
    return entry == shard.entries.end() ? std::nullopt : std::optional<Value>(entry->second);
  }

  /// Replaces what is there. Entries at the old end of which `is_stale(value)` holds go first.
  template <typename IsStale>
  void insert(const Key& key, Value value, const IsStale& is_stale) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    for (std::size_t looked = 0; looked < stale_looked_at_max && !shard.order.empty(); ++looked) {
      const auto oldest = shard.entries.find(shard.order.front());
      if (oldest != shard.entries.end() && !is_stale(oldest->second)) break;
      shard.forget_oldest();
    }
    if (const auto entry = shard.entries.find(key); entry != shard.entries.end()) {
      entry->second = std::move(value);
      return;
    }
    if (shard.order.size() >= shard_entries_max_) shard.forget_oldest();
    shard.entries.emplace(key, std::move(value));
    shard.order.push_back(key);
  }

  [[nodiscard]] std::size_t size() const {
    std::size_t sum = 0;
    for (const Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      sum += shard.entries.size();
    }
    return sum;
  }

private:
  static constexpr std::size_t shard_count = 16;
  static constexpr std::size_t shards_worth_it = 1'024;
  static constexpr std::size_t stale_looked_at_max = 4;

  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<Key, Value, Hash, Equal> entries;
    std::deque<Key> order; ///< one of each entry, oldest first

    void forget_oldest() {
      entries.erase(order.front());
      order.pop_front();
    }
  };

  // The table takes the low bits of the hash; the shard others.
  template <typename Lookup>
  Shard& shard_of(const Lookup& key) {
    return shards_[(Hash{}(key) >> 40) % shards_.size()];
  }
  template <typename Lookup>
  const Shard& shard_of(const Lookup& key) const {
    return shards_[(Hash{}(key) >> 40) % shards_.size()];
  }

  std::vector<Shard> shards_;
  std::size_t shard_entries_max_;
};

} // namespace grunndata::api::access
