#include "registry/person_events.h"

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

/// `visible`: callers without legal basis see the part changed.
Sight sight_of(PersonPart part, bool visible, bool hides) noexcept {
  const bool tells_of_hiding = part == PersonPart::address_protection || (hides && locates(part));
  if (visible) {
    return tells_of_hiding ? Sight::generalised : Sight::named;
  }
  return is_confidential_part(part) && !tells_of_hiding ? Sight::generalised : Sight::nothing;
}

/// Of several changes with one event, the most open decides.
void note(std::vector<EventDraft>& events, EventType type, Sight open) {
  const auto same = std::ranges::find(events, type, &EventDraft::type);
  if (same == events.end()) {
    events.push_back({type, open});
  } else {
    same->open = std::min(same->open, open);
  }
}

} // namespace

std::vector<EventDraft> events_of(const Entity& before, const RowChanges& changes,
                                  Grading protection_after) {
  std::vector<EventDraft> events;
  const bool hides = protection_after >= Grading::confidential ||
                     static_cast<Grading>(before.header.protection) >= Grading::confidential;
  PersonPartSet changed = changes.changed;
  PersonPartSet visible = changes.changed_open;
  // Rows that stayed as they are, yet came into or went out of open sight: the protection tells.
  if ((visible & ~changed).any()) {
    changed.set(static_cast<std::size_t>(PersonPart::address_protection));
    visible.set(static_cast<std::size_t>(PersonPart::address_protection));
  }
  for (std::size_t p = 0; p < person_part_count; ++p) {
    if (!changed.test(p)) {
      continue;
    }
    const auto part = static_cast<PersonPart>(p);
    const EventType type =
        part == PersonPart::status
            ? status_event(current_status(before.rows), current_status(changes.rows))
            : change_in(part);
    note(events, type, sight_of(part, visible.test(p), hides || changes.graded.test(p)));
  }
  return events;
}

void append_events(Transaction& transaction, const EntityId& entity,
                   const std::vector<EventDraft>& events, bool changed_open,
                   DocumentHeader& header) {
  bool generalised = false;
  for (const EventDraft& event : events) {
    std::uint8_t open_type = hidden_event;
    if (event.open == Sight::named) {
      open_type = static_cast<std::uint8_t>(event.type);
    } else if (event.open == Sight::generalised && !generalised) {
      open_type = static_cast<std::uint8_t>(EventType::change_in_person);
    }
    const std::uint64_t sequence = transaction.append_event(entity, event.type, open_type);
    header.sequence_legal = sequence;
    if (event.open == Sight::named ||
        (changed_open && event.open == Sight::generalised && !generalised)) {
      header.sequence_open = sequence;
    }
    generalised = generalised || event.open == Sight::generalised;
  }
}

} // namespace grunndata::registry
