#include "registry/transaction.h"

#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {
/// The log and the clock are only appended to: no need to find their changes again.
constexpr bool is_read_back(store::Family family) noexcept {
  return family != store::Family::log && family != store::Family::clock;
}
/// More than any string keeps inside itself.
constexpr std::size_t in_place_bytes = 32;
constexpr std::size_t slots_first = 64;
constexpr std::size_t slots_growth = 4;

std::uint32_t hash_of(store::Family family, std::string_view key) noexcept {
  return static_cast<std::uint32_t>(
      XXH3_64bits_withSeed(key.data(), key.size(), static_cast<XXH64_hash_t>(family)));
}
} // namespace

Transaction::Transaction(const store::Store& store, std::uint64_t newest_sequence, Instant time,
                         EntityIdSource& ids)
    : store_(store), newest_sequence_(newest_sequence), time_(time), ids_(ids) {}

/// Where the newest change of `key` is noted, or the free slot where it would be.
std::size_t Transaction::slot_of(store::Family family, std::string_view key,
                                 std::uint32_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].place != 0; at = (at + 1) & mask) {
    const store::Change& change = changes_[slots_[at].place - 1];
    if (slots_[at].hash == hash && change.family == family && change.key == key) {
      break;
    }
  }
  return at;
}

Result<std::optional<std::string_view>> Transaction::get(store::Family family, std::string_view key,
                                                         store::Pinned& scratch) const {
  if (is_read_back(family) && !slots_.empty()) {
    const Slot& slot = slots_[slot_of(family, key, hash_of(family, key))];
    if (slot.place != 0) {
      const auto& value = changes_[slot.place - 1].value;
      return value ? std::optional<std::string_view>(*value) : std::nullopt;
    }
  }
  const auto stored = store_.get(family, key, scratch);
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  if (!*stored) {
    return std::nullopt;
  }
  return scratch.view();
}

void Transaction::note(store::Family family, std::string key, std::optional<std::string> value) {
  change_bytes_ += key.size() + (value ? value->size() : 0);
  if (value && is_read_back(family)) {
    value->reserve(in_place_bytes); // views of it must outlive moves of the list of changes
  }
  changes_.push_back({family, std::move(key), std::move(value)});
  remember(changes_.size() - 1);
}

/// The newest change of a key takes the place of an older one.
void Transaction::remember(std::size_t place) {
  const store::Change& change = changes_[place];
  if (!is_read_back(change.family)) {
    return;
  }
  if (slots_.size() <= slots_taken_ * 2) {
    widen();
  }
  const std::uint32_t hash = hash_of(change.family, change.key);
  Slot& slot = slots_[slot_of(change.family, change.key, hash)];
  slots_taken_ += slot.place == 0 ? 1 : 0;
  slot = {hash, static_cast<std::uint32_t>(place + 1)};
}

void Transaction::widen() {
  const auto before = std::exchange(
      slots_, std::vector<Slot>(slots_.empty() ? slots_first : slots_.size() * slots_growth));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : before) {
    if (slot.place != 0) {
      std::size_t at = slot.hash & mask;
      while (slots_[at].place != 0) {
        at = (at + 1) & mask;
      }
      slots_[at] = slot;
    }
  }
}

void Transaction::put(store::Family family, std::string key, std::string value) {
  note(family, std::move(key), std::move(value));
}

void Transaction::erase(store::Family family, std::string key) {
  note(family, std::move(key), std::nullopt);
}

std::uint64_t Transaction::append_event(const EntityId& entity, EventType type,
                                        std::uint8_t open_type) {
  LogEntry entry;
  entry.entity = entity;
  entry.recorded_at = time_.microseconds;
  entry.type = type;
  entry.open_type = open_type;
  put(store::Family::log, key_of_number(++newest_sequence_), write_log(entry));
  return newest_sequence_;
}

void Transaction::roll_back(const Mark& mark) {
  slots_.clear();
  slots_taken_ = 0;
  changes_.resize(mark.changes);
  newest_sequence_ = mark.newest_sequence;
  for (std::size_t place = 0; place < changes_.size(); ++place) {
    remember(place);
  }
}

} // namespace grunndata::registry
