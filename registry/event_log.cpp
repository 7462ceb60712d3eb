// The log as its readers see it.
#include "registry/commit_listener.h"
#include "registry/keys.h"
#include "registry/node_runs.h"
#include "registry/registry.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <array>

namespace grunndata::registry {

namespace {

using store::Family;

/// What a reader of `access` is told of; nothing when the record is hidden, or tells of what is by
/// now.
std::optional<EventType> told_type(const LogEntry& entry, Access access) noexcept {
  if (access == Access::legal_basis) {
    return entry.type;
  }
  if (entry.open_type == hidden_event || entry.is_withheld()) {
    return std::nullopt;
  }
  return static_cast<EventType>(entry.open_type);
}

/// By type: whether a part that it tells of may hide something of somebody.
std::array<bool, event_type_count> types_that_may_hide() noexcept {
  std::array<bool, event_type_count> result{};
  for (const PersonPartFacts& facts : person_parts) {
    if (locates(facts.part) || locates_in_fields(facts.part)) {
      result[static_cast<std::size_t>(change_in(facts.part))] = true;
    }
  }
  return result;
}

bool tells_cause(const LogEntry& entry, EventType told, Access access) noexcept {
  static const auto may_hide = types_that_may_hide();
  return access == Access::legal_basis ||
         (told == entry.type && !may_hide[static_cast<std::size_t>(told)]);
}

Event event_of(std::uint64_t sequence, const LogEntry& entry, EventType told, const IdCipher& ids) {
  Event event;
  event.sequence = sequence;
  event.type = told;
  event.kind = static_cast<EntityKind>(entry.domain);
  event.person = ids.seal(entry.entity);
  event.recorded = Instant{entry.recorded_at};
  return event;
}

bool wants(const EventFilter& filter, EventType told, EntityKind kind) noexcept {
  return (filter.types.none() || filter.types.test(static_cast<std::size_t>(told))) &&
         (!filter.kind || *filter.kind == kind);
}

/// The run of events to pass over at `entry`, when those asked for are of others than nodes.
Result<std::optional<NodeRun>> run_to_pass(const store::Store& store, std::uint64_t sequence,
                                           const LogEntry& entry,
                                           const std::optional<EntityKind>& wanted) {
  const bool is_passed = wanted && *wanted != EntityKind::virksomhet &&
                         static_cast<EntityKind>(entry.domain) == EntityKind::virksomhet;
  return is_passed ? node_run_at(store, sequence) : Result<std::optional<NodeRun>>(std::nullopt);
}

tl::unexpected<Error> corrupt() {
  return fail(ErrorCode::corrupt, "a record of the log cannot be read");
}

/// Adds why it happened, and what it corrects if the reader is told of that too.
Result<void> explain(const store::Store& store, const LogEntry& entry, Access access,
                     Event& event) {
  if (!tells_cause(entry, event.type, access)) {
    return {};
  }
  event.cause = entry.cause();
  event.corrects = entry.corrects;
  if (entry.corrects == 0 || access == Access::legal_basis) {
    return {};
  }
  store::Pinned pin;
  const auto found = store.get(Family::log, key_of_number(entry.corrects), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto corrected = *found ? read_log(pin.view()) : std::nullopt;
  if (!corrected) {
    return corrupt();
  }
  if (told_type(*corrected, access) != corrected->type) {
    event.corrects = 0;
  }
  return {};
}

} // namespace

Result<EventPage> Registry::events(std::uint64_t from, std::size_t limit, Access access,
                                   const EventFilter& filter) const {
  const auto end = newest_told(access);
  if (!end) {
    return tl::unexpected(end.error());
  }
  const std::uint64_t newest = *end;
  EventPage page;
  page.next = from;
  if (from > newest + 1) {
    if (access == Access::legal_basis) {
      return fail(ErrorCode::out_of_range, "the position is beyond the newest event");
    }
    return page; // how far beyond would tell how much is hidden
  }
  bool ended_early = false;
  std::size_t looked_at = 0;
  const auto cursor = impl_->store->scan(Family::log);
  for (cursor->seek(key_of_number(from)); cursor->valid();) {
    const std::uint64_t sequence = number_of_key(cursor->key());
    ended_early = page.events.size() == limit || looked_at == filter.looked_at_max;
    if (sequence > newest || ended_early) {
      break;
    }
    page.next = sequence + 1;
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return corrupt();
    }
    const auto run = run_to_pass(*impl_->store, sequence, *entry, filter.kind);
    if (!run) {
      return tl::unexpected(run.error());
    }
    if (*run) {
      page.next = std::min((*run)->last, newest) + 1;
      cursor->seek(key_of_number(page.next));
      continue;
    }
    if (const auto told = told_type(*entry, access)) {
      ++looked_at;
      if (wants(filter, *told, static_cast<EntityKind>(entry->domain))) {
        page.events.push_back(event_of(sequence, *entry, *told, impl_->ids));
        if (auto explained = explain(*impl_->store, *entry, access, page.events.back());
            !explained) {
          return tl::unexpected(explained.error());
        }
      }
    }
    cursor->next();
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  if (page.events.size() < limit && !ended_early) {
    page.next = newest + 1;
  }
  page.more = page.next <= newest;
  return page;
}

Result<std::optional<Event>> Registry::latest_event(Access access,
                                                    std::optional<EntityKind> kind) const {
  const auto cursor = impl_->store->scan(Family::log);
  for (cursor->seek_before(key_of_number(newest_sequence())); cursor->valid();) {
    const std::uint64_t sequence = number_of_key(cursor->key());
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return corrupt();
    }
    const auto run = run_to_pass(*impl_->store, sequence, *entry, kind);
    if (!run) {
      return tl::unexpected(run.error());
    }
    if (*run) {
      cursor->seek_before(key_of_number((*run)->first - 1));
      continue;
    }
    const auto told = kind && *kind != static_cast<EntityKind>(entry->domain)
                          ? std::nullopt
                          : told_type(*entry, access);
    if (told) {
      Event event = event_of(sequence, *entry, *told, impl_->ids);
      if (auto explained = explain(*impl_->store, *entry, access, event); !explained) {
        return tl::unexpected(explained.error());
      }
      return event;
    }
    cursor->previous();
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return std::nullopt;
}

Result<std::uint64_t> Registry::newest_told(Access access) const {
  if (access == Access::legal_basis) {
    return newest_sequence();
  }
  const auto latest = latest_event(access);
  if (!latest) {
    return tl::unexpected(latest.error());
  }
  return *latest ? (*latest)->sequence : 0;
}

Result<std::uint64_t> Registry::sequence_at(Instant when) const {
  const auto nothing = [] {
    return fail(ErrorCode::not_known_then, "nothing was recorded yet at that time");
  };
  if (when.microseconds < 0) {
    return nothing();
  }
  const auto cursor = impl_->store->scan(Family::clock);
  cursor->seek_before(key_of_number(static_cast<std::uint64_t>(when.microseconds)));
  if (!cursor->valid()) {
    if (auto status = cursor->status(); !status) {
      return tl::unexpected(status.error());
    }
    return nothing();
  }
  if (cursor->value().size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "a record of the clock has a wrong size");
  }
  return number_of_key(cursor->value());
}

} // namespace grunndata::registry
