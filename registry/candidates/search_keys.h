// Keys by which persons are found without a number: names as they sound, and birth dates. FORMAT.md
// has the bytes. They are a function of an entity's rows and change in the commit that changes
// them.
#pragma once

#include "registry/document.h"
#include "registry/transaction.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::candidates {

/// Which rows a key comes from. They are kept apart, so that a search which may not know of
/// hjelpenumre takes no longer for their being there.
enum class KeyOf : char {
  person = 'c',
  help_number = 'h', ///< rows of `Source::hjelpenummer`
};

/// Whether a key of the family is one of an entity's, made from its rows.
[[nodiscard]] constexpr bool is_key_of_entity(std::string_view key) noexcept {
  return !key.empty() && (key.front() == static_cast<char>(KeyOf::person) ||
                          key.front() == static_cast<char>(KeyOf::help_number));
}

/// A calendar day as far as it is known; 0: not known. A day is never known without its year.
struct BirthDay {
  std::uint16_t year = 0;
  std::uint8_t month = 0;
  std::uint8_t day = 0;
  auto operator<=>(const BirthDay&) const = default;

  [[nodiscard]] bool is_full() const noexcept { return day != 0; }
};
/// "YYYY" or what starts with "YYYY-MM-DD"; unknown for anything else.
[[nodiscard]] BirthDay birth_day_of(std::string_view text) noexcept;

/// Of how a name sounds; 0 stands for no name.
using SoundHash = std::uint32_t;
[[nodiscard]] SoundHash hash_of_sound(std::string_view sound) noexcept;

inline constexpr std::size_t search_key_bytes = 25;
using SearchKey = std::array<char, search_key_bytes>;

struct SearchKeyFields {
  KeyOf of = KeyOf::person;
  SoundHash sound = 0;
  BirthDay born;
  EntityId entity;
};
/// of · sound · year · month · day · entity, big-endian.
[[nodiscard]] SearchKey search_key(const SearchKeyFields& fields) noexcept;
/// The first 5 bytes, 7 or 9: every key of a sound, and of a year or day with it.
[[nodiscard]] std::string search_prefix(KeyOf of, SoundHash sound);
[[nodiscard]] std::string search_prefix(KeyOf of, SoundHash sound, std::uint16_t year);
[[nodiscard]] std::string search_prefix(KeyOf of, SoundHash sound, const BirthDay& born);
/// Nothing for a key of another kind or size.
[[nodiscard]] std::optional<SearchKeyFields> read_search_key(std::string_view key) noexcept;
[[nodiscard]] inline std::string_view view_of(const SearchKey& key) noexcept {
  return {key.data(), key.size()};
}

/// More names or birth days of one entity give no keys.
inline constexpr std::size_t sounds_max = 24;
inline constexpr std::size_t birth_days_max = 4;

/// All keys of the entity, in order, each once. Of the recorded rows: every name, former ones too,
/// with each birth that is current, and each of those births with no name. Where no birth is known
/// the keys of the names have none.
[[nodiscard]] std::vector<SearchKey> search_keys(const std::vector<Row>& rows,
                                                 const EntityId& entity);

/// Part of the commit that changes rows: erases keys that `before` gave and `after` does not, puts
/// those that are new.
void update_search_keys(Transaction& transaction, const EntityId& entity,
                        const std::vector<Row>& before, const std::vector<Row>& after);

} // namespace grunndata::registry::candidates
