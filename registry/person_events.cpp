#include "registry/person_events.h"

#include "registry/change_cause.h"
#include "registry/open_sight.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

/// The contract's status of the current row, "Resident"; empty when there is none.
std::string_view current_status(const std::vector<Row>& rows) noexcept {
  constexpr std::string_view marker = "\"status\":\"";
  for (const Row& row : rows) {
    if (row.entry.part != PersonPart::status || row.entry.recorded_to != still_recorded ||
        !is_current(row.entry)) {
      continue;
    }
    const std::string_view body = row.text.substr(row.entry.metadata_bytes);
    if (const auto at = body.find(marker); at != std::string_view::npos) {
      const auto value = body.substr(at + marker.size());
      return value.substr(0, value.find('"'));
    }
  }
  return {};
}

EventType status_event(std::string_view before, std::string_view after) noexcept {
  if (before == after) {
    return EventType::change_in_status;
  }
  if (before == "Deceased" || (before == "Discontinued" && !after.empty())) {
    return EventType::person_is_reactivated;
  }
  if (after == "Deceased") {
    return EventType::person_is_deceased;
  }
  if (after == "Resident") {
    return EventType::person_is_resident;
  }
  if (after == "Emigrated") {
    return EventType::person_is_emigrated;
  }
  return after == "Discontinued" ? EventType::person_is_discontinued : EventType::change_in_status;
}

bool is_protected(Grading person) noexcept { return person >= Grading::confidential; }

bool is_live(const Row& row) noexcept { return row.entry.recorded_to == still_recorded; }

/// A graded row of `part` is delivered that was not before, or an ungraded one went with it.
bool hides_rows(const Entity& before, const RowChanges& changes, PersonPart part) {
  if (changes.graded.test(static_cast<std::size_t>(part)) ||
      (changes.forgotten != 0 && locates(part))) {
    return true;
  }
  return std::ranges::any_of(changes.rows, [&](const Row& row) {
    return row.entry.part == part && is_live(row) && row.entry.grading != Grading::unclassified &&
           std::ranges::none_of(before.rows, [&row](const Row& old) {
             return old.entry.part == row.entry.part && is_live(old) && old.text == row.text &&
                    old.entry.grading == row.entry.grading;
           });
  });
}

/// Whether every form of `some` is among `all`, in the same order.
bool is_within(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  auto at = all.begin();
  for (const std::string& form : some) {
    at = std::find(at, all.end(), form);
    if (at == all.end()) {
      return false;
    }
    ++at;
  }
  return true;
}

/// What callers without legal basis are told of changes, part by part.
class OpenSight {
public:
  OpenSight(const Entity& before, const RowChanges& changes, const DocumentHeader& after)
      : before_(before), changes_(changes),
        sees_before_(viewer_of(before.header, Access::no_legal_basis)),
        sees_after_(viewer_of(after, Access::no_legal_basis)), sees_of_twin_(sees_before_) {
    sees_of_twin_.person = std::max(sees_before_.person, sees_after_.person);
    sees_of_twin_.relative_hides = sees_before_.relative_hides || sees_after_.relative_hides;
  }

  [[nodiscard]] Sight of(PersonPart part) const {
    const auto after = open_sight(changes_.rows, part, sees_after_);
    if (open_sight(before_.rows, part, sees_before_) == after) {
      return unseen(part);
    }
    const auto of_twin = open_sight(before_.rows, part, sees_of_twin_);
    const bool only_hides =
        of_twin == after || (is_within(after, of_twin) && hides_rows(before_, changes_, part));
    return only_hides ? Sight::generalised : Sight::named;
  }

private:
  [[nodiscard]] Sight unseen(PersonPart part) const noexcept {
    const bool goes_with_the_place = is_protected(sees_of_twin_.person) && locates(part);
    return is_confidential_part(part) && part != PersonPart::address_protection &&
                   !goes_with_the_place
               ? Sight::generalised
               : Sight::nothing;
  }

  const Entity& before_;
  const RowChanges& changes_;
  Viewer sees_before_;
  Viewer sees_after_;
  Viewer sees_of_twin_; ///< what was hidden before, or is from now on, the twin never had
};

/// Of several changes with one event, the most open decides who is told, and what happened to the
/// person is the cause before what was only said of them.
void note(std::vector<EventDraft>& events, const EventDraft& event) {
  const auto same = std::ranges::find(events, event.type, &EventDraft::type);
  if (same == events.end()) {
    events.push_back(event);
    return;
  }
  same->open = std::min(same->open, event.open);
  if (event.cause < same->cause) {
    same->cause = event.cause;
    same->corrects_since = event.corrects_since;
  }
}

/// Nobody comes back from death: it was told by mistake, however the source's rows show that.
EventDraft status_change(const Entity& before, const RowChanges& changes, Sight open) {
  const auto was = current_status(before.rows);
  const auto is = current_status(changes.rows);
  ChangeCause cause = cause_of_change(PersonPart::status, before, changes);
  if (was != is && was == "Deceased") {
    cause = {EventCause::annulment, current_since(PersonPart::status, before)};
  } else if (was != is && is == "Deceased") {
    cause = {EventCause::life_event, 0};
  }
  return {status_event(was, is), open, cause.cause, cause.corrects_since};
}

} // namespace

std::vector<EventDraft> events_of(const Entity& before, const RowChanges& changes,
                                  const Protection& protection_after) {
  std::vector<EventDraft> events;
  DocumentHeader after = before.header;
  protection_after.write_to(after);
  const OpenSight sight(before, changes, after);
  const bool protection_moves = before.header.protection != after.protection;
  const bool relative_moves =
      Protection::of(before.header).relative_hides != protection_after.relative_hides;
  for (std::size_t p = 0; p < person_part_count; ++p) {
    const auto part = static_cast<PersonPart>(p);
    const bool changed = changes.changed.test(p);
    if (!changed && (!(protection_moves || relative_moves) || is_confidential_part(part))) {
      continue;
    }
    const Sight open = sight.of(part);
    if (!changed && open == Sight::nothing) {
      continue;
    }
    // Rows that stayed as they are, yet went out of open sight: the protection tells.
    const PersonPart tells = !changed && protection_moves && open == Sight::generalised
                                 ? PersonPart::address_protection
                                 : part;
    if (tells == PersonPart::status) {
      note(events, status_change(before, changes, open));
    } else {
      const ChangeCause cause = cause_of_change(tells, before, changes);
      note(events, {change_in(tells), open, cause.cause, cause.corrects_since});
    }
  }
  return events;
}

Result<void> find_corrected(const Transaction& transaction, const EntityId& entity,
                            std::vector<EventDraft>& events) {
  for (EventDraft& event : events) {
    if (event.corrects_since != 0) {
      const auto told = transaction.told_in_commit(entity, event.corrects_since, event.type);
      if (!told) {
        return tl::unexpected(told.error());
      }
      event.corrects = *told;
    }
  }
  return {};
}

void tell_in_general(std::vector<EventDraft>& events) {
  if (std::ranges::find(events, Sight::generalised, &EventDraft::open) != events.end()) {
    return;
  }
  const auto hidden = std::ranges::find(events, Sight::nothing, &EventDraft::open);
  if (hidden != events.end()) {
    hidden->open = Sight::generalised;
  } else {
    events.push_back({EventType::change_in_address_protection, Sight::generalised});
  }
}

void append_events(Transaction& transaction, const EntityId& entity, std::vector<EventDraft> events,
                   DocumentHeader& header) {
  std::ranges::stable_sort(events, {}, &EventDraft::open);
  bool generalised = false;
  for (const EventDraft& event : events) {
    std::uint8_t open_type = hidden_event;
    if (event.open == Sight::named) {
      open_type = static_cast<std::uint8_t>(event.type);
    } else if (event.open == Sight::generalised && !generalised) {
      open_type = static_cast<std::uint8_t>(EventType::change_in_person);
      generalised = true;
    }
    header.sequence_legal =
        transaction.append_event(entity, {event.type, open_type, event.cause, event.corrects},
                                 header.sequence_legal);
    if (event.open == Sight::named) {
      header.sequence_open = header.sequence_legal;
    }
  }
}

} // namespace grunndata::registry
