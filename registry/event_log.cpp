// The log as its readers see it.
#include "registry/keys.h"
#include "registry/registry.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

namespace {

using store::Family;

/// What a reader of `access` sees of a record; nothing when it is hidden, or told of what is by
/// now.
std::optional<Event> seen(std::uint64_t sequence, const LogEntry& entry, Access access,
                          const IdCipher& ids) {
  Event event;
  event.sequence = sequence;
  event.type = entry.type;
  if (access == Access::no_legal_basis) {
    if (entry.open_type == hidden_event || entry.withheld != 0) {
      return std::nullopt;
    }
    event.type = static_cast<EventType>(entry.open_type);
  }
  event.person = ids.seal(entry.entity);
  event.recorded = Instant{entry.recorded_at};
  return event;
}

tl::unexpected<Error> corrupt() {
  return fail(ErrorCode::corrupt, "a record of the log cannot be read");
}

} // namespace

Result<EventPage> Registry::events(std::uint64_t from, std::size_t limit, Access access,
                                   const EventTypeSet& types) const {
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
  const auto cursor = impl_->store->scan(Family::log);
  for (cursor->seek(key_of_number(from)); cursor->valid(); cursor->next()) {
    const std::uint64_t sequence = number_of_key(cursor->key());
    if (sequence > newest || page.events.size() == limit) {
      break;
    }
    page.next = sequence + 1;
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return corrupt();
    }
    const auto as_seen = seen(sequence, *entry, access, impl_->ids);
    if (as_seen && (types.none() || types.test(static_cast<std::size_t>(as_seen->type)))) {
      page.events.push_back(*as_seen);
    }
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  if (page.events.size() < limit) {
    page.next = newest + 1;
  }
  page.more = page.next <= newest;
  return page;
}

Result<std::optional<Event>> Registry::latest_event(Access access) const {
  const auto cursor = impl_->store->scan(Family::log);
  for (cursor->seek_before(key_of_number(newest_sequence())); cursor->valid(); cursor->previous()) {
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return corrupt();
    }
    if (const auto event = seen(number_of_key(cursor->key()), *entry, access, impl_->ids)) {
      return event;
    }
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
