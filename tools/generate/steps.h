// The steps a family is made in, each relying on those before it. Internal to this folder.
#pragma once

#include "tools/generate/family.h"
#include "tools/generate/random.h"

namespace grunndata::generate {

/// Days on which the rules of the register changed.
inline constexpr Day register_began = day_of(1964, 10, 1);
inline constexpr Day freg_began = day_of(2020, 10, 1); ///< older facts were migrated from DSF
inline constexpr Day partnerships_began = day_of(1993, 8, 1);
inline constexpr Day partnerships_ended = day_of(2009, 1, 1);
inline constexpr Day adult_days = 18 * days_a_year + 5;

/// A draw of its own for every subject, so that adding one leaves the others as they were.
enum class Subject : std::uint64_t {
  member = 1,
  origin,
  death,
  marriage,
  parents_marriage,
  emigration,
  home,
  parents_home,
  moves,
  names,
  family_names,
  features,
  document,
  custody,
  protection,
  state,
};
[[nodiscard]] constexpr std::uint64_t key_for(std::uint64_t key, Subject subject) noexcept {
  return key_of(key, static_cast<std::uint64_t>(subject));
}

/// Births, marriages, deaths, migration and what the register calls each member.
void live(Family& family, LaneKind lane, std::uint8_t& pending_partnerships);

/// Whether the family bears Sámi names and began in a Sámi district.
[[nodiscard]] bool is_sami(const Family& family) noexcept;

/// Who has what few have. After `live`.
void give_features(Family& family, Features& pending);

/// After `give_features`.
void give_names(Family& family);

/// After `give_features`.
void give_homes(Family& family);

} // namespace grunndata::generate
