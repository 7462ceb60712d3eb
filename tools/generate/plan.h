// Who lives in which family, when they were born and which number they get, so that no two people
// of a population can have the same number although nobody remembers the numbers given.
//
// A family is a point (lane, day). The lane fixes its roles, genders, how many days each role is
// born before or after the family's day, and a rank among the numbers of a birth date that no
// other role of any lane has. Two people with the same birth date in the same role of the same
// lane would be the same family; so (birth date, gender, rank) is unique, and so is the number.
#pragma once

#include "tools/generate/calendar.h"
#include "tools/generate/numbers.h"
#include "tools/generate/random.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::generate {

enum class Role : std::uint8_t {
  anchor,  ///< always there; a mother where there is one
  partner, ///< lives or lived with the anchor
  child,   ///< of the anchor, and of the partner
  mother,  ///< of the anchor
  father,
  stray, ///< beside the anchor without a relation to it
  spare, ///< nobody: another number of the anchor
};

enum class LaneKind : std::uint8_t {
  family,
  alone,
  mother_alone,
  two_women,
  two_men,
  immigrants,
  immigrant_alone,
  d_alone,
  d_couple,
  ceased,
};

struct Slot {
  Role role{};
  Gender gender{};
  Day shift = 0; ///< born so many days after the family's day
  std::uint16_t rank = 0;
  std::uint16_t d_rank = 0; ///< among D-numre; no_rank: never held one
};
inline constexpr std::uint16_t no_rank = 0xffff;

struct Lane {
  LaneKind kind{};
  std::vector<Slot> slots; ///< anchor first; children oldest first
};

/// The families of all populations of one seed and day.
class Plan {
public:
  Plan(std::uint64_t seed, Day as_of);

  struct Point {
    const Lane* lane = nullptr;
    Day day = 0;
  };
  /// How many points there are. Some stand for nobody.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// Every index below `size()` is another point.
  [[nodiscard]] Point point(std::uint64_t index) const noexcept;

  /// The number of somebody, or nothing when nobody with that birth date stands in the slot: not
  /// yet born, too old to be registered, or no number left on that date.
  [[nodiscard]] std::optional<Number> number(const Slot& slot, Day birth) const;
  /// The D-number somebody has or had; nothing when there is none left on that date.
  [[nodiscard]] std::optional<Number> d_number(const Slot& slot, Day birth) const;

  [[nodiscard]] const std::vector<Lane>& lanes() const noexcept { return lanes_; }

private:
  void add(LaneKind kind, std::uint32_t copies, std::string_view roles);
  Slot make_slot(char role, const Lane& lane, Draw& draw);
  void rank(Lane& lane);

  NumberRanks ranks_;
  std::vector<Lane> lanes_;
  std::uint16_t next_rank_[2] = {};
  std::uint16_t next_d_rank_[2] = {};
  Draw draw_;
  Day oldest_;
  Day youngest_;
  Day first_day_;
  std::uint64_t size_ = 0;
  Permutation order_;
};

} // namespace grunndata::generate
