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
    : store_(store), newest_sequence_(newest_sequence), time_(time), ids_(ids) {}

Result<std::optional<std::string_view>> Transaction::get(store::Family family,
                                                         std::string_view key,
                                                         store::Pinned& scratch) const {
  const Overlay& own = overlay_[static_cast<std::size_t>(family)];
  if (const auto found = own.find(key); found != own.end()) {
    const auto& value = changes_[found->second].value;
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
  if (is_read_back(family)) {
    overlay_[static_cast<std::size_t>(family)][key] = changes_.size();
  }
  changes_.push_back({family, std::move(key), std::move(value)});
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
  changes_.resize(mark.changes);
  newest_sequence_ = mark.newest_sequence;
  for (auto& own : overlay_) {
    own.clear();
  }
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (is_read_back(changes_[i].family)) {
      overlay_[static_cast<std::size_t>(changes_[i].family)][changes_[i].key] = i;
    }
  }
}

} // namespace grunndata::registry
