// The engine in memory: one sorted map a family, each key with the versions somebody can still see.
#include "registry/store/store.h"

#include <cassert>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>

namespace grunndata::registry::store {
namespace {

using Value = std::shared_ptr<const std::string>;
using Sequence = std::uint64_t;

struct Version {
  Sequence since = 0;
  Value value; ///< nothing: the key is deleted
};
/// Oldest first, never empty.
using Versions = std::vector<Version>;
using Keys = std::map<std::string, Versions, std::less<>>;

struct SharedValue final : Pinned::Holder {
  Value held;
  void release() noexcept override { held.reset(); }
  Holder* move_to(void* place) noexcept override {
    auto* moved = new (place) SharedValue();
    moved->held = std::move(held);
    return moved;
  }
  [[nodiscard]] std::string_view value() const noexcept override {
    return held ? std::string_view(*held) : std::string_view{};
  }
};

Value visible(const Versions& versions, Sequence at) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    if (version->since <= at) {
      return version->value;
    }
  }
  return nullptr;
}

Result<void> within_limits(std::string_view key, std::size_t value_bytes) {
  if (key.size() > key_bytes_max || value_bytes > value_bytes_max) {
    return fail(ErrorCode::invalid, "a key or value is larger than the store takes");
  }
  return {};
}

class MemoryStore final : public Store {
public:
  Result<bool> get(Family family, std::string_view key, Pinned& out,
                   const Snapshot* at) const override;
  Result<void> multi_get(Family family, std::span<const std::string_view> keys,
                         std::span<Pinned> out, std::span<bool> found,
                         const Snapshot* at) const override;
  std::unique_ptr<Cursor> scan(Family family, const Snapshot* at) const override;
  std::unique_ptr<Snapshot> snapshot() const override;
  Result<void> commit(std::span<const Change> changes, Durability durability,
                      std::span<const Precondition> preconditions) override;
  Result<void> bulk_load(std::span<const Change> changes) override {
    return commit(changes, Durability::synced, {});
  }
  Result<void> flush() override { return {}; }
  Result<void> compact(Family) override { return {}; }
  Result<void> scrub(std::span<const KeyRange>, std::atomic<bool>&) override {
    return {}; // holds no files
  }
  Result<void> checkpoint(const std::filesystem::path&) override {
    return fail(ErrorCode::unsupported, "a store in memory has no files to copy");
  }
  Result<StoreFigures> figures() const override;
  Result<void> verify() const override { return {}; }

private:
  friend class MemorySnapshot;
  friend class MemoryCursor;

  const Keys& keys_of(Family family) const { return keys_[static_cast<std::size_t>(family)]; }
  Value find(Family family, std::string_view key, Sequence at) const;
  Sequence sequence_of(const Snapshot* at) const;
  void put(const Change& change, Sequence since);
  /// Whether somebody may read the state of a moment in [from, until).
  bool watched(Sequence from, Sequence until) const;
  /// Drops the versions nobody can see; true when the key itself may go.
  bool prune(Versions& versions) const;
  void watch(Sequence at) const;
  void unwatch(Sequence at) const;

  mutable std::shared_mutex mutex_;
  mutable std::array<Keys, family_count> keys_;
  Sequence newest_ = 0;
  mutable std::multiset<Sequence> watched_;
  /// Keys with versions kept for a snapshot or cursor, to look at when the last one goes.
  mutable std::vector<std::pair<Family, std::string>> kept_;
};

class MemorySnapshot final : public Snapshot {
public:
  /// The caller holds the store's mutex and has called `watch`.
  MemorySnapshot(const MemoryStore& store, Sequence at) : store_(store), at_(at) {}
  ~MemorySnapshot() override {
    const std::unique_lock lock(store_.mutex_);
    store_.unwatch(at_);
  }
  [[nodiscard]] Sequence at() const { return at_; }

private:
  const MemoryStore& store_;
  Sequence at_;
};

class MemoryCursor final : public Cursor {
public:
  MemoryCursor(const MemoryStore& store, Family family, Sequence at)
      : store_(store), family_(family), at_(at) {}
  ~MemoryCursor() override {
    const std::unique_lock lock(store_.mutex_);
    store_.unwatch(at_);
  }

  void seek(std::string_view key) override {
    const std::shared_lock lock(store_.mutex_);
    forward(keys().lower_bound(key));
  }
  void seek_before(std::string_view key) override {
    const std::shared_lock lock(store_.mutex_);
    backward(keys().upper_bound(key));
  }
  void seek_last() override {
    const std::shared_lock lock(store_.mutex_);
    backward(keys().end());
  }
  void next() override {
    assert(value_);
    const std::shared_lock lock(store_.mutex_);
    forward(keys().upper_bound(key_));
  }
  void previous() override {
    assert(value_);
    const std::shared_lock lock(store_.mutex_);
    backward(keys().lower_bound(key_));
  }
  [[nodiscard]] bool valid() const override { return value_ != nullptr; }
  [[nodiscard]] std::string_view key() const override { return key_; }
  [[nodiscard]] std::string_view value() const override { return *value_; }
  [[nodiscard]] Result<void> status() const override { return {}; }

private:
  [[nodiscard]] const Keys& keys() const { return store_.keys_of(family_); }

  void forward(Keys::const_iterator place) {
    for (; place != keys().end(); ++place) {
      if (stand_on(*place)) {
        return;
      }
    }
    value_.reset();
  }
  void backward(Keys::const_iterator after) {
    while (after != keys().begin()) {
      --after;
      if (stand_on(*after)) {
        return;
      }
    }
    value_.reset();
  }
  bool stand_on(const Keys::value_type& entry) {
    value_ = visible(entry.second, at_);
    if (value_) {
      key_ = entry.first;
    }
    return value_ != nullptr;
  }

  const MemoryStore& store_;
  Family family_;
  Sequence at_;
  std::string key_;
  Value value_;
};

Sequence MemoryStore::sequence_of(const Snapshot* at) const {
  return at == nullptr ? newest_ : static_cast<const MemorySnapshot*>(at)->at();
}

Value MemoryStore::find(Family family, std::string_view key, Sequence at) const {
  const Keys& keys = keys_of(family);
  const auto place = keys.find(key);
  return place == keys.end() ? nullptr : visible(place->second, at);
}

Result<bool> MemoryStore::get(Family family, std::string_view key, Pinned& out,
                              const Snapshot* at) const {
  auto& holder = out.hold<SharedValue>();
  const std::shared_lock lock(mutex_);
  holder.held = find(family, key, sequence_of(at));
  if (!holder.held) {
    return false;
  }
  out.set_view(*holder.held);
  return true;
}

Result<void> MemoryStore::multi_get(Family family, std::span<const std::string_view> keys,
                                    std::span<Pinned> out, std::span<bool> found,
                                    const Snapshot* at) const {
  assert(keys.size() == out.size() && keys.size() == found.size());
  const std::shared_lock lock(mutex_);
  const Sequence sequence = sequence_of(at);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto& holder = out[i].hold<SharedValue>();
    holder.held = find(family, keys[i], sequence);
    found[i] = holder.held != nullptr;
    if (found[i]) {
      out[i].set_view(*holder.held);
    }
  }
  return {};
}

std::unique_ptr<Cursor> MemoryStore::scan(Family family, const Snapshot* at) const {
  const std::unique_lock lock(mutex_);
  const Sequence sequence = sequence_of(at);
  watch(sequence);
  return std::make_unique<MemoryCursor>(*this, family, sequence);
}

std::unique_ptr<Snapshot> MemoryStore::snapshot() const {
  const std::unique_lock lock(mutex_);
  watch(newest_);
  return std::make_unique<MemorySnapshot>(*this, newest_);
}

Result<void> MemoryStore::commit(std::span<const Change> changes, Durability,
                                 std::span<const Precondition> preconditions) {
  for (const Change& change : changes) {
    if (auto fits = within_limits(change.key, change.value ? change.value->size() : 0); !fits) {
      return fits;
    }
  }
  const std::unique_lock lock(mutex_);
  for (const Precondition& wanted : preconditions) {
    const Value have = find(wanted.family, wanted.key, newest_);
    const bool holds = wanted.value ? have && *have == *wanted.value : !have;
    if (!holds) {
      return fail(ErrorCode::conflict, "a value has changed since it was read");
    }
  }
  const Sequence since = newest_ + 1;
  for (const Change& change : changes) {
    put(change, since);
  }
  newest_ = since;
  return {};
}

void MemoryStore::put(const Change& change, Sequence since) {
  Keys& keys = keys_[static_cast<std::size_t>(change.family)];
  auto place = keys.find(change.key);
  if (place == keys.end()) {
    if (!change.value) {
      return;
    }
    place = keys.emplace(change.key, Versions{}).first;
  }
  Versions& versions = place->second;
  if (!versions.empty() && versions.back().since == since) {
    versions.pop_back();
  }
  versions.push_back({since, change.value ? std::make_shared<const std::string>(*change.value)
                                          : nullptr});
  if (prune(versions)) {
    keys.erase(place);
  } else if (versions.size() > 1 || !versions.back().value) {
    kept_.emplace_back(change.family, change.key);
  }
}

bool MemoryStore::watched(Sequence from, Sequence until) const {
  const auto first = watched_.lower_bound(from);
  return first != watched_.end() && *first < until;
}

bool MemoryStore::prune(Versions& versions) const {
  Versions left;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const bool is_newest = i + 1 == versions.size();
    if (is_newest || watched(versions[i].since, versions[i + 1].since)) {
      left.push_back(std::move(versions[i]));
    }
  }
  versions = std::move(left);
  return versions.size() == 1 && !versions.front().value;
}

void MemoryStore::watch(Sequence at) const { watched_.insert(at); }

void MemoryStore::unwatch(Sequence at) const {
  watched_.erase(watched_.find(at));
  if (!watched_.empty()) {
    return;
  }
  for (const auto& [family, key] : kept_) {
    Keys& keys = keys_[static_cast<std::size_t>(family)];
    if (const auto place = keys.find(key); place != keys.end() && prune(place->second)) {
      keys.erase(place);
    }
  }
  kept_.clear();
}

Result<StoreFigures> MemoryStore::figures() const {
  const std::shared_lock lock(mutex_);
  StoreFigures figures;
  for (const FamilyFacts& facts : families) {
    const Keys& keys = keys_of(facts.family);
    figures.keys_estimate[static_cast<std::size_t>(facts.family)] = keys.size();
    for (const auto& [key, versions] : keys) {
      for (const Version& version : versions) {
        figures.memtable_bytes += key.size() + (version.value ? version.value->size() : 0);
      }
    }
  }
  return figures;
}

} // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

} // namespace grunndata::registry::store
