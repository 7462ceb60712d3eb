#include "registry/withheld_events.h"

#include "registry/open_sight.h"
#include "registry/person_protection.h"

#include <algorithm>
#include <optional>

namespace grunndata::registry {

namespace {

/// The part that an event tells of, when it may hide.
std::optional<PersonPart> part_of(EventType type) noexcept {
  for (const PersonPartFacts& facts : person_parts) {
    const bool may_hide = locates(facts.part) || locates_in_fields(facts.part);
    if (may_hide && !is_confidential_part(facts.part) && change_in(facts.part) == type) {
      return facts.part;
    }
  }
  return std::nullopt;
}

/// Events of one person, newest first, beside the rows that they tell of.
class PastEvents {
public:
  PastEvents(const std::vector<LoggedEvent>& events, const Entity& entity)
      : events_(events), entity_(entity),
        viewer_(viewer_of(entity.header, Access::no_legal_basis)) {}

  /// Callers without legal basis are told what has happened in a part.
  [[nodiscard]] bool is_named(std::size_t at) const noexcept {
    const LogEntry& entry = events_[at].entry;
    return !entry.is_withheld() && entry.open_type == static_cast<std::uint8_t>(entry.type);
  }
  /// By today's rules they would have seen nothing happen.
  [[nodiscard]] bool shows_nothing(std::size_t at) const {
    const auto part = part_of(events_[at].entry.type);
    if (!part) {
      return false;
    }
    const std::uint64_t begin = begin_of_change(*part, at);
    if (begin == 0) { // its rows are forgotten, or it told that they came into sight
      return viewer_.person >= Grading::confidential ||
             open_sight(entity_.rows, *part, viewer_).empty();
    }
    return open_sight(entity_.rows, *part, viewer_, begin - 1) ==
           open_sight(entity_.rows, *part, viewer_, begin);
  }

private:
  /// The sequence from which the change is recorded: the first that its commit gave the person.
  [[nodiscard]] std::uint64_t begin_of_change(PersonPart part, std::size_t at) const noexcept {
    const std::uint64_t sequence = events_[at].sequence;
    std::uint64_t begin = 0;
    for (const Row& row : entity_.rows) {
      for (const std::uint64_t bound : {row.entry.recorded_from, row.entry.recorded_to}) {
        if (row.entry.part == part && bound <= sequence) {
          begin = std::max(begin, bound);
        }
      }
    }
    const std::uint64_t before = sequence - begin; // records of the person, without a gap
    const bool same_commit = before < events_.size() - at && events_[at + before].sequence == begin;
    return same_commit ? begin : 0;
  }

  const std::vector<LoggedEvent>& events_;
  const Entity& entity_;
  Viewer viewer_;
};

} // namespace

bool hides_something(const Entity& entity) noexcept {
  return entity.header.protection >= static_cast<std::uint8_t>(Grading::confidential) ||
         Protection::of(entity.header).relative_hides ||
         std::ranges::any_of(entity.rows, [](const Row& row) {
           return row.entry.grading != Grading::unclassified &&
                  row.entry.part != PersonPart::address_protection;
         });
}

Result<bool> withhold_events(Transaction& transaction, const EntityId& id, Entity& entity) {
  const DocumentHeader& header = entity.header;
  const auto events = transaction.events_of(id, header.sequence_legal, header.sequence_first);
  if (!events) {
    return tl::unexpected(events.error());
  }
  const PastEvents past(*events, entity);
  bool withheld = false;
  std::uint64_t newest_named = 0;
  for (std::size_t i = 0; i < events->size(); ++i) {
    if (!past.is_named(i)) {
      continue;
    }
    if (past.shows_nothing(i)) {
      transaction.withhold((*events)[i]);
      withheld = true;
    } else if (newest_named == 0) {
      newest_named = (*events)[i].sequence;
    }
  }
  if (newest_named != 0) {
    entity.header.sequence_open = newest_named;
  }
  return withheld;
}

} // namespace grunndata::registry
