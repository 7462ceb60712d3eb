#include "registry/candidates/search_keys.h"

#include "registry/candidates/name_key.h"
#include "registry/candidates/row_fields.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry::candidates {

namespace {

constexpr std::size_t sound_at = 1;
constexpr std::size_t year_at = 5;
constexpr std::size_t month_at = 7;
constexpr std::size_t day_at = 8;
constexpr std::size_t entity_at = 9;

constexpr std::array<std::string_view, 3> name_properties{"givenName", "middleName", "familyName"};

bool number_of(std::string_view digits, unsigned& number) noexcept {
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return fault == std::errc{} && end == digits.data() + digits.size();
}

/// What the rows of one origin say, gathered on the stack: this runs for every person imported.
struct Gathered {
  std::array<SoundHash, sounds_max> sounds{};
  std::size_t sounds_count = 0;
  std::array<BirthDay, birth_days_max> births{};
  std::size_t births_count = 0;

  void add_sound(SoundHash sound) noexcept {
    const auto end = sounds.begin() + static_cast<std::ptrdiff_t>(sounds_count);
    if (sounds_count < sounds.size() && std::find(sounds.begin(), end, sound) == end) {
      sounds[sounds_count++] = sound;
    }
  }
  void add_birth(const BirthDay& born) noexcept {
    const auto end = births.begin() + static_cast<std::ptrdiff_t>(births_count);
    if (births_count < births.size() && born.year != 0 &&
        std::find(births.begin(), end, born) == end) {
      births[births_count++] = born;
    }
  }
};

/// How names sound. Most are borne by many, so those met last are remembered.
class Sounds {
public:
  void add(std::string_view name, Gathered& gathered) {
    const bool is_short = name.size() <= remembered_bytes_max;
    const std::size_t place = XXH3_64bits(name.data(), name.size()) % remembered_max;
    Known& known = is_short ? known_[place] : known_.back();
    if (!is_short || known.name != name) {
      known.name = is_short ? name : std::string_view();
      find_out(name, known.sounds);
    }
    for (const SoundHash sound : known.sounds) {
      gathered.add_sound(sound);
    }
  }

private:
  static constexpr std::size_t remembered_max = 4096;
  static constexpr std::size_t remembered_bytes_max = 64;
  struct Known {
    std::string name;
    std::vector<SoundHash> sounds; ///< of no name none
  };

  void find_out(std::string_view name, std::vector<SoundHash>& sounds) {
    sounds.clear();
    name_key(name, key_);
    std::string_view rest = key_;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      sound_of(rest.substr(0, end), sound_);
      sounds.push_back(hash_of_sound(sound_));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  std::vector<Known> known_ = std::vector<Known>(remembered_max + 1); ///< the last is for long ones
  std::string key_;
  std::string sound_;
};

struct Rooms {
  std::string text;
  Sounds sounds;
};

void add_name(const Row& row, Rooms& rooms, Gathered& gathered) {
  for (const std::string_view property : name_properties) {
    if (const auto text = text_of(row.text, row.entry.metadata_bytes, property, rooms.text)) {
      rooms.sounds.add(*text, gathered);
    }
  }
}

void add_birth(const Row& row, Rooms& rooms, Gathered& gathered) {
  for (const std::string_view property : {"birthDate", "birthYear"}) {
    const auto text = text_of(row.text, row.entry.metadata_bytes, property, rooms.text);
    const BirthDay born = text ? birth_day_of(*text) : BirthDay{};
    if (born.year != 0) {
      gathered.add_birth(born);
      return;
    }
  }
}

void gather(const std::vector<Row>& rows, bool help_number, Gathered& gathered) {
  thread_local Rooms rooms;
  for (const Row& row : rows) {
    if (row.entry.recorded_to != still_recorded ||
        (row.entry.source == Source::hjelpenummer) != help_number) {
      continue;
    }
    if (row.entry.part == PersonPart::name) {
      add_name(row, rooms, gathered);
    } else if (row.entry.part == PersonPart::birth && is_current(row.entry)) {
      add_birth(row, rooms, gathered);
    }
  }
}

void append_keys(const Gathered& gathered, KeyOf of, const EntityId& entity,
                 std::vector<SearchKey>& keys) {
  SearchKeyFields fields{of, 0, {}, entity};
  for (std::size_t b = 0; b < std::max<std::size_t>(gathered.births_count, 1); ++b) {
    fields.born = gathered.births[b]; // unknown when there is none
    fields.sound = 0;
    if (gathered.births_count != 0) {
      keys.push_back(search_key(fields));
    }
    for (std::size_t s = 0; s < gathered.sounds_count; ++s) {
      fields.sound = gathered.sounds[s];
      keys.push_back(search_key(fields));
    }
  }
}

void collect(const std::vector<Row>& rows, const EntityId& entity, std::vector<SearchKey>& keys) {
  keys.clear();
  for (const KeyOf of : {KeyOf::person, KeyOf::help_number}) {
    Gathered gathered;
    gather(rows, of == KeyOf::help_number, gathered);
    append_keys(gathered, of, entity, keys);
  }
  std::ranges::sort(keys);
}

} // namespace

BirthDay birth_day_of(std::string_view text) noexcept {
  constexpr std::size_t year_digits = 4;
  constexpr std::size_t date_bytes = 10;
  BirthDay born;
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!number_of(text.substr(0, year_digits), year) || text.size() < year_digits) {
    return born;
  }
  born.year = static_cast<std::uint16_t>(year);
  if (text.size() == year_digits) {
    return born;
  }
  if (!is_date(text.substr(0, date_bytes)) || !number_of(text.substr(5, 2), month) ||
      !number_of(text.substr(8, 2), day)) {
    return {};
  }
  born.month = static_cast<std::uint8_t>(month);
  born.day = static_cast<std::uint8_t>(day);
  return born;
}

SoundHash hash_of_sound(std::string_view sound) noexcept {
  const auto hash = static_cast<SoundHash>(XXH3_64bits(sound.data(), sound.size()));
  return hash == 0 ? 1 : hash;
}

SearchKey search_key(const SearchKeyFields& fields) noexcept {
  SearchKey key{};
  key[0] = static_cast<char>(fields.of);
  for (std::size_t i = 0; i < sizeof fields.sound; ++i) {
    key[sound_at + i] = static_cast<char>(fields.sound >> (8 * (sizeof fields.sound - 1 - i)));
  }
  key[year_at] = static_cast<char>(fields.born.year >> 8U);
  key[year_at + 1] = static_cast<char>(fields.born.year);
  key[month_at] = static_cast<char>(fields.born.month);
  key[day_at] = static_cast<char>(fields.born.day);
  std::copy(fields.entity.bytes.begin(), fields.entity.bytes.end(), key.begin() + entity_at);
  return key;
}

std::string search_prefix(KeyOf of, SoundHash sound) {
  return std::string(view_of(search_key({of, sound, {}, {}})).substr(0, year_at));
}

std::string search_prefix(KeyOf of, SoundHash sound, std::uint16_t year) {
  return std::string(view_of(search_key({of, sound, {year, 0, 0}, {}})).substr(0, month_at));
}

std::string search_prefix(KeyOf of, SoundHash sound, const BirthDay& born) {
  return std::string(view_of(search_key({of, sound, born, {}})).substr(0, entity_at));
}

std::optional<SearchKeyFields> read_search_key(std::string_view key) noexcept {
  if (key.size() != search_key_bytes || !is_key_of_entity(key)) {
    return std::nullopt;
  }
  const auto byte = [key](std::size_t at) { return static_cast<std::uint8_t>(key[at]); };
  SearchKeyFields fields;
  fields.of = static_cast<KeyOf>(key[0]);
  for (std::size_t i = sound_at; i < year_at; ++i) {
    fields.sound = fields.sound << 8U | byte(i);
  }
  fields.born.year = static_cast<std::uint16_t>(byte(year_at) << 8U | byte(year_at + 1));
  fields.born.month = byte(month_at);
  fields.born.day = byte(day_at);
  std::copy_n(key.begin() + entity_at, fields.entity.bytes.size(), fields.entity.bytes.begin());
  return fields;
}

std::vector<SearchKey> search_keys(const std::vector<Row>& rows, const EntityId& entity) {
  std::vector<SearchKey> keys;
  collect(rows, entity, keys);
  return keys;
}

void update_search_keys(Transaction& transaction, const EntityId& entity,
                        const std::vector<Row>& before, const std::vector<Row>& after) {
  thread_local std::vector<SearchKey> old_keys;
  thread_local std::vector<SearchKey> new_keys;
  collect(before, entity, old_keys);
  collect(after, entity, new_keys);
  auto old_key = old_keys.begin();
  for (const SearchKey& key : new_keys) {
    for (; old_key != old_keys.end() && *old_key < key; ++old_key) {
      transaction.erase(store::Family::search, std::string(view_of(*old_key)));
    }
    if (old_key != old_keys.end() && *old_key == key) {
      ++old_key;
    } else {
      transaction.put(store::Family::search, std::string(view_of(key)), {});
    }
  }
  for (; old_key != old_keys.end(); ++old_key) {
    transaction.erase(store::Family::search, std::string(view_of(*old_key)));
  }
}

} // namespace grunndata::registry::candidates
