#include "registry/transaction.h"

namespace grunndata::registry {

namespace {
/// The log and the clock are only appended to: no need to find their changes again.
constexpr bool is_read_back(store::Family family) noexcept {
  return family != store::Family::log && family != store::Family::clock;
}
/// More than any string keeps inside itself.
constexpr std::size_t in_place_bytes = 32;
} // namespace

Transaction::Transaction(const store::Store& store, std::uint64_t newest_sequence, Instant time,
                         EntityIdSource& ids)
    : store_(store), newest_sequence_(newest_sequence), time_(time), ids_(ids),
      overlay_(store::family_count, Overlay(0, KeyHash{&changes_}, KeyEqual{&changes_})) {}

Result<std::optional<std::string_view>> Transaction::get(store::Family family, std::string_view key,
                                                         store::Pinned& scratch) const {
  const Overlay& own = overlay_[static_cast<std::size_t>(family)];
  if (const auto found = own.find(key); found != own.end()) {
    const auto& value = changes_[*found].value;
    if (!value) {
      return std::nullopt;
    }
    return std::string_view(*value);
  }
  const auto stored = store_.get(family, key, scratch);
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  if (!*stored) {
    return std::nullopt;
  }
  return scratch.view();
}

void Transaction::note(store::Family family, std::string key, std::optional<std::string> value) {
  change_bytes_ += key.size() + (value ? value->size() : 0);
  if (value) {
    value->reserve(in_place_bytes); // views of it must outlive moves of the list of changes
  }
  changes_.push_back({family, std::move(key), std::move(value)});
  remember(changes_.size() - 1);
}

/// The newest change of a key takes the place of an older one.
void Transaction::remember(std::size_t place) {
  if (!is_read_back(changes_[place].family)) {
    return;
  }
  Overlay& own = overlay_[static_cast<std::size_t>(changes_[place].family)];
  const auto [older, is_first] = own.insert(place);
  if (!is_first) {
    own.erase(older);
    own.insert(place);
  }
}

void Transaction::put(store::Family family, std::string key, std::string value) {
  note(family, std::move(key), std::move(value));
}

void Transaction::erase(store::Family family, std::string key) {
  note(family, std::move(key), std::nullopt);
}

std::uint64_t Transaction::append_event(const EntityId& entity, EventType type,
                                        std::uint8_t open_type) {
  LogEntry entry;
  entry.entity = entity;
  entry.recorded_at = time_.microseconds;
  entry.type = type;
  entry.open_type = open_type;
  put(store::Family::log, key_of_number(++newest_sequence_), write_log(entry));
  return newest_sequence_;
}

void Transaction::roll_back(const Mark& mark) {
  for (auto& own : overlay_) {
    own.clear();
  }
  changes_.resize(mark.changes);
  newest_sequence_ = mark.newest_sequence;
  for (std::size_t place = 0; place < changes_.size(); ++place) {
    remember(place);
  }
}

} // namespace grunndata::registry
