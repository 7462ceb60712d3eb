#include "registry/value_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {

constexpr std::size_t segment_bytes_min = std::size_t{64} << 10U;
constexpr std::size_t segment_bytes_max = std::size_t{1} << 20U;
constexpr std::size_t segments_aimed_at = 64; ///< of a small cache
/// A value takes at most this part of a segment, so that little of it is left over.
constexpr std::size_t values_per_segment_min = 8;
/// For each so many bytes of values there is a bucket of eight places. Values of persons are 4 KB.
constexpr std::size_t bytes_per_bucket = 8u << 10;
constexpr std::size_t kept_part = 2; ///< at most one half of a segment moves on when it is emptied
constexpr int emptied_at_once_max = 4;
constexpr std::size_t place_unit_bytes = 16;
constexpr std::size_t line_bytes = 64;
/// Header, identifiers and the first rows: read by every look-up, so fetched together.
constexpr std::size_t fetched_bytes = 512;

constexpr std::uint64_t in_use_bit = 1ULL << 63U;
constexpr std::uint64_t was_read_bit = 1ULL << 62U;
constexpr unsigned tag_bits = 22;
constexpr unsigned place_bits = 40;
constexpr std::uint64_t place_mask = (1ULL << place_bits) - 1;
constexpr std::uint64_t tag_mask = in_use_bit | (((1ULL << tag_bits) - 1) << place_bits);

constexpr std::size_t rounded_up(std::size_t bytes) noexcept {
  return (bytes + place_unit_bytes - 1) / place_unit_bytes * place_unit_bytes;
}

} // namespace

/// Keeps the segment of a value from being filled anew.
struct ValueCache::Held final : store::Pinned::Holder {
  std::atomic<std::uint32_t>* readers = nullptr;
  std::string_view bytes;

  ~Held() override { release(); }
  void release() noexcept override {
    if (readers != nullptr) {
      readers->fetch_sub(1);
      readers = nullptr;
    }
  }
  Holder* move_to(void* place) noexcept override {
    auto* moved = new (place) Held();
    moved->readers = std::exchange(readers, nullptr);
    moved->bytes = bytes;
    return moved;
  }
  [[nodiscard]] std::string_view value() const noexcept override { return bytes; }
};

ValueCache::ValueCache(std::size_t bytes) {
  if (bytes < bytes_min) {
    return;
  }
  const std::size_t buckets = bytes / (bytes_per_bucket + sizeof(Bucket));
  segment_bytes_ =
      std::clamp(std::bit_floor(bytes / segments_aimed_at), segment_bytes_min, segment_bytes_max);
  const std::size_t segments = (bytes - buckets * sizeof(Bucket)) / segment_bytes_;
  memory_ = LargeMemory(segments * segment_bytes_);
  buckets_ = LargeMemory(buckets * sizeof(Bucket));
  if (!memory_ || !buckets_) {
    return;
  }
  bucket_count_ = buckets;
  segments_ = std::make_unique<Segment[]>(segments);
  for (std::size_t number = segments; number-- > 0;) {
    free_.push_back(static_cast<Number>(number));
  }
}

ValueCache::Entry ValueCache::entry_at(const char* place) noexcept {
  Entry entry;
  std::memcpy(static_cast<void*>(&entry), place, sizeof entry);
  return entry;
}

ValueCache::Spot ValueCache::spot_of(const Key& key) const noexcept {
  const std::uint64_t hash = XXH3_64bits_withSeed(key.entity.bytes.data(), key.entity.bytes.size(),
                                                  static_cast<XXH64_hash_t>(key.family));
  const std::uint64_t bucket = ((hash >> 32U) * bucket_count_) >> 32U;
  return {buckets_.as<Bucket>() + bucket, in_use_bit | ((hash << place_bits) & tag_mask)};
}

char* ValueCache::bytes_at(Word word) const noexcept {
  return memory_.as<char>() + (word & place_mask) * place_unit_bytes;
}

ValueCache::Segment& ValueCache::segment_of(Word word) const noexcept {
  return segments_[(word & place_mask) * place_unit_bytes / segment_bytes_];
}

bool ValueCache::find(const Key& key, store::Pinned& out) const {
  if (bucket_count_ == 0) {
    return false;
  }
  const Spot spot = spot_of(key);
  for (std::atomic<Word>& word : spot.bucket->words) {
    Word seen = word.load(std::memory_order_acquire);
    if ((seen & tag_mask) != spot.tag) {
      continue;
    }
    const char* bytes = bytes_at(seen);
    for (std::size_t at = 0; at < fetched_bytes; at += line_bytes) {
      __builtin_prefetch(bytes + at);
    }
    // Either whoever empties the segment sees this reader, or this reader sees the word changed.
    std::atomic<std::uint32_t>& readers = segment_of(seen).readers;
    readers.fetch_add(1);
    auto& held = out.hold<Held>();
    held.readers = &readers;
    if (((word.load() ^ seen) & ~was_read_bit) == 0) {
      const Entry entry = entry_at(bytes);
      if (entry.key == key) {
        if ((seen & was_read_bit) == 0) {
          word.compare_exchange_strong(seen, seen | was_read_bit, std::memory_order_relaxed);
        }
        held.bytes = {bytes + sizeof entry, entry.value_bytes};
        out.set_view(held.bytes);
        return true;
      }
    }
    out.reset();
  }
  return false;
}

void ValueCache::remember(const Ticket& ticket, const Key& key, std::string_view value) {
  const std::size_t bytes = rounded_up(sizeof(Entry) + value.size());
  if (bucket_count_ == 0 || bytes > segment_bytes_ / values_per_segment_min) {
    return;
  }
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || (ticket.version & 1U) != 0 || version_.load() != ticket.version) {
    return;
  }
  const Spot spot = spot_of(key);
  if (holds(spot, key) || !make_room(bytes)) {
    return;
  }
  // The first free place, or else the first whose value nobody has read since it was written.
  const auto rank = [](const std::atomic<Word>& word) { return word.load() >> 62U; };
  std::atomic<Word>& word = *std::ranges::min_element(spot.bucket->words, {}, rank);
  word.store(append(key, value, spot.tag));
}

bool ValueCache::holds(const Spot& spot, const Key& key) const noexcept {
  return std::ranges::any_of(spot.bucket->words, [&](const std::atomic<Word>& word) {
    const Word seen = word.load();
    return (seen & tag_mask) == spot.tag && entry_at(bytes_at(seen)).key == key;
  });
}

ValueCache::Word ValueCache::append(const Key& key, std::string_view value, Word tag) noexcept {
  Segment& segment = segments_[*head_];
  const std::size_t at = *head_ * segment_bytes_ + segment.used;
  const Entry entry{key, static_cast<std::uint32_t>(value.size())};
  std::memcpy(memory_.as<char>() + at, &entry, sizeof entry);
  std::memcpy(memory_.as<char>() + at + sizeof entry, value.data(), value.size());
  segment.used += rounded_up(sizeof entry + value.size());
  return tag | at / place_unit_bytes;
}

bool ValueCache::make_room(std::size_t bytes) {
  if (head_ && segments_[*head_].used + bytes <= segment_bytes_) {
    return true;
  }
  if (head_) {
    filled_.push_back(*head_);
    head_.reset();
  }
  for (int tries = 0; !take_free(); ++tries) {
    if (tries == emptied_at_once_max || filled_.empty()) {
      return false; // all of them are being read
    }
    empty_oldest(0);
  }
  segments_[*head_].used = 0;
  const bool has_spare = std::ranges::any_of(
      free_, [this](Number number) { return segments_[number].readers.load() == 0; });
  if (!has_spare && !filled_.empty()) {
    empty_oldest(segment_bytes_ / kept_part);
  }
  return true;
}

/// Makes a free segment that nobody reads the head.
bool ValueCache::take_free() {
  const auto found = std::find_if(free_.rbegin(), free_.rend(), [this](Number number) {
    return segments_[number].readers.load() == 0;
  });
  if (found == free_.rend()) {
    return false;
  }
  head_ = *found;
  free_.erase(std::next(found).base());
  return true;
}

/// What was read since it was written moves to the head, up to so many bytes.
void ValueCache::empty_oldest(std::size_t keep_bytes_max) {
  const Number number = filled_.front();
  filled_.pop_front();
  const std::size_t begin = number * segment_bytes_;
  std::size_t size = 0;
  for (std::size_t at = begin; at < begin + segments_[number].used; at += size) {
    const Entry entry = entry_at(memory_.as<char>() + at);
    size = rounded_up(sizeof entry + entry.value_bytes);
    const Spot spot = spot_of(entry.key);
    for (std::atomic<Word>& word : spot.bucket->words) {
      const Word seen = word.load();
      if ((seen & ~was_read_bit) != (spot.tag | at / place_unit_bytes)) {
        continue;
      }
      const bool keep = (seen & was_read_bit) != 0 && size <= keep_bytes_max;
      keep_bytes_max -= keep ? size : 0;
      const std::string_view value(memory_.as<char>() + at + sizeof entry, entry.value_bytes);
      word.store(keep ? append(entry.key, value, spot.tag) : 0);
    }
  }
  free_.push_back(number);
}

void ValueCache::begin_commit(std::span<const Key> changed) {
  version_.fetch_add(1);
  if (bucket_count_ == 0) {
    return;
  }
  const std::lock_guard lock(mutex_);
  for (const Key& key : changed) {
    const Spot spot = spot_of(key);
    for (std::atomic<Word>& word : spot.bucket->words) {
      if ((word.load(std::memory_order_relaxed) & tag_mask) == spot.tag) {
        word.store(0);
      }
    }
  }
}

void ValueCache::end_commit() noexcept { version_.fetch_add(1); }

} // namespace grunndata::registry
