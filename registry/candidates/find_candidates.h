// Before a hjelpenummer is issued: who is known already and could be the same human?
#pragma once

#include "registry/access.h"
#include "registry/candidates/comparison.h"
#include "registry/registry.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry::candidates {

inline constexpr std::size_t candidates_max = 10;
/// Keys of one name looked through for one question; of more, the rest is not looked at.
inline constexpr std::size_t keys_of_name_max = 8'192;
/// Born on the day, looked through beside those who share a name.
inline constexpr std::size_t keys_of_day_max = 512;
/// Persons read and compared for one question.
inline constexpr std::size_t persons_read_max = 256;

/// Whose hjelpenumre a seeker is told all facts of: address and organisation too.
enum class HelpNumbersSeen : std::uint8_t {
  none, ///< with legal basis name, birth and gender; without it they are no candidates
  own,  ///< of those that the seeker's organisation issued; of others as `none`
  all,
};

/// Who asks.
struct Seeker {
  Access access = Access::no_legal_basis;
  HelpNumbersSeen help_numbers = HelpNumbersSeen::none;
  std::string organisation{}; ///< orgnr, of `HelpNumbersSeen::own`
  /// Information parts that the seeker may be shown at all: other addresses take no part.
  PersonPartSet parts = PersonPartSet().set();
};

struct Candidate {
  EntityId entity; ///< who carries on
  ExternalId id{};
  Grade grade{};
  std::optional<hjelpenummer::HelpNumber> number; ///< of who is known by a hjelpenummer alone
  bool through_predecessor = false; ///< the facts are of somebody merged or linked into the entity
  std::vector<Reason> reasons;
};

/// What answering took; the same whatever is hidden from the seeker.
struct CandidateWork {
  std::size_t keys = 0;
  std::size_t persons = 0;
  std::size_t addresses = 0;
  bool operator==(const CandidateWork&) const = default;
};

struct Candidates {
  std::vector<Candidate> candidates; ///< best first; equal ones by outside id, which tells nothing
  bool is_cut_short = false; ///< a limit was met: others may fit as well; more facts would help
  CandidateWork work;
};

/// Whether so much is told that somebody may be looked for: a name with a birth date or year, a
/// birth date with an address, or given and family name with an address.
[[nodiscard]] bool tells_enough(const Description& wanted);

/// Persons, and hjelpenumre as far as the seeker may know of them, who fit `wanted`.
/// Whom it looks at:
/// - everybody born on the day;
/// - whoever was born in the year (or when is unknown, or no birth was asked for) and shares by
///   sound two of the names asked for, or the only one; former names count;
/// - whoever was born on the day a year before or after and shares one name.
/// Rows that the seeker may not see take no part: neither in points nor in order nor, but for
/// skipping them, in time. What a merged or linked predecessor said counts with legal basis only.
/// Everybody returned was shown to the seeker: the caller audits each.
///
/// `limit`: 1 to `candidates_max`. Errors: `invalid` (a fact breaks its rule, or too little is
/// told), `unavailable` (the directory's search keys were never built: the
/// message says what to run), `corrupt`, `storage`.
[[nodiscard]] Result<Candidates> find_candidates(const Registry& registry,
                                                 const Description& wanted, const Seeker& seeker,
                                                 std::size_t limit = candidates_max);

} // namespace grunndata::registry::candidates
