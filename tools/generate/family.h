// A family as it lived: the facts that all its members' documents are written from, so that they
// agree. No text is made here.
#pragma once

#include "tools/generate/feature.h"
#include "tools/generate/names.h"
#include "tools/generate/places.h"
#include "tools/generate/plan.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grunndata::generate {

inline constexpr std::size_t members_max = 8;
inline constexpr std::size_t stays_max = 40;
inline constexpr std::size_t names_max = 5;
inline constexpr int nobody = -1;

enum class State : std::uint8_t {
  resident,
  dead,
  emigrated,
  temporary,
  inactive,
  ceased,
  not_resident,
  birth_registered,
  missing,
  active,
};

enum class Protection : std::uint8_t { none, client, confidential, strict };

struct Stay {
  Day from = 0;
  PlaceKey place{};
};

/// Where somebody lived, oldest first, each until the next.
struct Stays {
  std::array<Stay, stays_max> rows;
  std::size_t count = 0;

  /// A day not after the last one is left out, and so is what no longer has room.
  void add(Day from, PlaceKey place) noexcept {
    if (count == stays_max || (count > 0 && from <= rows[count - 1].from)) return;
    rows[count++] = {from, place};
  }
  [[nodiscard]] const Stay& last() const noexcept { return rows[count - 1]; }
};

enum class NameReason : std::uint8_t { birth, provisional, first_choice, marriage, change };

struct PersonName {
  Day from = 0;
  NameReason reason{};
  std::string_view first;
  std::string_view second; ///< another given name; empty: none
  std::string_view middle;
  std::string_view last;
  std::string_view joined_last; ///< after a hyphen; empty: none
};

struct Member {
  Role role{};
  Gender gender{};
  State state{};
  LaneKind lane{};
  std::uint64_t key = 0; ///< of all draws that concern this person alone
  Day birth = 0;
  Number number{};   ///< in use, or ceased when state is so
  Number d_number{}; ///< held before
  Number spare{};    ///< ceased, of the same person: changed or merged
  bool has_d_number = false;
  bool has_spare = false;
  bool d_person = false; ///< `number` is a D-number
  bool was_other_gender = false;
  Protection protection{};
  Day d_day = no_day;      ///< D-number given
  Day immigrated = no_day; ///< no_day: not born abroad
  Day emigrated = no_day;
  Day died = no_day;
  Day spare_ended = no_day;
  Day protected_from = no_day;
  const Country* origin = nullptr; ///< null: Norway
  const Country* destination = nullptr;
  int mother = nobody; ///< index of a member
  int father = nobody;
  int co_mother = nobody;
  int spouse = nobody;
  int twin = nobody;
  Features features;
  std::array<PersonName, names_max> names; ///< oldest first
  std::size_t names_count = 0;
  Stays stays;

  [[nodiscard]] bool alive_on(Day day) const noexcept { return died == no_day || died > day; }
};

/// Two members who lived together, and may have married or registered a partnership.
struct Marriage {
  bool partnership = false;
  Day together = no_day; ///< no_day: they never did
  Day parted = no_day;   ///< moved apart while both lived
  Day married = no_day;  ///< no_day: they did not
  Day separated = no_day;
  Day dissolved = no_day;
  /// Of the first of the two to die while still married.
  Day widowed = no_day;
};

enum class Responsibility : std::uint8_t { shared, mother, father, co_mother, others, unknown };

/// Parental responsibility for one child.
struct Custody {
  bool any = false;
  Responsibility kind{};
  bool by_mother = false;
  bool by_father = false; ///< or co-mother
  Day from = 0;
  Day ended = no_day; ///< of age; no_day: goes on
};

struct Family {
  std::uint64_t key = 0;
  Day as_of = 0;
  std::array<Member, members_max> members;
  std::size_t count = 0;
  Marriage marriage;         ///< of anchor and partner
  Marriage parents_marriage; ///< of the anchor's parents

  [[nodiscard]] const Marriage& marriage_of(const Member& member) const noexcept {
    return member.role == Role::mother || member.role == Role::father ? parents_marriage : marriage;
  }
  [[nodiscard]] Custody custody_of(std::size_t child) const noexcept;
};

/// What every family of a population is made from.
struct Setting {
  std::uint64_t seed = 0;
  Day as_of = 0;
  std::uint32_t share_2032_ppm = 0;
};

/// Fills `family` with the one at that index of the plan, of at most `members` people. False when
/// nobody stands there. What is given out is taken from `pending`.
[[nodiscard]] bool make_family(const Plan& plan, const Setting& setting, std::uint64_t index,
                               std::size_t members, Pending& pending, Family& family);

} // namespace grunndata::generate
