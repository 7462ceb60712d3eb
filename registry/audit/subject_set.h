// Whom a job covered: computed from the registry's log of events, committed to in the audit log.
#pragma once

#include "registry/access.h"
#include "registry/audit/record.h"
#include "registry/audit/tree/hash.h"
#include "registry/error.h"

#include <cstdint>
#include <span>
#include <vector>

namespace grunndata::registry {
class Registry;
} // namespace grunndata::registry

namespace grunndata::registry::audit {

/// The persons that have events with sequences in [from, to) which `access` is told of, or was
/// until they hid (`registry/withheld_events.h`): everybody a reader of that part of the log can
/// have been told about, then or before. So a set that was committed to holds also when somebody
/// hides later. SHA-256 over their ids, sorted. Costs 16 bytes of memory for each. Errors:
/// `invalid` when from > to; `corrupt`, `storage`.
[[nodiscard]] Result<SubjectSet> subject_set(const Registry& registry, std::uint64_t from,
                                             std::uint64_t to, Access access);

/// The same of persons who come one after the other, in the order of their ids, each once: for a
/// job that walks them all. Takes no memory.
class SubjectDigest {
public:
  void add(const EntityId& person);
  [[nodiscard]] SubjectSet set(std::uint64_t from, std::uint64_t to) const;

private:
  Sha256Stream hash_;
  std::uint64_t persons_ = 0;
};

/// Whether the log still gives the committed set, digest and all.
[[nodiscard]] Result<bool> holds(const Registry& registry, const SubjectSet& set, Access access);

/// Which events count.
enum class Told : std::uint8_t {
  ever, ///< also those that are withheld since, as in `subject_set`
  now,  ///< for a reader who may not learn that somebody hides
};

/// The sequences in [from, to) of `person`'s events that `access` is told of, ascending. One walk
/// through the log answers for any number of jobs; see `covers`.
[[nodiscard]] Result<std::vector<std::uint64_t>>
sequences_of(const Registry& registry, const EntityId& person, std::uint64_t from, std::uint64_t to,
             Access access, Told told = Told::ever);

/// Whether one of `sequences`, ascending, lies in the job's range.
[[nodiscard]] bool covers(const SubjectSet& set, std::span<const std::uint64_t> sequences) noexcept;

} // namespace grunndata::registry::audit
