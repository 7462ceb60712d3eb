#include "registry/load_memory.h"

#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 20U;
constexpr std::size_t unit_bytes = 8;
constexpr std::size_t units_in_chunk = chunk_bytes / unit_bytes;

/// Said instead of a size: the key is not in the store; the store has to be asked.
constexpr std::uint16_t is_absent = 0xffff;
constexpr std::uint16_t is_unknown = 0xfffe;
constexpr std::size_t text_bytes_max = 4096; ///< of a key or a value that is kept

struct Sizes {
  std::uint16_t key = 0;
  std::uint16_t value = 0; ///< or one of the two above
  std::uint32_t room = 0;  ///< for the value
};
static_assert(sizeof(Sizes) == unit_bytes);

Sizes sizes_at(const char* entry) noexcept {
  Sizes sizes;
  std::memcpy(&sizes, entry, sizeof sizes);
  return sizes;
}

std::uint32_t hash_of(std::string_view key) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(key.data(), key.size()));
}

} // namespace

char* LoadMemory::Table::entry_at(std::uint32_t place) const noexcept {
  const std::size_t unit = place - 1;
  return chunks_[unit / units_in_chunk].get() + unit % units_in_chunk * unit_bytes;
}

bool LoadMemory::Table::is_at(std::uint32_t place, std::string_view key) const noexcept {
  const char* entry = entry_at(place);
  return std::string_view(entry + sizeof(Sizes), sizes_at(entry).key) == key;
}

LoadMemory::Known LoadMemory::Table::find(std::string_view key) const noexcept {
  const auto place =
      places_.find(hash_of(key), [&](PlaceTable::Place at) { return is_at(at, key); });
  if (place == PlaceTable::nowhere) {
    return {knows_all, std::nullopt};
  }
  const char* entry = entry_at(place);
  const Sizes sizes = sizes_at(entry);
  if (sizes.value == is_unknown) {
    return {};
  }
  if (sizes.value == is_absent) {
    return {true, std::nullopt};
  }
  return {true, std::string_view(entry + sizeof sizes + sizes.key, sizes.value)};
}

std::uint32_t LoadMemory::Table::add(std::string_view key, std::string_view value,
                                     std::uint16_t value_size, std::size_t bytes_max) {
  const std::size_t bytes =
      (sizeof(Sizes) + key.size() + value.size() + unit_bytes - 1) / unit_bytes * unit_bytes;
  if (chunks_.empty() || used_ + bytes > chunk_bytes) {
    if ((chunks_.size() + 1) * chunk_bytes > bytes_max) {
      return 0;
    }
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk_bytes));
    used_ = 0;
  }
  char* entry = chunks_.back().get() + used_;
  const Sizes sizes{static_cast<std::uint16_t>(key.size()), value_size,
                    static_cast<std::uint32_t>(value.size())};
  std::memcpy(entry, &sizes, sizeof sizes);
  key.copy(entry + sizeof sizes, key.size());
  value.copy(entry + sizeof sizes + key.size(), value.size());
  const std::size_t unit = (chunks_.size() - 1) * units_in_chunk + used_ / unit_bytes;
  used_ += bytes;
  return static_cast<std::uint32_t>(unit + 1);
}

void LoadMemory::Table::set(std::string_view key, const std::optional<std::string>& value,
                            std::size_t bytes_max) {
  const bool is_kept = key.size() <= text_bytes_max &&
                       (!value || value->size() <= text_bytes_max);
  const std::string_view text = value && is_kept ? std::string_view(*value) : std::string_view{};
  std::uint16_t size = value ? static_cast<std::uint16_t>(text.size()) : is_absent;
  if (!is_kept) {
    size = is_unknown;
  }
  const std::uint32_t hash = hash_of(key);
  const auto is_here = [&](PlaceTable::Place at) { return is_at(at, key); };
  const auto before = places_.find(hash, is_here);
  char* const entry = before == PlaceTable::nowhere ? nullptr : entry_at(before);
  if (entry != nullptr && sizes_at(entry).room >= text.size()) {
    Sizes sizes = sizes_at(entry);
    sizes.value = size;
    std::memcpy(entry, &sizes, sizeof sizes);
    text.copy(entry + sizeof sizes + sizes.key, text.size());
    return;
  }
  const std::uint32_t place =
      key.size() > text_bytes_max ? 0 : add(key, text, size, bytes_max);
  if (place != 0) {
    places_.set(hash, place, is_here);
  } else if (entry != nullptr) {
    Sizes sizes = sizes_at(entry);
    sizes.value = is_unknown;
    std::memcpy(entry, &sizes, sizeof sizes);
  } else {
    knows_all = false;
  }
}

LoadMemory::Known LoadMemory::find(store::Family family, std::string_view key) const noexcept {
  return has_begun_ && holds(family) ? tables_[index_of(family)].find(key) : Known{};
}

void LoadMemory::begin() {
  if (std::exchange(has_begun_, true)) {
    return;
  }
  for (const store::Family family : families) {
    const auto cursor = store_.scan(family);
    cursor->seek("");
    tables_[index_of(family)].knows_all = !cursor->valid() && cursor->status().has_value();
  }
}

void LoadMemory::take(std::span<const store::Change> changes) {
  for (const store::Change& change : changes) {
    if (holds(change.family)) {
      tables_[index_of(change.family)].set(change.key, change.value, bytes_max_);
    }
  }
}

void LoadMemory::forget() noexcept {
  if (std::exchange(has_begun_, false)) {
    tables_ = {};
  }
}

} // namespace grunndata::registry
